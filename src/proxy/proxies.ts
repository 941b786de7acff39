import type { Chart } from '../chart/chart.ts';
import { kebabCase } from '../go/kebab.ts';
import { filled, firstOf, overwritten, sortedKeys, truthy } from '../go/template.ts';
import type { Problem } from '../problem.ts';
import { described } from '../schema/check-words.ts';
import { isList, isMap, type Value, type ValueMap } from '../value.ts';
import { type Found, has, inside, nothingFound, report, type Scope, text } from './read.ts';

/** One entry of gatewayProxies with everything that the two templates read for it. */
export interface Proxy {
  /** Its key under gatewayProxies. */
  readonly key: string;
  /** The name of its objects. */
  readonly name: string;
  readonly namespace: string;
  /** Its own values, for the few that are never inherited. */
  readonly own: Scope;
  /** Its values with the inherited ones. */
  readonly spec: Scope;
  readonly pod: Scope;
  readonly disabled: boolean;
  /**
   * Whether the chart has printed a workload before this one, which changes the values that all share: that of another
   * proxy, or this one itself, since without an override to merge it prints the workload twice to see whether it is empty.
   */
  readonly isReprinted: boolean;
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
}

/**
 * Every proxy of the values, in the order of their keys, disabled ones too. Source: the head of the chart's
 * 7-gateway-proxy-deployment.yaml and 9-gateway-proxy-configmap.yaml, and its gloo.util.mergeOverwriteWithOmit.
 */
export function proxiesOf(
  values: ValueMap,
  chart: Chart,
  release: { name: string; namespace: string },
): { readonly proxies: readonly Proxy[]; readonly problems: readonly Problem[] } {
  const found = nothingFound();
  const top: Scope = { map: values, path: [], found };
  const gateway = inside(top, 'gateway');
  if (!has(gateway, 'enabled')) return { proxies: [], problems: found.problems };
  if (has(gateway, 'updateValues')) {
    report(
      gateway,
      'needs-wrapping-chart',
      'updateValues',
      'gateway.updateValues calls a template that only a wrapping chart has.',
      'Remove it.',
    );
  }
  const context = {
    chart,
    values: top,
    global: inside(top, 'global'),
    releaseName: release.name,
    releaseNamespace: release.namespace,
  };
  const all = inside(top, 'gatewayProxies');
  const proxies: Proxy[] = [];
  for (const key of sortedKeys(all.map)) {
    const own = all.map[key] ?? null;
    if (isMap(own)) {
      const isReprinted = !truthy(own['kubeResourceOverride']) || proxies.some(({ disabled }) => !disabled);
      proxies.push(proxyOf(key, { ...all, map: own, path: ['gatewayProxies', key] }, all, { context, isReprinted }));
    } else
      report(
        all,
        'wrong-type',
        key,
        `A proxy is described by a map, but ${key} is ${described(own)}.`,
        'Leave it out, or set disabled: true in it.',
      );
  }
  return { proxies, problems: found.problems };
}

/** The same proxy, whose values tell another list what is wrong with them. */
export function reportingTo(found: Found, proxy: Proxy): Proxy {
  const into = (scope: Scope): Scope => ({ ...scope, found });
  const { own, spec, pod, stats, context } = proxy;
  const { values, global } = context;
  return {
    ...proxy,
    own: into(own),
    spec: into(spec),
    pod: into(pod),
    stats: into(stats),
    context: { ...context, values: into(values), global: into(global) },
  };
}

function proxyOf(
  key: string,
  own: Scope,
  all: Scope,
  { context, isReprinted }: { context: ReleaseContext; isReprinted: boolean },
): Proxy {
  const { chart, global, releaseNamespace } = context;
  const spec: Scope = { ...own, map: inherited(own.map, all, context) };
  const pod = inside(spec, 'podTemplate');
  const ownNamespace = chart.has('proxyNamespace') ? text(spec, 'namespace') : null;
  const stats = firstOf(spec.map['stats'], global.map['glooStats']);
  const statsHolder: Scope = truthy(spec.map['stats']) ? spec : global;
  return {
    key,
    name: kebabCase(key),
    namespace: ownNamespace ?? releaseNamespace,
    own,
    spec,
    pod: chart.has('inheritance') ? { ...pod, map: withOwnNodeSelector(pod.map, own, context) } : pod,
    disabled: has(spec, 'disabled'),
    isReprinted,
    stats: isMap(stats)
      ? { ...spec, map: stats, path: [...statsHolder.path, statsHolder === spec ? 'stats' : 'glooStats'] }
      : inside(statsHolder, statsHolder === spec ? 'stats' : 'glooStats'),
    context,
  };
}

function inherited(own: ValueMap, all: Scope, { chart, values }: ReleaseContext): ValueMap {
  if (!chart.has('inheritance') || standsAlone(chart, values)) return own;
  const base = inside(all, 'gatewayProxy').map;
  if (chart.has('inheritanceFillsEmpty')) return filled(own, base);
  const merged = own === base ? own : overwritten(base, own);
  if (!chart.has('inheritanceOmits')) return merged;
  const kept = Object.entries(merged).filter(([, value]) => value !== 'gloo.omitOverwrite');
  // The chart passes the result through JSON here, which makes every number a float64.
  return asFloats(kept.length === Object.keys(merged).length ? merged : Object.fromEntries(kept)) as ValueMap;
}

/** The value with its int64 numbers as float64; itself where it has none. */
function asFloats(value: Value): Value {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) {
    const items = value.map(asFloats);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  let changed: Record<string, Value> | undefined;
  for (const [key, item] of Object.entries(value as ValueMap)) {
    const float = asFloats(item);
    if (float === item) continue;
    changed ??= { ...value };
    changed[key] = float;
  }
  return changed ?? value;
}

function standsAlone(chart: Chart, values: Scope): boolean {
  return chart.has('helm2Standalone') && has(inside(values, 'settings'), 'helm2');
}

function withOwnNodeSelector(pod: ValueMap, own: Scope, { chart, values }: ReleaseContext): ValueMap {
  if (!chart.has('ownNodeSelector') || standsAlone(chart, values)) return pod;
  const selector = inside(own, 'podTemplate').map['nodeSelector'] ?? null;
  return truthy(selector) ? { ...pod, nodeSelector: selector } : pod;
}

/** Whether the values ask for the sidecars and the SDS server, and for which purpose. */
export interface MutualTls {
  /** Certificates of the Istio mesh: the default or custom sidecars, and their volumes. */
  readonly istio: boolean;
  /** Gloo's own control plane mTLS. */
  readonly gloo: boolean;
  /** The gateway_proxy_sds cluster in Envoy's bootstrap. */
  readonly cluster: boolean;
}

export function mutualTlsOf({ chart, global }: ReleaseContext): MutualTls {
  const sds = has(inside(global, 'istioSDS'), 'enabled');
  const integration = has(inside(global, 'istioIntegration'), 'enabled');
  const gloo = has(inside(global, 'glooMtls'), 'enabled');
  return {
    istio: sds || (integration && chart.has('istioIntegrationSidecars')),
    gloo,
    cluster: gloo || sds || (integration && chart.has('istioIntegrationCluster')),
  };
}

/** The labels that every object of a proxy carries. */
export function objectLabels({ name, context: { chart, global } }: Proxy): ValueMap {
  const additional =
    chart.has('additionalLabels') && has(global, 'additionalLabels') ? inside(global, 'additionalLabels').map : {};
  return { app: 'gloo', ...additional, gloo: 'gateway-proxy', 'gateway-proxy-id': name };
}
