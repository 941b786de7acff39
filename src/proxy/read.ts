import { printed, withoutNoValue } from '../go/template.ts';
import type { MeantValue } from '../problem.ts';
import { described, wrongType } from '../schema/check-words.ts';
import { isList, isMap, type Value } from '../value.ts';
import { type BarePlace, readBare } from '../yaml/bare.ts';
import { addProblem, deviate, has, notePrinted, report, reportWrongType, type Scope, untilReplaced } from './scope.ts';

/** A string that the chart prints without quotes unless it is empty, where Kubernetes or Envoy expect a string. */
export function text(scope: Scope, key: string): string | null {
  return has(scope, key) ? bareText(scope, key) : null;
}

/** A string that the chart always prints without quotes; empty and null print nothing. */
export function bareText(scope: Scope, key: string, wanted: 'a string' | 'a choice' = 'a string'): string | null {
  const value = scope.map[key] ?? null;
  if (value === null || value === '') return null;
  const whole = printed(value);
  const read = readIn(scope, whole);
  // A value of which a comment or an alias leaves nothing counts as omitted.
  if (read !== null) notePrinted(scope, key);
  if (typeof read === 'string' || read === null) {
    checkUnchanged(scope, key, value, read, whole, wanted);
    return read;
  }
  if (typeof value !== 'string') {
    reportWrongType(scope, key, 'a string', value);
    return (read === undefined ? null : untilReplaced<string>(scope, key)) ?? whole;
  }
  deviate(
    scope,
    read === undefined ? 'bare-text-breaks-yaml' : 'bare-text-read-as-another-type',
    key,
    { key, value: described(value) },
    [withQuotes(value)],
  );
  return whole;
}

/** The same, where the chart also compares it with strings: Helm fails for a value of any other type. */
export function comparedText(scope: Scope, key: string): string | null {
  const value = scope.map[key] ?? null;
  if (value === null || typeof value === 'string') return bareText(scope, key);
  report(scope, 'wrong-type', key, `${wrongType(key, 'a string', value)} With this chart Helm fails.`);
  return null;
}

function readIn({ isInFile = false }: Scope, text: string, place?: BarePlace): Value | undefined {
  return isInFile && /\n {0,3}\S/.test(text) ? undefined : readBare(text, place);
}

/** The value in its own quotes, which the chart keeps. */
function withQuotes(value: string): MeantValue {
  return { value: JSON.stringify(value) };
}

/** What the chart prints around a value on the same line. */
export interface Around {
  readonly before?: string;
  readonly after?: string;
  readonly place?: BarePlace;
}

/** A string that the chart builds from a value and prints without quotes. */
export function composed(scope: Scope, key: string, { before = '', after = '', place = 'value' }: Around): string {
  const value = scope.map[key] ?? null;
  notePrinted(scope, key);
  return bareWhole(scope, key, `${before}${printed(value)}${after}`, value, place);
}

/** The same in Envoy's metadata, which accepts any value: null, which a comment leaves, a number or a map. */
export function composedValue(scope: Scope, key: string, around: Around): Value {
  const value = scope.map[key] ?? null;
  const whole = `${around.before ?? ''}${printed(value)}${around.after ?? ''}`;
  const read = readIn(scope, whole, around.place);
  if (read === undefined || typeof read === 'string') return composed(scope, key, around);
  notePrinted(scope, key);
  checkUnchanged(scope, key, value, read, whole);
  return read;
}

/** A string that the chart prints without quotes, of which the value under `key` is a part. */
export function bareWhole(scope: Scope, key: string, text: string, value: Value, place: BarePlace = 'value'): string {
  const whole = withoutNoValue(text);
  const read = readIn(scope, whole, place);
  if (typeof read === 'string') {
    checkUnchanged(scope, key, value, read, whole);
    return read;
  }
  if (isMap(value) || isList(value)) reportWrongType(scope, key, 'a string', value);
  else
    deviate(
      scope,
      read === undefined ? 'bare-text-breaks-yaml' : 'bare-text-read-as-another-type',
      key,
      { key, value: described(printed(value)) },
      // Quotes around a part do not quote the whole.
      whole === printed(value) ? [withQuotes(whole)] : undefined,
    );
  return whole;
}

/** Reports what YAML reads from a value that is printed without quotes. Necessary quotes are assumed to be intended. */
function checkUnchanged(
  scope: Scope,
  key: string,
  value: Value,
  read: Value,
  whole: string,
  wanted: 'a string' | 'a choice' | 'a number' = 'a string',
): void {
  if (read === whole) {
    if (typeof value === 'object' && value !== null) reportPrinted(scope, key, value, read);
    return;
  }
  if (typeof value !== 'string' || (typeof read === 'string' && read !== readBare(read) && isQuoted(whole))) return;
  const arrives = read === null ? 'nothing' : described(read);
  if (wanted !== 'a number' && whole !== printed(value)) {
    // Quotes around a part do not quote the whole.
    const message = `${key} is ${described(value)}, which the chart prints without quotes as a part of ${described(whole)}, and YAML reads that as ${arrives}.`;
    const hint = 'Remove quotes, # and leading or trailing spaces.';
    addProblem(scope, 'warning', { code: 'bare-text-changed', message, hint }, key);
    return;
  }
  const message = `${key} is ${described(value)}, but the chart prints it without quotes, and YAML reads that as ${arrives}.`;
  const arriving = typeof read === 'string' && readBare(read) !== read ? withQuotes(read) : { value: read };
  const quoting =
    wanted === 'a string'
      ? read === null
        ? ', or write {0} for what was written'
        : ', or {1} for what was written'
      : '';
  const hint = read === null ? `Remove it${quoting}.` : `Write {0} for what arrives${quoting}.`;
  const meant = read === null ? [withQuotes(value)] : [arriving, withQuotes(value)];
  addProblem(scope, 'warning', { code: 'bare-text-changed', message, hint, meant }, key);
}

function isQuoted(text: string): boolean {
  return /^(["']).*\1$/s.test(text);
}

/** Records that a map or list is printed as Go formats it. */
export function reportPrinted(scope: Scope, key: string, value: Value, read: string): void {
  const message = `${wrongType(key, 'a string', value)} The chart prints it as ${described(read)}.`;
  addProblem(scope, 'warning', { code: 'wrong-type', message }, key);
}

/** An integer that the chart prints without quotes: a string that YAML reads as one is also accepted. */
export function whole(scope: Scope, key: string): number | null {
  const value = scope.map[key] ?? null;
  if (value === null || value === '') return null;
  notePrinted(scope, key);
  const read = readIn(scope, printed(value));
  if (typeof read === 'number' && Number.isInteger(read)) {
    if (typeof value === 'string' && /\s/.test(value)) checkUnchanged(scope, key, value, read, '', 'a number');
    return read;
  }
  if (read === null) {
    checkUnchanged(scope, key, value, read, '', 'a number');
    return null;
  }
  reportWrongType(scope, key, 'an integer', value);
  return read === undefined ? null : untilReplaced<number>(scope, key);
}

/** A required port. */
export function port(scope: Scope, key: string, lowest = 1): number | null {
  const { problems } = scope.found;
  const before = problems.length;
  const value = whole(scope, key);
  if (problems.slice(before).some(({ severity }) => severity === 'error')) return value;
  if (value === null) report(scope, 'missing-value', key, `${key} must be a port number, but is missing.`);
  else if (value < lowest || value > 65535) {
    report(scope, 'out-of-range', key, `${key} must be a port from ${lowest} to 65535, but is ${value}.`);
  } else return value;
  return untilReplaced<number>(scope, key) ?? value;
}

/** An integer for Envoy, which may also be in quotes. */
export function envoyInteger(scope: Scope, key: string): number | string | null {
  return digits(scope, key, 4_294_967_295) ?? whole(scope, key);
}

/** A port of one of Envoy's sockets, which may also be 0, or a number in quotes. */
export function envoyPort(scope: Scope, key: string): number | string | null {
  return digits(scope, key, 65535) ?? port(scope, key, 0);
}

function digits(scope: Scope, key: string, most: number): string | undefined {
  const read = readIn(scope, printed(scope.map[key]));
  if (typeof read !== 'string' || !/^\d{1,10}$/.test(read) || Number(read) > most) return undefined;
  notePrinted(scope, key);
  return read;
}

/** A string without which Envoy refuses its configuration. */
export function neededText(scope: Scope, key: string): string {
  const value = bareText(scope, key);
  if (value === null) report(scope, 'missing-value', key, `${key} is missing, but Envoy does not start without it.`);
  return value ?? '';
}

/**
 * A scalar that the chart prints without quotes where any scalar is allowed: a string is read again as YAML reads it.
 */
export function scalar(scope: Scope, key: string): Value {
  const value = scope.map[key] ?? null;
  if (value === null || value === '') return null;
  notePrinted(scope, key);
  const read = readIn(scope, printed(value));
  if (read === undefined && typeof value === 'string') {
    deviate(scope, 'bare-text-breaks-yaml', key, { key, value: described(value) }, [withQuotes(value)]);
    return value;
  }
  // Envoy's runtime accepts neither lists nor other non-numbers.
  if (read === undefined || isList(read) || (typeof read === 'number' && !Number.isFinite(read))) {
    reportWrongType(scope, key, 'a single value', value);
    return read === undefined ? null : untilReplaced<string>(scope, key);
  }
  if (typeof value === 'object') reportPrinted(scope, key, value, String(read));
  else if (
    typeof value === 'string' &&
    (isMap(read) || (String(read) !== value && (/\s/.test(value) || isQuoted(value))))
  ) {
    checkUnchanged(scope, key, value, read, value);
  }
  return read;
}
