import type { Path } from '../problem.ts';
import { isList, listOf, lookupTable, mapOf, textOf, type Value, type ValueMap } from '../value.ts';
import { keyFault, labelNameFault, labelValueFault, objectNameFault } from './names.ts';
import { findRepeated } from './repeated.ts';
import { atLeast, findIds, given, inWords, named, type Refuse, selects, type TypeRule } from './type-rule.ts';

/** What the API server requires of a pod and its scheduling, by type. */
export const podTypes: Readonly<Record<string, TypeRule>> = lookupTable({
  PodSpec(pod, refuse) {
    if (isList(pod['containers']) && pod['containers'].length === 0) refuse(['containers'], 'A pod needs a container');
    if (textOf(pod['restartPolicy']) && pod['restartPolicy'] !== 'Always')
      refuse(['restartPolicy'], 'restartPolicy of a Deployment or DaemonSet must be Always');
    if (given(pod, 'activeDeadlineSeconds'))
      refuse(['activeDeadlineSeconds'], 'A Deployment or DaemonSet must not have activeDeadlineSeconds');
    if (listOf(pod['ephemeralContainers']).length > 0)
      refuse(['ephemeralContainers'], 'The template of a pod must not have ephemeralContainers');
    if (pod['hostPID'] === true && pod['shareProcessNamespace'] === true)
      refuse(['shareProcessNamespace'], 'shareProcessNamespace and hostPID exclude each other');
    for (const key of ['serviceAccountName', 'nodeName', 'priorityClassName', 'runtimeClassName'])
      named(pod, key, objectNameFault, refuse);
    for (const key of ['hostname', 'subdomain']) named(pod, key, labelNameFault, refuse);
    selects(pod, 'nodeSelector', refuse);
    for (const [index, item] of listOf(pod['hostAliases']).entries())
      findAlias(mapOf(item), ['hostAliases', index], refuse);
    const servers = listOf(mapOf(pod['dnsConfig'])['nameservers']);
    if (servers.length > 3) refuse(['dnsConfig', 'nameservers'], 'dnsConfig holds at most 3 nameservers');
    for (const [index, server] of servers.entries())
      if (!mayBeAddress(server)) refuse(['dnsConfig', 'nameservers', index], `${inWords(server)} is not an IP address`);
    findHostPorts(pod, refuse);
    findRepeated(pod, refuse);
    findInitOnly(pod, refuse);
  },
  PodSecurityContext: findIds,
  Toleration(toleration, refuse) {
    const { key, operator, value, effect, tolerationSeconds } = toleration;
    if (textOf(key)) named(toleration, 'key', keyFault, refuse);
    else if (operator !== 'Exists') refuse(['operator'], 'A toleration without a key needs the operator Exists');
    if (operator === 'Exists' && textOf(value))
      refuse(['value'], 'A toleration with the operator Exists must not have a value');
    else named(toleration, 'value', labelValueFault, refuse);
    if (tolerationSeconds !== undefined && tolerationSeconds !== null && effect !== 'NoExecute')
      refuse(['tolerationSeconds'], 'tolerationSeconds is only for the effect NoExecute');
  },
  NodeSelector({ nodeSelectorTerms }, refuse) {
    if (listOf(nodeSelectorTerms).length === 0) refuse(['nodeSelectorTerms'], 'A nodeSelector needs nodeSelectorTerms');
  },
  NodeSelectorRequirement: (requirement, refuse) =>
    findOperator(
      requirement,
      { lists: ['In', 'NotIn'], bare: ['Exists', 'DoesNotExist'], single: ['Gt', 'Lt'] },
      refuse,
    ),
  LabelSelectorRequirement: (requirement, refuse) =>
    findOperator(requirement, { lists: ['In', 'NotIn'], bare: ['Exists', 'DoesNotExist'], single: [] }, refuse),
  LabelSelector: (selector, refuse) => selects(selector, 'matchLabels', refuse),
  WeightedPodAffinityTerm: findWeight,
  PreferredSchedulingTerm: findWeight,
  PodAffinityTerm: (term, refuse) => named(term, 'topologyKey', keyFault, refuse),
  TopologySpreadConstraint(constraint, refuse) {
    atLeast(1, constraint, ['maxSkew'], refuse);
    if (given(constraint, 'minDomains')) {
      atLeast(1, constraint, ['minDomains'], refuse);
      if (constraint['whenUnsatisfiable'] !== 'DoNotSchedule')
        refuse(['minDomains'], 'minDomains is only for whenUnsatisfiable: DoNotSchedule');
    }
    if (constraint['topologyKey'] === '') refuse(['topologyKey'], 'topologyKey is empty');
  },
});

function findWeight({ weight }: ValueMap, refuse: Refuse): void {
  if (typeof weight === 'number' && (weight < 1 || weight > 100))
    refuse(['weight'], `weight must be from 1 to 100, but is ${weight}`);
}

function findOperator(
  requirement: ValueMap,
  { lists, bare, single }: Readonly<Record<'lists' | 'bare' | 'single', readonly string[]>>,
  refuse: Refuse,
): void {
  named(requirement, 'key', keyFault, refuse);
  const operator = textOf(requirement['operator']);
  if (operator === undefined) return;
  const count = listOf(requirement['values']).length;
  if (lists.includes(operator) && count === 0) refuse(['values'], `The operator ${operator} needs values`);
  else if (bare.includes(operator) && count > 0) refuse(['values'], `The operator ${operator} has no values`);
  else if (single.includes(operator) && count !== 1) refuse(['values'], `The operator ${operator} needs one value`);
  else if (![...lists, ...bare, ...single].includes(operator))
    refuse(['operator'], `operator must be one of ${[...lists, ...bare, ...single].join(', ')}, but is ${operator}`);
}

function findAlias({ ip, hostnames }: ValueMap, at: Path, refuse: Refuse): void {
  if (!mayBeAddress(ip ?? null)) refuse([...at, 'ip'], `${inWords(ip ?? null)} is not an IP address`);
  for (const [index, name] of listOf(hostnames).entries()) {
    const fault = typeof name === 'string' ? objectNameFault(name) : undefined;
    if (fault !== undefined) refuse([...at, 'hostnames', index], `The host name ${inWords(name)} ${fault}`);
  }
}

/** An IPv4 address, or a string that can only be an IPv6 address. */
export function mayBeAddress(value: Value): boolean {
  if (typeof value !== 'string') return true;
  const parts = value.split('.');
  const isFour = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isFour || (value.includes(':') && /^[\da-fA-F:.]+$/.test(value));
}

/** No two ports of a pod can use the same host port; with hostNetwork every port is a host port. */
function findHostPorts(pod: ValueMap, refuse: Refuse): void {
  const taken = new Set<string>();
  for (const [index, container] of listOf(pod['containers']).entries()) {
    for (const [at, port] of listOf(mapOf(container)['ports']).entries()) {
      const { hostPort, containerPort, protocol, hostIP } = mapOf(port);
      const steps = ['containers', index, 'ports', at, 'hostPort'];
      if (hostPort === 0 || hostPort === null || hostPort === undefined) continue;
      if (pod['hostNetwork'] === true && hostPort !== containerPort)
        refuse(steps, 'With hostNetwork, hostPort must be the same as containerPort');
      const key = JSON.stringify([hostPort, protocol ?? 'TCP', hostIP ?? '']);
      if (taken.has(key)) refuse(steps, `Two ports of the pod want port ${inWords(hostPort)} of the node`);
      taken.add(key);
    }
  }
}

/**
 * An init container runs to completion, unless its restartPolicy makes it a sidecar; only a sidecar may have probes,
 * and only an init container may have that policy.
 */
function findInitOnly(pod: ValueMap, refuse: Refuse): void {
  for (const [index, item] of listOf(pod['initContainers']).entries()) {
    const container = mapOf(item);
    if (container['restartPolicy'] === 'Always') continue;
    if (given(container, 'restartPolicy'))
      refuse(['initContainers', index, 'restartPolicy'], 'restartPolicy of an init container must be Always');
    for (const key of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'])
      if (given(container, key))
        refuse(
          ['initContainers', index, key],
          `An init container must not have ${key}`,
          'Remove it, or set restartPolicy: Always.',
        );
  }
  for (const [index, item] of listOf(pod['containers']).entries())
    if (given(mapOf(item), 'restartPolicy'))
      refuse(['containers', index, 'restartPolicy'], 'Only init containers may have a restartPolicy');
}
