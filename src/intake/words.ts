import type { Problem } from '../problem.ts';
import { defined } from '../value.ts';

/**
 * Reads a part of a value from the caller: a getter, a Proxy or a revoked Proxy may throw on any access. This is the
 * only place where the library catches exceptions of the caller's code.
 */
export function attempt<T>(read: () => T): T | typeof failed {
  try {
    return read();
  } catch {
    return failed;
  }
}

/** The same for a property. */
export function attemptAt(given: Readonly<Record<string, unknown>>, key: string): unknown {
  try {
    return given[key];
  } catch {
    return failed;
  }
}

/** What {@link attempt} returns if reading threw. */
export const failed: unique symbol = Symbol('failed');

/** Describes a JavaScript value for a message, without its contents, which may be anything. */
export function describeGiven(given: unknown): string {
  switch (typeof given) {
    case 'object': {
      const words = given === null ? 'null' : attempt(() => describeObject(given));
      return words === failed ? 'an object that cannot be read' : words;
    }
    case 'undefined':
      return 'undefined';
    case 'bigint':
      return 'a BigInt';
    default:
      return `a ${typeof given}`;
  }
}

function describeObject(given: object): string {
  if (Array.isArray(given)) return 'a list';
  for (const [type, words] of known) if (given instanceof type) return words;
  return isPlainObject(given) ? 'a map' : 'an instance of a class';
}

const known: readonly (readonly [abstract new (...given: never[]) => object, string])[] = [
  [Date, 'a Date'],
  [Map, 'a Map'],
  [Set, 'a Set'],
  [RegExp, 'a RegExp'],
  [Promise, 'a Promise'],
  [Error, 'an Error'],
  [ArrayBuffer, 'an ArrayBuffer'],
];

/**
 * An object literal, one without a prototype, or either from another realm, whose prototype has no prototype itself.
 */
export function isPlainObject(given: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(given);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Strings that cannot be encoded as UTF-8: with the u flag this matches only lone surrogates. */
const halfOfPair = /\p{Surrogate}/u;

/** Why a string is not valid text. */
export function faultOfText(text: string, most: number): Pick<Problem, 'code' | 'message'> | undefined {
  if (text.length > most) return { code: 'too-long', message: `is longer than ${most} characters` };
  return halfOfPair.test(text)
    ? { code: 'not-utf8', message: 'is not valid Unicode: it has a lone surrogate' }
    : undefined;
}

/** Reports a problem in place of a result. */
export function reported(problems: Problem[], problem: Problem): undefined {
  problems.push(problem);
}

/** A problem about an argument of a library function or one of its options. */
export function badOption(message: string, hint?: string): Problem {
  return { code: 'bad-option', severity: 'error', message, ...defined({ hint }) };
}
