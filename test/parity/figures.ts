/** The figures of the comparison, one row per release line. */
import type { Judgement } from './judge.ts';

/** By release line: the number of cases, of equal ones, and for each deviation. */
export type Figures = Map<string, Map<string, number>>;

const all = 'all';
const compared = 'cases';

export function count(figures: Figures, release: string, judgement: Judgement): void {
  const names = 'entries' in judgement ? judgement.entries : [judgement.kind];
  for (const line of [release.split('.', 2).join('.'), all]) {
    const row = figures.get(line) ?? new Map<string, number>();
    figures.set(line, row);
    for (const name of [compared, ...names]) row.set(name, (row.get(name) ?? 0) + 1);
  }
}

/** One row per line, oldest first, and one for all. */
export function formatFigures(figures: Figures): string[] {
  const lines = [...figures.keys()].sort((a, b) => minor(a) - minor(b));
  return lines.map((line) => {
    const { [compared]: cases = 0, equal = 0, ...others } = Object.fromEntries(figures.get(line) ?? []);
    const rest = Object.entries(others).map(([name, number]) => `${name} ${number}`);
    return `${line.padEnd(4)} ${String(cases).padStart(6)} cases ${String(equal).padStart(6)} equal  ${rest.join(', ')}`;
  });
}

function minor(line: string): number {
  return line === all ? Number.POSITIVE_INFINITY : Number(line.split('.')[1]);
}
