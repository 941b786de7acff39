import { truthy } from '../go/template.ts';
import { formatPath, hasErrors, type Path } from '../problem.ts';
import { decide } from '../proxy/decide.ts';
import type { Decision } from '../proxy/decision.ts';
import { print } from '../proxy/print.ts';
import { proxiesOf } from '../proxy/proxies.ts';
import { equal, isMap, mapAt, mapOf, type ValueMap, valueAt, withValueAt } from '../value.ts';
import { hinderedGlobals, hinderedValues, ofDeployments, podHolders, podParts, removeOrEnable } from './hindered.ts';
import type { RuleMatch } from './match.ts';
import type { RuleChecks, Subject } from './rule.ts';

/** Values of a proxy that have no effect on its objects. */
export const idleRules = {
  'daemon-set-ignored': function* ({ pods, chart }) {
    for (const { kind, name, path, proxy, spec } of pods) {
      const given = mapOf(proxy?.spec.map['kind'])['daemonSet'];
      const isOwn = mapOf(proxy?.own.map['kind'])['daemonSet'] !== undefined;
      const isAtNode = spec['hostNetwork'] === true;
      if (kind !== 'Deployment' || !isMap(given) || !(isOwn || isAtNode)) continue;
      const isSaid = mapOf(proxy?.spec.map['kind'])['workloadType'] === 'Deployment' && chart.has('workloadType');
      const atNode = isAtNode ? ', whose pods use the ports of their nodes' : '';
      const deployment = mapOf(proxy?.own.map['kind'])['deployment'];
      if (!isOwn && isMap(deployment)) {
        yield {
          path: [...path, 'kind', 'deployment'],
          at: 'key',
          message: `${name} is a Deployment${atNode}: it inherits kind.daemonSet from gatewayProxy.`,
          hint: 'Set kind.daemonSet: null.',
        };
        continue;
      }
      yield {
        path: [...path, 'kind', 'daemonSet'],
        at: 'key',
        message: `${name} stays a Deployment${atNode}: ${isSaid ? 'kind.workloadType decides' : 'kind.deployment is set, if only by the chart’s default values'}.`,
        hint: chart.has('workloadType') ? 'Set kind.workloadType: DaemonSet.' : 'Set kind.deployment: null.',
      };
    }
  },
  'value-without-effect': function* (subject) {
    yield* idleValues(subject);
    yield* hinderedValues(subject);
    yield* hinderedGlobals(subject);
    yield* unscaled(subject);
    yield* unwrittenOf(subject);
  },
} satisfies RuleChecks;

/** What an autoscaler scales by, in an API version for which the chart does not write it, and `replicas: 0` without one. */
function* unwrittenOf({ chart, given, companions, rendered }: Subject): Iterable<RuleMatch> {
  for (const { decided, object } of companions) {
    if (decided.kind !== 'HorizontalPodAutoscaler') continue;
    const path = ['gatewayProxies', decided.proxy, 'horizontalPodAutoscaler'];
    const version = object['apiVersion'];
    const newest = chart.has('autoscalingV2') ? 'autoscaling/v2' : 'autoscaling/v2beta2';
    const fields = { metrics: newest, behavior: newest, targetCPUUtilizationPercentage: 'autoscaling/v1' };
    for (const [key, wanted] of Object.entries(fields)) {
      const isWritten = (mapAt(object, 'spec')[key] ?? null) !== null;
      // Found by autoscaler-version.
      const isKnown = wanted === newest && version === 'autoscaling/v2';
      if (isWritten || isKnown || !truthy(valueAt(given, ...path, key))) continue;
      const message = `${key} changes nothing here: the chart writes it only for ${wanted}, and the autoscaler is ${String(version)}.`;
      yield { path: [...path, key], at: 'key', message, hint: 'Remove it, or change apiVersion.' };
    }
  }
  for (const { decision, printed } of rendered) {
    const path = ['gatewayProxies', decision.proxy.key, 'kind', 'deployment', 'replicas'];
    const { replicas = null } = mapAt(printed.workload?.object, 'spec');
    const isScaled = companions.some(
      ({ decided: { kind, proxy } }) => kind === 'HorizontalPodAutoscaler' && proxy === decision.proxy.key,
    );
    const isLost = valueAt(given, ...path) === 0 && replicas === null && printed.workload?.kind === 'Deployment';
    if (!isLost || isScaled) continue;
    const message = 'replicas: 0 is not rendered: Kubernetes then runs one pod.';
    const { key, name } = decision.proxy;
    const override = formatPath(['gatewayProxies', key, 'kubeResourceOverride', 'spec', 'replicas']);
    const byHand = `kubectl scale deployment ${name} --replicas=0 does what it says.`;
    yield { path, message, hint: chart.has('resourceOverride') ? `Set ${override}: 0.` : byHand };
  }
}

/** Autoscalers and disruption budgets of a DaemonSet, for which the chart writes none. */
function* unscaled({ given, rendered, companions }: Subject): Iterable<RuleMatch> {
  for (const { decision } of rendered) {
    const { key, name } = decision.proxy;
    for (const [part, kind] of Object.entries(ofDeployments)) {
      const path = ['gatewayProxies', key, part];
      const isPrinted = companions.some(({ decided }) => decided.kind === kind && decided.proxy === key);
      if (decision.workload?.kind !== 'DaemonSet' || isPrinted || !truthy(valueAt(given, ...path))) continue;
      const message = `${part} changes nothing here: ${name} is a DaemonSet, for which the chart writes no ${kind}.`;
      yield { path, at: 'key', message, hint: 'Remove it, or make the proxy a Deployment.' };
    }
  }
}

function* idleValues({ values, given, rendered }: Subject): Iterable<RuleMatch> {
  const decisions = new Map(rendered.map(({ decision }) => [decision.proxy.key, decision]));
  for (const [key, own] of Object.entries(mapAt(given, 'gatewayProxies'))) {
    const decision = decisions.get(key);
    if (!isMap(own) || decision === undefined || decision.proxy.disabled || hasErrors(decision.problems)) continue;
    const paths = [
      ...podParts,
      ...podHolders.flatMap((holder) => Object.keys(mapAt(own, ...holder)).map((name) => [...holder, name])),
    ];
    const isHolder = (path: Path): boolean => podHolders.some((holder) => holder.join() === path.join());
    const unseen = paths.filter((path) => !isHolder(path) && isUnseen(path, own, decision));
    if (unseen.length === 0) continue;
    // Values of gatewayProxy apply to all; every other proxy is checked with what it inherits.
    const { [key]: self, gatewayProxy } = mapAt(values, 'gatewayProxies');
    const around =
      key === 'gatewayProxy' ? values : { ...values, gatewayProxies: { gatewayProxy, [key]: self } as ValueMap };
    const whole = textsOf(around, decision);
    for (const path of unseen) {
      const full = ['gatewayProxies', key, ...path];
      const usual = valueAt(decision.proxy.context.chart.defaults(), ...full);
      if (equal(valueAt(own, ...path), usual) || textsOf(mapOf(withValueAt(around, full, usual)), decision) !== whole)
        continue;
      const needed = neededBy(path, decision);
      const { map: pod } = decision.proxy.pod;
      const isOff = needed.find(({ path: [, ...inner], value }) => truthy(valueAt(pod, ...inner)) !== value);
      // What a value says is then what the chart writes anyway.
      if (path[1] === 'daemonSet' && truthy(valueAt(around, 'gatewayProxies', key, 'kind', 'daemonSet', 'hostPort')))
        continue;
      const reason =
        isOff === undefined ? reasonOf(path, decision) : `: ${isOff.path.join('.')} is ${isOff.value ? 'off' : 'on'}`;
      const words = needed.map(({ path: at, value }) => `${at.join('.')}: ${value}`).join(' and ');
      yield {
        path: full,
        at: 'key',
        message: `${path.join('.')} changes nothing here${reason}.`,
        hint: words === '' ? removeOrEnable : `Remove it, or set ${words}.`,
      };
    }
  }
}

/** Whether a value differs from the default, and printing did not read it. */
function isUnseen(path: Path, own: ValueMap, { printed, proxy, workload }: Decision): boolean {
  const isOfDaemonSet = path[0] === 'kind' && path[1] === 'daemonSet';
  if (!truthy(valueAt(own, ...path)) || (isOfDaemonSet && workload?.kind === 'Deployment')) return false;
  const full = formatPath([...proxy.own.path, ...path]);
  return ![...printed.blocks, ...printed.scalars].some((other) => formatPath(other).startsWith(full));
}

/** The objects of all proxies in the values that can be printed. */
function textsOf(values: ValueMap, { proxy: { context } }: Decision): string {
  const release = { name: context.releaseName, namespace: context.releaseNamespace };
  return proxiesOf(values, context.chart, release)
    .proxies.map(decide)
    .filter(({ problems }) => !hasErrors(problems))
    .map(print)
    .map(({ workload, configMap }) => `${workload?.text}${configMap?.text}`)
    .join();
}

/** The switches that a value needs. */
function neededBy(
  [holder, key, part]: Path,
  { proxy }: Decision,
): readonly { readonly path: string[]; readonly value: boolean }[] {
  const pod = (name: string, value = true) => ({ path: ['podTemplate', ...name.split('.')], value });
  if (holder === 'kind' && key === 'daemonSet') return [{ path: ['kind', 'daemonSet', 'hostPort'], value: true }];
  if (holder !== 'podTemplate') return [];
  if (key === 'gracefulShutdown' && part !== 'enabled') return [pod('gracefulShutdown.enabled')];
  if (key === 'podSecurityContext') return [pod('enablePodSecurityContext')];
  if (key === 'runAsUser' && truthy(proxy.pod.map['floatingUserId'])) return [pod('floatingUserId', false)];
  if (key === 'customLivenessProbe') return [pod('probes'), pod('livenessProbeEnabled')];
  return /Probe/.test(String(key)) ? [pod('probes')] : [];
}

/** What else prevents an effect, if it is known. */
function reasonOf([holder]: Path, { proxy, workload }: Decision): string {
  const ofDeployment = holder !== 'podTemplate' && holder !== 'extraVolumes' && holder !== 'extraProxyVolumeMounts';
  if (ofDeployment) return workload?.kind === 'DaemonSet' ? ': the proxy is a DaemonSet' : '';
  return truthy(proxy.pod.map['glooContainerSecurityContext']) || truthy(proxy.pod.map['podSecurityContext'])
    ? ': your own security context replaces it'
    : '';
}
