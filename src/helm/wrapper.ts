import { getEntry, isMap, type OpenMap, setEntry, type Value, type ValueMap } from '../value.ts';
import { deletes, withoutNulls } from './coalesce.ts';
import { defaultHelm, type HelmRules } from './helm-version.ts';

/**
 * A chart that wraps another one: its own values.yaml, and the key under which it keeps the values of the dependency.
 */
export interface WrappingChart {
  /** The dependency's alias, or its name if it has none. */
  readonly key: string;
  readonly values: ValueMap;
}

/**
 * What the templates of the innermost chart see, or the path at which Helm refuses: a dependency's values that are not
 * a map.
 */
export type DependencyValues = { readonly values: ValueMap } | { readonly refused: readonly string[] };

interface Chart {
  readonly values: ValueMap;
  readonly within?: { readonly key: string; readonly chart: Chart };
}

/**
 * The values that Helm passes to a chart at the end of a chain of dependencies (Helm 3.19 `pkg/chartutil`,
 * `ProcessDependenciesWithMerge` and `CoalesceValues`, which an install runs one after the other):
 *
 * 1. Each wrapper's values.yaml is first completed with the defaults of its dependency, keeping null.
 * 2. The user's values are merged over those of the outermost wrapper. null deletes a key that has a default, but not
 *    within a dependency's part: there it stays, to delete the dependency's own default one level below.
 * 3. `global` of the outer chart is merged over `global` of the inner one. A scalar does not replace a map there.
 *
 * No input is changed.
 */
export function valuesOfDependency(
  user: ValueMap,
  wrappers: readonly WrappingChart[],
  defaults: ValueMap,
  rules: HelmRules = defaultHelm,
): DependencyValues {
  const early = refusedEarly(user, wrappers, defaults, rules);
  if (early !== undefined) return { refused: early };
  let chart: Chart = { values: defaults };
  for (const { key, values } of wrappers.toReversed()) {
    const own: Chart = { values, within: { key, chart } };
    const completed: OpenMap = {};
    const refused = coalesceChart(own, completed, 'keeps-null', []);
    if (refused !== undefined) return { refused };
    chart = { ...own, values: completed };
  }
  const all = copyOf(user);
  const refused = coalesceChart(chart, all, rules, []);
  if (refused !== undefined) return { refused };
  let values: Value | undefined = all;
  for (const { key } of wrappers) values = isMap(values) ? getEntry(values, key) : undefined;
  return { values: isMap(values) ? values : {} };
}

/**
 * Before completing anything, Helm checks which dependencies are enabled (`processDependencyEnabled`), and refuses
 * anything but a map. It passes the values of the outermost chart to all charts below it, so their keys count at the
 * top level, too.
 */
function refusedEarly(
  user: ValueMap,
  wrappers: readonly WrappingChart[],
  defaults: ValueMap,
  rules: HelmRules,
): readonly string[] | undefined {
  let chart: Chart = { values: defaults };
  const charts: Chart[] = [];
  for (const { key, values } of wrappers.toReversed()) {
    chart = { values, within: { key, chart } };
    charts.unshift(chart);
  }
  let all = user;
  for (const one of charts) {
    const target = copyOf(all);
    const refused = coalesceChart(one, target, rules, []);
    if (refused !== undefined) return refused;
    all = target;
  }
  return undefined;
}

/** The effect of null: it deletes by the rules of a release of Helm, or stays for a later step. */
type NullRule = HelmRules | 'keeps-null';

/** Fills in a chart's values below `target`, and those of its dependencies. */
function coalesceChart(chart: Chart, target: OpenMap, nulls: NullRule, path: readonly string[]): string[] | undefined {
  const { within } = chart;
  for (const key of Object.keys(chart.values)) {
    const usual = chart.values[key] as Value;
    const given = getEntry(target, key);
    if (given === null && nulls !== 'keeps-null') delete target[key];
    else if (given === undefined) fillIn(target, key, usual, nulls);
    else if (isMap(given) && isMap(usual)) {
      const inner = key === within?.key ? 'keeps-null' : nulls;
      coalesceMap(given as OpenMap, dropsNulls(inner) ? withoutNulls(usual) : usual, inner);
    }
  }
  if (within === undefined) return undefined;
  const at = [...path, within.key];
  if (getEntry(target, within.key) === undefined) setEntry(target, within.key, {});
  const inner = getEntry(target, within.key);
  if (!isMap(inner)) return at;
  coalesceGlobals(inner as OpenMap, target);
  return coalesceChart(within.chart, inner as OpenMap, nulls, at);
}

function dropsNulls(nulls: NullRule): boolean {
  return nulls !== 'keeps-null' && nulls.dropsNullDefaults;
}

function fillIn(target: OpenMap, key: string, usual: Value, nulls: NullRule): void {
  if (!dropsNulls(nulls)) setEntry(target, key, copyOfValue(usual));
  else if (usual !== null) setEntry(target, key, isMap(usual) ? withoutNulls(usual) : usual);
}

/** Helm's `coalesceTablesFullKey`: what `target` has wins, unless its null deletes. */
function coalesceMap(target: OpenMap, below: ValueMap, nulls: NullRule): void {
  for (const key of new Set([...Object.keys(target), ...Object.keys(below)])) {
    const usual = getEntry(below, key);
    const given = getEntry(target, key);
    if (given === null && nulls !== 'keeps-null' && deletes(usual, true, nulls)) delete target[key];
    else if (given === undefined && usual !== undefined) setEntry(target, key, copyOfValue(usual));
    else if (isMap(given) && isMap(usual)) coalesceMap(given as OpenMap, usual, nulls);
  }
}

/** Helm's `coalesceGlobals`: the outer chart's wins, but not a map over a scalar or the reverse. */
function coalesceGlobals(inner: OpenMap, outer: ValueMap): void {
  const own = getEntry(inner, 'global') ?? missing(inner);
  const given = getEntry(outer, 'global') ?? missing(outer);
  if (!isMap(own) || !isMap(given)) return;
  const globals: OpenMap = { ...own };
  for (const key of Object.keys(given)) {
    const value = given[key] as Value;
    const below = getEntry(globals, key);
    if (!isMap(value)) {
      if (!isMap(below)) setEntry(globals, key, value);
    } else if (below === undefined) setEntry(globals, key, copyOf(value));
    else if (isMap(below)) {
      const over = copyOf(value);
      coalesceMap(over, below, 'keeps-null');
      setEntry(globals, key, over);
    }
  }
  setEntry(inner, 'global', globals);
}

/** A chart without `global` has an empty one; Helm cannot use a null one. */
function missing(map: ValueMap): ValueMap | null {
  return Object.hasOwn(map, 'global') ? null : {};
}

function copyOf(map: ValueMap): OpenMap {
  const copy: OpenMap = {};
  for (const key of Object.keys(map)) setEntry(copy, key, copyOfValue(map[key] as Value));
  return copy;
}

/** Maps are copied because they are written to; lists are not. */
function copyOfValue(value: Value): Value {
  return isMap(value) ? copyOf(value) : value;
}
