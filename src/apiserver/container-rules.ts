import { exceeds } from '../go/quantity.ts';
import { listOf, lookupTable, mapOf, textOf, type Value, type ValueMap } from '../value.ts';
import { entryNameFault, labelNameFault, portNameFault } from './names.ts';
import {
  atLeast,
  exactlyOne,
  findIds,
  given,
  inWords,
  named,
  needsName,
  type Refuse,
  type TypeRule,
} from './type-rule.ts';

/** What the API server requires of a container and its contents, by type. */
export const containerTypes: Readonly<Record<string, TypeRule>> = lookupTable({
  Container(container, refuse) {
    named(container, 'name', labelNameFault, refuse);
    if (container['image'] === '') refuse(['image'], 'image is empty');
    for (const kind of ['livenessProbe', 'startupProbe'])
      if (!isUsual(mapOf(container[kind])['successThreshold'], 1))
        refuse([kind, 'successThreshold'], `successThreshold of a ${kind} must be 1`);
    if (given(mapOf(container['readinessProbe']), 'terminationGracePeriodSeconds'))
      refuse(
        ['readinessProbe', 'terminationGracePeriodSeconds'],
        'A readinessProbe has no terminationGracePeriodSeconds',
      );
  },
  ContainerPort(port, refuse) {
    named(port, 'name', portNameFault, refuse);
  },
  EnvVar({ name, value, valueFrom }, refuse) {
    if (name === '' || (typeof name === 'string' && !/^[ -<>-~]+$/.test(name)))
      refuse(['name'], 'The name of a variable must consist of printable characters without =');
    if (typeof value === 'string' && value !== '' && valueFrom !== undefined && valueFrom !== null)
      refuse(['valueFrom'], 'A variable must not have both value and valueFrom');
  },
  EnvVarSource(source, refuse) {
    exactlyOne('valueFrom')(source, refuse);
    const path = mapOf(source['fieldRef'])['fieldPath'];
    if (path === 'metadata.labels' || path === 'metadata.annotations')
      refuse(['fieldRef', 'fieldPath'], `A variable cannot hold all of ${path}`, `Take one: ${path}['key'].`);
  },
  EnvFromSource: exactlyOne('envFrom', ['configMapRef', 'secretRef']),
  ConfigMapEnvSource: (source, refuse) => needsName(source, 'name', refuse),
  SecretEnvSource: (source, refuse) => needsName(source, 'name', refuse),
  ConfigMapKeySelector: findEntry,
  SecretKeySelector: findEntry,
  ObjectFieldSelector({ fieldPath }, refuse) {
    if (typeof fieldPath === 'string' && !fieldPaths.test(fieldPath))
      refuse(
        ['fieldPath'],
        `fieldPath ${JSON.stringify(fieldPath)} is not one that Kubernetes knows`,
        'For example metadata.name, spec.nodeName or status.podIP.',
      );
  },
  HTTPHeader({ name }, refuse) {
    if (typeof name === 'string' && !/^[-A-Za-z0-9]+$/.test(name))
      refuse(['name'], 'The name of a header must consist of letters, digits and -');
  },
  LifecycleHandler: exactlyOne('A lifecycle handler'),
  Probe(probe, refuse) {
    exactlyOne('A probe', ['exec', 'httpGet', 'tcpSocket', 'grpc'])(probe, refuse);
    for (const key of [
      'initialDelaySeconds',
      'timeoutSeconds',
      'periodSeconds',
      'successThreshold',
      'failureThreshold',
    ])
      atLeast(0, probe, [key], refuse);
    if (given(probe, 'terminationGracePeriodSeconds')) atLeast(1, probe, ['terminationGracePeriodSeconds'], refuse);
  },
  ExecAction({ command }, refuse) {
    if (listOf(command).length === 0) refuse(['command'], 'exec needs a command');
  },
  HTTPGetAction: isPort,
  TCPSocketAction: isPort,
  ResourceRequirements({ limits, requests }, refuse) {
    for (const [name, wanted] of Object.entries(mapOf(requests))) {
      const limit = mapOf(limits)[name];
      if (limit !== undefined && limit !== null && exceeds(wanted, limit))
        refuse(
          ['requests', name],
          `The request for ${name} (${inWords(wanted)}) is above its limit (${inWords(limit)})`,
        );
    }
    for (const [kind, amounts] of Object.entries({ limits, requests }))
      for (const [name, amount] of Object.entries(mapOf(amounts)))
        if (exceeds(0, amount)) refuse([kind, name], `${name} must not be negative`);
  },
  SecurityContext(context, refuse) {
    if (context['allowPrivilegeEscalation'] === false) {
      if (context['privileged'] === true)
        refuse(['allowPrivilegeEscalation'], 'A privileged container cannot have allowPrivilegeEscalation: false');
      if (listOf(mapOf(context['capabilities'])['add']).includes('CAP_SYS_ADMIN'))
        refuse(['capabilities', 'add'], 'CAP_SYS_ADMIN and allowPrivilegeEscalation: false exclude each other');
    }
    findIds(context, refuse);
  },
  SeccompProfile({ type, localhostProfile }, refuse) {
    if (type === 'Localhost' && !textOf(localhostProfile))
      refuse(
        [],
        'A seccomp profile of the type Localhost needs localhostProfile',
        undefined,
        'seccomp-without-profile',
      );
    if (textOf(localhostProfile) && type !== 'Localhost')
      refuse(['localhostProfile'], 'localhostProfile is for the type Localhost only');
  },
});

/** Whether a field is unset or has its only permitted value; 0 counts as unset. */
function isUsual(value: Value | undefined, usual: number): boolean {
  return value === undefined || value === null || value === 0 || value === usual;
}

function isPort({ port }: ValueMap, refuse: Refuse): void {
  if (typeof port === 'number' && (port < 1 || port > 65535))
    refuse(['port'], `port must be from 1 to 65535, but is ${port}`);
  if (typeof port !== 'string') return;
  const fault = portNameFault(port);
  if (fault !== undefined) refuse(['port'], `The port’s name ${JSON.stringify(port)} ${fault}`);
}

/** The pod fields that a variable or a file can contain. */
const fieldPaths =
  /^(metadata\.(name|namespace|uid|labels|annotations)(\['[^']*'\])?|spec\.(nodeName|serviceAccountName)|status\.(hostIPs?|podIPs?))$/;

function findEntry(selector: ValueMap, refuse: Refuse): void {
  named(selector, 'key', entryNameFault, refuse);
  needsName(selector, 'name', refuse);
}
