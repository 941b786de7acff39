/** The longest key that is kept, in characters: the texts of a fleet may have any size. */
const longestKey = 100_000;

/** The last few results of a computation on a text, which the objects of a fleet, or of one file, often share. */
export class Recent<Result extends object> {
  readonly #results = new Map<string, Result>();

  /** Keeps at most `most` results; those not used for longest go first. */
  constructor(readonly most: number) {}

  /** The kept result for a key, or else what `compute` returns; callers share it, and must not change it. */
  get(key: string, compute: () => Result): Result {
    const known = this.#results.get(key);
    const result = known ?? compute();
    if (key.length > longestKey) return result;
    // A map keeps the order in which keys came: the one that was used last is the last.
    this.#results.delete(key);
    this.#results.set(key, result);
    if (this.#results.size > this.most) this.#results.delete(this.#results.keys().next().value ?? '');
    return result;
  }
}
