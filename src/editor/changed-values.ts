/** Applies what a hint asks for to values. */
import type { Path } from '../problem.ts';
import { isList, isMap, listOf, type OpenMap, setEntry, type Value, valueAt } from '../value.ts';
import type { Way } from './ways.ts';

/** Returns the changed values; undefined if the change cannot be made. `path` is the problem's path. */
export function valuesAfter(values: Value, way: Way, path: Path): Value | undefined {
  if (way.kind === 'set') return putAt(values, way.path, way.value);
  if (way.kind === 'complete') return completed(values, way, path);
  const there = valueAt(values, ...path);
  if (there === undefined) return undefined;
  if (way.kind === 'remove') return putAt(values, path, undefined);
  if (way.kind !== 'move' || valueAt(values, ...way.to) !== undefined) return undefined;
  return putAt(withoutEmpty(putAt(values, path, undefined), path.slice(0, -1)), way.to, there);
}

/** Removes maps that became empty when their contents were moved. */
function withoutEmpty(values: Value, path: Path): Value {
  const there = valueAt(values, ...path);
  if (path.length === 0 || !isMap(there) || Object.keys(there).length > 0) return values;
  return withoutEmpty(putAt(values, path, undefined), path.slice(0, -1));
}

const lists = ['customSidecars', 'extraContainers', 'extraInitContainers', 'containers'];

/** Adds mounts and variables to a container of the values, replacing conflicting ones. */
function completed(values: Value, { mounts, env }: Way & { kind: 'complete' }, path: Path): Value | undefined {
  const at = path.findIndex((step) => lists.includes(String(step)));
  // A problem about all containers of a list is fixed in the first one.
  const container = [...path.slice(0, at + 1), path[at + 1] ?? 0];
  if (at < 0 || !isMap(valueAt(values, ...container))) return undefined;
  const listed = Object.entries(mounts).map(([name, mountPath]) => ({ name, mountPath }));
  const variables = Object.entries(env).map(([name, value]) => ({ name, value }));
  const mounted = withItems(values, [...container, 'volumeMounts'], listed, 'mountPath');
  return withItems(mounted, [...container, 'env'], variables, 'name');
}

function withItems(values: Value, path: Path, items: readonly OpenMap[], key: string): Value {
  if (items.length === 0) return values;
  const isOther = (one: Value): boolean => items.every((item) => item[key] !== valueAt(one, key));
  return putAt(values, path, [...listOf(valueAt(values, ...path)).filter(isOther), ...(items as readonly Value[])]); // Made of strings.
}

/** Sets a path in a value and creates the maps on the way; undefined removes it. */
export function putAt(root: Value, [step, ...rest]: Path, value: Value | undefined): Value {
  if (step === undefined) return value ?? null;
  if (typeof step === 'number') {
    if (!isList(root)) return root;
    const inner = rest.length > 0 ? [putAt(root[step] ?? null, rest, value)] : value === undefined ? [] : [value];
    return [...root.slice(0, step), ...inner, ...root.slice(step + 1)];
  }
  const copy: OpenMap = {};
  for (const [key, one] of Object.entries(isMap(root) ? root : {})) setEntry(copy, key, one as Value); // A map holds values.
  if (rest.length === 0 && value === undefined) delete copy[step];
  else setEntry(copy, step, rest.length === 0 ? (value ?? null) : putAt(valueAt(root, step) ?? null, rest, value));
  return copy;
}
