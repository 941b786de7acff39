import type { Problem } from '../problem.ts';
import type { ValueMap } from '../value.ts';
import { type ConfigMap, configMapOf } from './bootstrap.ts';
import { type Proxy, reportingTo } from './proxies.ts';
import { block, mapIn, nothingFound } from './read.ts';
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
  /** What the chart cannot use; with an error among them what is printed means nothing. */
  readonly problems: readonly Problem[];
}

/** Decides what the chart would write for a proxy. Nothing throws: what cannot be used is among the problems. */
export function decide(given: Proxy): Decision {
  const found = nothingFound(given.context.chart.index);
  const proxy = reportingTo(found, given);
  const configMap = configMapOf(proxy);
  const workload = proxy.disabled ? undefined : workloadOf(proxy);
  const hasOverrides = proxy.context.chart.has('resourceOverride');
  return {
    proxy,
    workload,
    configMap,
    overrides: {
      workload: hasOverrides && workload !== undefined ? block(proxy.own, 'kubeResourceOverride') : undefined,
      configMap:
        hasOverrides && configMap !== undefined
          ? block(mapIn(proxy.own, 'configMap'), 'kubeResourceOverride')
          : undefined,
    },
    problems: found.problems,
  };
}
