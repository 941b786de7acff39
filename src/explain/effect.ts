/** Finds out whether a value has any effect, and what prevents it, by rendering with other values. */
import type { Chart, FeatureName } from '../chart/chart.ts';
import { formatPath, type Path } from '../problem.ts';
import { equal, isMap, type Value, type ValueMap, valueAt, withValueAt } from '../value.ts';
import type { Draw, Drawn } from './drawn.ts';
import { otherValues } from './other-values.ts';
import { watched } from './reads.ts';
import type { ValuePath } from './value-paths.ts';

/** A rendering that others, with one change each, are compared with. */
export interface Baseline {
  readonly values: ValueMap;
  readonly chart: Chart;
  readonly drawn: readonly Drawn[];
  readonly draw: Draw;
  /** Whether the rendering depends on a value. */
  wasRead(path: Path): boolean;
  /** The chart features that were queried; no others can change anything. */
  readonly asked: ReadonlySet<FeatureName>;
}

/** Renders values as a baseline for comparison; undefined if the chart cannot use them. */
export function baselineOf(values: ValueMap, chart: Chart, draw: Draw): Baseline | undefined {
  const noting = watched(values);
  const asked = new Set<FeatureName>();
  const has = (feature: FeatureName): boolean => {
    asked.add(feature);
    return chart.has(feature);
  };
  const drawn = draw(noting.values, { ...chart, has });
  return drawn && { values, chart, drawn, draw, wasRead: noting.wasRead, asked };
}

/** The size of a rendering in characters, which is a measure of its cost. */
export function sizeOfDrawn({ drawn }: Pick<Baseline, 'drawn'>): number {
  return drawn.reduce((sum, { text, partial }) => sum + (partial ? 0 : text.length), 1);
}

/** Renders with another value at a path; undefined if the chart cannot use it. */
export function drawnWith(value: Value | undefined, path: Path, { values, chart, draw }: Baseline) {
  const changed = withValueAt(values, path, value);
  return isMap(changed) ? draw(changed, chart) : undefined;
}

/** Whether two objects have the same text or, for parts of objects, the same value. */
export function isAlike(one: Drawn, other: Drawn): boolean {
  if (one.kind !== other.kind || one.partial !== other.partial) return false;
  return one.partial ? equal(one.object, other.object) : one.text === other.text;
}

/**
 * Whether a different value at a path changes anything; undefined if the chart accepts no other known value. Removing
 * the value counts as a change, unless `mayGo` is false because that would only empty the map around it. At most `most`
 * values that the chart accepts are tried.
 */
export function hasEffect(
  { path, field }: ValuePath,
  baseline: Baseline,
  mayGo = true,
  most = Number.POSITIVE_INFINITY,
): boolean | undefined {
  if (!baseline.wasRead(path)) return false;
  const current = valueAt(baseline.values, ...path);
  const { some, choices } = otherValues(field, current);
  let taken = 0;
  // The first difference is enough, because rendering is expensive.
  for (const value of [...(mayGo ? [undefined] : []), ...some, ...choices]) {
    const objects = drawnWith(value, path, baseline);
    if (objects === undefined) continue;
    if (!areAlike(objects, baseline.drawn)) return true;
    taken++;
    if (taken >= most) break;
  }
  return taken > 0 ? false : undefined;
}

function areAlike(objects: readonly Drawn[], others: readonly Drawn[]): boolean {
  const isSame = (object: Drawn, index: number): boolean => {
    const other = others[index];
    return other !== undefined && isAlike(other, object);
  };
  return objects.length === others.length && objects.every(isSame);
}

/** Another value that prevents a value's effect. */
export interface Hindrance {
  readonly path: Path;
  /** Its current value. */
  readonly now: Value | undefined;
  /** The value it would need; undefined if it would have to be removed. */
  readonly wanted: Value | undefined;
}

/** The most states of values that are tried in pairs. */
const mostPaired = 24;

/** The most states that are tried together. */
const mostGrouped = 12;

/** How much is tried in a search for hindrances. */
interface Effort {
  /** The most states that are tried for one value. */
  readonly most: number;
  readonly inPairs: boolean;
  /** How many different values show whether a value has an effect; by default all that are known. */
  readonly alternatives?: number;
  /** How many characters may still be rendered; searches share it. */
  readonly budget?: { left: number };
}

/**
 * Returns a function that finds what prevents a value's effect: the value whose change or removal would give it one, or
 * with `inPairs` two such values. Those with the nearest paths are tried first, at most `most` of them; the result is
 * empty if none helps. What was found for a similar value is `likely`, and is tried before everything else.
 */
export function hindrancesTo(
  baseline: Baseline,
  switches: readonly ValuePath[],
  { most, inPairs, alternatives, budget = { left: Number.POSITIVE_INFINITY } }: Effort,
): (idle: ValuePath, likely?: readonly Hindrance[]) => readonly Hindrance[] {
  const states = switches.flatMap((one) => statesOf(one, baseline));
  const size = sizeOfDrawn(baseline);
  const tried = new Map<string, Baseline | undefined>();
  const changed = (...hindrances: readonly Hindrance[]): Baseline | undefined => {
    const key = JSON.stringify(hindrances.map(({ path, wanted }) => [path, String(wanted)]));
    if (!tried.has(key)) {
      budget.left -= size;
      if (budget.left < 0) return undefined;
      const values = hindrances.reduce<Value>(
        (all, { path, wanted }) => withValueAt(all, path, wanted),
        baseline.values,
      );
      tried.set(key, isMap(values) ? baselineOf(values, baseline.chart, baseline.draw) : undefined);
    }
    return tried.get(key);
  };
  const groups = groupsOf(states);
  return (idle, likely = []) => {
    const effectWith = (...hindrances: readonly Hindrance[]): boolean | undefined => {
      const other = changed(...hindrances);
      if (other === undefined) return undefined;
      budget.left -= size;
      const mayGo = hindrances.every(({ wanted }) => wanted !== undefined);
      return hasEffect(idle, other, mayGo, alternatives);
    };
    const helps = (...hindrances: readonly Hindrance[]): boolean => effectWith(...hindrances) === true;
    if (likely.length > 0 && helps(...likely)) return likely;
    // If the states of a group have no use together, none of them has.
    const useless = new Set(groups.filter((group) => effectWith(...group) === false).flat());
    const near = nearest(states, idle.path).filter((state) => !useless.has(state));
    const one = near.slice(0, most).find((state) => helps(state));
    if (one !== undefined) return [one];
    if (!inPairs) return [];
    // Siblings of the value, or of a map around it.
    const beside = near.filter(({ path }) => path.length <= sharedSteps(path, idle.path) + 1).slice(0, mostPaired);
    for (const [index, first] of beside.entries())
      for (const second of beside.slice(index + 1))
        if (!equal(first.path, second.path) && helps(first, second)) return [first, second];
    return [];
  };
}

/** Groups of states that can be tried together, because none of them turns anything off, nor are two for one value. */
function groupsOf(states: readonly Hindrance[]): Hindrance[][] {
  const groups: Hindrance[][] = [];
  for (const state of states) {
    const isOff = state.wanted === undefined || state.wanted === false || /disable|kind/i.test(formatPath(state.path));
    if (isOff) continue;
    const fits = (group: readonly Hindrance[]): boolean =>
      group.length < mostGrouped && !group.some(({ path }) => equal(path, state.path));
    const group = groups.find(fits);
    if (group === undefined) groups.push([state]);
    else group.push(state);
  }
  return groups;
}

/** States of values that are neither parents nor children of a path, nearest first. */
function nearest(states: readonly Hindrance[], path: Path): Hindrance[] {
  return (
    states
      // Within a map, a boolean may switch the whole map on or off.
      .filter(
        (state) => !startsWith(path, state.path) && (typeof state.now === 'boolean' || !startsWith(state.path, path)),
      )
      .map((state) => ({ state, shared: sharedSteps(state.path, path) }))
      .sort((a, b) => b.shared - a.shared)
      .map(({ state }) => state)
  );
}

/** The other states of a value that are worth trying: booleans, its fixed choices and, if it is set, its absence. */
function statesOf({ path, field }: ValuePath, { values, wasRead }: Baseline): Hindrance[] {
  if (!wasRead(path)) return [];
  const now = valueAt(values, ...path);
  const { some, choices } = otherValues(field, now);
  const words = [...some.filter((one) => typeof one === 'boolean'), ...choices];
  const isSet = now !== undefined && now !== null && typeof now !== 'boolean';
  return [...words, ...(isSet ? [undefined] : [])].map((wanted) => ({ path, now, wanted }));
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((step, index) => path[index] === step);
}

function sharedSteps(one: Path, other: Path): number {
  const at = one.findIndex((step, index) => other[index] !== step);
  return at < 0 ? one.length : at;
}

/** The values that may switch others: booleans, enums, and whatever the user set. */
export function switchesAmong(paths: readonly ValuePath[], values: ValueMap, given: ValueMap): ValuePath[] {
  return paths.filter(({ path, field }) => {
    const type = field?.takes ?? field?.type;
    const isFlag = type?.kind === 'scalar' && type.name === 'bool';
    const hasWords = (field?.enum ?? field?.known) !== undefined;
    return isFlag || hasWords || typeof valueAt(values, ...path) === 'boolean' || valueAt(given, ...path) !== undefined;
  });
}

/** A clause that explains why a value has no effect. */
export function hindrancesInWords(
  hindrances: readonly Hindrance[],
  nameOf: (path: Path) => string = formatPath,
): string {
  return hindrances.map((one) => hindranceInWords(one, nameOf(one.path))).join(', and ');
}

function hindranceInWords({ now, wanted }: Hindrance, name: string): string {
  if (wanted === true) return `${name} is off`;
  if (wanted === false) return `${name} is on`;
  if (wanted === undefined) return `${name} replaces it`;
  return `${name} is ${now === undefined || now === null ? 'not set' : String(now)}, not ${String(wanted)}`;
}
