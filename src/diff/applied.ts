import { type KubeObject, nameOf } from '../objects/object.ts';
import { proxyCompanionKinds } from '../objects/proxy-kinds.ts';
import { readSide } from '../objects/read.ts';
import { containersOf } from '../objects/workload.ts';
import { listOf, mapAt, textOf, type ValueMap } from '../value.ts';
import { keyOf } from './scope.ts';

/**
 * Returns the objects, plus those that a Job of the chart applies outside of Helm: since 1.11.20 the default Gateways
 * are not objects of the chart but text in that Job's command, and in later releases in a ConfigMap. (Source:
 * 5-resource-rollout-job.yaml.)
 */
export function withApplied(objects: readonly KubeObject[]): readonly KubeObject[] {
  const texts = objects.flatMap(({ object }) => appliedText(object) ?? []);
  if (texts.length === 0) return objects;
  const known = new Set(objects.map(keyOf));
  const namespace = objects[0]?.namespace ?? '';
  const applied = texts.flatMap(
    (text) => readSide({ name: 'custom-resources', text }, { name: '', namespace }).objects,
  );
  return [...objects, ...applied.filter((object) => object.kind === 'Gateway' && !known.has(keyOf(object)))];
}

function appliedText(object: ValueMap): string | undefined {
  if (object['kind'] === 'ConfigMap' && nameOf(object) === 'gloo-custom-resource-config')
    return textOf(mapAt(object, 'data')['custom-resources']);
  if (object['kind'] !== 'Job' || nameOf(object) !== 'gloo-resource-rollout') return undefined;
  const words = containersOf(object).flatMap((container) => [
    ...listOf(container['command']),
    ...listOf(container['args']),
  ]);
  const script = words.map((word) => textOf(word) ?? '').find((word) => word.includes(start));
  if (script === undefined) return undefined;
  const from = script.indexOf('\n', script.indexOf(start));
  const to = script.indexOf('\nEOF', from);
  return from < 0 || to < 0 ? undefined : script.slice(from, to);
}

/** The start of the here-document that contains the Gateways. */
const start = 'kubectl apply -f - <<EOF';

/**
 * Whether a side is only part of an installation: it has workloads of gateway proxies but none of the objects around
 * them, as `kubectl get deployments,configmaps` prints it.
 */
export function hasWorkloadsOnly(objects: readonly KubeObject[]): boolean {
  return objects.length > 0 && objects.every(({ kind }) => !proxyCompanionKinds.includes(kind));
}
