import type { Chart } from '../chart/chart.ts';
import { type MutualTls, mutualTlsIn } from '../chart/mutual-tls.ts';
import { kebabCase } from '../go/kebab.ts';
import { filled, overwritten, sortedKeys, truthy } from '../go/template.ts';
import { type FoundProblem, formatPath } from '../problem.ts';
import { meantInsideProxy } from '../schema/check-names.ts';
import { described } from '../schema/check-words.ts';
import { asFloats, isList, isMap, mapOf, type ValueMap } from '../value.ts';
import { readBare } from '../yaml/bare.ts';
import { block } from './blocks.ts';
import { text } from './read.ts';
import {
  deviate,
  has,
  inside,
  insideIfGiven,
  mapIn,
  nothingFound,
  report,
  reportWrongType,
  type Scope,
} from './scope.ts';

export type { MutualTls };

/** One entry of gatewayProxies with everything that the two templates read for it. */
export interface Proxy {
  /** Its key under gatewayProxies. */
  readonly key: string;
  /** The name of its objects. */
  readonly name: string;
  readonly namespace: string;
  /** What YAML reads from the namespace as the chart prints it: with null, the tool that applies the object decides. */
  readonly printedNamespace: string | null;
  /** Its own values, for the few that are never inherited. */
  readonly own: Scope;
  /** Its values with the inherited ones. */
  readonly spec: Scope;
  readonly pod: Scope;
  readonly disabled: boolean;
  /**
   * Whether the chart has printed a workload before this one, which changes the values that all proxies share: that of
   * another proxy, or this one itself, because without an override it prints the workload twice to check whether it is
   * empty.
   */
  readonly isReprinted: boolean;
  /** What the template goes through after this one: disabled proxies of which it prints nothing, and then the end? */
  readonly behind: { readonly skipped: number; readonly isEnd: boolean };
  /** The proxy's own stats settings, or the global ones. */
  readonly stats: Scope;
  readonly context: ReleaseContext;
}

export interface ReleaseContext {
  readonly chart: Chart;
  readonly values: Scope;
  readonly global: Scope;
  readonly releaseName: string;
  readonly releaseNamespace: string;
  /** What {@link mutualTlsOf} has found in these values. */
  mutualTls?: MutualTls | undefined;
}

/**
 * Every proxy of the values, in the order of their keys, including disabled ones. Source: the head of the chart's
 * 7-gateway-proxy-deployment.yaml and 9-gateway-proxy-configmap.yaml, and its gloo.util.mergeOverwriteWithOmit.
 */
export function proxiesOf(
  values: ValueMap,
  chart: Chart,
  release: { name: string; namespace: string },
): { readonly proxies: readonly Proxy[]; readonly problems: readonly FoundProblem[] } {
  const found = nothingFound(chart.index);
  const top: Scope = { map: values, path: [], found };
  const gateway = inside(top, 'gateway');
  if (has(gateway, 'updateValues')) {
    report(
      gateway,
      'needs-wrapping-chart',
      'updateValues',
      'gateway.updateValues calls a template that only a wrapping chart has.',
      'Remove it.',
    );
  }
  if (!has(gateway, 'enabled')) return { proxies: [], problems: found.problems };
  // The templates range over it without checking its type: a list works too, but nothing else.
  const all = values['gatewayProxies'] ?? null;
  if (all !== null && !isMap(all) && !isList(all)) reportWrongType(top, 'gatewayProxies', 'a map', all);
  return { proxies: everyProxy(contextOf(top, chart, release)), problems: found.problems };
}

/** Every proxy of the values, whether the chart's templates are reached or not. */
export function everyProxy(context: ReleaseContext): Proxy[] {
  const { chart, values: top } = context;
  // Charts in which proxies inherit read gatewayProxy in it without checking that it exists.
  const all = (chart.has('inheritance') ? inside : insideIfGiven)(top, 'gatewayProxies');
  const proxies: Proxy[] = [];
  const keys = sortedKeys(all.map);
  if (chart.has('inheritance') && keys.length > 0 && !keys.includes('gatewayProxy') && !standsAlone(chart, top))
    report(
      all,
      'null-map',
      'gatewayProxy',
      'gatewayProxy is null, and Helm fails: every other proxy inherits from it (a nil pointer in the template).',
      'Write gatewayProxy: {disabled: true}, and disabled: false on every other proxy.',
    );
  let disabledBefore = 0;
  for (const key of keys) {
    const own = all.map[key] ?? null;
    if (isMap(own)) {
      const isReprinted = !truthy(own['kubeResourceOverride']) || proxies.some(({ disabled }) => !disabled);
      const scope = { ...all, map: own, path: ['gatewayProxies', key] };
      // Of consecutive document markers, Helm reads every second one.
      const isHidden = disabledBefore % 2 === 1;
      const proxy = proxyOf(key, scope, all, { context, isReprinted, behind: behindOf(key, keys, all, chart) });
      disabledBefore = proxy.disabled ? disabledBefore + 1 : 0;
      if (isHidden && !proxy.disabled) findUnreadable(proxy);
      proxies.push(proxy);
    } else {
      const meant = own === null ? undefined : meantInsideProxy(key, own, context.chart.index);
      report(
        all,
        'wrong-type',
        key,
        `A proxy must be a map, but ${key} is ${described(own)}.`,
        meant === undefined ? 'Leave it out, or set disabled: true.' : `Did you mean ${formatPath(meant)}?`,
      );
    }
  }
  return proxies;
}

/** What all proxies have in common. */
export function contextOf(top: Scope, chart: Chart, release: { name: string; namespace: string }): ReleaseContext {
  return {
    chart,
    values: top,
    global: inside(top, 'global'),
    releaseName: release.name,
    releaseNamespace: release.namespace,
    mutualTls: undefined,
  };
}

/**
 * An object with an override begins where the text of the previous proxy ends, and a disabled one's ends with a
 * document marker.
 */
function findUnreadable({ own }: Proxy): void {
  const config = mapIn(own, 'configMap');
  if (has(own, 'kubeResourceOverride')) deviate(own, 'override-behind-disabled-proxy', 'kubeResourceOverride');
  if (has(config, 'kubeResourceOverride'))
    deviate(config, 'config-override-behind-disabled-proxy', 'kubeResourceOverride');
}

function behindOf(key: string, keys: readonly string[], all: Scope, chart: Chart): Proxy['behind'] {
  if (!chart.has('dataRunsIntoComment')) return { skipped: 0, isEnd: false };
  const rest = keys.slice(keys.indexOf(key) + 1);
  const isPrinted = (name: string): boolean =>
    chart.has('configMapOfDisabledProxy') || !truthy(mapOf(all.map[name])['disabled']);
  const next = rest.findIndex(isPrinted);
  return next < 0 ? { skipped: rest.length, isEnd: true } : { skipped: next, isEnd: false };
}

function proxyOf(
  key: string,
  own: Scope,
  all: Scope,
  { context, isReprinted, behind }: Pick<Proxy, 'context' | 'isReprinted' | 'behind'>,
): Proxy {
  const { chart, global } = context;
  const spec: Scope = { ...own, map: inherited(own.map, all, context) };
  const disabled = has(spec, 'disabled');
  // For a disabled proxy that inherits nothing, decide() reads what the template reads of it.
  const pod = (disabled && !chart.has('inheritance') ? mapIn : inside)(spec, 'podTemplate');
  const name = kebabCase(key);
  if (!disabled && !(chart.has('proxyNamespace') && has(spec, 'namespace'))) findBareNamespace(context);
  if (!disabled && readBare(name) !== name)
    deviate(all, 'bare-name', key, { what: 'The name', value: JSON.stringify(name) });
  return {
    key,
    name,
    ...(disabled ? releasePlace(context) : namespaceIn(spec, context)),
    own,
    spec,
    pod: chart.has('inheritance') ? { ...pod, map: withOwnNodeSelector(pod.map, own, context) } : pod,
    disabled,
    isReprinted,
    behind,
    // A template that prints the ConfigMap even of a disabled proxy reads these values.
    stats: statsOf(spec, global, disabled && !chart.has('configMapOfDisabledProxy') ? mapIn : insideIfGiven),
    context,
  };
}

/** The namespace that a proxy's values put an object in, as YAML reads it when it is printed. */
export function namespaceIn(spec: Scope, context: ReleaseContext): Pick<Proxy, 'namespace' | 'printedNamespace'> {
  const { chart, releaseNamespace } = context;
  if (!chart.has('proxyNamespace') || !has(spec, 'namespace')) return releasePlace(context);
  const printedNamespace = text(spec, 'namespace');
  return { namespace: printedNamespace ?? releaseNamespace, printedNamespace };
}

/** A proxy's own stats settings, or the global ones. */
export function statsOf(spec: Scope, global: Scope, mapUnder: typeof insideIfGiven = insideIfGiven): Scope {
  const isOwn = truthy(spec.map['stats']);
  return mapUnder(isOwn ? spec : global, isOwn ? 'stats' : 'glooStats');
}

/** What YAML reads from the release's namespace, which the chart prints without quotes. */
function readNamespace({ releaseNamespace }: ReleaseContext): string | null {
  return readBare(releaseNamespace) === null ? null : releaseNamespace;
}

function findBareNamespace({ values, releaseNamespace }: ReleaseContext): void {
  const read = readBare(releaseNamespace);
  if (read === null || read === releaseNamespace) return;
  deviate(values, 'bare-name', undefined, { what: 'The namespace', value: JSON.stringify(releaseNamespace) });
}

function releasePlace(context: ReleaseContext): Pick<Proxy, 'namespace' | 'printedNamespace'> {
  return { namespace: context.releaseNamespace, printedNamespace: readNamespace(context) };
}

/** A proxy's own values with those that it inherits, as most templates see them. */
export function inherited(own: ValueMap, all: Scope, { chart, values }: ReleaseContext): ValueMap {
  if (!chart.has('inheritance') || standsAlone(chart, values)) return own;
  const base = mapIn(all, 'gatewayProxy').map;
  if (chart.has('inheritanceFillsEmpty')) return filled(own, base);
  const merged = own === base ? own : overwritten(base, own);
  if (!chart.has('inheritanceOmits')) return merged;
  const omits = Object.values(merged).includes('gloo.omitOverwrite');
  const kept = omits
    ? Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== 'gloo.omitOverwrite'))
    : merged;
  // The chart passes the result through JSON here, which makes every number a float64.
  return asFloats(kept) as ValueMap;
}

function standsAlone(chart: Chart, values: Scope): boolean {
  return chart.has('helm2Standalone') && has(mapIn(values, 'settings'), 'helm2');
}

function withOwnNodeSelector(pod: ValueMap, own: Scope, { chart, values }: ReleaseContext): ValueMap {
  if (!chart.has('ownNodeSelector') || standsAlone(chart, values)) return pod;
  const selector = mapIn(own, 'podTemplate').map['nodeSelector'] ?? null;
  return truthy(selector) ? { ...pod, nodeSelector: selector } : pod;
}

/** Needed many times for one decision, but read only once. */
export function mutualTlsOf(context: ReleaseContext): MutualTls {
  const { chart, global } = context;
  context.mutualTls ??= mutualTlsIn(chart, (part) => has(inside(global, part), 'enabled'));
  return context.mutualTls;
}

/** The labels that every object of a proxy carries. */
export function objectLabels({ name, context }: Proxy): ValueMap {
  return chartLabels(context, { gloo: 'gateway-proxy', 'gateway-proxy-id': name });
}

/** The labels that every object of the chart carries, and its own. */
export function chartLabels({ chart, global }: ReleaseContext, own: ValueMap = {}): ValueMap {
  const additional =
    chart.has('additionalLabels') && has(global, 'additionalLabels') ? (block(global, 'additionalLabels') ?? {}) : {};
  return { app: 'gloo', ...additional, ...own };
}
