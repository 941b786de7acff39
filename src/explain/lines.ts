import { formatPath, type Path } from '../problem.ts';
import { isList, isMap, type Value, type ValueMap } from '../value.ts';
import { readYaml } from '../yaml/read.ts';
import { innerOf } from './parts.ts';

/** The lines of an object's parts in its text, counted from 1. */
export interface ObjectLines {
  /** For each line of the text, the path of the deepest part that begins or continues there. */
  readonly paths: readonly Path[];
  /** The first and last line of a part; undefined if the text does not contain it. */
  rangeOf(path: Path): { readonly line: number; readonly endLine: number } | undefined;
}

/** Finds the lines of each part of an object, including the parts of a bootstrap inside a block scalar. */
export function objectLines(text: string): ObjectLines {
  const count = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  const starts = startsIn(text, 0, []);
  const paths: Path[] = [];
  for (const { path, line } of starts) paths[line - 1] = path;
  for (let index = 0; index < count; index++) paths[index] ??= paths[index - 1] ?? [];
  let ranges: Map<string, { readonly line: number; readonly endLine: number }> | undefined;
  return {
    paths: paths.slice(0, count),
    rangeOf(path) {
      ranges ??= rangesOf(starts, count);
      return ranges.get(formatPath(path));
    },
  };
}

interface Start {
  readonly path: Path;
  readonly line: number;
}

/** The start of each part, in text order. */
function startsIn(text: string, before: number, outer: Path): Start[] {
  const { value, place } = readYaml({ name: 'manifest', text }, Number.POSITIVE_INFINITY);
  if (!isMap(value)) return [];
  const rows = text.split('\n');
  const starts: Start[] = [];
  const visit = (inner: Value, path: Path): void => {
    const line = path.length === 0 ? 1 : place(path, 'key')?.line;
    if (line !== undefined) starts.push({ path: [...outer, ...path], line: line + before });
    if (isMap(inner)) for (const [key, entry] of Object.entries(inner)) visit(entry, [...path, key]);
    else if (isList(inner)) for (const [index, item] of inner.entries()) visit(item, [...path, index]);
    else if (line !== undefined && outer.length === 0 && isBootstrap(value, path) && innerOf(inner) !== undefined)
      if (/[|>][-+0-9]*\s*$/.test(rows[line - 1] ?? '') && typeof inner === 'string')
        starts.push(...startsIn(inner, before + line, path).slice(1));
  };
  visit(value, []);
  return starts;
}

function isBootstrap({ kind }: ValueMap, [data, key, ...rest]: Path): boolean {
  return kind === 'ConfigMap' && data === 'data' && key === 'envoy.yaml' && rest.length === 0;
}

/** A part ends where the next part begins that is not inside it. */
function rangesOf(starts: readonly Start[], count: number) {
  const ranges = new Map<string, { readonly line: number; readonly endLine: number }>();
  const open: Start[] = [];
  const close = (depth: number, end: number): void => {
    for (let one = open.at(-1); one !== undefined && one.path.length >= depth; one = open.at(-1)) {
      ranges.set(formatPath(one.path), { line: one.line, endLine: Math.max(one.line, end) });
      open.pop();
    }
  };
  for (const start of starts) {
    close(start.path.length, start.line - 1);
    open.push(start);
  }
  close(0, count);
  return ranges;
}
