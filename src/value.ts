/**
 * A Helm value as the chart's templates see it. Numbers from YAML or JSON are float64 (`number`); integers from
 * `--set` are int64 (`bigint`): Go prints the two differently (`1e+06` and `1000000`).
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
 * Sets a key of a map under construction. `__proto__` becomes a key like any other: by plain assignment it would change
 * the map's prototype instead.
 */
export function setEntry(map: OpenMap, key: string, value: Value): void {
  if (key === '__proto__') {
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    map[key] = value;
  }
}

/** A key's own value: never what every object inherits (`constructor`, `toString`). */
export function getEntry(map: Readonly<OpenMap>, key: string): Value | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/**
 * A table for lookups by untrusted words: it does not know names such as `constructor`, which every object literal has.
 */
export function lookupTable<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null) as Record<string, T>, entries);
}

/** The value at a path; undefined where there is none. */
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

/**
 * The value with another one at a path, for which maps are made where there are none; undefined takes the key or the item away. What
 * is given stays as it is.
 */
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

/** The map at a path; an empty one where there is none. */
export function mapAt(root: Value | undefined, ...path: readonly (string | number)[]): ValueMap {
  return mapOf(valueAt(root, ...path));
}

/** A map; an empty one in place of anything else. */
export function mapOf(value: Value | undefined): ValueMap {
  return isMap(value) ? value : {};
}

/** A list; an empty one in place of anything else. */
export function listOf(value: Value | undefined): ValueList {
  return isList(value) ? value : [];
}

/** The maps of a list; none where there is no list. */
export function mapsIn(value: Value | undefined): ValueMap[] {
  return listOf(value).filter(isMap);
}

/** A string; undefined in place of anything else. */
export function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A scalar as a word; empty for anything else. `String` calls the `toString` of a map that has such a key. */
export function wordOf(value: unknown): string {
  return value === undefined || typeof value === 'object' ? '' : String(value);
}

/** What kind of value it is, as messages speak of it. */
export function describeKind(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'a string';
  if (typeof value === 'object') return isList(value) ? 'a list' : 'a map';
  return typeof value === 'boolean' ? 'a boolean' : 'a number';
}

/** Whether two values say the same; the order of keys says nothing. */
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

/** The value with the integers of `--set` (int64) as the float64 that JSON has; itself where there are none. */
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
