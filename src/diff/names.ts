import { isMap, type Value } from '../value.ts';
import type { Field } from './field.ts';
import { fieldOf } from './fields.ts';

/** The name of a list item in a path: its identity if its list has one, otherwise its index. */
export function itemNameOf(item: Value | undefined, field: Field, index: number): string | number {
  return itemName(item, field) ?? index;
}

function itemName(item: Value | undefined, { type, identity }: Field): string | undefined {
  if (identity === undefined || !isMap(item)) return undefined;
  const parts: string[] = [];
  for (const key of identity.keys) {
    const value = Object.hasOwn(item, key) ? item[key] : fieldOf(type, key).fallback?.(item);
    if (value === undefined || value === null || typeof value === 'object') return undefined;
    parts.push(String(value));
  }
  return parts.join('/');
}

/** The items of a list by name; undefined if the list has no identity, or if its items are not unique. */
export function byName(list: readonly Value[], field: Field): ReadonlyMap<string, Value> | undefined {
  if (field.identity === undefined) return undefined;
  const items = new Map<string, Value>();
  for (const item of list) {
    const name = itemName(item, field);
    if (name === undefined || items.has(name)) return undefined;
    items.set(name, item);
  }
  return items;
}
