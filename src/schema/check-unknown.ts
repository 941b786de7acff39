import type { Chart } from '../chart/chart.ts';
import { type Intervals, includes, unite } from '../chart/range.ts';
import { rangeInWords, releases } from '../chart/releases.ts';
import { truthy } from '../go/template.ts';
import { formatPath, type Path, parsePath } from '../problem.ts';
import { equal, type Value } from '../value.ts';
import { closest } from './check-closest.ts';
import { fittedTo, hasShapeOf, shapeWanted } from './check-fit.ts';
import { isReadAt, overrideMeaning, usualMeaning } from './check-names.ts';
import { type CheckScope, find } from './check-scope.ts';
import { fieldsAt } from './fields-at.ts';
import { fieldIn, type ValueField, type ValueFields, valuesModel } from './values-model.ts';

/**
 * Each search for the intended key goes through the whole model; with so many unknown keys, it is not a values file at
 * all.
 */
const mostSearches = 200;

/** A key that no release of the chart knows here. */
export function findUnknown(key: string, value: Value, fields: ValueFields, scope: CheckScope): void {
  // By convention such keys hold anchors, as in Compose files.
  if (scope.path.length === 1 && (key.startsWith('x-') || isPrintedByHelm(key, value, scope))) return;
  const parent = scope.path.slice(0, -1);
  const message = `Gloo's chart has no value ${key}${parent.length === 0 ? '' : ` in ${formatPath(parent)}`}, so this does nothing.`;
  const meant = scope.found.count < mostSearches ? meantPath(key, value, fields, scope) : undefined;
  const fitting = meant === undefined ? undefined : fittedTo(meant, value);
  const since = meant === undefined ? undefined : sinceWhen(meant, scope.chart);
  const isSame = equal(fitting ?? null, value);
  // Charts that wrap this one keep their own values in global.
  const isOfOthers = fitting === undefined || (meant?.length !== scope.path.length && !meant?.includes(key));
  const foreign = scope.path.length === 2 && parent[0] === 'global' && isOfOthers;
  find(scope, {
    code: 'unknown-value',
    severity: foreign ? 'info' : 'warning',
    message,
    hint: meant === undefined ? hintForSwitch(key, value, fields, scope) : hintFor(meant, isSame, fitting, since),
    ...(meant !== undefined && fitting !== undefined && !isSame && { meant: [{ value: fitting, at: meant }] }),
    suggestion: isSame && since === undefined && meant !== undefined ? formatPath(meant) : undefined,
    at: 'key',
  });
}

/** The headings of `helm get values`, and the lines that `helm status` and `helm get all` print above them. */
const headings: ReadonlySet<string> = new Set(['USER-SUPPLIED VALUES', 'COMPUTED VALUES']);
const status: ReadonlySet<string> = new Set([
  ...['NAME', 'LAST DEPLOYED', 'NAMESPACE', 'STATUS', 'REVISION', 'CHART', 'VERSION', 'APP_VERSION', 'DESCRIPTION'],
  ...['TEST SUITE', 'HOOKS', 'MANIFEST', 'NOTES', 'RESOURCES'],
]);

/** Reports output of Helm that is given as values: once, wherever it starts. */
function isPrintedByHelm(key: string, value: Value, scope: CheckScope): boolean {
  const { holder = {} } = scope;
  const isStatus = 'LAST DEPLOYED' in holder;
  if (!headings.has(key) && !(isStatus && status.has(key))) return false;
  const first = Object.keys(holder).find((one) => headings.has(one) || (isStatus && status.has(one)));
  const isIndented = value !== null && headings.has(key);
  if (key !== first && !isIndented) return true;
  const [command, severity] = isStatus ? ['get all', 'warning' as const] : ['get values', 'info' as const];
  const computed = 'COMPUTED VALUES' in holder;
  find(scope, {
    code: 'unknown-value',
    severity: isIndented || computed ? 'warning' : severity,
    message: isIndented
      ? `${key} is a heading of helm ${command}, but what is indented below it belongs to it and has no effect.`
      : computed
        ? 'This is from helm get values --all: with the default values of the installed chart, such as its image tags, which then stay as they are in an upgrade.'
        : `${key} is printed by helm ${command}, and is not a value: it has no effect.`,
    hint: computed
      ? 'Use helm get values -o yaml, without --all.'
      : isStatus
        ? 'Use helm get values -o yaml.'
        : isIndented
          ? 'Remove this line, and the indentation below it.'
          : 'Remove this line, or use helm get values -o yaml.',
    at: 'key',
  });
  return true;
}

function hintFor(meant: Path, isSame: boolean, fitting: Value | undefined, since: string | undefined): string {
  const named = formatPath(meant);
  const later = since === undefined ? '' : ` The chart has it in ${since}.`;
  if (isSame) return `Did you mean ${named}?${later}`;
  return fitting === undefined
    ? `The chart has ${named} for it, which takes ${shapeWanted(meant)}.${later}`
    : `Write {0} instead.${later}`;
}

/** For `enabled` and the like: renaming one may reverse its meaning. */
function hintForSwitch(key: string, value: Value, fields: ValueFields, scope: CheckScope): string | undefined {
  if (!switches.test(key)) return undefined;
  const parent = scope.path.slice(0, -1);
  const isProxy = parent.length === 2 && parent[0] === 'gatewayProxies';
  if (key === 'enabled' && isProxy)
    return truthy(value) ? 'Remove it: a proxy is there unless disabled is true.' : 'Set disabled: true instead.';
  const opposite = oppositeOf(key, keysIn(fields, scope.chart.index));
  if (opposite !== undefined) return `There is ${formatPath([...parent, opposite])}, which says the opposite.`;
  return parent.length === 0 || /^en/i.test(key) !== truthy(value)
    ? undefined
    : `Remove it: ${formatPath(parent)} has no such switch, and applies without one.`;
}

/** The releases that have a path of the model, in words; undefined if this one has it. */
function sinceWhen(path: Path, { index }: Chart): string | undefined {
  const fields = fieldsAt(path);
  return fields.length === 0 || isReadAt(path, index) ? undefined : rangeOf(fields);
}

/** Keys that switch something on or off: they belong to the map around them, so one elsewhere is never meant. */
const switches = /^(?:en|dis)abled?$/i;

/** The key beside it with the opposite meaning; renaming would reverse the meaning. */
function oppositeOf(key: string, siblings: readonly string[]): string | undefined {
  if (!switches.test(key)) return undefined;
  const other = /^en/i.test(key) ? 'disable' : 'enable';
  const same = /^en/i.test(key) ? 'enable' : 'disable';
  if (siblings.some((one) => one.toLowerCase().startsWith(same) && switches.test(one))) return undefined;
  return siblings.find((one) => one.toLowerCase().startsWith(other) && switches.test(one));
}

/** For a switch, only another spelling in the same map. */
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
  const next = successor === undefined ? undefined : forProxy(successor, path);
  const renamed = closest(key, keysIn(fields, chart.index));
  const other =
    renamed?.edits === 0 ? [...path.slice(0, -1), renamed.word] : usualMeaning(key, path.slice(0, -1), chart.index);
  const suggestion = [next, other && formatPath(other)].find(
    (one) => one !== undefined && isReadAt(parsePath(one), chart.index),
  );
  const read = alternatives.filter(isEverRead);
  const exists = later === undefined ? `until ${releases[last]}` : `since ${releases[later]}`;
  find(scope, {
    code: 'value-of-another-release',
    severity: 'warning',
    message: `${formatPath(path)} exists ${exists}, so ${chart.release} ignores it.`,
    hint:
      suggestion !== undefined
        ? `Use ${suggestion}.`
        : read.length > 0
          ? `It is in ${rangeOf(alternatives)}.`
          : 'Remove it: no release reads it.',
    suggestion,
    at: 'key',
  });
}

/** Whether any release's templates read it. */
function isEverRead({ releases, ignored }: ValueField): boolean {
  return ignored === undefined || releases.some((edge, at) => at % 2 === 0 && !includes(ignored, edge));
}

/** A path of the model with the name of the proxy concerned. */
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

/** Keyed by the model's own alternatives, of which there is only one each. */
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
    .filter(([, all]) => all.some((field) => includes(field.releases, index) && !includes(field.ignored ?? [], index)))
    .map(([key]) => key);
}

/** The intended path: a key beside it with a similar spelling, another name for it, or the same key at another depth. */
function meantPath(key: string, value: Value, fields: ValueFields, scope: CheckScope): Path | undefined {
  const { chart, path } = scope;
  const parent = path.slice(0, -1);
  if (switches.test(key)) return nearSwitch(key, fields, scope);
  const inRelease = closest(key, keysIn(fields, chart.index));
  if (inRelease !== undefined && inRelease.edits < 2) return [...parent, inRelease.word];
  const usual = usualMeaning(key, parent, chart.index);
  if (usual !== undefined) return usual;
  const sibling = inRelease ?? closest(key, fields.keys());
  if (sibling !== undefined && sibling.edits < 2) return [...parent, sibling.word];
  for (const name of namesFor(key, parent)) {
    const place = elsewhere(name, value, parent, chart.index);
    // A longer name in another part of the chart is a different value: ports of the Service do not mean extraPorts of
    // the pod.
    const isAround = place?.slice(0, -1).every((step, index) => step === parent[index]);
    if (place !== undefined && (name === key || isAround) && equal(fittedTo(place, value) ?? null, value)) return place;
  }
  const override = overrideMeaning(key, parent, chart.index);
  if (override !== undefined) return override;
  const isMeant = sibling !== undefined && fields.get(sibling.word)?.some((field) => hasShapeOf(value, field)) === true;
  return isMeant && sibling.edits <= Math.max(2, key.length / 5) ? [...parent, sibling.word] : undefined;
}

/** Other names in the chart: `resources` of `sds` are `sdsResources`, `volumes` are `extraVolumes`. */
function namesFor(key: string, parent: Path): string[] {
  const capital = key.slice(0, 1).toUpperCase() + key.slice(1);
  return [key, ...[String(parent.at(-1) ?? ''), 'extra', 'custom'].map((first) => first + capital)];
}

/**
 * The nearest place where a release knows a key; undefined if several in different parts of the chart are equally near,
 * or if the key is so common that one in another part means nothing.
 */
function elsewhere(key: string, value: Value, parent: Path, index: number): Path | undefined {
  const proxy = parent[0] === 'gatewayProxies' && parent.length > 1 ? parent[1] : 'gatewayProxy';
  if (ambiguous.has(key)) return undefined;
  const found = placesOf(key.toLowerCase(), value, index).flatMap((place) => {
    const path = place[0] === 'gatewayProxies' ? ['gatewayProxies', proxy ?? '', ...place.slice(2)] : place;
    let shared = 0;
    while (shared < parent.length && shared < path.length - 1 && parent[shared] === path[shared]) shared++;
    const isNear = shared > 1 || path[0] === 'gatewayProxies' || path.length <= deepest;
    return isNear ? [{ path, cost: (parent.length - shared) * 2 + (path.length - 1 - shared) }] : [];
  });
  const isCommon = found.length > 2 && parent.length > 0;
  const open = found.filter(({ path }) => path[0] === parent[0] || (!isCommon && isOpenTo(parent[0], path[0] ?? '')));
  const ofProxy = open.filter(({ path }) => path[0] === 'gatewayProxies');
  const near = parent.length === 0 && ofProxy.length > 0 ? ofProxy : open;
  const nearest = Math.min(...near.map(({ cost }) => cost));
  const best = near.filter(({ cost }) => cost === nearest).map(({ path }) => path);
  return new Set(best.map((path) => path[0])).size === 1 ? best[0] : undefined;
}

/** Keys with a meaning of their own in each map. */
const ambiguous: ReadonlySet<string> = new Set(['name', 'namespace', 'nodePort', 'port']);

/** A value further down in another part has a meaning of its own there. */
const deepest = 3;

/**
 * Parts of the chart whose values may be misplaced in another part, and parts that misplaced keys at the top level
 * never belong to.
 */
const shared: ReadonlySet<string | number> = new Set(['global', 'settings', 'gatewayProxies']);
const asideParts: ReadonlySet<string | number> = new Set(
  'kubeGateway ingressProxy ingress accessLogger discovery'.split(' '),
);

function isOpenTo(part: string | number | undefined, other: string | number): boolean {
  return part === undefined ? !asideParts.has(other) : shared.has(other);
}

/** Every path of a release that ends with a key, ignoring case, and accepts the shape of the value. */
function placesOf(wanted: string, value: Value, index: number): Path[] {
  const places: Path[] = [];
  collect(valuesModel(), []);
  return places;

  function collect(fields: ValueFields, path: Path): void {
    for (const key of fields.keys()) {
      const field = fieldIn(fields, key, index);
      if (field === undefined || includes(field.ignored ?? [], index)) continue;
      const here = [...path, key];
      if (key.toLowerCase() === wanted && hasShapeOf(value, field)) places.push(here);
      const { type } = field;
      if (type.kind === 'object' || type.kind === 'kubernetes') collect(type.fields, here);
      else if (type.kind === 'map' && type.of.kind === 'object') {
        if (key === 'gatewayProxies' && wanted === 'gatewayproxy') places.push([...here, 'gatewayProxy']);
        collect(type.of.fields, [...here, 'NAME']);
      }
    }
  }
}
