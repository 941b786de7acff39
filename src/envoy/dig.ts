import { jsonName } from '../go/json-name.ts';
import type { Path } from '../problem.ts';
import { isList, isMap, type Value, type ValueMap } from '../value.ts';

/** A part of a bootstrap and its path. */
export interface BootstrapPart {
  readonly value: Value;
  readonly path: Path;
}

/** Follows field names, in snake case or camel case as JSON allows; null if a field is missing. */
export function dig(part: BootstrapPart, ...names: readonly string[]): BootstrapPart {
  let { value, path } = part;
  for (const name of names) {
    const map: ValueMap = isMap(value) ? value : {};
    const key = Object.hasOwn(map, name) ? name : camelCase(name);
    value = Object.hasOwn(map, key) ? (map[key] ?? null) : null;
    path = [...path, key];
  }
  return { value, path };
}

/** The items of a list; a single value counts as a list, as in Envoy's reader. */
export function parts({ value, path }: BootstrapPart): BootstrapPart[] {
  if (isList(value)) return value.flatMap((item, index) => parts({ value: item, path: [...path, index] }));
  return value === null ? [] : [{ value, path }];
}

export function partText(part: BootstrapPart): string {
  return typeof part.value === 'string' ? part.value : '';
}

const camelNames = new Map<string, string>();

/** Cached without a limit, because all names come from this code. */
function camelCase(name: string): string {
  const known = camelNames.get(name) ?? jsonName(name);
  camelNames.set(name, known);
  return known;
}
