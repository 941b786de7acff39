import type { Path, Problem } from '../problem.ts';
import { isMap, type ValueMap } from '../value.ts';
import { type ConfigMap, configMapOf } from './bootstrap.ts';
import { type Proxy, reportingTo } from './proxies.ts';
import { block, deviate, insideIfGiven, mapIn, nothingFound, type Scope } from './read.ts';
import { type Workload, workloadOf } from './workload.ts';

/** Everything that the chart decides about one proxy before anything is printed. */
export interface Decision {
  readonly proxy: Proxy;
  /** Undefined for a disabled proxy. */
  readonly workload: Workload | undefined;
  /** Undefined where a disabled proxy has none. */
  readonly configMap: ConfigMap | undefined;
  /** What is merged over the printed objects: the two `kubeResourceOverride`s. */
  readonly overrides: { readonly workload: ValueMap | undefined; readonly configMap: ValueMap | undefined };
  /** What is printed of the values: whole blocks, and single values. */
  readonly printed: { readonly blocks: readonly Path[]; readonly scalars: readonly Path[] };
  /** What the chart cannot use; with an error among them what is printed means nothing. */
  readonly problems: readonly Problem[];
}

/** A disabled proxy that inherits nothing is looked into all the same. */
function findLeftOut({ spec, context: { chart } }: Proxy): void {
  if (chart.has('inheritance')) return;
  const leftOut = (scope: Scope, key: string): boolean => !isMap(scope.map[key]);
  if (leftOut(spec, 'podTemplate') || leftOut(mapIn(spec, 'podTemplate'), 'image'))
    deviate(spec, 'custom-proxy-left-out-maps', undefined, { key: 'podTemplate.image', first: 'podTemplate' });
  else if (chart.has('configMapOfDisabledProxy') && leftOut(spec, 'configMap'))
    deviate(spec, 'custom-proxy-left-out-maps', undefined, { key: 'configMap', first: 'configMap' });
}

/** Decides what the chart would write for a proxy. Nothing throws: what cannot be used is among the problems. */
export function decide(given: Proxy): Decision {
  const found = nothingFound(given.context.chart.index);
  const proxy = reportingTo(found, given);
  const configMap = configMapOf(proxy);
  const workload = proxy.disabled ? undefined : workloadOf(proxy);
  if (proxy.disabled) findLeftOut(proxy);
  const hasOverrides = proxy.context.chart.has('resourceOverride');
  return {
    proxy,
    workload,
    configMap,
    overrides: {
      workload: hasOverrides && workload !== undefined ? block(proxy.own, 'kubeResourceOverride') : undefined,
      configMap:
        hasOverrides && configMap !== undefined
          ? block(insideIfGiven(proxy.own, 'configMap'), 'kubeResourceOverride')
          : undefined,
    },
    printed: found.printed,
    problems: found.problems,
  };
}
