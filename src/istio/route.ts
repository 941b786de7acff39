import { type Change, changeManifests, type ManifestPlan } from '../objects/manifests.ts';
import { describeObject, type KubeObject, namespaceOf } from '../objects/object.ts';
import type { Problem } from '../problem.ts';
import { compareText, equal, isList, isMap, mapAt, mapsIn, textOf, type ValueMap } from '../value.ts';
import { counted } from '../words.ts';
import type { Source } from '../yaml/read.ts';

/** A route to an Upstream. */
export interface RouteOptions {
  readonly upstream: string;
  readonly upstreamNamespace?: string | undefined;
  readonly path: { readonly kind: 'prefix' | 'exact' | 'regex'; readonly value: string };
  readonly methods?: readonly string[] | undefined;
  /** Headers that a request must have, with regular expressions for their values. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly prefixRewrite?: string | undefined;
  /** The VirtualService; without a name, the one for the domains, or a new one called `default`. */
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly domains?: readonly string[] | undefined;
  /** The position among the routes, from 0; first by default. */
  readonly index?: number | undefined;
}

/** The route as it is written in a VirtualService. */
export function routeOf(options: RouteOptions): ValueMap {
  const { upstream, upstreamNamespace = 'gloo-system', path, methods = [], headers = {}, prefixRewrite } = options;
  const matched = Object.entries(headers).sort(([a], [b]) => compareText(a, b));
  return {
    matchers: [
      {
        [path.kind]: path.value,
        ...(matched.length === 0
          ? {}
          : { headers: matched.map(([name, value]) => (value === '' ? { name } : { name, regex: true, value })) }),
        ...(methods.length === 0 ? {} : { methods }),
      },
    ],
    ...(prefixRewrite === undefined ? {} : { options: { prefixRewrite } }),
    routeAction: { single: { upstream: { name: upstream, namespace: upstreamNamespace } } },
  };
}

/** A VirtualService with this route and no other. */
export function virtualServiceOf(options: RouteOptions): ValueMap {
  const { name = 'default', namespace = 'gloo-system', domains = [] } = options;
  return {
    apiVersion: 'gateway.solo.io/v1',
    kind: 'VirtualService',
    metadata: { name, namespace },
    spec: { virtualHost: { domains: domains.length === 0 ? ['*'] : domains, routes: [routeOf(options)] } },
  };
}

/** Manifests with the route in the chosen VirtualService, or in a new one after all others. */
export function addRoute(sources: readonly Source[], options: RouteOptions): Change {
  return changeManifests(sources, (objects) => planAddRoute(objects, options));
}

/** The effect of adding the route to the chosen VirtualService, or to none, without any text. */
export function planAddRoute(objects: readonly KubeObject[], options: RouteOptions): ManifestPlan {
  const chosen = choose(objects, options);
  if (chosen !== undefined) return planRoute(chosen, options);
  const created = virtualServiceOf(options);
  const taken = objects.find(({ object }) => isNamesake(object, created));
  if (taken === undefined) return { changes: new Map(), problems: [], created: [created] };
  const domains = mapAt(taken.object, 'spec', 'virtualHost')['domains'];
  const problem = taken.problem({
    code: 'name-taken',
    severity: 'error',
    message: `${describeObject(taken.object)} is for ${isList(domains) ? domains.join(', ') : 'other domains'}, and the new one would have the same name.`,
    hint: 'name the new one with --name, or choose one of these domains with --domain',
  });
  return { changes: new Map(), problems: [problem] };
}

function isNamesake(object: ValueMap, other: ValueMap): boolean {
  const [a, b] = [mapAt(object, 'metadata'), mapAt(other, 'metadata')];
  // A null namespace counts as none.
  const isThere = [undefined, namespaceOf(other)].includes(namespaceOf(object));
  return isVirtualService(object) && a['name'] === b['name'] && isThere;
}

function isVirtualService(object: ValueMap): boolean {
  return object['kind'] === 'VirtualService' && textOf(object['apiVersion'])?.startsWith('gateway.solo.io/') === true;
}

function choose(
  objects: readonly KubeObject[],
  { name, namespace, domains = [] }: RouteOptions,
): KubeObject | undefined {
  const services = objects.filter(
    ({ object }) =>
      isVirtualService(object) && (namespace === undefined || [undefined, namespace].includes(namespaceOf(object))),
  );
  if (name !== undefined) return services.find(({ object }) => mapAt(object, 'metadata')['name'] === name);
  const wanted = domains.length === 0 ? ['*'] : domains;
  return services.find(({ object }) => {
    const own = mapAt(object, 'spec', 'virtualHost')['domains'];
    // A virtual host without domains is for all of them.
    return isList(own) && own.length > 0 ? wanted.some((domain) => own.includes(domain)) : wanted.includes('*');
  });
}

function planRoute(chosen: KubeObject, options: RouteOptions): ManifestPlan {
  const { object } = chosen;
  const spec = mapAt(object, 'spec');
  const host = mapAt(spec, 'virtualHost');
  const routes = isList(host['routes']) ? host['routes'] : [];
  const route = routeOf(options);
  const problems: Problem[] = [];
  const own = isList(host['domains']) ? host['domains'] : [];
  const missing = (options.domains ?? []).filter((domain) => own.length > 0 && !own.includes(domain));
  const index = options.index ?? 0;
  if (index > routes.length) {
    const count = counted(routes.length, 'route');
    const message = `${describeObject(object)} has ${count}, so position ${index} does not exist.`;
    problems.push(
      chosen.problem({ code: 'no-such-index', severity: 'error', message, hint: 'use a smaller --index' }, routesPath),
    );
  }
  if (routes.some((one) => equal(one, route)) && missing.length === 0) {
    return { changes: new Map(), problems, notes: [`${describeObject(object)} has this route already`] };
  }
  const shadow = index > routes.length ? undefined : mapsIn(routes.slice(0, index)).find(catchesAll);
  if (shadow !== undefined) {
    problems.push(
      chosen.problem(
        {
          code: 'unreachable-route',
          severity: 'warning',
          message: `A route before position ${index} of ${describeObject(object)} matches every request, so this one gets none.`,
          hint: 'use a smaller --index',
        },
        routesPath,
      ),
    );
  }
  const next = {
    ...host,
    ...(missing.length === 0 ? {} : { domains: [...own, ...missing] }),
    routes: routes.some((one) => equal(one, route))
      ? routes
      : [...routes.slice(0, index), route, ...routes.slice(index)],
  };
  return { changes: new Map([[chosen, { ...object, spec: { ...spec, virtualHost: next } }]]), problems };
}

const routesPath = ['spec', 'virtualHost', 'routes'];

function catchesAll(route: ValueMap): boolean {
  return mapsIn(route['matchers']).some((matcher) => {
    const { prefix, ...others } = matcher;
    return prefix === '/' && !Object.values(others).some((part) => isList(part) || isMap(part));
  });
}
