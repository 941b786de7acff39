/** Library functions that change or create manifests or judge policies: each validates its arguments first. */
import { injectSidecars as inject, type InjectOptions as PlainInjectOptions } from '../istio/inject.ts';
import {
  disableMtls as disable,
  enableMtls as enable,
  type EnableMtlsOptions as PlainEnableMtlsOptions,
  type UpstreamSelection as PlainUpstreamSelection,
} from '../istio/mtls.ts';
import { type PolicyOptions, peerAuthentication as policyOf } from '../istio/policy.ts';
import { checkPolicies as check, type PolicyCheck, type PolicyCheckOptions } from '../istio/policy-check.ts';
import {
  addRoute as add,
  type RouteOptions as PlainRouteOptions,
  virtualServiceOf as serviceOf,
} from '../istio/route.ts';
import { type UninjectOptions as PlainUninjectOptions, uninjectSidecars as uninject } from '../istio/uninject.ts';
import type { Change } from '../objects/manifests.ts';
import type { Problem } from '../problem.ts';
import type { ValueMap } from '../value.ts';
import type { Source } from '../yaml/read.ts';
import { answer, answerOrProblem, type Loose, type Side, withOptions } from './library.ts';
import * as read from './options.ts';
import { textsFrom } from './sources.ts';

export type InjectOptions = Loose<PlainInjectOptions, 'sidecars'>;
export type UninjectOptions = Loose<PlainUninjectOptions, 'sidecars'>;
export type UpstreamSelection = Loose<PlainUpstreamSelection, 'upstreams'>;
export type EnableMtlsOptions = Loose<PlainEnableMtlsOptions, 'upstreams'>;
export type RouteOptions = Loose<PlainRouteOptions, 'methods' | 'domains'>;

const proxyReaders = { proxy: read.text, namespace: read.text, sidecars: read.many(read.map) };
const injectReader = read.options({
  ...proxyReaders,
  glooVersion: read.text,
  istioVersion: read.text,
  istioNamespace: read.text,
  istioRevision: read.text,
  jwtPolicy: read.text,
  istioMetaMeshId: read.text,
  istioMetaClusterId: read.text,
  istioDiscoveryAddress: read.text,
  registry: read.text,
  istioRegistry: read.text,
  images: read.textMap,
  like: read.choice('glooctl', 'chart'),
});
const uninjectReader = read.options({ ...proxyReaders, includeUpstreams: read.flag });
const upstreamReaders = {
  upstreams: read.many(read.text),
  selector: read.textMap,
  all: read.flag,
  namespace: read.text,
};
const disableReader = read.options(upstreamReaders);
const enableReader = read.options({ ...upstreamReaders, force: read.flag });
const policyReader = read.options({
  namespace: read.text,
  workload: read.textMap,
  mode: read.choice('STRICT', 'PERMISSIVE'),
  istioNamespace: read.text,
});
const policyCheckReader = read.options({ istioNamespace: read.text });
const anyRouteReader = read.options({
  upstream: read.text,
  upstreamNamespace: read.text,
  path: read.options({ kind: read.choice('prefix', 'exact', 'regex'), value: read.text }),
  methods: read.many(read.text),
  headers: read.textMap,
  prefixRewrite: read.text,
  name: read.text,
  namespace: read.text,
  domains: read.many(read.text),
  index: read.count,
});
const routeReader: read.Reader<PlainRouteOptions> = (given, name, problems) => {
  const { upstream, path, ...others } = anyRouteReader(given, name, problems) ?? {};
  const isWhole =
    read.needed(upstream, 'upstream', problems) &&
    read.needed(path?.kind, 'path.kind', problems) &&
    read.needed(path?.value, 'path.value', problems);
  // The conditions above also apply to the parts of `path`, which the compiler cannot see.
  return isWhole ? { ...others, upstream, path: path as PlainRouteOptions['path'] } : undefined;
};

/** Returns the changed manifests; if the arguments are invalid, the readable ones unchanged. */
function changed<O>(
  sources: unknown,
  options: unknown,
  reader: read.Reader<O>,
  run: (sources: readonly Source[], options: O) => Change,
): Change {
  let texts: readonly Source[] = [];
  const asTheyWere = (problems: readonly Problem[]): Change => ({
    manifests: texts.map(({ name, text }) => ({ name, text, isChanged: false })),
    problems,
    notes: [],
    changed: 0,
    isFunction: false,
  });
  return answer(asTheyWere, (problems) => {
    texts = textsFrom(sources, 'manifests', problems);
    return withOptions(options, reader, (read) => run(texts, read))(problems);
  });
}

/**
 * Adds the sds and istio-proxy containers, their volumes and the SDS cluster to every gateway proxy. Existing parts are
 * kept and completed; running it again changes nothing. If there is an error, nothing is changed at all.
 */
export function injectSidecars(manifests: Side, options?: InjectOptions): Change {
  return changed(manifests, options, injectReader, inject);
}

/**
 * Removes the sidecars, their volumes and the SDS cluster: the inverse of injecting. Upstreams that still refer to the
 * cluster are an error, unless they are to be changed, too.
 */
export function uninjectSidecars(manifests: Side, options?: UninjectOptions): Change {
  return changed(manifests, options, uninjectReader, uninject);
}

/** Makes the selected Upstreams present the mesh's certificates. Those that already do stay unchanged. */
export function enableMtls(manifests: Side, options: EnableMtlsOptions): Change {
  return changed(manifests, options, enableReader, enable);
}

/** Removes the sslConfig of enableMtls from the selected Upstreams. Any other sslConfig stays. */
export function disableMtls(manifests: Side, options: UpstreamSelection): Change {
  return changed(manifests, options, disableReader, disable);
}

/** Adds the route to the selected VirtualService, or to a new one that is appended. */
export function addRoute(manifests: Side, options: RouteOptions): Change {
  return changed(manifests, options, routeReader, add);
}

/**
 * For each Upstream, reports how its pods treat the proxy's requests under the given PeerAuthentications: whether they
 * reject them or accept them in plain text. Services and workloads in the input describe the pods better than an
 * Upstream's selector.
 */
export function checkPolicies(manifests: Side, options?: PolicyCheckOptions): PolicyCheck {
  return answer(
    (problems) => ({ upstreams: [], problems }),
    (problems) => {
      const texts = textsFrom(manifests, 'manifests', problems);
      return withOptions(options, policyCheckReader, (read) => check(texts, read))(problems);
    },
  );
}

/**
 * Creates a PeerAuthentication, which determines whether the pods of a mesh, a namespace or a workload accept anything
 * but mTLS. Returns a problem if an option is invalid or unknown: a policy without that option could apply to other
 * pods.
 */
export function peerAuthentication(options?: PolicyOptions): ValueMap | Problem {
  return answerOrProblem(withOptions(options, policyReader, policyOf));
}

/** Creates a VirtualService with only this route. Returns a problem if an option is invalid. */
export function virtualServiceOf(options: RouteOptions): ValueMap | Problem {
  return answerOrProblem(withOptions(options, routeReader, serviceOf));
}
