import type { ValueMap } from '../value.ts';
import type { ClusterClient } from './client.ts';
import { listObjects } from './list.ts';

/** A cluster's objects that determine the proxies of the Kubernetes Gateway API. */
export interface LiveKubeWorld {
  /** Gateways of all classes. */
  readonly gateways: readonly ValueMap[];
  /** GatewayClasses, GatewayParameters and listener sets. */
  readonly others: readonly ValueMap[];
}

/** Reads all of them. A kind that the cluster does not have has no objects. Secrets are not read. */
export async function readKubeWorld(cluster: ClusterClient): Promise<LiveKubeWorld> {
  const gateways = await listObjects(cluster, 'Gateway');
  const others: ValueMap[] = [];
  for (const kind of ['GatewayClass', 'GatewayParameters', 'XListenerSet'] as const)
    others.push(...(await listObjects(cluster, kind)));
  return { gateways, others };
}

/**
 * Everything the control plane has deployed for Gateways, in all namespaces, including for Gateways that no longer
 * exist.
 */
export async function readDeployed(cluster: ClusterClient): Promise<ValueMap[]> {
  const found: ValueMap[] = [];
  for (const kind of ['ServiceAccount', 'ConfigMap', 'Service', 'Deployment'] as const)
    found.push(...(await listObjects(cluster, kind, undefined, deployedLabel)));
  return found;
}

/** A selector for the objects that the control plane deploys for Gateways. */
export const deployedLabel = 'gloo=kube-gateway';
