import { chartName } from '../helm/kinds/recognised.ts';
import { dependenciesIn } from '../helm/release.ts';
import { formatPath } from '../problem.ts';
import { isMap, textOf, type ValueMap } from '../value.ts';
import { readYaml } from '../yaml/read.ts';
import type { EditorSettings } from './settings.ts';

/**
 * What the Chart.yaml beside a values file says of it, and Chart.lock where there is one: which release of Gloo's chart the chart depends on, and
 * under which key its values stand; undefined for a chart without Gloo's.
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
