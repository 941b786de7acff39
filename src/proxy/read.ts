import { printed, quoted, sortedKeys, truthy } from '../go/template.ts';
import { formatPath, type MeantValue } from '../problem.ts';
import { described, wrongType } from '../schema/check-words.ts';
import { isList, isMap, setEntry, type Value, type ValueList, type ValueMap } from '../value.ts';
import { type BarePlace, readBare, readBareKey } from '../yaml/bare.ts';
import { addProblem, deviate, has, noteBlock, notePrinted, report, reportWrongType, type Scope } from './scope.ts';

/** A string that the chart prints without quotes unless it is empty, where Kubernetes or Envoy expect a string. */
export function text(scope: Scope, key: string): string | null {
  return has(scope, key) ? bareText(scope, key) : null;
}

/** A string that the chart always prints without quotes; empty and null print nothing. */
export function bareText(scope: Scope, key: string, wanted: 'a string' | 'a choice' = 'a string'): string | null {
  const value = scope.map[key] ?? null;
  if (value === null || value === '') return null;
  notePrinted(scope, key);
  const whole = printed(value);
  const read = readBare(whole);
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

/** The value in quotes of its own, which survive the chart. */
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

/** The same in Envoy's metadata, which accept any value: null, which a comment leaves, a number or a map. */
export function composedValue(scope: Scope, key: string, around: Around): Value {
  const value = scope.map[key] ?? null;
  const whole = `${around.before ?? ''}${printed(value)}${around.after ?? ''}`;
  const read = readBare(whole, around.place);
  if (read === undefined || typeof read === 'string') return composed(scope, key, around);
  notePrinted(scope, key);
  checkUnchanged(scope, key, value, read, whole);
  return read;
}

/** A string that the chart prints without quotes, of which the value under `key` is a part. */
export function bareWhole(scope: Scope, key: string, whole: string, value: Value, place: BarePlace = 'value'): string {
  const read = readBare(whole, place);
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

/**
 * Reports what YAML reads from a value that is printed without quotes. Quotes that are needed are assumed to be
 * intended.
 */
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

function reportPrinted(scope: Scope, key: string, value: Value, read: string): void {
  const message = `${wrongType(key, 'a string', value)} The chart prints it as ${described(read)}.`;
  addProblem(scope, 'warning', { code: 'wrong-type', message }, key);
}

/** An integer that the chart prints without quotes: a string that YAML reads as one is fine, too. */
export function whole(scope: Scope, key: string): number | null {
  const value = scope.map[key] ?? null;
  if (value === null || value === '') return null;
  notePrinted(scope, key);
  const read = readBare(printed(value));
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
  const read = readBare(printed(scope.map[key]));
  if (typeof read !== 'string' || !/^\d{1,9}$/.test(read)) return whole(scope, key);
  notePrinted(scope, key);
  return read;
}

/** A port of one of Envoy's sockets, which may also be 0, or a number in quotes. */
export function envoyPort(scope: Scope, key: string): number | string | null {
  const read = readBare(printed(scope.map[key]));
  if (typeof read !== 'string' || !/^\d{1,5}$/.test(read) || Number(read) > 65535) return port(scope, key, 0);
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
  const read = readBare(printed(value));
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

/** A list that the chart prints as YAML; empty values of any kind are omitted. */
function list(scope: Scope, key: string, of = 'a list'): ValueList | undefined {
  const value = scope.map[key] ?? null;
  if (!truthy(value)) return undefined;
  noteBlock(scope, key);
  if (isList(value)) return value;
  reportWrongType(scope, key, of, value);
  return undefined;
}

/** A list of maps (containers, volumes, environment variables …) that the chart prints as YAML. */
export function maps(scope: Scope, key: string, of: string): ValueList | undefined {
  const value = list(scope, key, `a list of ${of}`);
  value?.forEach((item, index) => {
    if (isMap(item)) return;
    const inner = { ...scope, path: [...scope.path, key] };
    inner.found.problems.push({
      code: 'wrong-type',
      severity: 'error',
      message: `Each item of ${key} must be a map that describes one of the ${of}, but this is ${described(item)}.`,
      path: formatPath([...inner.path, index]),
    });
  });
  return value;
}

/** A map that the chart prints as YAML; empty values of any kind are omitted. */
export function block(scope: Scope, key: string, note = noteBlock): ValueMap | undefined {
  const value = scope.map[key] ?? null;
  if (!truthy(value)) return undefined;
  note(scope, key);
  if (isMap(value)) return value;
  reportWrongType(scope, key, 'a map', value);
  return undefined;
}

/**
 * A map whose values the chart quotes and whose keys it does not: numbers and booleans become the string that Go prints
 * for them.
 */
export function quotedMap(scope: Scope, key: string): ValueMap | undefined {
  const map = numbered(scope, key) ?? block(scope, key, notePrinted);
  if (map === undefined) return undefined;
  const inner = { ...scope, map, path: [...scope.path, key] };
  const result: Record<string, Value> = {};
  for (const name of sortedKeys(map)) {
    const value = map[name] ?? null;
    if (typeof value === 'object' && value !== null) reportPrinted(inner, name, value, quoted(value) ?? '');
    setEntry(result, bareKey(inner, name), quoted(value));
  }
  return result;
}

/** A list where the chart ranges over a map: the indexes of its items become the keys. */
function numbered(scope: Scope, key: string): ValueMap | undefined {
  const value = scope.map[key];
  if (!isList(value) || value.length === 0) return undefined;
  notePrinted(scope, key);
  const message = `${wrongType(key, 'a map', value)} The chart uses the index of each item, from 0, as its key.`;
  addProblem(scope, 'warning', { code: 'wrong-type', message }, key);
  return Object.fromEntries(value.map((item, index) => [String(index), item]));
}

function bareKey(scope: Scope, name: string): string {
  const read = readBareKey(name);
  if (read === undefined) {
    const message = `The chart prints the key ${described(name)} without quotes, which is not valid YAML: Helm fails, and the API server accepts no such key.`;
    report(
      scope,
      'invalid-label',
      name,
      message,
      'Use letters, digits, -, _ and . behind a prefix such as example.com/.',
    );
  } else if (read !== name) {
    const message = `The chart prints the key ${described(name)} without quotes, and YAML reads that as ${described(read)}.`;
    addProblem(
      scope,
      'warning',
      { code: 'bare-text-changed', message, hint: `Write the key as ${JSON.stringify(JSON.stringify(name))}.` },
      name,
    );
  }
  return read ?? name;
}
