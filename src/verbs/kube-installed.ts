import { type ChartObjects, chartObjectsOf } from '../kube/chart-objects.ts';
import { printChartObjects } from '../kube/print.ts';
import type { Manifest } from '../proxy/print.ts';
import { type Found, mapIn, nothingFound, type Scope } from '../proxy/scope.ts';
import type { Prepared } from './prepare.ts';

/** What the chart installs for these proxies, and what is wrong with the values of it. */
export function installedFor({ chart, values, release }: Pick<Prepared, 'chart' | 'values' | 'release'>): {
  readonly objects: ChartObjects;
  readonly manifests: readonly Manifest[];
  readonly found: Found;
} {
  const found = nothingFound(chart.index);
  const top: Scope = { map: values, path: [], found };
  const { name: releaseName, namespace: releaseNamespace } = release;
  const objects = chartObjectsOf({ chart, values: top, global: mapIn(top, 'global'), releaseName, releaseNamespace });
  return { objects, manifests: printChartObjects(objects), found };
}
