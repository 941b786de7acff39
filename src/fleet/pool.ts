/** A worker that processes batches of jobs in the order in which they are sent; lost for good after `lost`. */
export interface Hand<J> {
  send(id: number, jobs: readonly J[]): void;
  /** Lets it end after the jobs that it was sent. */
  close(): void;
  /** Stops it at once, whatever it is doing. */
  end?(): void;
}

/** The reports of a worker. */
export interface HandEvents<R> {
  ready(): void;
  done(id: number, result: R): void;
  /** `at` is the index of the job within its batch, from 0, if it is known. */
  lost(reason: string, at?: number): void;
}

export interface PoolOptions<J, R> {
  /** The number of workers; with none, everything is done here. */
  readonly hands: number;
  hire(events: HandEvents<R>): Hand<J>;
  /** Does a batch in this thread. */
  here(jobs: readonly J[]): Promise<R>;
  /** The result of a job that its worker did not survive. */
  lost(job: J, reason: string): R;
  /** Once aborted, nothing new is started. */
  readonly stop: AbortSignal;
  /** Once aborted, nothing in progress is waited for. */
  readonly giveUp?: AbortSignal;
}

interface Task<J> {
  readonly batch: number;
  readonly part: number;
  readonly jobs: readonly J[];
}

interface Crew<J> {
  readonly hand: Hand<J>;
  readonly tasks: Map<number, Task<J>>;
  isReady: boolean;
}

/** A batch with the results of its parts; more than one only after a worker was lost. */
interface Batch<R> {
  readonly parts: (R | undefined)[];
  missing: number;
}

/** The most batches per worker: the current one and one more, so that it never waits. */
const queued = 2;

/**
 * Runs batches on several workers and returns the results in the order of the batches. There are never more than a few
 * batches in progress or waiting for an earlier one, whichever side is slow. If a worker dies, its batch is repeated
 * job by job: only the job that kills its worker when it runs alone, or that the worker is known to have been working
 * on, is lost.
 */
export async function* inOrder<J, R>(
  batches: AsyncIterator<readonly J[]>,
  options: PoolOptions<J, R>,
): AsyncGenerator<readonly [jobs: readonly J[], result: R]> {
  const pool = new Pool(batches, options);
  try {
    for (;;) {
      const next = await pool.next();
      if (next === undefined) return;
      yield* next;
    }
  } finally {
    pool.close();
  }
}

class Pool<J, R> {
  readonly #source: AsyncIterator<readonly J[]>;
  readonly #options: PoolOptions<J, R>;
  readonly #crew = new Set<Crew<J>>();
  readonly #waiting: Task<J>[] = [];
  readonly #batches = new Map<number, Batch<readonly [readonly J[], R]>>();
  readonly #window: number;
  #hands: number;
  #first = 0;
  #next = 0;
  #ids = 0;
  #isEnded = false;
  #isPulling = false;
  #isBusyHere = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(source: AsyncIterator<readonly J[]>, options: PoolOptions<J, R>) {
    this.#source = source;
    this.#options = options;
    this.#hands = options.hands;
    this.#window = Math.max(1, options.hands) * (queued + 1);
    for (const signal of [options.stop, options.giveUp]) signal?.addEventListener('abort', () => this.#wake());
  }

  /** The results of the next batch; undefined after the last one, or when no more will come. */
  async next(): Promise<(readonly [readonly J[], R])[] | undefined> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#isGivenUp) return undefined;
      // Available results are returned first: only then is there room for more.
      this.#hand();
      this.#pull();
      const batch = this.#batches.get(this.#first);
      if (batch?.missing === 0) {
        this.#batches.delete(this.#first++);
        return batch.parts.filter((part) => part !== undefined);
      }
      if (this.#isIdle() && (this.#isEnded || this.#options.stop.aborted)) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  get #isGivenUp(): boolean {
    return this.#options.giveUp?.aborted === true;
  }

  close(): void {
    for (const { hand } of this.#crew) this.#isGivenUp ? hand.end?.() : hand.close();
    this.#crew.clear();
    void this.#source.return?.();
  }

  #isIdle(): boolean {
    return !this.#isBusyHere && this.#waiting.length === 0 && [...this.#crew].every(({ tasks }) => tasks.size === 0);
  }

  #pull(): void {
    const isFull = this.#next - this.#first >= this.#window || this.#waiting.length > 0;
    if (this.#isEnded || this.#isPulling || isFull || this.#options.stop.aborted) return;
    this.#isPulling = true;
    this.#source.next().then(
      ({ value, done }) => {
        this.#isPulling = false;
        if (done) this.#isEnded = true;
        else {
          this.#batches.set(this.#next, { parts: [undefined], missing: 1 });
          this.#waiting.push({ batch: this.#next++, part: 0, jobs: value });
        }
        this.#wake();
      },
      // The caller that stops may also close what is being read.
      (error: unknown) => (this.#options.stop.aborted ? this.#wake() : this.#fail(error)),
    );
  }

  #fail(error: unknown): void {
    this.#failure = { error };
    this.#wake();
  }

  /** Assigns waiting batches to workers. */
  #hand(): void {
    if (this.#options.stop.aborted) this.#waiting.length = 0;
    while (this.#waiting.length > 0) {
      const crew = this.#free();
      if (crew === undefined && (this.#hands > 0 || this.#isBusyHere)) return;
      const task = this.#waiting.shift();
      if (task === undefined) return;
      if (crew === undefined) return void this.#doHere(task);
      const id = this.#ids++;
      crew.tasks.set(id, task);
      crew.hand.send(id, task.jobs);
    }
  }

  /** The worker with the least to do; a new one while there are few. */
  #free(): Crew<J> | undefined {
    let best: Crew<J> | undefined;
    for (const crew of this.#crew) if (best === undefined || crew.tasks.size < best.tasks.size) best = crew;
    if ((best === undefined || best.tasks.size > 0) && this.#crew.size < this.#hands) return this.#hire();
    return best === undefined || best.tasks.size >= queued ? undefined : best;
  }

  #hire(): Crew<J> {
    const events: HandEvents<R> = {
      ready: () => {
        crew.isReady = true;
      },
      done: (id, result) => {
        const task = crew.tasks.get(id);
        crew.tasks.delete(id);
        if (task !== undefined) this.#finish(task, result);
      },
      lost: (reason, at) => this.#lose(crew, reason, at),
    };
    const crew: Crew<J> = { hand: this.#options.hire(events), tasks: new Map(), isReady: false };
    this.#crew.add(crew);
    return crew;
  }

  async #doHere(task: Task<J>): Promise<void> {
    this.#isBusyHere = true;
    try {
      const result = await this.#options.here(task.jobs);
      // Signals and results of others are handled in between.
      await new Promise((resolve) => setImmediate(resolve));
      this.#isBusyHere = false;
      this.#finish(task, result);
    } catch (error) {
      this.#isBusyHere = false;
      this.#fail(error);
    }
  }

  #finish({ batch, part, jobs }: Task<J>, result: R): void {
    const known = this.#batches.get(batch);
    if (known !== undefined && known.parts[part] === undefined) {
      known.parts[part] = [jobs, result];
      known.missing--;
    }
    this.#wake();
  }

  #lose(crew: Crew<J>, reason: string, at?: number): void {
    if (!this.#crew.delete(crew)) return;
    const [current, ...others] = [...crew.tasks.values()];
    // A worker that cannot even start is not replaced; if none is left, the work is done here.
    if (!crew.isReady) this.#hands--;
    this.#waiting.unshift(...others);
    if (current !== undefined) {
      if (!crew.isReady) this.#waiting.unshift(current);
      else if (current.jobs.length > 1) this.#split(current, reason, at);
      else for (const job of current.jobs) this.#finish(current, this.#options.lost(job, reason));
    }
    this.#wake();
  }

  /** Runs the jobs of a batch one by one, except for the one that its worker was working on. */
  #split({ batch, jobs }: Task<J>, reason: string, at: number | undefined): void {
    const known = this.#batches.get(batch);
    if (known === undefined) return;
    known.parts.length = 0;
    for (const _ of jobs) known.parts.push(undefined);
    known.missing = jobs.length;
    const alone = jobs.map((job, part) => ({ batch, part, jobs: [job] }));
    this.#waiting.unshift(...alone.filter(({ part }) => part !== at));
    const lost = alone.find(({ part }) => part === at);
    for (const job of lost?.jobs ?? []) if (lost !== undefined) this.#finish(lost, this.#options.lost(job, reason));
  }
}
