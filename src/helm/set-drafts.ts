import { isMap, type Value, type ValueMap } from '../value.ts';
import { fail, type Parsing, quote } from './set-text.ts';

/** A map that the argument being read may change. */
export interface Draft {
  [key: string]: Value;
}

/** What a layer below has, as a map that may be changed; fails if it is none. */
export function asMap(parsing: Parsing, value: Value, at: number, name: string): Draft {
  if (!isMap(value))
    return fail(
      at,
      `${quote(name)} is ${describe(value)} in a layer below, so nothing can be set inside it.`,
      `set ${name} to a map in a values file first`,
    );
  return ownMap(parsing, value);
}

/** What a layer below has, as a list that may be changed; fails if it is none. */
export function asList(parsing: Parsing, value: Value, at: number, name: string): Value[] {
  if (!Array.isArray(value))
    return fail(
      at,
      `${quote(name)} is ${describe(value)} in a layer below, not a list.`,
      `set ${name} as a whole instead`,
    );
  return ownList(parsing, value as readonly Value[]);
}

/** The map itself if this argument made it, else a copy. */
export function ownMap(parsing: Parsing, map: ValueMap): Draft {
  if (parsing.own.has(map)) return map as Draft;
  const copy: Draft = { ...map };
  parsing.own.add(copy);
  return copy;
}

/** The list itself if this argument made it, else a copy. */
export function ownList(parsing: Parsing, list: readonly Value[]): Value[] {
  if (parsing.own.has(list)) return list as Value[];
  const copy = [...list];
  parsing.own.add(copy);
  return copy;
}

function describe(value: Value): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object'
    ? 'a map'
    : typeof value === 'string'
      ? 'a text'
      : `a ${typeof value === 'boolean' ? 'boolean' : 'number'}`;
}
