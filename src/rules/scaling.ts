import { mapAt } from '../value.ts';
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
    const message = `${name} must run ${minReplicas} pods and may run ${maxReplicas}: the API server rejects it.`;
    const hint = `Set maxReplicas: ${minReplicas} or more, or minReplicas: ${maxReplicas} or less.`;
    yield { path: [...values.path, 'minReplicas'], message, hint };
  }
  if (typeof minReplicas === 'number' && minReplicas < 1) {
    const message = `${name} has minReplicas ${minReplicas}: the API server takes no less than 1.`;
    yield { path: [...values.path, 'minReplicas'], message, hint: 'Set minReplicas: 1.' };
  }
}

/** What is wrong with the API version of an autoscaler. */
export function* versionOf({ decided, object }: PrintedCompanion, { chart }: Subject): Iterable<RuleMatch> {
  const version = object['apiVersion'] ?? null;
  const path = [...decided.values.path, 'apiVersion'];
  const newest = chart.has('autoscalingV2') ? 'autoscaling/v2' : 'autoscaling/v1';
  const hint = `Set apiVersion: ${newest}.`;
  if (version === null) yield { path, message: `${decided.name} has no apiVersion: the API server rejects it.`, hint };
  else if (version === 'autoscaling/v2' && !chart.has('autoscalingV2')) {
    const message = `The chart of this release writes no metrics for autoscaling/v2: ${decided.name} scales on 80 % of CPU.`;
    yield {
      path,
      severity: 'warning',
      message,
      hint: 'Set apiVersion: autoscaling/v2beta2 as long as Kubernetes has it, or use a newer release.',
    };
  } else if (version === 'autoscaling/v2beta1' || version === 'autoscaling/v2beta2') {
    const last = version === 'autoscaling/v2beta1' ? '1.24' : '1.25';
    yield {
      path,
      severity: 'warning',
      message: `${version} is gone since Kubernetes ${last}, and the install fails there.`,
      hint,
    };
  } else if (version !== 'autoscaling/v1' && version !== 'autoscaling/v2')
    yield { path, message: `No Kubernetes serves autoscalers as ${String(version)}.`, hint };
}

/** Whether a disruption budget lets pods be evicted, and limits it. */
export function* evictionsOf({ decided, object }: PrintedCompanion, subject: Subject): Iterable<RuleMatch> {
  const spec = mapAt(object, 'spec');
  const { values } = decided;
  for (const key of ['minAvailable', 'maxUnavailable']) {
    if (values.map[key] === 0 && spec[key] === undefined) {
      const message = `${key}: 0 is not printed, so ${decided.name} sets no limit.`;
      yield {
        path: [...values.path, key],
        message,
        hint: key === 'minAvailable' ? 'Leave it out.' : 'Write 0% for none.',
      };
    }
  }
  const pods = subject.pods.find(({ proxy }) => proxy?.key === decided.proxy);
  const autoscaler = companionsOfKind(subject, 'HorizontalPodAutoscaler').find(
    (one) => one.decided.proxy === decided.proxy,
  );
  const least = mapAt(autoscaler?.object, 'spec')['minReplicas'];
  const replicas =
    typeof least === 'number' ? least : pods === undefined ? undefined : replicasOf(subject, decided.proxy);
  const { minAvailable, maxUnavailable } = spec;
  const isAll =
    minAvailable === '100%' || (typeof minAvailable === 'number' && replicas !== undefined && minAvailable >= replicas);
  if (isAll) {
    const of = minAvailable === '100%' ? '' : ` of ${String(replicas)}`;
    const message = `${decided.name} needs ${String(minAvailable)}${of} pods, so none may ever be evicted.`;
    const run = typeof minAvailable === 'number' ? `, or run ${minAvailable + 1} pods or more` : '';
    yield { path: [...values.path, 'minAvailable'], message, hint: `Write maxUnavailable: 1 in its place${run}.` };
  } else if (maxUnavailable === '0%' || maxUnavailable === '0') {
    const message = `${decided.name} lets no pod ever be evicted.`;
    yield { path: [...values.path, 'maxUnavailable'], message, hint: 'Set maxUnavailable: 1.' };
  }
}

function replicasOf({ rendered }: Subject, key: string): number | undefined {
  const found = rendered.find(({ decision }) => decision.proxy.key === key);
  const replicas = mapAt(found?.printed.workload?.object, 'spec')['replicas'];
  return typeof replicas === 'number' ? replicas : found?.printed.workload?.kind === 'Deployment' ? 1 : undefined;
}
