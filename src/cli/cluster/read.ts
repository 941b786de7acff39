import type { ClusterClient } from '../../cluster/client.ts';
import { collectionOf, type ReadKind, readResources } from '../../cluster/kinds.ts';
import { NotAllowed } from '../../cluster/kubeconfig.ts';
import { bootstrapNameOf, isGatewayProxy, isWorkload } from '../../objects/gateway-proxies.ts';
import { nameOf } from '../../objects/object.ts';
import { CannotDo } from '../../outcome.ts';
import { isMap, type ValueMap } from '../../value.ts';

/** Every object of a kind, of one namespace or of all; none where the cluster does not know the kind. */
export async function listObjects(
  cluster: ClusterClient,
  kind: ReadKind,
  namespace?: string,
  labels?: string,
): Promise<ValueMap[]> {
  const query = labels === undefined ? '' : `?labelSelector=${encodeURIComponent(labels)}`;
  const list = await cluster.get(`${collectionOf(kind, namespace)}${query}`);
  const items = list?.['items'];
  return Array.isArray(items) ? items.filter(isMap).map((item) => asObject(kind, item)) : [];
}

/** One object, if it is there. */
export async function readObject(
  cluster: ClusterClient,
  kind: ReadKind,
  namespace: string,
  name: string,
): Promise<ValueMap | undefined> {
  const found = await cluster.get(`${collectionOf(kind, namespace)}/${encodeURIComponent(name)}`);
  return found === undefined ? undefined : asObject(kind, found);
}

/** Members of a list come without kind and version. */
function asObject(kind: ReadKind, item: Readonly<Record<string, unknown>>): ValueMap {
  // What comes out of JSON.parse consists of values.
  return { ...item, apiVersion: readResources[kind].apiVersion, kind } as ValueMap;
}

/** The workloads of a namespace, Gloo's own among them, and the ConfigMaps with the bootstrap of its gateway proxies. */
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

/** Upstreams and policies of all namespaces, and what tells which pods are meant. */
export async function readMesh(cluster: ClusterClient): Promise<ValueMap[]> {
  const kinds = ['Upstream', 'PeerAuthentication', 'Service', 'Deployment', 'DaemonSet'] as const;
  return (await Promise.all(kinds.map((kind) => listObjects(cluster, kind)))).flat();
}

/** The Deployments of istiod, from which a sidecar's version and token follow. A cluster without Istio gets no guess. */
export async function readIstiods(cluster: ClusterClient, namespace: string): Promise<ValueMap[]> {
  const found = (await listObjects(cluster, 'Deployment', namespace)).filter((object) =>
    /^istiod(?:-|$)/.test(nameOf(object)),
  );
  if (found.length > 0) return found;
  throw new CannotDo(
    `there is no istiod in namespace ${namespace} of ${cluster.server}`,
    'name its namespace with --istio-namespace, or say --istio-version and --jwt-policy',
  );
}

/** A Namespace with its labels, as far as it may be read. */
export async function readNamespace(cluster: ClusterClient, name: string): Promise<ValueMap[]> {
  try {
    const found = await cluster.get(`/api/v1/namespaces/${encodeURIComponent(name)}`);
    // What comes out of JSON.parse consists of values.
    return found === undefined ? [] : [{ ...found, apiVersion: 'v1', kind: 'Namespace' } as ValueMap];
  } catch (error) {
    if (error instanceof NotAllowed) return [];
    throw error;
  }
}
