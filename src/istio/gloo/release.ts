import { type Intervals, includes } from '../../chart/range.ts';
import { releaseIndex } from '../../chart/releases.ts';
import { type GlooFeature, glooFeaturesJson } from '../data.gen.ts';

export type { GlooFeature };

/** What the control plane of one release of Gloo does. */
export interface Gloo {
  readonly release: string;
  /** Whether this release behaves so; schema/translator.yaml says what each name means. */
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
