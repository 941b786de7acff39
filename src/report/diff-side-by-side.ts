import type { ChangedObject, DiffReport } from '../diff/report.ts';
import { joined, type Paint, type Printable, painter, shown } from '../printable.ts';
import { type DiffFormatOptions, headlineOf, sliced } from './diff-format.ts';
import { hunksOf, titleOf } from './diff-unified.ts';

/** Differences in two columns, with the lines of both sides next to each other. */
export function formatDiffSideBySide(report: DiffReport, { color, width, context }: DiffFormatOptions): Printable {
  if (report.identical) return shown``;
  const paint = painter(color);
  const column = Math.max(20, Math.floor((width - 3) / 2));
  const objects = report.objects.map((object) => describe(object, column, context, paint));
  return shown`${joined(objects, '\n')}\n${paint('bold', headlineOf(report))}\n`;
}

function describe(object: ChangedObject, column: number, context: number, paint: Paint): Printable {
  const rows = hunksOf(object, context).map(({ lines }) => rowsOf(lines).flatMap((row) => printed(row, column, paint)));
  const rule = paint('dim', `${'─'.repeat(column)}─┼─${'─'.repeat(column)}`);
  const body = rows.flatMap((hunk, index) => (index === 0 ? hunk : [rule, ...hunk]));
  return shown`${paint('bold', titleOf(object))}\n${rule}\n${body.map((line) => shown`${line}\n`)}`;
}

/** A line of either side; undefined if only the other side has one. */
interface Row {
  readonly left: string | undefined;
  readonly right: string | undefined;
  readonly same: boolean;
}

/** Removed lines and their replacements are shown next to each other. */
export function rowsOf(lines: readonly string[]): Row[] {
  const rows: Row[] = [];
  let gone: string[] = [];
  let come: string[] = [];
  const flush = (): void => {
    for (let index = 0; index < Math.max(gone.length, come.length); index++)
      rows.push({ left: gone[index], right: come[index], same: false });
    gone = [];
    come = [];
  };
  for (const line of lines) {
    const text = line.slice(1);
    if (line.startsWith('-')) gone.push(text);
    else if (line.startsWith('+')) come.push(text);
    else {
      flush();
      rows.push({ left: text, right: text, same: true });
    }
  }
  flush();
  return rows;
}

function printed({ left, right, same }: Row, column: number, paint: Paint): Printable[] {
  const [own = [], other = []] = [left, right].map((text) => (text === undefined ? [] : sliced(text, column)));
  const mark = same ? ' ' : left === undefined ? '+' : right === undefined ? '-' : '~';
  return Array.from({ length: Math.max(own.length, other.length) }, (_, index) => {
    const [a, b] = [(own[index] ?? '').padEnd(column), other[index] ?? ''];
    const sign = index === 0 ? mark : ' ';
    if (same) return shown`${`${a} │ ${b}`.trimEnd()}`;
    // There is nothing after the last character of a line.
    if (b !== '') return shown`${paint('red', a)} ${sign} ${paint('green', b)}`;
    return sign === ' ' ? paint('red', a.trimEnd()) : shown`${paint('red', a)} ${sign}`;
  });
}
