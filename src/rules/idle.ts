import { truthy } from '../go/template.ts';
import { formatPath, hasErrors, type Path } from '../problem.ts';
import { type Decision, decide } from '../proxy/decide.ts';
import { print } from '../proxy/print.ts';
import { proxiesOf } from '../proxy/proxies.ts';
import { equal, isMap, mapAt, mapOf, type ValueMap, valueAt, withValueAt } from '../value.ts';
import { hinderedValues, podHolders, podParts } from './hindered.ts';
import type { RuleMatch } from './match.ts';
import type { Rule, Subject } from './rule.ts';

/** Values of a proxy that its objects show nothing of. */
export const idleRules: readonly Rule[] = [
  {
    code: 'daemon-set-ignored',
    severity: 'warning',
    summary: '`kind.daemonSet` stands beside a `kind.deployment` and makes no DaemonSet.',
    help:
      'The chart’s own values have `kind.deployment`, and with it the proxy is a Deployment whatever `kind.daemonSet` says. `hostPort` works all ' +
      'the same: the pods of the Deployment take the ports of their nodes. A DaemonSet needs `kind.deployment: null`, from 1.22.0-beta11 on ' +
      '`kind.workloadType: DaemonSet` will do.',
    valuesOnly: 'Manifests do not show that a DaemonSet was meant.',
    *find({ pods, chart }) {
      for (const { kind, name, path, proxy, spec } of pods) {
        const given = mapOf(proxy?.spec.map['kind'])['daemonSet'];
        const isOwn = mapOf(proxy?.own.map['kind'])['daemonSet'] !== undefined;
        const isAtNode = spec['hostNetwork'] === true;
        if (kind !== 'Deployment' || !isMap(given) || !(isOwn || isAtNode)) continue;
        const isSaid = mapOf(proxy?.spec.map['kind'])['workloadType'] === 'Deployment' && chart.has('workloadType');
        const atNode = isAtNode ? ', whose pods take the ports of their nodes' : '';
        yield {
          path: [...path, 'kind', 'daemonSet'],
          at: 'key',
          message: `${name} stays a Deployment${atNode}: ${isSaid ? 'kind.workloadType says so' : 'kind.deployment is set, by the chart’s own values if not by yours'}.`,
          hint: chart.has('workloadType') ? 'Set kind.workloadType: DaemonSet.' : 'Set kind.deployment: null.',
        };
      }
    },
  },
  {
    code: 'value-without-effect',
    severity: 'warning',
    summary: 'A value that changes nothing with the other values as they are.',
    help:
      'The release knows the value, but nothing of it is in the proxy’s objects, because another value switches it off or takes its place: custom ' +
      'probes without `probes`, what only a Deployment has for a DaemonSet, a security context that another one replaces, a digest of another ' +
      'variant of the image, a `nodePort` of a load balancer. glistio finds this by rendering with other values in its place, and then with others in the ' +
      'place of those around it, until it has an effect; `glistio explain` says it of any value.',
    valuesOnly: 'What has no effect leaves nothing in manifests.',
    *find(subject) {
      yield* idleValues(subject);
      yield* hinderedValues(subject);
    },
  },
];

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
    // What gatewayProxy has counts for all; any other proxy is looked at with what it inherits.
    const { [key]: self, gatewayProxy } = mapAt(values, 'gatewayProxies');
    const around =
      key === 'gatewayProxy' ? values : { ...values, gatewayProxies: { gatewayProxy, [key]: self } as ValueMap };
    const whole = textsOf(around, decision);
    for (const path of unseen) {
      const full = ['gatewayProxies', key, ...path];
      const usual = valueAt(decision.proxy.context.chart.defaults(), ...full);
      if (equal(valueAt(own, ...path), usual) || textsOf(mapOf(withValueAt(around, full, usual)), decision) !== whole)
        continue;
      const message = `${path.join('.')} changes nothing here${reasonOf(path, decision)}.`;
      yield { path: full, at: 'key', message, hint: 'Remove it, or change what stands against it.' };
    }
  }
}

/** Whether a value says something, and nothing was read of it to be printed. */
function isUnseen(path: Path, own: ValueMap, { printed, proxy, workload }: Decision): boolean {
  const isOfDaemonSet = path[0] === 'kind' && path[1] === 'daemonSet';
  if (!truthy(valueAt(own, ...path)) || (isOfDaemonSet && workload?.kind === 'Deployment')) return false;
  const full = formatPath([...proxy.own.path, ...path]);
  return ![...printed.blocks, ...printed.scalars].some((other) => formatPath(other).startsWith(full));
}

/** The objects of all proxies of the values. */
function textsOf(values: ValueMap, { proxy: { context } }: Decision): string {
  const release = { name: context.releaseName, namespace: context.releaseNamespace };
  const decisions = proxiesOf(values, context.chart, release).proxies.map(decide);
  if (decisions.some(({ problems }) => hasErrors(problems))) return '';
  return decisions
    .map(print)
    .map(({ workload, configMap }) => `${workload?.text}${configMap?.text}`)
    .join();
}

/** What stands against a value, where it is known. */
function reasonOf(path: Path, { proxy, workload }: Decision): string {
  const [holder, key] = path;
  const has = (name: string): boolean => truthy(proxy.pod.map[name]);
  const ofDeployment = holder !== 'podTemplate' && holder !== 'extraVolumes' && holder !== 'extraProxyVolumeMounts';
  if (holder === 'kind' && key === 'daemonSet') return ': kind.daemonSet.hostPort is off';
  if (ofDeployment) return workload?.kind === 'DaemonSet' ? ': the proxy is a DaemonSet' : '';
  if (key === 'gracefulShutdown') return ': podTemplate.gracefulShutdown.enabled is off';
  if (key === 'podSecurityContext') return ': podTemplate.enablePodSecurityContext is off';
  if (key === 'runAsUser' && has('floatingUserId')) return ': podTemplate.floatingUserId is on';
  if (/Probe/.test(String(key))) return `: podTemplate.${has('probes') ? 'livenessProbeEnabled' : 'probes'} is off`;
  return has('glooContainerSecurityContext') || has('podSecurityContext')
    ? ': a security context of your own stands in its place'
    : '';
}
