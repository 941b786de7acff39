import { formatPath, type Path } from '../problem.ts';
import { equal, listOf, lookupTable, mapAt, mapsIn, type Value, type ValueMap } from '../value.ts';
import { describeCidr, isSpecialAddress } from './cidr.ts';
import type { RuleMatch } from './match.ts';
import { companionsOfKind, overridePathOf, type PrintedCompanion, type Subject } from './rule.ts';

/** The values that the API server accepts in fields with fixed choices. */
const words: Readonly<Record<string, readonly string[]>> = lookupTable({
  type: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'],
  externalTrafficPolicy: ['Cluster', 'Local'],
  internalTrafficPolicy: ['Cluster', 'Local'],
  sessionAffinity: ['None', 'ClientIP'],
  ipFamilyPolicy: ['SingleStack', 'PreferDualStack', 'RequireDualStack'],
  trafficDistribution: ['PreferClose', 'PreferSameZone', 'PreferSameNode'],
});

const completed: ReadonlySet<string> = new Set(['type', 'externalTrafficPolicy', 'sessionAffinity']);

/** Fields of a Service that the API server rejects, alone or in combination. Source: Kubernetes' ValidateService. */
export function* serviceFieldsOf(one: PrintedCompanion): Iterable<RuleMatch> {
  const spec = mapAt(one.object, 'spec');
  for (const [key, known] of Object.entries(words)) {
    const given = spec[key] ?? null;
    // The API server completes an empty string in the oldest of these fields.
    if (typeof given !== 'string' || (given === '' && completed.has(key)) || known.includes(given)) continue;
    const hint = `Write ${known.slice(0, -1).join(', ')} or ${known.at(-1)}.`;
    yield refused(one, key, `${key} cannot be ${given === '' ? 'empty' : given}: the API server rejects it.`, hint);
  }
  yield* besideType(one, spec);
  yield* addressesBeside(one, spec);
}

/** What depends on the type of the Service. */
function* besideType(one: PrintedCompanion, spec: ValueMap): Iterable<RuleMatch> {
  const type = String(spec['type'] ?? 'ClusterIP');
  const isReached = type === 'NodePort' || type === 'LoadBalancer' || listOf(spec['externalIPs']).length > 0;
  if (spec['externalTrafficPolicy'] && !isReached && type !== 'ExternalName') {
    const message = `externalTrafficPolicy is for Services that are reachable from outside, not for type ${type}: the API server rejects it.`;
    yield refused(one, 'externalTrafficPolicy', message, 'Set externalTrafficPolicy: null, or type: LoadBalancer.');
  }
  for (const port of type === 'ClusterIP' ? mapsIn(spec['ports']) : []) {
    if (typeof port['nodePort'] !== 'number' || port['nodePort'] === 0) continue;
    const message = `Port ${String(port['name'] ?? port['port'])} has a node port, which a Service of type ClusterIP cannot have: the API server rejects it.`;
    yield {
      path: nodePortPath(one.decided, port),
      message,
      hint: 'Remove the node port, or set type: NodePort.',
    };
  }
  if (type === 'ExternalName' && !spec['externalName']) {
    const message =
      'A Service of type ExternalName needs an externalName, which the chart does not write: the API server rejects it.';
    yield refused(one, 'type', message, 'Set type: LoadBalancer, NodePort or ClusterIP.');
  }
  yield* ofLoadBalancer(one, spec, type);
  if ((type === 'NodePort' || type === 'LoadBalancer') && spec['clusterIP'] === 'None') {
    const message = `A Service of type ${type} cannot have clusterIP None: the API server rejects it.`;
    yield refused(one, 'clusterIP', message, `Remove it, or set ${typeOf(one)}: ClusterIP.`);
  }
  if ((spec['sessionAffinityConfig'] ?? null) !== null && (spec['sessionAffinity'] ?? 'None') === 'None') {
    const message = 'sessionAffinityConfig has no effect without sessionAffinity: ClientIP: the API server drops it.';
    const hint = `Set ${inOverride(one, 'sessionAffinity')}: ClientIP.`;
    yield { ...refused(one, 'sessionAffinityConfig', message, hint), severity: 'warning' };
  }
  const affinity = mapAt(spec, 'sessionAffinityConfig', 'clientIP')['timeoutSeconds'];
  if (spec['sessionAffinity'] === 'ClientIP' && typeof affinity === 'number' && (affinity < 1 || affinity > 86400)) {
    const message = `sessionAffinityConfig.clientIP.timeoutSeconds is ${affinity}: the API server accepts 1 to 86400.`;
    const part = ['spec', 'sessionAffinityConfig', 'clientIP', 'timeoutSeconds'];
    yield { path: overridePathOf(one.decided, part) ?? one.decided.values.path, message, hint: 'Write 10800.' };
  }
}

/** Fields that the API server accepts for load balancers alone. */
function* ofLoadBalancer(one: PrintedCompanion, spec: ValueMap, type: string): Iterable<RuleMatch> {
  for (const key of ['loadBalancerClass', 'allocateLoadBalancerNodePorts']) {
    if (type === 'LoadBalancer' || (spec[key] ?? null) === null) continue;
    const message = `${key} is for type LoadBalancer, not for type ${type}: the API server rejects it.`;
    yield refused(one, key, message, `Remove it, or set ${typeOf(one)}: LoadBalancer.`);
  }
  const isLocal = type === 'LoadBalancer' && spec['externalTrafficPolicy'] === 'Local';
  if (isLocal || typeof spec['healthCheckNodePort'] !== 'number' || spec['healthCheckNodePort'] === 0) return;
  const message =
    'healthCheckNodePort needs type LoadBalancer and externalTrafficPolicy Local: the API server rejects it.';
  yield refused(one, 'healthCheckNodePort', message, 'Remove it, or set externalTrafficPolicy: Local.');
}

function* addressesBeside(one: PrintedCompanion, spec: ValueMap): Iterable<RuleMatch> {
  const { clusterIP, loadBalancerIP } = spec;
  if (
    typeof clusterIP === 'string' &&
    !['', 'None'].includes(clusterIP) &&
    describeCidr(clusterIP, 'address') !== undefined
  )
    yield refused(
      one,
      'clusterIP',
      `clusterIP cannot be ${clusterIP}: the API server rejects it.`,
      'Write None, or an address such as 10.96.0.20.',
    );
  if (
    typeof loadBalancerIP === 'string' &&
    loadBalancerIP !== '' &&
    describeCidr(loadBalancerIP, 'address') !== undefined
  ) {
    const message = `loadBalancerIP is ${loadBalancerIP}, which is not an IP address: no load balancer can have it.`;
    yield { ...refused(one, 'loadBalancerIP', message, 'Write an address such as 198.51.100.7.'), severity: 'warning' };
  }
  const families = listOf(spec['ipFamilies']);
  const isTwice = new Set(families).size < families.length;
  if (families.some((family) => family !== 'IPv4' && family !== 'IPv6') || isTwice || families.length > 2)
    yield refused(
      one,
      'ipFamilies',
      'ipFamilies can only contain IPv4 and IPv6, each once: the API server rejects it.',
      'Write [IPv4], [IPv6] or both.',
    );
  else if (families.length > 1 && (spec['ipFamilyPolicy'] ?? 'SingleStack') === 'SingleStack') {
    const message = `ipFamilyPolicy SingleStack, which is the default, has one family, and ipFamilies has ${families.length}: the API server rejects it.`;
    const key = spec['ipFamilyPolicy'] === undefined ? 'ipFamilies' : 'ipFamilyPolicy';
    yield refused(one, key, message, `Set ${inOverride(one, 'ipFamilyPolicy')}: PreferDualStack.`);
  }
}

/** Node ports that a cluster does not allocate unless it was configured to. */
export function* nodePortRangeOf({ decided, object }: PrintedCompanion): Iterable<RuleMatch> {
  for (const port of mapsIn(mapAt(object, 'spec')['ports'])) {
    const { nodePort } = port;
    if (typeof nodePort !== 'number' || nodePort === 0 || (nodePort >= 30000 && nodePort <= 32767)) continue;
    const message = `Node port ${nodePort} of ${decided.name} is outside 30000 to 32767, the range that a cluster uses unless its API server is configured with another.`;
    const path = nodePortPath(decided, port);
    yield {
      path,
      message,
      hint: `Set ${path.at(-1)}: ${30000 + (Math.abs(nodePort) % 2768)}, or another that is free in the cluster.`,
    };
  }
}

/** The place of a Service's port in the values, or in the override that writes the ports: of equal ports, the later one. */
export function servicePortPath(decided: PrintedCompanion['decided'], port: ValueMap): Path {
  const { path, map } = decided.values;
  const indexIn = (ports: Value | undefined): number => listOf(ports).findLastIndex((own) => equal(own, port));
  const overridden = overridePathOf(decided, ['spec', 'ports']);
  const written = indexIn(mapAt(decided.override, 'spec')['ports']);
  if (overridden !== undefined) return written < 0 ? overridden : [...overridden, written];
  const index = indexIn(map['customPorts']);
  if (index >= 0) return [...path, 'customPorts', index];
  const { name } = port;
  if (name === 'failover') return [...path.slice(0, -1), 'failover', 'port'];
  return [...path, name === 'http' || name === 'https' ? `${name}Port` : 'customPorts'];
}

/** The place of a port's node port. */
function nodePortPath(decided: PrintedCompanion['decided'], port: ValueMap): Path {
  const path = servicePortPath(decided, port);
  const last = path.at(-1);
  if (typeof last === 'number') return [...path, 'nodePort'];
  if (last === 'port') return [...path.slice(0, -1), 'nodePort'];
  return last === 'httpPort' || last === 'httpsPort' ? [...path.slice(0, -1), last.replace('Port', 'NodePort')] : path;
}

/** Invalid ranges and addresses. */
export function* serviceAddressesOf({ decided, object }: PrintedCompanion): Iterable<RuleMatch> {
  const spec = mapAt(object, 'spec');
  for (const [key, wants] of [
    ['loadBalancerSourceRanges', 'range'],
    ['externalIPs', 'address'],
  ] as const) {
    for (const [index, item] of listOf(spec[key]).entries()) {
      const isSpecial = wants === 'address' && isSpecialAddress(item);
      const fault = isSpecial ? 'it is unspecified, loopback or link-local' : describeCidr(item, wants);
      if (fault === undefined) continue;
      const what = wants === 'address' ? 'an address for a Service' : 'a range of addresses';
      const message = `${String(item)} is not ${what}: ${fault}. The API server rejects it.`;
      yield {
        path: [...decided.values.path, key, index],
        message,
        hint: 'Write 198.51.100.7 for an address, 198.51.100.0/24 for a range.',
      };
    }
  }
}

/** Where the type of the Service is set, as seen from its values. */
function typeOf({ decided }: PrintedCompanion): string {
  return overridePathOf(decided, ['spec', 'type']) === undefined
    ? `${String(decided.values.path.at(-1))}.type`
    : 'type';
}

/** The place of a field that only the override can set. */
function inOverride({ decided }: PrintedCompanion, key: string): string {
  return formatPath([...decided.overridden.path, 'spec', key]);
}

/** At the value, or in the override that has the field. */
function refused({ decided }: PrintedCompanion, key: string, message: string, hint: string): RuleMatch {
  const path = overridePathOf(decided, ['spec', key]) ?? [...decided.values.path, key];
  return { path, message, hint };
}

/** Node ports that two ports request. */
export function* nodePortsOf(subject: Subject): Iterable<RuleMatch> {
  const taken = new Map<string, string>();
  for (const { decided, object } of companionsOfKind(subject, 'Service')) {
    for (const { nodePort, protocol, user, path } of nodePortsIn(decided, mapAt(object, 'spec'))) {
      const before = taken.get(`${nodePort}/${protocol}`);
      taken.set(`${nodePort}/${protocol}`, user);
      if (before === undefined) continue;
      const message = `Node port ${nodePort} of ${decided.name} is also used by ${before}: the API server rejects it.`;
      yield {
        path,
        message,
        hint: `Set ${path.at(-1)}: ${freePort(nodePort, protocol, taken)}, or another that is free in the cluster.`,
      };
    }
  }
}

/** The node ports of a Service, with what uses them and where they are set. */
function* nodePortsIn(
  decided: PrintedCompanion['decided'],
  spec: ValueMap,
): Iterable<{ nodePort: number; protocol: string; user: string; path: Path }> {
  for (const port of mapsIn(spec['ports'])) {
    const { nodePort, name, protocol = 'TCP' } = port;
    if (typeof nodePort !== 'number' || nodePort === 0) continue;
    const user = `port ${String(name)} of ${decided.name}`;
    yield { nodePort, protocol: String(protocol), user, path: nodePortPath(decided, port) };
  }
  const nodePort = spec['healthCheckNodePort'];
  const path = overridePathOf(decided, ['spec', 'healthCheckNodePort']);
  if (typeof nodePort === 'number' && nodePort !== 0 && path !== undefined)
    yield { nodePort, protocol: 'TCP', user: `the health check of ${decided.name}`, path };
}

function freePort(from: number, protocol: string, taken: ReadonlyMap<string, string>): number {
  let port = from;
  do port = port >= 32767 ? 30000 : port + 1;
  while (taken.has(`${port}/${protocol}`));
  return port;
}
