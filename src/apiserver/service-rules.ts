/** What the API server requires of a Service's fields, alone and together. Source: Kubernetes' ValidateService. */
import { listOf, lookupTable, mapAt, mapsIn, type Value, type ValueMap } from '../value.ts';
import { describeCidr, mayBeAddress } from './addresses.ts';
import { keyFault, labelNameFault, objectNameFault, portNameFault } from './names.ts';
import { findRange, given, named, selects, type TypeRule } from './type-rule.ts';

/** The values that the API server accepts in fields with fixed choices. */
export const serviceChoices: Readonly<Record<string, readonly string[]>> = lookupTable({
  type: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'],
  externalTrafficPolicy: ['Cluster', 'Local'],
  internalTrafficPolicy: ['Cluster', 'Local'],
  sessionAffinity: ['None', 'ClientIP'],
  ipFamilyPolicy: ['SingleStack', 'PreferDualStack', 'RequireDualStack'],
  trafficDistribution: ['PreferClose', 'PreferSameZone', 'PreferSameNode'],
});

/** An empty string in the oldest of these fields stands for the default. */
const completed: ReadonlySet<string> = new Set(['type', 'externalTrafficPolicy', 'sessionAffinity']);

/** Why the API server refuses a field of a Service. */
export type ServiceFault =
  | 'not-a-choice'
  | 'policy-within-cluster'
  | 'node-port-within-cluster'
  | 'no-external-name'
  | 'load-balancers-only'
  | 'no-health-check'
  | 'address-needed'
  | 'timeout-range'
  | 'not-an-address'
  | 'families'
  | 'one-family';

/** A fault, its field, and the port if it is one of those; the caller puts it in words. */
type Faulty = readonly [fault: ServiceFault, key: string, port?: ValueMap];

/** What the API server refuses in the spec of a Service. */
export function* serviceFaults(spec: ValueMap): Iterable<Faulty> {
  for (const [key, known] of Object.entries(serviceChoices)) {
    const choice = spec[key];
    if (typeof choice === 'string' && !(choice === '' && completed.has(key)) && !known.includes(choice))
      yield ['not-a-choice', key];
  }
  yield* faultsOfType(spec);
  const affinity = mapAt(spec, 'sessionAffinityConfig', 'clientIP')['timeoutSeconds'];
  if (spec['sessionAffinity'] === 'ClientIP' && typeof affinity === 'number' && (affinity < 1 || affinity > 86400))
    yield ['timeout-range', 'sessionAffinityConfig'];
  const { clusterIP = null } = spec;
  if (clusterIP !== '' && clusterIP !== 'None' && !mayBeAddress(clusterIP)) yield ['not-an-address', 'clusterIP'];
  const families = listOf(spec['ipFamilies']);
  const isTwice = new Set(families).size < families.length;
  if (families.some((family) => family !== 'IPv4' && family !== 'IPv6') || isTwice) yield ['families', 'ipFamilies'];
  else if (families.length > 1 && (spec['ipFamilyPolicy'] ?? 'SingleStack') === 'SingleStack')
    yield ['one-family', spec['ipFamilyPolicy'] === undefined ? 'ipFamilies' : 'ipFamilyPolicy'];
}

/** What depends on the type of the Service. */
function* faultsOfType(spec: ValueMap): Iterable<Faulty> {
  const type = serviceType(spec);
  const isBalanced = type === 'LoadBalancer';
  const isReached = isBalanced || type === 'NodePort' || listOf(spec['externalIPs']).length > 0;
  const isPolicy = serviceChoices['externalTrafficPolicy']?.includes(String(spec['externalTrafficPolicy'])) === true;
  if (isPolicy && !isReached && type !== 'ExternalName') yield ['policy-within-cluster', 'externalTrafficPolicy'];
  if (type === 'ClusterIP') for (const { port } of nodePortsIn(spec)) yield ['node-port-within-cluster', 'ports', port];
  if (type === 'ExternalName' && !spec['externalName']) yield ['no-external-name', 'type'];
  for (const key of ['loadBalancerClass', 'allocateLoadBalancerNodePorts'])
    if (!isBalanced && given(spec, key)) yield ['load-balancers-only', key];
  const isChecked = isBalanced && spec['externalTrafficPolicy'] === 'Local';
  if (!isChecked && isNodePort(spec['healthCheckNodePort'])) yield ['no-health-check', 'healthCheckNodePort'];
  if ((isBalanced || type === 'NodePort') && spec['clusterIP'] === 'None') yield ['address-needed', 'clusterIP'];
}

/** The type of a Service; the API server completes a missing or empty one. */
export function serviceType(spec: ValueMap): string {
  return String(spec['type'] || 'ClusterIP');
}

/** The node ports that the ports of a Service request. */
export function nodePortsIn(spec: ValueMap): { readonly port: ValueMap; readonly nodePort: number }[] {
  return mapsIn(spec['ports']).flatMap((port) => {
    const { nodePort } = port;
    return isNodePort(nodePort) ? [{ port, nodePort }] : [];
  });
}

/** Whether a node port is requested: 0 leaves the choice to the API server. */
export function isNodePort(port: Value | undefined): port is number {
  return typeof port === 'number' && port !== 0;
}

/** Whether a node port is outside the range of clusters that are not configured otherwise. */
export function isUnusualNodePort(port: number): boolean {
  return port < 30_000 || port > 32_767;
}

/** The annotation that does what `loadBalancerSourceRanges` does, which has the last word. */
export const sourceRangesAnnotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';

export const sourceRangesHint =
  'Separate ranges such as 198.51.100.0/24 with commas; only a Service of type LoadBalancer may have the annotation.';

/**
 * What the API server refuses in that annotation of a Service; undefined if nothing is. Source: Kubernetes'
 * ValidateService and GetLoadBalancerSourceRanges.
 */
export function sourceRangesFault(annotations: ValueMap, spec: ValueMap): string | undefined {
  const given = annotations[sourceRangesAnnotation];
  if (typeof given !== 'string' || listOf(spec['loadBalancerSourceRanges']).length > 0) return undefined;
  if (spec['type'] !== 'LoadBalancer') return 'it requires type: LoadBalancer';
  const ranges = given.trim() === '' ? [] : given.split(',');
  return ranges.map((range) => describeCidr(range, 'range')).find((fault) => fault !== undefined);
}

/** The rest, in words that suit any Service. */
export const serviceTypes: Readonly<Record<string, TypeRule>> = lookupTable({
  ServiceSpec(spec, refuse) {
    selects(spec, 'selector', refuse);
    named(spec, 'loadBalancerClass', keyFault, refuse);
    if (spec['loadBalancerClass'] === '') refuse(['loadBalancerClass'], 'loadBalancerClass is empty', 'Remove it.');
    if (spec['type'] === 'ExternalName') named(spec, 'externalName', externalFault, refuse);
    findRange(spec, 'healthCheckNodePort', 0, 65535, refuse);
    if (spec['type'] !== 'LoadBalancer' && listOf(spec['loadBalancerSourceRanges']).length > 0)
      refuse(['loadBalancerSourceRanges'], 'loadBalancerSourceRanges requires type: LoadBalancer', 'Remove it.');
    const [first, ...others] = listOf(spec['clusterIPs']);
    if (first !== undefined && (first === '' || first !== (spec['clusterIP'] ?? null)))
      refuse(['clusterIPs'], 'The first of clusterIPs must be clusterIP', 'Set clusterIP, too.');
    const isIPv6 = String(others[0]).includes(':');
    const isPair =
      others.length === 0 || (first !== 'None' && others[0] !== 'None' && isIPv6 !== String(first).includes(':'));
    if (others.length > 1 || !isPair) refuse(['clusterIPs'], 'clusterIPs can have two addresses, one of each family');
  },
  ServicePort(port, refuse) {
    named(port, 'name', labelNameFault, refuse);
    named(port, 'appProtocol', keyFault, refuse);
    if (typeof port['targetPort'] === 'string') named(port, 'targetPort', portNameFault, refuse);
    else findRange(port, 'targetPort', 0, 65535, refuse);
  },
});

/** The name of a host, which may end in a dot. */
function externalFault(name: string): string | undefined {
  return objectNameFault(name.replace(/\.$/, ''));
}
