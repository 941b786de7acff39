import { type Intervals, includes, unite } from '../chart/range.ts';
import { rangeInWords, releases } from '../chart/releases.ts';
import { formatPath, type Path } from '../problem.ts';
import { closest } from './check-closest.ts';
import { type CheckScope, find } from './check-scope.ts';
import { fieldIn, type ValueField, type ValueFields, valuesModel } from './values-model.ts';

/** Each search for what was meant goes through all of the model; where so much is unknown, it is no values file at all. */
const mostSearches = 200;

/** A key that no release of the chart knows here. */
export function findUnknown(key: string, fields: ValueFields, scope: CheckScope): void {
  const opposite = oppositeOf(key, keysIn(fields, scope.chart.index));
  const isSearched = opposite === undefined && !switches.test(key) && scope.found.count < mostSearches;
  const meant = isSearched ? meantPath(key, fields, scope) : nearSwitch(key, fields, scope);
  // Charts that wrap this one keep values of their own in global.
  const foreign = meant === undefined && scope.path.length === 2 && scope.path[0] === 'global';
  const parent = formatPath(scope.path.slice(0, -1));
  const message = `Gloo's chart has no value ${key}${parent === '' ? '' : ` in ${parent}`}, so this does nothing.`;
  find(scope, {
    code: 'unknown-value',
    severity: foreign ? 'info' : 'warning',
    message,
    hint:
      opposite === undefined
        ? meant && `Did you mean ${formatPath(meant)}?`
        : `There is ${formatPath([...scope.path.slice(0, -1), opposite])}, which says the opposite.`,
    suggestion: meant === undefined ? undefined : formatPath(meant),
    at: 'key',
  });
}

/** Keys that switch something on or off: what they belong to lies around them, so that one elsewhere is never meant. */
const switches = /^(?:en|dis)abled?$/i;

/** The key beside it that says the opposite; to rename it would turn its meaning round. */
function oppositeOf(key: string, siblings: readonly string[]): string | undefined {
  if (!switches.test(key)) return undefined;
  const other = /^en/i.test(key) ? 'disable' : 'enable';
  const same = /^en/i.test(key) ? 'enable' : 'disable';
  if (siblings.some((one) => one.toLowerCase().startsWith(same) && switches.test(one))) return undefined;
  return siblings.find((one) => one.toLowerCase().startsWith(other) && switches.test(one));
}

/** Of a switch only another spelling beside it. */
function nearSwitch(key: string, fields: ValueFields, { chart, path }: CheckScope): Path | undefined {
  if (!switches.test(key)) return undefined;
  const same = /^en/i.test(key) ? /^enabled?$/i : /^disabled?$/i;
  const sibling = keysIn(fields, chart.index).find((one) => same.test(one));
  return sibling === undefined ? undefined : [...path.slice(0, -1), sibling];
}

/** A key that other releases of the chart know here, but not this one. */
export function findOfAnotherRelease(
  key: string,
  alternatives: readonly ValueField[],
  fields: ValueFields,
  scope: CheckScope,
): void {
  const { chart, path } = scope;
  const later = alternatives.flatMap((field) => nextRelease(field.releases, chart.index)).sort((a, b) => a - b)[0];
  const last = Math.max(...alternatives.map((field) => field.releases.at(-1) ?? 0)) - 1;
  const successor = alternatives.find((field) => field.successor !== undefined)?.successor;
  const renamed = closest(key, keysIn(fields, chart.index));
  const meant = successor ?? (renamed?.edits === 0 ? formatPath([...path.slice(0, -1), renamed.word]) : undefined);
  const suggestion = meant === undefined ? undefined : forProxy(meant, path);
  const exists = later === undefined ? `until ${releases[last]}` : `since ${releases[later]}`;
  find(scope, {
    code: 'value-of-another-release',
    severity: 'warning',
    message: `${formatPath(path)} exists ${exists}, so ${chart.release} does nothing with it.`,
    hint: suggestion ? `Use ${suggestion}.` : `It is in ${rangeOf(alternatives)}.`,
    suggestion,
    at: 'key',
  });
}

/** A path of the model with the name of the proxy that it is about. */
export function forProxy(path: string, here: Path): string {
  return path.replace(
    'gatewayProxies.NAME.',
    `${formatPath(here[0] === 'gatewayProxies' && here.length > 1 ? here.slice(0, 2) : ['gatewayProxies', 'gatewayProxy'])}.`,
  );
}

function nextRelease(held: Intervals, index: number): number[] {
  for (let i = 0; i < held.length; i += 2) if ((held[i] ?? 0) > index) return [held[i] ?? 0];
  return [];
}

/** By the alternatives of the model itself, which are there once. */
const ranges = new WeakMap<readonly ValueField[], string>();

function rangeOf(alternatives: readonly ValueField[]): string {
  const known = ranges.get(alternatives);
  if (known !== undefined) return known;
  const range = rangeInWords(unite(alternatives.map((field) => field.releases))) ?? 'every release';
  ranges.set(alternatives, range);
  return range;
}

function keysIn(fields: ValueFields, index: number): string[] {
  return [...fields]
    .filter(([, alternatives]) => alternatives.some((field) => includes(field.releases, index)))
    .map(([key]) => key);
}

/** The path that was meant: a key beside it spelled nearly so, or the same key at another depth. */
function meantPath(key: string, fields: ValueFields, { chart, path }: CheckScope): Path | undefined {
  const parent = path.slice(0, -1);
  const sibling = closest(key, keysIn(fields, chart.index)) ?? closest(key, fields.keys());
  if (sibling !== undefined && sibling.edits < 2) return [...parent, sibling.word];
  for (const name of namesFor(key, parent)) {
    const place = elsewhere(name, parent, chart.index);
    if (place !== undefined) return place;
  }
  return sibling === undefined ? undefined : [...parent, sibling.word];
}

/** What the chart may call it: `resources` of `sds` are `sdsResources`, `volumes` are `extraVolumes`. */
function namesFor(key: string, parent: Path): string[] {
  const capital = key.slice(0, 1).toUpperCase() + key.slice(1);
  return [key, ...[String(parent.at(-1) ?? ''), 'extra', 'custom'].map((first) => first + capital)];
}

/**
 * The nearest place where a release knows a key; undefined where there are several as near in different parts of the chart, or where
 * it is so common that one in another part says nothing.
 */
function elsewhere(key: string, parent: Path, index: number): Path | undefined {
  const proxy = parent[0] === 'gatewayProxies' && parent.length > 1 ? parent[1] : 'gatewayProxy';
  const found = placesOf(key.toLowerCase(), index).map((place) => {
    const path = place[0] === 'gatewayProxies' ? ['gatewayProxies', proxy ?? '', ...place.slice(2)] : place;
    let shared = 0;
    while (shared < parent.length && shared < path.length - 1 && parent[shared] === path[shared]) shared++;
    return { path, cost: (parent.length - shared) * 2 + (path.length - 1 - shared) };
  });
  const isCommon = found.length > 2 && parent.length > 0;
  const near = isCommon ? found.filter(({ path }) => path[0] === parent[0]) : found;
  const nearest = Math.min(...near.map(({ cost }) => cost));
  const best = near.filter(({ cost }) => cost === nearest).map(({ path }) => path);
  return new Set(best.map((path) => path[0])).size === 1 ? best[0] : undefined;
}

/** Every path of a release that ends with a key, whatever its case. */
function placesOf(wanted: string, index: number): Path[] {
  const places: Path[] = [];
  collect(valuesModel(), []);
  return places;

  function collect(fields: ValueFields, path: Path): void {
    for (const key of fields.keys()) {
      const field = fieldIn(fields, key, index);
      if (field === undefined || includes(field.ignored ?? [], index)) continue;
      const here = [...path, key];
      if (key.toLowerCase() === wanted) places.push(here);
      const { type } = field;
      if (type.kind === 'object' || type.kind === 'kubernetes') collect(type.fields, here);
      else if (type.kind === 'map' && type.of.kind === 'object') {
        if (key === 'gatewayProxies' && wanted === 'gatewayproxy') places.push([...here, 'gatewayProxy']);
        collect(type.of.fields, [...here, 'NAME']);
      }
    }
  }
}
