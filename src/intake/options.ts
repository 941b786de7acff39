import type { Problem } from '../problem.ts';
import { isMap, type ValueMap } from '../value.ts';
import { shorten } from '../words.ts';
import { mostCharacters, plainOf } from './plain.ts';
import { attempt, attemptAt, badOption, describeGiven, failed, faultOfText, reported } from './words.ts';

/**
 * Reads one option. An invalid value is a problem that refers to the option as `name`, and returns undefined. Never
 * throws.
 */
export type Reader<T> = (given: unknown, name: string, problems: Problem[]) => T | undefined;

/** The result of reading an object of options with a table of readers. */
export type Options<R> = { -readonly [K in keyof R]?: R[K] extends Reader<infer T> ? T : never };

/** Names and patterns are short; a `--set` argument or the content of a file may be as long as values. */
const mostOfName = 2048;
const mostItems = 100_000;

function wrong(name: string, wanted: string, given: unknown): Problem {
  return badOption(`${name} must be ${wanted}, but is ${describeGiven(given)}.`);
}

function readText(given: unknown, name: string, problems: Problem[], most: number): string | undefined {
  if (typeof given !== 'string') return reported(problems, wrong(name, 'a string', given));
  const fault = faultOfText(given, most);
  if (fault === undefined) return given;
  return reported(problems, { ...badOption(`${name} ${fault.message}.`), code: fault.code });
}

/** A short string, such as a name. */
export const text: Reader<string> = (given, name, problems) => readText(given, name, problems, mostOfName);

/** A string that may be as long as a file. */
export const longText: Reader<string> = (given, name, problems) => readText(given, name, problems, mostCharacters);

/** A boolean; strings such as "true" are rejected. */
export const flag: Reader<boolean> = (given, name, problems) => {
  return typeof given === 'boolean' ? given : reported(problems, wrong(name, 'true or false', given));
};

/** A non-negative integer. */
export const count: Reader<number> = (given, name, problems) => {
  if (typeof given === 'number' && Number.isSafeInteger(given) && given >= 0) return given;
  const shown = typeof given === 'number' ? String(given) : describeGiven(given);
  return reported(problems, badOption(`${name} must be an integer from 0, but is ${shown}.`));
};

/** One of a few strings. */
export function choice<const T extends string>(...choices: readonly T[]): Reader<T> {
  return (given, name, problems) => {
    const found = choices.find((one) => one === given);
    if (found !== undefined) return found;
    const wanted = choices.map((one) => `'${one}'`).join(' or ');
    const shown = typeof given === 'string' ? JSON.stringify(given.slice(0, 40)) : describeGiven(given);
    return reported(problems, badOption(`${name} must be ${wanted}, but is ${shown}.`));
  };
}

/** A single item or a list of them; returns a list. */
export function many<T>(read: Reader<T>): Reader<readonly T[]> {
  return (given, name, problems) => {
    const before = problems.length;
    const list = itemsOf(given, name, problems).flatMap(([item, at]) => read(item, at, problems) ?? []);
    return problems.length > before ? undefined : list;
  };
}

/** The items of a list and their names in messages; anything else is a single item. */
export function itemsOf(given: unknown, name: string, problems: Problem[]): [item: unknown, name: string][] {
  const list = attempt(() => (Array.isArray(given) ? Number(given.length) : undefined));
  if (list === undefined) return [[given, name]];
  if (list === failed || list > mostItems) {
    problems.push(badOption(list === failed ? `${name} cannot be read.` : `${name} has more than ${mostItems} items.`));
    return [];
  }
  const items: [unknown, string][] = [];
  for (let index = 0; index < list; index++) {
    const item = attempt(() => (given as readonly unknown[])[index]);
    if (item === failed) problems.push(badOption(`${name}[${index}] cannot be read.`));
    else items.push([item, `${name}[${index}]`]);
    if (item === failed || (item === undefined && items.length < index + 1)) break;
  }
  return items;
}

/** Plain data whose root is a map. */
export const map: Reader<ValueMap> = (given, name, problems) => {
  if (typeof given !== 'object' || given === null) return reported(problems, wrong(name, 'a map', given));
  const { value, problems: found } = plainOf(given, name);
  for (const problem of found) problems.push(problem);
  if (found.length > 0) return undefined;
  return isMap(value) ? value : reported(problems, wrong(name, 'a map', given));
};

/** A map of strings, such as labels. */
export const textMap: Reader<Readonly<Record<string, string>>> = (given, name, problems) => {
  const found = map(given, name, problems);
  if (found === undefined) return undefined;
  const [key, other] = Object.entries(found).find(([, value]) => typeof value !== 'string') ?? [];
  if (key === undefined) return found as Readonly<Record<string, string>>; // All of its values are strings.
  return reported(problems, wrong(`${name}.${key}`, 'a string', other));
};

/** Texts by name: a Map, or a plain object. */
export const textsByName: Reader<ReadonlyMap<string, string>> = (given, name, problems) => {
  const entries = attempt(() => (given instanceof Map ? [...Map.prototype.entries.call(given)] : undefined));
  if (entries === undefined) {
    const found = textMap(given, name, problems);
    return found && new Map(Object.entries(found));
  }
  if (entries === failed) return reported(problems, badOption(`${name} cannot be read.`));
  const texts = new Map<string, string>();
  for (const [key, value] of entries) {
    const known = text(key, `A key of ${name}`, problems);
    const read = known === undefined ? undefined : longText(value, `${name}: ${known}`, problems);
    if (known === undefined || read === undefined) return undefined;
    texts.set(known, read);
  }
  return texts;
};

/** Reads an object of options with a table of readers; an unknown option is a warning. undefined means no options. */
export function options<R extends Readonly<Record<string, Reader<unknown>>>>(readers: R): Reader<Options<R>> {
  const table = Object.entries(readers);
  return (given, name, problems) => {
    if (given === undefined) return {};
    const keys =
      typeof given === 'object' && given !== null
        ? attempt(() => (Array.isArray(given) ? undefined : Object.keys(given)))
        : undefined;
    if (keys === undefined || keys === failed) return reported(problems, wrong(name, 'an object', given));
    const unknown = keys.find((key) => !Object.hasOwn(readers, key));
    if (unknown !== undefined) problems.push(unknownOption(unknown, name, Object.keys(readers)));
    const read: Record<string, unknown> = {};
    for (const [key, reader] of table) {
      const value = attemptAt(given as Readonly<Record<string, unknown>>, key);
      if (value === undefined) continue;
      const full = name === 'options' ? key : `${name}.${key}`;
      if (value === failed) problems.push(badOption(`Reading ${full} throws an exception.`));
      else read[key] = reader(value, full, problems);
    }
    return read as Options<R>; // Each key has the result of its own reader.
  };
}

function unknownOption(key: string, name: string, known: readonly string[]): Problem {
  const shown = shorten(key, 41);
  const hint = `there are ${known.join(', ')}`;
  return { ...badOption(`There is no option ${shown} in ${name}, so it has no effect.`, hint), severity: 'warning' };
}

/** A required option. */
export function needed<T>(given: T | undefined, name: string, problems: Problem[]): given is T {
  if (given !== undefined) return true;
  // A value that is invalid has already been reported.
  if (problems.length === 0) problems.push(badOption(`${name} is missing.`));
  return false;
}
