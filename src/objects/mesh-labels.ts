import { mapAt, textOf, type ValueMap } from '../value.ts';
import { type KubeObject, nameOf } from './object.ts';

/** The labels of a Namespace among objects; undefined where it is not there. */
export function namespaceLabelsIn(objects: readonly KubeObject[], name: string): ValueMap | undefined {
  const found = objects.find(({ kind, object }) => kind === 'Namespace' && nameOf(object) === name);
  return found && mapAt(found.object, 'metadata', 'labels');
}

/** What of a pod, or of the template of pods, Istio's injector looks at. */
export interface InjectionSubject {
  readonly labels: ValueMap;
  readonly annotations: ValueMap;
  readonly isOnHostNetwork: boolean;
  /** The name of its Namespace, where that is known. */
  readonly namespace?: string;
}

/**
 * What Istio's injector does with pods: nothing, or adding the sidecar of a revision; undefined if the request is not a
 * word it knows.
 */
export type Injection = { readonly revision: string | undefined } | undefined;

const never: Injection = { revision: undefined };
const neverInjected: ReadonlySet<string> = new Set([
  ...['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'],
]);
const injectKey = 'sidecar.istio.io/inject';

/**
 * Which revision of Istio injects into pods, as its webhooks and its injector decide:
 * 1. Never on the host network, nor in a namespace of Kubernetes itself, nor where the pod's label says "false".
 * 2. A Namespace's `istio-injection` stands before its `istio.io/rev`; any value but `enabled` turns injection off.
 * 3. Without either of them the pod's own label asks: `istio.io/rev`, else `sidecar.istio.io/inject: "true"`.
 * 4. Where a webhook is called, the pod's label, else its annotation, may still refuse.
 * Source: mutatingwebhook.yaml of istiod's chart, and `injectRequired` of pkg/kube/inject.
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
  // Older injectors take "yes" and "on" for true and every other word for false, newer ones ignore such words.
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

/**
 * Whether Istio's injector adds a sidecar to the pods of a template; undefined where the labels of their Namespace would
 * decide and are not known.
 */
export function isInjected(template: ValueMap, ofNamespace: ValueMap | undefined): boolean | undefined {
  const subject: InjectionSubject = {
    labels: mapAt(template, 'metadata', 'labels'),
    annotations: mapAt(template, 'metadata', 'annotations'),
    isOnHostNetwork: mapAt(template, 'spec')['hostNetwork'] === true,
  };
  const among = (namespace: ValueMap): boolean | undefined => {
    const injection = injectionOf(subject, namespace);
    return injection && injection.revision !== undefined;
  };
  if (ofNamespace !== undefined) return among(ofNamespace);
  if (among({}) === true) return true;
  return among({ 'istio-injection': 'enabled' }) === false ? false : undefined;
}

/** Whether ztunnel carries the traffic of the pods of a template; undefined where the labels of their Namespace would decide. */
export function isAmbient(template: ValueMap, ofNamespace: ValueMap | undefined): boolean | undefined {
  const mode = 'istio.io/dataplane-mode';
  const own = mapAt(template, 'metadata', 'labels')[mode];
  if (own !== undefined || ofNamespace === undefined) return own === undefined ? undefined : own === 'ambient';
  return ofNamespace[mode] === 'ambient';
}
