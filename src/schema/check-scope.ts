import type { Chart } from '../chart/chart.ts';
import { type FoundProblem, formatPath, type MeantValue, type Path, pathBelow, type Severity } from '../problem.ts';
import { defined, getEntry, isMap, type Value, type ValueMap } from '../value.ts';

/** A problem with a value, or with its key. */
export interface ValueProblem extends FoundProblem {
  readonly path: string;
  /** Whether the key is meant rather than its value. */
  readonly at?: 'key';
}

/** What is done with each problem, and how many there were. */
interface Findings {
  readonly report: (problem: ValueProblem) => void;
  count: number;
}

/** The current position of the walk through the values. */
export interface CheckScope {
  readonly chart: Chart;
  readonly path: Path;
  /** The map that has the last key of the path, if it has one. */
  readonly holder?: ValueMap;
  /** The chart's default values here, if it has a map of them. */
  readonly defaults: ValueMap | undefined;
  /** Whether the values here are used: mistakes of a disabled proxy reach no cluster. */
  readonly live: boolean;
  /** Whether the values enable Istio's sidecars: otherwise custom ones are not rendered. */
  readonly sidecars: boolean;
  /** Whether Helm applies the objects on the server. */
  readonly appliesOnServer: boolean;
  readonly found: Findings;
}

export function inKey(scope: CheckScope, key: string | number): CheckScope {
  const defaults = typeof key === 'string' ? defaultOf(scope, key) : undefined;
  return { ...scope, path: pathBelow(scope.path, key), defaults: isMap(defaults) ? defaults : undefined };
}

/** The chart's default for a key; undefined if it has none. */
export function defaultOf(scope: CheckScope, key: string): Value | undefined {
  if (scope.defaults === undefined) return undefined;
  const own = getEntry(scope.defaults, key);
  // Every proxy has the defaults of gatewayProxy.
  return own === undefined && scope.path.length === 1 && scope.path[0] === 'gatewayProxies'
    ? getEntry(scope.defaults, 'gatewayProxy')
    : own;
}

export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly meant?: readonly MeantValue[] | undefined;
  readonly suggestion?: string | undefined;
  readonly at?: 'key' | undefined;
}

/**
 * Records a problem with the value at the scope's path. What would be refused is only a warning if the values here are
 * not used.
 */
export function find(
  { path, found, live }: CheckScope,
  { code, severity, message, hint, meant, suggestion, at }: Finding,
): void {
  found.count++;
  found.report({
    code,
    severity: severity === 'error' && !live ? 'warning' : severity,
    message,
    path: formatPath(path),
    ...defined({ hint, meant, suggestion, at }),
  });
}
