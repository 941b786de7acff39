/** What one release of Gloo's chart does and gives: a release is data, never a copy of the chart. */

import type { ValueMap } from '../value.ts';
import { envoyReleases, type FeatureName, featureReleases } from './data.gen.ts';
import { buildDefaults } from './defaults.ts';
import { type Intervals, includes } from './range.ts';
import { releaseIndex } from './releases.ts';

export type { FeatureName };

export interface Chart {
  readonly release: string;
  /** Its position in the list of releases, oldest first. */
  readonly index: number;
  /** The N of the Envoy 1.N in the gateway proxies' image. */
  readonly envoy: number;
  /** Whether the chart of this release behaves so; schema/features.yaml says what each name means. */
  has(feature: FeatureName): boolean;
  /** The chart's default values, frozen; the same object every time. */
  defaults(): ValueMap;
}

let featureTable: Readonly<Record<FeatureName, Intervals>> | undefined;
let envoyTable: Readonly<Record<string, Intervals>> | undefined;
const charts = new Map<string, Chart>();

/**
 * The chart of a release, by its exact name; findRelease() returns that for what a user typed.
 * Throws a RangeError for a name that is not in the list of releases, which only a mistake in our own code can pass.
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
