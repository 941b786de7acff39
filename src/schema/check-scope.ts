import type { Chart } from '../chart/chart.ts';
import { type FoundProblem, formatPath, type MeantValue, type Path, type Severity } from '../problem.ts';
import { getEntry, isMap, type Value, type ValueMap } from '../value.ts';

/** A problem with a value, or with the key that it stands under. */
export interface ValueProblem extends FoundProblem {
  readonly path: string;
  /** The key is meant, not what stands behind it. */
  readonly at?: 'key';
}

/** What is made of every problem, and how many there were. */
interface Findings {
  readonly report: (problem: ValueProblem) => void;
  count: number;
}

/** Where the walk through the values is. */
export interface CheckScope {
  readonly chart: Chart;
  readonly path: Path;
  /** The chart's default values here, where it has a map of them. */
  readonly defaults: ValueMap | undefined;
  /** Whether anything is made of the values here: a disabled proxy's mistakes reach no cluster. */
  readonly live: boolean;
  /** Whether a value ends in an object that the caller asks about. */
  readonly isPrinted: (path: Path) => boolean;
  /** Whether the values ask for Istio's sidecars: without, custom ones are not rendered. */
  readonly sidecars: boolean;
  readonly found: Findings;
}

export function inKey(scope: CheckScope, key: string | number): CheckScope {
  const defaults = typeof key === 'string' ? defaultOf(scope, key) : undefined;
  return { ...scope, path: [...scope.path, key], defaults: isMap(defaults) ? defaults : undefined };
}

/** The chart's default for a key; undefined where it has none. */
export function defaultOf(scope: CheckScope, key: string): Value | undefined {
  if (scope.defaults === undefined) return undefined;
  const own = getEntry(scope.defaults, key);
  // Every proxy has what gatewayProxy has by default.
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

/** Notes a problem with the value at the scope's path. What would be refused is only a warning where nothing is made of it. */
export function find(
  { path, found, live, isPrinted }: CheckScope,
  { code, severity, message, hint, meant, suggestion, at }: Finding,
): void {
  found.count++;
  found.report({
    code,
    severity: severity === 'error' && !(live && isPrinted(path)) ? 'warning' : severity,
    message,
    path: formatPath(path),
    ...(hint === undefined ? {} : { hint }),
    ...(meant === undefined ? {} : { meant }),
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(at === undefined ? {} : { at }),
  });
}
