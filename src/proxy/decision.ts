import type { FoundProblem } from '../problem.ts';
import type { ValueMap } from '../value.ts';
import type { ConfigMap } from './bootstrap.ts';
import type { Proxy } from './proxies.ts';
import type { PrintedPlaces, StrayFields } from './scope.ts';
import type { Workload } from './workload.ts';

/** Everything that the chart decides about one proxy before printing. */
export interface Decision {
  readonly proxy: Proxy;
  /** Undefined for a disabled proxy. */
  readonly workload: Workload | undefined;
  /** Undefined if a disabled proxy has none. */
  readonly configMap: ConfigMap | undefined;
  /** What is merged over the printed objects: the two `kubeResourceOverride`s. */
  readonly overrides: { readonly workload: ValueMap | undefined; readonly configMap: ValueMap | undefined };
  /** Maps whose keys become fields beside the list that they should be. */
  readonly strays: readonly StrayFields[];
  /** What is printed from the values: whole blocks, and single values. */
  readonly printed: PrintedPlaces;
  /** What the chart cannot use; with an error among them, what is printed is meaningless. */
  readonly problems: readonly FoundProblem[];
}
