import type { Path } from '../problem.ts';
import { isList, isMap, type Value, type ValueMap, valueAt } from '../value.ts';

/** Values that note what is read of them. */
export interface WatchedValues {
  readonly values: ValueMap;
  /** Whether anything was read that depends on what stands at a path. What nothing reads cannot change anything. */
  wasRead(path: Path): boolean;
}

/** What was read of one map or list. */
interface Watched {
  readonly proxy: object;
  readonly keys: Set<string>;
  /** Whether its keys were listed, so that one more would have been seen. */
  isListed: boolean;
}

/** The same values, of which every read is noted; each map is one object, as before. */
export function watched(root: ValueMap): WatchedValues {
  const known = new Map<object, Watched>();
  const watch = (target: object): Watched => {
    const before = known.get(target);
    if (before !== undefined) return before;
    const keys = new Set<string>();
    const note = (key: string | symbol): void => void (typeof key === 'string' && keys.add(key));
    const proxy = new Proxy<object>(Array.isArray(target) ? [] : {}, {
      get(_, key) {
        note(key);
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'object' && value !== null ? watch(value).proxy : value;
      },
      has(_, key) {
        note(key);
        return Reflect.has(target, key);
      },
      getOwnPropertyDescriptor(_, key) {
        note(key);
        const found = Reflect.getOwnPropertyDescriptor(target, key);
        if (found === undefined) return undefined;
        const value: unknown = found.value;
        // The stand-in has none of the properties, so each must look as if it could go; the length of a list is its own.
        if (Array.isArray(target) && key === 'length') return { ...found };
        return {
          ...found,
          configurable: true,
          value: typeof value === 'object' && value !== null ? watch(value).proxy : value,
        };
      },
      ownKeys() {
        made.isListed = true;
        return Reflect.ownKeys(target);
      },
    });
    const made: Watched = { proxy, keys, isListed: false };
    known.set(target, made);
    return made;
  };
  return {
    // The stand-in answers as the map does.
    values: watch(root).proxy as ValueMap,
    wasRead(path) {
      for (const [depth, step] of path.entries()) {
        const holder: Value | undefined = valueAt(root, ...path.slice(0, depth));
        if (!isMap(holder) && !isList(holder)) return true;
        const seen = known.get(holder);
        if (seen === undefined || !(seen.isListed || seen.keys.has(String(step)))) return false;
      }
      return true;
    },
  };
}
