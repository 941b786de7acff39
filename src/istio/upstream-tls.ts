import { findRelease } from '../chart/releases.ts';
import { defined, isMap, mapAt, mapsIn, textOf, type Value, type ValueMap } from '../value.ts';
import { clusterOf, subsetKeysOf } from './gloo/cluster.ts';
import { type ControlPlaneEnv, controlPlaneEnv } from './gloo/control-plane.ts';
import {
  type Discovery,
  discoverEndpoints,
  envoyEndpoint,
  indexPods,
  type ServiceObjects,
  serviceOf,
} from './gloo/endpoints.ts';
import { sorted } from './gloo/envoy-json.ts';
import { type Gloo, glooOf } from './gloo/release.ts';
import { unknownFields } from './gloo/unknown-fields.ts';

/** The output of Gloo's translator for one Upstream, as Envoy's messages in JSON. */
export interface UpstreamTls {
  readonly id?: string;
  /** Envoy's cluster: `transportSocket` is its TLS, `transportSocketMatches` the TLS by endpoint. */
  readonly cluster?: ValueMap;
  /** The endpoints that Gloo finds for a Service; those of static hosts are part of the cluster. */
  readonly endpoints?: readonly ValueMap[];
  /** The action of a route to the Upstream. */
  readonly route?: ValueMap;
  /** What Gloo reports on the Upstream. */
  readonly errors?: readonly string[];
  readonly warnings?: readonly string[];
  /** What Gloo writes to its log, from level warn on. */
  readonly log?: readonly string[];
  /** Fields that the release does not have; they are ignored. */
  readonly unknownFields?: readonly string[];
  /** Why there is no answer at all. */
  readonly error?: string;
}

/** The objects around Upstreams, indexed once for many of them. */
export interface UpstreamSurroundings {
  readonly gloo: Gloo;
  readonly settings: ValueMap;
  readonly secrets: readonly ValueMap[];
  readonly objects: ServiceObjects;
  readonly env: ControlPlaneEnv;
}

/**
 * The cluster, endpoints and reports that Gloo's own translator produces for an Upstream.
 *
 * `input` has `upstream`, `settings` (or null), `env` of the control plane, `services`, `endpoints`, `pods`, `secrets`
 * and optionally an `id`, which is returned. `release` is Gloo's: `1.17.0`, or a line such as `1.17` for its newest.
 * Never throws: an input that cannot be answered returns `error`.
 */
export function upstreamTls(input: unknown, release: string): UpstreamTls {
  const found = typeof release === 'string' ? findRelease(release) : undefined;
  if (typeof found !== 'string') return { error: found?.message ?? 'A release of Gloo is a string, such as 1.17.0.' };
  const whole: ValueMap =
    typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as ValueMap) : {};
  const id = textOf(whole['id']);
  const gloo = glooOf(found);
  const answer = translate(mapAt(whole, 'upstream'), {
    gloo,
    settings: mapAt(whole, 'settings', 'spec'),
    secrets: mapsIn(whole['secrets']),
    objects: {
      services: mapsIn(whole['services']),
      endpoints: mapsIn(whole['endpoints']),
      pods: indexPods(mapsIn(whole['pods'])),
    },
    env: controlPlaneEnv(mapAt(whole, 'env')),
  });
  // The answer is a map of JSON values, which its type declares field by field.
  return sorted({ ...defined({ id }), ...answer } as ValueMap) as UpstreamTls;
}

/** The same for one of many Upstreams. */
export function translate(object: ValueMap, surroundings: UpstreamSurroundings): UpstreamTls {
  const { gloo, settings, secrets, objects, env } = surroundings;
  const metadata = mapAt(object, 'metadata');
  const [name, namespace] = [textOf(metadata['name']) ?? '', textOf(metadata['namespace']) ?? ''];
  const upstream = mapAt(object, 'spec');
  const kube = upstream['kube'];
  const hasSidecar = env.hasSidecar && gloo.has('sidecarEndpoints');
  const service = isMap(kube) ? serviceOf(kube, objects.services) : undefined;
  const discovery: Discovery = isMap(kube)
    ? discoverEndpoints(`${namespace}.${name}`, kube, objects, { gloo, hasSidecar })
    : { endpoints: [], log: [] };
  const result = clusterOf({
    ...{ gloo, name, namespace, upstream, settings, secrets, env },
    hasService: service !== undefined,
  });
  const rewrites = env.hasSidecar && gloo.has('sidecarHostRewrite');
  const log = [...result.log, ...discovery.log, ...sidecarLog(surroundings, isMap(kube), rewrites)].sort();
  const marksMesh = gloo.has('autoMtls') && mapAt(settings, 'gloo', 'istioOptions')['enableAutoMtls'] === true;
  const unknown = unknownFields(gloo, settings, upstream);
  return {
    cluster: result.cluster,
    endpoints: discovery.endpoints.map((endpoint) =>
      envoyEndpoint(endpoint, { subsetKeys: subsetKeysOf(upstream), marksMesh }),
    ),
    route: routeTo(`${name}_${namespace}`, rewrites && isMap(kube) ? kube : undefined, settings, gloo),
    ...(result.errors.length === 0 ? {} : { errors: result.errors }),
    ...(result.warnings.length === 0 ? {} : { warnings: result.warnings }),
    ...(log.length === 0 ? {} : { log }),
    ...(unknown.length === 0 ? {} : { unknownFields: unknown }),
  };
}

function sidecarLog({ gloo, settings, env }: UpstreamSurroundings, isKube: boolean, rewrites: boolean): string[] {
  const { appendXForwardedHost } = mapAt(settings, 'gloo', 'istioOptions');
  const lines: string[] = [];
  if (env.hasSidecar && isKube && gloo.has('sidecarOnGatewayDeprecated'))
    lines.push('warn: istioIntegration.enableIstioSidecarOnGateway is deprecated. Use istioSDS.enabled instead.');
  if (rewrites && typeof appendXForwardedHost === 'boolean' && gloo.has('sidecarOnGatewayDeprecated'))
    lines.push(
      'warn: append_x_forwarded_host is deprecated. Injecting the full Istio sidecar is not recommended for Gloo Gateway Istio integration.',
    );
  return lines;
}

/**
 * A route to an Upstream; with Istio's sidecar on the gateway, its host is rewritten to the one that the mesh knows.
 */
function routeTo(cluster: string, kube: ValueMap | undefined, settings: ValueMap, gloo: Gloo): ValueMap {
  if (kube === undefined) return { cluster };
  const asked: Value | undefined = gloo.has('istioOptionsField')
    ? mapAt(settings, 'gloo', 'istioOptions')['appendXForwardedHost']
    : undefined;
  return {
    cluster,
    hostRewriteLiteral: `${textOf(kube['serviceName']) ?? ''}.${textOf(kube['serviceNamespace']) ?? ''}`,
    ...(asked === false ? {} : { appendXForwardedHost: true }),
  };
}
