import type { Path } from '../problem.ts';
import { isList, isMap, lookupTable, type Value } from '../value.ts';
import { complain, type EnvoyContext, shownValue } from './context.ts';
import type { Rules } from './messages.ts';
import { brokenRules, type RuleSubject } from './rules.ts';
import { longest, readDuration, readScalar } from './scalars.ts';

/** The scalar types of protobuf's wrappers. */
const wrapped: Readonly<Record<string, string>> = lookupTable({
  ...{ DoubleValue: 'double', FloatValue: 'float', Int64Value: 'int64', UInt64Value: 'uint64', Int32Value: 'int32' },
  ...{ UInt32Value: 'uint32', BoolValue: 'bool', StringValue: 'string', BytesValue: 'bytes' },
});

/** The place of a value and its rules. */
export interface FieldPlace {
  readonly name: string;
  readonly path: Path;
  /** The message that contains the field. */
  readonly owner: string;
  readonly rules: Rules | undefined;
  /** Whether Envoy checks rules here. */
  readonly isChecked: boolean;
}

export function complainAt(
  context: EnvoyContext,
  by: 'reader' | 'rules',
  { name, owner, path }: FieldPlace,
  end: string,
): void {
  complain(context, by, path, `Envoy’s ${owner}: ${name} ${end}`);
}

/** Checks a well-known protobuf type other than Any, in its JSON form. */
export function checkWellKnown(context: EnvoyContext, type: string, value: Value, place: FieldPlace): void {
  const name = type.slice(type.lastIndexOf('.') + 1);
  const scalar = wrapped[name];
  if (scalar !== undefined) checkWrapper(context, scalar, value, place);
  else if (name === 'Duration') checkDuration(context, value, place);
  else if (name === 'Struct' || name === 'Empty') {
    if (!isMap(value)) complainAt(context, 'reader', place, `must be a map, but is ${shownValue(value)}.`);
  } else if (name === 'ListValue' && !isList(value))
    complainAt(context, 'reader', place, `must be a list, but is ${shownValue(value)}.`);
  else if (name === 'Timestamp') checkTimestamp(context, value, place);
  else if (name === 'FieldMask' && typeof value !== 'string')
    complainAt(context, 'reader', place, `must be names of fields, but is ${shownValue(value)}.`);
}

/** Checks a scalar in a wrapper, which may also be written as a message. */
function checkWrapper(context: EnvoyContext, scalar: string, value: Value, place: FieldPlace): void {
  if (!isMap(value)) {
    checkEnvoyScalar(context, scalar, value, place);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key !== 'value') complainAt(context, 'reader', place, `has no field ${key}.`);
    else if (item !== null) checkEnvoyScalar(context, scalar, item, { ...place, path: [...place.path, key] });
  }
}

/** Checks a scalar: its type, then its rules. */
export function checkEnvoyScalar(context: EnvoyContext, type: string, value: Value, place: FieldPlace): void {
  const read = readScalar(type, value, context.envoy);
  if ('wanted' in read) {
    complainAt(context, 'reader', place, `must be ${read.wanted}, but is ${shownValue(value)}.`);
    return;
  }
  if (place.isChecked && place.rules !== undefined)
    checkRules(context, place.rules, subjectOf(type, read.value), place, value);
}

export function subjectOf(type: string, value: boolean | number | string): RuleSubject {
  if (typeof value === 'number') return { kind: 'number', value };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  return { kind: type === 'bytes' ? 'bytes' : 'string', value };
}

export function checkRules(
  context: EnvoyContext,
  rules: Rules,
  subject: RuleSubject,
  place: FieldPlace,
  given?: Value,
): void {
  for (const broken of brokenRules(rules, subject)) {
    const got = given === undefined ? ', but is missing.' : given === '' ? '.' : `, but is ${shownValue(given)}.`;
    complainAt(context, 'rules', place, broken + got);
  }
}

/** `5s`, or a message. Envoy rejects negative durations regardless of the rules. */
function checkDuration(context: EnvoyContext, value: Value, place: FieldPlace): void {
  const seconds = isMap(value) ? secondsOf(value) : typeof value === 'string' ? readDuration(value) : undefined;
  if (seconds === undefined || Math.abs(seconds) > longest.inProtobuf) {
    complainAt(context, 'reader', place, `must be seconds such as 5s or 0.25s, but is ${shownValue(value)}.`);
    return;
  }
  if (!place.isChecked) return;
  if (seconds < 0 || seconds > longest.inEnvoy)
    complainAt(context, 'rules', place, `must be from 0s to ${longest.inEnvoy}s, but is ${shownValue(value)}.`);
  else if (place.rules !== undefined)
    checkRules(context, place.rules, { kind: 'number', value: seconds, unit: 's' }, place, value);
}

function secondsOf(map: { readonly [key: string]: Value }): number | undefined {
  let seconds = 0;
  for (const [key, value] of Object.entries(map)) {
    const type = key === 'seconds' ? 'int64' : key === 'nanos' ? 'int32' : undefined;
    if (type === undefined) return undefined;
    const read = value === null ? { value: 0 } : readScalar(type, value, 0);
    if ('wanted' in read) return undefined;
    const number = Number(read.value);
    if (type === 'int32' && Math.abs(number) > 999_999_999) return undefined;
    if (type === 'int32' && number < 0 && Number(map['seconds'] ?? 0) > 0) return undefined;
    seconds += type === 'int64' ? number : number / 1e9;
  }
  return seconds;
}

function checkTimestamp(context: EnvoyContext, value: Value, place: FieldPlace): void {
  if (
    isMap(value) ||
    (typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(value))
  )
    return;
  complainAt(context, 'reader', place, `must be a time such as 2026-01-31T12:00:00Z, but is ${shownValue(value)}.`);
}
