/**
 * A Helm value as the chart's templates see it. Numbers from YAML or JSON are float64 (`number`); integers from `--set`
 * are int64 (`bigint`): Go prints the two differently (`1e+06` and `1000000`).
 */
export type Value = null | boolean | number | bigint | string | ValueList | ValueMap;
export type ValueList = readonly Value[];
export interface ValueMap {
  readonly [key: string]: Value;
}

export function isMap(value: Value | undefined): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Value | undefined): value is ValueList {
  return Array.isArray(value);
}

/** A map under construction. */
export interface OpenMap {
  [key: string]: Value;
}

/**
 * Sets a key of a map under construction. `__proto__` is a key like any other; plain assignment would change the map's
 * prototype instead.
 */
export function setEntry(map: OpenMap, key: string, value: Value): void {
  if (key === '__proto__') {
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    map[key] = value;
  }
}

/** A key's own value, never one that every object inherits (`constructor`, `toString`). */
export function getEntry(map: Readonly<OpenMap>, key: string): Value | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/**
 * A table for lookups with untrusted keys: it does not contain names such as `constructor`, which every object literal
 * inherits.
 */
export function lookupTable<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null) as Record<string, T>, entries);
}

/**
 * The map without the keys whose value is undefined: an optional property may be missing, but not undefined.
 */
export function defined<const T extends object>(
  map: T,
): Omit<T, Unsure<T>> & { readonly [K in Unsure<T>]?: Exclude<T[K], undefined> } {
  const known = Object.entries(map).filter(([, value]) => value !== undefined);
  // Only keys that may be undefined are removed.
  return Object.fromEntries(known) as ReturnType<typeof defined<T>>;
}

type Unsure<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** The value at a path; undefined if there is none. */
export function valueAt(root: Value | undefined, ...path: readonly (string | number)[]): Value | undefined {
  return valueIn(root, path);
}

/** The same for a path that is a list already. */
export function valueIn(root: Value | undefined, path: readonly (string | number)[]): Value | undefined {
  let value = root;
  for (const step of path) {
    if (isMap(value) && typeof step === 'string') value = getEntry(value, step);
    else if (isList(value) && typeof step === 'number') value = value[step];
    else return undefined;
  }
  return value;
}

/** Returns a copy of the value with a path set, creating maps as needed; undefined removes the key or item. */
export function withValueAt(root: Value | undefined, [step, ...rest]: StepsTo, value: Value | undefined): Value {
  if (step === undefined) return value ?? null;
  if (typeof step === 'number') {
    const items = listOf(root);
    if (rest.length === 0 && value === undefined) return items.filter((_, index) => index !== step);
    return items.map((item, index) => (index === step ? withValueAt(item, rest, value) : item));
  }
  const changed: OpenMap = {};
  for (const [key, entry] of Object.entries(mapOf(root))) setEntry(changed, key, entry as Value);
  if (rest.length === 0 && value === undefined) delete changed[step];
  else setEntry(changed, step, withValueAt(getEntry(changed, step), rest, value));
  return changed;
}

type StepsTo = readonly (string | number)[];

/** The map at a path; an empty one if there is none. */
export function mapAt(root: Value | undefined, ...path: readonly (string | number)[]): ValueMap {
  return mapOf(valueAt(root, ...path));
}

/** The value if it is a map, otherwise an empty map. */
export function mapOf(value: Value | undefined): ValueMap {
  return isMap(value) ? value : {};
}

/** The value if it is a list, otherwise an empty list. */
export function listOf(value: Value | undefined): ValueList {
  return isList(value) ? value : [];
}

/** The entries of a map or list, by key or index; none of anything else. */
export function childrenOf(value: Value): Iterable<readonly [string | number, Value]> {
  return isList(value) ? value.entries() : isMap(value) ? Object.entries(value) : [];
}

/** Whether a value is a map or list without entries. */
export function isEmptyCollection(value: Value): boolean {
  return isMap(value) ? Object.keys(value).length === 0 : isList(value) && value.length === 0;
}

/** The maps in a list; empty if the value is not a list. */
export function mapsIn(value: Value | undefined): ValueMap[] {
  return listOf(value).filter(isMap);
}

/** The strings in a list; empty if the value is not a list. */
export function textsIn(value: Value | undefined): string[] {
  return listOf(value).filter((entry) => typeof entry === 'string');
}

/** The value if it is a string, otherwise undefined. */
export function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A scalar as a string, otherwise an empty string. `String` would call the `toString` of a map that has such a key. */
export function wordOf(value: unknown): string {
  return value === undefined || typeof value === 'object' ? '' : String(value);
}

/** The order of two strings by their code units, for `sort`. */
export function compareText(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}

/** The type of a value, as named in messages. */
export function describeKind(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'a string';
  if (typeof value === 'object') return isList(value) ? 'a list' : 'a map';
  return typeof value === 'boolean' ? 'a boolean' : 'a number';
}

/** Whether two values are equal; the order of keys does not matter. */
export function equal(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
  if (isMap(a)) {
    if (!isMap(b)) return false;
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
  }
  return typeof a === 'bigint' || typeof b === 'bigint' ? sameNumber(a, b) : false;
}

function sameNumber(a: Value | undefined, b: Value | undefined): boolean {
  const isNumber = (value: Value | undefined): boolean => typeof value === 'bigint' || typeof value === 'number';
  // biome-ignore lint/suspicious/noDoubleEquals: of a bigint and a number, only this compares the values
  return isNumber(a) && isNumber(b) && (a as bigint) == (b as bigint);
}

/** A value as JSON on one line. */
export function jsonText(value: Value): string {
  return JSON.stringify(asFloats(value));
}

/** Converts the int64 integers of `--set` to the float64 numbers of JSON; returns the value itself if it has none. */
export function asFloats(value: Value): Value {
  if (typeof value === 'bigint') return Number(value);
  if (isList(value)) {
    let items: Value[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const float = asFloats(value[index] ?? null);
      if (float === value[index]) continue;
      items ??= [...value];
      items[index] = float;
    }
    return items ?? value;
  }
  if (!isMap(value)) return value;
  let changed: OpenMap | undefined;
  for (const key of Object.keys(value)) {
    const entry = value[key];
    const float = asFloats(entry as Value);
    if (float === entry) continue;
    changed ??= Object.defineProperties({}, Object.getOwnPropertyDescriptors(value)) as OpenMap;
    setEntry(changed, key, float);
  }
  return changed ?? value;
}
