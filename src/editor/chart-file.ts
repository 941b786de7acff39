import { chartName } from '../helm/kinds/recognised.ts';
import { dependenciesIn } from '../helm/release.ts';
import { formatPath } from '../problem.ts';
import { isMap, textOf, type ValueMap } from '../value.ts';
import { readYaml } from '../yaml/read.ts';
import type { EditorSettings } from './settings.ts';

/**
 * What Chart.yaml (and Chart.lock, if it exists) beside a values file says about the chart: the release of Gloo's chart
 * that it depends on, and the key of that chart's values; undefined for a chart that does not depend on Gloo's.
 */
export function chartSettings(
  chartFile: string,
  lockFile: string | undefined,
): Pick<EditorSettings, 'chartVersion' | 'partialOf'> | undefined {
  const chart = mapIn(chartFile);
  if (chartName(textOf(chart['name']) ?? '') === 'gloo') return versionOf(textOf(chart['version']) ?? '');
  const lock = lockFile === undefined ? undefined : mapIn(lockFile);
  const dependency = dependenciesIn(chart, lock).find(({ name }) => name === 'gloo');
  return dependency && { ...versionOf(dependency.version), partialOf: formatPath([dependency.key]) };
}

function versionOf(version: string): Pick<EditorSettings, 'chartVersion'> {
  return version === '' ? {} : { chartVersion: version };
}

function mapIn(text: string): ValueMap {
  const { value } = readYaml({ name: '', text });
  return isMap(value) ? value : {};
}
