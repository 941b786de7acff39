import { bootstrapNameOf, isGatewayProxy, isWorkload } from '../objects/gateway-proxies.ts';
import type { ValueMap } from '../value.ts';
import type { ClusterClient } from './client.ts';

/** A revision of a release as the cluster lists it. */
export interface StoredRevision {
  readonly revision: number;
  readonly status: string;
}

/** Where Helm keeps its records. */
export type Storage = 'secrets' | 'configmaps';

/** The encoded records of a release's deployed revisions, or of the one that was asked for. */
export async function readRecordObjects(
  cluster: ClusterClient,
  storage: Storage,
  namespace: string,
  name: string,
  revision?: number,
): Promise<ValueMap[]> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/${storage}`;
  if (revision !== undefined) {
    const found = await cluster.get(`${path}/${encodeURIComponent(`sh.helm.release.v1.${name}.v${revision}`)}`);
    return found === undefined ? [] : [{ kind: kinds[storage], ...found } as ValueMap];
  }
  const list = await cluster.get(`${path}?labelSelector=${selector({ owner: 'helm', name, status: 'deployed' })}`);
  return itemsOf(list).map((item) => ({ ...item, kind: kinds[storage] }));
}

const kinds: Readonly<Record<Storage, string>> = { secrets: 'Secret', configmaps: 'ConfigMap' };

/** Which revisions of a release there are, without their contents. */
export async function listRevisions(
  cluster: ClusterClient,
  storage: Storage,
  namespace: string,
  name: string,
): Promise<StoredRevision[]> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/${storage}?labelSelector=${selector({ owner: 'helm', name })}`;
  const list = await cluster.get(
    path,
    'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
  );
  return itemsOf(list).map((item) => {
    const metadata = item['metadata'] as { readonly labels?: Readonly<Record<string, string>> } | undefined;
    return { revision: Number(metadata?.labels?.['version'] ?? 0), status: metadata?.labels?.['status'] ?? 'unknown' };
  });
}

/** Which object to look for. */
export interface Wanted {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

const resources: Readonly<Record<string, string>> = {
  ConfigMap: '/api/v1/namespaces/NAMESPACE/configmaps',
  Deployment: '/apis/apps/v1/namespaces/NAMESPACE/deployments',
  DaemonSet: '/apis/apps/v1/namespaces/NAMESPACE/daemonsets',
};
const versions: Readonly<Record<string, string>> = { ConfigMap: 'v1', Deployment: 'apps/v1', DaemonSet: 'apps/v1' };

/**
 * The gateway proxies' objects that run: workloads with Gloo's labels, which may stand on their pods alone, so that no
 * selector finds them; ConfigMaps with the chart's label, those that the workloads mount, and what is asked for by name.
 */
export async function readProxyObjects(
  cluster: ClusterClient,
  namespace: string,
  wanted: readonly Wanted[],
): Promise<ValueMap[]> {
  const found: ValueMap[] = [];
  for (const [kind, resource] of Object.entries(resources)) {
    const path = resource.replace('NAMESPACE', encodeURIComponent(namespace));
    const query = kind === 'ConfigMap' ? `?labelSelector=${selector({ gloo: 'gateway-proxy' })}` : '';
    const objects = itemsOf(await cluster.get(`${path}${query}`)).map((item) => asObject(kind, item));
    found.push(...objects.filter((object) => kind === 'ConfigMap' || isGatewayProxy(object)));
  }
  const mounted = found
    .filter(isWorkload)
    .map((workload) => ({ kind: 'ConfigMap', namespace, name: bootstrapNameOf(workload) }));
  for (const object of [...wanted, ...mounted]) {
    const resource = resources[object.kind];
    if (resource === undefined || found.some((other) => isSame(other, object))) continue;
    const path = `${resource.replace('NAMESPACE', encodeURIComponent(object.namespace))}/${encodeURIComponent(object.name)}`;
    const single = await cluster.get(path);
    if (single !== undefined) found.push(asObject(object.kind, single));
  }
  return found;
}

/** Members of a list come without kind and version. */
function asObject(kind: string, item: Readonly<Record<string, unknown>>): ValueMap {
  // What comes out of JSON.parse consists of values.
  return { ...item, apiVersion: versions[kind] ?? 'v1', kind } as ValueMap;
}

function isSame(object: ValueMap, { kind, namespace, name }: Wanted): boolean {
  const metadata = object['metadata'] as { readonly namespace?: string; readonly name?: string } | null | undefined;
  return object['kind'] === kind && metadata?.namespace === namespace && metadata.name === name;
}

function itemsOf(list: Readonly<Record<string, unknown>> | undefined): ValueMap[] {
  const items = list?.['items'];
  return Array.isArray(items) ? items.filter((item) => typeof item === 'object' && item !== null) : [];
}

function selector(labels: Readonly<Record<string, string>>): string {
  return encodeURIComponent(
    Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
  );
}
