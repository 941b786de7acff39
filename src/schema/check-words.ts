import { describeKind, type Value } from '../value.ts';
import { shorten } from '../words.ts';

/** A value in words, short enough for a message. */
export function described(value: Value): string {
  if (typeof value === 'string') return `the string ${JSON.stringify(shorten(value, 41))}`;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'object' ? describeKind(value) : `the number ${value}`;
}

/** The message for a value of the wrong type, wherever it is found. */
export function wrongType(key: string | number, wanted: string, value: Value): string {
  return `${typeof key === 'number' ? `Item ${key}` : key} must be ${wanted}, but is ${described(value)}.`;
}
