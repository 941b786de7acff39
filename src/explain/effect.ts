/** Whether a value has any effect, and what stands in its way: found by rendering with another one in its place. */
import type { Chart, FeatureName } from '../chart/chart.ts';
import { formatPath, type Path } from '../problem.ts';
import { equal, isMap, type Value, type ValueMap, valueAt, withValueAt } from '../value.ts';
import type { Draw, Drawn } from './drawn.ts';
import { otherValues } from './other-values.ts';
import { watched } from './reads.ts';
import type { ValuePath } from './value-paths.ts';

/** What is rendered again and again with one thing changed. */
export interface Baseline {
  readonly values: ValueMap;
  readonly chart: Chart;
  readonly drawn: readonly Drawn[];
  readonly draw: Draw;
  /** Whether anything that is rendered depends on a value. */
  wasRead(path: Path): boolean;
  /** The features of the chart that were asked for; no other can change anything. */
  readonly asked: ReadonlySet<FeatureName>;
}

/** What is rendered for values, to compare other renderings with; undefined where the chart cannot use them. */
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

/** How much is rendered each time, in characters: the time that it takes grows with it. */
export function sizeOfDrawn({ drawn }: Pick<Baseline, 'drawn'>): number {
  return drawn.reduce((sum, { text, partial }) => sum + (partial ? 0 : text.length), 1);
}

/** What is rendered with another value at a path; undefined where the chart cannot use it there. */
export function drawnWith(value: Value | undefined, path: Path, { values, chart, draw }: Baseline) {
  const changed = withValueAt(values, path, value);
  return isMap(changed) ? draw(changed, chart) : undefined;
}

/** Whether two objects are the same in every line. */
export function isAlike(one: Drawn, other: Drawn): boolean {
  if (one.kind !== other.kind || one.partial !== other.partial) return false;
  return one.partial ? equal(one.object, other.object) : one.text === other.text;
}

/**
 * Whether another value in its place changes anything; undefined where the chart takes no other that is known. That it is not there
 * counts as one, unless that would only empty the map around it (`mayGo`).
 */
export function hasEffect({ path, field }: ValuePath, baseline: Baseline, mayGo = true): boolean | undefined {
  if (!baseline.wasRead(path)) return false;
  const current = valueAt(baseline.values, ...path);
  const { some, choices } = otherValues(field, current);
  let isTaken = false;
  // One that changes something is enough: to draw is what takes time.
  for (const value of [...(mayGo ? [undefined] : []), ...some, ...choices]) {
    const objects = drawnWith(value, path, baseline);
    if (objects === undefined) continue;
    isTaken = true;
    if (!areAlike(objects, baseline.drawn)) return true;
  }
  return isTaken ? false : undefined;
}

function areAlike(objects: readonly Drawn[], others: readonly Drawn[]): boolean {
  const isSame = (object: Drawn, index: number): boolean => {
    const other = others[index];
    return other !== undefined && isAlike(other, object);
  };
  return objects.length === others.length && objects.every(isSame);
}

/** Another value that stands in the way of one. */
export interface Hindrance {
  readonly path: Path;
  /** What it is now. */
  readonly now: Value | undefined;
  /** What it would have to be; undefined where it would have to go. */
  readonly wanted: Value | undefined;
}

/** So many states of values are tried two by two. */
const mostPaired = 24;

/**
 * What keeps a value from having an effect, for each one that is asked for: with other words in the place of these, or without them, it
 * would have one. One value, or with `inPairs` two, the nearest by their paths; none where `most` of them are not enough.
 */
export function hindrancesTo(
  baseline: Baseline,
  switches: readonly ValuePath[],
  { most, inPairs }: { readonly most: number; readonly inPairs: boolean },
): (idle: ValuePath) => readonly Hindrance[] {
  const states = switches.flatMap((one) => statesOf(one, baseline));
  const tried = new Map<string, Baseline | undefined>();
  const changed = (...hindrances: readonly Hindrance[]): Baseline | undefined => {
    const key = JSON.stringify(hindrances.map(({ path, wanted }) => [path, String(wanted)]));
    if (!tried.has(key)) {
      const values = hindrances.reduce<Value>(
        (all, { path, wanted }) => withValueAt(all, path, wanted),
        baseline.values,
      );
      tried.set(key, isMap(values) ? baselineOf(values, baseline.chart, baseline.draw) : undefined);
    }
    return tried.get(key);
  };
  return (idle) => {
    const near = nearest(states, idle.path);
    const helps = (...hindrances: readonly Hindrance[]): boolean => {
      const other = changed(...hindrances);
      const mayGo = hindrances.every(({ wanted }) => wanted !== undefined);
      return other !== undefined && hasEffect(idle, other, mayGo) === true;
    };
    const one = near.slice(0, most).find((state) => helps(state));
    if (one !== undefined) return [one];
    if (!inPairs) return [];
    // What stands beside the value, or beside something around it.
    const beside = near.filter(({ path }) => path.length <= sharedSteps(path, idle.path) + 1).slice(0, mostPaired);
    for (const [index, first] of beside.entries())
      for (const second of beside.slice(index + 1))
        if (!equal(first.path, second.path) && helps(first, second)) return [first, second];
    return [];
  };
}

/** What stands neither above nor below a path, the nearest first. */
function nearest(states: readonly Hindrance[], path: Path): Hindrance[] {
  return (
    states
      // Within a map, what is on or off decides about all of it.
      .filter(
        (state) => !startsWith(path, state.path) && (typeof state.now === 'boolean' || !startsWith(state.path, path)),
      )
      .map((state) => ({ state, shared: sharedSteps(state.path, path) }))
      .sort((a, b) => b.shared - a.shared)
      .map(({ state }) => state)
  );
}

/** The other words that a value can have, and that it is not there. */
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

/** The values that switch others: what is true or false, what is one of several words, and what the user gave. */
export function switchesAmong(paths: readonly ValuePath[], values: ValueMap, given: ValueMap): ValuePath[] {
  return paths.filter(({ path, field }) => {
    const type = field?.takes ?? field?.type;
    const isFlag = type?.kind === 'scalar' && type.name === 'bool';
    const hasWords = (field?.enum ?? field?.known) !== undefined;
    return isFlag || hasWords || typeof valueAt(values, ...path) === 'boolean' || valueAt(given, ...path) !== undefined;
  });
}

/** Why a value has no effect, in a clause. */
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
