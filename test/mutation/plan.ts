import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import type { Mutant } from './mutants.ts';
import type { Coverage, TestRef } from './worker.ts';

/** Slower tests are left to `npm test`. */
const longest = 4_000;
/** Code that runs when a module is loaded, which any test may depend on, gets as many times the budget. */
const timesAtLoad = 2;

/** For each mutant the tests that reach it, most promising first. */
export interface Plan {
  testsOf(mutant: Mutant): readonly TestRef[];
  /** A test that has detected one fault in a file is likely to detect others. */
  noteKill(mutant: Mutant, by: string): void;
}

/**
 * `budget` is the time of the tests for one mutant, in milliseconds: one that survives the most promising tests for that
 * long counts as a survivor. A rule is reached by the tests of all other rules, too: a larger budget finds more kills.
 */
export function plan(coverages: readonly Coverage[], budget: number): Plan {
  const kills = new Map<string, number>();
  const keyOf = (file: string, test: string): string => `${file}\0${test}`;
  // Neighbours in a file are much alike: mixed, the first few of a file that are tried are of all that it has.
  const lot = ({ file, name }: TestRef): string => createHash('sha256').update(keyOf(file, name)).digest('hex');
  const tests = coverages
    .flatMap((coverage) => coverage.tests)
    .filter(({ milliseconds }) => milliseconds <= longest)
    .map((test) => ({ test, lot: lot(test) }))
    .sort((a, b) => (a.lot < b.lot ? -1 : 1))
    .map(({ test }) => test);
  const reaching = (file: string, probe: number): TestRef[] =>
    tests.filter(({ reached }) => reached[file]?.includes(probe));
  const touching = (file: string): TestRef[] => tests.filter(({ reached }) => reached[file] !== undefined);
  const isAtLoad = (file: string, probe: number): boolean =>
    probe === 0 || coverages.some(({ atLoad }) => atLoad[file]?.includes(probe));
  const importersOf = (file: string): string[] => [
    ...new Set(coverages.flatMap(({ importers }) => importers[file] ?? [])),
  ];
  const byFile = new Map<string, TestRef[]>();
  for (const test of tests) byFile.set(test.file, [...(byFile.get(test.file) ?? []), test]);
  /**
   * The tests that use what a module creates on loading: by its functions, or by those of its importers. Importers
   * among scripts and tests are followed completely, those among the sources only until a test is found.
   */
  const usersOf = (file: string, seen: Set<string>): TestRef[] => {
    if (seen.has(file)) return [];
    seen.add(file);
    const own = byFile.get(file);
    if (own !== undefined) return own;
    const users = touching(file);
    const isFirst = seen.size === 1;
    const next = importersOf(file).filter((one) => isFirst || users.length === 0 || !one.startsWith('src/'));
    return [...users, ...next.flatMap((importer) => usersOf(importer, seen))];
  };
  /** The test files that import a source, or a script or source that does: they are written for it. */
  const testersOf = (file: string): ReadonlySet<string> => {
    const direct = importersOf(file);
    return new Set([...direct, ...direct.flatMap(importersOf)].filter((one) => byFile.has(one)));
  };
  const testsOfPlace = memoised(({ file, probe }: Mutant): readonly TestRef[] => {
    const direct = reaching(file, probe);
    const others = isAtLoad(file, probe) ? usersOf(file, new Set()) : [];
    return [...new Set([...direct, ...others])].map(({ file, index, name, milliseconds }) => ({
      ...{ file, index, name, milliseconds },
    }));
  });
  return {
    testsOf(mutant) {
      const killsIn = (place: string, { file, name }: TestRef): number =>
        kills.get(keyOf(place, `${file}: ${name}`)) ?? 0;
      const killsOf = (test: TestRef): number =>
        20 * killsIn(mutant.file, test) + 4 * killsIn(dirname(mutant.file), test);
      const most = budget * (isAtLoad(mutant.file, mutant.probe) ? timesAtLoad : 1);
      const near = testersOf(mutant.file);
      const places = new Map<string, number>();
      const priced = [...testsOfPlace(mutant)].map((test) => {
        // Each further test of a file is less likely to detect anything new; a test named after the source is most
        // likely.
        const place = places.get(test.file) ?? 0;
        places.set(test.file, place + 1);
        const worth = (1 + killsOf(test)) * (isNamesake(mutant.file, test) ? 20 : 1) * (near.has(test.file) ? 10 : 1);
        return { test, price: ((test.milliseconds + 1) * (1 + place / 10)) / worth };
      });
      let spent = 0;
      return priced
        .sort((a, b) => a.price - b.price)
        .map(({ test }) => test)
        .filter(({ milliseconds }) => {
          if (spent + milliseconds > most) return false;
          spent += milliseconds;
          return true;
        });
    },
    noteKill(mutant, by) {
      for (const place of [mutant.file, dirname(mutant.file)]) {
        const key = keyOf(place, by);
        kills.set(key, (kills.get(key) ?? 0) + 1);
      }
    },
  };
}

/** Whether a file of tests, or a test of a table for several sources, is named after the source. */
function isNamesake(source: string, { file, name }: TestRef): boolean {
  const word = basename(source, '.ts');
  return basename(file).startsWith(word) || name.startsWith(`${word}: `);
}

function memoised<T>(find: (mutant: Mutant) => T): (mutant: Mutant) => T {
  const known = new Map<string, T>();
  return (mutant) => {
    const key = `${mutant.file}:${mutant.probe}`;
    const found = known.get(key) ?? find(mutant);
    known.set(key, found);
    return found;
  };
}
