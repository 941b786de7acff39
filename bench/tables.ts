import type { CommandFigures } from './command.ts';
import type { FleetFigures } from './fleet.ts';
import type { LibraryFigures } from './library.ts';
import { written } from './statistics.ts';
import { manyProxies, type ToolFigures } from './tools.ts';

/**
 * One line for each example and operation; if Helm was measured too, with its time for the same values as a multiple.
 */
export function printLibrary(rows: readonly LibraryFigures[], node = process.version): void {
  if (rows.length === 0) return;
  const of = (wanted: string) => new Map(rows.filter(({ work }) => work === wanted).map((row) => [row.name, row]));
  const [helm, all, workloads] = [of('helm in process'), of('lower bound'), of('lower bound, workloads')];
  const boundOf = (work: string) => (work.endsWith(', workloads') ? workloads : all);
  print(
    `Library on Node ${node}: CPU time, median (middle half)`,
    ['example', 'work', 'µs', 'per second', 'KB', '× lower bound', ...(helm.size > 0 ? ['Helm takes'] : [])],
    rows.map(({ name, work, microseconds, perSecond, kilobytes }) => [
      name,
      work,
      written(microseconds, 0),
      perSecond.toFixed(0),
      kilobytes?.toFixed(0) ?? '',
      (microseconds.median / (boundOf(work).get(name)?.microseconds.median ?? Number.NaN)).toFixed(1),
      ...(helm.size > 0 ? [timesOf(helm.get(name), microseconds.median)] : []),
    ]),
  );
}

function timesOf(helm: LibraryFigures | undefined, median: number): string {
  return helm === undefined ? '' : `${(helm.microseconds.median / median).toFixed(1)} ×`;
}

export function printCommands(rows: readonly CommandFigures[]): void {
  if (rows.length === 0) return;
  print(
    'Command: median (middle half) of runs taken in turns, × bare Node',
    ['command', 'wall ms', 'CPU ms', 'wall ×', 'CPU ×'],
    rows.map(({ name, wall, cpu, wallRatio, cpuRatio }) => [
      name,
      written(wall, 0),
      written(cpu, 0),
      wallRatio.toFixed(2),
      cpuRatio.toFixed(2),
    ]),
  );
}

export function printTools(rows: readonly ToolFigures[]): void {
  if (rows.length === 0) return;
  print(
    `On manifests: CPU ms for one proxy, which is mostly the start, and what each of ${manyProxies} adds`,
    ['command', 'one proxy', `${manyProxies} proxies`, 'each more'],
    rows.map(({ name, one, many }) => [
      name,
      written(one, 0),
      written(many, 0),
      ((many.median - one.median) / (manyProxies - 1)).toFixed(2),
    ]),
  );
}

export function printFleets(rows: readonly FleetFigures[]): void {
  if (rows.length === 0) return;
  print(
    'Fleet: glistio render --fleet, one run each',
    ['clusters', 'output', 'threads', 'seconds', 'CPU s', 'per second', 'peak MB'],
    rows.map(({ clusters, output, workers, seconds, cpu, perSecond, peakMegabytes }) => [
      String(clusters),
      output,
      String(workers),
      seconds.toFixed(2),
      cpu.toFixed(2),
      String(perSecond),
      String(peakMegabytes),
    ]),
  );
}

/** A Markdown table. */
export function print(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((text, column) => Math.max(text.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  console.log(`\n${title}\n`);
  console.log([line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n'));
}
