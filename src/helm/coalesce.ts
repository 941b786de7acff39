import { type Path, pathBelow } from '../problem.ts';
import { describeKind, getEntry, isMap, type OpenMap, setEntry, type Value, type ValueMap } from '../value.ts';
import { defaultHelm, type HelmRules } from './helm-version.ts';

/**
 * What Helm prints a warning for while it coalesces, although the user's value wins; and what depends on its release.
 */
export interface CoalesceNote {
  readonly code: 'map-replaces-default' | 'scalar-replaces-default-map' | 'helm-versions-differ';
  readonly severity: 'warning' | 'info';
  readonly message: string;
  readonly path: Path;
}

/** What the templates see, and Helm's warnings along the way. */
export interface Coalesced {
  readonly values: ValueMap;
  readonly notes: readonly CoalesceNote[];
}

/**
 * Fills in the chart's defaults below the user's values (Helm 3.19 `pkg/chartutil/coalesce.go`):
 *
 * 1. A key that the user does not set gets its default.
 * 2. Two maps under the same key are coalesced by the same rules.
 * 3. null for a key that has a default, even a null one, deletes the key; for a key without a default it stays null.
 *    Below the top level other releases of Helm differ, and newer ones drop defaults that are null: see {@link
 *    HelmRules}.
 * 4. In every other case the user's value wins. Helm warns about a map over a default that is neither map nor null,
 *    and, below the top level, about anything but a map over a default map.
 *
 * Neither input is changed; the result shares as much with them as it can, so it must not be changed either.
 */
export function coalesce(user: ValueMap, defaults: ValueMap, rules: HelmRules = defaultHelm): Coalesced {
  const notes: CoalesceNote[] = [];
  if (!rules.dropsNullDefaults) return { values: coalesceMap(user, defaults, [], { notes, rules }), notes };
  const values: OpenMap = { ...coalesceMap(user, withoutNulls(defaults), [], { notes, rules }) };
  for (const key of Object.keys(user)) if (user[key] === null && Object.hasOwn(defaults, key)) delete values[key];
  return { values, notes };
}

interface Coalescing {
  readonly notes: CoalesceNote[];
  readonly rules: HelmRules;
}

function coalesceMap(user: ValueMap, defaults: ValueMap, path: Path, coalescing: Coalescing): ValueMap {
  const { notes, rules } = coalescing;
  const keys = Object.keys(user);
  if (keys.length === 0) return defaults;
  const values: OpenMap = { ...defaults };
  for (const key of keys) {
    const value = user[key] as Value;
    const fallback = getEntry(defaults, key);
    if (value === null && deletes(fallback, path.length > 0, rules)) delete values[key];
    else if (fallback === undefined) setEntry(values, key, value);
    else if (isMap(value) && isMap(fallback)) {
      setEntry(values, key, coalesceMap(value, fallback, pathBelow(path, key), coalescing));
    } else {
      setEntry(values, key, value);
      if (isMap(value) && fallback !== null) notes.push(mapNote([...path, key], fallback));
      else if (isMap(fallback) && path.length > 0) notes.push(scalarNote([...path, key], value));
    }
  }
  return values;
}

/** Whether the user's null deletes the key. */
export function deletes(fallback: Value | undefined, isNested: boolean, rules: HelmRules): boolean {
  if (!isNested) return fallback !== undefined;
  if (fallback === undefined) return rules.nullOverNothing === 'goes';
  return fallback !== null || rules.nullOverNull === 'goes';
}

/** Defaults without null entries, as some releases of Helm see them; lists stay as they are. */
export function withoutNulls(defaults: ValueMap): ValueMap {
  const kept: OpenMap = {};
  for (const [key, value] of Object.entries(defaults))
    if (value !== null) setEntry(kept, key, isMap(value) ? withoutNulls(value) : (value as Value));
  return kept;
}

function mapNote(path: Path, fallback: Value): CoalesceNote {
  return {
    code: 'map-replaces-default',
    severity: 'warning',
    message: `The chart expects ${describeKind(fallback)} here, like its default, but this is a map.`,
    path,
  };
}

function scalarNote(path: Path, value: Value): CoalesceNote {
  return {
    code: 'scalar-replaces-default-map',
    severity: 'warning',
    message: `The chart expects a map here, like its default, but this is ${describeKind(value)}.`,
    path,
  };
}
