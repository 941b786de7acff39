import { isBase64 } from '../schema/check-object.ts';
import { isMap, listOf, lookupTable, mapOf, textOf, type Value, type ValueMap } from '../value.ts';
import { briefJson } from '../words.ts';
import { entryNameFault, keyFault, labelNameFault, objectNameFault, serviceNameFault } from './names.ts';
import {
  atLeast,
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

/** What the API server requires of objects around a pod, by type. */
export const workloadTypes: Readonly<Record<string, TypeRule>> = lookupTable({
  Deployment: (object, refuse) => findWorkload(object, 'Deployment', refuse),
  DaemonSet: (object, refuse) => findWorkload(object, 'DaemonSet', refuse),
  ConfigMap(object, refuse) {
    findObject(object, 'ConfigMap', refuse);
    const [data, binary] = [mapOf(object['data']), mapOf(object['binaryData'])];
    for (const [field, entries] of Object.entries({ data, binaryData: binary })) {
      for (const key of Object.keys(entries)) {
        const fault = entryNameFault(key);
        if (fault !== undefined) refuse([field, key], `The key ${briefJson(key)} of a ConfigMap ${fault}`);
      }
    }
    for (const [key, text] of Object.entries(binary)) {
      if (Object.hasOwn(data, key)) refuse(['binaryData', key], `${key} is in data, too`);
      if (typeof text === 'string' && !isBase64(text))
        refuse(['binaryData', key], `${key} of binaryData is not base64`);
    }
    if (sizeOf(data) + sizeOf(binary) * 0.75 > 1024 * 1024) refuse(['data'], 'A ConfigMap holds at most 1 MiB');
  },
  ObjectMeta: findMetadata,
  DeploymentSpec(spec, refuse) {
    for (const key of ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'])
      atLeast(0, spec, [key], refuse);
    const ready = numberOf(spec['minReadySeconds']) ?? 0;
    if ((numberOf(spec['progressDeadlineSeconds']) ?? 600) <= ready)
      refuse(
        [spec['progressDeadlineSeconds'] === undefined ? 'minReadySeconds' : 'progressDeadlineSeconds'],
        'progressDeadlineSeconds (600 by default) must be greater than minReadySeconds',
      );
    findSelector(spec, refuse);
  },
  DaemonSetSpec(spec, refuse) {
    for (const key of ['minReadySeconds', 'revisionHistoryLimit']) atLeast(0, spec, [key], refuse);
    findSelector(spec, refuse);
  },
  DeploymentStrategy({ type, rollingUpdate }, refuse) {
    if (type === 'Recreate' && rollingUpdate !== undefined && rollingUpdate !== null)
      refuse(['rollingUpdate'], 'The strategy Recreate must not have rollingUpdate');
  },
  RollingUpdateDeployment({ maxSurge, maxUnavailable }, refuse) {
    for (const [key, amount] of Object.entries({ maxSurge, maxUnavailable }))
      findShare(key, amount, key === 'maxUnavailable', refuse);
    if (isNone(maxSurge) && isNone(maxUnavailable))
      refuse(['maxUnavailable'], 'maxUnavailable must not be 0 if maxSurge is 0');
  },
  DaemonSetUpdateStrategy({ type, rollingUpdate }, refuse) {
    // Of the other type, OnDelete, the API server does not look at it.
    if (textOf(type) && type !== 'RollingUpdate') return;
    const { maxSurge, maxUnavailable } = mapOf(rollingUpdate);
    for (const [key, amount] of Object.entries({ maxSurge, maxUnavailable }))
      findShare(key, amount, true, within(refuse, 'rollingUpdate'));
    if (!isMap(rollingUpdate)) return;
    const surges = maxSurge !== undefined && maxSurge !== null && !isNone(maxSurge);
    if (surges && !isNone(maxUnavailable))
      refuse(
        ['rollingUpdate', 'maxSurge'],
        'One of a DaemonSet’s maxSurge and maxUnavailable (1 by default) must be 0',
      );
    else if (!surges && isNone(maxUnavailable))
      refuse(['rollingUpdate', 'maxUnavailable'], 'maxUnavailable must not be 0 if maxSurge is 0');
  },
});

const versions: Readonly<Record<string, string>> = lookupTable({
  Deployment: 'apps/v1',
  DaemonSet: 'apps/v1',
  ConfigMap: 'v1',
});
/** Restrictions that depend on the API version. */
const siblings: Readonly<Record<string, readonly string[]>> = lookupTable({
  'apps/v1': ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  v1: ['ConfigMap'],
});

function findObject(object: ValueMap, kind: string, refuse: Refuse): void {
  if (object['apiVersion'] !== versions[kind])
    refuse(['apiVersion'], `apiVersion of a ${kind} must be ${versions[kind]}`);
  if (siblings[versions[kind] ?? '']?.includes(String(object['kind'])) !== true)
    refuse(['kind'], `kind must be ${kind}, but is ${inWords(object['kind'] ?? null)}`);
  findNames(object, objectNameFault, refuse);
}

function findMetadata(metadata: ValueMap, refuse: Refuse): void {
  selects(metadata, 'labels', refuse);
  for (const key of Object.keys(mapOf(metadata['annotations']))) {
    const fault = keyFault(key.toLowerCase());
    if (fault !== undefined)
      refuse(['annotations', key], `The annotation’s key ${briefJson(key)} ${fault}`, undefined, 'invalid-label');
  }
  if (sizeOf(mapOf(metadata['annotations'])) > 256 * 1024) refuse(['annotations'], 'Annotations hold at most 256 KiB');
  for (const key of ['creationTimestamp', 'deletionTimestamp'])
    if (
      typeof metadata[key] === 'string' &&
      !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/.test(metadata[key])
    )
      refuse([key], `${key} must be a time such as 2026-01-31T12:00:00Z`, 'Remove it.');
}

const ownFinalizers: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

function findOwners(owners: readonly Value[], refuse: Refuse): void {
  for (const [index, item] of owners.entries()) {
    const owner = mapOf(item);
    const inOwner = within(refuse, index);
    for (const key of ['apiVersion', 'kind', 'name', 'uid']) needsName(owner, key, inOwner);
    if ((textOf(owner['apiVersion']) ?? '').split('/').length > 2)
      inOwner(['apiVersion'], 'apiVersion must have at most one /');
    if (owner['kind'] === 'Event') inOwner(['kind'], 'An Event cannot own anything');
  }
  for (const { index } of repeatedIn(owners, (owner) => mapOf(owner)['controller'] === true || null))
    refuse([index, 'controller'], 'Only one owner can be the controller');
}

/** `isBare`: names of finalizers need no domain, as in objects for which the API server has no rule of its own. */
function findNames(
  object: ValueMap,
  faultOf: (name: string) => string | undefined,
  refuse: Refuse,
  isBare = false,
): void {
  const metadata = mapOf(object['metadata']);
  const inMetadata = within(refuse, 'metadata');
  if (!given(object, 'metadata'))
    refuse(['metadata'], 'metadata is missing, and name with it', undefined, 'missing-value');
  else if (!given(metadata, 'name')) inMetadata(['name'], 'name is missing', undefined, 'missing-value');
  named(metadata, 'name', faultOf, inMetadata);
  named(metadata, 'namespace', labelNameFault, inMetadata);
  // What follows is not looked at in the template of a pod.
  // The API server completes it.
  named(metadata, 'generateName', (name) => objectNameFault(name.replace(/-$/, '')), inMetadata);
  findOwners(listOf(metadata['ownerReferences']), within(inMetadata, 'ownerReferences'));
  const finalizers = listOf(metadata['finalizers']);
  for (const [index, name] of finalizers.entries())
    if (
      typeof name === 'string' &&
      !ownFinalizers.has(name) &&
      (keyFault(name) !== undefined || (!isBare && !name.includes('/')))
    )
      inMetadata(['finalizers', index], `The finalizer ${inWords(name)} must be example.com/name`);
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    inMetadata(['finalizers'], 'The finalizers orphan and foregroundDeletion exclude each other');
}

/** The published schema requires less than the API server's validation: it permits a workload without a pod. */
function findWorkload(object: ValueMap, kind: string, refuse: Refuse): void {
  findObject(object, kind, refuse);
  const { spec } = object;
  if (!given(object, 'spec')) refuse(['spec'], 'spec is missing', undefined, 'missing-value');
  else if (isMap(spec) && isMap(spec['template']) && !given(spec['template'], 'spec'))
    refuse(['spec', 'template', 'spec'], 'spec of the pod template is missing', undefined, 'missing-value');
}

/** What the API server rejects in an object whose field types are not known here: its name, kind and metadata. */
export function refusedAround(object: ValueMap, kind: string, refuse: Refuse): void {
  if (object['kind'] !== kind) refuse(['kind'], `kind must be ${kind}, but is ${inWords(object['kind'] ?? null)}`);
  if (!given(object, 'apiVersion')) refuse(['apiVersion'], 'apiVersion is missing');
  else if (kind.startsWith('Service') && object['apiVersion'] !== 'v1')
    refuse(['apiVersion'], `apiVersion of a ${kind} must be v1`);
  const isBare = kind === 'PodDisruptionBudget' || kind === 'Gateway';
  findNames(object, kind === 'Service' ? serviceNameFault : objectNameFault, refuse, isBare);
  findMetadata(mapOf(object['metadata']), within(refuse, 'metadata'));
}

/** The selector determines which pods belong to the workload: the template's labels must match it. */
function findSelector({ selector, template }: ValueMap, refuse: Refuse): void {
  const { matchLabels, matchExpressions } = mapOf(selector);
  const metadata = mapOf(mapOf(template)['metadata']);
  const labels = mapOf(metadata['labels']);
  const wanted = Object.entries(mapOf(matchLabels));
  const expressions = listOf(matchExpressions).map(mapOf);
  if (isMap(selector) && wanted.length + expressions.length === 0) refuse(['selector'], 'The selector is empty');
  for (const [key, value] of wanted) {
    if (labels[key] === value) continue;
    const hint = 'Remove the override of the selector and its labels, which Kubernetes does not allow to change.';
    const message = `The selector requires the label ${key}: ${String(value)}, which the pod template does not have`;
    refuse(['selector', 'matchLabels', key], message, hint);
    if (key in labels) refuse(['template', 'metadata', 'labels', key], message, hint);
    else if (isMap(template) && !given(template, 'metadata')) refuse(['template', 'metadata'], message, hint);
    else if (!given(metadata, 'labels')) refuse(['template', 'metadata', 'labels'], message, hint);
  }
  for (const [index, { key, operator, values }] of expressions.entries()) {
    const label = labels[textOf(key) ?? ''];
    const isListed = label !== undefined && listOf(values).includes(label);
    const fits =
      operator === 'In'
        ? isListed
        : operator === 'NotIn'
          ? !isListed
          : operator === 'Exists'
            ? label !== undefined
            : label === undefined;
    if (!fits)
      refuse(['selector', 'matchExpressions', index], 'The selector does not match the labels of the pod template');
  }
}

/** A number of pods, or a percentage of them. */
function findShare(key: string, amount: Value | undefined, isBelowAll: boolean, refuse: Refuse): void {
  if (typeof amount === 'number' && amount < 0) refuse([key], `${key} must not be negative`);
  if (typeof amount !== 'string') return;
  if (!/^\d{1,9}%$/.test(amount)) refuse([key], `${key} must be a number or a percentage, but is ${briefJson(amount)}`);
  else if (isBelowAll && Number(amount.slice(0, -1)) > 100) refuse([key], `${key} must be at most 100%`);
}

function isNone(amount: Value | undefined): boolean {
  return amount === 0 || amount === '0%';
}

function numberOf(value: Value | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function sizeOf(entries: ValueMap): number {
  return Object.entries(entries).reduce(
    (sum, [key, text]) => sum + key.length + (typeof text === 'string' ? text.length : 0),
    0,
  );
}
