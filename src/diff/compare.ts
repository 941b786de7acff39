import type { Path } from '../problem.ts';
import { equal, isList, isMap, type Value, type ValueMap } from '../value.ts';
import type { Field } from './field.ts';
import { fieldOf } from './fields.ts';
import { byName } from './names.ts';
import { gapsOf } from './sequence.ts';

/** One difference inside an object. */
export interface Difference {
  /** Keys, names of list items that have an identity, and indexes of those that have none. */
  readonly path: Path;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before?: Value;
  readonly after?: Value;
  /** Set if both sides have the same items and only the order differs: `before` and `after` are their names. */
  readonly reordered?: true;
}

/** Compares two canonical objects of a type and reports each difference at the deepest path that contains all of it. */
export function compare(left: ValueMap, right: ValueMap, type: string): Difference[] {
  const found: Difference[] = [];
  compareValues(left, right, { type, shape: 'one' }, [], found);
  return found;
}

function compareValues(left: Value, right: Value, field: Field, path: Path, found: Difference[]): void {
  if (left === right) return;
  if (isMap(left) && isMap(right)) compareMaps(left, right, field, path, found);
  else if (isList(left) && isList(right)) compareLists(left, right, field, path, found);
  else if (!equal(left, right)) found.push({ path, change: 'changed', before: left, after: right });
}

function compareMaps(left: ValueMap, right: ValueMap, owner: Field, path: Path, found: Difference[]): void {
  for (const key of keysOf(left, right)) {
    const field = fieldWithin(owner, key);
    const before = valueIn(left, key, field, right[key]);
    const after = valueIn(right, key, field, left[key]);
    const inner = [...path, key];
    if (before === undefined) found.push({ path: inner, change: 'added', after: after ?? null });
    else if (after === undefined) found.push({ path: inner, change: 'removed', before });
    else compareValues(before, after, field, inner, found);
  }
}

/** The field at a key, in a struct or in a map with user-defined keys. */
export function fieldWithin(owner: Field, key: string): Field {
  if (owner.shape !== 'map' || owner.type === 'ConfigMapData') return fieldOf(owner.type, key);
  return { type: owner.type, shape: 'one' };
}

function keysOf(left: ValueMap, right: ValueMap): Iterable<string> {
  return new Set([...Object.keys(left), ...Object.keys(right)]);
}

/** A value, its default, or the empty value that its absence means; undefined if it has none of these. */
function valueIn(map: ValueMap, key: string, { fallback, hollow }: Field, other: Value | undefined): Value | undefined {
  if (Object.hasOwn(map, key)) return map[key];
  const value = fallback?.(map);
  if (value !== undefined || !hollow) return value;
  return isList(other) ? [] : {};
}

function compareLists(
  left: readonly Value[],
  right: readonly Value[],
  field: Field,
  path: Path,
  found: Difference[],
): void {
  const before = byName(left, field);
  const after = byName(right, field);
  if (before === undefined || after === undefined) compareByPlace(left, right, field, path, found);
  else compareByName(before, after, field, path, found);
}

type Named = ReadonlyMap<string, Value>;

function compareByName(left: Named, right: Named, field: Field, path: Path, found: Difference[]): void {
  const item: Field = { type: field.type, shape: 'one' };
  for (const [name, before] of left) {
    const after = right.get(name);
    const inner = [...path, name];
    if (after === undefined) found.push({ path: inner, change: 'removed', before });
    else compareValues(before, after, item, inner, found);
  }
  for (const [name, after] of right) if (!left.has(name)) found.push({ path: [...path, name], change: 'added', after });
  if (field.identity?.ordered) compareOrder(left, right, path, found);
}

function compareOrder(left: Named, right: Named, path: Path, found: Difference[]): void {
  const before = [...left.keys()].filter((name) => right.has(name));
  const after = [...right.keys()].filter((name) => left.has(name));
  if (!equal(before, after)) found.push({ path, change: 'changed', before, after, reordered: true });
}

/** Unchanged items are matched first. Items between them are compared pairwise, and the rest were added or removed. */
function compareByPlace(
  left: readonly Value[],
  right: readonly Value[],
  field: Field,
  path: Path,
  found: Difference[],
): void {
  const item: Field = { type: field.type, shape: 'one' };
  for (const gap of gapsOf(left, right, equal)) {
    const both = Math.min(gap.leftCount, gap.rightCount);
    for (let offset = 0; offset < both; offset++) {
      const before = left[gap.left + offset] ?? null;
      compareValues(before, right[gap.right + offset] ?? null, item, [...path, gap.left + offset], found);
    }
    for (let place = gap.left + both; place < gap.left + gap.leftCount; place++) {
      found.push({ path: [...path, place], change: 'removed', before: left[place] ?? null });
    }
    for (let place = gap.right + both; place < gap.right + gap.rightCount; place++) {
      found.push({ path: [...path, place], change: 'added', after: right[place] ?? null });
    }
  }
}
