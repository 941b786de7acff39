import { isKubeBefore } from '../helm/capabilities.ts';
import type { Path } from '../problem.ts';
import { isList, isMap, lookupTable, mapAt, type Value } from '../value.ts';
import { briefJson } from '../words.ts';
import type { RuleMatch } from './match.ts';
import { companionsOfKind, type PrintedCompanion, type Subject } from './rule.ts';

/** What is wrong with the limits of an autoscaler. */
export function* boundsOf({ decided, object }: PrintedCompanion): Iterable<RuleMatch> {
  const { minReplicas = null, maxReplicas = null } = mapAt(object, 'spec');
  const { name, values } = decided;
  if (typeof maxReplicas !== 'number' || maxReplicas < 1) {
    const message = `${name} needs maxReplicas of at least 1: the API server rejects it.`;
    yield {
      path: [...values.path, 'maxReplicas'],
      message,
      hint: `Set maxReplicas: ${typeof minReplicas === 'number' ? Math.max(minReplicas, 1) : 1} or more.`,
    };
  } else if (typeof minReplicas === 'number' && minReplicas > maxReplicas) {
    const message = `${name} has minReplicas ${minReplicas} but maxReplicas ${maxReplicas}: the API server rejects it.`;
    const hint = `Set maxReplicas: ${minReplicas} or more, or minReplicas: ${maxReplicas} or less.`;
    yield { path: [...values.path, 'minReplicas'], message, hint };
  }
  for (const [key, usual] of Object.entries({ minReplicas: 1, targetCPUUtilizationPercentage: 80 })) {
    const given = mapAt(object, 'spec')[key];
    if (typeof given !== 'number' || given >= 1) continue;
    const message = `${name} has ${key} ${given}: the API server requires at least 1.`;
    yield { path: [...values.path, key], message, hint: `Set ${key}: ${usual}.` };
  }
}

/** The first and last Kubernetes 1.N that serve a version of an API. */
const served: Readonly<Record<string, readonly [since: number, last: number]>> = lookupTable({
  'autoscaling/v1': [0, Number.POSITIVE_INFINITY],
  'autoscaling/v2beta1': [8, 24],
  'autoscaling/v2beta2': [12, 25],
  'autoscaling/v2': [23, Number.POSITIVE_INFINITY],
  'policy/v1beta1': [0, 24],
  'policy/v1': [21, Number.POSITIVE_INFINITY],
});

/** What is wrong with the API version of an autoscaler. */
export function* autoscalerVersionOf(one: PrintedCompanion, subject: Subject): Iterable<RuleMatch> {
  const { chart } = subject;
  const version = one.object['apiVersion'] ?? null;
  const path = [...one.decided.values.path, 'apiVersion'];
  const kube = subject.capabilities.kube;
  const newest = chart.has('autoscalingV2') && (kube === undefined || !isKubeBefore(kube, 23));
  const hint = `Set apiVersion: ${newest ? 'autoscaling/v2' : 'autoscaling/v1'}.`;
  if (version === null)
    yield { path, message: `${one.decided.name} has no apiVersion: the API server rejects it.`, hint };
  else if (version === 'autoscaling/v2' && !chart.has('autoscalingV2')) {
    const message = `The chart of this release writes no metrics for autoscaling/v2: ${one.decided.name} scales on 80 % of CPU.`;
    yield {
      path,
      severity: 'warning',
      message,
      hint: 'Set apiVersion: autoscaling/v2beta2 as long as Kubernetes serves it, or use a newer release.',
    };
  } else yield* unservedOf(one, subject, path, hint);
}

/** A disruption budget in a version that the cluster, or every newer one, does not serve. */
export function* budgetVersionOf(one: PrintedCompanion, subject: Subject): Iterable<RuleMatch> {
  const mend = one.object['apiVersion'] === 'policy/v1' ? 'Upgrade Kubernetes' : 'Use a release of Gloo from 1.14.0 on';
  const hint = `${mend}, or leave podDisruptionBudget out.`;
  // Without a given version of Kubernetes, the release's own API version is nothing that the values could fix.
  if (subject.capabilities.kube !== undefined) yield* unservedOf(one, subject, one.decided.values.path, hint);
}

function* unservedOf(
  { decided, object }: PrintedCompanion,
  { capabilities: { kube, apiVersions } }: Subject,
  path: Path,
  hint: string,
): Iterable<RuleMatch> {
  const version = String(object['apiVersion']);
  if (apiVersions.includes(version)) return;
  const [since, last] = served[version] ?? [];
  if (since === undefined || last === undefined)
    yield {
      path,
      message: `No version of Kubernetes serves ${decided.kind === 'PodDisruptionBudget' ? 'disruption budgets' : 'autoscalers'} as ${version}.`,
      hint,
    };
  else if (kube !== undefined && (isKubeBefore(kube, since) || !isKubeBefore(kube, last + 1))) {
    const bound = isKubeBefore(kube, since) ? `from 1.${since} on` : `up to 1.${last}`;
    const message = `Kubernetes ${kube.major}.${kube.minor} does not serve ${version}, which exists ${bound}: the install fails.`;
    yield { path, message, hint };
  } else if (kube === undefined && Number.isFinite(last)) {
    const message = `${version} was removed in Kubernetes 1.${last + 1}, where the install fails.`;
    yield { path, severity: 'warning', message, hint };
  }
}

const limits = ['minAvailable', 'maxUnavailable'] as const;

/** Limits of a disruption budget that the API server rejects. */
export function* budgetLimitsOf({ decided, object }: PrintedCompanion): Iterable<RuleMatch> {
  const spec = mapAt(object, 'spec');
  const { name, values } = decided;
  if (limits.every((key) => (spec[key] ?? null) !== null)) {
    const message = `${name} has minAvailable and maxUnavailable: the API server rejects it.`;
    const hint = 'Set maxUnavailable: null, or minAvailable: null.';
    yield { path: [...values.path, 'maxUnavailable'], message, hint };
  }
  for (const key of limits) {
    const limit = spec[key] ?? null;
    const isPods = Number.isInteger(limit) && Number(limit) >= 0 && Number(limit) <= 2147483647;
    if (limit === null || isPods || (shareOf(limit) ?? 101) <= 100) continue;
    const message = `${name} has ${key} ${isMap(limit) || isList(limit) ? briefJson(limit) : String(limit)}: the API server accepts a number of pods, or 0% to 100%.`;
    yield { path: [...values.path, key], message, hint: limitHint(key) };
  }
}

/** The limit to suggest: with a single pod, minAvailable: 1 would allow no eviction. */
function limitHint(key: (typeof limits)[number]): string {
  return key === 'maxUnavailable' ? 'Set maxUnavailable: 1.' : 'Set maxUnavailable: 1 instead.';
}

/** A budget that limits nothing, or that has no limit: Kubernetes then allows no eviction. Source: its disruption controller. */
function* withoutLimit({ decided, object }: PrintedCompanion): Iterable<RuleMatch> {
  const spec = mapAt(object, 'spec');
  const { name, values } = decided;
  const zero = limits.find((key) => values.map[key] === 0);
  const override = [...values.path, 'kubeResourceOverride'];
  if ((spec['selector'] ?? null) === null) {
    const message = `${name} has no selector, so it protects no pod.`;
    yield { path: override, message, hint: 'Remove the override of the selector and its labels.' };
  } else if (limits.every((key) => (spec[key] ?? null) === null)) {
    const why = zero === undefined ? '' : `${zero}: 0 is not rendered, so `;
    const message = `${why}${name} has neither minAvailable nor maxUnavailable: Kubernetes then allows no pod to be evicted.`;
    const isLost = limits.some((key) => (values.map[key] ?? 0) !== 0);
    if (isLost) yield { path: override, message, hint: 'Remove it, or remove the override of its limits.' };
    else if (zero === undefined)
      yield { path: values.path, message, hint: 'Set podDisruptionBudget.maxUnavailable: 1.' };
    else yield { path: [...values.path, zero], message, hint: limitHint(zero) };
  }
}

/** Whether a disruption budget lets pods be evicted, and limits it. */
export function* evictionsOf(budget: PrintedCompanion, subject: Subject): Iterable<RuleMatch> {
  const { decided, object } = budget;
  const spec = mapAt(object, 'spec');
  const { values } = decided;
  yield* withoutLimit(budget);
  const pods = subject.pods.find(({ proxy }) => proxy?.key === decided.proxy);
  const autoscaler = companionsOfKind(subject, 'HorizontalPodAutoscaler').find(
    (one) => one.decided.proxy === decided.proxy,
  );
  const least = mapAt(autoscaler?.object, 'spec')['minReplicas'];
  const started = pods === undefined ? undefined : replicasOf(subject, decided.proxy);
  const replicas = autoscaler === undefined ? started : typeof least === 'number' ? least : 1;
  const { minAvailable = null, maxUnavailable = null } = spec;
  const share = shareOf(minAvailable);
  const isAll = share !== undefined && share >= 100;
  const needed = share === undefined ? minAvailable : replicas && Math.ceil((share * replicas) / 100);
  if (
    isAll ||
    (typeof needed === 'number' &&
      Number.isInteger(needed) &&
      replicas !== undefined &&
      needed >= Math.max(replicas, 1))
  ) {
    const of = isAll ? '' : ` of ${String(replicas)}`;
    const rounded = share === undefined || isAll ? '' : `, which is ${String(needed)}`;
    const message = `${decided.name} needs ${String(minAvailable)}${of} pods${rounded}, so no pod can ever be evicted.`;
    const enough = share === undefined ? Number(minAvailable) + 1 : Math.ceil(100 / (100 - share));
    const run = !isAll ? `, or run ${enough} pods or more` : '';
    yield { path: [...values.path, 'minAvailable'], message, hint: `Set maxUnavailable: 1 instead${run}.` };
  } else if (maxUnavailable === 0 || maxUnavailable === '0' || shareOf(maxUnavailable) === 0) {
    const message = `${decided.name} never allows a pod to be evicted.`;
    yield { path: [...values.path, 'maxUnavailable'], message, hint: 'Set maxUnavailable: 1.' };
  }
}

/** The number in a percentage; Kubernetes rounds the resulting number of pods up, for both limits. */
function shareOf(limit: Value): number | undefined {
  return typeof limit === 'string' && /^\d{1,3}%$/.test(limit) ? Number(limit.slice(0, -1)) : undefined;
}

function replicasOf({ rendered }: Subject, key: string): number | undefined {
  const found = rendered.find(({ decision }) => decision.proxy.key === key);
  const replicas = mapAt(found?.printed.workload?.object, 'spec')['replicas'];
  return typeof replicas === 'number' ? replicas : found?.printed.workload?.kind === 'Deployment' ? 1 : undefined;
}
