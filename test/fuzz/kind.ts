import type { Draw } from './draw.ts';

/** A kind of input. To add one, export it as `kind` from a file in `test/fuzz/kinds`, and import it in `kinds.ts`. */
export interface Kind<I> {
  readonly name: string;
  /** The number of inputs that `npm test` tries. */
  readonly inputs: number;
  /** Generates an input from these choices only. */
  make(draw: Draw): I;
  /** Tries it; throws a {@link fault} if something is wrong. Any other exception is also a fault of glistio. */
  check(input: I): void | Promise<void>;
  /** The input in readable form, for reproducing it. */
  show(input: I): string;
}

/** What is wrong with glistio's result for an input. */
class Fault extends Error {
  /** The violated invariant, the same for all inputs that show it. */
  readonly what: string;
  constructor(what: string, detail: string) {
    super(detail);
    this.what = what;
  }
}

/** Throws a fault. */
export function fault(what: string, detail = ''): never {
  throw new Fault(what, detail.length > 2000 ? `${detail.slice(0, 2000)}…` : detail);
}

/** The limit of every run, in milliseconds of CPU time, which does not depend on the load of the machine. */
const mostTime = 2000;

/** The longest run since this was last set to 0. */
export const slowest = { took: 0 };

/** Runs something; if it takes too long twice, that is a fault. The first time may have included loading code. */
export async function timed<T>(run: () => T | Promise<T>): Promise<T> {
  for (let time = 0; ; time++) {
    const before = process.cpuUsage();
    const result = await run();
    const { user, system } = process.cpuUsage(before);
    const took = (user + system) / 1000;
    if (took < mostTime) {
      slowest.took = Math.max(slowest.took, took);
      return result;
    }
    if (time > 0) fault('slow', `it took ${Math.round(took)} ms`);
  }
}

/** A fault in the form in which processes exchange it. */
export interface Found {
  readonly what: string;
  readonly detail: string;
}

/** Converts anything thrown to a fault: unexpected exceptions are identified by type and origin. */
export function foundOf(error: unknown): Found {
  if (error instanceof Fault) return { what: error.what, detail: error.message };
  if (!(error instanceof Error)) return { what: `threw ${typeof error}`, detail: String(error) };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  const own = frames.find((line) => /[/\\]src[/\\]/.test(line)) ?? frames[0] ?? '';
  const place = /([\w.-]+\.[cm]?[jt]s):\d+:\d+\)?$/.exec(own)?.[1] ?? '?';
  const inside = /^ {4}at (?:async )?([\w.#<>]+) /.exec(own)?.[1] ?? '?';
  return {
    what: `threw ${error.name} in ${inside} (${place})`,
    detail: [error.message.slice(0, 500), ...frames.slice(0, 8)].join('\n'),
  };
}
