import type { Path } from '../problem.ts';
import { isList, isMap, type Value, type ValueMap, valueAt } from '../value.ts';

/** Values that record which of them are read. */
export interface WatchedValues {
  readonly values: ValueMap;
  /** Whether anything read the value at a path. If nothing did, changing it cannot have an effect. */
  wasRead(path: Path): boolean;
}

/** The recorded reads of one map or list. */
interface Watched {
  readonly proxy: object;
  readonly keys: Set<string>;
  /** Whether its keys were enumerated, so that an added key would have been noticed. */
  isListed: boolean;
}

/** Wraps values in proxies that record every read; the same map is always wrapped by the same proxy. */
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
        // The proxy's target is empty, so every property must be reported as configurable; a list's target has its own
        // `length`.
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
    // The proxy behaves like the map.
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
