import type { ClusterClient } from '../../cluster/client.ts';
import { NotAllowed } from '../../cluster/kubeconfig.ts';
import { listObjects, readObject } from '../../cluster/list.ts';
import { bootstrapNameOf, isGatewayProxy, isWorkload } from '../../objects/gateway-proxies.ts';
import { isIstiod } from '../../objects/istiod.ts';
import { CannotDo } from '../../outcome.ts';
import type { ValueMap } from '../../value.ts';

/**
 * The workloads of a namespace, including Gloo's own, and the ConfigMaps with the bootstraps of its gateway proxies.
 */
export async function readProxies(cluster: ClusterClient, namespace: string): Promise<ValueMap[]> {
  const workloads = [
    ...(await listObjects(cluster, 'Deployment', namespace)),
    ...(await listObjects(cluster, 'DaemonSet', namespace)),
  ];
  const names = new Set(
    workloads.filter((object) => isWorkload(object) && isGatewayProxy(object)).map(bootstrapNameOf),
  );
  const configMaps: ValueMap[] = [];
  for (const name of names) {
    const found = await readObject(cluster, 'ConfigMap', namespace, name);
    if (found !== undefined) configMaps.push(found);
  }
  return [...workloads, ...configMaps];
}

/** Upstreams and policies of all namespaces, and the objects that tell which pods they refer to. */
export async function readMesh(cluster: ClusterClient): Promise<ValueMap[]> {
  const kinds = ['Upstream', 'PeerAuthentication', 'Service', 'Deployment', 'DaemonSet'] as const;
  return (await Promise.all(kinds.map((kind) => listObjects(cluster, kind)))).flat();
}

/**
 * The Deployments of istiod, which determine the version and token of a sidecar. Without Istio in the cluster nothing
 * is guessed.
 */
export async function readIstiods(cluster: ClusterClient, namespace: string): Promise<ValueMap[]> {
  const found = (await listObjects(cluster, 'Deployment', namespace)).filter((object) => isIstiod({ object }));
  if (found.length > 0) return found;
  throw new CannotDo(
    `there is no istiod in namespace ${namespace} of ${cluster.server}`,
    'name its namespace with --istio-namespace, or set --istio-version and --jwt-policy',
  );
}

/** A Namespace with its labels, if it may be read. */
export async function readNamespace(cluster: ClusterClient, name: string): Promise<ValueMap[]> {
  try {
    const found = await readObject(cluster, 'Namespace', undefined, name);
    return found === undefined ? [] : [found];
  } catch (error) {
    if (error instanceof NotAllowed) return [];
    throw error;
  }
}
