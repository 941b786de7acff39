import type { Value } from '../value.ts';

/** The JSON value at the start of a text, and the offset after it; or what is wrong, and where. */
export type JsonPrefix =
  | { readonly value: Value; readonly end: number }
  | { readonly error: string; readonly at: number };

/** Deeper than any value of a chart, and shallow enough for recursive code. */
const maxDepth = 500;

const blank = /[ \t\r\n]*/y;
const number = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const word = /true|false|null/y;

/**
 * Reads one JSON value at `from` and ignores the rest, as Go's `json.Decoder` does for `--set-json`: numbers are
 * float64 (too large ones are an error), lone surrogates become U+FFFD. Never throws.
 */
export function readJsonPrefix(text: string, from: number): JsonPrefix {
  const end = endOfValue(text, skip(blank, text, from));
  if (typeof end !== 'number') return end;
  try {
    const json = text.slice(from, end);
    const value = parseJson(json) as Value;
    return isFinite(value) ? { value, end } : { error: 'a number is too large', at: from };
  } catch {
    return { error: 'a string in it has an unknown escape or a control character', at: from };
  }
}

/** Parses JSON as Go does: lone surrogates, in keys too, become U+FFFD. Throws like `JSON.parse`. */
export function parseJson(text: string): unknown {
  // With a reviver, JSON.parse calls a function for every value and takes many times as long.
  return JSON.parse(text, /\\u[dD]|[\ud800-\udfff]/.test(text) ? withoutHalves : undefined);
}

/** Only lone surrogates match: with the u flag a pair is one character. */
function withoutHalves(_: string, item: unknown): unknown {
  if (typeof item === 'string') return whole(item);
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
  const entries = Object.entries(item);
  return entries.every(([key]) => key === whole(key))
    ? item
    : Object.fromEntries(entries.map(([key, value]) => [whole(key), value]));
}

function whole(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

function isFinite(value: Value): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isFinite);
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

/** The offset after the value that starts at an offset, by JSON's grammar. */
function endOfValue(text: string, from: number): number | { error: string; at: number } {
  /** The closing bracket of each open one. */
  const open: string[] = [];
  for (let at = from; ; ) {
    const character = text[at];
    if (character === '{' || character === '[') {
      if (open.length >= maxDepth) return { error: `it is nested more than ${maxDepth} levels deep`, at };
      at = skip(blank, text, at + 1);
      const close = character === '{' ? '}' : ']';
      if (text[at] !== close) {
        open.push(close);
        if (close === ']') continue;
        const key = endOfKey(text, at);
        if (typeof key !== 'number') return key;
        at = key;
        continue;
      }
      at++;
    } else {
      const end = endOfScalar(text, at);
      if (end === undefined)
        return { error: at >= text.length ? 'it ends too early' : 'a value is missing or misspelled here', at };
      at = end;
    }
    // After a complete value: close brackets until a comma requires another value.
    for (;;) {
      const close = open.at(-1);
      if (close === undefined) return at;
      at = skip(blank, text, at);
      if (text[at] === close) {
        open.pop();
        at++;
      } else if (text[at] === ',') {
        at = skip(blank, text, at + 1);
        if (close === ']') break;
        const key = endOfKey(text, at);
        if (typeof key !== 'number') return key;
        at = key;
        break;
      } else
        return { error: at >= text.length ? `its ${close} is missing` : 'a value is missing or misspelled here', at };
    }
  }
}

/** The offset of the value after a key and its colon. */
function endOfKey(text: string, from: number): number | { error: string; at: number } {
  const end = endOfString(text, from);
  if (end === undefined) return { error: 'a key in double quotes is missing', at: from };
  const colon = skip(blank, text, end);
  return text[colon] === ':' ? skip(blank, text, colon + 1) : { error: 'a colon is missing', at: colon };
}

/** The offset after a string in double quotes, with its escapes unchecked. */
function endOfString(text: string, from: number): number | undefined {
  if (text[from] !== '"') return undefined;
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\') at++;
  }
  return undefined;
}

function endOfScalar(text: string, from: number): number | undefined {
  if (text[from] === '"') return endOfString(text, from);
  const endOfWord = skip(word, text, from);
  if (endOfWord > from) return endOfWord;
  number.lastIndex = from;
  const match = number.exec(text);
  if (match === null) return undefined;
  const end = number.lastIndex;
  const next = text[end] ?? '';
  // Go keeps reading where a fraction or an exponent starts, and fails if it is incomplete.
  if (
    (next === '.' && match[1] === undefined && match[2] === undefined) ||
    (/[eE]/.test(next) && match[2] === undefined)
  )
    return undefined;
  return end;
}
