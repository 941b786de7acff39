import type { Path } from '../problem.ts';
import { type Context, complain, shortName } from './context.ts';

/** A field that takes messages of one kind of extension: what the server asks for when it is built. Measured on Envoy 1.36. */
interface Slot {
  /** In words. */
  readonly what: string;
  /** The full names that fit. */
  readonly takes: RegExp;
}

const extension = (what: string, packages: string): Slot => ({ what, takes: new RegExp(`^envoy\\.(?:${packages})`) });

const sockets = 'extensions\\.transport_sockets\\.';
const upstream = extension(
  'the transport socket of a cluster',
  `${sockets}(?!tls\\.)(?!.*\\.(?:\\w*Downstream\\w*|StartTlsConfig)$)|${sockets}tls\\.v3\\.UpstreamTlsContext$`,
);
const downstream = extension(
  'the transport socket of a listener',
  `${sockets}(?!tls\\.)(?!.*\\.\\w*Upstream\\w*$)|${sockets}tls\\.v3\\.DownstreamTlsContext$`,
);

const slots: Readonly<Record<string, Slot>> = {
  'envoy.config.metrics.v3.StatsSink': extension(
    'a sink of statistics',
    'config\\.metrics\\.v3\\.(?:DogStatsdSink|HystrixSink|MetricsServiceConfig|StatsdSink)$|extensions\\.stat_sinks\\.',
  ),
  'envoy.config.overload.v3.ResourceMonitor': extension('a resource monitor', 'extensions\\.resource_monitors\\.'),
  'envoy.config.trace.v3.Tracing.Http': extension(
    'a tracer',
    'config\\.trace\\.v3\\.\\w+Config$|extensions\\.tracers\\.',
  ),
  'envoy.config.listener.v3.Filter': extension('a network filter', 'extensions\\.filters\\.network\\.'),
  'envoy.config.listener.v3.ListenerFilter': extension(
    'a listener filter',
    'extensions\\.filters\\.(?:listener|udp)\\.',
  ),
  'envoy.config.accesslog.v3.AccessLog': extension('an access log', 'extensions\\.access_loggers\\.'),
  'envoy.config.cluster.v3.Cluster.CustomClusterType': extension('a type of cluster', 'extensions\\.clusters\\.'),
  'envoy.config.core.v3.HealthCheck.CustomHealthCheck': extension('a health check', 'extensions\\.health_checkers\\.'),
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter': extension(
    'an HTTP filter',
    'extensions\\.(?:filters\\.http|common\\.matching)\\.',
  ),
};
const holders: Readonly<Record<string, Slot>> = {
  'envoy.config.cluster.v3.Cluster.transport_socket': upstream,
  'envoy.config.cluster.v3.Cluster.TransportSocketMatch.transport_socket': upstream,
  'envoy.config.listener.v3.FilterChain.transport_socket': downstream,
};

/** Since this one Envoy finds an extension by the type of its configuration alone. */
const firstByType = 22;

function slotOf(message: string, holder: string): Slot | undefined {
  return message === 'envoy.config.core.v3.TransportSocket' ? holders[holder] : slots[message];
}

/** Complains of a message, one of Envoy's own, that is no extension of the kind that its place takes. */
export function checkSlot(context: Context, message: string, holder: string, type: string, path: Path): void {
  const slot = slotOf(message, holder);
  if (slot !== undefined && !slot.takes.test(type))
    complain(context, 'server', path, `Envoy wants the configuration of ${slot.what} here, but ${type} is none.`);
}

/** Complains of an extension without a configuration. */
export function checkEmptySlot(context: Context, message: string, holder: string, isSet: boolean, path: Path): void {
  const slot = slotOf(message, holder);
  if (slot === undefined || isSet || context.envoy < firstByType) return;
  complain(
    context,
    'server',
    path,
    `Envoy’s ${shortName(message)} needs a typed_config, by whose @type Envoy finds ${slot.what}.`,
  );
}
