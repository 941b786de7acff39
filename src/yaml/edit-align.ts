import { equal, isMap, type Value, type ValueList } from '../value.ts';

/** An item of a new list, and which item of the old one it was. */
export interface Alignment {
  readonly old: number | undefined;
  readonly value: Value;
}

/**
 * Which items of a list are which after a change: those that are the same object, then those that say the same, then, between
 * them, those that are called the same, or nothing at all. The order of what stays is assumed to stay.
 */
export function align(before: ValueList, next: ValueList): Alignment[] {
  const olds: (number | undefined)[] = next.map(() => undefined);
  let from = 0;
  next.forEach((value, index) => {
    const old = before.findIndex((item, at) => at >= from && (item === value || equal(item, value)));
    if (old < 0) return;
    olds[index] = old;
    from = old + 1;
  });
  // Between two items that are certain, the others are paired by name.
  next.forEach((value, index) => {
    if (olds[index] !== undefined) return;
    const low = (olds.slice(0, index).findLast((old) => old !== undefined) ?? -1) + 1;
    const high = olds.slice(index).find((old) => old !== undefined) ?? before.length;
    const candidates = before.map((item, at) => ({ item, at })).slice(low, high);
    olds[index] = candidates.find(({ item }) => nameOf(item) === nameOf(value))?.at;
  });
  return next.map((value, index) => ({ old: olds[index], value }));
}

/** What a list item is called: containers, variables and clusters by name, mounts by path, objects by kind and name. */
function nameOf(value: Value): string | undefined {
  if (!isMap(value)) return undefined;
  const { kind, metadata, mountPath, name } = value;
  if (isMap(metadata)) return JSON.stringify([kind ?? null, metadata['namespace'] ?? null, metadata['name'] ?? null]);
  if (typeof mountPath === 'string') return `at ${mountPath}`;
  return typeof name === 'string' ? name : undefined;
}
