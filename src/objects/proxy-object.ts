import { isMap, type ValueMap, valueAt } from '../value.ts';

/** The kinds of which a gateway proxy consists. */
export const proxyKinds: readonly string[] = [
  'ConfigMap',
  'Deployment',
  'DaemonSet',
  'ServiceAccount',
  'Service',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'Gateway',
];

/**
 * Whether an object is a part of a gateway proxy by its own account. Most have a label that says so; a Gateway of the chart has only
 * the one of all its objects, and in older releases a disruption budget none, but it selects the pods.
 */
export function isProxyObject(object: ValueMap): boolean {
  const kind = String(object['kind']);
  if (!proxyKinds.includes(kind)) return false;
  const labels = valueAt(object, 'metadata', 'labels');
  const label = (name: string): unknown => (isMap(labels) ? labels[name] : undefined);
  if (kind === 'Gateway') return String(object['apiVersion']).startsWith('gateway.solo.io/') && label('app') === 'gloo';
  if (kind !== 'PodDisruptionBudget') return label('gloo') === 'gateway-proxy';
  const selector = valueAt(object, 'spec', 'selector', 'matchLabels');
  return isMap(selector) && (selector['gloo'] === 'gateway-proxy' || 'gateway-proxy-id' in selector);
}
