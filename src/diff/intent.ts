import { equal, getEntry, isList, isMap, mapAt, mapsIn, type Value, type ValueMap, wordOf } from '../value.ts';
import type { Field } from './field.ts';
import { fieldOf } from './fields.ts';
import { byName } from './names.ts';

/**
 * Builds the server-side apply patch that turns one object into another: new and changed fields, and those that the
 * manager applied earlier and still wants. The API server removes fields that the manager applied earlier and now
 * omits. `uid` and `resourceVersion` are those that were read, so a newer version is never changed.
 */
export function applyIntent(before: ValueMap, after: ValueMap, manager: string): ValueMap {
  const owners = ownersOf(before, manager);
  const { name, namespace, uid, resourceVersion, labels, annotations } = mapAt(before, 'metadata');
  const kept = ownPart({ labels, annotations }, inside(owners, 'f:metadata').mine);
  const body = saidOfMap(bodyOf(before), bodyOf(after), owners, { type: wordOf(after['kind']), shape: 'one' });
  const identity = { name, namespace, uid, resourceVersion };
  return {
    ...pick(after, ['apiVersion', 'kind']),
    metadata: { ...pick(identity, Object.keys(identity)), ...kept },
    ...(isMap(body) ? body : {}),
  };
}

/** Who owns which fields, as in the API server's `fieldsV1`. */
interface Owners {
  /** The fields that the manager applied; undefined if there are none. */
  readonly mine: ValueMap | undefined;
  readonly others: readonly ValueMap[];
}

function ownersOf(object: ValueMap, manager: string): Owners {
  const all = mapsIn(mapAt(object, 'metadata')['managedFields']).filter((entry) => !entry['subresource']);
  const isMine = (entry: ValueMap): boolean =>
    entry['manager'] === manager && entry['operation'] === 'Apply' && entry['apiVersion'] === object['apiVersion'];
  const fieldsOf = (entry: ValueMap): ValueMap[] => [entry['fieldsV1']].filter(isMap);
  const [mine] = all.filter(isMine).flatMap(fieldsOf);
  const others = all.filter((entry) => !isMine(entry)).flatMap(fieldsOf);
  return { mine: mine !== undefined && hasParts(mine) ? mine : undefined, others };
}

function inside({ mine, others }: Owners, key: string): Owners {
  const node = (of: ValueMap | undefined): ValueMap[] =>
    [of === undefined ? undefined : getEntry(of, key)].filter(isMap);
  return { mine: node(mine)[0], others: others.flatMap(node) };
}

/** The part of a value that the patch must contain; undefined if there is none. */
function said(before: Value | undefined, after: Value, owners: Owners, field: Field): Value | undefined {
  if (before === undefined) return after;
  if (isMap(before) && isMap(after)) return saidOfMap(before, after, owners, field);
  if (isList(before) && isList(after)) {
    const [from, to] = [byName(before, field), byName(after, field)];
    if (from !== undefined && to !== undefined) return saidOfItems(from, to, owners, field);
  }
  return owners.mine !== undefined || !equal(before, after) ? after : undefined;
}

function saidOfMap(before: ValueMap, after: ValueMap, owners: Owners, { type }: Field): Value | undefined {
  const { mine, others } = owners;
  // It was applied as a whole, unless others own fields in it: then the map is only a parent of those fields.
  if (mine !== undefined && !hasParts(mine) && !others.some(hasParts)) return after;
  const entries = Object.entries(after).flatMap(([key, value]): [string, Value][] => {
    const part = said(getEntry(before, key), value, inside(owners, `f:${key}`), fieldOf(type, key));
    return part === undefined ? [] : [[key, part]];
  });
  if (entries.length > 0) return Object.fromEntries(entries);
  // A map of ours stays even when it is empty, as it does anyway where others own fields in it.
  const isOurs = mine !== undefined && (mine['.'] !== undefined || !hasParts(mine));
  return isOurs && others.length === 0 ? {} : undefined;
}

function saidOfItems(
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
  owners: Owners,
  field: Field,
): Value | undefined {
  const keys = field.identity?.keys ?? [];
  const named = ({ mine, others }: Owners): Owners => ({
    mine: mine === undefined ? undefined : byItem(mine, keys),
    others: others.map((node) => byItem(node, keys)),
  });
  const items = [...after].flatMap(([name, item]): Value[] => {
    const part = said(before.get(name), item, inside(named(owners), name), { type: field.type, shape: 'one' });
    return isMap(part) && isMap(item) ? [{ ...pick(item, keys), ...part }] : [];
  });
  return items.length === 0 ? undefined : items;
}

/** The owned items of a list, by the names that {@link itemNameOf} gives them. */
function byItem(node: ValueMap, keys: readonly string[]): ValueMap {
  return Object.fromEntries(
    Object.entries(node).flatMap(([key, item]): [string, Value][] =>
      key.startsWith('k:') ? [[nameIn(key.slice(2), keys), item]] : [],
    ),
  );
}

/** The item name for a key such as `{"name":"sds"}`. */
function nameIn(text: string, keys: readonly string[]): string {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    // The API server does not write such a key, so it identifies no item.
    return text;
  }
  return keys.map((key) => wordOf((values as ValueMap | null)?.[key])).join('/');
}

/** The part of a value that the manager applied. */
function ownPart(value: Readonly<Record<string, Value | undefined>>, owned: ValueMap | undefined): ValueMap {
  const entries = Object.entries(value).flatMap(([key, inner]): [string, Value][] => {
    const node = owned === undefined ? undefined : getEntry(owned, `f:${key}`);
    if (!isMap(node) || inner === undefined) return [];
    return [[key, isMap(inner) && hasParts(node) ? ownPart(inner, node) : inner]];
  });
  return Object.fromEntries(entries);
}

/** Whether a field is owned as a whole, or only as the parent of others' fields. */
function hasParts(node: ValueMap): boolean {
  return Object.keys(node).some((key) => key !== '.');
}

function pick(map: Readonly<Record<string, Value | undefined>>, keys: readonly string[]): ValueMap {
  return Object.fromEntries(
    keys.flatMap((key): [string, Value][] => {
      const value = map[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** The object without its identity and status. */
function bodyOf(object: ValueMap): ValueMap {
  const { apiVersion: _, kind: __, metadata: ___, status: ____, ...body } = object;
  return body;
}
