import { listOf, lookupTable, mapOf, textOf, type Value, type ValueMap } from '../value.ts';
import { briefJson } from '../words.ts';
import { entryNameFault, keyFault, labelNameFault, objectNameFault, portNameFault } from './names.ts';
import {
  atLeast,
  exactlyOne,
  findIds,
  given,
  named,
  needsName,
  type Refuse,
  staysWithin,
  type TypeRule,
} from './type-rule.ts';

/** What the API server requires of a container and its contents, by type. */
export const containerTypes: Readonly<Record<string, TypeRule>> = lookupTable({
  Container(container, refuse) {
    named(container, 'name', labelNameFault, refuse);
    if (container['image'] === '') refuse(['image'], 'image is empty');
    for (const kind of ['livenessProbe', 'startupProbe'])
      if (!isUsual(mapOf(container[kind])['successThreshold'], 1))
        refuse([kind, 'successThreshold'], `successThreshold of a ${kind} must be 1`, 'Remove it.');
    if (given(mapOf(container['readinessProbe']), 'terminationGracePeriodSeconds'))
      refuse(
        ['readinessProbe', 'terminationGracePeriodSeconds'],
        'A readinessProbe has no terminationGracePeriodSeconds',
      );
    for (const [index, mount] of listOf(container['volumeMounts']).entries())
      if (
        mapOf(mount)['mountPropagation'] === 'Bidirectional' &&
        mapOf(container['securityContext'])['privileged'] !== true
      )
        refuse(
          ['volumeMounts', index, 'mountPropagation'],
          'Only a privileged container has mountPropagation: Bidirectional',
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
  EnvFromSource(source, refuse) {
    exactlyOne('envFrom', ['configMapRef', 'secretRef'])(source, refuse);
    if (typeof source['prefix'] === 'string' && !/^[ -<>-~]*$/.test(source['prefix']))
      refuse(['prefix'], 'The prefix of variables must consist of printable characters without =');
  },
  ConfigMapEnvSource: needsObject,
  SecretEnvSource: needsObject,
  ConfigMapKeySelector: findEntry,
  SecretKeySelector: findEntry,
  ObjectFieldSelector({ apiVersion, fieldPath }, refuse) {
    const [isKnown, of, key] = fieldPaths.exec(textOf(fieldPath) ?? '') ?? [];
    const fault = key === undefined ? undefined : keyFault(of === 'annotations' ? key.toLowerCase() : key);
    if (fault !== undefined) refuse(['fieldPath'], `The key ${briefJson(key)} ${fault}`);
    if (textOf(apiVersion) && apiVersion !== 'v1') refuse(['apiVersion'], 'apiVersion of a fieldRef must be v1');
    if (typeof fieldPath === 'string' && isKnown === undefined)
      refuse(
        ['fieldPath'],
        `fieldPath ${briefJson(fieldPath)} is not one that Kubernetes knows`,
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
  GRPCAction: isPort,
  SecurityContext(context, refuse) {
    if (context['allowPrivilegeEscalation'] === false) {
      if (context['privileged'] === true)
        refuse(
          ['allowPrivilegeEscalation'],
          'A privileged container cannot have allowPrivilegeEscalation: false',
          'Set allowPrivilegeEscalation: true, or remove privileged.',
        );
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
    staysWithin(localhostProfile, ['localhostProfile'], 'the folder of the kubelet’s profiles', refuse);
    isForLocalhost(type, localhostProfile, refuse);
  },
  AppArmorProfile({ type, localhostProfile }, refuse) {
    if (type === 'Localhost' && !textOf(localhostProfile)?.trim())
      refuse([], 'An AppArmor profile of the type Localhost needs localhostProfile');
    else if (textOf(localhostProfile) !== textOf(localhostProfile)?.trim())
      refuse(['localhostProfile'], 'localhostProfile must have no blanks at its ends');
    isForLocalhost(type, localhostProfile, refuse);
  },
});

function isForLocalhost(type: Value | undefined, profile: Value | undefined, refuse: Refuse): void {
  if (textOf(profile) && type !== 'Localhost')
    refuse(['localhostProfile'], 'localhostProfile is for the type Localhost only');
}

/** Whether a field is unset or has its only permitted value; 0 counts as unset. */
function isUsual(value: Value | undefined, usual: number): boolean {
  return value === undefined || value === null || value === 0 || value === usual;
}

function isPort({ port }: ValueMap, refuse: Refuse): void {
  if (typeof port === 'number' && (port < 1 || port > 65535))
    refuse(['port'], `port must be from 1 to 65535, but is ${port}`);
  if (typeof port !== 'string') return;
  const fault = portNameFault(port);
  if (fault !== undefined) refuse(['port'], `The port’s name ${briefJson(port)} ${fault}`);
}

/** The pod fields that a variable or a file can contain. */
const fieldPaths =
  /^(?:metadata\.(?:name|namespace|uid|(labels|annotations)(?:\['([^']*)'\])?)|spec\.(?:nodeName|serviceAccountName)|status\.(?:hostIPs?|podIPs?))$/;

function findEntry(selector: ValueMap, refuse: Refuse): void {
  named(selector, 'key', entryNameFault, refuse);
  needsObject(selector, refuse);
}

function needsObject(source: ValueMap, refuse: Refuse): void {
  needsName(source, 'name', refuse);
  if (source['name'] !== '') named(source, 'name', objectNameFault, refuse);
}
