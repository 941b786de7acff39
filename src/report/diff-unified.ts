import { structuredPatch } from 'diff';
import { aligned } from '../diff/align.ts';
import type { ChangedObject, DiffReport } from '../diff/report.ts';
import { type Paint, type Printable, painter, type Style, shown, visible } from '../printable.ts';
import { writeYaml } from '../yaml/write.ts';
import type { DiffFormatOptions } from './diff-format.ts';

/** A range of lines of an object in which the sides differ, each after `-`, `+` or a space. */
export interface Hunk {
  readonly header: string;
  readonly lines: readonly string[];
}

/** The lines in which two versions of an object differ: canonical YAML, so that only meaningful differences show. */
export function hunksOf({ kind, left, right }: ChangedObject, context: number): Hunk[] {
  const before = left === undefined ? '' : writeYaml(left);
  const after = right === undefined ? '' : writeYaml(left === undefined ? right : aligned(left, right, kind));
  const { hunks } = structuredPatch('', '', before, after, '', '', { context });
  // A side without lines is identified by the line before, as diff and patch count.
  const range = (start: number, count: number): string => `${count === 0 ? start - 1 : start},${count}`;
  return hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
    header: `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`,
    lines: lines.map(visible),
  }));
}

/** `Deployment/gloo-system/gateway-proxy`. */
export function titleOf({ kind, namespace, name }: Pick<ChangedObject, 'kind' | 'namespace' | 'name'>): string {
  return visible([kind, namespace, name].filter((part) => part !== '').join('/'));
}

/** Differences as `diff -u` prints them, of canonical YAML. */
export function formatDiffUnified(report: DiffReport, { color, context }: DiffFormatOptions): Printable {
  const paint = painter(color);
  return shown`${report.objects.map((object) => describe(object, context, paint))}`;
}

function describe(object: ChangedObject, context: number, paint: Paint): Printable {
  const title = titleOf(object);
  const head = [
    paint('bold', `--- ${object.left === undefined ? '/dev/null' : `left/${title}`}`),
    paint('bold', `+++ ${object.right === undefined ? '/dev/null' : `right/${title}`}`),
  ];
  const body = hunksOf(object, context).flatMap(({ header, lines }) => [
    paint('cyan', header),
    ...lines.map((line) => painted(line, paint)),
  ]);
  return shown`${[...head, ...body].map((line) => shown`${line}\n`)}`;
}

function painted(line: string, paint: Paint): Printable {
  const styles: Readonly<Record<string, Style>> = { '-': 'red', '+': 'green' };
  const style = styles[line.charAt(0)];
  return style === undefined ? shown`${line}` : paint(style, line);
}
