import type { Path } from '../problem.ts';
import { defined, isMap, type Value } from '../value.ts';
import { shorten } from '../words.ts';
import { readYaml } from '../yaml/read.ts';
import { readJsonPrefix } from './json.ts';
import type { Drafts } from './set-drafts.ts';

/**
 * How the text after `=` is read: as strings that `read` turns into values, as JSON, or literally to the end of the
 * argument.
 */
export type SetReader =
  | { readonly kind: 'text'; readonly read: (text: string) => { readonly value: Value } | { readonly error: string } }
  | { readonly kind: 'json'; readonly takesObjects: boolean }
  | { readonly kind: 'literal' };

/** Why an argument could not be applied, and the offset in it. */
export interface SetFailure {
  readonly message: string;
  readonly hint?: string;
  readonly at: number;
}

/** One argument being read. */
export interface Parsing {
  readonly text: string;
  readonly reader: SetReader;
  readonly drafts: Drafts;
  readonly paths: Path[];
  readonly texts: string[];
  at: number;
}

/** Thrown and caught only within the parser. */
export function fail(at: number, message: string, hint?: string): never {
  throw { message, at, ...defined({ hint }) };
}

/** Whether it was thrown by `fail`. */
export function isFailure(error: unknown): error is SetFailure {
  return typeof error === 'object' && error !== null && !(error instanceof Error) && 'at' in error;
}

/** The text up to one of the stop characters, which is consumed and returned, or up to the end. */
export function readUntil(parsing: Parsing, stops: string): [text: string, stop: string | undefined] {
  const { text, reader } = parsing;
  let found = '';
  let from = parsing.at;
  for (let at = from; at < text.length; at++) {
    const character = text[at] ?? '';
    if (stops.includes(character)) {
      parsing.at = at + 1;
      return [found + text.slice(from, at), character];
    }
    if (character === '\\' && reader.kind !== 'literal') {
      found += text.slice(from, at);
      from = ++at;
    }
  }
  parsing.at = text.length;
  return [found + text.slice(from), undefined];
}

/** The list index before the next `]`; fails if it is not one. */
export function readIndex(parsing: Parsing): number {
  const start = parsing.at;
  const [text, stop] = readUntil(parsing, ']');
  if (stop === undefined) return fail(start - 1, 'This [ is not closed.', 'write \\[ if a bracket is meant');
  if (!/^[-+]?[0-9]{1,19}$/.test(text))
    return fail(start, `${quote(text)} is not a list index.`, 'an index is an integer from 0');
  return Number(text);
}

/** Go's `unicode.IsSpace`. */
const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Skips spaces and then one comma or the end; returns false if something else follows. */
export function skipBlank(parsing: Parsing): boolean {
  const { text } = parsing;
  while (parsing.at < text.length) {
    const character = text[parsing.at] ?? '';
    if (character === ',') {
      parsing.at++;
      return true;
    }
    if (!space.test(character)) return false;
    parsing.at++;
  }
  return true;
}

/** A word of a command line, quoted for a POSIX shell. */
export function shellWord(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Whether a value starts like JSON: an object, or a list of strings, objects or numbers. */
export function looksLikeJson(text: string): boolean {
  return /=(?:\{\s{0,20}"|\[\s{0,20}["{[\d])/.test(text);
}

/** A text as part of a message, shortened. */
export function quote(text: string): string {
  return JSON.stringify(shorten(text));
}

/** A map or list of JSON, or of YAML, as JSON. */
export function jsonOf(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  if ('value' in readJsonPrefix(text, 0)) return text;
  // What is only in braces, as in {a,b}, is a map without values in YAML.
  const { value, problems } = readYaml({ name: '', text });
  return isMap(value) && problems.length === 0 && !Object.values(value).includes(null)
    ? JSON.stringify(value)
    : undefined;
}
