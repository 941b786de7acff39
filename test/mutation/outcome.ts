import { dirname } from 'node:path';
import type { Mutant } from './mutants.ts';

export interface Outcome {
  readonly mutant: Mutant;
  /** `timeout` counts as detected: a test that does not end fails. `unreached` counts as survived. */
  readonly result: 'killed' | 'timeout' | 'survived' | 'unreached';
  /** The test that detected it. */
  readonly by: string | undefined;
}

interface Judged extends Outcome {
  /** Known to have no observable effect: it does not count. */
  readonly isEquivalent: boolean;
}

export function isNoticed({ result }: Outcome): boolean {
  return result === 'killed' || result === 'timeout';
}

/** The mutant on one line: its place and replacement. */
export function describeMutant({ file, line, before, text, operator }: Mutant): string {
  return `${file}:${line} ${operator}: ${brief(before)} → ${text === '' ? 'nothing' : brief(text)}`;
}

function brief(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 70)} … ${line.slice(-25)}` : line;
}

/** One line per folder, and one for everything. */
export function summaryOf(outcomes: readonly Judged[]): string {
  const groups = new Map<string, Judged[]>();
  for (const outcome of outcomes) {
    const folder = dirname(outcome.mutant.file);
    groups.set(folder, [...(groups.get(folder) ?? []), outcome]);
  }
  return [...groups, ['all', outcomes] as const]
    .map(([name, group]) => `${name.padEnd(14)} ${scoreOf(group)}`)
    .join('\n');
}

function scoreOf(outcomes: readonly Judged[]): string {
  const counted = outcomes.filter(({ isEquivalent }) => !isEquivalent);
  const noticed = counted.filter(isNoticed);
  const percent = ((100 * noticed.length) / Math.max(1, counted.length)).toFixed(1);
  const count = (wanted: Outcome['result']): number => counted.filter(({ result }) => result === wanted).length;
  const left = `${count('survived')} survived, ${count('unreached')} never reached`;
  return `${percent} % (${noticed.length} of ${counted.length}, ${count('timeout')} by not ending; ${left}; ${outcomes.length - counted.length} equivalent)`;
}

/** The summary, the score of each file, and the survivors. */
export function reportOf(outcomes: readonly Judged[]): string {
  const files = [...new Set(outcomes.map(({ mutant }) => mutant.file))].sort();
  const scores = files.map(
    (file) => `${file.padEnd(32)} ${scoreOf(outcomes.filter(({ mutant }) => mutant.file === file))}`,
  );
  const survivors = outcomes
    .filter((outcome) => !isNoticed(outcome) && !outcome.isEquivalent)
    .sort((a, b) => a.mutant.file.localeCompare(b.mutant.file) || a.mutant.start - b.mutant.start)
    .map(({ mutant, result }) => `${result === 'unreached' ? 'unreached' : 'survived '} ${describeMutant(mutant)}`);
  return [summaryOf(outcomes), '', ...scores, '', ...survivors, ''].join('\n');
}
