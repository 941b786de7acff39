import { readFileSync } from 'node:fs';
import { readYaml } from '../../src/yaml/read.ts';
import type { Mutant } from './mutants.ts';
import { isNoticed, type Outcome } from './outcome.ts';

/** Mutants that no test can detect, with the reason. */
export interface Equivalent {
  readonly file: string;
  /** The trimmed line that contains it; without it, every line that matches. */
  readonly line?: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

const path = 'test/mutation/equivalent.yaml';

export function equivalents(): readonly Equivalent[] {
  const { value } = readYaml({ name: path, text: readFileSync(path, 'utf8') });
  if (!Array.isArray(value)) return [];
  return value as unknown as readonly Equivalent[]; // The project's own file; what does not fit is reported as stale.
}

export function isEquivalent(known: readonly Equivalent[], mutant: Mutant): boolean {
  return known.some((entry) => isOf(entry, mutant));
}

const texts = new Map<string, readonly string[]>();

function isOf({ file, line, from, to }: Equivalent, mutant: Mutant): boolean {
  if (file !== mutant.file || to !== mutant.text) return false;
  const lines = texts.get(file) ?? readFileSync(file, 'utf8').split('\n');
  texts.set(file, lines);
  return mutant.before === from && (line === undefined || lines[mutant.line - 1]?.trim() === line);
}

/** Messages about entries that are no longer needed: no such mutant, or a test detects it. */
export function staleEntries(
  known: readonly Equivalent[],
  sources: readonly string[],
  mutants: readonly Mutant[],
  outcomes: readonly Outcome[],
): string[] {
  return known
    .filter(({ file }) => sources.includes(file))
    .flatMap((entry) => {
      const name = `${path}: ${entry.file}: ${entry.line ?? 'any line'}: ${entry.from} → ${entry.to}`;
      if (!mutants.some((mutant) => isOf(entry, mutant))) return [`${name}: there is no such mutant`];
      const noticed = outcomes.find((outcome) => isOf(entry, outcome.mutant) && isNoticed(outcome));
      return noticed === undefined ? [] : [`${name}: ${noticed.by ?? 'a test that does not end'} notices it`];
    });
}
