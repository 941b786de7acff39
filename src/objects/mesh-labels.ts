import { mapAt, textOf, type ValueMap } from '../value.ts';
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

/**
 * Whether Istio's injector adds a sidecar to a template's pods; undefined if that depends on the unknown labels of
 * their Namespace.
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

/**
 * Whether ztunnel carries the traffic of a template's pods; undefined if that depends on the unknown labels of their
 * Namespace.
 */
export function isAmbient(template: ValueMap, ofNamespace: ValueMap | undefined): boolean | undefined {
  const mode = 'istio.io/dataplane-mode';
  const own = mapAt(template, 'metadata', 'labels')[mode];
  if (own !== undefined || ofNamespace === undefined) return own === undefined ? undefined : own === 'ambient';
  return ofNamespace[mode] === 'ambient';
}
