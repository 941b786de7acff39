import { bootstrapNameOf, isGatewayProxy, isKubeProxy, isWorkload } from '../objects/gateway-proxies.ts';
import type { KubeObject } from '../objects/object.ts';
import { defined, lookupTable } from '../value.ts';
import { parseGlob } from './glob.ts';
import { meansObject, type ObjectGlob } from './pattern.ts';

/**
 * `KIND` or `KIND/NAME`, where `*` matches any text: objects to compare in addition to those of the gateway proxies.
 */
export function parseObjectPattern(text: string): ObjectGlob | undefined {
  const [matched, kind = '', name = '*'] = /^(\*|[A-Z][A-Za-z0-9*]*)(?:\/([\w.*:-]+))?$/.exec(text) ?? [];
  return matched === undefined ? undefined : { kind: parseGlob(kind), name: parseGlob(name) };
}

/**
 * The objects that identify themselves as part of a gateway proxy: glistio rendered them, they have Gloo's labels, or a
 * proxy's workload mounts them as its bootstrap.
 */
export function proxyObjectsOf(objects: readonly KubeObject[], withKube: boolean): KubeObject[] {
  const own = objects.filter(
    ({ isRendered, object }) => isRendered === true || isGatewayProxy(object) || (withKube && isKubeProxy(object)),
  );
  const mounted = new Set(
    own
      .filter(({ object }) => isWorkload(object))
      .map(({ namespace, object }) =>
        keyOf({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: bootstrapNameOf(object) }),
      ),
  );
  const known = new Set(own);
  return objects.filter((object) => known.has(object) || (object.kind === 'ConfigMap' && mounted.has(keyOf(object))));
}

/** Whether a side was rendered from values alone, which do not contain the proxies of Kubernetes Gateways. */
function isSilent(objects: readonly KubeObject[]): boolean {
  return objects.every(({ isRendered }) => isRendered === true) && !objects.some(({ object }) => isKubeProxy(object));
}

export interface Pair {
  readonly left?: KubeObject;
  readonly right?: KubeObject;
}

/** The version that identifies a resource served in several versions. */
const servedVersions: Readonly<Record<string, string>> = lookupTable({
  Deployment: 'apps/v1',
  DaemonSet: 'apps/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  PodDisruptionBudget: 'policy/v1',
});

/** The same resource under an older group or version. */
export function servedVersionOf({ kind, apiVersion }: Pick<KubeObject, 'kind' | 'apiVersion'>): string {
  return servedVersions[kind] ?? apiVersion;
}

/** An object's identity, without the API version, since the same object is served in several versions. */
export function keyOf(object: Pick<KubeObject, 'apiVersion' | 'kind' | 'namespace' | 'name'>): string {
  const apiVersion = servedVersionOf(object);
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return [group, object.kind, object.namespace, object.name].join('\u0000');
}

/**
 * Pairs the objects to compare: those that either side identifies as part of a gateway proxy, and those that `include`
 * selects. They are in the order of the left, followed by those that only the right has.
 */
export function pairsOf(
  left: readonly KubeObject[],
  right: readonly KubeObject[],
  include: readonly ObjectGlob[],
): Pair[] {
  const withKube = !isSilent(left) && !isSilent(right);
  const proxies = new Set([...proxyObjectsOf(left, withKube), ...proxyObjectsOf(right, withKube)]);
  const wanted = (object: KubeObject | undefined): boolean =>
    object !== undefined &&
    (proxies.has(object) || include.some((glob) => meansObject(glob, object.kind, object.name)));
  const rightByKey = new Map(right.map((object) => [keyOf(object), object]));
  const pairs: Pair[] = [];
  const leftByKey = new Map(left.map((object) => [keyOf(object), object]));
  for (const [key, object] of leftByKey) {
    const other = rightByKey.get(key);
    if (wanted(object) || wanted(other)) pairs.push({ left: object, ...defined({ right: other }) });
  }
  for (const [key, object] of rightByKey) if (!leftByKey.has(key) && wanted(object)) pairs.push({ right: object });
  return pairs;
}
