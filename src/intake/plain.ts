import { maxDepth } from '../depth.ts';
import { formatPath, type Problem } from '../problem.ts';
import { defined, setEntry, type Value } from '../value.ts';
import { attempt, attemptAt, describeGiven, failed, faultOfText, isPlainObject } from './words.ts';

/** The length limit of a values text. */
export const mostCharacters = 4 * 1024 * 1024;
/** More values than fit into such a text in practice. */
const mostValues = 1_000_000;
/** After this many problems the cause is clear. */
const mostFindings = 20;

/**
 * Copies any JavaScript value to plain data: what JSON can express, and 64-bit integers as BigInt. Every part that is
 * something else (undefined, a function, a Date, a class instance, a hole in a list …) or cannot be read is a problem
 * of severity `error` with its path, and so are cycles and data that is deeper or larger than any accepted text. Never
 * throws.
 */
export function plainOf(
  given: unknown,
  file: string,
): { readonly value: Value; readonly problems: readonly Problem[] } {
  const reader = new PlainReader(file);
  const value = reader.read(given);
  return { value, problems: reader.problems };
}

class PlainReader {
  readonly problems: Problem[] = [];
  readonly #file: string;
  readonly #path: (string | number)[] = [];
  /** The parents of the value that is being read. */
  readonly #around: object[] = [];
  #values = 0;
  #characters = 0;
  /** Reading has stopped: the data is too large, or enough problems were found. */
  #isOver = false;

  constructor(file: string) {
    this.#file = file;
  }

  read(given: unknown): Value {
    if (++this.#values > mostValues)
      return this.#refuseAll('too-long', `There are more than ${mostValues} values in this.`);
    switch (typeof given) {
      case 'string':
        return this.#readText(given);
      case 'boolean':
        return given;
      case 'number':
        return Number.isFinite(given)
          ? given
          : this.#refuse('number-not-finite', `${given} is not a number that Helm or Kubernetes can use.`);
      case 'bigint':
        return BigInt.asIntN(64, given) === given
          ? given
          : this.#refuse('out-of-range', 'This BigInt has more than 64 bits.', 'give a string if the digits matter');
      case 'object':
        return given === null ? null : this.#readObject(given);
      default:
        return this.#refuse('not-a-value', `${capital(describeGiven(given))} is not a value.`, plainHint);
    }
  }

  #readText(text: string): string {
    this.#characters += text.length;
    if (this.#characters > mostCharacters) {
      this.#refuseAll('too-long', `There are more than ${mostCharacters} characters in this.`);
      return '';
    }
    const fault = faultOfText(text, mostCharacters);
    if (fault !== undefined) this.#refuse(fault.code, `This string ${fault.message}.`);
    return text;
  }

  #readObject(given: object): Value {
    if (this.#around.includes(given)) return this.#refuseAll('cyclic-value', 'This value contains itself.', plainHint);
    if (this.#around.length >= maxDepth) {
      return this.#refuseAll('nested-too-deep', `This is nested more than ${maxDepth} levels deep.`);
    }
    const shape = attempt(() => (Array.isArray(given) ? 'list' : isPlainObject(given) ? 'map' : undefined));
    if (shape === failed) return this.#refuseUnreadable();
    if (shape === undefined)
      return this.#refuse('not-a-value', `${capital(describeGiven(given))} is not a value.`, plainHint);
    this.#around.push(given);
    const value = shape === 'list' ? this.#readList(given as readonly unknown[]) : this.#readMap(given);
    this.#around.pop();
    return value;
  }

  #readList(given: readonly unknown[]): Value {
    const length = attempt(() => Number(given.length));
    if (length === failed) return this.#refuseUnreadable();
    const list: Value[] = [];
    for (let index = 0; index < length && !this.#isOver; index++) {
      this.#path.push(index);
      const item = attempt(() => given[index]);
      // A hole reads as undefined; there may be billions of them, so one is reported for all.
      const isHole = item === undefined && attempt(() => index in given) !== true;
      if (item === failed) this.#refuseUnreadable();
      else if (isHole) this.#refuse('not-a-value', 'This list has holes.', 'fill them, or leave them out');
      else list.push(this.read(item));
      this.#path.pop();
      if (isHole) break;
    }
    return list;
  }

  #readMap(given: object): Value {
    const keys = attempt(() => Object.keys(given));
    const symbols = attempt(() =>
      Object.getOwnPropertySymbols(given).filter((symbol) => isEnumerable.call(given, symbol)),
    );
    if (keys === failed || symbols === failed) return this.#refuseUnreadable();
    if (symbols.length > 0) this.#refuse('not-a-value', 'A key of this map is a symbol.', plainHint);
    const map: { [key: string]: Value } = {};
    for (const key of keys) {
      if (this.#isOver) break;
      this.#path.push(key);
      this.#readText(key);
      const item = attemptAt(given as Readonly<Record<string, unknown>>, key);
      if (item === failed) this.#refuseUnreadable();
      else setEntry(map, key, this.read(item));
      this.#path.pop();
    }
    return map;
  }

  #refuseUnreadable(): Value {
    return this.#refuse('not-a-value', 'Reading this value throws an exception.', plainHint);
  }

  #refuseAll(code: string, message: string, hint?: string): null {
    if (!this.#isOver) this.#refuse(code, message, hint);
    this.#isOver = true;
    return null;
  }

  #refuse(code: string, message: string, hint?: string): null {
    if (this.#isOver) return null;
    // The start of a path with hundreds of steps is more useful than all of it.
    const path = formatPath(this.#path.slice(0, 20)).replace(halfOfPair, '\ufffd');
    this.problems.push({
      code,
      severity: 'error',
      message,
      ...(path === '' ? {} : { path }),
      file: this.#file,
      ...defined({ hint }),
    });
    this.#isOver = this.problems.length >= mostFindings;
    return null;
  }
}

/** Symbol keys are a library's internals, not data. */
const isEnumerable = Object.prototype.propertyIsEnumerable;

/** Path steps that cannot be written down. */
const halfOfPair = /\p{Surrogate}/gu;

const plainHint = 'give plain data, as JSON.parse(JSON.stringify(value)) returns it';

function capital(words: string): string {
  return words === 'undefined' || words === 'null' ? words : words.charAt(0).toUpperCase() + words.slice(1);
}
