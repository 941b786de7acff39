import type { Path } from '../problem.ts';
import { describeKind, getEntry, isMap, setEntry, type Value, type ValueMap } from '../value.ts';

/** What Helm prints a warning for while it coalesces; the user's value wins all the same. */
export interface CoalesceNote {
  readonly code: 'map-replaces-default' | 'scalar-replaces-default-map';
  readonly message: string;
  readonly path: Path;
}

export interface Coalesced {
  readonly values: ValueMap;
  readonly notes: readonly CoalesceNote[];
}

/**
 * Fills in the chart's defaults below the user's values (Helm 3.19 `pkg/chartutil/coalesce.go`):
 *
 * 1. A key that the user does not give gets its default.
 * 2. Two maps under the same key are coalesced by the same rules.
 * 3. null on a key that has a default, null included, deletes the key; on a key without default it stays null.
 * 4. In every other case the user's value wins. Helm warns of a map over a default that is neither map nor null, and,
 *    below the top level, of anything but a map over a default map.
 *
 * Neither input is changed; the result shares with them whatever it can, so it must not be changed either.
 */
export function coalesce(user: ValueMap, defaults: ValueMap): Coalesced {
  const notes: CoalesceNote[] = [];
  return { values: coalesceMap(user, defaults, [], notes), notes };
}

function coalesceMap(user: ValueMap, defaults: ValueMap, path: Path, notes: CoalesceNote[]): ValueMap {
  const keys = Object.keys(user);
  if (keys.length === 0) return defaults;
  const values: { [key: string]: Value } = { ...defaults };
  for (const key of keys) {
    const value = user[key] as Value;
    const fallback = getEntry(defaults, key);
    if (fallback === undefined) setEntry(values, key, value);
    else if (value === null) delete values[key];
    else if (isMap(value) && isMap(fallback)) {
      setEntry(values, key, coalesceMap(value, fallback, [...path, key], notes));
    } else {
      setEntry(values, key, value);
      if (isMap(value) && fallback !== null) notes.push(mapNote([...path, key], fallback));
      else if (isMap(fallback) && path.length > 0) notes.push(scalarNote([...path, key], value));
    }
  }
  return values;
}

function mapNote(path: Path, fallback: Value): CoalesceNote {
  return {
    code: 'map-replaces-default',
    message: `The chart expects ${describeKind(fallback)} here, like its default, and this is a map.`,
    path,
  };
}

function scalarNote(path: Path, value: Value): CoalesceNote {
  return {
    code: 'scalar-replaces-default-map',
    message: `The chart expects a map here, like its default, and this is ${describeKind(value)}.`,
    path,
  };
}
