import { describeCidr, isSpecialAddress, mayBeAddress } from '../apiserver/addresses.ts';
import {
  isNodePort,
  isUnusualNodePort,
  nodePortsIn,
  type ServiceFault,
  serviceChoices,
  serviceFaults,
  serviceType,
  sourceRangesAnnotation,
  sourceRangesFault,
  sourceRangesHint,
} from '../apiserver/service-rules.ts';
import { given } from '../apiserver/type-rule.ts';
import { formatPath, type Path } from '../problem.ts';
import { equal, listOf, mapAt, type Value, type ValueMap, valueAt } from '../value.ts';
import type { RuleMatch } from './match.ts';
import { companionsOfKind, overridePathOf, type PrintedCompanion, type Subject } from './rule.ts';

/** Fields of a Service that the API server rejects, alone or in combination, and two that have no effect. */
export function* serviceFieldsOf(one: PrintedCompanion): Iterable<RuleMatch> {
  const spec = mapAt(one.object, 'spec');
  for (const [fault, key, port] of serviceFaults(spec)) {
    const [message, hint, path = fieldPath(one, key)] = faultWords[fault]({ one, spec, key, port: port ?? {} });
    yield { path, message, hint };
  }
  if (given(spec, 'sessionAffinityConfig') && (spec['sessionAffinity'] ?? 'None') === 'None')
    yield {
      path: fieldPath(one, 'sessionAffinityConfig'),
      severity: 'warning',
      message: 'sessionAffinityConfig has no effect without sessionAffinity: ClientIP: the API server drops it.',
      hint: `Set ${inOverride(one, 'sessionAffinity')}: ClientIP.`,
    };
  const { loadBalancerIP = null } = spec;
  if (loadBalancerIP !== '' && !mayBeAddress(loadBalancerIP))
    yield {
      path: fieldPath(one, 'loadBalancerIP'),
      severity: 'warning',
      message: `loadBalancerIP is ${String(loadBalancerIP)}, which is not an IP address: no load balancer can have it.`,
      hint: 'Write an address such as 198.51.100.7.',
    };
}

/** A fault in a printed Service. */
interface FaultyService {
  readonly one: PrintedCompanion;
  readonly spec: ValueMap;
  readonly key: string;
  readonly port: ValueMap;
}

/** The message and the hint for each fault; the place, if it is not that of the field. */
const faultWords: Readonly<Record<ServiceFault, (about: FaultyService) => [message: string, hint: string, at?: Path]>> =
  {
    'not-a-choice': ({ spec, key }) => [
      `${key} cannot be ${spec[key] === '' ? 'empty' : String(spec[key])}: the API server rejects it.`,
      `Write ${serviceChoices[key]?.slice(0, -1).join(', ')} or ${serviceChoices[key]?.at(-1)}.`,
    ],
    'policy-within-cluster': ({ spec }) => [
      `externalTrafficPolicy is for Services that are reachable from outside, not for type ${serviceType(spec)}: the API server rejects it.`,
      'Set externalTrafficPolicy: null, or type: LoadBalancer.',
    ],
    'node-port-within-cluster': ({ one, port }) => [
      `Port ${String(port['name'] ?? port['port'])} has a node port, which a Service of type ClusterIP cannot have: the API server rejects it.`,
      'Remove the node port, or set type: NodePort.',
      nodePortPath(one.decided, port),
    ],
    'no-external-name': () => [
      'A Service of type ExternalName needs an externalName, which the chart does not write: the API server rejects it.',
      'Set type: LoadBalancer, NodePort or ClusterIP.',
    ],
    'load-balancers-only': ({ one, spec, key }) => [
      `${key} is for type LoadBalancer, not for type ${serviceType(spec)}: the API server rejects it.`,
      `Remove it, or set ${typeOf(one)}: LoadBalancer.`,
    ],
    'no-health-check': () => [
      'healthCheckNodePort needs type LoadBalancer and externalTrafficPolicy Local: the API server rejects it.',
      'Remove it, or set externalTrafficPolicy: Local.',
    ],
    'address-needed': ({ one, spec }) => [
      `A Service of type ${serviceType(spec)} cannot have clusterIP None: the API server rejects it.`,
      `Remove it, or set ${typeOf(one)}: ClusterIP.`,
    ],
    'timeout-range': ({ one, spec, key }) => [
      `sessionAffinityConfig.clientIP.timeoutSeconds is ${String(valueAt(spec, key, 'clientIP', 'timeoutSeconds'))}: the API server accepts 1 to 86400.`,
      'Write 10800.',
      overridePathOf(one.decided, ['spec', key, 'clientIP', 'timeoutSeconds']) ?? one.decided.values.path,
    ],
    'not-an-address': ({ spec }) => [
      `clusterIP cannot be ${String(spec['clusterIP'])}: the API server rejects it.`,
      'Write None, or an address such as 10.96.0.20.',
    ],
    families: () => [
      'ipFamilies can only contain IPv4 and IPv6, each once: the API server rejects it.',
      'Write [IPv4], [IPv6] or both.',
    ],
    'one-family': ({ one, spec }) => [
      `ipFamilyPolicy SingleStack, which is the default, has one family, and ipFamilies has ${listOf(spec['ipFamilies']).length}: the API server rejects it.`,
      `Set ${inOverride(one, 'ipFamilyPolicy')}: PreferDualStack.`,
    ],
  };

/** Node ports that a cluster does not allocate unless it was configured to. */
export function* nodePortRangeOf({ decided, object }: PrintedCompanion): Iterable<RuleMatch> {
  for (const { port, nodePort } of nodePortsIn(mapAt(object, 'spec'))) {
    if (!isUnusualNodePort(nodePort)) continue;
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
  const refused = sourceRangesFault(mapAt(object, 'metadata', 'annotations'), spec);
  if (refused !== undefined) {
    const path = overridePathOf(decided, ['metadata', 'annotations', sourceRangesAnnotation]);
    yield {
      path: path ?? [...decided.values.path, 'extraAnnotations', sourceRangesAnnotation],
      message: `The API server rejects the annotation ${sourceRangesAnnotation}: ${refused}.`,
      hint: sourceRangesHint,
    };
  }
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

/** The value of a field, or the override that has the field. */
function fieldPath({ decided }: PrintedCompanion, key: string): Path {
  return overridePathOf(decided, ['spec', key]) ?? [...decided.values.path, key];
}

/** Node ports that two ports request. */
export function* nodePortsOf(subject: Subject): Iterable<RuleMatch> {
  const taken = new Map<string, string>();
  for (const { decided, object } of companionsOfKind(subject, 'Service')) {
    for (const { nodePort, protocol, user, path } of requestedPorts(decided, mapAt(object, 'spec'))) {
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
function* requestedPorts(
  decided: PrintedCompanion['decided'],
  spec: ValueMap,
): Iterable<{ nodePort: number; protocol: string; user: string; path: Path }> {
  for (const { port, nodePort } of nodePortsIn(spec)) {
    const { name, protocol = 'TCP' } = port;
    const user = `port ${String(name)} of ${decided.name}`;
    yield { nodePort, protocol: String(protocol), user, path: nodePortPath(decided, port) };
  }
  const nodePort = spec['healthCheckNodePort'];
  const path = overridePathOf(decided, ['spec', 'healthCheckNodePort']);
  if (isNodePort(nodePort) && path !== undefined)
    yield { nodePort, protocol: 'TCP', user: `the health check of ${decided.name}`, path };
}

function freePort(from: number, protocol: string, taken: ReadonlyMap<string, string>): number {
  let port = from;
  do port = port >= 32767 ? 30000 : port + 1;
  while (taken.has(`${port}/${protocol}`));
  return port;
}
