import { truthy } from '../go/template.ts';
import { type FoundProblem, formatPath } from '../problem.ts';
import { described } from '../schema/check-words.ts';
import { isMap, valueAt } from '../value.ts';
import { findNoValues } from './as-printed.ts';
import { override } from './blocks.ts';
import { configMapOf } from './bootstrap.ts';
import type { Decision } from './decision.ts';
import { print } from './print.ts';
import type { Proxy } from './proxies.ts';
import { reportingTo, toBeMerged, toBeOverridden } from './reading.ts';
import { gradeReplaced } from './replaced.ts';
import {
  addProblem,
  deviate,
  type Found,
  has,
  inside,
  insideIfGiven,
  mapIn,
  nothingFound,
  report,
  type Scope,
} from './scope.ts';
import { findStrayFields } from './stray-fields.ts';
import { workloadOf } from './workload.ts';

function chartHasOverride({ context }: Proxy): boolean {
  return context.chart.has('resourceOverride');
}

/** The template also reads the values of a disabled proxy. */
function findLeftOut({ spec, pod, context: { chart, global } }: Proxy): void {
  inside(global, 'image');
  const type = mapIn(spec, 'kind').map['workloadType'] ?? null;
  if (chart.has('workloadType') && truthy(type) && type !== 'Deployment' && type !== 'DaemonSet') {
    const message = `workloadType must be Deployment or DaemonSet, but is ${described(type)}; Helm fails even though the proxy is disabled.`;
    report(mapIn(spec, 'kind'), 'unknown-choice', 'workloadType', message);
  }
  if (chart.has('inheritance')) {
    inside(pod, 'image');
    return;
  }
  const leftOut = (scope: Scope, key: string): boolean => !isMap(scope.map[key]);
  if (leftOut(spec, 'podTemplate') || leftOut(mapIn(spec, 'podTemplate'), 'image'))
    deviate(spec, 'custom-proxy-left-out-maps', undefined, { key: 'podTemplate.image', first: 'podTemplate' });
  else if (chart.has('configMapOfDisabledProxy') && leftOut(spec, 'configMap'))
    deviate(spec, 'custom-proxy-left-out-maps', undefined, { key: 'configMap', first: 'configMap' });
}

/**
 * The template of the proxy's Service is not among those that are printed here, but if it fails nothing gets installed.
 */
function findNoService({ spec, disabled, context: { chart } }: Proxy): void {
  const isRead = !disabled || chart.has('configMapOfDisabledProxy');
  if (!isRead || (spec.map['service'] ?? null) !== null) return;
  const message =
    'service is null or missing, but the template of the Service reads a field of it: Helm fails, and nothing is installed.';
  const hint = chart.has('inheritance') ? 'Leave it out, or write {0}.' : 'Write {0}.';
  const meant = [{ value: { type: 'ClusterIP', httpPort: 80, httpsPort: 443 } }];
  addProblem(spec, 'warning', { code: 'missing-value', message, hint, meant }, 'service');
}

function isBootstrapReplaced(proxy: Proxy): boolean {
  const text = valueAt(proxy.own.map, 'configMap', 'kubeResourceOverride', 'data', 'envoy.yaml');
  return chartHasOverride(proxy) && typeof text === 'string' && text !== '';
}

/** Problems with a bootstrap do not matter if an override replaces it. */
const ofBootstraps: readonly string[] = [
  ...['bare-text-changed', 'bare-text-breaks-yaml', 'bare-text-read-as-another-type'],
  ...['empty-buffer-factory', 'missing-value'],
];

function forget(problems: FoundProblem[], codes: readonly string[], kept: ReadonlySet<string> = new Set()): void {
  const left = problems.filter(({ code, path = '' }) => !codes.includes(code) || kept.has(path));
  problems.splice(0, problems.length, ...left);
}

/** The values with a line that is not indented: it ends the file, and Helm cannot read the object that it would merge. */
function endingFile({ printed }: Found): ReadonlySet<string> {
  const places = printed.where((value) => typeof value === 'string' && /\n {0,3}\S/.test(value));
  return new Set(places.map(({ scope, key }) => formatPath([...scope.path, key])));
}

/** Decides what the chart would write for a proxy. Never throws: what cannot be used is among the problems. */
export function decide(given: Proxy): Decision {
  const found = nothingFound(given.context.chart.index);
  const proxy = reportingTo(found, given);
  const config = mapIn(proxy.own, 'configMap');
  const hasOverrides = chartHasOverride(proxy);
  const isConfigMerged = hasOverrides && has(config, 'kubeResourceOverride');
  const configMap = configMapOf(isConfigMerged ? toBeOverridden(proxy) : proxy);
  if (isBootstrapReplaced(proxy)) forget(found.problems, ofBootstraps, endingFile(found));
  // No pod mounts the ConfigMap that old charts write for a disabled proxy.
  else if (proxy.disabled) forget(found.problems, ['missing-value']);
  if (isConfigMerged) findNoValues(found, config);
  const isMerged = hasOverrides && has(proxy.own, 'kubeResourceOverride');
  const workload = proxy.disabled ? undefined : workloadOf(isMerged ? toBeMerged(proxy) : proxy);
  if (workload !== undefined) findStrayFields(found, workload);
  if (proxy.disabled) findLeftOut(proxy);
  findNoService(proxy);
  const ownConfig = hasOverrides ? insideIfGiven(proxy.own, 'configMap') : mapIn(proxy.own, 'configMap');
  const decision: Decision = {
    proxy,
    workload,
    configMap,
    overrides: {
      workload:
        hasOverrides && workload !== undefined ? override(proxy.own, 'kubeResourceOverride', workload) : undefined,
      configMap:
        hasOverrides && configMap !== undefined ? override(ownConfig, 'kubeResourceOverride', configMap) : undefined,
    },
    printed: found.printed,
    strays: found.strays,
    problems: found.problems,
  };
  if (found.pending.length > 0)
    gradeReplaced(found, { before: textsOf({ ...decision, overrides: none }), after: textsOf(decision) });
  return decision;
}

const none = { workload: undefined, configMap: undefined };

function textsOf(decision: Decision): string[] {
  const { configMap, workload } = print(decision);
  return [configMap, workload].map((manifest) => manifest?.text ?? '');
}
