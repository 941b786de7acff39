import { bootstrapNameOf, isGatewayProxy, isKubeProxy, isWorkload } from '../objects/gateway-proxies.ts';
import type { ObjectRef } from '../problem.ts';
import { lookupTable, mapAt, mapsIn, textOf, type ValueMap } from '../value.ts';
import type { ClusterClient } from './client.ts';
import { collectionAt } from './kinds.ts';
import { NotAllowed } from './kubeconfig.ts';
import { asObject } from './list.ts';

/** A release revision as listed by the cluster. */
export interface StoredRevision {
  readonly revision: number;
  readonly status: string;
}

/** The storage of Helm's release records. */
export type Storage = 'secrets' | 'configmaps';

/** Returns the encoded records of a release's deployed revisions, or of the requested revision. */
export async function readRecordObjects(
  cluster: ClusterClient,
  storage: Storage,
  namespace: string,
  name: string,
  revision?: number,
): Promise<ValueMap[]> {
  const path = collectionAt('v1', storage, namespace);
  if (revision !== undefined) {
    const found = await cluster.get(`${path}/${encodeURIComponent(`sh.helm.release.v1.${name}.v${revision}`)}`);
    return found === undefined ? [] : [{ kind: kinds[storage], ...found }];
  }
  const list = await cluster.get(`${path}?labelSelector=${selector({ owner: 'helm', name, status: 'deployed' })}`);
  return mapsIn(list?.['items']).map((item) => ({ ...item, kind: kinds[storage] }));
}

const kinds: Readonly<Record<Storage, string>> = { secrets: 'Secret', configmaps: 'ConfigMap' };

/** Lists a release's revisions, without their contents. */
export async function listRevisions(
  cluster: ClusterClient,
  storage: Storage,
  namespace: string,
  name: string,
): Promise<StoredRevision[]> {
  const path = `${collectionAt('v1', storage, namespace)}?labelSelector=${selector({ owner: 'helm', name })}`;
  const list = await cluster.get(
    path,
    'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
  );
  return mapsIn(list?.['items']).map((item) => {
    const { version, status } = mapAt(item, 'metadata', 'labels');
    return { revision: Number(version ?? 0), status: textOf(status) ?? 'unknown' };
  });
}

/** The API paths of each kind; if there are several versions, the newest that the cluster serves is used. */
const resources: Readonly<Record<string, readonly (readonly [apiVersion: string, plural: string])[]>> = lookupTable({
  ConfigMap: [['v1', 'configmaps']],
  Deployment: [['apps/v1', 'deployments']],
  DaemonSet: [['apps/v1', 'daemonsets']],
  ServiceAccount: [['v1', 'serviceaccounts']],
  Service: [['v1', 'services']],
  HorizontalPodAutoscaler: ['v2', 'v2beta2', 'v1'].map((version) => [
    `autoscaling/${version}`,
    'horizontalpodautoscalers',
  ]),
  PodDisruptionBudget: ['v1', 'v1beta1'].map((version) => [`policy/${version}`, 'poddisruptionbudgets']),
  Gateway: [['gateway.solo.io/v1', 'gateways']],
});

/** Kinds of which objects are read only by name: the chart installs one of each for Kubernetes Gateways. */
const namedResources: typeof resources = {
  GatewayParameters: [['gateway.gloo.solo.io/v1alpha1', 'gatewayparameters']],
  GatewayClass: [['gateway.networking.k8s.io/v1', 'gatewayclasses']],
};

/**
 * Returns a kind's objects from the first version that the cluster serves; `rest` is a query, or a slash and a name.
 */
async function ask(
  cluster: ClusterClient,
  kind: string,
  namespace: string,
  rest: string,
): Promise<{ readonly answer: ValueMap; readonly apiVersion: string } | undefined> {
  const scope = kind === 'GatewayClass' ? undefined : namespace;
  for (const [apiVersion, plural] of resources[kind] ?? namedResources[kind] ?? []) {
    const answer = await cluster.get(`${collectionAt(apiVersion, plural, scope)}${rest}`);
    if (answer !== undefined) return { answer, apiVersion };
  }
  return undefined;
}

/**
 * Reads the objects of running gateway proxies: objects with Gloo's labels (a workload may carry them on its pods only,
 * where no selector finds it), ConfigMaps with the chart's label, ConfigMaps that the workloads mount, and objects
 * requested by name. With `without`, a kind other than workloads that may not be read is skipped and passed to it; with
 * `withKube`, objects that the control plane deploys for Gateways of the Kubernetes Gateway API are read as well.
 */
export async function readProxyObjects(
  cluster: ClusterClient,
  namespace: string,
  wanted: readonly ObjectRef[],
  objects: 'all' | 'workloads' = 'all',
  {
    without,
    withKube = false,
  }: { readonly without?: (kind: string, why: NotAllowed) => void; readonly withKube?: boolean } = {},
): Promise<ValueMap[]> {
  const found: ValueMap[] = [];
  const labels = withKube ? 'gloo in (gateway-proxy,kube-gateway)' : 'gloo=gateway-proxy';
  const listOf = async (kind: string, query: string): ReturnType<typeof ask> => {
    try {
      return await ask(cluster, kind, namespace, query);
    } catch (error) {
      if (without === undefined || workloadKinds.includes(kind) || !(error instanceof NotAllowed)) throw error;
      without(kind, error);
      return undefined;
    }
  };
  const kinds = objects === 'workloads' ? workloadKinds : Object.keys(resources);
  for (const kind of kinds) {
    const query = kind === 'ConfigMap' ? `?labelSelector=${encodeURIComponent(labels)}` : '';
    const list = await listOf(kind, query);
    const items = mapsIn(list?.answer['items']).map((item) => asObject(kind, item, list?.apiVersion ?? ''));
    found.push(
      ...items.filter((object) => kind === 'ConfigMap' || isGatewayProxy(object) || (withKube && isKubeProxy(object))),
    );
  }
  const mounted = found
    .filter(isWorkload)
    .map((workload) => ({ kind: 'ConfigMap', namespace, name: bootstrapNameOf(workload) }));
  for (const object of [...wanted, ...mounted]) {
    const isKnown = kinds.includes(object.kind) || (objects === 'all' && object.kind in namedResources);
    if (!isKnown || found.some((other) => isSame(other, object))) continue;
    const single = await ask(cluster, object.kind, object.namespace, `/${encodeURIComponent(object.name)}`);
    if (single !== undefined) found.push(asObject(object.kind, single.answer, single.apiVersion));
  }
  return found;
}

const workloadKinds: readonly string[] = ['ConfigMap', 'Deployment', 'DaemonSet'];

function isSame(object: ValueMap, { kind, namespace, name }: ObjectRef): boolean {
  const metadata = mapAt(object, 'metadata');
  return object['kind'] === kind && metadata['namespace'] === namespace && metadata['name'] === name;
}

function selector(labels: Readonly<Record<string, string>>): string {
  return encodeURIComponent(
    Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
  );
}
