/** test/oracle/deviations.yaml: what it holds, and which of its entries speak of a case on a release. */
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { compileRange, type Intervals, includes } from '../../src/chart/range.ts';
import { releaseIndex, releases } from '../../src/chart/releases.ts';
import { parseVersion } from '../../src/chart/version.ts';
import { isList, isMap, type Value, type ValueMap } from '../../src/value.ts';
import type { Verdict } from './suite.ts';

/** What the chart and glistio give for values that no recorded case holds. */
export interface Example {
  readonly release: string;
  readonly values: ValueMap;
  /** The place in the objects: a kind, then the steps to the value, where an item of a list goes by its name. */
  readonly at: readonly (string | number)[];
  /** What real Helm gives there; null where it gives nothing. */
  readonly chart?: Value;
  /** Whether Helm fails instead. */
  readonly fails?: boolean;
  readonly glistio: Value;
}

/** The value at the place of an example; null where there is none. */
export function valueAt(objects: readonly ValueMap[], [kind, ...steps]: Example['at']): Value {
  let at: Value = objects.find((object) => object['kind'] === kind) ?? null;
  for (const step of steps) {
    if (isList(at)) at = at.find((item, index) => index === step || (isMap(item) && item['name'] === step)) ?? null;
    else at = isMap(at) && typeof step === 'string' ? (at[step] ?? null) : null;
  }
  return at;
}

interface Entry {
  readonly id: string;
  readonly refusedBy: readonly Verdict[];
  readonly covers: (release: string) => boolean;
}

interface Deviation extends Entry {
  readonly cases: ReadonlySet<string>;
  readonly examples: readonly Example[];
}

interface Refusal extends Entry {
  /** By case: `code path` of every error that glistio may report. */
  readonly cases: ReadonlyMap<string, readonly string[]>;
}

export interface DeviationList {
  readonly deviations: readonly Deviation[];
  readonly refusals: readonly Refusal[];
  /** What is compared only by being there. */
  readonly masked: readonly string[];
}

interface Written {
  readonly deviations: readonly (WrittenEntry & { cases?: readonly string[]; examples?: readonly Example[] })[];
  readonly masked: readonly WrittenEntry[];
  readonly refusals: readonly (WrittenEntry & { cases: Readonly<Record<string, readonly string[]>> })[];
}

interface WrittenEntry {
  readonly id: string;
  readonly refusedBy?: readonly Verdict[];
  readonly releases?: string;
}

export function readDeviations(): DeviationList {
  const file = new URL('../oracle/deviations.yaml', import.meta.url);
  const { deviations, masked, refusals } = load(readFileSync(file, 'utf8')) as Written;
  return {
    masked: masked.map(({ id }) => id),
    deviations: deviations.map(({ cases = [], examples = [], ...entry }) => ({
      ...entryOf(entry),
      cases: new Set(cases),
      examples,
    })),
    refusals: refusals.map(({ cases, ...entry }) => ({ ...entryOf(entry), cases: new Map(Object.entries(cases)) })),
  };
}

const versions = releases.map((name) => parseVersion(name));

function entryOf({ id, refusedBy = [], releases: range }: WrittenEntry): Entry {
  const intervals: Intervals | undefined = range === undefined ? [0, versions.length] : compileRange(range, versions);
  if (intervals === undefined) throw new Error(`${id}: ${range} is not a range of releases`);
  return { id, refusedBy, covers: (release) => includes(intervals, releaseIndex(release)) };
}
