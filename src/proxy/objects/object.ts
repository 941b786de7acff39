import type { ValueMap } from '../../value.ts';
import { override } from '../blocks.ts';
import type { Scope } from '../scope.ts';

/** The kinds of the objects around a proxy's workload. */
export type CompanionKind =
  | 'ServiceAccount'
  | 'Service'
  | 'HorizontalPodAutoscaler'
  | 'PodDisruptionBudget'
  | 'Gateway';

/** What the chart decides about one object around a proxy's workload. */
export interface Companion {
  readonly kind: CompanionKind;
  readonly name: string;
  readonly namespace: string;
  /** The key of the proxy that it belongs to, or of the first that it serves. */
  readonly proxy: string;
  /** What its template prints. */
  readonly facts: object;
  /** What is merged over it. */
  readonly override: ValueMap | undefined;
  /** The map whose values become its fields, and which holds its override. */
  readonly values: Scope;
  readonly overridden: Scope;
}

/**
 * The decision about a companion; `overridden` is the map that may contain a `kubeResourceOverride`, undefined if none
 * is read.
 */
export function companion(
  identity: Pick<Companion, 'kind' | 'name' | 'namespace' | 'proxy'>,
  facts: object,
  values: Scope,
  overridden?: Scope,
  key = 'kubeResourceOverride',
): Companion {
  const merged = overridden === undefined ? undefined : override(overridden, key, facts);
  const inOverride = overridden ?? values;
  return {
    facts,
    override: merged,
    values,
    overridden: { ...inOverride, path: [...inOverride.path, key] },
    ...identity,
  };
}
