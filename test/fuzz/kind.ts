import type { Draw } from './draw.ts';

/** A kind of input. A file in `test/fuzz/kinds` that exports one as `kind` is all that it takes to add it. */
export interface Kind<I> {
  readonly name: string;
  /** How many inputs `npm test` tries. */
  readonly inputs: number;
  /** An input, from nothing but these choices. */
  make(draw: Draw): I;
  /** Tries it; throws what {@link fault} makes where something is wrong. Any other exception is a fault of glistio's, too. */
  check(input: I): void | Promise<void>;
  /** The input for a person to read and to try again. */
  show(input: I): string;
}

/** What is wrong with what glistio made of an input. */
class Fault extends Error {
  /** What does not hold, the same for all inputs that show it. */
  readonly what: string;
  constructor(what: string, detail: string) {
    super(detail);
    this.what = what;
  }
}

/** Throws that something does not hold. */
export function fault(what: string, detail = ''): never {
  throw new Fault(what, detail.length > 2000 ? `${detail.slice(0, 2000)}…` : detail);
}

/** No run of glistio may take longer, in milliseconds of processor time: how busy the machine is does not count. */
const mostTime = 2000;

/** The longest run since this was last set to 0. */
export const slowest = { took: 0 };

/** Runs something of glistio; what takes too long, and a second time, too, is a fault. The first time may have been loading code. */
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

/** A fault as the processes tell each other. */
export interface Found {
  readonly what: string;
  readonly detail: string;
}

/** Anything thrown as a fault: an unexpected exception is known by its kind and by where it comes from. */
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
