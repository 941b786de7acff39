import type { Path } from '../problem.ts';

/** What the chart's GatewayParameters come from. */
export const glooGateway: Path = ['kubeGateway', 'gatewayParameters', 'glooGateway'];

/** What the chart calls otherwise than the GatewayParameters that it writes. */
const renamed: readonly (readonly [of: Path, as: Path])[] = [
  [['deployment'], ['proxyDeployment']],
  [['sdsContainer', 'bootstrap'], ['sdsContainer']],
  [
    ['sdsContainer', 'resources'],
    ['sdsContainer', 'sdsResources'],
  ],
  [
    ['podTemplate', 'readinessProbe'],
    ['podTemplate', 'customReadinessProbe'],
  ],
  [
    ['podTemplate', 'livenessProbe'],
    ['podTemplate', 'customLivenessProbe'],
  ],
];

/** The value of the chart that becomes a part of its GatewayParameters, by the part's path in the object. */
export function valuesPathOf(path: Path): Path {
  const inKube = path[0] === 'spec' && path[1] === 'kube' ? path.slice(2) : [];
  const [of, as] = renamed.find(([from]) => from.every((step, index) => inKube[index] === step)) ?? [[], []];
  return [...glooGateway, ...as, ...inKube.slice(of.length)];
}
