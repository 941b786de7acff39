import { mapAt, textOf, type ValueMap } from '../value.ts';
import { type KubeObject, nameOf } from './object.ts';

const inject = 'sidecar.istio.io/inject';
const revision = 'istio.io/rev';

/** The labels of a Namespace among objects; undefined where it is not there. */
export function namespaceLabelsIn(objects: readonly KubeObject[], name: string): ValueMap | undefined {
  const found = objects.find(({ kind, object }) => kind === 'Namespace' && nameOf(object) === name);
  return found && mapAt(found.object, 'metadata', 'labels');
}

/**
 * Whether Istio's injector adds a sidecar to the pods of a template; undefined where the labels of their Namespace would
 * decide and are not known. Source: the selectors of Istio's MutatingWebhookConfiguration, and its injectRequired.
 */
export function isInjected(template: ValueMap, ofNamespace: ValueMap | undefined): boolean | undefined {
  const labels = mapAt(template, 'metadata', 'labels');
  const asked = textOf(labels[inject]) ?? textOf(mapAt(template, 'metadata', 'annotations')[inject]);
  if (asked === 'false' || mapAt(template, 'spec')['hostNetwork'] === true) return false;
  if (ofNamespace?.['istio-injection'] === 'disabled') return false;
  if (asked === 'true' || labels[revision] !== undefined) return true;
  return ofNamespace && (ofNamespace['istio-injection'] === 'enabled' || ofNamespace[revision] !== undefined);
}

/** Whether ztunnel carries the traffic of the pods of a template; undefined where the labels of their Namespace would decide. */
export function isAmbient(template: ValueMap, ofNamespace: ValueMap | undefined): boolean | undefined {
  const mode = 'istio.io/dataplane-mode';
  const own = mapAt(template, 'metadata', 'labels')[mode];
  if (own !== undefined || ofNamespace === undefined) return own === undefined ? undefined : own === 'ambient';
  return ofNamespace[mode] === 'ambient';
}
