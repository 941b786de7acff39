import { mapAt, mapsIn, textOf, type ValueMap, wordOf } from '../value.ts';
import { parseImage } from './image-reference.ts';
import { nameOf } from './object.ts';
import { proxyKinds } from './proxy-kinds.ts';
import { containersOf, podOf } from './workload.ts';

/** The name of the volume with Envoy's bootstrap, and the suffix of its ConfigMap's name. */
export const configVolume = 'envoy-config';

/** Whether an object's pods may be a gateway proxy. */
export function isWorkload({ kind }: ValueMap): boolean {
  return kind === 'Deployment' || kind === 'DaemonSet';
}

/**
 * Whether an object is part of a gateway proxy, judged by the labels of Gloo's chart or deployer on the object or its
 * pods. A Gateway of the chart has only the label that all its objects have, and in older releases a disruption budget
 * has none, but selects the pods. All commands use this test.
 */
export function isGatewayProxy(object: ValueMap): boolean {
  const kind = wordOf(object['kind']);
  if (!proxyKinds.includes(kind)) return false;
  const { app, gloo, 'gateway-proxy-id': id } = labelsOf(object);
  if (kind === 'Gateway') return app === 'gloo' && wordOf(object['apiVersion']).startsWith('gateway.solo.io/');
  return gloo === 'gateway-proxy' || typeof id === 'string';
}

/** What Gloo's control plane deploys for a Gateway of the Kubernetes Gateway API. */
const deployedKinds: readonly string[] = ['ConfigMap', 'Deployment', 'Service', 'ServiceAccount'];

/**
 * Whether an object is part of a proxy that Gloo's control plane deploys for a Gateway of the Kubernetes Gateway API.
 */
export function isKubeProxy(object: ValueMap): boolean {
  return (
    deployedKinds.includes(wordOf(object['kind'])) && mapAt(object, 'metadata', 'labels')['gloo'] === 'kube-gateway'
  );
}

/** The labels of an object, and of the pods that it creates or (a disruption budget) selects. */
export function labelsOf(object: ValueMap): ValueMap {
  const selected = object['kind'] === 'PodDisruptionBudget' ? mapAt(object, 'spec', 'selector', 'matchLabels') : {};
  return {
    ...selected,
    ...mapAt(object, 'spec', 'template', 'metadata', 'labels'),
    ...mapAt(object, 'metadata', 'labels'),
  };
}

/** The volume of a workload with Envoy's bootstrap. */
export function configVolumeOf(workload: ValueMap): ValueMap | undefined {
  return mapsIn(podOf(workload)['volumes']).find(({ name }) => name === configVolume);
}

/** The name of the ConfigMap with a workload's bootstrap. */
export function bootstrapNameOf(workload: ValueMap): string {
  return textOf(mapAt(configVolumeOf(workload), 'configMap')['name']) ?? `${nameOf(workload)}-${configVolume}`;
}

/**
 * The index of the container that runs Envoy: it has the workload's name, as in the chart, or the one of proxies of
 * Gateways, or Gloo's image of Envoy; -1 if none does.
 */
export function envoyIndexOf(workload: ValueMap): number {
  const containers = containersOf(workload);
  const names = [nameOf(workload), 'gateway-proxy', 'gloo-gateway'];
  const named = containers.findIndex(({ name }) => names.includes(wordOf(name)));
  if (named >= 0) return named;
  return containers.findIndex(hasEnvoyImage);
}

/** Whether a container has Gloo's image of Envoy, or a copy of it: of the enterprise, for FIPS, in any registry. */
export function hasEnvoyImage(container: ValueMap): boolean {
  return /gloo(?:-ee)?-envoy-wrapper(?![a-z\d])/.test(parseImage(textOf(container['image']) ?? '').name);
}

/** The container of a workload that runs Envoy, otherwise the first. */
export function envoyContainerOf(workload: ValueMap): ValueMap | undefined {
  return containersOf(workload)[Math.max(0, envoyIndexOf(workload))];
}
