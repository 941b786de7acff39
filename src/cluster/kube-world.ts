import type { ValueMap } from '../value.ts';
import type { ClusterClient } from './client.ts';
import { listObjects } from './list.ts';

/** What proxies of the Kubernetes Gateway API are made from, as it is in a cluster. */
export interface LiveKubeWorld {
  /** Gateways of all classes. */
  readonly gateways: readonly ValueMap[];
  /** GatewayClasses, GatewayParameters and listener sets. */
  readonly others: readonly ValueMap[];
}

/** Reads all of it. A kind that the cluster does not have has no objects. Secrets are not read. */
export async function readKubeWorld(cluster: ClusterClient): Promise<LiveKubeWorld> {
  const gateways = await listObjects(cluster, 'Gateway');
  const others: ValueMap[] = [];
  for (const kind of ['GatewayClass', 'GatewayParameters', 'XListenerSet'] as const)
    others.push(...(await listObjects(cluster, kind)));
  return { gateways, others };
}

/** What the control plane has deployed for Gateways, in all namespaces, be the Gateways still there or not. */
export async function readDeployed(cluster: ClusterClient): Promise<ValueMap[]> {
  const found: ValueMap[] = [];
  for (const kind of ['ServiceAccount', 'ConfigMap', 'Service', 'Deployment'] as const)
    found.push(...(await listObjects(cluster, kind, undefined, deployedLabel)));
  return found;
}

/** The label of what the control plane deploys for Gateways, as a selector. */
export const deployedLabel = 'gloo=kube-gateway';
