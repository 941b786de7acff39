import { findRelease } from '../../chart/releases.ts';
import { type Istio, istioOf, parseIstioVersion } from '../../objects/istio-version.ts';
import { isIstiod, versionOfIstiod } from '../../objects/istiod.ts';
import { type KubeObject, nameOf, namespaceOf } from '../../objects/object.ts';
import { readSide } from '../../objects/read.ts';
import { containersOf } from '../../objects/workload.ts';
import type { Path, Problem } from '../../problem.ts';
import { lookupTable, mapAt, textOf, type ValueMap } from '../../value.ts';
import type { Source } from '../../yaml/read.ts';
import { tlsModeLabel } from '../gloo/endpoints.ts';
import { type Gloo, glooOf } from '../gloo/release.ts';
import { type PeerPolicy, readPeerPolicy } from '../peer-authentication.ts';
import { selectsPod } from '../service-ports.ts';
import { glooVersionIn, shapeRelease, versionOfImage } from '../versions.ts';
import { LabelIndex } from './labels.ts';
import { type MeshConfig, meshConfigsIn } from './mesh-config.ts';
import type { KnownWorld, Reason } from './types.ts';

/** Everything that is known, indexed so that each Upstream finds its objects without a search. */
export interface World {
  readonly gloo: Gloo | undefined;
  readonly istio: Istio | undefined;
  readonly glooNamespace: string;
  readonly rootNamespace: string;
  readonly trustDomain: string;
  /** Other names of it, which have the same meaning in policies. */
  readonly trustDomainAliases: readonly string[];
  readonly meshConfigs: readonly MeshConfig[];
  /** The namespace of istiod, as far as is known. */
  readonly istiodNamespace: string;
  /** Why no verdict can be `works`: the mesh's configurations contradict one another. */
  readonly contradiction: string | undefined;
  /** Whether all objects of a kind are known in a namespace: either the caller says so, or at least one was given. */
  knows(kind: string, namespace: string): boolean;
  /** Whether the caller says that all objects of a kind are known, so that a missing one does not exist. */
  hasAll(kind: string): boolean;
  of(kind: string): readonly KubeObject[];
  /** The object of a kind by namespace and name. */
  find(kind: string, namespace: string, name: string): KubeObject | undefined;
  inNamespace(kind: string, namespace: string): readonly KubeObject[];
  /** Pods and the workloads that create them, with labels that the selector may match. */
  podsWith(kind: string, namespace: string, selector: ValueMap): readonly KubeObject[];
  /** The Services whose selector matches labels. */
  servicesOf(namespace: string, labels: ValueMap): readonly ValueMap[];
  /** The keys of labels that any selector in the namespace, or in Istio's root namespace, uses; and Gloo's own. */
  labelsAsked(namespace: string): ReadonlySet<string>;
  /** The selectors of policies that may apply in a namespace. */
  selectorsIn(namespace: string): readonly ValueMap[];
  /** The revisions and tags of Istio that inject sidecars; undefined where no istiod was given. */
  readonly revisions: ReadonlySet<string> | undefined;
  /** PeerAuthentications of a namespace as Istio reads them; undefined for one that it cannot read. */
  policiesIn(namespace: string): readonly (PeerPolicy | undefined)[];
  readonly problems: readonly Problem[];
}

/** Reads and indexes the input. Never throws; what cannot be read is among the problems. */
export function readWorld(known: KnownWorld): World {
  const given = known.objects ?? [];
  const { objects, problems } = readSide(Array.isArray(given) ? given : [given as string | Source], {
    name: 'objects',
    namespace: 'default',
    isLenient: true,
  });
  const { kinds, places, names } = indexOf(objects);
  const glooNamespace = known.glooNamespace ?? 'gloo-system';
  const of = (kind: string): readonly KubeObject[] => kinds.get(kind) ?? [];
  const meshConfigs = meshConfigsIn(of('ConfigMap'));
  const rootNamespace = known.rootNamespace ?? meshConfigs[0]?.rootNamespace ?? 'istio-system';
  const [istiod] = of('Deployment').filter(isIstiod);
  const inNamespace = (kind: string, namespace: string): readonly KubeObject[] =>
    places.get(`${kind} ${namespace}`) ?? [];
  return {
    gloo: glooRelease(known.glooVersion, objects, glooNamespace),
    istio: istioRelease(known.istioVersion, of('Deployment')),
    ...{ glooNamespace, rootNamespace, of, inNamespace, problems },
    trustDomain: known.trustDomain ?? meshConfigs[0]?.trustDomain ?? 'cluster.local',
    trustDomainAliases: meshConfigs[0]?.trustDomainAliases ?? [],
    ...{ meshConfigs, contradiction: contradictionIn(meshConfigs, known) },
    istiodNamespace: istiod === undefined ? 'istio-system' : namespaceOrDefault(istiod.object),
    revisions: revisionsOf([...of('Deployment').filter(isIstiod), ...of('MutatingWebhookConfiguration')]),
    knows: (kind, namespace) => isComplete(known.complete, kind) || places.has(`${kind} ${namespace}`),
    hasAll: (kind) => isComplete(known.complete, kind),
    find: (kind, namespace, name) => names.get(`${kind} ${namespace}/${name}`),
    ...selections(inNamespace, rootNamespace),
    policiesIn: once((namespace) =>
      inNamespace('PeerAuthentication', namespace).map(({ object }) => readPeerPolicy(object)),
    ),
  };
}

/** The settings in which the configurations of several revisions differ, unless they are given elsewhere. */
function contradictionIn(configs: readonly MeshConfig[], known: KnownWorld): string | undefined {
  const differ = (field: 'rootNamespace' | 'trustDomain' | 'trustDomainAliases'): boolean =>
    new Set(configs.map((config) => JSON.stringify(config[field] ?? ''))).size > 1;
  const fields = (['rootNamespace', 'trustDomain', 'trustDomainAliases'] as const).filter(
    (field) => (field === 'trustDomainAliases' || known[field] === undefined) && differ(field),
  );
  return fields.length === 0 ? undefined : fields.join(' and ');
}

function indexOf(objects: readonly KubeObject[]) {
  const kinds = new Map<string, KubeObject[]>();
  const places = new Map<string, KubeObject[]>();
  const names = new Map<string, KubeObject>();
  for (const one of objects) {
    const kind = textOf(one.object['kind']) ?? '';
    if (kind === 'VirtualService' && /^networking\.istio\.io\//.test(textOf(one.object['apiVersion']) ?? ''))
      push(kinds, istioVirtualService, one);
    if (kind === 'Gateway' && /^gateway\.networking\.k8s\.io\//.test(textOf(one.object['apiVersion']) ?? ''))
      push(kinds, kubeGateway, one);
    if (isOfOtherGroup(kind, one.object)) continue;
    const [namespace, name] = [namespaceOrDefault(one.object), nameOf(one.object)];
    push(kinds, kind, one);
    push(places, `${kind} ${namespace}`, one);
    if (!names.has(`${kind} ${namespace}/${name}`)) names.set(`${kind} ${namespace}/${name}`, one);
  }
  return { kinds, places, names };
}

/** Finds pods and Services by labels. */
function selections(
  inNamespace: World['inNamespace'],
  rootNamespace: string,
): Pick<World, 'podsWith' | 'servicesOf' | 'selectorsIn' | 'labelsAsked'> {
  const pods = once((namespace) =>
    once((kind) => new LabelIndex(inNamespace(kind, namespace), ({ object }) => podLabelsOf(object))),
  );
  const services = once(
    (namespace) =>
      new LabelIndex(
        inNamespace('Service', namespace).map(({ object }) => object),
        firstOfSelector,
      ),
  );
  const selectorsIn = once((namespace): readonly ValueMap[] =>
    selecting
      .flatMap((kind) => [...new Set([namespace, rootNamespace])].flatMap((where) => inNamespace(kind, where)))
      .map(({ object }) => selectorOf(object)),
  );
  return {
    podsWith: (kind, namespace, selector) => pods(namespace)(kind).candidates(selector),
    servicesOf: (namespace, labels) =>
      [...services(namespace).sharing(labels)].filter((service) => selectsPod(service, labels)),
    selectorsIn,
    labelsAsked: once((namespace) => {
      const ofServices = inNamespace('Service', namespace).map(({ object }) => mapAt(object, 'spec', 'selector'));
      const keys = [...selectorsIn(namespace), ...ofServices].flatMap(Object.keys);
      return new Set([tlsModeLabel, waypointLabel, ...keys]);
    }),
  };
}

/** Istio's VirtualServices share their kind with Gloo's. */
export const istioVirtualService = 'VirtualService of Istio';

/** Gateways of the Kubernetes Gateway API, which share their kind with Gloo's. */
export const kubeGateway = 'Gateway of Kubernetes';

/** Kinds that select pods by labels and change what these accept. */
const selecting = ['PeerAuthentication', 'AuthorizationPolicy', 'Sidecar', 'EnvoyFilter'];

/** The labels that an object of Istio's requires of pods. */
export function selectorOf(object: ValueMap): ValueMap {
  const spec = mapAt(object, 'spec');
  return { ...mapAt(spec, 'selector', 'matchLabels'), ...mapAt(spec, 'workloadSelector', 'labels') };
}

/** Objects that name the waypoint in front of pods in ambient. */
export const waypointLabel = 'istio.io/use-waypoint';

/** Memoizes a function. */
function once<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}

/** Where a path in an object is written, as reasons show it. */
export function placeOf(object: KubeObject, path?: Path): Partial<Pick<Reason, 'path' | 'file' | 'line'>> {
  const { column: _, ...place } = object.place(path);
  return place;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

const groups: Readonly<Record<string, RegExp>> = lookupTable({
  ...Object.fromEntries(
    ['Service', 'Pod', 'Namespace', 'ConfigMap', 'Secret', 'Endpoints'].map((kind) => [kind, /^v1$/]),
  ),
  ...Object.fromEntries(['Upstream', 'Settings', 'UpstreamGroup'].map((kind) => [kind, /^gloo\.solo\.io\//])),
  ...Object.fromEntries(['VirtualService', 'RouteTable', 'Gateway'].map((kind) => [kind, /^gateway\.solo\.io\//])),
  ...Object.fromEntries(['PeerAuthentication', 'AuthorizationPolicy'].map((kind) => [kind, /^security\.istio\.io\//])),
  ...Object.fromEntries(['Sidecar', 'EnvoyFilter'].map((kind) => [kind, /^networking\.istio\.io\//])),
});

/**
 * Kinds with the same name exist in other API groups: Knative has a Service, Istio a VirtualService, Linkerd an
 * AuthorizationPolicy.
 */
function isOfOtherGroup(kind: string, { apiVersion }: ValueMap): boolean {
  const group = groups[kind];
  return group !== undefined && typeof apiVersion === 'string' && !group.test(apiVersion);
}

function revisionsOf(objects: readonly KubeObject[]): ReadonlySet<string> | undefined {
  const found = objects.flatMap(({ object }) => {
    const labels = mapAt(object, 'metadata', 'labels');
    const revision = textOf(labels['istio.io/rev']);
    const own = object['kind'] === 'Deployment' ? [revision || 'default'] : revision === undefined ? [] : [revision];
    return [...own, ...[labels['istio.io/tag']].filter((tag) => typeof tag === 'string')];
  });
  return objects.length === 0 ? undefined : new Set(found);
}

function isComplete(complete: KnownWorld['complete'], kind: string): boolean {
  return Array.isArray(complete) ? complete.includes(kind) : complete === true;
}

/** An object's namespace; `default` if it has none, as in the API server. */
export function namespaceOrDefault(object: ValueMap): string {
  return namespaceOf(object) ?? 'default';
}

/** The labels of a pod, or of the pods that a workload creates. */
export function podLabelsOf(object: ValueMap): ValueMap {
  return object['kind'] === 'Pod'
    ? mapAt(object, 'metadata', 'labels')
    : mapAt(object, 'spec', 'template', 'metadata', 'labels');
}

/** One label of a Service's selector is enough to find it. */
function firstOfSelector(service: ValueMap): ValueMap {
  return Object.fromEntries(Object.entries(mapAt(service, 'spec', 'selector')).slice(0, 1));
}

function glooRelease(given: string | undefined, objects: readonly KubeObject[], namespace: string): Gloo | undefined {
  if (given !== undefined) {
    const release = findRelease(given);
    return typeof release === 'string' ? glooOf(release) : undefined;
  }
  const found = glooVersionIn(objects, namespace)?.version ?? proxyVersion(objects);
  return found === undefined ? undefined : glooOf(shapeRelease(found));
}

/** The release in the tag of a gateway proxy's image. */
function proxyVersion(objects: readonly KubeObject[]): string | undefined {
  for (const { object } of objects) {
    if (object['kind'] !== 'Deployment' && object['kind'] !== 'DaemonSet') continue;
    for (const container of containersOf(object)) {
      if (!/gloo-envoy-wrapper(?::|@)/.test(textOf(container['image']) ?? '')) continue;
      const found = versionOfImage(container);
      if (found !== undefined) return found.version;
    }
  }
  return undefined;
}

/** Istio's version: as given, or that of the istiods among the objects if they all agree. */
function istioRelease(given: string | undefined, deployments: readonly KubeObject[]): Istio | undefined {
  if (given !== undefined) {
    const version = parseIstioVersion(given);
    return version === undefined ? undefined : istioOf(version);
  }
  const found = new Set<string>();
  for (const { object } of deployments.filter(isIstiod)) {
    found.add(versionOfIstiod(object)?.join('.') ?? '');
  }
  const [only] = found;
  const version = found.size === 1 ? parseIstioVersion(only) : undefined;
  return version === undefined ? undefined : istioOf(version);
}
