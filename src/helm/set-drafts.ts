import { getEntry, setEntry, type Value, type ValueMap } from '../value.ts';

/** A map that may be changed. */
export interface Draft {
  [key: string]: Value;
}

/**
 * The maps and lists that arguments created or copied and may therefore change: each is copied once, however many
 * arguments change it. The changes of an argument can be undone, since one that fails must leave no trace.
 */
export class Drafts {
  readonly #own = new Set<object>();
  /** Those that have an entry; listing the keys of a big map takes as long as it is big. */
  readonly #filled = new Set<object>();
  #undo: (() => void)[] = [];
  /** The number of items that lists were padded with. */
  padding = 0;

  /** The map itself if it is one of these, else a copy that is. */
  map(map: ValueMap): Draft {
    if (this.#own.has(map)) return map as Draft;
    const copy: Draft = { ...map };
    this.#own.add(copy);
    if (Object.keys(copy).length > 0) this.#filled.add(copy);
    return copy;
  }

  /** The list itself if it is one of these, else a copy that is. */
  list(list: readonly Value[]): Value[] {
    if (this.#own.has(list)) return list as Value[];
    const copy = [...list];
    this.#own.add(copy);
    return copy;
  }

  isEmpty(map: Draft): boolean {
    return !this.#filled.has(map);
  }

  /** Sets a key of one of these maps. */
  put(map: Draft, key: string, value: Value): void {
    const known = getEntry(map, key);
    if (known === value) return;
    const wasFilled = this.#filled.has(map);
    setEntry(map, key, value);
    this.#filled.add(map);
    this.#undo.push(() => {
      if (known === undefined) delete map[key];
      else setEntry(map, key, known);
      if (!wasFilled) this.#filled.delete(map);
    });
  }

  /** Sets an item of one of these lists, which is padded with null before it. */
  putItem(list: Value[], index: number, value: Value): void {
    const { length } = list;
    const known = list[index];
    if (known === value) return;
    while (list.length < index) list.push(null);
    this.padding += list.length - length;
    list[index] = value;
    this.#undo.push(() => {
      if (index < length) list[index] = known ?? null;
      else list.length = length;
    });
  }

  /** Commits the changes so far. */
  keep(): void {
    this.#undo = [];
  }

  /** Undoes everything since the last {@link keep}. */
  takeBack(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
  }
}
