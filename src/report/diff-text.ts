import type { ChangedObject, DiffReport, Restart } from '../diff/report.ts';
import { joined, type Paint, type Printable, painter, type Style, shown, visible } from '../printable.ts';
import type { Value } from '../value.ts';
import {
  changeGroupsOf,
  type DiffFormatOptions,
  type DiffLine,
  headlineOf,
  inline,
  signs,
  sliced,
  yamlLines,
} from './diff-format.ts';
import { changedLines } from './diff-lines.ts';

const styles = { added: 'green', removed: 'red', changed: 'yellow' } as const satisfies Readonly<Record<string, Style>>;
/** A longer block is cut; `-o unified` shows all of it. */
const longestBlock = 16;

/** Differences for a terminal: by object and part of the proxy, each with its meaning. */
export function formatDiffText(report: DiffReport, { color, width }: DiffFormatOptions): Printable {
  if (report.identical) return shown``;
  const paint = painter(color);
  const parts = report.objects.map((object) => describeObject(object, width, paint));
  const restarts = report.restarts.map((restart) => describeRestart(restart, width, paint));
  return shown`${joined(parts, '\n')}\n${paint('bold', headlineOf(report))}\n${restarts}`;
}

function describeRestart({ object, pods, because }: Restart, width: number, paint: Paint): Printable {
  const answer = pods ? paint('yellow', 'yes') : paint('green', 'no');
  const [first = '', ...rest] = wrapped(because, width - 2);
  return shown`Pods of ${object.name} will restart: ${answer}\n${[first, ...rest].map((line) => shown`  ${line}\n`)}`;
}

function describeObject(object: ChangedObject, width: number, paint: Paint): Printable {
  const { kind, namespace, name, change } = object;
  const title = `${signs[change]} ${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
  const groups = changeGroupsOf(object.changes).map(({ title: heading, lines }) => {
    const head = heading === '' ? '' : shown`  ${paint('bold', heading)}\n`;
    return shown`${head}${lines.map((line) => describeLine(line, width, paint))}`;
  });
  return shown`${paint('bold', paint(styles[change], title))}\n${groups}`;
}

function describeLine(line: DiffLine, width: number, paint: Paint): Printable {
  const { change, reordered, meaning } = line.change;
  const sign = paint(styles[change], signs[change]);
  const isWhole = line.label === '';
  const label = isWhole ? (change === 'added' ? 'added' : change === 'removed' ? 'removed' : 'changed') : line.label;
  const told =
    meaning === undefined ? [] : wrapped(meaning, width - 8).map((text) => shown`      ${paint('cyan', text)}`);
  const lines = reordered ? heading(sign, label, width) : [...valueLines(line, sign, label, width, paint)];
  return shown`${[...lines, ...told].map((text) => shown`${text}\n`)}`;
}

function valueLines(line: DiffLine, sign: Printable, label: string, width: number, paint: Paint): Printable[] {
  const { change } = line.change;
  if (change === 'changed') return changedValue(line, sign, label, width, paint);
  const value = change === 'added' ? line.after : line.before;
  const short = inline(value);
  if (short !== undefined && label.length + short.length + 8 <= width)
    return [shown`    ${sign} ${label}: ${paint(styles[change], short)}`];
  return [...heading(sign, label, width), ...block(value, signs[change], styles[change], width, paint)];
}

function changedValue(
  { before, after }: DiffLine,
  sign: Printable,
  label: string,
  width: number,
  paint: Paint,
): Printable[] {
  const [old, next] = [inline(before), inline(after)];
  if (old !== undefined && next !== undefined && label.length + old.length + next.length + 11 <= width) {
    return [shown`    ${sign} ${label}: ${paint('red', old)} → ${paint('green', next)}`];
  }
  if (typeof before === 'string' && typeof after === 'string' && (old === undefined || next === undefined)) {
    return [...heading(sign, label, width), ...changedText(before, after, width, paint)];
  }
  return [
    ...heading(sign, label, width),
    ...block(before, '-', 'red', width, paint),
    ...block(after, '+', 'green', width, paint),
  ];
}

/** A path may be longer than a line: the rest goes below it. */
function heading(sign: Printable, label: string, width: number): Printable[] {
  return sliced(label, width - 8).map((part, index) =>
    index === 0 ? shown`    ${sign} ${part}` : shown`        ${part}`,
  );
}

/** Multi-line strings: the lines that differ, and one on either side. */
function changedText(before: string, after: string, width: number, paint: Paint): Printable[] {
  const lines = changedLines(before, after, 1).flatMap((line) => {
    const sign = line.charAt(0);
    const style = sign === '-' ? 'red' : sign === '+' ? 'green' : 'dim';
    return sliced(visible(line.slice(1)), width - 8).map((text) => paint(style, `      ${sign} ${text}`));
  });
  return cut(lines, paint);
}

function block(value: Value | undefined, sign: string, style: Style, width: number, paint: Paint): Printable[] {
  if (value === undefined) return [];
  const text = typeof value === 'string' ? value.replace(/\n$/, '').split('\n').map(visible) : yamlLines(value);
  const lines = text.flatMap((line) => sliced(line, width - 8)).map((line) => paint(style, `      ${sign} ${line}`));
  return cut(lines, paint);
}

function cut(lines: readonly Printable[], paint: Paint): Printable[] {
  if (lines.length <= longestBlock + 1) return [...lines];
  const more = `      … ${lines.length - longestBlock} more lines; -o unified shows them`;
  return [...lines.slice(0, longestBlock), paint('dim', more)];
}

/** Text in lines of at most this many characters, broken between words if possible. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of visible(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line += `${line === '' ? '' : ' '}${word}`;
  }
  return [...lines, line].flatMap((part) => sliced(part, width));
}
