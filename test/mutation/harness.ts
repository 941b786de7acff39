import strict from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

type Callback = (context: Context) => unknown;

interface Context {
  readonly name: string;
  diagnostic(text: string): void;
  skip(): void;
  after(callback: () => unknown): void;
  test(...args: readonly unknown[]): Promise<void>;
}

/** The tests of one file, as it registers them on loading. */
export interface Suite {
  readonly tests: { readonly name: string; readonly run: Callback }[];
  readonly before: (() => unknown)[];
  readonly after: (() => unknown)[];
}

let registering: Suite | undefined;

/** Loads a test file and returns the tests that it registers. */
export function collect(load: () => unknown): Suite {
  const suite: Suite = { tests: [], before: [], after: [] };
  registering = suite;
  try {
    load();
  } finally {
    registering = undefined;
  }
  return suite;
}

/** Runs one test; returns its error, or undefined. */
export async function failureOf({ name, run }: Suite['tests'][number]): Promise<Error | undefined> {
  const after: (() => unknown)[] = [];
  const context: Context = {
    name,
    diagnostic: () => {},
    skip: () => {},
    after: (callback) => after.push(callback),
    async test(...args) {
      const inner = testOf(args);
      if (inner !== undefined) await inner.run({ ...context, name: inner.name });
    },
  };
  try {
    const result = run(context);
    // Most tests are synchronous and need no turn of the event loop.
    if (isPromise(result)) await result;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    for (const callback of after) await callback();
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}

function testOf(args: readonly unknown[]): Suite['tests'][number] | undefined {
  const [name] = args;
  const run = args.findLast((arg) => typeof arg === 'function') as Callback | undefined;
  const options = args.find((arg) => typeof arg === 'object' && arg !== null) as { skip?: unknown } | undefined;
  return run === undefined || (options?.skip ?? false) !== false ? undefined : { name: String(name), run };
}

function test(...args: readonly unknown[]): Promise<void> {
  const found = testOf(args);
  if (found !== undefined) registering?.tests.push(found);
  return Promise.resolve();
}

/** Replaces `node:test`: records the registered tests instead of running them. */
export const testModule = {
  test: Object.assign(test, { skip: () => {}, todo: () => {} }),
  before: (callback: () => unknown) => registering?.before.push(callback),
  after: (callback: () => unknown) => registering?.after.push(callback),
};

/** Replaces `node:assert/strict`: only whether something differs matters, so no diff is computed. */
export const assertModule: unknown = Object.assign(
  (value: unknown, message?: string | Error) => check(Boolean(value), message),
  strict,
  {
    ok: (value: unknown, message?: string | Error) => check(Boolean(value), message),
    equal: (a: unknown, b: unknown, message?: string | Error) => check(Object.is(a, b), message),
    strictEqual: (a: unknown, b: unknown, message?: string | Error) => check(Object.is(a, b), message),
    deepEqual: (a: unknown, b: unknown, message?: string | Error) => check(isDeepStrictEqual(a, b), message),
    deepStrictEqual: (a: unknown, b: unknown, message?: string | Error) => check(isDeepStrictEqual(a, b), message),
  },
);

function check(isRight: boolean, message: string | Error = 'an assertion fails'): void {
  if (!isRight) throw message instanceof Error ? message : new Error(message);
}
