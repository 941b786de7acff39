/** The longest key that is kept, in characters; a stranger's text may have any size. */
const longestKey = 100_000;

/** The last few results of a computation on a text, which the objects of a fleet, or of one file, often share. */
export class Recent<Result> {
  readonly #results = new Map<string, Result>();

  /** Keeps at most `most` results; the oldest goes first. */
  constructor(readonly most: number) {}

  /** The kept result for a key, or else what `compute` returns; callers share it, and must not change it. */
  get(key: string, compute: () => Result): Result {
    const known = this.#results.get(key);
    if (known !== undefined) return known;
    const result = compute();
    if (key.length > longestKey) return result;
    if (this.#results.size >= this.most) this.#results.delete(this.#results.keys().next().value ?? '');
    this.#results.set(key, result);
    return result;
  }
}
