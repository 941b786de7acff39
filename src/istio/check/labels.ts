import { isMap, type ValueMap, wordOf } from '../../value.ts';

/** An index of objects by their labels, so that a selector finds its objects without scanning all of them. */
export class LabelIndex<T> {
  readonly #byPair = new Map<string, T[]>();

  constructor(objects: readonly T[], labelsOf: (object: T) => ValueMap) {
    for (const object of objects) {
      for (const [key, value] of Object.entries(labelsOf(object))) {
        const pair = pairOf(key, value);
        const list = this.#byPair.get(pair);
        if (list === undefined) this.#byPair.set(pair, [object]);
        else list.push(object);
      }
    }
  }

  /** The objects that may have all the labels, found by the rarest of them. None for an empty selector. */
  candidates(selector: ValueMap): readonly T[] {
    let best: readonly T[] | undefined;
    for (const [key, value] of Object.entries(selector)) {
      const list = this.#byPair.get(pairOf(key, value)) ?? [];
      if (best === undefined || list.length < best.length) best = list;
    }
    return best ?? [];
  }

  /** The objects with any of the labels, each once. */
  sharing(labels: ValueMap): ReadonlySet<T> {
    return new Set(Object.entries(labels).flatMap(([key, value]) => this.#byPair.get(pairOf(key, value)) ?? []));
  }
}

function pairOf(key: string, value: ValueMap['x'] | undefined): string {
  return `${key}=${typeof value === 'string' ? value : isMap(value) ? '{}' : wordOf(value)}`;
}
