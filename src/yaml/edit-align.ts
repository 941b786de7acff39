import { equal, isList, isMap, type Value, type ValueList } from '../value.ts';

/** An item of a new list, and the index of its counterpart in the old one. */
export interface Alignment {
  readonly old: number | undefined;
  readonly value: Value;
}

/**
 * Pairs the items of a list before and after a change: first those that are the same object, then equal ones, then,
 * between them, those with the same name; others have no counterpart. Remaining items are assumed to keep their order.
 */
export function align(before: ValueList, next: ValueList): Alignment[] {
  const placeOf = placesBy(before, textOf);
  let from = 0;
  const certain = next.map((value) => {
    const isNext = from < before.length && equal(before[from] ?? null, value);
    const old = isNext ? from : placeOf(textOf(value), from);
    if (old !== undefined) from = old + 1;
    return old;
  });
  return pairedByName(before, next, certain);
}

/** Between two certain items, the others are paired by name. */
function pairedByName(before: ValueList, next: ValueList, certain: readonly (number | undefined)[]): Alignment[] {
  const placeOf = placesBy(before, nameOf);
  let low = 0;
  const ends = certain.slice();
  for (let index = ends.length - 1; index >= 0; index--) ends[index] ??= ends[index + 1];
  return next.map((value, index) => {
    const known = certain[index];
    const found = known ?? placeOf(nameOf(value), low);
    const old =
      found !== undefined && (known !== undefined || found < (ends[index] ?? before.length)) ? found : undefined;
    if (old !== undefined) low = old + 1;
    return { old, value };
  });
}

/** The first position of a key from a given position on, which may only increase between calls. */
type Places = (key: string | undefined, from: number) => number | undefined;

/** The positions of a list's items by key, built on the first call. Every position is passed once. */
function placesBy(list: ValueList, keyOf: (value: Value) => string | undefined): Places {
  let places: ReturnType<typeof grouped> | undefined;
  return (key, from) => {
    places ??= grouped(list, keyOf);
    const known = places.get(key);
    if (known === undefined) return undefined;
    while ((known.all[known.next] ?? from) < from) known.next++;
    return known.all[known.next];
  };
}

function grouped(
  list: ValueList,
  keyOf: (value: Value) => string | undefined,
): Map<string | undefined, { readonly all: number[]; next: number }> {
  const places = new Map<string | undefined, { readonly all: number[]; next: number }>();
  for (const [place, item] of list.entries()) {
    const key = keyOf(item);
    const known = places.get(key);
    if (known === undefined) places.set(key, { all: [place], next: 0 });
    else known.all.push(place);
  }
  return places;
}

/** A string that two values share exactly if they are equal. */
function textOf(value: Value): string {
  if (isList(value)) return `[${value.map(textOf).join()}]`;
  if (isMap(value)) {
    const entries = Object.keys(value).sort();
    return `{${entries.map((key) => `${JSON.stringify(key)}:${textOf(value[key] ?? null)}`).join()}}`;
  }
  return typeof value === 'bigint' ? `${value}n` : typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** The name of a list item: containers, variables and clusters by name, mounts by path, objects by kind and name. */
function nameOf(value: Value): string | undefined {
  if (!isMap(value)) return undefined;
  const { kind, metadata, mountPath, name } = value;
  if (isMap(metadata)) return JSON.stringify([kind ?? null, metadata['namespace'] ?? null, metadata['name'] ?? null]);
  if (typeof mountPath === 'string') return `at ${mountPath}`;
  return typeof name === 'string' ? name : undefined;
}
