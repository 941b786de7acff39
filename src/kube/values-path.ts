import type { Path } from '../problem.ts';

/** The values that determine the chart's GatewayParameters. */
export const glooGateway: Path = ['kubeGateway', 'gatewayParameters', 'glooGateway'];

/** Values whose names differ from the GatewayParameters fields that they set. */
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

/** Returns the chart value that sets a part of its GatewayParameters, by the part's path in the object. */
export function valuesPathOf(path: Path): Path {
  const inKube = path[0] === 'spec' && path[1] === 'kube' ? path.slice(2) : [];
  const [of, as] = renamed.find(([from]) => from.every((step, index) => inKube[index] === step)) ?? [[], []];
  return [...glooGateway, ...as, ...inKube.slice(of.length)];
}
