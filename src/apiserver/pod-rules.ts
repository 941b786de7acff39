import type { Path } from '../problem.ts';
import { isList, isMap, listOf, lookupTable, mapOf, textOf, type Value, type ValueMap } from '../value.ts';
import { mayBeAddress } from './addresses.ts';
import { keyFault, labelNameFault, labelValueFault, objectNameFault, sysctlNameFault } from './names.ts';
import { findRepeated } from './repeated.ts';
import {
  atLeast,
  findIds,
  findRange,
  given,
  inWords,
  named,
  needsName,
  type Refuse,
  repeatedIn,
  selects,
  type TypeRule,
  within,
} from './type-rule.ts';

/** What the API server requires of a pod and its scheduling, by type. */
export const podTypes: Readonly<Record<string, TypeRule>> = lookupTable({
  PodSpec(pod, refuse) {
    if (isList(pod['containers']) && pod['containers'].length === 0) refuse(['containers'], 'A pod needs a container');
    if (textOf(pod['restartPolicy']) && pod['restartPolicy'] !== 'Always')
      refuse(
        ['restartPolicy'],
        'restartPolicy of a Deployment or DaemonSet must be Always',
        'Remove it, or set restartPolicy: Always.',
      );
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
    for (const key of ['readinessGates', 'schedulingGates']) findGates(listOf(pod[key]), within(refuse, key));
    for (const name of Object.keys(mapOf(pod['overhead'])))
      if (!name.includes('/') && !/^(?:cpu|memory|ephemeral-storage|hugepages-.+)$/.test(name))
        refuse(['overhead', name], `${name} is not a resource`);
    findSystem(pod, refuse);
    findSleep(pod, refuse);
    findHostPorts(pod, refuse);
    findRepeated(pod, refuse);
    findInitOnly(pod, refuse);
  },
  PodSecurityContext(context, refuse) {
    findIds(context, refuse);
    if (context['fsGroupChangePolicy'] === '') refuse(['fsGroupChangePolicy'], 'fsGroupChangePolicy is empty');
    const sysctls = listOf(context['sysctls']).map(mapOf);
    for (const [index, sysctl] of sysctls.entries())
      named(sysctl, 'name', sysctlNameFault, within(within(refuse, 'sysctls'), index));
    for (const { index } of repeatedIn(sysctls, ({ name }) => name))
      refuse(['sysctls', index, 'name'], 'A sysctl is there twice');
  },
  PodDNSConfig({ nameservers, searches, options }, refuse) {
    const [servers, domains] = [listOf(nameservers), listOf(searches)];
    if (servers.length > 3) refuse(['nameservers'], 'dnsConfig holds at most 3 nameservers');
    for (const [index, server] of servers.entries())
      if (!mayBeAddress(server)) refuse(['nameservers', index], `${inWords(server)} is not an IP address`);
    if (domains.length > 32 || domains.join(' ').length > 2048)
      refuse(['searches'], 'dnsConfig holds at most 32 domains to search, of 2,048 characters together');
    eachNamed(domains, 'The domain', domainFault, within(refuse, 'searches'));
    for (const [index, option] of listOf(options).entries())
      needsName(mapOf(option), 'name', within(within(refuse, 'options'), index));
  },
  Toleration(toleration, refuse) {
    const { key, operator, value, effect, tolerationSeconds } = toleration;
    if (textOf(key)) named(toleration, 'key', keyFault, refuse);
    else if (operator !== 'Exists')
      refuse(
        ['operator'],
        'A toleration without a key needs the operator Exists',
        textOf(value) ? 'Give it a key.' : 'Set operator: Exists.',
      );
    if (operator === 'Exists' && textOf(value))
      refuse(['value'], 'A toleration with the operator Exists must not have a value');
    else named(toleration, 'value', labelValueFault, refuse);
    if (tolerationSeconds !== undefined && tolerationSeconds !== null && effect !== 'NoExecute')
      refuse(['tolerationSeconds'], 'tolerationSeconds is only for the effect NoExecute');
  },
  NodeSelector({ nodeSelectorTerms }, refuse) {
    if (listOf(nodeSelectorTerms).length === 0) refuse(['nodeSelectorTerms'], 'A nodeSelector needs nodeSelectorTerms');
  },
  NodeSelectorTerm({ matchFields }, refuse) {
    for (const [index, item] of listOf(matchFields).entries()) {
      const { key, operator, values } = mapOf(item);
      if (key !== 'metadata.name' || (operator !== 'In' && operator !== 'NotIn') || listOf(values).length !== 1)
        refuse(['matchFields', index], 'matchFields can only ask whether metadata.name is In or NotIn one value');
    }
  },
  NodeSelectorRequirement: (requirement, refuse) =>
    findOperator(
      requirement,
      { lists: ['In', 'NotIn'], bare: ['Exists', 'DoesNotExist'], single: ['Gt', 'Lt'] },
      refuse,
    ),
  LabelSelectorRequirement(requirement, refuse) {
    findOperator(requirement, { lists: ['In', 'NotIn'], bare: ['Exists', 'DoesNotExist'], single: [] }, refuse);
    const inValues = within(refuse, 'values');
    eachNamed(listOf(requirement['values']), 'The label’s value', labelValueFault, inValues, 'invalid-label');
  },
  LabelSelector: (selector, refuse) => selects(selector, 'matchLabels', refuse),
  WeightedPodAffinityTerm: (term, refuse) => findRange(term, 'weight', 1, 100, refuse),
  PreferredSchedulingTerm: (term, refuse) => findRange(term, 'weight', 1, 100, refuse),
  PodAffinityTerm(term, refuse) {
    named(term, 'topologyKey', keyFault, refuse);
    eachNamed(listOf(term['namespaces']), 'The namespace', labelNameFault, within(refuse, 'namespaces'));
    for (const key of ['matchLabelKeys', 'mismatchLabelKeys'])
      if (listOf(term[key]).length > 0 && !given(term, 'labelSelector')) refuse([key], `${key} needs a labelSelector`);
    for (const [index, key] of listOf(term['mismatchLabelKeys']).entries())
      if (listOf(term['matchLabelKeys']).includes(key))
        refuse(['mismatchLabelKeys', index], `${inWords(key)} is in matchLabelKeys, too`);
  },
  TopologySpreadConstraint(constraint, refuse) {
    atLeast(1, constraint, ['maxSkew'], refuse);
    if (given(constraint, 'minDomains')) {
      atLeast(1, constraint, ['minDomains'], refuse);
      if (constraint['whenUnsatisfiable'] !== 'DoNotSchedule')
        refuse(['minDomains'], 'minDomains is only for whenUnsatisfiable: DoNotSchedule');
    }
    if (constraint['topologyKey'] === '') refuse(['topologyKey'], 'topologyKey is empty');
    findOwnLabels(constraint, refuse);
  },
});

/** Labels whose values are those of the pod itself. */
function findOwnLabels({ matchLabelKeys, labelSelector }: ValueMap, refuse: Refuse): void {
  const keys = listOf(matchLabelKeys);
  if (keys.length > 0 && !isMap(labelSelector)) refuse(['matchLabelKeys'], 'matchLabelKeys needs a labelSelector');
  const { matchLabels, matchExpressions } = mapOf(labelSelector);
  const taken = [...Object.keys(mapOf(matchLabels)), ...listOf(matchExpressions).map((one) => mapOf(one)['key'])];
  for (const [index, key] of keys.entries())
    if (taken.includes(textOf(key))) refuse(['matchLabelKeys', index], `${inWords(key)} is in the labelSelector, too`);
}

/** Names of conditions and of what holds a pod back. */
function findGates(gates: readonly Value[], refuse: Refuse): void {
  const names = gates.map((gate) => mapOf(gate)['conditionType'] ?? mapOf(gate)['name'] ?? '');
  eachNamed(names, 'The name', keyFault, refuse);
  for (const { index, item } of repeatedIn(names, (name) => name)) refuse([index], `${inWords(item)} is there twice`);
}

/** What only Linux has. */
const ofLinux: readonly string[] = [
  ...['runAsUser', 'runAsGroup', 'fsGroup', 'fsGroupChangePolicy', 'supplementalGroups', 'sysctls', 'seLinuxOptions'],
  ...['seccompProfile', 'appArmorProfile', 'capabilities', 'readOnlyRootFilesystem', 'privileged', 'procMount'],
  'allowPrivilegeEscalation',
];

/** The operating system of a pod, and what only the other one has. */
function findSystem(pod: ValueMap, refuse: Refuse): void {
  const name = mapOf(pod['os'])['name'];
  const holders = [pod, ...listOf(pod['containers']).map(mapOf)].map((one) => mapOf(one['securityContext']));
  if (given(pod, 'os') && name !== 'linux' && name !== 'windows')
    refuse(['os', 'name'], 'The name of an operating system must be linux or windows');
  else if (name === 'windows' && holders.some((context) => ofLinux.some((key) => given(context, key))))
    refuse(['os', 'name'], 'A pod of Windows must not have a securityContext of Linux');
  if (pod['hostNetwork'] !== true)
    for (const [index, context] of holders.entries())
      if (mapOf(context['windowsOptions'])['hostProcess'] === true)
        refuse(
          [...(index === 0 ? [] : ['containers', index - 1]), 'securityContext', 'windowsOptions'],
          'hostProcess needs hostNetwork: true',
        );
}

/** A container cannot sleep for longer than it has to stop. */
function findSleep(pod: ValueMap, refuse: Refuse): void {
  const most = given(pod, 'terminationGracePeriodSeconds') ? Number(pod['terminationGracePeriodSeconds']) : 30;
  for (const list of ['initContainers', 'containers'])
    for (const [index, item] of listOf(pod[list]).entries())
      for (const [key, handler] of Object.entries(mapOf(mapOf(item)['lifecycle']))) {
        const { seconds } = mapOf(mapOf(handler)['sleep']);
        if (typeof seconds === 'number' && (seconds < 0 || seconds > most))
          refuse(
            [list, index, 'lifecycle', key, 'sleep', 'seconds'],
            `seconds must be at most terminationGracePeriodSeconds (${most})`,
          );
      }
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
  const inNames: Refuse = (steps, ...rest) => refuse([...at, 'hostnames', ...steps], ...rest);
  eachNamed(listOf(hostnames), 'The host name', objectNameFault, inNames);
}

/** Newer API servers accept a lone dot and underscores. */
function domainFault(domain: string): string | undefined {
  return domain === '.' ? undefined : objectNameFault(domain.replace(/\.$/, '').replaceAll('_', 'x'));
}

/** What is wrong with the strings of a list; `what` begins the message. */
function eachNamed(
  list: readonly Value[],
  what: string,
  faultOf: (name: string) => string | undefined,
  refuse: Refuse,
  code?: Parameters<Refuse>[3],
): void {
  for (const [index, name] of list.entries()) {
    const fault = typeof name === 'string' ? faultOf(name) : undefined;
    if (fault !== undefined) refuse([index], `${what} ${inWords(name)} ${fault}`, undefined, code);
  }
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
