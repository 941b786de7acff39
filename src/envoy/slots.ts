import type { Path } from '../problem.ts';
import { lookupTable, type Value } from '../value.ts';
import { complain, type EnvoyContext, shortName } from './context.ts';
import { typeNamed, typeNames } from './messages.ts';

/**
 * A field that accepts messages of one kind of extension, as checked when the server is built. Measured on Envoy 1.36.
 */
interface Slot {
  /** As text. */
  readonly what: string;
  /** Whether a message is accepted, by its full name. */
  takes(name: string): boolean;
}

const upstream: Slot = {
  what: 'the transport socket of a cluster',
  takes: (name) =>
    name.startsWith('envoy.extensions.transport_sockets.tls.')
      ? name === 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext'
      : name.startsWith('envoy.extensions.transport_sockets.') && !/Downstream|^StartTlsConfig$/.test(lastPart(name)),
};
const downstream: Slot = {
  what: 'the transport socket of a listener',
  takes: (name) =>
    name.startsWith('envoy.extensions.transport_sockets.tls.')
      ? name === 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext'
      : name.startsWith('envoy.extensions.transport_sockets.') && !lastPart(name).includes('Upstream'),
};

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

const extension = (what: string, ...folders: readonly string[]): Slot => ({
  what,
  takes: (name) => folders.some((folder) => name.startsWith(`envoy.extensions.${folder}.`)),
});

const sinks = ['DogStatsdSink', 'HystrixSink', 'MetricsServiceConfig', 'StatsdSink'];

const slots: Readonly<Record<string, Slot>> = lookupTable({
  'envoy.config.metrics.v3.StatsSink': {
    what: 'a sink of statistics',
    takes: (name) =>
      name.startsWith('envoy.extensions.stat_sinks.') ||
      sinks.some((sink) => name === `envoy.config.metrics.v3.${sink}`),
  },
  'envoy.config.overload.v3.ResourceMonitor': extension('a resource monitor', 'resource_monitors'),
  'envoy.config.trace.v3.Tracing.Http': {
    what: 'a tracer',
    takes: (name) => /^envoy\.(?:config\.trace\.v3\.\w+Config$|extensions\.tracers\.)/.test(name),
  },
  'envoy.config.listener.v3.Filter': extension('a network filter', 'filters.network'),
  'envoy.config.listener.v3.ListenerFilter': extension('a listener filter', 'filters.listener', 'filters.udp'),
  'envoy.config.accesslog.v3.AccessLog': extension('an access log', 'access_loggers'),
  'envoy.config.cluster.v3.Cluster.CustomClusterType': extension('a type of cluster', 'clusters'),
  'envoy.config.core.v3.HealthCheck.CustomHealthCheck': extension('a health check', 'health_checkers'),
  'envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter': extension(
    'an HTTP filter',
    'filters.http',
    'common.matching',
  ),
});
const holders: Readonly<Record<string, Slot>> = lookupTable({
  'envoy.config.cluster.v3.Cluster.transport_socket': upstream,
  'envoy.config.cluster.v3.Cluster.TransportSocketMatch.transport_socket': upstream,
  'envoy.config.listener.v3.FilterChain.transport_socket': downstream,
});

/** The first version that selects an extension by the type of its configuration alone. */
const firstByType = 22;

/** The message of an extension, the field that holds it, and the extension's name. */
interface Extension {
  readonly message: string;
  readonly holder: string;
  readonly named: Value | undefined;
}

function slotOf({ message, holder }: Extension): Slot | undefined {
  return message === 'envoy.config.core.v3.TransportSocket' ? holders[holder] : slots[message];
}

/** Reports a message of Envoy that is not the kind of extension required here. */
export function checkSlot(context: EnvoyContext, extension: Extension, type: string, path: Path): void {
  const slot = slotOf(extension);
  if (slot !== undefined && !slot.takes(type))
    complain(context, 'server', path, `Envoy expects the configuration of ${slot.what} here, but ${type} is not one.`);
}

/** Reports an extension without a configuration. */
export function checkEmptySlot(context: EnvoyContext, extension: Extension, path: Path): void {
  const slot = slotOf(extension);
  if (slot === undefined || context.envoy < firstByType) return;
  const likely = likelyType(context, extension, []);
  complain(
    context,
    'server',
    path,
    `Envoy’s ${shortName(extension.message)} needs a typed_config, whose @type names the configuration of ${slot.what}.`,
    likely === undefined ? {} : { hint: `Add typed_config: {"@type": "type.googleapis.com/${likely}"}.` },
  );
}

/**
 * The message that an extension probably means, by its name and the given fields; undefined if there are none or
 * several.
 */
export function likelyType(
  { envoy }: EnvoyContext,
  extension: Extension,
  fields: readonly string[],
): string | undefined {
  const slot = slotOf(extension);
  if (slot === undefined) return undefined;
  const fitting = [...typeNames()].filter((name) => {
    const type = slot.takes(name) && !shortName(name).includes('.') ? typeNamed(name) : undefined;
    if (type?.kind !== 'message' || type.from > envoy || envoy > type.to) return false;
    return fields.every((field) => type.byName.has(field));
  });
  const last = lastPart(String(extension.named ?? ''));
  const bare = last.replaceAll('_', '').toLowerCase();
  const meant = fitting.filter((name) =>
    ['', 'config', 'sink'].some((end) => lastPart(name).toLowerCase() === bare + end),
  );
  const inPackage = fitting.filter((name) => name.includes(`.${last}.v3.`));
  return [meant, inPackage, fields.length === 0 ? [] : fitting].find((found) => found.length === 1)?.[0];
}
