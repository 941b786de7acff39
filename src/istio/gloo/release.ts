import { type Intervals, includes } from '../../chart/range.ts';
import { releaseIndex } from '../../chart/releases.ts';
import { type GlooFeature, glooFeaturesJson } from '../data.gen.ts';

export type { GlooFeature };

/** The behaviour of one Gloo release's control plane. */
export interface Gloo {
  readonly release: string;
  /** Whether this release has the behaviour; schema/translator.yaml explains each name. */
  has(feature: GlooFeature): boolean;
}

let table: Readonly<Record<GlooFeature, Intervals>> | undefined;

/** The control plane of a release, by its exact name. */
export function glooOf(release: string): Gloo {
  table ??= JSON.parse(glooFeaturesJson) as Readonly<Record<GlooFeature, Intervals>>;
  const intervals = table;
  const index = releaseIndex(release);
  return { release, has: (feature) => includes(intervals[feature], index) };
}
