/**
 * schema/deviations.yaml with the examples and refusals of test/oracle/chart-examples.yaml, and what real charts render
 * for the examples.
 */
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { compileRange, type Intervals, includes } from '../../src/chart/range.ts';
import { releaseIndex, releases } from '../../src/chart/releases.ts';
import { parseVersion } from '../../src/chart/version.ts';
import { isGatewayProxy } from '../../src/objects/gateway-proxies.ts';
import { isList, isMap, type Value, type ValueMap } from '../../src/value.ts';
import { comparable, digest } from './canonical.ts';
import type { Verdict } from './suite.ts';

/** Values that trigger a deviation, and similar values that do not. */
export interface Example {
  readonly values: ValueMap;
  readonly near: ValueMap;
  /** The releases in which the values trigger it, if these are fewer. */
  readonly only?: string;
  /** The place in the objects: a kind, then the steps to the value, where list items are identified by name. */
  readonly at: readonly (string | number)[];
  /** What glistio prints there. */
  readonly glistio: Value;
}

/** The value at the place of an example; null if there is none. */
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
  /** The first and last releases of its range, and the nearest releases before and after that are not covered. */
  readonly edges: readonly string[];
  /** Whether every release has it. */
  readonly isEverywhere: boolean;
}

export interface Deviation extends Entry {
  readonly examples: readonly Example[];
}

interface Refusal extends Entry {
  /** By case: `code path` of every error that glistio may report. */
  readonly cases: ReadonlyMap<string, readonly string[]>;
}

export interface DeviationList {
  readonly deviations: readonly Deviation[];
  readonly refusals: readonly Refusal[];
  /** Of these, only the presence is compared. */
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
  const intervals = range === undefined ? everyRelease : intervalsOf(range);
  const edges = new Set(intervals.flatMap((end) => [end - 1, end]));
  if (range === undefined) edges.add(releaseIndex('1.12.30')).add(releaseIndex('1.17.3'));
  return {
    id,
    refusedBy,
    isEverywhere: range === undefined,
    covers: (release) => includes(intervals, releaseIndex(release)),
    edges: [...edges].flatMap((at) => releases[at] ?? []),
  };
}

const everyRelease: Intervals = [0, versions.length];

function intervalsOf(range: string): Intervals {
  const intervals = compileRange(range, versions);
  if (intervals === undefined) throw new Error(`${range} is not a range of releases`);
  return intervals;
}

/**
 * What a real chart renders for an example on a release at a bound: whether it is accepted, and a digest of the
 * proxies' objects.
 */
export interface EdgeAnswer {
  readonly verdict: 'accepted' | 'fails' | 'refused';
  readonly digest: string;
}

export interface Edge {
  /** The key under which it is stored. */
  readonly key: string;
  readonly release: string;
  readonly values: ValueMap;
  readonly example: Example;
  /** Whether the values trigger the deviation in this release. */
  readonly meets: boolean;
}

/** Each example of a deviation on each release at the bounds of its range. */
export function edgesOf({ id, examples, edges, covers }: Deviation): readonly Edge[] {
  return examples.flatMap((example, index) => {
    const { values, near, only } = example;
    const isIn = only === undefined ? everyRelease : intervalsOf(only);
    return edges.flatMap((release) => {
      const meets = covers(release) && includes(isIn, releaseIndex(release));
      return [
        { key: `${id} ${index} values ${release}`, release, example, values, meets },
        { key: `${id} ${index} near ${release}`, release, example, values: near, meets: false },
      ];
    });
  });
}

export const edgesFile = new URL('../oracle/deviation-digests.txt', import.meta.url);

export function readEdgeAnswers(): ReadonlyMap<string, EdgeAnswer> {
  const lines = readFileSync(edgesFile, 'utf8').trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [, key = '', verdict, sum = ''] = /^(.+) (accepted|fails|refused) (\S+)$/.exec(line) ?? [];
      return [key, { verdict: verdict as EdgeAnswer['verdict'], digest: sum }];
    }),
  );
}

/** One digest of the proxies' objects. */
export function digestOfProxies(objects: readonly ValueMap[]): string {
  return digest(
    objects
      .filter(isGatewayProxy)
      .map((object) => digest(comparable(object)))
      .sort(),
  );
}
