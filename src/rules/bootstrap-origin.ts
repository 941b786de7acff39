import type { Path } from '../problem.ts';
import type { Bootstrap } from '../proxy/bootstrap.ts';
import type { Proxy } from '../proxy/proxies.ts';
import { has } from '../proxy/scope.ts';

/** Maps a path in a rendered bootstrap to the value it comes from, or to the nearest known one. */
export type OriginOf = (path: Path) => Path;

/** Fields of the bootstrap that one value sets as a whole. */
const wholes: readonly (readonly [at: Path, value: Path])[] = [
  [
    ['overload_manager', 'resource_monitors'],
    ['envoyOverloadManager', 'resourceMonitors'],
  ],
  [
    ['overload_manager', 'refresh_interval'],
    ['envoyOverloadManager', 'refreshInterval'],
  ],
  [
    ['overload_manager', 'buffer_factory_config'],
    ['envoyOverloadManager', 'bufferFactoryConfig'],
  ],
  [['overload_manager'], ['envoyOverloadManager']],
  [['stats_config'], ['envoyStatsConfig']],
  [
    ['tracing', 'http'],
    ['tracing', 'provider'],
  ],
  [['tracing'], ['tracing', 'provider']],
  [['bootstrap_extensions'], ['envoyBootstrapExtensions']],
  [['admin'], ['loopBackAddress']],
  [['dynamic_resources'], ['envoyApiVersion']],
  [['layered_runtime', 'layers', 0, 'static_layer', 'overload'], ['globalDownstreamMaxConnections']],
  [['layered_runtime', 'layers', 0, 'static_layer', 'upstream'], ['healthyPanicThreshold']],
  [['layered_runtime', 'layers', 0, 'static_layer', 'http_connection_manager'], ['pathWithEscapedSlashesAction']],
  [['layered_runtime', 'layers', 0, 'static_layer'], ['customStaticLayer']],
];
/** Values that are a single scalar: whatever is below them in the bootstrap is the chart's. */
const scalars = new Set(
  ['loopBackAddress', 'envoyApiVersion', 'globalDownstreamMaxConnections', 'healthyPanicThreshold'].concat(
    'pathWithEscapedSlashesAction',
  ),
);

/** The origins of the parts of a proxy's bootstrap, in the order of templates/partials/bootstrap.hbs. */
export function bootstrapOriginsOf(proxy: Proxy, bootstrap: Bootstrap): OriginOf {
  const base = proxy.spec.path;
  const clusters = clusterOrigins(proxy, bootstrap);
  return (path) => {
    if (path[0] === 'static_resources' && path[1] === 'clusters' && typeof path[2] === 'number')
      return clusters[path[2]]?.(path.slice(3)) ?? base;
    if (path[0] === 'static_resources' && path[1] === 'listeners') return listenerOrigin(proxy, path);
    if (path[0] === 'node') return ['settings', 'writeNamespace'];
    const found = wholes.find(([at]) => at.every((step, index) => path[index] === step));
    if (found === undefined) return base;
    const [at, value] = found;
    return scalars.has(String(value[0])) ? [...base, ...value] : [...base, ...value, ...path.slice(at.length)];
  };
}

/** One function per cluster, in order, that maps a path inside the cluster. */
function clusterOrigins(proxy: Proxy, bootstrap: Bootstrap): OriginOf[] {
  const base = proxy.spec.path;
  const own = (list: readonly unknown[] | undefined, ...at: string[]): OriginOf[] =>
    (list ?? []).map((_, index) => (path) => [...base, ...at, index, ...path]);
  const fixed =
    (...path: string[]): OriginOf =>
    () =>
      path;
  const upstream =
    (port: string): OriginOf =>
    (path) => {
      const field = path.at(-1);
      if (path.includes('upstream_connection_options')) return [...base, 'tcpKeepaliveTimeSeconds'];
      if (field === 'address') return [...base, 'xdsServiceAddress'];
      const isOwn = proxy.context.chart.has('xdsService') && has(proxy.spec, 'xdsServicePort');
      return isOwn && field === 'port_value' ? [...base, 'xdsServicePort'] : ['gloo', 'deployment', port];
    };
  const optional = (condition: unknown, origin: OriginOf): OriginOf[] => (condition ? [origin] : []);
  return [
    upstream('xdsPort'),
    ...optional(bootstrap.sds, () => base),
    ...optional(bootstrap.rest, upstream('restXdsPort')),
    upstream('xdsPort'),
    ...optional(bootstrap.metricsCluster, () => base),
    ...optional(bootstrap.accessLog, fixed('accessLogger', 'port')),
    ...own(bootstrap.tracingClusters, 'tracing', 'cluster'),
    ...optional(bootstrap.stsHost, fixed('settings', 'aws', 'stsCredentialsRegion')),
    ...optional(bootstrap.adminCluster, () => [...base, 'loopBackAddress']),
    ...own(bootstrap.staticClusters, 'envoyStaticClusters'),
  ];
}

/** The chart's own listeners: only tracing and the rewritten paths are values. */
function listenerOrigin(proxy: Proxy, path: Path): Path {
  const tracing = path.indexOf('tracing');
  if (tracing >= 0) return [...proxy.spec.path, 'tracing', 'provider', ...path.slice(tracing + 2)];
  if (!path.includes('prefix_rewrite')) return proxy.spec.path;
  const isStats = path[path.indexOf('routes') + 1] === 2;
  return isStats ? ['global', 'glooStats', 'statsPrefixRewrite'] : [...proxy.stats.path, 'routePrefixRewrite'];
}
