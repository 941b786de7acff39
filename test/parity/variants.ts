/** Which releases of a class glistio could treat differently. */
import { chartOf, type FeatureName } from '../../src/chart/chart.ts';
import { featureReleases } from '../../src/chart/data.gen.ts';
import { digest, maskRelease } from './canonical.ts';

const features = Object.keys(JSON.parse(featureReleases) as object) as FeatureName[];

/** The first release of each set with the same features and, apart from its own number, the same default values. */
export function variantsOf(releases: readonly string[]): string[] {
  const found = new Map<string, string>();
  for (const release of releases) {
    const chart = chartOf(release);
    const defaults = maskRelease(release)(JSON.stringify(chart.defaults()));
    const key = digest([defaults, ...features.filter((name) => chart.has(name))]);
    if (!found.has(key)) found.set(key, release);
  }
  return [...found.values()];
}
