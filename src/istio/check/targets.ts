import { matchesLabels } from '../../objects/label-selector.ts';
import { injectionOf, injectionSubjectOf, isAmbient } from '../../objects/mesh-labels.ts';
import { type KubeObject, nameOf } from '../../objects/object.ts';
import { mapAt, mapsIn, textOf, type ValueMap } from '../../value.ts';
import { selectsPod } from '../service-ports.ts';
import { injectedLabels, isPodOnlyLabel, sidecarIn } from './injection.ts';
import { namespaceOrDefault, podLabelsOf, type World } from './world.ts';

type Dataplane = 'sidecar' | 'ambient' | 'none';

/** What a pod may turn out to be if the Namespace that would decide was not given. */
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
  /** The ports that annotations redirect to the sidecar or exclude from it; undefined if all are redirected. */
  readonly redirected: string | undefined;
  readonly excluded: string;
  /** More than one if something in `missing` would decide. */
  readonly forms: readonly PodForm[];
  readonly missing: string | undefined;
  /** A pod that is not ready gets no requests, unless all pods are unready. */
  readonly isReady: boolean;
  /** Why it is unknown what terminates mTLS in these pods; undefined if `forms` is complete. */
  readonly open: string | undefined;
}

/** Kinds with a template for pods. */
export const templates: readonly string[] = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Rollout',
  'ReplicationController',
  'Job',
];

/** The pods with the labels of a Service and of an Upstream's own selector; templates if no pod is known. */
export function targetsOf(service: ValueMap, selector: ValueMap, world: World): Target[] {
  const namespace = namespaceOrDefault(service);
  const wanted = { ...mapAt(service, 'spec', 'selector'), ...selector };
  const found = (kind: string): readonly KubeObject[] =>
    world
      .podsWith(kind, namespace, wanted)
      .filter(({ object }) => selectsPod(service, podLabelsOf(object)) && matchesLabels(selector, podLabelsOf(object)));
  const running = found('Pod').filter(({ object }) => isRunning(object));
  const staying = running.filter(({ object }) => mapAt(object, 'metadata')['deletionTimestamp'] === undefined);
  const pods = staying.length > 0 ? staying : running;
  // Pods that were given stand for their own workload; if not all were given, other workloads may have more.
  const isOpen = (workload: KubeObject): boolean =>
    pods.length === 0 ||
    (!world.hasAll('Pod') &&
      !pods.some(({ object }) => matchesLabels(podLabelsOf(workload.object), podLabelsOf(object))));
  const workloads = templates.flatMap((kind) => found(kind).filter(isOpen));
  return [
    ...pods.map((pod) => targetOfPod(pod, world)),
    ...workloads.map((workload) => withPodOnlyLabels(targetOfTemplate(workload, world), world)),
  ];
}

/**
 * What a template leaves open: its pods may or may not have the labels of a selector that controllers write, such as
 * the hash of a template. One form for each such selector is enough, because all must have the same outcome.
 */
function withPodOnlyLabels(target: Target, world: World): Target {
  const more = target.forms.flatMap((form) =>
    world.selectorsIn(target.namespace).flatMap((selector): PodForm[] => {
      const lacking = Object.entries(selector).filter(([key, value]) => form.labels[key] !== value);
      const isOpen = lacking.length > 0 && lacking.every(([key]) => isPodOnlyLabel(key) && !(key in form.labels));
      return isOpen ? [{ ...form, labels: { ...form.labels, ...Object.fromEntries(lacking) } }] : [];
    }),
  );
  if (more.length === 0) return target;
  const labels = `the Pods of ${target.described} (their labels decide which policies apply to them)`;
  const missing = target.missing === undefined ? labels : `${target.missing}; ${labels}`;
  return { ...target, forms: [...target.forms, ...more], missing };
}

/** Whether any pods or workloads of a namespace are known, so that finding none means something. */
export function knowsPods(namespace: string, world: World): boolean {
  return world.knows('Pod', namespace) || templates.some((kind) => world.inNamespace(kind, namespace).length > 0);
}

function isRunning(pod: ValueMap): boolean {
  const phase = mapAt(pod, 'status')['phase'];
  return phase !== 'Succeeded' && phase !== 'Failed';
}

function labelsOf(object: ValueMap): ValueMap {
  return mapAt(object, 'metadata', 'labels');
}

/** What an existing pod shows: its containers and annotations, and if these do not decide, its Namespace. */
export function targetOfPod(pod: KubeObject, world: World): Target {
  const { object } = pod;
  const labels = labelsOf(object);
  return {
    ...describe(pod, object, namespaceOrDefault(object)),
    ...(ofSidecar(object, labels) ?? meshless(object, labels, world)),
  };
}

type Forms = Pick<Target, 'forms' | 'missing'> & { readonly open?: string | undefined };

/** What the container of Istio's agent does for a pod; undefined if none terminates mTLS. */
function ofSidecar(pod: ValueMap, labels: ValueMap): Forms | undefined {
  const found = sidecarIn(mapAt(pod, 'spec'), annotationsOf(pod));
  if (found === false) return undefined;
  const forms: readonly PodForm[] = [{ dataplane: 'sidecar', labels }];
  return { forms, missing: undefined, open: found === true ? undefined : found };
}

function describe(source: KubeObject, pod: ValueMap, namespace: string): Omit<Target, 'forms' | 'missing'> {
  const spec = mapAt(pod, 'spec');
  const namedPorts = new Map<string, number>();
  for (const container of mapsIn(spec['containers'])) {
    for (const { name, containerPort } of mapsIn(container['ports']))
      if (typeof name === 'string' && typeof containerPort === 'number') namedPorts.set(name, containerPort);
  }
  const annotations = annotationsOf(pod);
  const isUnredirected = textOf(annotations['sidecar.istio.io/interceptionMode']) === 'NONE';
  return {
    source,
    described: `${textOf(source.object['kind']) ?? 'object'} ${namespace}/${nameOf(source.object)}`,
    namespace,
    serviceAccount: textOf(spec['serviceAccountName']) ?? textOf(spec['serviceAccount']) ?? 'default',
    namedPorts,
    redirected: isUnredirected ? '' : textOf(annotations['traffic.sidecar.istio.io/includeInboundPorts']),
    excluded: textOf(annotations['traffic.sidecar.istio.io/excludeInboundPorts']) ?? '',
    open: undefined,
    isReady: mapsIn(mapAt(pod, 'status')['conditions']).every(
      ({ type, status }) => type !== 'Ready' || status === 'True',
    ),
  };
}

/** Istio's own ports in an injected pod, which are never redirected to its sidecar: status, health, statistics. */
const ownPorts: ReadonlySet<number> = new Set([15020, 15021, 15090]);

/** Whether a port is excluded from the sidecar. */
export function isExcluded({ redirected, excluded }: Target, port: number): boolean {
  const has = (text: string): boolean => text.split(',').some((part) => part.trim() === String(port));
  if (ownPorts.has(port)) return true;
  if (redirected !== undefined && redirected.trim() !== '*') return !has(redirected);
  return has(excluded);
}

function annotationsOf(pod: ValueMap): ValueMap {
  return mapAt(pod, 'metadata', 'annotations');
}

/** A pod without a sidecar: in ambient or not. */
function meshless(pod: ValueMap, labels: ValueMap, world: World): Forms {
  const form = (dataplane: Dataplane): PodForm => ({ dataplane, labels });
  const namespace = namespaceOrDefault(pod);
  const found = world.find('Namespace', 'default', namespace);
  const inAmbient = isAmbient(injectionSubjectOf(pod), found && labelsOf(found.object));
  if (inAmbient !== undefined) return { forms: [form(inAmbient ? 'ambient' : 'none')], missing: undefined };
  return {
    forms: [form('none'), form('ambient')],
    missing: `Namespace ${namespace} (its labels decide whether the pods are in ambient)`,
  };
}

/** What the pods of a template will be: Istio's injector looks at labels of the pod and of its Namespace. */
function targetOfTemplate(workload: KubeObject, world: World): Target {
  const namespace = namespaceOrDefault(workload.object);
  const template = mapAt(workload.object, 'spec', 'template');
  const pod: ValueMap = { ...template, metadata: { ...mapAt(template, 'metadata'), namespace } };
  const labels = labelsOf(pod);
  const base = describe(workload, pod, namespace);
  const own = ofSidecar(pod, labels);
  if (own !== undefined) return { ...base, ...own };
  const without = meshless(pod, labels, world);
  const subject = injectionSubjectOf(pod, namespace);
  const injected: PodForm = { dataplane: 'sidecar', labels: injectedLabels(labels, nameOf(workload.object)) };
  const either = (missing: string): Forms => ({ forms: [injected, ...without.forms], missing });
  const found = world.find('Namespace', 'default', namespace);
  const injection = injectionOf(subject, labelsOf(found?.object ?? {}));
  // A Namespace that was not given may ask for injection, unless the pod itself refuses it.
  const most = injectionOf(subject, { 'istio-injection': 'enabled' });
  const isRefused = most !== undefined && most.revision === undefined;
  if (found === undefined && !isRefused)
    return {
      ...base,
      ...either(
        `Namespace ${namespace} (its labels decide whether Istio injects sidecars into the pods of ${base.described}), or its Pods`,
      ),
    };
  if (injection === undefined) return { ...base, ...either(`the Pods of ${base.described}`) };
  const { revision } = injection;
  if (revision === undefined) return { ...base, ...without };
  if (world.revisions !== undefined && !world.revisions.has(revision))
    return {
      ...base,
      ...either(
        `an istiod, or the MutatingWebhookConfiguration of a tag, for the revision ${revision} of ${namespace}`,
      ),
    };
  return { ...base, forms: [injected], missing: undefined };
}
