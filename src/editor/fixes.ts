import { formatPath, hasErrors, type Path, type Problem, parsePath } from '../problem.ts';
import { equal, type Value, valueAt } from '../value.ts';
import { editYaml } from '../yaml/edit.ts';
import { type ReadDocument, readYaml, type Source } from '../yaml/read.ts';
import { writeScalar } from '../yaml/write.ts';
import { putAt, valuesAfter } from './changed-values.ts';
import { type Cursor, cursorAt } from './cursor.ts';
import { judgeFile } from './judge.ts';
import type { EditorSettings } from './settings.ts';
import { valuesCursor } from './values-cursor.ts';
import { type Way, waysOf } from './ways.ts';

/** A replacement of a range of a text. */
interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A change that fixes a problem. */
export interface Fix {
  readonly title: string;
  readonly change: TextChange;
  /** Whether it does what the hint says; otherwise it only silences the problem. */
  readonly isMending: boolean;
}

/** Larger files are not edited by hand. */
const mostCharacters = 256 * 1024;

/**
 * Returns the changes that fix a problem in a file: what its hint asks for, as far as an edit can do it, and a comment
 * that ignores the problem. Each was tested: the problem disappears and no new one appears. `before` are all problems
 * of the file.
 */
export function fixesOf(source: Source, problem: Problem, settings: EditorSettings, before: readonly Problem[]): Fix[] {
  const { text } = source;
  const start = text.length > mostCharacters ? undefined : offsetOf(text, problem.line, problem.column);
  if (start === undefined) return [];
  const token = { start, end: start + Math.max(0, (problem.endColumn ?? problem.column ?? 0) - (problem.column ?? 0)) };
  const mending = waysOf(problem).flatMap((way): Fix[] => {
    const change = changeFor(way, source, problem, token, settings);
    return change === undefined ? [] : [{ title: titleOf(way, problem), change, isMending: true }];
  });
  const silencing = problem.severity === 'error' ? [] : [ignoring(text, problem, start)];
  return [...mending, ...silencing].filter(({ change }) => {
    const changed = text.slice(0, change.start) + change.text + text.slice(change.end);
    return isMended(
      problem,
      before,
      judgeFile({ ...source, text: changed }, { ...settings, everyFile: true })?.problems ?? [],
    );
  });
}

/** Whether a problem is gone and no worse one has appeared. */
function isMended({ code, path, message }: Problem, before: readonly Problem[], after: readonly Problem[]): boolean {
  const same = (one: Problem): boolean => one.code === code && one.path === path && one.message === message;
  const count = (problems: readonly Problem[], kind: string): number =>
    problems.filter(({ severity }) => severity === kind).length;
  const isWorse = count(after, 'error') > count(before, 'error');
  return !after.some(same) && !isWorse && count(after, 'warning') <= count(before, 'warning');
}

function titleOf(way: Way, { path = '' }: Problem): string {
  switch (way.kind) {
    case 'rename':
      return `Change it to ${way.to}`;
    case 'move':
      return `Move it to ${formatPath(way.to)}`;
    case 'set':
      return `Set ${formatPath(way.path)}: ${inOneLine(way.value)}`;
    case 'remove':
      return `Remove ${path}`;
    case 'complete':
      return [
        ...Object.entries(way.env).map(([name, value]) => `Set ${name} to ${value}`),
        ...Object.entries(way.mounts).map(([volume, folder]) => `Mount ${volume} at ${folder}`),
      ].join('; ');
    case 'quote':
      return 'Put it in quotes';
    default:
      return way satisfies never;
  }
}

function inOneLine(value: Value): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : writeScalar(value);
}

function ignoring(text: string, { code }: Problem, start: number): Fix {
  const newline = text.indexOf('\n', start);
  const end = start + text.slice(start, newline < 0 ? text.length : newline).trimEnd().length;
  return {
    title: `Ignore ${code} on this line`,
    change: { start: end, end, text: ` # glistio-ignore ${code}` },
    isMending: false,
  };
}

type Token = Pick<TextChange, 'start' | 'end'>;

function changeFor(
  way: Way,
  source: Source,
  problem: Problem,
  token: Token,
  settings: EditorSettings,
): TextChange | undefined {
  const written = source.text.slice(token.start, token.end);
  if (way.kind === 'rename') return renamed(written, String(parsePath(problem.path ?? '').at(-1)), way.to, token);
  if (way.kind === 'quote')
    return written === '' || /["'\n]/.test(written) ? undefined : { ...token, text: `"${written}"` };
  const home = homeOf(source, token, settings);
  return home && edited(source.text, home, (values) => valuesAfter(values, way, parsePath(problem.path ?? '')));
}

/** Replaces a key, keeping its quotes. */
function renamed(written: string, from: string, to: string, token: Token): TextChange | undefined {
  const quote = /^["']/.exec(written)?.[0] ?? '';
  return written === quote + from + quote
    ? { ...token, text: quote === '' ? writeScalar(to) : quote + to + quote }
    : undefined;
}

/** The values around a place: their document, their path, and the string that contains them, if any. */
type Home = Pick<Cursor, 'documentStart' | 'documentEnd' | 'textAt'> & { readonly path: Path };

function homeOf(source: Source, { start }: Token, settings: EditorSettings): Home | undefined {
  const at = /["']/.test(source.text[start] ?? '') ? start + 1 : start;
  const cursor = cursorAt(source.text, at, 'whole');
  const found = cursor && valuesCursor(cursor, source, settings);
  if (cursor === undefined || found === undefined) return undefined;
  const { documentStart, documentEnd, textAt } = cursor;
  return { documentStart, documentEnd, textAt, path: cursor.path.slice(0, found.root) };
}

/** The smallest edit of a text that changes its values. */
function edited(text: string, home: Home, change: (values: Value) => Value | undefined): TextChange | undefined {
  const { documentStart, documentEnd, path, textAt } = home;
  const document = text.slice(documentStart, documentEnd);
  const [outer, inner] = textAt === undefined ? [path, undefined] : [path.slice(0, textAt), path.slice(textAt)];
  const read = readIfSound(document);
  const there = read && valueAt(read.value, ...outer);
  const next =
    inner === undefined
      ? changedAt(there, [], change)
      : typeof there === 'string'
        ? editedText(there, inner, change)
        : undefined;
  if (read === undefined || next === undefined || equal(next, there)) return undefined;
  const { text: result, isKept } = editYaml(document, putAt(read.value, outer, next));
  return isKept ? leastChange(document, result, documentStart) : undefined;
}

function readIfSound(text: string): ReadDocument | undefined {
  const read = readYaml({ name: '', text });
  return hasErrors(read.problems) ? undefined : read;
}

function editedText(text: string, path: Path, change: (values: Value) => Value | undefined): string | undefined {
  const read = readIfSound(text);
  const next = read && changedAt(valueAt(read.value, ...path), path, change, read.value);
  if (next === undefined) return undefined;
  const { text: result, isKept } = editYaml(text, next);
  return isKept ? result : undefined;
}

function changedAt(
  there: Value | undefined,
  path: Path,
  change: (values: Value) => Value | undefined,
  root: Value = null,
): Value | undefined {
  const next = there === undefined ? undefined : change(there);
  return next === undefined || path.length === 0 ? next : putAt(root, path, next);
}

function leastChange(before: string, after: string, offset: number): TextChange {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < most - start && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return { start: offset + start, end: offset + before.length - tail, text: after.slice(start, after.length - tail) };
}

/** The offset of a problem in a text; undefined for a problem without a place. */
function offsetOf(text: string, line: number | undefined, column: number | undefined): number | undefined {
  if (line === undefined || column === undefined) return undefined;
  let start = text.startsWith('\ufeff') ? 1 : 0;
  let left = line - 1;
  for (const { index, 0: found } of left > 0 ? text.matchAll(/\r\n|\n|\r/g) : []) {
    start = index + found.length;
    if (--left === 0) break;
  }
  return left > 0 ? undefined : Math.min(text.length, start + column - 1);
}
