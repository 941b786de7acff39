import type { Chart } from '../chart/chart.ts';
import { type ChartObjects, chartObjectsOf } from '../kube/chart-objects.ts';
import { decodeSpec } from '../kube/decode.ts';
import { noReplicas, noReplicasHint } from '../kube/no-replicas.ts';
import { printChartObjects } from '../kube/print-chart-objects.ts';
import { glooGateway, valuesPathOf } from '../kube/values-path.ts';
import { formatPath, type Problem } from '../problem.ts';
import type { Manifest } from '../proxy/print.ts';
import { type Found, mapIn, nothingFound, type Scope } from '../proxy/scope.ts';
import { type ValueMap, valueAt } from '../value.ts';
import type { Prepared } from './prepare.ts';

/** What the chart installs for these proxies, and the problems with the values for it. */
export function installedFor({ chart, values, release }: Pick<Prepared, 'chart' | 'values' | 'release'>): {
  readonly objects: ChartObjects;
  readonly manifests: readonly Manifest[];
  readonly found: Found;
} {
  const found = nothingFound(chart.index);
  const top: Scope = { map: values, path: [], found };
  const { name: releaseName, namespace: releaseNamespace } = release;
  const objects = chartObjectsOf({ chart, values: top, global: mapIn(top, 'global'), releaseName, releaseNamespace });
  const replicas = [...glooGateway, 'proxyDeployment', 'replicas'];
  if (objects.parameters !== undefined && valueAt(values, ...replicas) === 0)
    found.problems.push({
      ...{ code: 'kube-part-ignored', severity: 'warning', path: formatPath(replicas) },
      ...{ message: noReplicas, hint: noReplicasHint },
    });
  if (objects.parameters !== undefined) found.problems.push(...faultsOf({ kube: objects.parameters.kube }, chart));
  return { objects, manifests: printChartObjects(objects), found };
}

/**
 * Values that the API server cannot read in the GatewayParameters, or drops; the keys of maps are checked by the
 * chart's schema.
 */
function faultsOf(spec: ValueMap, chart: Chart): Problem[] {
  return decodeSpec(spec, chart).faults.flatMap(({ path, ...fault }) =>
    fault.severity === 'error' || path.some((step) => typeof step === 'number')
      ? [{ ...fault, path: formatPath(valuesPathOf(path)) }]
      : [],
  );
}
