import type { ValueMap } from '../value.ts';
import type { ClusterClient } from './client.ts';

/** What proxies of the Kubernetes Gateway API are made from, as it is in a cluster. */
export interface LiveKubeWorld {
  /** Gateways of all classes. */
  readonly gateways: readonly ValueMap[];
  /** GatewayClasses, GatewayParameters and listener sets. */
  readonly others: readonly ValueMap[];
}

const lists = {
  Gateway: ['gateway.networking.k8s.io/v1', 'gateways'],
  GatewayClass: ['gateway.networking.k8s.io/v1', 'gatewayclasses'],
  GatewayParameters: ['gateway.gloo.solo.io/v1alpha1', 'gatewayparameters'],
  XListenerSet: ['gateway.networking.x-k8s.io/v1alpha1', 'xlistenersets'],
} as const;

/** Reads all of it. A kind that the cluster does not have has no objects. Secrets are not read. */
export async function readKubeWorld(cluster: ClusterClient): Promise<LiveKubeWorld> {
  const gateways = await listOfKind(cluster, 'Gateway');
  const others: ValueMap[] = [];
  for (const kind of ['GatewayClass', 'GatewayParameters', 'XListenerSet'] as const)
    others.push(...(await listOfKind(cluster, kind)));
  return { gateways, others };
}

const deployed = {
  ServiceAccount: ['v1', 'serviceaccounts'],
  ConfigMap: ['v1', 'configmaps'],
  Service: ['v1', 'services'],
  Deployment: ['apps/v1', 'deployments'],
} as const;

/** What the control plane has deployed for Gateways, in all namespaces, be the Gateways still there or not. */
export async function readDeployed(cluster: ClusterClient): Promise<ValueMap[]> {
  const found: ValueMap[] = [];
  for (const kind of ['ServiceAccount', 'ConfigMap', 'Service', 'Deployment'] as const)
    found.push(...(await listAt(cluster, kind, deployed[kind], `?labelSelector=${encodeURIComponent(kubeLabel)}`)));
  return found;
}

const kubeLabel = 'gloo=kube-gateway';

function listOfKind(cluster: ClusterClient, kind: keyof typeof lists): Promise<ValueMap[]> {
  return listAt(cluster, kind, lists[kind], '');
}

async function listAt(
  cluster: ClusterClient,
  kind: string,
  [apiVersion, plural]: readonly [string, string],
  query: string,
): Promise<ValueMap[]> {
  const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const items = (await cluster.get(`${group}/${plural}${query}`))?.['items'];
  // What comes out of JSON.parse consists of values; members of a list come without kind and version.
  return Array.isArray(items) ? items.map((item) => ({ ...item, apiVersion, kind }) as ValueMap) : [];
}
