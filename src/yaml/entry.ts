import type { Value } from '../value.ts';

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
