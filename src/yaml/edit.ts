import { maxDepth } from '../depth.ts';
import { trimEndOf } from '../trim.ts';
import { equal, isList, isMap, type Value, type ValueList, type ValueMap } from '../value.ts';
import { type Alignment, align } from './edit-align.ts';
import { afterKey, blockEntry, blockItem, flowText, type Layout, layoutOf } from './edit-print.ts';
import { columnOf, type EditItem, type EditNode, lineStart, literalBlock, nextLine, treeOf } from './edit-tree.ts';
import { parse } from './parse.ts';
import { readYaml } from './read.ts';
import { writeJson, writeScalar, writeYaml } from './write.ts';

/** A text with a new value. */
export interface Edited {
  readonly text: string;
  /** Whether everything that did not change is still written as before. */
  readonly isKept: boolean;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Editing {
  readonly text: string;
  readonly layout: Layout;
  readonly edits: Edit[];
}

/**
 * The text of one document, changed so that its value is `next`: unchanged parts stay as they are written, byte for
 * byte, with their comments; additions are laid out like their neighbours. The result is parsed again: if its value
 * differs (a removed anchor, an unforeseen layout), the document is rewritten instead.
 */
export function editYaml(text: string, next: Value): Edited {
  const { value: before, problems } = readYaml({ name: '', text });
  if (problems.every(({ severity }) => severity !== 'error') && equal(before, next)) return { text, isKept: true };
  const edited = editInPlace(text, before, next);
  if (edited !== undefined && equal(readYaml({ name: '', text: edited }).value, next))
    return { text: edited, isKept: true };
  const head = /^(?:[ \t]*(?:#[^\n]*)?\n|---[^\n]*\n)*/.exec(text)?.[0] ?? '';
  const isJson = /^\s*[[{]/.test(text.slice(head.length));
  const body = isJson ? `${writeJson(next)}\n` : writeYaml(next);
  return { text: head + body, isKept: false };
}

function editInPlace(original: string, before: Value, next: Value): string | undefined {
  const isEnded = original.endsWith('\n');
  const ended = isEnded ? original : `${original}${original.includes('\r\n') ? '\r\n' : '\n'}`;
  try {
    const { text, events } = parse(ended, maxDepth);
    // If spaces had to be added before the text could be parsed, offsets do not match the text.
    if (text !== ended) return undefined;
    const root = treeOf(text, events);
    if (root === undefined) return undefined;
    const editing: Editing = { text, layout: layoutOf(text, root), edits: [] };
    change(editing, root, before, next, { column: 0, colon: undefined, flow: root.flow });
    const result = apply(text, editing.edits);
    return isEnded ? result : result?.replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
}

function apply(text: string, edits: readonly Edit[]): string | undefined {
  const sorted = edits
    .map((edit, index) => ({ ...edit, index }))
    .sort((a, b) => a.start - b.start || a.end - b.end || a.index - b.index);
  let result = '';
  let at = 0;
  for (const { start, end, text: inserted } of sorted) {
    if (start < at) return undefined;
    result += text.slice(at, start) + inserted;
    at = end;
  }
  return result + text.slice(at);
}

/** The context of a node. */
interface Place {
  /** The column of its key or dash. */
  readonly column: number;
  /** The offset after the colon of its key; undefined after a dash and at the top level. */
  readonly colon: number | undefined;
  /** Whether it is inside brackets. */
  readonly flow: boolean;
}

function change(editing: Editing, node: EditNode, before: Value, next: Value, place: Place): void {
  if (equal(before, next)) return;
  if (node.kind === 'map' && isMap(before) && isMap(next)) {
    if (node.entries.some(({ name }) => name !== undefined && Object.hasOwn(next, name))) {
      changeMap(editing, node, before, next);
      return;
    }
  } else if (node.kind === 'list' && isList(before) && isList(next)) {
    const steps = align(before, next);
    if (steps.some(({ old }) => old !== undefined)) {
      changeList(editing, node, before, steps);
      return;
    }
  }
  if (!changeBlockText(editing, node, before, next)) replace(editing, node, next, place);
}

function changeMap(editing: Editing, node: EditNode, before: ValueMap, next: ValueMap): void {
  const { text } = editing;
  // If a key is duplicated, the last one counts.
  const written = new Map(node.entries.map((entry) => [entry.name, entry] as const));
  const items = node.entries.map(({ key, value }): EditItem => ({ start: key.start, value }));
  const isGone = node.entries.map(({ name }) => name !== undefined && !Object.hasOwn(next, name));
  remove(editing, node, items, isGone);
  const column = columnOf(text, node.flow ? (node.entries[0]?.key.start ?? node.start) : node.start);
  let previous: EditItem | undefined;
  for (const [name, value] of Object.entries(next)) {
    const entry = written.get(name);
    if (entry !== undefined) {
      const place = { column: columnOf(text, entry.key.start), colon: entry.colon, flow: node.flow };
      change(editing, entry.value, before[name] ?? null, value, place);
      previous = { start: entry.key.start, value: entry.value };
    } else if (!Object.hasOwn(before, name) || !equal(before[name] ?? null, value)) {
      const { layout } = editing;
      const printed = node.flow
        ? `${flowText(name, 0, layout)}: ${flowText(value, column, layoutIn(editing, node))}`
        : blockEntry(name, value, column, layout);
      // Only a node on its own line can have a line inserted above it.
      const anchor = previous ?? (node.flow || isFirstOnLine(text, items[0]) ? undefined : items[0]);
      insert(editing, node, items, anchor, printed, column);
    }
  }
}

function changeList(editing: Editing, node: EditNode, before: ValueList, steps: readonly Alignment[]): void {
  const { text, layout } = editing;
  const { items } = node;
  const kept = new Set(steps.flatMap(({ old }) => (old === undefined ? [] : [old])));
  const isGone = items.map((_, index) => !kept.has(index));
  remove(editing, node, items, isGone);
  const column = columnOf(text, items[0]?.start ?? node.start);
  let previous: EditItem | undefined;
  for (const { old, value } of steps) {
    const item = old === undefined ? undefined : items[old];
    if (old !== undefined && item !== undefined) {
      change(editing, item.value, before[old] ?? null, value, { column, colon: undefined, flow: node.flow });
      previous = item;
      continue;
    }
    const printed = node.flow ? flowText(value, column, layoutIn(editing, node)) : blockItem(value, column, layout);
    insert(editing, node, items, previous, printed, column);
  }
}

/** Inserts a printed entry or item after another one, or before all of them. */
function insert(
  { text, edits, layout }: Editing,
  node: EditNode,
  items: readonly EditItem[],
  previous: EditItem | undefined,
  printed: string,
  column: number,
): void {
  const first = items[0];
  if (node.flow) {
    const gap = isSpread(text, node) ? layout.eol + ' '.repeat(column) : ' ';
    if (previous !== undefined)
      edits.push({ start: previous.value.end, end: previous.value.end, text: `,${gap}${printed}` });
    else if (first !== undefined) edits.push({ start: first.start, end: first.start, text: `${printed},${gap}` });
    return;
  }
  if (previous !== undefined) {
    const start = nextLine(text, previous.value.end);
    edits.push({ start, end: start, text: printed });
  } else if (first !== undefined && isFirstOnLine(text, first)) {
    const start = aboveComments(text, first.start);
    edits.push({ start, end: start, text: printed });
  } else throw new Error('there is no line to put it before');
}

/** The start of the comments directly above a line with the same indentation: they belong to it. */
function aboveComments(text: string, offset: number): number {
  let start = lineStart(text, offset);
  const comment = `${' '.repeat(offset - start)}#`;
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (!text.startsWith(comment, above)) break;
    start = above;
  }
  return start;
}

/** Removes entries or items, in runs, so that commas and dashes stay correct. */
function remove(
  { text, edits }: Editing,
  node: EditNode,
  items: readonly EditItem[],
  isGone: readonly boolean[],
): void {
  for (let first = 0; first < items.length; first++) {
    if (isGone[first] !== true) continue;
    let last = first;
    while (isGone[last + 1] === true) last++;
    const [from, to, next] = [items[first], items[last], items[last + 1]];
    if (from === undefined || to === undefined) continue;
    if (node.flow) {
      const end = items[first - 1]?.value.end;
      if (next !== undefined) edits.push({ start: from.start, end: next.start, text: '' });
      else if (end !== undefined) edits.push({ start: end, end: to.value.end, text: '' });
    } else if (isFirstOnLine(text, from)) {
      for (const item of items.slice(first, last + 1)) {
        edits.push({ start: lineStart(text, item.start), end: nextLine(text, item.value.end), text: '' });
      }
    } else if (next !== undefined) edits.push({ start: from.start, end: next.start, text: '' });
    else throw new Error('nothing would be left behind the dash');
    first = last;
  }
}

/** A block scalar, mostly unchanged: only the lines between the first and the last change are written. */
function changeBlockText({ text, edits, layout }: Editing, node: EditNode, before: Value, next: Value): boolean {
  const event = node.scalar;
  if (event?.style !== literalBlock || typeof before !== 'string' || typeof next !== 'string') return false;
  // Without a line break after `|-`, and after `|` if the file has none either.
  const ending = before.endsWith('\n') ? -1 : undefined;
  if (next.endsWith('\n') !== (ending === -1) || next === '') return false;
  const [old, now] = [before, next].map((value) => value.slice(0, ending).split('\n')) as [string[], string[]];
  const starts = [event.valueStart];
  while (starts.length <= old.length) starts.push(nextLine(text, starts.at(-1) ?? 0));
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const [start, end] = [starts[head], starts[old.length - tail]];
  if (start === undefined || end === undefined) return false;
  const indent = ' '.repeat(event.indent);
  const lines = now.slice(head, now.length - tail).map((line) => (line === '' ? '' : indent + line) + layout.eol);
  edits.push({ start, end, text: lines.join('') });
  return true;
}

/** Replaces one value with another, whatever the two are. */
function replace({ text, edits, layout }: Editing, node: EditNode, next: Value, { column, colon, flow }: Place): void {
  if (flow || node.kind === 'alias') {
    edits.push({ start: node.start, end: node.end, text: flowText(next, indentOf(text, node.start), layout) });
    return;
  }
  const quoted = quotedLike(text, node, next);
  const [first = '', ...below] = quoted === undefined ? afterKey(next, column, layout).split(layout.eol) : [quoted];
  const lines = below
    .slice(0, -1)
    .map((line) => line + layout.eol)
    .join('');
  const end = nextLine(text, node.end);
  if (!node.flow && (node.kind === 'map' || node.kind === 'list')) {
    // It is on its own lines below its key.
    if (colon === undefined) throw new Error('there is no key to put it after');
    edits.push({ start: colon, end: colon, text: first });
    edits.push({ start: lineStart(text, node.start), end, text: lines });
    return;
  }
  const before = text.slice(lineStart(text, node.start), node.start);
  const blanks = before.length - trimEndOf(before, ' \t').length;
  const written = first === '' ? '' : ` ${first.trimStart()}`;
  edits.push({
    start: node.start - blanks,
    end: node.end,
    text: blanks > 0 && first !== '' ? ' '.repeat(blanks - 1) + written : written,
  });
  edits.push({ start: end, end, text: lines });
}

/** A string keeps its quotes; undefined if it has none, or if they cannot hold it. */
function quotedLike(text: string, node: EditNode, next: Value): string | undefined {
  if (typeof next !== 'string' || node.scalar === undefined || node.start === node.end) return undefined;
  const quote = text[node.start];
  if (quote === '"') {
    const written = writeScalar(next);
    return written.startsWith('"') ? written : writeJson(next);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what single quotes cannot hold
  if (quote === "'" && !/[\u0000-\u001f\u007f-\uffff]/.test(next)) return `'${next.replaceAll("'", "''")}'`;
  return undefined;
}

/** The layout of an addition in brackets: on its own lines only if these are. */
function layoutIn({ text, layout }: Editing, node: EditNode): Layout {
  return { ...layout, spread: layout.spread && isSpread(text, node) };
}

function isSpread(text: string, node: EditNode): boolean {
  return text.slice(node.start, node.end).includes('\n');
}

function isFirstOnLine(text: string, item: EditItem | undefined): boolean {
  return item !== undefined && text.slice(lineStart(text, item.start), item.start).trim() === '';
}

function indentOf(text: string, offset: number): number {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0].length ?? 0;
}
