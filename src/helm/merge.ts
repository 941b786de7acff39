import { getEntry, isMap, setEntry, type Value, type ValueMap } from '../value.ts';

/**
 * Merges one layer of the user's values over another, as Helm does between files (Helm 3.19 `pkg/cli/values`,
 * `mergeMaps`):
 *
 * 1. A key that only one of them has is kept.
 * 2. Two maps under the same key are merged by the same rules.
 * 3. In every other case the upper layer's value replaces the lower one's: lists are never joined.
 * 4. null is a value like any other: it replaces a map, and a map replaces it. Nothing is deleted here.
 *
 * Neither input is changed; the result shares as much with them as it can.
 */
export function mergeLayers(base: ValueMap, over: ValueMap): ValueMap {
  if (Object.keys(base).length === 0) return over;
  const merged: { [key: string]: Value } = { ...base };
  for (const key of Object.keys(over)) {
    const value = over[key] as Value;
    const below = isMap(value) ? getEntry(base, key) : undefined;
    setEntry(merged, key, isMap(value) && isMap(below) ? mergeLayers(below, value) : value);
  }
  return merged;
}
