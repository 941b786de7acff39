import type { KubeObject } from '../../objects/object.ts';
import { isList, isMap, mapAt, textOf, type Value, type ValueMap } from '../../value.ts';
import { namespaceOrDefault } from './world.ts';

/** Gloo's own kinds whose destinations are Upstreams: routes, groups of Upstreams, TCP gateways. */
export const glooRoutes: readonly string[] = ['VirtualService', 'RouteTable', 'UpstreamGroup', 'Gateway'];

/** The Upstreams that some of these routes leads to, as `namespace/name`. */
export function routedUpstreams(routes: readonly KubeObject[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { object } of routes) collect(mapAt(object, 'spec'), namespaceOrDefault(object), found);
  return found;
}

function collect(value: Value, namespace: string, found: Set<string>): void {
  if (isList(value)) for (const item of value) collect(item, namespace, found);
  else if (isMap(value)) {
    if (value['kind'] === 'Upstream') add(value, namespace, found);
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'upstream' && isMap(inner)) add(inner, namespace, found);
      collect(inner, namespace, found);
    }
  }
}

function add(reference: ValueMap, namespace: string, found: Set<string>): void {
  const name = textOf(reference['name']);
  if (name !== undefined) found.add(`${textOf(reference['namespace']) || namespace}/${name}`);
}
