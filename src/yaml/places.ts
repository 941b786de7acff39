import type { Event } from 'js-yaml';
import type { Path, Place } from '../problem.ts';
import { keyOfScalar, type ScalarEvent } from './scalar.ts';

/**
 * Maps offsets to lines and columns, which count from 1; the lines are found once, on the first call. `padding` tells
 * how many of a line's spaces the user did not write.
 */
export function placesIn(text: string, padding?: ReadonlyMap<number, number>): (start: number, end: number) => Place {
  let starts: number[] | undefined;
  return (start, end) => {
    starts ??= lineStarts(text);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= start) low = middle;
      else high = middle - 1;
    }
    const lineStart = (starts[low] ?? 0) + (padding?.get(low) ?? 0);
    const place = { line: low + 1, column: Math.max(1, start - lineStart + 1) };
    const next = starts[low + 1];
    return end > start && (next === undefined || end < next) ? { ...place, endColumn: end - lineStart + 1 } : place;
  };
}

/** Maps offsets in a text with padded lines to those in the text without the padding. */
export function offsetsBefore(text: string, padding: ReadonlyMap<number, number>): (offset: number) => number {
  const starts = lineStarts(text);
  return (offset) => {
    let added = 0;
    for (const [line, blanks] of padding) {
      const start = starts[line] ?? 0;
      if (start <= offset) added += Math.min(blanks, offset - start);
    }
    return offset - added;
  };
}

function lineStarts(text: string): number[] {
  // A byte order mark is not a column in editors.
  const starts = [text.charCodeAt(0) === 0xfeff ? 1 : 0];
  if (text.includes('\r'))
    for (const { index, 0: found } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + found.length);
  else for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}

/** A range of a text, by offsets; `end` equals `start` if the end is unknown. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The token of an event: a scalar with its quotes, an alias with its asterisk, a collection's first character. */
export function rangeOf(text: string, event: Event): Range | undefined {
  switch (event.type) {
    case 4:
      return rangeOfScalar(text, event);
    case 5:
      return { start: event.anchorStart - 1, end: event.anchorEnd };
    case 2:
    case 3:
      return { start: event.start, end: event.start };
    default:
      return undefined;
  }
}

function rangeOfScalar(text: string, event: ScalarEvent): Range | undefined {
  const { valueStart, valueEnd, style, tagStart, anchorStart } = event;
  if (valueStart < 0) {
    const start = Math.max(tagStart, anchorStart - 1);
    return start < 0 ? undefined : { start, end: start };
  }
  // A block scalar starts at its `|` or `>`, which no event contains.
  if (style === 4 || style === 5) {
    const start = Math.max(0, text.lastIndexOf(style === 4 ? '|' : '>', valueStart - 1));
    return { start, end: start };
  }
  const quote = style === 1 ? 0 : 1;
  return { start: valueStart - quote, end: valueEnd + quote };
}

/** A node of the document as it is written: its own token, its key's token and its contents. */
interface Written {
  readonly key: Range | undefined;
  readonly value: Range | undefined;
  readonly children: Map<string | number, Written> | undefined;
}

/**
 * The place of each path of the first document. A path that is not written itself (behind an alias or a merge key, or
 * an empty value) has the place of the nearest one that is, unless `exactly` is set. The index is built on the first
 * call.
 */
export function pathsIn(
  text: string,
  events: readonly Event[],
): (path: Path, part: 'key' | 'value' | 'exactly') => Range | undefined {
  let root: Written | undefined;
  return (path, part) => {
    root ??= indexOf(text, events);
    let node = root;
    for (const step of path) {
      const child = node.children?.get(step);
      if (child === undefined) return part === 'exactly' ? undefined : (node.value ?? node.key);
      node = child;
    }
    if (part === 'exactly') return node.value;
    return part === 'key' ? (node.key ?? node.value) : (node.value ?? node.key);
  };
}

function indexOf(text: string, events: readonly Event[]): Written {
  let index = 1;
  const read = (key: Range | undefined): Written => {
    const event = events[index++];
    if (event === undefined || event.type === 1 || event.type === 6)
      return { key, value: undefined, children: undefined };
    const value = rangeOf(text, event);
    if (event.type !== 2 && event.type !== 3) return { key, value, children: undefined };
    const children = new Map<string | number, Written>();
    for (let item = 0; events[index] !== undefined && events[index]?.type !== 6; item++) {
      if (event.type === 2) {
        const token = events[index];
        children.set(item, read(token && rangeOf(text, token)));
        continue;
      }
      const keyEvent = events[index];
      const keyRange = keyEvent && rangeOf(text, keyEvent);
      const name = keyEvent?.type === 4 ? keyOfScalar(text, keyEvent) : undefined;
      read(undefined);
      const child = read(keyRange);
      if (name !== undefined) children.set(name, child);
    }
    index++;
    return { key, value, children };
  };
  return read(undefined);
}

/** The first occurrence of each key of a mapping, given the index of the mapping's event. */
export function keysOf(text: string, events: readonly Event[], mapping: number): ReadonlyMap<string, Range> {
  const keys = new Map<string, Range>();
  let depth = 0;
  let isKey = true;
  for (let index = mapping + 1; depth >= 0; index++) {
    const event = events[index];
    if (event === undefined) break;
    const range = depth === 0 && isKey && event.type === 4 ? rangeOf(text, event) : undefined;
    const name = range !== undefined && event.type === 4 ? keyOfScalar(text, event) : undefined;
    if (range !== undefined && name !== undefined && !keys.has(name)) keys.set(name, range);
    if (event.type === 2 || event.type === 3) depth++;
    else if (event.type === 6) depth--;
    if (depth === 0) isKey = !isKey;
  }
  return keys;
}
