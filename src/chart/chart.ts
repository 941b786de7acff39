/** The behavior and data of one release of Gloo's chart: a release is data, never a copy of the chart. */

import type { ValueMap } from '../value.ts';
import { envoyReleases, type FeatureName, featureReleases } from './data.gen.ts';
import { buildDefaults } from './defaults.ts';
import { type Intervals, includes } from './range.ts';
import { releaseIndex } from './releases.ts';

export type { FeatureName };

export interface Chart {
  readonly release: string;
  /** Its index in the list of releases, oldest first. */
  readonly index: number;
  /** The minor version N of the gateway proxies' Envoy 1.N. */
  readonly envoy: number;
  /** Whether this release's chart has a feature; schema/features.yaml describes each. */
  has(feature: FeatureName): boolean;
  /** The chart's default values, frozen; the same object every time. */
  defaults(): ValueMap;
}

let featureTable: Readonly<Record<FeatureName, Intervals>> | undefined;
let envoyTable: Readonly<Record<string, Intervals>> | undefined;
const charts = new Map<string, Chart>();

/**
 * Returns the chart of a release by its exact name, as findRelease() returns it for user input. Throws a RangeError for
 * an unknown name, which only a bug can pass.
 */
export function chartOf(release: string): Chart {
  const cached = charts.get(release);
  if (cached !== undefined) return cached;
  const index = releaseIndex(release);
  if (index < 0) throw new RangeError(`unknown chart release ${release}`);
  const chart = createChart(release, index);
  charts.set(release, chart);
  return chart;
}

function createChart(release: string, index: number): Chart {
  featureTable ??= JSON.parse(featureReleases) as Record<FeatureName, Intervals>;
  const table = featureTable;
  const names = Object.keys(table) as FeatureName[];
  const features = new Set<string>(names.filter((name) => includes(table[name], index)));
  let defaults: ValueMap | undefined;
  return {
    release,
    index,
    get envoy() {
      envoyTable ??= JSON.parse(envoyReleases) as Record<string, Intervals>;
      const found = Object.entries(envoyTable).find(([, releases]) => includes(releases, index));
      return Number(found?.[0] ?? 0);
    },
    has: (feature) => features.has(feature),
    defaults: () => (defaults ??= buildDefaults(index, release)),
  };
}
