import { chartOf } from '../chart/chart.ts';
import { releaseIndex } from '../chart/releases.ts';
import { coalesce } from '../helm/coalesce.ts';
import { parseImage, retagged } from '../objects/image-reference.ts';
import { istioOf, istioVersionOfTag } from '../objects/istio-version.ts';
import { defaultIstiod } from '../objects/istiod-address.ts';
import { podOf } from '../objects/workload.ts';
import { decide } from '../proxy/decide.ts';
import { print } from '../proxy/print.ts';
import { proxiesOf } from '../proxy/proxies.ts';
import { listOf, mapsIn, type Value, type ValueMap, wordOf } from '../value.ts';

/** The settings of the sidecars. What is undefined follows Gloo's release. */
export interface SidecarSettings {
  /** Istio's version: the tag of the sidecar's image. */
  readonly istioVersion?: string | undefined;
  readonly jwtPolicy?: string | undefined;
  readonly meshId?: string | undefined;
  readonly clusterId?: string | undefined;
  /** The address of istiod; if undefined, it follows Gloo's release. */
  readonly istiod?: string | undefined;
}

/** The containers and volumes that serve a mesh's certificates to one gateway proxy. */
export interface Sidecars {
  readonly sds: ValueMap;
  readonly istioProxy: ValueMap;
  readonly volumes: readonly ValueMap[];
}

export interface SidecarRequest extends SidecarSettings {
  /** The tag of the sds image. */
  readonly glooVersion: string;
  /** The release whose sidecars these are. */
  readonly release: string;
  /** Which tool's sidecars: glooctl's, or the chart's with global.istioSDS. */
  readonly like: 'glooctl' | 'chart';
}

export const tokenMount: ValueMap = { name: 'istio-token', mountPath: '/var/run/secrets/tokens' };
export const certificatesMount: ValueMap = { name: 'istio-certs', mountPath: '/etc/istio-certs/' };
export const thirdParty = 'third-party-jwt';

/**
 * The sidecars of a release, from the same model that renders them. glooctl's and the chart's are nearly the same;
 * {@link asGlooctl} makes the differences.
 */
export function sidecarsOf(request: SidecarRequest): Sidecars {
  const { sds, istioProxy, volumes } = chartSidecars(request.release);
  const chosen = request.like === 'chart' ? { sds, istioProxy } : asGlooctl({ sds, istioProxy }, request);
  return {
    sds: { ...chosen.sds, image: `${parseImage(wordOf(chosen.sds['image'])).base}:${request.glooVersion}` },
    istioProxy: withSettings(withIstioVersion(chosen.istioProxy, request.istioVersion), request),
    volumes,
  };
}

/** The sidecars as the chart of a release renders them with global.istioSDS.enabled and nothing else. */
function chartSidecars(release: string): Sidecars {
  const chart = chartOf(release);
  const { values } = coalesce({ global: { istioSDS: { enabled: true } } }, chart.defaults());
  const { proxies } = proxiesOf(values, chart, { name: 'gloo', namespace: 'gloo-system' });
  const proxy = proxies.find((one) => !one.disabled);
  if (proxy === undefined) throw new Error(`the chart's defaults of ${release} have no gateway proxy`);
  const pod = podOf(print(decide(proxy)).workload?.object);
  const containers = mapsIn(pod['containers']);
  const named = (name: string): ValueMap => {
    const container = containers.find((one) => one['name'] === name);
    if (container === undefined) throw new Error(`the sidecars of ${release} have no ${name}`);
    return container;
  };
  return {
    sds: named('sds'),
    istioProxy: named('istio-proxy'),
    volumes: mapsIn(pod['volumes']).filter(({ name }) => name !== 'envoy-config'),
  };
}

/**
 * Distinguishes an istio-proxy made by a release's chart or by glooctl from one that a user wrote: by its arguments,
 * except for the address of istiod and the log levels.
 */
export function chartSidecarTest(release: string): (container: ValueMap) => boolean {
  let own: string | undefined;
  return (container) => {
    own ??= fixedArguments(chartSidecars(release).istioProxy);
    return fixedArguments(container) === own;
  };
}

function fixedArguments(container: ValueMap): string {
  const args = listOf(container['args']).map(wordOf);
  return args
    .filter((arg, at) => args[at - 1] !== '--discoveryAddress' && !arg.startsWith('--proxyLogLevel='))
    .join('\n');
}

/** Sockets and certificates of workloads, which the chart shares with newer Istio proxies and glooctl does not. */
const sockets = ['credential-socket', 'workload-socket', 'workload-certs'];

/** The first release whose glooctl sends the cluster's name to istiod. */
const clusterIdSince = releaseIndex('1.5.0-beta26');

/**
 * glooctl's own sidecars: images from their public registries, no probe and no log settings on sds, a quicker probe on
 * istio-proxy, none of the workload sockets, and the cluster's name.
 */
function asGlooctl({ sds, istioProxy }: Omit<Sidecars, 'volumes'>, request: SidecarRequest): Omit<Sidecars, 'volumes'> {
  const { readinessProbe: _, resources: _r, securityContext: _s, ...plainSds } = sds;
  const { resources: _pr, securityContext: _ps, ...plainProxy } = istioProxy;
  const probe = istioProxy['readinessProbe'];
  const tag = parseImage(wordOf(istioProxy['image'])).tag ?? '';
  const proxy: ValueMap = {
    ...plainProxy,
    image: `docker.io/istio/proxyv2:${tag}`,
    ...(probe === undefined
      ? {}
      : { readinessProbe: { ...(probe as ValueMap), initialDelaySeconds: 1, periodSeconds: 2, failureThreshold: 30 } }),
    volumeMounts: mapsIn(istioProxy['volumeMounts']).filter(({ name }) => !sockets.includes(wordOf(name))),
  };
  const wantsCluster = releaseIndex(request.release) >= clusterIdSince || needsClusterId(request.istioVersion ?? tag);
  return {
    sds: {
      ...plainSds,
      image: 'quay.io/solo-io/sds',
      env: mapsIn(sds['env']).filter(({ name }) => name !== 'LOG_LEVEL' && name !== 'START_STATS_SERVER'),
      ports: mapsIn(sds['ports']).slice(0, 1),
    },
    istioProxy: wantsCluster ? withClusterId(proxy, 'Kubernetes', false) : proxy,
  };
}

/** Whether istiod of a version refuses certificates to clients that do not name their cluster. */
function needsClusterId(tag: string): boolean {
  const version = istioVersionOfTag(tag);
  const istio = version && istioOf(version);
  return istio !== undefined && (istio.has('emptyClusterIdRefused') || istio.has('unknownClusterIdRefused'));
}

/** The sidecar with the image of a version, and with the changes that this version needs. */
export function withIstioVersion(container: ValueMap, version: string | undefined): ValueMap {
  if (version === undefined) return container;
  const image = retagged(wordOf(container['image']), version);
  const named = needsClusterId(version) ? withClusterId(container, 'Kubernetes', false) : container;
  const proxy = { ...named, image };
  // istio-pilot was a second name of istiod for a while; 1.8 removed it.
  return (istioVersionOfTag(version)?.[1] ?? 0) < 8
    ? proxy
    : withArgument(proxy, 'istio-pilot.istio-system.svc:15012', defaultIstiod);
}

/** The sidecar with the given settings; everything else in it stays as it is. */
export function withSettings(container: ValueMap, settings: SidecarSettings): ValueMap {
  const { jwtPolicy, meshId, clusterId, istiod } = settings;
  let result = container;
  if (jwtPolicy !== undefined) result = withJwtPolicy(result, jwtPolicy);
  if (meshId !== undefined) result = withVariable(result, 'ISTIO_META_MESH_ID', meshId);
  if (clusterId !== undefined) result = withClusterId(result, clusterId, true);
  if (istiod !== undefined) result = withIstiod(result, istiod);
  return result;
}

/** A first-party token is the pod's own; only a third-party token has to be mounted. */
function withJwtPolicy(container: ValueMap, policy: string): ValueMap {
  const result = withVariable(container, 'JWT_POLICY', policy);
  const mounts = mapsIn(result['volumeMounts']);
  const hasToken = mounts.some(({ name }) => name === tokenMount['name']);
  if (hasToken === (policy === thirdParty)) return result;
  return {
    ...result,
    volumeMounts: hasToken ? mounts.filter(({ name }) => name !== tokenMount['name']) : [...mounts, tokenMount],
  };
}

function withClusterId(container: ValueMap, value: string, replaces: boolean): ValueMap {
  const name = 'ISTIO_META_CLUSTER_ID';
  const env = mapsIn(container['env']);
  if (env.some((variable) => variable['name'] === name)) {
    return replaces ? withVariable(container, name, value) : container;
  }
  const index = env.findIndex((variable) => variable['name'] === 'ISTIO_META_MESH_ID');
  const at = index < 0 ? env.length : index + 1;
  return { ...container, env: [...env.slice(0, at), { name, value }, ...env.slice(at)] };
}

/** Older agents get istiod's address as an argument, newer ones in PROXY_CONFIG; both in CA_ADDR. */
function withIstiod(container: ValueMap, address: string): ValueMap {
  const args = container['args'];
  const index = Array.isArray(args) ? args.indexOf('--discoveryAddress') : -1;
  const known = Array.isArray(args) ? args[index + 1] : undefined;
  const told = index >= 0 && typeof known === 'string' ? withArgument(container, known, address) : container;
  const addressed = withVariable(told, 'CA_ADDR', address);
  const config = mapsIn(container['env']).find(({ name }) => name === 'PROXY_CONFIG')?.['value'];
  if (typeof config === 'string') {
    const changed = config.replace(/("?discoveryAddress"?\s*:\s*)"?[^\s",}]+"?/, `$1${address}`);
    return withVariable(addressed, 'PROXY_CONFIG', changed);
  }
  return address === defaultIstiod
    ? addressed
    : withVariable(addressed, 'PROXY_CONFIG', `{"discoveryAddress": ${address}}\n`);
}

function withArgument(container: ValueMap, from: string, to: string): ValueMap {
  const args = container['args'];
  if (!Array.isArray(args) || from === to || !args.includes(from)) return container;
  return { ...container, args: args.map((argument: Value) => (argument === from ? to : argument)) };
}

/** The container with a variable of this value, in its place if it already exists. */
export function withVariable(container: ValueMap, name: string, value: string): ValueMap {
  const env = mapsIn(container['env']);
  const index = env.findIndex((variable) => variable['name'] === name);
  if (index >= 0 && env[index]?.['value'] === value) return container;
  const variable = { name, value };
  return { ...container, env: index < 0 ? [...env, variable] : env.map((one, at) => (at === index ? variable : one)) };
}
