import { isList, isMap, type Value, type ValueMap } from '../values/value.ts';
import { equal } from './equal.ts';
import { type Field, fieldOf } from './fields.ts';
import { byName } from './names.ts';

/**
 * What a server-side apply must say so that an object becomes another: what is new or other than before, and what the manager
 * has applied earlier and still wants. What it applied and does not say any more, the API server takes out. `uid` and
 * `resourceVersion` are those that were read, so that nothing is changed that nobody has seen.
 */
export function applyIntent(before: ValueMap, after: ValueMap, manager: string): ValueMap {
  const owned = appliedBy(manager, before);
  const kind = String(after['kind']);
  const { name, namespace, uid, resourceVersion, labels, annotations } = metadataOf(before);
  const kept = ownPart({ labels, annotations }, nodeOf(owned, 'f:metadata'));
  const said = saidOfMap(bodyOf(before), bodyOf(after), owned, { type: kind, shape: 'one' });
  const identity = { name, namespace, uid, resourceVersion };
  return {
    ...pick(after, ['apiVersion', 'kind']),
    metadata: { ...pick(identity, Object.keys(identity)), ...kept },
    ...(isMap(said) ? said : {}),
  };
}

/** The fields that a manager has applied, as the API server writes them (`fieldsV1`). */
function appliedBy(manager: string, object: ValueMap): ValueMap | undefined {
  const entries = metadataOf(object)['managedFields'];
  const entry = (isList(entries) ? entries : []).filter(isMap).find((one) => {
    const isWhole = one['subresource'] === undefined || one['subresource'] === '';
    return (
      isWhole &&
      one['manager'] === manager &&
      one['operation'] === 'Apply' &&
      one['apiVersion'] === object['apiVersion']
    );
  });
  const fields = entry?.['fieldsV1'];
  return isMap(fields) && Object.keys(fields).length > 0 ? fields : undefined;
}

/** What there is to say of a value; undefined if nothing. `owned` are the fields in it that the manager has applied. */
function said(before: Value | undefined, after: Value, owned: ValueMap | undefined, field: Field): Value | undefined {
  if (before === undefined) return after;
  if (isMap(before) && isMap(after)) return saidOfMap(before, after, owned, field);
  if (isList(before) && isList(after)) {
    const [from, to] = [byName(before, field), byName(after, field)];
    if (from !== undefined && to !== undefined) return saidOfItems(from, to, owned, field);
  }
  return owned !== undefined || !equal(before, after) ? after : undefined;
}

function saidOfMap(before: ValueMap, after: ValueMap, owned: ValueMap | undefined, { type }: Field): Value | undefined {
  if (isLeaf(owned)) return after;
  const entries = Object.entries(after).flatMap(([key, value]): [string, Value][] => {
    const part = said(own(before, key), value, nodeOf(owned, `f:${key}`), fieldOf(type, key));
    return part === undefined ? [] : [[key, part]];
  });
  // A map that the manager has applied as such stays, even without anything of the manager's in it.
  return entries.length === 0 && owned?.['.'] === undefined ? undefined : Object.fromEntries(entries);
}

function saidOfItems(
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
  owned: ValueMap | undefined,
  field: Field,
): Value | undefined {
  const keys = field.identity?.keys ?? [];
  const ownItems = new Map(
    Object.entries(owned ?? {}).flatMap(([key, node]): [string, ValueMap][] =>
      key.startsWith('k:') && isMap(node) ? [[nameIn(key.slice(2), keys), node]] : [],
    ),
  );
  const items = [...after].flatMap(([name, item]): Value[] => {
    const part = said(before.get(name), item, ownItems.get(name), { type: field.type, shape: 'one' });
    return isMap(part) && isMap(item) ? [{ ...pick(item, keys), ...part }] : [];
  });
  return items.length === 0 ? undefined : items;
}

/** `{"name":"sds"}` as an item is called here. */
function nameIn(text: string, keys: readonly string[]): string {
  const values: unknown = JSON.parse(text);
  return keys.map((key) => String((values as ValueMap)[key])).join('/');
}

/** What of a value the manager has applied. */
function ownPart(value: Readonly<Record<string, Value | undefined>>, owned: ValueMap | undefined): ValueMap {
  const entries = Object.entries(value).flatMap(([key, inner]): [string, Value][] => {
    const node = nodeOf(owned, `f:${key}`);
    if (node === undefined || inner === undefined) return [];
    return [[key, isMap(inner) && !isLeaf(node) ? ownPart(inner, node) : inner]];
  });
  return Object.fromEntries(entries);
}

function nodeOf(owned: ValueMap | undefined, key: string): ValueMap | undefined {
  const node = owned === undefined ? undefined : own(owned, key);
  return isMap(node) ? node : undefined;
}

/** A field that is applied as a whole has no fields of its own. */
function isLeaf(owned: ValueMap | undefined): boolean {
  return owned !== undefined && Object.keys(owned).length === 0;
}

function own(map: ValueMap, key: string): Value | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function pick(map: Readonly<Record<string, Value | undefined>>, keys: readonly string[]): ValueMap {
  return Object.fromEntries(
    keys.flatMap((key): [string, Value][] => {
      const value = map[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

function metadataOf(object: ValueMap): ValueMap {
  return isMap(object['metadata']) ? object['metadata'] : {};
}

/** What an object says besides what it is and what becomes of it. */
function bodyOf(object: ValueMap): ValueMap {
  const { apiVersion: _, kind: __, metadata: ___, status: ____, ...body } = object;
  return body;
}
