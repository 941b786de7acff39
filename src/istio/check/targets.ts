import { type KubeObject, nameOf } from '../../objects/object.ts';
import { mapAt, mapsIn, textOf, type ValueMap } from '../../value.ts';
import { tlsModeLabel } from '../gloo/endpoints.ts';
import { matchesLabels, selectsPod } from '../service-ports.ts';
import { namespaceOrDefault, podLabelsOf, type World } from './world.ts';

type Dataplane = 'sidecar' | 'ambient' | 'none';

/** What a pod may turn out to be, where a Namespace that would say it was not given. */
export interface PodForm {
  readonly dataplane: Dataplane;
  readonly labels: ValueMap;
}

/** A pod behind an Upstream, or the template of such pods. */
export interface Target {
  readonly source: KubeObject;
  readonly described: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly namedPorts: ReadonlyMap<string, number>;
  /** The ports that are redirected to the sidecar, and those that are not, as annotations say it; undefined for all of them. */
  readonly redirected: string | undefined;
  readonly excluded: string;
  /** More than one where `missing` would decide. */
  readonly forms: readonly PodForm[];
  readonly missing: string | undefined;
}

const templates = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout', 'ReplicationController', 'Job'];

/** The pods with the labels of a Service and of an Upstream's own selector; templates where no pod is known. */
export function targetsOf(service: ValueMap, selector: ValueMap, world: World): Target[] {
  const namespace = namespaceOrDefault(service);
  const wanted = { ...mapAt(service, 'spec', 'selector'), ...selector };
  const found = (kind: string): readonly KubeObject[] =>
    world
      .podsWith(kind, namespace, wanted)
      .filter(({ object }) => selectsPod(service, podLabelsOf(object)) && matchesLabels(selector, podLabelsOf(object)));
  const pods = found('Pod').filter(({ object }) => isRunning(object));
  if (pods.length > 0) return pods.map((pod) => targetOfPod(pod, world));
  return templates.flatMap((kind) => found(kind).map((workload) => targetOfTemplate(workload, world)));
}

/** Whether there are pods or workloads among what is known of a namespace, so that having found none means something. */
export function knowsPods(namespace: string, world: World): boolean {
  return world.knows('Pod') || templates.some((kind) => world.inNamespace(kind, namespace).length > 0);
}

function isRunning(pod: ValueMap): boolean {
  const phase = mapAt(pod, 'status')['phase'];
  return phase !== 'Succeeded' && phase !== 'Failed';
}

function labelsOf(object: ValueMap): ValueMap {
  return mapAt(object, 'metadata', 'labels');
}

/** What a pod that is there says of itself: its containers and annotations, and its Namespace where it does not. */
export function targetOfPod(pod: KubeObject, world: World): Target {
  const { object } = pod;
  const labels = labelsOf(object);
  const base = describe(pod, object, namespaceOrDefault(object));
  if (hasSidecar(object)) return { ...base, forms: [{ dataplane: 'sidecar', labels }], missing: undefined };
  return { ...base, ...meshless(object, labels, world) };
}

function describe(source: KubeObject, pod: ValueMap, namespace: string): Omit<Target, 'forms' | 'missing'> {
  const spec = mapAt(pod, 'spec');
  const namedPorts = new Map<string, number>();
  for (const container of mapsIn(spec['containers'])) {
    for (const { name, containerPort } of mapsIn(container['ports']))
      if (typeof name === 'string' && typeof containerPort === 'number') namedPorts.set(name, containerPort);
  }
  return {
    source,
    described: `${textOf(source.object['kind']) ?? 'object'} ${namespace}/${nameOf(source.object)}`,
    namespace,
    serviceAccount: textOf(spec['serviceAccountName']) ?? textOf(spec['serviceAccount']) ?? 'default',
    namedPorts,
    redirected: textOf(annotationsOf(pod)['traffic.sidecar.istio.io/includeInboundPorts']),
    excluded: textOf(annotationsOf(pod)['traffic.sidecar.istio.io/excludeInboundPorts']) ?? '',
  };
}

/** Whether a port is kept from the sidecar. */
export function isExcluded({ redirected, excluded }: Target, port: number): boolean {
  const has = (text: string): boolean => text.split(',').some((part) => part.trim() === String(port));
  if (redirected !== undefined && redirected.trim() !== '*') return !has(redirected);
  return has(excluded);
}

function hasSidecar(pod: ValueMap): boolean {
  const spec = mapAt(pod, 'spec');
  const all = [...mapsIn(spec['containers']), ...mapsIn(spec['initContainers'])];
  return all.some(({ name }) => name === 'istio-proxy') || 'sidecar.istio.io/status' in annotationsOf(pod);
}

function annotationsOf(pod: ValueMap): ValueMap {
  return mapAt(pod, 'metadata', 'annotations');
}

/** A pod without a sidecar: in ambient or not. */
function meshless(pod: ValueMap, labels: ValueMap, world: World): Pick<Target, 'forms' | 'missing'> {
  const form = (dataplane: Dataplane): PodForm => ({ dataplane, labels });
  const mode = labels['istio.io/dataplane-mode'];
  if (mapAt(pod, 'spec')['hostNetwork'] === true || mode === 'none')
    return { forms: [form('none')], missing: undefined };
  if (mode === 'ambient' || annotationsOf(pod)['ambient.istio.io/redirection'] === 'enabled')
    return { forms: [form('ambient')], missing: undefined };
  const namespace = namespaceOrDefault(pod);
  const found = world.find('Namespace', 'default', namespace);
  if (found === undefined)
    return {
      forms: [form('none'), form('ambient')],
      missing: `Namespace ${namespace} (its labels say whether the pods are in ambient)`,
    };
  const isAmbient = labelsOf(found.object)['istio.io/dataplane-mode'] === 'ambient';
  return { forms: [form(isAmbient ? 'ambient' : 'none')], missing: undefined };
}

/** What the pods of a template will be: Istio's injector looks at labels of the pod and of its Namespace. */
function targetOfTemplate(workload: KubeObject, world: World): Target {
  const namespace = namespaceOrDefault(workload.object);
  const template = mapAt(workload.object, 'spec', 'template');
  const pod: ValueMap = {
    ...template,
    metadata: { ...mapAt(template, 'metadata'), namespace },
  };
  const labels = labelsOf(pod);
  const base = describe(workload, pod, namespace);
  const injected: PodForm = { dataplane: 'sidecar', labels: { [tlsModeLabel]: 'istio', ...labels } };
  if (hasSidecar(pod)) return { ...base, forms: [{ dataplane: 'sidecar', labels }], missing: undefined };
  const without = meshless(pod, labels, world);
  const asked = textOf(labels['sidecar.istio.io/inject']) ?? textOf(annotationsOf(pod)['sidecar.istio.io/inject']);
  if (asked === 'false' || mapAt(pod, 'spec')['hostNetwork'] === true) return { ...base, ...without };
  const found = world.find('Namespace', 'default', namespace);
  const ofNamespace = found === undefined ? undefined : labelsOf(found.object);
  if (ofNamespace?.['istio-injection'] === 'disabled') return { ...base, ...without };
  const isAsked = asked === 'true' || typeof labels['istio.io/rev'] === 'string';
  if (isAsked || ofNamespace?.['istio-injection'] === 'enabled' || typeof ofNamespace?.['istio.io/rev'] === 'string')
    return { ...base, forms: [injected], missing: undefined };
  if (found !== undefined) return { ...base, ...without };
  return {
    ...base,
    forms: [injected, ...without.forms],
    missing: `Namespace ${namespace} (its labels say whether Istio injects sidecars into the pods of ${base.described}), or its Pods`,
  };
}
