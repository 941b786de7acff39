import { drawProxies } from '../explain/draw-proxies.ts';
import { hasErrors } from '../problem.ts';
import type { Manifest } from '../proxy/print.ts';
import { compareText } from '../value.ts';
import { installedFor } from './kube-installed.ts';
import type { Prepared } from './prepare.ts';

/**
 * Every object that values render, in the order of `render`, without any checks by the rules of the API server or
 * Envoy. Undefined if the chart cannot print one.
 */
export function drawManifests({
  values,
  chart,
  release,
}: Pick<Prepared, 'values' | 'chart' | 'release'>): Manifest[] | undefined {
  const drawn = drawProxies(values, chart, release);
  const installed = installedFor({ values, chart, release });
  if (drawn === undefined || hasErrors(installed.found.problems)) return undefined;
  return [...inApplyOrder(drawn.own), ...inApplyOrder(drawn.around), ...installed.manifests];
}

const rank: Readonly<Record<Manifest['kind'], number>> = {
  GatewayClass: 0,
  GatewayParameters: 0,
  ServiceAccount: 0,
  Secret: 0,
  ConfigMap: 1,
  Service: 2,
  Deployment: 3,
  DaemonSet: 3,
  HorizontalPodAutoscaler: 4,
  PodDisruptionBudget: 5,
  Gateway: 6,
};

/** In an order in which they can be applied. */
export function inApplyOrder(manifests: readonly Manifest[]): Manifest[] {
  const key = ({ namespace, name }: Manifest): string => `${namespace}\u0000${name}`;
  return [...manifests].sort((a, b) => rank[a.kind] - rank[b.kind] || compareText(key(a), key(b)));
}
