import { findRelease } from '../../chart/releases.ts';
import { type KubeObject, nameOf, namespaceOf } from '../../objects/object.ts';
import { readSide } from '../../objects/read.ts';
import type { Problem } from '../../problem.ts';
import { mapAt, mapsIn, textOf, type ValueMap } from '../../value.ts';
import type { Source } from '../../yaml/read.ts';
import { type Gloo, glooOf } from '../gloo/release.ts';
import { type PeerPolicy, readPeerPolicy } from '../peer-authentication.ts';
import { selectsPod } from '../service-ports.ts';
import { type Istio, istioOf, parseIstioVersion } from '../version.ts';
import { glooVersionIn, shapeRelease, versionOfImage } from '../versions.ts';
import { LabelIndex } from './labels.ts';
import type { KnownWorld } from './types.ts';

/** Everything that is known, indexed so that each Upstream finds its own without a search. */
export interface World {
  readonly gloo: Gloo | undefined;
  readonly istio: Istio | undefined;
  readonly glooNamespace: string;
  readonly rootNamespace: string;
  readonly trustDomain: string;
  /** Whether all objects of a kind are known. */
  knows(kind: string): boolean;
  /** Whether the caller says that all objects of a kind are known, so that one that is missing does not exist. */
  hasAll(kind: string): boolean;
  of(kind: string): readonly KubeObject[];
  /** The object of a kind by namespace and name. */
  find(kind: string, namespace: string, name: string): KubeObject | undefined;
  inNamespace(kind: string, namespace: string): readonly KubeObject[];
  /** Pods and the workloads that make them, which may have the labels of a selector. */
  podsWith(kind: string, namespace: string, selector: ValueMap): readonly KubeObject[];
  /** The Services whose selector fits labels. */
  servicesOf(namespace: string, labels: ValueMap): readonly ValueMap[];
  /** PeerAuthentications of a namespace as Istio reads them; undefined for one that it cannot read. */
  policiesIn(namespace: string): readonly (PeerPolicy | undefined)[];
  readonly problems: readonly Problem[];
}

/** Reads and indexes what is known. Nothing throws; what cannot be read is among the problems. */
export function readWorld(known: KnownWorld): World {
  const given = known.objects ?? [];
  const { objects, problems } = readSide(Array.isArray(given) ? given : [given as string | Source], {
    name: 'objects',
    namespace: 'default',
    isLenient: true,
  });
  const kinds = new Map<string, KubeObject[]>();
  const places = new Map<string, KubeObject[]>();
  const names = new Map<string, KubeObject>();
  for (const one of objects) {
    const kind = textOf(one.object['kind']) ?? '';
    const [namespace, name] = [namespaceOrDefault(one.object), nameOf(one.object)];
    push(kinds, kind, one);
    push(places, `${kind} ${namespace}`, one);
    if (!names.has(`${kind} ${namespace}/${name}`)) names.set(`${kind} ${namespace}/${name}`, one);
  }
  const glooNamespace = known.glooNamespace ?? 'gloo-system';
  const of = (kind: string): readonly KubeObject[] => kinds.get(kind) ?? [];
  const read = new Map<string, readonly (PeerPolicy | undefined)[]>();
  const pods = new Map<string, LabelIndex<KubeObject>>();
  const services = new Map<string, LabelIndex<ValueMap>>();
  return {
    gloo: glooRelease(known.glooVersion, objects, glooNamespace),
    istio: istioRelease(known.istioVersion, of('Deployment')),
    glooNamespace,
    rootNamespace: known.rootNamespace ?? 'istio-system',
    trustDomain: known.trustDomain ?? 'cluster.local',
    knows: (kind) => isComplete(known.complete, kind) || kinds.has(kind),
    hasAll: (kind) => isComplete(known.complete, kind),
    of,
    find: (kind, namespace, name) => names.get(`${kind} ${namespace}/${name}`),
    inNamespace: (kind, namespace) => places.get(`${kind} ${namespace}`) ?? [],
    podsWith(kind, namespace, selector) {
      const key = `${kind} ${namespace}`;
      const index = made(pods, key, () => new LabelIndex(places.get(key) ?? [], ({ object }) => podLabelsOf(object)));
      return index.candidates(selector);
    },
    servicesOf(namespace, labels) {
      const index = made(services, namespace, () => {
        const own = (places.get(`Service ${namespace}`) ?? []).map(({ object }) => object);
        return new LabelIndex(own, firstOfSelector);
      });
      return [...index.sharing(labels)].filter((service) => selectsPod(service, labels));
    },
    policiesIn(namespace) {
      return made(read, namespace, () =>
        (places.get(`PeerAuthentication ${namespace}`) ?? []).map(({ object }) => readPeerPolicy(object)),
      );
    },
    problems,
  };
}

/** What a map has at a key, made when it is asked for the first time. */
function made<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function isComplete(complete: KnownWorld['complete'], kind: string): boolean {
  return Array.isArray(complete) ? complete.includes(kind) : complete === true;
}

/** An object's namespace, as the API server has it where the object does not say. */
export function namespaceOrDefault(object: ValueMap): string {
  return namespaceOf(object) ?? 'default';
}

/** The labels of a pod, or of the pods that a workload makes. */
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
    for (const container of mapsIn(mapAt(object, 'spec', 'template', 'spec')['containers'])) {
      if (!/gloo-envoy-wrapper(?::|@)/.test(textOf(container['image']) ?? '')) continue;
      const found = versionOfImage(container);
      if (found !== undefined) return found.version;
    }
  }
  return undefined;
}

/** Istio's version: as given, or of the istiods among the objects where all are of the same version. */
function istioRelease(given: string | undefined, deployments: readonly KubeObject[]): Istio | undefined {
  if (given !== undefined) {
    const version = parseIstioVersion(given);
    return version === undefined ? undefined : istioOf(version);
  }
  const found = new Set<string>();
  for (const { object } of deployments) {
    if (!/^istiod(?:-|$)/.test(nameOf(object))) continue;
    const containers = mapsIn(mapAt(object, 'spec', 'template', 'spec')['containers']);
    const container = containers.find(({ name }) => name === 'discovery') ?? containers[0];
    const tag = /:([^:@/]+)(?:@|$)/.exec(textOf(container?.['image']) ?? '')?.[1];
    found.add(parseIstioVersion(tag)?.join('.') ?? '');
  }
  const [only] = found;
  const version = found.size === 1 ? parseIstioVersion(only) : undefined;
  return version === undefined ? undefined : istioOf(version);
}
