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

async function listOfKind(cluster: ClusterClient, kind: keyof typeof lists): Promise<ValueMap[]> {
  const [apiVersion, plural] = lists[kind];
  const items = (await cluster.get(`/apis/${apiVersion}/${plural}`))?.['items'];
  // What comes out of JSON.parse consists of values; members of a list come without kind and version.
  return Array.isArray(items) ? items.map((item) => ({ ...item, apiVersion, kind }) as ValueMap) : [];
}
