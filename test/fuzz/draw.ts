/**
 * Where all chance in an input comes from: a row of choices, each a whole number below a bound. They come from a seed, or from a
 * row that was recorded before, and past the end of that row they are 0.
 *
 * This is why the generator is our own and not fast-check's: a row of numbers can be sent to another process, where Proxies,
 * getters and functions cannot, and any input is made smaller by making its row smaller, however it is built. The inputs that
 * hang are made smaller in processes that can be killed.
 */
export class Draw {
  /** The choices that were made, to make the same input again. */
  readonly choices: number[] = [];
  readonly #next: (bound: number) => number;

  constructor(from: number | readonly number[]) {
    if (typeof from === 'number') {
      const random = randomOf(from);
      this.#next = (bound) => Math.floor(random() * bound);
    } else this.#next = (bound) => Math.min(from[this.choices.length] ?? 0, bound - 1);
  }

  /** A whole number from 0 to `bound` - 1. The smaller, the simpler should be what comes of it. */
  below(bound: number): number {
    const choice = bound <= 1 ? 0 : this.#next(bound);
    this.choices.push(choice);
    return choice;
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === times - 1;
  }

  /** One of a list, whose first item should be the simplest. */
  pick<T>(list: readonly T[]): T {
    // The callers' lists have items.
    return list[this.below(list.length)] as T;
  }

  /** What one of these makes. */
  one<T>(...makers: readonly (() => T)[]): T {
    return this.pick(makers)();
  }

  /** A list of up to so many things. Each is asked for anew, so that any of them can be left out of a smaller input. */
  list<T>(most: number, make: (index: number) => T): T[] {
    const made: T[] = [];
    while (made.length < most && this.below(4) !== 0) made.push(make(made.length));
    return made;
  }
}

/** The seed of an input: the same kind and index give the same input, whatever else is tried before. */
export function seedOf(seed: number, kind: string, index: number): number {
  let hash = 2166136261 ^ seed;
  for (const char of `${kind}/${index}`) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619);
  return hash >>> 0;
}

/** Tommy Ettinger's mulberry32: 32 bits of state, and even enough for what is tried here. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
