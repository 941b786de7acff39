import { defined, mapAt, textOf, type ValueMap } from '../value.ts';
import { type KubeObject, nameOf } from './object.ts';

/** The labels of a Namespace among the objects; undefined if it is not there. */
export function namespaceLabelsIn(objects: readonly KubeObject[], name: string): ValueMap | undefined {
  const found = objects.find(({ kind, object }) => kind === 'Namespace' && nameOf(object) === name);
  return found && mapAt(found.object, 'metadata', 'labels');
}

/** The parts of a pod or pod template that Istio's injector reads. */
export interface InjectionSubject {
  readonly labels: ValueMap;
  readonly annotations: ValueMap;
  readonly isOnHostNetwork: boolean;
  /** The name of its Namespace, if known. */
  readonly namespace?: string;
}

/**
 * What Istio's injector does with pods: nothing, or add the sidecar of a revision; undefined if the value is not one
 * that it knows.
 */
export type Injection = { readonly revision: string | undefined } | undefined;

const never: Injection = { revision: undefined };
const neverInjected: ReadonlySet<string> = new Set([
  ...['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'],
]);
const injectKey = 'sidecar.istio.io/inject';

/**
 * Which revision of Istio injects into pods, as decided by its webhooks and its injector:
 * 1. Never on the host network, in a namespace of Kubernetes itself, or if the pod's label is "false".
 * 2. A Namespace's `istio-injection` takes precedence over its `istio.io/rev`; any value but `enabled` turns injection
 * off.
 * 3. Without either, the pod's label decides: `istio.io/rev`, otherwise `sidecar.istio.io/inject: "true"`.
 * 4. If a webhook is called, the pod's label, otherwise its annotation, may still refuse. Source: mutatingwebhook.yaml
 * of istiod's chart, and `injectRequired` of pkg/kube/inject.
 */
export function injectionOf(
  { labels, annotations, isOnHostNetwork, namespace: name }: InjectionSubject,
  namespace: ValueMap,
): Injection {
  const asked = textOf(labels[injectKey]);
  if (isOnHostNetwork || asked === 'false' || neverInjected.has(name ?? '')) return never;
  const revision = revisionAsked(labels, namespace);
  if (revision === undefined) return never;
  const word = asked ?? textOf(annotations[injectKey]) ?? '';
  if (word === 'false') return never;
  // Older injectors read "yes" and "on" as true and every other word as false, newer ones ignore such words.
  return word === '' || word === 'true' ? { revision } : undefined;
}

function revisionAsked(labels: ValueMap, namespace: ValueMap): string | undefined {
  const ofNamespace = textOf(namespace['istio.io/rev']);
  const [switched, own] = [namespace['istio-injection'], textOf(labels['istio.io/rev'])];
  if (switched !== undefined) return switched === 'enabled' ? 'default' : undefined;
  if (ofNamespace !== undefined) return ofNamespace || 'default';
  if (own !== undefined) return own || 'default';
  return labels[injectKey] === 'true' ? 'default' : undefined;
}

/** What Istio reads of a pod, or of a template for pods in a Namespace of this name. */
export function injectionSubjectOf(pod: ValueMap, namespace?: string): InjectionSubject {
  return {
    labels: mapAt(pod, 'metadata', 'labels'),
    annotations: mapAt(pod, 'metadata', 'annotations'),
    isOnHostNetwork: mapAt(pod, 'spec')['hostNetwork'] === true,
    ...defined({ namespace }),
  };
}

/**
 * Whether Istio's injector adds a sidecar to pods; undefined if that depends on the unknown labels of their Namespace, or
 * on a value that not all injectors read alike.
 */
export function isInjected(subject: InjectionSubject, ofNamespace: ValueMap | undefined): boolean | undefined {
  const mayBe = ofNamespace === undefined ? [{}, { 'istio-injection': 'enabled' }] : [ofNamespace];
  const found = new Set(
    mayBe.map((labels) => {
      const injection = injectionOf(subject, labels);
      return injection && injection.revision !== undefined;
    }),
  );
  const [only] = found;
  return found.size === 1 ? only : undefined;
}

const modeKey = 'istio.io/dataplane-mode';

/**
 * Whether ztunnel carries the traffic of pods; undefined if that depends on the unknown labels of their Namespace. A pod's
 * own label counts if it is one of the two that Istio knows.
 */
export function isAmbient(
  { labels, annotations, isOnHostNetwork }: InjectionSubject,
  ofNamespace: ValueMap | undefined,
): boolean | undefined {
  const own = labels[modeKey];
  if (isOnHostNetwork || own === 'none') return false;
  if (own === 'ambient' || annotations['ambient.istio.io/redirection'] === 'enabled') return true;
  return ofNamespace && ofNamespace[modeKey] === 'ambient';
}
