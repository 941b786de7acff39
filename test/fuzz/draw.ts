/**
 * The only source of randomness: a sequence of choices, each an integer below a bound. They come from a seed or from a
 * recorded sequence, past the end of which they are 0.
 *
 * This is why the generator is our own instead of fast-check's: a sequence of numbers can be sent to another process,
 * where Proxies, getters and functions cannot, and any input is shrunk by shrinking its sequence, however it is built.
 * Inputs that hang are shrunk in processes that can be killed.
 */
export class Draw {
  /** The choices made, to reproduce the input. */
  readonly choices: number[] = [];
  readonly #next: (bound: number) => number;

  constructor(from: number | readonly number[]) {
    if (typeof from === 'number') {
      const random = randomOf(from);
      this.#next = (bound) => Math.floor(random() * bound);
    } else this.#next = (bound) => Math.min(from[this.choices.length] ?? 0, bound - 1);
  }

  /** An integer from 0 to `bound` - 1. Smaller numbers should lead to simpler inputs. */
  below(bound: number): number {
    const choice = bound <= 1 ? 0 : this.#next(bound);
    this.choices.push(choice);
    return choice;
  }

  /** True with a probability of one in this number. */
  oneIn(times: number): boolean {
    return this.below(times) === times - 1;
  }

  /** An item of a list, whose first item should be the simplest. */
  pick<T>(list: readonly T[]): T {
    // Callers' lists are never empty.
    return list[this.below(list.length)] as T;
  }

  /** The result of one of these functions. */
  one<T>(...makers: readonly (() => T)[]): T {
    return this.pick(makers)();
  }

  /** A list of at most this many items. Each is drawn separately, so that any of them can be omitted when shrinking. */
  list<T>(most: number, make: (index: number) => T): T[] {
    const made: T[] = [];
    while (made.length < most && this.below(4) !== 0) made.push(make(made.length));
    return made;
  }
}

/** The seed of an input: the same kind and index give the same input, independent of other inputs. */
export function seedOf(seed: number, kind: string, index: number): number {
  let hash = 2166136261 ^ seed;
  for (const char of `${kind}/${index}`) hash = Math.imul(hash ^ char.charCodeAt(0), 16777619);
  return hash >>> 0;
}

/** Tommy Ettinger's mulberry32: 32 bits of state, uniform enough for this purpose. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
