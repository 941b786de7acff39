import type { Chart } from '../chart/chart.ts';
import { filled, roundToEven, sprint, toFloat, truthy } from '../go/template.ts';
import { wrongType } from '../schema/check-words.ts';
import { isMap, type Value, type ValueMap } from '../value.ts';
import { block } from './blocks.ts';
import { deviate, has, inside, insideIfGiven, mapIn, report, type Scope } from './scope.ts';

/**
 * The security contexts of the pod and its containers. Source: gloo.securityContext and gloo.containerSecurityContext
 * in the chart's _helpers.tpl, and what the deployment template wrote itself before these were added.
 */
export interface SecuritySettings {
  readonly chart: Chart;
  readonly global: Scope;
}

/** The pod's security context, from a proxy's podTemplate; undefined if the pod has none. */
export function podSecurityContext(pod: Scope, { chart, global }: SecuritySettings): ValueMap | undefined {
  const wanted = chart.has('podSecurityWithUnprivileged') ? 'runUnprivileged' : 'enablePodSecurityContext';
  if (!has(pod, wanted)) return undefined;
  const floating = has(pod, 'floatingUserId');
  if (floating) deviate(pod, 'floating-user-breaks-line', 'floatingUserId');
  if (chart.has('fixedSecurityContext')) {
    return {
      fsGroup: printedInteger(pod, 'fsGroup'),
      ...(floating ? {} : { runAsUser: printedInteger(pod, 'runAsUser') }),
    };
  }
  if (chart.has('floatingUserEverywhere') && has(inside(global, 'securitySettings'), 'floatingUserId'))
    return undefined;
  const defaults = {
    fsGroup: pod.map['fsGroup'] ?? null,
    ...(floating ? {} : { runAsUser: pod.map['runAsUser'] ?? null }),
  };
  return contextOf(pod, 'podSecurityContext', defaults, { chart, global });
}

/** The line breaks that the chart leaves behind the pod's security context: fewer before an affinity. */
export function behindPodContext(spec: Scope, chart: Chart, isDeployment: boolean): string {
  if (chart.has('fixedSecurityContext') || !isDeployment) return '\n';
  return has(spec, 'antiAffinity') || has(spec, 'affinity') ? '\n\n' : '\n\n\n';
}

/** The security context of the proxy's own container. */
export function proxySecurityContext(pod: Scope, settings: SecuritySettings): ValueMap | undefined {
  const { chart } = settings;
  const capabilities: ValueMap = {
    drop: ['ALL'],
    ...(has(pod, 'disableNetBind') ? {} : { add: ['NET_BIND_SERVICE'] }),
  };
  const floating = has(pod, 'floatingUserId');
  if (chart.has('fixedSecurityContext')) {
    return {
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      ...(has(pod, 'runUnprivileged') ? { runAsNonRoot: true } : {}),
      ...(has(pod, 'runUnprivileged') && !floating ? { runAsUser: printedInteger(pod, 'runAsUser') } : {}),
      capabilities,
    };
  }
  const user: ValueMap = floating
    ? chart.has('floatingUserIsRoot')
      ? { runAsUser: 0 }
      : {}
    : { runAsUser: pod.map['runAsUser'] ?? null };
  const defaults: ValueMap = {
    runAsNonRoot: pod.map['runUnprivileged'] ?? null,
    capabilities,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    ...user,
  };
  return contextOf(pod, 'glooContainerSecurityContext', withStandards(defaults, settings), settings);
}

/**
 * The security context of the sds or the default istio-proxy container, which all proxies share. To omit the user id
 * the chart removes it from the values themselves, so when it prints them again nothing may be left.
 */
export function sidecarSecurityContext(
  container: Scope,
  settings: SecuritySettings,
  isReprinted: boolean,
): ValueMap | undefined {
  const { chart } = settings;
  if (!chart.has('sidecarSecurityContext')) return undefined;
  if (!chart.has('podSecurityStandards')) return block(container, 'securityContext');
  const shared = printedOnce(container, settings, isReprinted);
  return contextOf(shared, 'securityContext', withStandards({}, settings), settings);
}

/** The same for the sidecars that mTLS adds to Gloo's own pod, whose values have the user id. */
export function mtlsSidecarSecurityContext(
  container: Scope,
  pod: Scope,
  settings: SecuritySettings,
  { isReprinted, isSds }: { readonly isReprinted: boolean; readonly isSds: boolean },
): ValueMap | undefined {
  const { chart } = settings;
  const floating = has(pod, 'floatingUserId');
  if (chart.has('fixedSecurityContext'))
    return { runAsNonRoot: true, ...(floating ? {} : { runAsUser: printedInteger(pod, 'runAsUser') }) };
  const defaults: ValueMap = {
    ...(isSds && !chart.has('securityMergePolicy') ? { floatingUserId: pod.map['floatingUserId'] ?? null } : {}),
    runAsNonRoot: true,
    ...(floating ? {} : { runAsUser: pod.map['runAsUser'] ?? null }),
  };
  return contextOf(
    printedOnce(container, settings, isReprinted),
    'securityContext',
    withStandards(defaults, settings),
    settings,
  );
}

/** The container's values as they are after they were printed once. */
function printedOnce(container: Scope, settings: SecuritySettings, isReprinted: boolean): Scope {
  const own = container.map['securityContext'];
  if (!isReprinted || !isFloatingEverywhere(settings) || !isMap(own)) return container;
  const { runAsUser: _, ...rest } = own;
  return { ...container, map: { ...container.map, securityContext: rest } };
}

function isFloatingEverywhere({ chart, global }: SecuritySettings): boolean {
  return chart.has('floatingUserEverywhere') && has(mapIn(global, 'securitySettings'), 'floatingUserId');
}

function contextOf(scope: Scope, key: string, defaults: ValueMap, settings: SecuritySettings): ValueMap | undefined {
  const own = block(scope, key) ?? {};
  if (!settings.chart.has('securityMergePolicy')) return orUndefined(truthy(own) ? own : defaults);
  const policy = own['mergePolicy'] ?? null;
  const isCompared = truthy(policy) || (policy !== null && settings.chart.has('emptyMergePolicyCompared'));
  if (isCompared && policy !== '' && policy !== 'helm-merge' && policy !== 'no-merge') {
    report(
      { ...scope, path: [...scope.path, key] },
      'unknown-choice',
      'mergePolicy',
      `mergePolicy must be no-merge or helm-merge, but is ${sprint(policy)}.`,
      'Write no-merge to replace the defaults (the default), or helm-merge to keep those that are not set here.',
    );
  }
  const merged: Record<string, Value> = {
    ...(policy === 'helm-merge' ? filled(own, defaults) : truthy(own) ? own : defaults),
  };
  if (isFloatingEverywhere(settings)) delete merged['runAsUser'];
  delete merged['mergePolicy'];
  return orUndefined(merged);
}

function withStandards(defaults: ValueMap, { chart, global }: SecuritySettings): ValueMap {
  if (!chart.has('podSecurityStandards')) return defaults;
  const container = insideIfGiven(insideIfGiven(global, 'podSecurityStandards'), 'container');
  const type = defaultProfileOf(container);
  if (!has(container, 'enableRestrictedContainerDefaults')) return defaults;
  return filled(defaults, {
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    allowPrivilegeEscalation: false,
    seccompProfile: { type },
  });
}

/** The default type of seccomp profile; other templates of the chart fail for another one, too. */
export function defaultProfileOf(container: Scope): Value {
  const { defaultSeccompProfileType: given = null } = container.map;
  if (!truthy(given) || given === 'RuntimeDefault' || given === 'Localhost')
    return truthy(given) ? given : 'RuntimeDefault';
  report(
    container,
    'unknown-choice',
    'defaultSeccompProfileType',
    `defaultSeccompProfileType must be RuntimeDefault or Localhost, but is ${sprint(given)}.`,
  );
  return given;
}

function orUndefined(context: ValueMap): ValueMap | undefined {
  return truthy(context) ? context : undefined;
}

/** The result of `printf "%.0f" (float64 …)`: a number for any input but the name of an infinity, or `nan`. */
function printedInteger(scope: Scope, key: string): number {
  const value = toFloat(scope.map[key]);
  if (Number.isFinite(value)) return roundToEven(value);
  report(scope, 'wrong-type', key, wrongType(key, 'a number', scope.map[key] ?? null));
  return 0;
}
