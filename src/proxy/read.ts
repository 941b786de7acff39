import { printed, truthy, withoutNoValue } from '../go/template.ts';
import { formatPath, type MeantValue } from '../problem.ts';
import { described, wrongType } from '../schema/check-words.ts';
import { isList, isMap, type Value, type ValueList, type ValueMap } from '../value.ts';
import { type BarePlace, readBare } from '../yaml/bare.ts';
import { asPrinted, findUnprintable } from './as-printed.ts';
import { addProblem, deviate, has, noteBlock, notePrinted, report, reportWrongType, type Scope } from './scope.ts';

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
  if (typeof value !== 'string') reportWrongType(scope, key, 'a string', value);
  else
    deviate(
      scope,
      read === undefined ? 'bare-text-breaks-yaml' : 'bare-text-read-as-another-type',
      key,
      { key, value: described(value) },
      [withQuotes(value)],
    );
  return whole;
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
  if (read !== null) reportWrongType(scope, key, 'an integer', value);
  else checkUnchanged(scope, key, value, read, '', 'a number');
  return null;
}

/** A required port. */
export function port(scope: Scope, key: string, lowest = 1): number | null {
  const { problems } = scope.found;
  const before = problems.length;
  const value = whole(scope, key);
  if (problems.slice(before).some(({ severity }) => severity === 'error')) return null;
  if (value === null) report(scope, 'missing-value', key, `${key} must be a port number, but is missing.`);
  else if (value < lowest || value > 65535) {
    report(scope, 'out-of-range', key, `${key} must be a port from ${lowest} to 65535, but is ${value}.`);
  }
  return value;
}

/** An integer for Envoy, which may also be in quotes. */
export function envoyInteger(scope: Scope, key: string): number | string | null {
  return digits(scope, key, 999_999_999) ?? whole(scope, key);
}

/** A port of one of Envoy's sockets, which may also be 0, or a number in quotes. */
export function envoyPort(scope: Scope, key: string): number | string | null {
  return digits(scope, key, 65535) ?? port(scope, key, 0);
}

function digits(scope: Scope, key: string, most: number): string | undefined {
  const read = readIn(scope, printed(scope.map[key]));
  if (typeof read !== 'string' || !/^\d{1,9}$/.test(read) || Number(read) > most) return undefined;
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
    return null;
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

/** Characters that Go treats as blanks and YAML prints without quotes; Helm trims them from the end of a document. */
const blanks = /^[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]*$/;

/**
 * Whether a value of the wrong type disappears when it is printed: Helm removes it, or its keys end up beside the list
 * and are null.
 */
function leavesNothing(scope: Scope, key: string, wanted: string, next?: Next): boolean {
  const value = scope.map[key] ?? null;
  // Before a merge it still exists, and is not a list.
  const isTakenOut = wanted === 'a map' || scope.isMerged !== true;
  const isGone = (text: string): boolean =>
    (isTakenOut && withoutNoValue(text) === '') || (next === 'end' && blanks.test(text));
  const isNull =
    wanted !== 'a map' &&
    next !== 'items' &&
    isMap(value) &&
    Object.values(value).every((item) => item === null || item === '<no value>');
  if (!isNull && (typeof value !== 'string' || value === '' || !isGone(value))) return false;
  notePrinted(scope, key);
  const message = `${wrongType(key, wanted, value)} Nothing is left of it where the chart prints it.`;
  addProblem(scope, 'warning', { code: 'wrong-type', message }, key);
  return true;
}

/** What stands behind a list: the end of the document, items of the template’s own, or other fields. */
type Next = 'end' | 'items' | 'fields' | undefined;

/** A list of maps (containers, volumes, environment variables …) that the chart prints as YAML; empty ones of any kind are left out. */
export function maps(scope: Scope, key: string, of: string, next?: Next): ValueList | undefined {
  const value = scope.map[key] ?? null;
  if (!truthy(value) || leavesNothing(scope, key, `a list of ${of}`, next)) return undefined;
  if (isMap(value) && (next === 'fields' || next === 'end')) {
    scope.found.strays.push({ scope, key, of, fields: asPrinted(scope, key, value) ?? {} });
    return undefined;
  }
  noteBlock(scope, key);
  if (!isList(value)) {
    reportWrongType(scope, key, `a list of ${of}`, value);
    return undefined;
  }
  value.forEach((item, index) => {
    if (isMap(item)) return;
    scope.found.problems.push({
      code: 'wrong-type',
      severity: 'error',
      message: `Each item of ${key} must be a map that describes one of the ${of}, but this is ${described(item)}.`,
      path: formatPath([...scope.path, key, index]),
    });
  });
  return asPrinted(scope, key, value);
}

/** A map that the chart prints unchanged as YAML. */
export function printedBlock(scope: Scope, key: string): ValueMap | undefined {
  return leavesNothing(scope, key, 'a map') ? undefined : block(scope, key);
}

/** A map that the chart prints as YAML, perhaps with others merged into it; empty values of any kind are omitted. */
export function block(scope: Scope, key: string): ValueMap | undefined {
  const map = mapToPrint(scope, key, noteBlock);
  return map === undefined ? undefined : asPrinted(scope, key, map);
}

/** A map that is merged with what the chart prints, which consists of these parts. */
export function override(scope: Scope, key: string, ...parts: readonly (object | undefined)[]): ValueMap | undefined {
  const map = mapToPrint(scope, key, noteBlock);
  if (map !== undefined) findUnprintable(scope, key, [map, ...parts]);
  return map;
}

/** A map that is printed in some way; empty values of any kind are omitted. */
export function mapToPrint(scope: Scope, key: string, note: typeof noteBlock): ValueMap | undefined {
  const value = scope.map[key] ?? null;
  if (!truthy(value)) return undefined;
  note(scope, key);
  if (isMap(value)) return value;
  reportWrongType(scope, key, 'a map', value);
  return undefined;
}
