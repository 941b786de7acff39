import { getEntry, isList, isMap, type Value, type ValueMap } from '../value.ts';
import { fieldWithin } from './compare.ts';
import type { Field } from './field.ts';
import { byName } from './names.ts';

/**
 * Reorders the right's named list items to match the left, with new ones at the end, so that a line-by-line comparison
 * shows only differences in meaning. Lists whose order matters stay as they are.
 */
export function aligned(left: ValueMap, right: ValueMap, type: string): ValueMap {
  return alignedValue(left, right, { type, shape: 'one' }) as ValueMap;
}

function alignedValue(left: Value, right: Value, field: Field): Value {
  if (isMap(left) && isMap(right)) {
    return Object.fromEntries(
      Object.entries(right).map(([key, value]) => {
        const other = getEntry(left, key);
        return [key, other === undefined ? value : alignedValue(other, value, fieldWithin(field, key))];
      }),
    );
  }
  return isList(left) && isList(right) ? alignedList(left, right, field) : right;
}

function alignedList(left: readonly Value[], right: readonly Value[], field: Field): readonly Value[] {
  const [own, others] = [byName(left, field), byName(right, field)];
  if (own === undefined || others === undefined) return right;
  const item: Field = { type: field.type, shape: 'one' };
  const align = (name: string): Value => {
    const [before, after] = [own.get(name), others.get(name)];
    return before === undefined || after === undefined ? (after ?? null) : alignedValue(before, after, item);
  };
  const names = [...others.keys()];
  const kept = [...own.keys()].filter((name) => others.has(name));
  const ordered = field.identity?.ordered ? names : [...kept, ...names.filter((name) => !own.has(name))];
  return ordered.map(align);
}
