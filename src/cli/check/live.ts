import type { ClusterClient } from '../../cluster/client.ts';
import type { ReadKind } from '../../cluster/kinds.ts';
import { deployedLabel, readKubeWorld } from '../../cluster/kube-world.ts';
import { NotAllowed } from '../../cluster/kubeconfig.ts';
import { listObjects, readObject } from '../../cluster/list.ts';
import { isIstiod, istioRevisionOf } from '../../objects/istiod.ts';
import { namespaceOf } from '../../objects/object.ts';
import { mapAt, type ValueMap } from '../../value.ts';
import { readProxies } from '../cluster/read.ts';

/** Everything that `check` looks at, as it is in a cluster. */
export interface LiveWorld {
  readonly objects: readonly ValueMap[];
  /** The kinds of which every object was read. */
  readonly complete: readonly string[];
}

export interface LiveOptions {
  /** Whether the kind belongs to Gloo. */
  readonly namespace: string;
  readonly istioNamespace: string;
  /** Leaves out the proxies, the Settings and Gloo's Deployment, which come from another source. */
  readonly withoutGloo: boolean;
  note(text: string): void;
}

const everywhere: readonly ReadKind[] = [
  ...([
    'Upstream',
    'VirtualService',
    'RouteTable',
    'UpstreamGroup',
    'HTTPRoute',
    'TCPRoute',
    'ReferenceGrant',
    'Service',
    'Endpoints',
    'Pod',
    'Namespace',
  ] as const),
  ...(['PeerAuthentication', 'AuthorizationPolicy', 'Sidecar', 'EnvoyFilter'] as const),
];

/**
 * Reads a cluster without changing anything. A kind that may not be read is reported as unknown; a kind that is not
 * installed has no objects.
 */
export async function readWorldOf(cluster: ClusterClient, options: LiveOptions): Promise<LiveWorld> {
  const complete: string[] = [];
  const list = async (kind: ReadKind, read: () => Promise<ValueMap[]>): Promise<ValueMap[]> => {
    try {
      const found = await read();
      complete.push(kind);
      return found;
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
      options.note(`${kind} is treated as unknown: ${error.message}`);
      return [];
    }
  };
  const proxies = async (): Promise<ValueMap[]> => [
    ...(await readProxies(cluster, options.namespace)),
    ...(await listObjects(cluster, 'Deployment', undefined, deployedLabel)).filter(
      (object) => namespaceOf(object) !== options.namespace,
    ),
    ...(await listObjects(cluster, 'ConfigMap', undefined, deployedLabel)),
  ];
  const gateways = async (): Promise<ValueMap[]> => {
    const found = await readKubeWorld(cluster);
    return [...found.gateways, ...found.others];
  };
  const settings = (): Promise<ValueMap[]> => listObjects(cluster, 'Settings', options.namespace);
  const injectors = (): Promise<ValueMap[]> =>
    listObjects(cluster, 'MutatingWebhookConfiguration', undefined, 'app=sidecar-injector');
  const reads = [
    ...everywhere.map((kind) => () => list(kind, () => listObjects(cluster, kind))),
    () => list('Gateway', gateways),
    ...(options.withoutGloo ? [] : [() => list('Settings', settings), () => list('ConfigMap', proxies)]),
    () => list('Deployment', () => readIstiodsOf(cluster, options.istioNamespace)),
    () => list('MutatingWebhookConfiguration', injectors),
  ];
  const objects = (await fewAtATime(reads)).flat();
  const secrets = await readSecrets(cluster, objects, list);
  const meshes = await list('ConfigMap', () =>
    readMeshConfigs(
      cluster,
      objects.filter((object) => isIstiod({ object })),
    ),
  );
  return { objects: [...objects, ...secrets, ...meshes], complete: complete.filter((kind) => !partly.has(kind)) };
}

/**
 * Requests in flight. An API server handles this many without queueing; above it Node warns about listeners on one
 * signal.
 */
const atOnce = 6;

async function fewAtATime<T>(tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
  const found: T[] = [];
  for (let at = 0; at < tasks.length; at += atOnce)
    found.push(...(await Promise.all(tasks.slice(at, at + atOnce).map((task) => task()))));
  return found;
}

/** The Deployments of Istio's namespace, and those elsewhere that are labelled as an istiod. */
async function readIstiodsOf(cluster: ClusterClient, namespace: string): Promise<ValueMap[]> {
  const own = await listObjects(cluster, 'Deployment', namespace);
  const labelled = await listObjects(cluster, 'Deployment', undefined, 'app=istiod');
  return [...own, ...labelled.filter((object) => namespaceOf(object) !== namespace)];
}

/** The mesh configuration of each istiod. Each revision has its own; without one, Istio's defaults apply. */
async function readMeshConfigs(cluster: ClusterClient, istiods: readonly ValueMap[]): Promise<ValueMap[]> {
  const found: ValueMap[] = [];
  for (const istiod of istiods) {
    const revision = istioRevisionOf(istiod) ?? 'default';
    const name = ['', 'default'].includes(revision) ? 'istio' : `istio-${revision}`;
    const namespace = namespaceOf(istiod) ?? '';
    const config = await readObject(cluster, 'ConfigMap', namespace, name);
    found.push(config ?? { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { mesh: '' } });
  }
  return found;
}

/** Kinds that are read only in part: a missing object of such a kind proves nothing. */
const partly: ReadonlySet<string> = new Set([
  ...['Deployment', 'ConfigMap', 'MutatingWebhookConfiguration', 'Settings', 'Gateway'],
]);

/** Only the Secrets that Upstreams refer to. */
async function readSecrets(
  cluster: ClusterClient,
  objects: readonly ValueMap[],
  list: (kind: ReadKind, read: () => Promise<ValueMap[]>) => Promise<ValueMap[]>,
): Promise<ValueMap[]> {
  const wanted = new Map<string, readonly [namespace: string, name: string]>();
  for (const object of objects) {
    const { namespace, name } = mapAt(object, 'spec', 'sslConfig', 'secretRef');
    if (object['kind'] !== 'Upstream' || typeof namespace !== 'string' || typeof name !== 'string') continue;
    wanted.set(`${namespace}/${name}`, [namespace, name]);
  }
  return await list('Secret', async () => {
    const found: ValueMap[] = [];
    for (const [namespace, name] of wanted.values()) {
      const secret = await readObject(cluster, 'Secret', namespace, name);
      if (secret !== undefined) found.push(secret);
    }
    return found;
  });
}
