import { matchesLabels } from '../objects/label-selector.ts';
import type { Path } from '../problem.ts';
import { isMap, listOf, mapAt, type Value, type ValueMap } from '../value.ts';
import type { RuleMatch } from './match.ts';
import { companionsOfKind, overridePathOf, type PrintedCompanion, type RuleChecks, type Subject } from './rule.ts';

/** Overridden objects that no longer belong to a proxy, and Gateways that exclude each other. */
export const targetRules = {
  'companion-without-pod': function* (subject) {
    for (const one of subject.companions) yield* astrayOf(one, subject);
  },
  'gateway-port-twice': sharedPortsOf,
} satisfies RuleChecks;

/** What each kind does for the pods that it selects. */
const losses = {
  Service: 'it leads nowhere',
  PodDisruptionBudget: 'it protects none',
} as const;

function* astrayOf({ decided, object }: PrintedCompanion, { rendered }: Subject): Iterable<RuleMatch> {
  const { kind, name } = decided;
  const workloads = rendered.flatMap(({ printed }) =>
    printed.workload === undefined ? [] : [printed.workload.object],
  );
  if (workloads.length === 0) return;
  const spec = mapAt(object, 'spec');
  if (kind === 'HorizontalPodAutoscaler') {
    const path = overridePathOf(decided, ['spec', 'scaleTargetRef']);
    const target = mapAt(spec, 'scaleTargetRef');
    const isProxy = workloads.some((one) => one['kind'] === target['kind'] && nameOf(one) === target['name']);
    if (path === undefined || isProxy) return;
    const message = `${name} scales ${String(target['kind'])} ${String(target['name'])}, which is none of the proxies: ${decided.proxy} always has the same number of pods.`;
    yield { path, message, hint: 'Remove it.' };
  } else if (kind === 'Service' || kind === 'PodDisruptionBudget') {
    const path = overridePathOf(decided, ['spec', 'selector']);
    const selector = kind === 'Service' ? spec['selector'] : mapAt(spec, 'selector')['matchLabels'];
    if (path === undefined || !isMap(selector)) return;
    const pods = workloads.map((one) => mapAt(one, 'spec', 'template', 'metadata', 'labels'));
    if (pods.some((labels) => matchesLabels(selector, labels))) return;
    const words = Object.entries(selector).map(([key, value]) => `${key}: ${String(value)}`);
    const message = `No pod of the proxies has the labels that ${name} selects (${words.join(', ')}): ${losses[kind]}.`;
    yield { path, message, hint: 'Remove it.' };
  }
}

function nameOf(object: ValueMap): Value | undefined {
  return mapAt(object, 'metadata')['name'];
}

/** Gateways of one proxy on one port. That of `podTemplate` alone is found by `port-conflict`. */
function* sharedPortsOf(subject: Subject): Iterable<RuleMatch> {
  const before: PrintedCompanion[] = [];
  for (const one of companionsOfKind(subject, 'Gateway')) {
    const port = portOf(one);
    const other = before.find((earlier) => portOf(earlier) === port && haveOneProxy(earlier, one));
    before.push(one);
    if (other === undefined || typeof port !== 'number') continue;
    const path = placeOf(one) ?? placeOf(other);
    if (path === undefined) continue;
    const message = `The Gateways ${other.decided.name} and ${one.decided.name} both bind port ${port}: Gloo reports an error for both, and updates neither.`;
    yield { path, message, hint: 'Choose another port.' };
  }
}

function portOf({ object }: PrintedCompanion): Value | undefined {
  return mapAt(object, 'spec')['bindPort'];
}

function haveOneProxy(a: PrintedCompanion, b: PrintedCompanion): boolean {
  const names = listOf(mapAt(a.object, 'spec')['proxyNames']);
  return listOf(mapAt(b.object, 'spec')['proxyNames']).some((name) => names.includes(name));
}

/** Where the port comes from, unless it is that of the pod. */
function placeOf({ decided }: PrintedCompanion): Path | undefined {
  const overridden = overridePathOf(decided, ['spec', 'bindPort']);
  const { path } = decided.values;
  return overridden ?? (path.at(-1) === 'failover' ? [...path, 'port'] : undefined);
}
