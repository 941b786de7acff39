import { mapAt, mapsIn, textOf, type ValueMap, wordOf } from '../value.ts';
import { nameOf } from './object.ts';

/** The kinds of which a gateway proxy consists. */
export const proxyKinds: readonly string[] = ['ConfigMap', 'Deployment', 'DaemonSet'];

/** The volume with Envoy's bootstrap, and the end of its ConfigMap's name. */
export const configVolume = 'envoy-config';

/** Whether an object is one whose pods a gateway proxy may be. */
export function isWorkload({ kind }: ValueMap): boolean {
  return kind === 'Deployment' || kind === 'DaemonSet';
}

/**
 * Whether an object is a part of a gateway proxy: a workload or ConfigMap with the labels of Gloo's chart or deployer, on
 * itself or on its pods. The one test for all commands.
 */
export function isGatewayProxy(object: ValueMap): boolean {
  const { gloo, 'gateway-proxy-id': id } = labelsOf(object);
  return proxyKinds.includes(wordOf(object['kind'])) && (gloo === 'gateway-proxy' || typeof id === 'string');
}

/** What Gloo's control plane deploys for a Gateway of the Kubernetes Gateway API. */
const deployedKinds: readonly string[] = ['ConfigMap', 'Deployment', 'Service', 'ServiceAccount'];

/** Whether an object is a part of a proxy that Gloo's control plane deploys for a Gateway of the Kubernetes Gateway API. */
export function isKubeProxy(object: ValueMap): boolean {
  return (
    deployedKinds.includes(wordOf(object['kind'])) && mapAt(object, 'metadata', 'labels')['gloo'] === 'kube-gateway'
  );
}

/** The labels of an object and of the pods that it makes. */
export function labelsOf(object: ValueMap): ValueMap {
  return { ...mapAt(object, 'spec', 'template', 'metadata', 'labels'), ...mapAt(object, 'metadata', 'labels') };
}

/** The volume of a workload with Envoy's bootstrap. */
export function configVolumeOf(workload: ValueMap): ValueMap | undefined {
  return mapsIn(mapAt(workload, 'spec', 'template', 'spec')['volumes']).find(({ name }) => name === configVolume);
}

/** The name of the ConfigMap with a workload's bootstrap. */
export function bootstrapNameOf(workload: ValueMap): string {
  return textOf(mapAt(configVolumeOf(workload), 'configMap')['name']) ?? `${nameOf(workload)}-${configVolume}`;
}

/** The container of a workload that runs Envoy: it is called like the workload, as the chart does, or stands first. */
export function envoyContainerOf(workload: ValueMap): ValueMap | undefined {
  const containers = mapsIn(mapAt(workload, 'spec', 'template', 'spec')['containers']);
  return containers.find(({ name }) => name === nameOf(workload) || name === 'gateway-proxy') ?? containers[0];
}
