import { isList, isMap, type Value } from '../value.ts';
import { columnOf, type EditNode } from './edit-tree.ts';
import { writeJson, writeScalar, writeYaml } from './write.ts';

/** The layout of a document, so that additions look like the rest. */
export interface Layout {
  /** Spaces from a key to the keys below it. */
  readonly step: number;
  /** Spaces from a key to the dashes below it. */
  readonly listStep: number;
  readonly eol: string;
  /** Whether the document is JSON, or written like it. */
  readonly json: boolean;
  /** Whether nested brackets are on their own lines. */
  readonly spread: boolean;
}

/** Detects the layout of a document: what most of its keys do. */
export function layoutOf(text: string, root: EditNode): Layout {
  const steps = new Map<number, number>();
  const listSteps = new Map<number, number>();
  countSteps(text, root, steps, listSteps);
  const json = root.flow;
  return {
    step: Math.max(1, most(steps) ?? (json ? jsonStep(text, root) : 2)),
    listStep: most(listSteps) ?? 0,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
    json,
    spread: json && text.slice(root.start, root.end).includes('\n'),
  };
}

function jsonStep(text: string, root: EditNode): number {
  const first = root.entries[0]?.key ?? root.items[0]?.value;
  return first === undefined ? 2 : Math.max(1, columnOf(text, first.start) - columnOf(text, root.start));
}

function countSteps(text: string, node: EditNode, steps: Map<number, number>, lists: Map<number, number>): void {
  for (const { key, value } of node.entries) {
    if (node.flow || value.flow || (value.kind !== 'map' && value.kind !== 'list')) continue;
    const counts = value.kind === 'map' ? steps : lists;
    const step = columnOf(text, value.start) - columnOf(text, key.start);
    counts.set(step, (counts.get(step) ?? 0) + 1);
    countSteps(text, value, steps, lists);
  }
  for (const { value } of node.items) countSteps(text, value, steps, lists);
}

function most(counts: ReadonlyMap<number, number>): number | undefined {
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** `key: value` as lines with their ends, the key indented by `column`. */
export function blockEntry(key: string, value: Value, column: number, layout: Layout): string {
  return `${' '.repeat(column)}${writeScalar(key)}:${afterKey(value, column, layout)}`;
}

/** `- value` as lines with their ends, the dash indented by `column`. */
export function blockItem(value: Value, column: number, layout: Layout): string {
  const indent = ' '.repeat(column);
  if (isMap(value) && Object.keys(value).length > 0) {
    return `${indent}- ${mapLines(value, column + 2, layout).slice(column + 2)}`;
  }
  if (isList(value) && value.length > 0) {
    return `${indent}- ${listLines(value, column + 2, layout).slice(column + 2)}`;
  }
  return `${indent}-${afterKey(value, column, layout)}`;
}

/** What follows `key:` with its line end: on the same line, or on the lines below. */
export function afterKey(value: Value, column: number, layout: Layout): string {
  const { eol } = layout;
  if (isMap(value) && Object.keys(value).length > 0) return eol + mapLines(value, column + layout.step, layout);
  if (isList(value) && value.length > 0) return eol + listLines(value, column + layout.listStep, layout);
  // One line is not a block, even if it ends with a line break.
  if (typeof value === 'string' && value.indexOf('\n') === value.length - 1) return ` ${writeScalar(value)}${eol}`;
  // The writer puts a scalar, an empty bracket, or a block scalar indented by two after a key.
  const [first = '', ...lines] = writeYaml({ k: value }).slice('k:'.length, -1).split('\n');
  return [first, ...lines.map((line) => (line === '' ? '' : ' '.repeat(column) + line))].join(eol) + eol;
}

function mapLines(map: object, column: number, layout: Layout): string {
  return Object.entries(map)
    .map(([key, value]: [string, Value]) => blockEntry(key, value, column, layout))
    .join('');
}

function listLines(list: readonly Value[], column: number, layout: Layout): string {
  return list.map((item) => blockItem(item, column, layout)).join('');
}

/** A value in brackets; with `spread`, on several lines, of which the first is already indented by `column`. */
export function flowText(value: Value, column: number, layout: Layout): string {
  const isMapping = isMap(value);
  if (!isMapping && !isList(value)) return flowScalar(value, layout);
  const parts = isMapping
    ? Object.entries(value).map(
        ([key, entry]) => `${flowScalar(key, layout)}: ${flowText(entry, column + layout.step, layout)}`,
      )
    : value.map((item) => flowText(item, column + layout.step, layout));
  const [open, close] = isMapping ? '{}' : '[]';
  if (parts.length === 0) return `${open}${close}`;
  if (!layout.spread) return `${open}${parts.join(', ')}${close}`;
  const { eol } = layout;
  const inner = eol + ' '.repeat(column + layout.step);
  return `${open}${inner}${parts.join(`,${inner}`)}${eol}${' '.repeat(column)}${close}`;
}

function flowScalar(value: Value, layout: Layout): string {
  if (typeof value !== 'string') return writeScalar(value);
  const written = layout.json ? '"' : writeScalar(value);
  if (!written.startsWith('"') && /^[\w./()$-]+$/.test(written)) return written;
  return written.length > 1 && written.startsWith('"') ? written : writeJson(value);
}
