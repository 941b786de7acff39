import type { ReadObject } from '../objects/objects.ts';
import { isProxyObject } from '../objects/proxy-object.ts';
import { parseGlob } from './glob.ts';
import { meansObject, type ObjectGlob } from './pattern.ts';

/** `KIND` or `KIND/NAME`, with `*` for any text: objects to compare besides the gateway proxies' own. */
export function parseObjectPattern(text: string): ObjectGlob | undefined {
  const [matched, kind = '', name = '*'] = /^(\*|[A-Z][A-Za-z0-9*]*)(?:\/([\w.*:-]+))?$/.exec(text) ?? [];
  return matched === undefined ? undefined : { kind: parseGlob(kind), name: parseGlob(name) };
}

export interface Pair {
  readonly left?: ReadObject;
  readonly right?: ReadObject;
}

/** What tells objects apart: the API version is not part of it, since the same object is served in several. */
export function keyOf({ kind, namespace, name, apiVersion }: ReadObject): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return [group, kind, namespace, name].join('\u0000');
}

/**
 * The objects of both sides that are compared, each with its counterpart: those of gateway proxies, by either side's
 * account, and those that `include` names. In the order of the left, then what only the right has.
 */
export function pairsOf(
  left: readonly ReadObject[],
  right: readonly ReadObject[],
  include: readonly ObjectGlob[],
): Pair[] {
  const wanted = (object: ReadObject | undefined): boolean =>
    object !== undefined &&
    (object.rendered ||
      isProxyObject(object.value) ||
      include.some((glob) => meansObject(glob, object.kind, object.name)));
  const rightByKey = new Map(right.map((object) => [keyOf(object), object]));
  const pairs: Pair[] = [];
  const leftByKey = new Map(left.map((object) => [keyOf(object), object]));
  for (const [key, object] of leftByKey) {
    const other = rightByKey.get(key);
    if (wanted(object) || wanted(other)) pairs.push({ left: object, ...(other === undefined ? {} : { right: other }) });
  }
  for (const [key, object] of rightByKey) if (!leftByKey.has(key) && wanted(object)) pairs.push({ right: object });
  return pairs;
}
