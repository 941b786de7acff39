import { canonicalIntOrString, canonicalQuantity } from '../go/quantity.ts';
import {
  compareText,
  equal,
  isEmptyCollection,
  isList,
  isMap,
  lookupTable,
  setEntry,
  type Value,
  type ValueMap,
} from '../value.ts';
import { readYaml } from '../yaml/read.ts';
import { adjusted } from './defaults.ts';
import { envoyKey, envoyScalar, isUnset } from './envoy.ts';
import type { Field } from './field.ts';
import { fieldOf } from './fields.ts';
import { itemNameOf } from './names.ts';
import { advance, isReached, type Progress } from './pattern.ts';

/** The progress of the patterns at a value: those that ignore it, and those that include it nevertheless. */
export interface Filter {
  readonly ignore: Progress;
  readonly include: Progress;
  /** Inside an ignored value, on the way to an included one. */
  readonly inside?: boolean;
}

/**
 * Normalizes an object so that each meaning has one spelling, without ignored values, defaults, nulls and empty
 * strings. Two canonical objects differ exactly where they ask for different things. The input is not changed.
 */
export function canonical(object: ValueMap, type: string, filter: Filter): ValueMap {
  const value = canonicalValue(object, { type, shape: 'one' }, '', filter);
  return isMap(value) ? value : {};
}

function canonicalValue(value: Value, field: Field, key: string, filter: Filter): Value {
  if (isList(value)) return canonicalList(value, field, key, filter);
  if (isMap(value))
    return field.shape === 'map' ? canonicalEntries(value, field, filter) : canonicalStruct(value, field.type, filter);
  return canonicalScalar(value, field, key, filter);
}

function canonicalScalar(value: Value, { type }: Field, key: string, filter: Filter): Value {
  if (type === '' || value === null) return value;
  if (type === 'Quantity') return canonicalQuantity(value);
  if (type === 'IntOrString') return typeof value === 'string' ? canonicalIntOrString(value) : value;
  if (type === 'EnvoyText' && typeof value === 'string') return canonicalEnvoy(value, filter);
  return type.startsWith('Envoy') ? envoyScalar(type, key, value) : value;
}

/** A bootstrap is compared as configuration; if it cannot be parsed, it stays a string. */
function canonicalEnvoy(text: string, filter: Filter): Value {
  // Both sides of an object are normalized in succession and usually have the same text.
  if (lastRead?.text !== text) lastRead = { text, value: readYaml({ name: 'envoy.yaml', text }).value };
  const { value } = lastRead;
  return isMap(value) ? canonicalStruct(value, 'EnvoyMessage', filter) : text;
}

let lastRead: { readonly text: string; readonly value: Value } | undefined;

function canonicalList(list: readonly Value[], field: Field, key: string, filter: Filter): Value {
  const items: Value[] = [];
  list.forEach((item, index) => {
    const inner = step(filter, itemNameOf(item, field, index));
    if (!isIgnored(inner, item)) items.push(canonicalValue(item, { type: field.type, shape: 'one' }, key, inner));
  });
  return items;
}

/** A map with user-defined keys: its entries have no defaults. */
function canonicalEntries(map: ValueMap, field: Field, filter: Filter): ValueMap {
  const entries: Record<string, Value> = {};
  for (const key of Object.keys(map).sort()) {
    const inner = step(filter, key);
    const value = map[key];
    if (value === undefined || value === null || isIgnored(inner, value)) continue;
    setEntry(
      entries,
      key,
      canonicalValue(
        value,
        field.type === 'ConfigMapData' ? fieldOf(field.type, key) : { ...field, shape: 'one' },
        key,
        inner,
      ),
    );
  }
  return entries;
}

function canonicalStruct(given: ValueMap, type: string, filter: Filter): ValueMap {
  const map = adjusted(type, given);
  const isFree = type === '' || type === 'EnvoyStruct' || type === 'EnvoyMap';
  const entries: Record<string, Value> = {};
  for (const { key, value } of sorted(map, type)) {
    const inner = step(filter, key);
    if (isIgnored(inner, value)) continue;
    const field = fieldOf(type, key);
    const result = canonicalValue(value, field, key, inner);
    if (
      !isFree &&
      (result === null || isUnset(result, key, type) || ((field.hollow || inner.inside) && isEmptyCollection(result)))
    )
      continue;
    setEntry(entries, key, result);
  }
  if (isFree) return entries;
  // Defaults may depend on sibling fields, so they are removed last; no default depends on another one.
  for (const key of Object.keys(entries)) {
    const fallback = fieldOf(type, key).fallback?.(entries);
    if (fallback !== undefined && equal(entries[key], fallback)) delete entries[key];
  }
  return entries;
}

/** Identifying keys first, the others by name. */
const first: Readonly<Record<string, number>> = lookupTable({
  apiVersion: 0,
  kind: 1,
  metadata: 2,
  name: 3,
  '@type': 4,
});

function sorted(map: ValueMap, type: string): { readonly key: string; readonly value: Value }[] {
  const isEnvoy = type.startsWith('Envoy');
  const rank = (key: string): number => first[key] ?? 9;
  return Object.keys(map)
    .map((key) => ({ key: isEnvoy ? envoyKey(type, key) : key, value: map[key] ?? null }))
    .sort((a, b) => rank(a.key) - rank(b.key) || compareText(a.key, b.key));
}

function step(filter: Filter, name: string | number): Filter {
  if (filter.ignore.length === 0 && !filter.inside) return filter;
  const include = advance(filter.include, name);
  if (isReached(include)) return everything;
  const ignore = advance(filter.ignore, name);
  return { ignore, include, inside: filter.inside === true || isReached(ignore) };
}

const everything: Filter = { ignore: [], include: [] };

function isIgnored({ include, inside }: Filter, value: Value): boolean {
  return inside === true && (include.length === 0 || typeof value !== 'object' || value === null);
}
