/**
 * Finds the YAML path at a place in a text, even while it is being typed: replaces the word there with a marker that
 * occurs in no text, parses as much of the text as is valid, and looks for the marker.
 */

import { withoutHeading } from '../helm/kinds/recognise.ts';
import { hasErrors, type Path } from '../problem.ts';
import { isList, isMap, type Value } from '../value.ts';
import { stretchesOf } from '../yaml/documents.ts';
import { readYaml } from '../yaml/read.ts';

/** A place in a text. */
export interface Cursor extends FoundMark {
  /** The word at the place, up to it or as a whole, and its range in the text. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
  /** The part of the document that could be parsed, with the marker instead of the word. */
  readonly document: Value;
  readonly documentText: string;
  /** The document's range in the text. */
  readonly documentStart: number;
  readonly documentEnd: number;
}

interface FoundMark {
  /** The path of the key or value, including steps into a YAML text that is a string of the document. */
  readonly path: Path;
  readonly at: 'key' | 'value';
  /** The other keys of the map, if the word is a key. */
  readonly siblings: readonly string[];
  /** The number of steps to the string of the document that contains the place; undefined if it is not inside one. */
  readonly textAt: number | undefined;
}

/** The marker that replaces the word. */
const mark = 'GlistioCursorMark';

/** Longer texts are not parsed while typing. */
const mostCharacters = 512 * 1024;

/**
 * The place at an offset, with the word up to the offset (`typed`) or as a whole; undefined if it cannot be determined.
 */
export function cursorAt(text: string, offset: number, part: 'typed' | 'whole'): Cursor | undefined {
  if (text.length > mostCharacters || text.includes(mark)) return undefined;
  const { start: documentStart, document } = documentAround(withoutHeading({ name: '', text }).text, offset);
  const at = offset - documentStart;
  const start = wordEnd(document, at, -1);
  const end = part === 'typed' ? at : wordEnd(document, at, 1);
  const word = document.slice(start, end);
  if (part === 'whole' && word === '') return undefined;
  for (const marked of markedTexts(document, start, end)) {
    const read = readYaml({ name: '', text: marked });
    const found = hasErrors(read.problems) ? undefined : markIn(read.value, [], word);
    if (found === undefined) continue;
    const place = { start: start + documentStart, end: end + documentStart };
    return {
      ...found,
      ...place,
      word,
      document: read.value,
      documentText: marked,
      documentStart,
      documentEnd: documentStart + document.length,
    };
  }
  return undefined;
}

const mostOfWord = 300;

/** The end of the word around a place, to its left or right. */
function wordEnd(text: string, at: number, step: 1 | -1): number {
  let end = at;
  while (Math.abs(end - at) < mostOfWord && /^[\w./-]$/.test(text[step < 0 ? end - 1 : end] ?? '')) end += step;
  return end;
}

function documentAround(text: string, offset: number): { readonly start: number; readonly document: string } {
  let start = 0;
  let found = { start, document: text };
  for (const document of stretchesOf(text)) {
    if (start <= offset) found = { start, document };
    start += document.length;
  }
  return found;
}

/**
 * The text with the marker as a key or a value, more likely ones first, and with as much context as may be valid:
 * everything, the lines above, or the lines of the parents.
 */
function* markedTexts(text: string, start: number, end: number): Generator<string> {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.slice(end).search(/\r?\n|$/) + end;
  const before = text.slice(lineStart, start);
  const rest = text.slice(end, lineEnd);
  const above = text.slice(0, lineStart);
  const isKey = /^["']?[ \t]*:(?:[ \t]|$)/.test(rest);
  const isFirst = /^[ \t-]*["']?$/.test(before);
  // A quote that is still open while typing.
  const quote = /["']$/.exec(before)?.[0] ?? '';
  const asKey = [`${mark}:${rest}`, `${mark}${quote}:`];
  const asValue = [`${mark}${rest}`, `${mark}${quote}`];
  const lines = isKey ? [`${mark}${rest}`] : isFirst ? [...asKey, ...asValue] : [...asValue, ...asKey];
  for (const line of lines) yield above + before + line + text.slice(lineEnd);
  for (const line of lines) yield above + before + line;
  for (const line of lines) yield linesAround(above, before) + before + line;
}

/** The lines above that are the parents of a line, judged by indentation. */
function linesAround(above: string, before: string): string {
  let column = before.search(/[^ ]|$/);
  let isItem = before.trimStart().startsWith('-');
  const kept: string[] = [];
  for (const line of above.split(/\r?\n/).slice(-2000).reverse()) {
    const blanks = line.slice(0, line.search(/[^ ]|$/));
    const dashes = /^(?:- *)*/.exec(line.slice(blanks.length))?.[0] ?? '';
    const content = line.slice(blanks.length + dashes.length);
    // A list may be in the same column as its key.
    const isParent = blanks.length < column || (isItem && dashes === '' && blanks.length === column);
    if (content + dashes === '' || content.startsWith('#') || !isParent) continue;
    const isAround = blanks.length + dashes.length < column || dashes === '';
    kept.push(isAround ? line : blanks + dashes);
    column = blanks.length;
    isItem = dashes !== '';
  }
  return kept.reverse().join('\n') + (kept.length > 0 ? '\n' : '');
}

function markIn(value: Value, path: Path, word: string): FoundMark | undefined {
  if (typeof value === 'string') return value.includes(mark) ? markInText(value, path, word) : undefined;
  if (isList(value)) return firstOf(value.entries(), (item, index) => markIn(item, [...path, index], word));
  if (!isMap(value)) return undefined;
  return firstOf(Object.entries(value), (inner, key) => {
    if (!key.includes(mark)) return markIn(inner, [...path, key], word);
    const siblings = Object.keys(value).filter((one) => one !== key);
    return { path: [...path, key.replace(mark, word)], at: 'key', siblings, textAt: undefined };
  });
}

function firstOf<K, V, R>(entries: Iterable<[K, V]>, find: (value: V, key: K) => R | undefined): R | undefined {
  for (const [key, value] of entries) {
    const found = find(value, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The marker may be inside a multi-line string that contains values itself. */
function markInText(text: string, path: Path, word: string): FoundMark {
  // The marker may be a key outside but a value inside, so both are tried again.
  const plain = text.replace(`${mark}:`, mark);
  const at = plain.indexOf(mark);
  const tries = text.includes('\n') ? [text, ...markedTexts(plain, at, at + mark.length)] : [];
  for (const marked of tries) {
    const { value, problems } = readYaml({ name: '', text: marked });
    const found = typeof value === 'string' || hasErrors(problems) ? undefined : markIn(value, path, word);
    if (found !== undefined) return { ...found, textAt: path.length };
  }
  return { path, at: 'value', siblings: [], textAt: undefined };
}
