/** Compiles `schema/envoy-versions.yaml`. */
import type { Intervals } from '../src/chart/range.ts';
import { compileDataRange, isRecord, type ReleaseList, readYaml } from './chart-sources.ts';

/**
 * The releases of each Envoy, by the minor version N of 1.N. Throws if a range is invalid, or if a release has no Envoy
 * or two.
 */
export function compileEnvoyVersions(releases: ReleaseList): Record<string, Intervals> {
  const file = 'schema/envoy-versions.yaml';
  const source = readYaml(file);
  if (!isRecord(source)) throw new Error(`${file}: expected a map of ranges`);
  const counts = new Array<number>(releases.names.length).fill(0);
  const compiled = Object.entries(source).map(([version, range]): [string, Intervals] => {
    if (!/^\d+$/.test(version) || typeof range !== 'string')
      throw new Error(`${file}: ${version}: expected N: "<range>"`);
    const intervals = compileDataRange(range, releases);
    for (let i = 0; i < intervals.length; i += 2)
      for (let index = intervals[i] ?? 0; index < (intervals[i + 1] ?? 0); index++)
        counts[index] = (counts[index] ?? 0) + 1;
    return [version, intervals];
  });
  const wrong = counts.findIndex((count) => count !== 1);
  if (wrong >= 0) throw new Error(`${file}: ${releases.names[wrong]} has ${counts[wrong]} Envoys`);
  return Object.fromEntries(compiled);
}
