import { formatPath, hasErrors, type Path, type Problem } from '../problem.ts';
import { equal, getEntry, isMap, type OpenMap, setEntry, type Value, type ValueMap, valueAt } from '../value.ts';
import { type Coalesced, coalesce } from './coalesce.ts';
import { withDifferences } from './helm-differences.ts';
import type { HelmRules } from './helm-version.ts';
import type { Layers } from './layered.ts';
import { mergeLayers } from './merge.ts';
import type { Layer, Winner } from './winner.ts';
import { winnersOf } from './winner.ts';
import { valuesOfDependency, type WrappingChart } from './wrapper.ts';

/** The layers of a chart whose values are files or objects, never arguments. */
type ValuesLayer = Extract<Layer, { readonly values: ValueMap }>;

/**
 * From layers for a chart that wraps Gloo's, makes those of Gloo's chart: what is under the prefix, with `global` of
 * every level, as Helm passes it down. `wrappers` are the wrapping charts' own values, from the outermost.
 */
export function partialLayers(
  all: Layers,
  prefix: readonly string[],
  wrappers: readonly Layer[],
  rules: HelmRules,
): Layers {
  const own = wrappers
    .slice(0, prefix.length)
    .map((layer, level) => beneath(layer as ValuesLayer, prefix.slice(0, level)));
  const levels = prefix.map((key, level): WrappingChart => ({ key, values: valuesOf(wrappers[level]) }));
  const problems = [...all.problems, ...unusedWrappers(wrappers, prefix)];
  const given = valuesOfDependency(all.values, levels, {}, rules);
  const values = 'values' in given ? withoutEmptyGlobal(given.values, all.values, prefix) : {};
  const layers = [...own, ...all.layers];
  const merged = own.reduceRight((over, { values: below }) => mergeLayers(below, over), all.values);
  const find = winnersOf(layers, merged);
  if ('refused' in given && !hasErrors(problems)) problems.push(noMap(given.refused, find));
  else if (!hasErrors(problems)) problems.push(...misplaced(all, prefix, merged, find));
  const winner = (path: Path, part: 'key' | 'value' = 'key'): Found | undefined =>
    nearest(path, prefix, (at) => find(at, part));
  return {
    values,
    problems,
    layers,
    said: all.said,
    prefix,
    winner,
    asWritten: (path) => [...(winner(path)?.level ?? levelOf(path, prefix)), ...path],
    over: (defaults, recorded) =>
      withDifferences([all.values, ...levels.map((level) => level.values)], rules, (helm) =>
        over(all, values, levels, { defaults, recorded, helm }),
      ),
  };
}

function valuesOf(layer: Layer | undefined): ValueMap {
  return layer !== undefined && 'values' in layer ? layer.values : {};
}

/** The values of a chart at a deeper level, in terms of the outermost one. */
function beneath(layer: ValuesLayer, level: readonly string[]): ValuesLayer {
  const values = level.reduceRight<ValueMap>((inner, key) => ({ [key]: inner }), layer.values);
  if (layer.kind === 'object') return { ...layer, values };
  const place: typeof layer.document.place = (path, part) => layer.document.place(path.slice(level.length), part);
  const token = (path: Path): string | undefined => layer.document.token?.(path.slice(level.length));
  return { ...layer, values, document: { place, token } };
}

/** Helm adds an empty `global` to every dependency; the user did not set it. */
function withoutEmptyGlobal(values: ValueMap, all: ValueMap, prefix: readonly string[]): ValueMap {
  const { global, ...others } = values;
  const isGiven = valueAt(all, ...prefix, 'global') !== undefined;
  return isGiven || !isMap(global) || Object.keys(global).length > 0 ? values : others;
}

/** A record's own values include the defaults of its release, which must not count for another one. */
function over(
  all: Layers,
  values: ValueMap,
  levels: readonly WrappingChart[],
  { defaults, recorded = {}, helm }: { defaults: ValueMap; recorded: ValueMap | undefined; helm: HelmRules },
): Coalesced {
  const record = all.said.findLast(({ wrapperValues }) => wrapperValues !== undefined)?.wrapperValues;
  const isGiven = levels.some((level) => Object.keys(level.values).length > 0);
  const [outermost, ...others] = levels;
  const charts =
    record === undefined || isGiven || outermost === undefined
      ? levels
      : [
          {
            ...outermost,
            values: withoutDefaults(
              record,
              levels.map(({ key }) => key),
              recorded,
            ),
          },
          ...others,
        ];
  const seen = valuesOfDependency(all.values, charts, defaults, helm);
  return { values: 'values' in seen ? seen.values : {}, notes: coalesce(values, defaults, helm).notes };
}

function withoutDefaults(record: ValueMap, prefix: readonly string[], defaults: ValueMap): ValueMap {
  const [key, ...deeper] = prefix;
  if (key === undefined) return different(record, defaults);
  const inner = getEntry(record, key);
  return isMap(inner) ? { ...record, [key]: withoutDefaults(inner, deeper, defaults) } : record;
}

function different(values: ValueMap, defaults: ValueMap): ValueMap {
  const kept: OpenMap = {};
  for (const [key, value] of Object.entries(values)) {
    const usual = getEntry(defaults, key);
    if (isMap(value) && isMap(usual)) setEntry(kept, key, different(value, usual));
    else if (usual === undefined || !equal(value, usual)) setEntry(kept, key, value as Value);
  }
  return kept;
}

/** The layer that set the value last, and how deep in the wrapping charts' values. */
interface Found extends Winner {
  readonly level: readonly string[];
}

/** `global` may occur at every level, and the outermost wins; everything else has one place. */
function nearest(path: Path, prefix: readonly string[], find: (path: Path) => Winner | undefined): Found | undefined {
  const levels = path[0] === 'global' ? prefix.map((_, index) => prefix.slice(0, index)) : [];
  let best: Found | undefined;
  for (const level of [...levels, prefix]) {
    const found = find([...level, ...path]);
    if (found === undefined || found.path.length <= level.length) continue;
    const own = found.path.slice(level.length);
    if (best !== undefined && best.path.length >= own.length) continue;
    best = {
      layer: found.layer,
      path: own,
      level,
      get place() {
        return found.place;
      },
      get written() {
        return found.written;
      },
    };
  }
  return best;
}

function levelOf(path: Path, prefix: readonly string[]): readonly string[] {
  return path[0] === 'global' ? [] : prefix;
}

function noMap(path: readonly string[], find: (path: Path, part: 'key' | 'value') => Winner | undefined): Problem {
  const winner = find(path, 'value');
  return {
    code: 'values-not-a-map',
    severity: 'error',
    message: `${formatPath(path)} must be a map, because it holds the values of a chart; Helm refuses anything else.`,
    path: formatPath(path),
    ...(winner === undefined ? {} : { file: winner.layer.name, ...winner.place }),
  };
}

function unusedWrappers(wrappers: readonly Layer[], prefix: readonly string[]): Problem[] {
  const extra = wrappers[prefix.length];
  if (extra === undefined) return [];
  return [
    {
      code: 'bad-option',
      severity: 'error',
      message: `There are ${wrappers.length} values files of wrapping charts, but ${prefix.length} level${prefix.length === 1 ? '' : 's'} of them.`,
      file: extra.name,
      hint: 'name each level with --partial-of, the outermost first',
    },
  ];
}

/** Top-level keys that only Gloo's chart has, and that do not reach it from anywhere else. */
const ownKeys = ['gatewayProxies', 'kubeGateway', 'settings', 'gateway', 'ingressProxy'];

/** The problem if there is nothing where the values should be; it names keys in places that nothing reads. */
function misplaced(
  all: Layers,
  prefix: readonly string[],
  merged: ValueMap,
  find: (path: Path, part: 'key' | 'value') => Winner | undefined,
): Problem[] {
  const where = formatPath(prefix);
  const hasPart = valueAt(merged, ...prefix) !== undefined || 'global' in merged;
  const isRecord = all.said.some(({ wrapperValues }) => wrapperValues !== undefined);
  if (!hasPart && !isRecord && Object.keys(all.values).length > 0) {
    const tops = Object.keys(merged).slice(0, 10).join(', ');
    const winner = find([Object.keys(merged)[0] ?? ''], 'key');
    return [
      {
        code: 'nothing-under-name',
        severity: 'error',
        message: `There is nothing under ${where} in these values, so none of them reach Gloo's chart.`,
        ...(winner === undefined ? {} : { file: winner.layer.name }),
        hint: `the top-level keys are ${tops}: --partial-of takes the name or alias of the dependency`,
      },
    ];
  }
  return ownKeys.flatMap((key): Problem[] => {
    const value = getEntry(merged, key);
    if (value === undefined || key === prefix[0]) return [];
    const winner = find([key], 'key');
    return [
      {
        code: 'outside-gloo',
        severity: 'warning',
        message: `${key} is outside ${where}, where Gloo's chart does not get it, so it has no effect on Gloo.`,
        path: key,
        ...(winner === undefined ? {} : { file: winner.layer.name, ...winner.place }),
        hint: `Move it to ${where}.${key}.`,
        suggestion: `${where}.${key}`,
      },
    ];
  });
}
