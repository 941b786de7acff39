/** Values in the shape that a place of the model takes. */
import type { Path } from '../problem.ts';
import { defined, isList, isMap, mapOf, type Value, type ValueMap } from '../value.ts';
import { fieldsAt, takenType } from './fields-at.ts';
import { kubernetesTypes } from './kubernetes.ts';
import type { ValueField, ValueType } from './values-model.ts';

/** Whether a value has the shape that a field needs: a map, a list, or neither. */
export function hasShapeOf(value: Value, { type }: ValueField): boolean {
  if (value === null || type.kind === 'any') return true;
  if (type.kind === 'list') return isList(value);
  if (type.kind === 'scalar') return typeof value !== 'object';
  return isMap(value);
}

/** The shape that a path of the model wants, in words. */
export function shapeWanted(path: Path): string {
  const type = fieldsAt(path).map(takenType)[0];
  if (type?.kind === 'object') return `a map of ${[...type.fields.keys()].join(', ')}`;
  return type?.kind === 'list' ? 'a list' : type?.kind === 'scalar' ? 'a single value' : 'a map';
}

/** What to write at a path for a value of another shape or spelling; undefined if that is not plain. */
export function fittedTo(path: Path, value: Value): Value | undefined {
  const type = fieldsAt(path).map(takenType)[0];
  if (type === undefined || type.kind === 'any' || value === null) return value;
  if (type.kind === 'scalar') return typeof value === 'object' ? onlyOne(value, type.name === 'string') : value;
  if (type.kind === 'list') return isList(value) ? value : asList(type.of, value);
  if (type.kind === 'kubernetes' && kubernetesTypes(type.name).size === 0) return value;
  if (path.at(-1) === 'image' && typeof value === 'string') return imageParts(value);
  const isOfMaps = type.kind === 'map' && type.of.kind === 'object';
  const map = isList(value) ? asMap(value, isOfMaps) : typeof value === 'boolean' ? asSwitch(path, type, value) : value;
  if (!isMap(map)) return undefined;
  return type.kind === 'object' ? withKeysOf(type, map) : map;
}

/** A list for what is an item of it, or, for variables, a map. */
function asList(type: ValueType, value: Value): Value | undefined {
  if (!isMap(value)) return undefined;
  const fields =
    type.kind === 'kubernetes' ? kubernetesTypes(type.name) : type.kind === 'object' ? type.fields : undefined;
  const keys = Object.keys(value);
  if (keys.length > 0 && keys.every((key) => fields?.has(key) === true)) return [value];
  return type.kind === 'kubernetes' && type.name === 'EnvVar' ? variablesOf(value) : undefined;
}

/** A map for a list of maps with different keys, or of items with a name. */
function asMap(list: readonly Value[], isOfMaps: boolean): ValueMap | undefined {
  const entries = list.flatMap((item) => {
    const { name, ...more } = mapOf(item);
    const own = isOfMaps ? more : more['value'];
    const isNamed = typeof name === 'string' && (isOfMaps || Object.keys(more).length === 1);
    return isNamed && own !== undefined ? [[name, own] as const] : Object.entries(mapOf(item));
  });
  const isPlain = list.every(isMap) && entries.every(([, one]) => !isOfMaps || isMap(one));
  return isPlain && entries.length > 0 && new Set(entries.map(([key]) => key)).size === entries.length
    ? Object.fromEntries(entries)
    : undefined;
}

/** A map that is switched on or off by a field of its own, or by being there. */
function asSwitch(path: Path, type: ValueType, value: boolean): ValueMap | undefined {
  if (type.kind === 'object' && type.fields.has('enabled')) return { enabled: value };
  return value && path.at(-2) === 'kind' ? {} : undefined;
}

/** The item of a list of one; of a reference such as those to pull secrets, the name. */
function onlyOne(value: Value, isText: boolean): Value | undefined {
  if (!isList(value) || value.length !== 1) return undefined;
  const [one = null] = value;
  const { name, ...more } = mapOf(one);
  const inner = name !== undefined && Object.keys(more).length === 0 ? name : one;
  return typeof inner === 'object' || (isText && typeof inner !== 'string') ? undefined : inner;
}

/** Kubernetes' list of variables for a map of them. */
function variablesOf(value: Value): Value | undefined {
  const entries = isMap(value) ? Object.entries(value) : [];
  return entries.length === 0 || entries.some(([, one]) => typeof one === 'object')
    ? undefined
    : entries.map(([name, one]) => ({ name, value: String(one) }));
}

/** The map without a switch that the chart does not need, and with the chart's names; undefined if more is unknown. */
function withKeysOf({ fields }: { readonly fields: ReadonlyMap<string, unknown> }, value: ValueMap): Value | undefined {
  const kept = Object.entries(value).flatMap(([key, one]) => {
    const extra = `extra${key.slice(0, 1).toUpperCase()}${key.slice(1)}`;
    if (fields.has(key)) return [[key, one] as const];
    return key === 'enabled' && one === true ? [] : [[extra, one] as const];
  });
  if (kept.some(([key]) => !fields.has(key))) return undefined;
  return kept.every(([key]) => Object.hasOwn(value, key)) && kept.length === Object.keys(value).length
    ? value
    : Object.fromEntries(kept);
}

/** The parts of an image reference, which the chart expects as separate values. */
export function imageParts(text: string): ValueMap | undefined {
  const [, registry, repository, tag, digest] =
    /^(?:([\w.:/-]+)\/)?([\w.-]+)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(text) ?? [];
  if (repository === undefined || !/[a-z]/.test(repository) || (registry ?? tag ?? digest) === undefined)
    return undefined;
  return {
    ...defined({ registry }),
    repository,
    ...defined({ tag, digest }),
  };
}
