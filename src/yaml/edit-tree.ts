import type { Event } from 'js-yaml';
import { keyOfScalar, type ScalarEvent } from './scalar.ts';

/** A node of a document as it is written: its start, its end and its contents. */
export interface EditNode {
  readonly kind: 'map' | 'list' | 'scalar' | 'alias';
  /** The first character of its token; after the colon or dash if the value is empty. */
  readonly start: number;
  /** After its last character; for a block scalar, after the text of its last line. */
  readonly end: number;
  /** Whether it is in brackets. */
  readonly flow: boolean;
  readonly entries: readonly EditEntry[];
  readonly items: readonly EditItem[];
  /** The style of a scalar. */
  readonly scalar: ScalarEvent | undefined;
}

interface EditEntry {
  readonly name: string | undefined;
  readonly key: EditNode;
  /** The offset after the colon. */
  readonly colon: number;
  readonly value: EditNode;
}

export interface EditItem {
  /** The dash of a block list, otherwise the value's own start. */
  readonly start: number;
  readonly value: EditNode;
}

/** `SCALAR_STYLE.LITERAL_BLOCK` and `FOLDED_BLOCK` of js-yaml. */
export const literalBlock = 4;
const foldedBlock = 5;
const flowStyle = 2;
const keepChomping = 3;

interface Walk {
  readonly text: string;
  readonly events: readonly Event[];
  index: number;
}

const none: readonly never[] = [];

/** The root of the first document among these events; undefined if it is empty. */
export function treeOf(text: string, events: readonly Event[]): EditNode | undefined {
  if (events.length < 3) return undefined;
  return readNode({ text, events, index: 1 }, 0);
}

/** `after` is where the tokens before this node end: the place of an empty node. */
function readNode(walk: Walk, after: number): EditNode {
  const event = walk.events[walk.index++];
  if (event?.type === 2) return readList(walk, event);
  if (event?.type === 3) return readMap(walk, event);
  if (event?.type === 5) {
    return { ...leaf(event.anchorStart - 1, event.anchorEnd), kind: 'alias' };
  }
  if (event?.type !== 4) return leaf(after, after);
  if (event.valueStart < 0) {
    const end = Math.max(after, event.tagEnd, event.anchorEnd);
    return { ...leaf(end, end), scalar: event };
  }
  if (event.style === literalBlock || event.style === foldedBlock) return readBlockText(walk, event);
  const quote = event.style === 1 ? 0 : 1;
  return { ...leaf(event.valueStart - quote, event.valueEnd + quote), scalar: event };
}

function leaf(start: number, end: number): EditNode {
  return { kind: 'scalar', start, end, flow: false, entries: none, items: none, scalar: undefined };
}

function readBlockText({ text }: Walk, event: ScalarEvent): EditNode {
  const start = Math.max(0, text.lastIndexOf(event.style === literalBlock ? '|' : '>', event.valueStart - 1));
  const lines = text.slice(event.valueStart, event.valueEnd);
  const said = event.chomping === keepChomping ? lines.replace(/\r?\n$/, '') : lines.trimEnd();
  const header = text.slice(start, event.valueStart).trimEnd().length;
  const end = said === '' ? start + header : event.valueStart + said.length;
  return { ...leaf(start, end), scalar: event };
}

function readList(walk: Walk, event: Extract<Event, { type: 2 }>): EditNode {
  const { text, events } = walk;
  const flow = event.style === flowStyle;
  const column = columnOf(text, event.start);
  const items: EditItem[] = [];
  let end = event.start + (flow ? 1 : 0);
  while (events[walk.index] !== undefined && events[walk.index]?.type !== 6) {
    const dash = flow ? end : items.length === 0 ? event.start : dashBehind(text, end, column);
    const value = readNode(walk, flow ? end : dash + 1);
    items.push({ start: flow ? value.start : dash, value });
    end = value.end;
  }
  walk.index++;
  return {
    ...leaf(event.start, flow ? closerBehind(text, end) : end),
    kind: 'list',
    flow,
    items,
  };
}

function readMap(walk: Walk, event: Extract<Event, { type: 3 }>): EditNode {
  const { text, events } = walk;
  const flow = event.style === flowStyle;
  const entries: EditEntry[] = [];
  let end = event.start + (flow ? 1 : 0);
  while (events[walk.index] !== undefined && events[walk.index]?.type !== 6) {
    const token = events[walk.index];
    const key = readNode(walk, end);
    const colon = colonBehind(text, key.end);
    const value = readNode(walk, colon);
    entries.push({ name: token?.type === 4 ? keyOfScalar(text, token) : undefined, key, colon, value });
    end = value.end;
  }
  walk.index++;
  return { ...leaf(event.start, flow ? closerBehind(text, end) : end), kind: 'map', flow, entries };
}

const colonAhead = /[ \t]*:/y;

function colonBehind(text: string, from: number): number {
  colonAhead.lastIndex = from;
  return colonAhead.test(text) ? colonAhead.lastIndex : from;
}

/** The next line's dash in this column; between two items there are only blank lines and comments. */
function dashBehind(text: string, from: number, column: number): number {
  for (let line = nextLine(text, from); line < text.length; line = nextLine(text, line)) {
    if (text[line + column] === '-' && text.slice(line, line + column).trim() === '') return line + column;
  }
  return from;
}

const betweenTokens = /(?:[\s,:?]|#[^\n]*\n)*[\]}]/y;

/** After the bracket that closes a collection whose last token ends at `from`. */
function closerBehind(text: string, from: number): number {
  betweenTokens.lastIndex = from;
  return betweenTokens.test(text) ? betweenTokens.lastIndex : from;
}

/**
 * The most recently used line: in JSON on one line every offset is on it, and it may be millions of characters long.
 */
let last = { text: '', start: 0, end: 0 };

function lineAt(text: string, offset: number): typeof last {
  if (offset < last.start || offset > last.end || last.text !== text) {
    const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
    const end = text.indexOf('\n', offset);
    last = { text, start, end: end < 0 ? text.length : end };
  }
  return last;
}

/** The start of the line of an offset. */
export function lineStart(text: string, offset: number): number {
  return lineAt(text, offset).start;
}

/** The start of the line after that of an offset; the end of the text if there is none. */
export function nextLine(text: string, offset: number): number {
  return Math.min(text.length, lineAt(text, offset).end + 1);
}

export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}
