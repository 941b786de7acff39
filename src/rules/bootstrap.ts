import { isMap, mapOf, type Value, type ValueMap } from '../value.ts';
import { readYaml } from '../yaml/read.ts';
import type { Rule } from './rule.ts';

/** What the values put in place of the chart's own: a whole bootstrap, fields of the pod. */
export const replacementRules: readonly Rule[] = [
  {
    code: 'invalid-bootstrap',
    severity: 'error',
    summary: 'A bootstrap of your own is none that Envoy reads.',
    help:
      '`configMap.data` replaces Envoy’s bootstrap. Envoy stops when `envoy.yaml` is no YAML, or has a field that the bootstrap does ' +
      'not have. Placeholders such as `{{.PodName}}` are filled in before, so they may stand in it.',
    *find({ pods }) {
      for (const { name, bootstrap } of pods) {
        const text = bootstrap?.isOwn === true ? bootstrap.data['envoy.yaml'] : undefined;
        if (bootstrap === undefined || typeof text !== 'string') continue;
        const { value } = parsed(text);
        const unknown = Object.keys(mapOf(value)).filter((key) => !bootstrapFields.has(snakeCase(key)));
        if (isMap(value) && unknown.length === 0) continue;
        yield {
          path: [...bootstrap.path, 'envoy.yaml'],
          at: 'key',
          message: isMap(value)
            ? `Envoy’s bootstrap has no field ${unknown.join(', ')}: Envoy does not start with the one of ${name}.`
            : `The envoy.yaml of ${name} is not a YAML map: Envoy does not start with it.`,
          hint: 'Start from what `glistio render` gives without configMap.data.',
        };
      }
    },
  },
  {
    code: 'dns-policy-without-config',
    severity: 'error',
    summary: 'The pod has the DNS policy None, but no DNS configuration.',
    help: 'With `dnsPolicy: None` the pod gets only the servers of its `dnsConfig`, and the API server rejects a pod without one.',
    *find({ pods }) {
      for (const { name, spec, of } of pods) {
        if (spec['dnsPolicy'] !== 'None' || isMap(spec['dnsConfig'])) continue;
        yield {
          path: of('dnsPolicy'),
          message: `dnsPolicy None needs a dnsConfig: the API server rejects the pod of ${name}.`,
          hint: 'Add dnsConfig: {nameservers: […]}, or use ClusterFirst.',
        };
      }
    },
  },
];

/** An `envoy.yaml` parsed; empty where it is no YAML map. */
export function readBootstrap(text: string): ValueMap {
  return mapOf(parsed(text).value);
}

/** Placeholders such as `{{.PodName}}` are filled in when the pod starts. */
function parsed(text: string): { readonly value: Value } {
  return readYaml({ name: 'envoy.yaml', text: text.replace(/\{\{[^{}\n]*\}\}/g, 'x') });
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The fields of envoy.config.bootstrap.v2.Bootstrap and v3, of all versions; JSON may write them in camel case. */
const bootstrapFields: ReadonlySet<string> = new Set([
  ...[
    'node',
    'node_context_params',
    'static_resources',
    'dynamic_resources',
    'cluster_manager',
    'hds_config',
    'flags_path',
  ],
  ...['stats_sinks', 'stats_config', 'stats_flush_interval', 'stats_flush_on_admin', 'stats_server_version_override'],
  ...[
    'deferred_stat_options',
    'stats_eviction_interval',
    'enable_dispatcher_stats',
    'watchdog',
    'watchdogs',
    'tracing',
  ],
  ...[
    'runtime',
    'layered_runtime',
    'admin',
    'overload_manager',
    'header_prefix',
    'use_tcp_for_dns_lookups',
    'config_sources',
  ],
  ...[
    'dns_resolution_config',
    'typed_dns_resolver_config',
    'bootstrap_extensions',
    'fatal_actions',
    'default_config_source',
  ],
  ...[
    'default_socket_interface',
    'certificate_provider_instances',
    'inline_headers',
    'perf_tracing_file_path',
    'listener_manager',
  ],
  ...['default_regex_engine', 'xds_delegate_extension', 'xds_config_tracker_extension', 'application_log_config'],
  ...['grpc_async_client_manager_config', 'memory_allocator_manager', 'rate_limit_config', 'file_flush_interval_msec'],
]);
