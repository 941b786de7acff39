/** schema/deviations.yaml with the examples and refusals of test/oracle/chart-examples.yaml: which entries speak of a release. */
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
  readonly examples: Readonly<Record<string, readonly Example[]>>;
  readonly masked: readonly WrittenEntry[];
  readonly refusals: readonly (WrittenEntry & { cases: Readonly<Record<string, readonly string[]>> })[];
}

interface WrittenEntry {
  readonly id: string;
  readonly refusedBy?: readonly Verdict[];
  readonly releases?: string;
}

export function readDeviations(): DeviationList {
  const read = (path: string): unknown => load(readFileSync(new URL(path, import.meta.url), 'utf8'));
  const deviations = read('../../schema/deviations.yaml') as readonly WrittenEntry[];
  const { examples, masked, refusals } = read('../oracle/chart-examples.yaml') as Written;
  const unknown = Object.keys(examples).filter((id) => !deviations.some((entry) => entry.id === id));
  if (unknown.length > 0) throw new Error(`examples of ${unknown.join(', ')}, which is no deviation`);
  return {
    masked: masked.map(({ id }) => id),
    deviations: deviations.map((entry) => ({ ...entryOf(entry), examples: examples[entry.id] ?? [] })),
    refusals: refusals.map(({ cases, ...entry }) => ({ ...entryOf(entry), cases: new Map(Object.entries(cases)) })),
  };
}

const versions = releases.map((name) => parseVersion(name));

function entryOf({ id, refusedBy = [], releases: range }: WrittenEntry): Entry {
  const intervals: Intervals | undefined = range === undefined ? [0, versions.length] : compileRange(range, versions);
  if (intervals === undefined) throw new Error(`${id}: ${range} is not a range of releases`);
  return { id, refusedBy, covers: (release) => includes(intervals, releaseIndex(release)) };
}
