import { defined, type Value, wordOf } from '../value.ts';
import { complain, type EnvoyContext, shownValue } from './context.ts';
import { type BootstrapPart, dig, parts, partText } from './dig.ts';

/** What Envoy rejects in its own address, and in listeners and clusters. */
export function checkClusters(context: EnvoyContext, top: BootstrapPart): void {
  checkAddress(context, dig(top, 'admin', 'address'), 'of the admin endpoint');
  for (const listener of parts(dig(top, 'static_resources', 'listeners')))
    checkAddress(context, dig(listener, 'address'), 'of a listener');
  const seen = new Set<string>();
  for (const cluster of parts(dig(top, 'static_resources', 'clusters'))) {
    const name = dig(cluster, 'name');
    if (seen.has(partText(name)) && partText(name) !== '')
      complain(
        context,
        'server',
        name.path,
        `Envoy does not accept two clusters with the same name, ${shownValue(name.value)}.`,
      );
    seen.add(partText(name));
    checkDiscovery(context, cluster);
  }
  checkReferences(context, top, seen);
}

/** The discovery types of a cluster, in the order of their enum numbers. */
const discoveries = ['STATIC', 'STRICT_DNS', 'LOGICAL_DNS', 'EDS', 'ORIGINAL_DST'] as const;
const policies = ['ROUND_ROBIN', 'LEAST_REQUEST', 'RING_HASH', 'RANDOM', '', 'MAGLEV', 'CLUSTER_PROVIDED'];

function choice(list: readonly string[], value: Value): string {
  if (value === null) return list[0] ?? '';
  return (Number.isInteger(Number(value)) && value !== '' ? list[Number(value)] : wordOf(value).toUpperCase()) ?? '';
}

function checkDiscovery(context: EnvoyContext, cluster: BootstrapPart): void {
  if (dig(cluster, 'cluster_type').value !== null) return;
  const type = dig(cluster, 'type');
  const discovery = choice(discoveries, type.value);
  const endpoints = parts(dig(cluster, 'load_assignment', 'endpoints')).flatMap((locality) =>
    parts(dig(locality, 'lb_endpoints')),
  );
  if (discovery === 'STATIC') {
    for (const endpoint of endpoints)
      checkAddress(
        context,
        dig(endpoint, 'endpoint', 'address'),
        'of a STATIC cluster',
        'Use the type STRICT_DNS for names.',
      );
  } else if (discovery === 'LOGICAL_DNS' && endpoints.length !== 1) {
    complain(
      context,
      'server',
      type.path,
      `A LOGICAL_DNS cluster must have one endpoint, but this has ${endpoints.length}.`,
    );
  } else if (discovery === 'EDS' && dig(cluster, 'eds_cluster_config').value === null) {
    complain(context, 'server', type.path, 'An EDS cluster must have an eds_cluster_config.');
  }
  if (dig(cluster, 'load_balancing_policy').value !== null) return;
  const policy = dig(cluster, 'lb_policy');
  const isProvided = choice(policies, policy.value) === 'CLUSTER_PROVIDED';
  if (isProvided !== (discovery === 'ORIGINAL_DST') && (discoveries as readonly string[]).includes(discovery)) {
    const end = isProvided
      ? `must not be CLUSTER_PROVIDED for the type ${discovery}`
      : 'must be CLUSTER_PROVIDED for the type ORIGINAL_DST';
    complain(context, 'server', policy.value === null ? type.path : policy.path, `Envoy’s Cluster: lb_policy ${end}.`);
  }
}

/** Envoy does not resolve names here. */
function checkAddress(context: EnvoyContext, address: BootstrapPart, what: string, hint?: string): void {
  const socket = dig(address, 'socket_address');
  const host = dig(socket, 'address');
  // Envoy's reader turns a large number into a string.
  const text = typeof host.value === 'number' ? wordOf(host.value) : partText(host);
  if (text === '' || partText(dig(socket, 'resolver_name')) !== '' || isIp(text)) return;
  complain(
    context,
    'server',
    host.path,
    `The address ${what} must be an IP address, but is ${shownValue(host.value)}.`,
    defined({ hint }),
  );
}

function isIp(text: string): boolean {
  if (/^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text)) return true;
  const [, address = '', last] =
    /^([0-9a-fA-F:]*:)((?:\d{1,3}\.){3}\d{1,3})?(?:%\w+)?$|^[0-9a-fA-F:]+(?:%\w+)?$/.exec(text) ?? [];
  const groups = (last === undefined ? text.replace(/%\w+$/, '') : `${address}0:0`).split('::');
  if (!text.includes(':') || groups.length > 2 || (last !== undefined && !isIp(last))) return false;
  const all = groups.flatMap((part) => (part === '' ? [] : part.split(':')));
  return (
    all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) && (groups.length === 2 ? all.length < 8 : all.length === 8)
  );
}

/** Clusters that serve Envoy's configuration must be static clusters. */
function checkReferences(context: EnvoyContext, top: BootstrapPart, clusters: ReadonlySet<string>): void {
  for (const source of ['ads_config', 'cds_config', 'lds_config']) {
    const config = dig(top, 'dynamic_resources', source);
    for (const api of source === 'ads_config' ? [config] : [dig(config, 'api_config_source')]) {
      for (const service of parts(dig(api, 'grpc_services'))) {
        const name = dig(service, 'envoy_grpc', 'cluster_name');
        if (partText(name) !== '' && !clusters.has(partText(name)))
          complain(
            context,
            'server',
            name.path,
            `Envoy gets its configuration from the cluster ${shownValue(name.value)}, but has no such cluster.`,
          );
      }
    }
  }
}
