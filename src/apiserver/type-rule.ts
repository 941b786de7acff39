import type { Path } from '../problem.ts';
import { listOf, mapOf, textOf, type Value, type ValueMap } from '../value.ts';
import { briefJson, shorten } from '../words.ts';
import { keyFault, labelValueFault } from './names.ts';

/** A part of an object that the API server rejects. */
export interface RefusedPart {
  /** Within the object. */
  readonly path: Path;
  /** An unfinished sentence: `: the API server rejects it.` is appended. */
  readonly message: string;
  readonly hint?: string;
  /** The code of the rule about pods that reports the same, if there is one. */
  readonly code?: string;
}

/** Reports a value at a path relative to the checked one. */
export type Refuse = (steps: Path, message: string, hint?: string, code?: string) => void;

/** Checks a value of a type. The value may have any shape: the types of its fields are checked elsewhere. */
export type TypeRule = (value: ValueMap, refuse: Refuse) => void;

/** The same for values below a step. */
export function within(refuse: Refuse, step: string | number): Refuse {
  return (steps, ...rest) => refuse([step, ...steps], ...rest);
}

/** Whether a key is set; for the API server null is unset. */
export function given(map: ValueMap, key: string): boolean {
  return map[key] !== undefined && map[key] !== null;
}

/** A value for a message. */
export function inWords(value: Value): string {
  return shorten(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

/** The items with the name of an earlier item, and that item; null and empty strings do not count. */
export function repeatedIn<T>(
  items: readonly T[],
  nameOf: (item: T) => Value | undefined,
): { readonly index: number; readonly item: T; readonly first: T }[] {
  const firsts = new Map<Value, T>();
  return items.flatMap((item, index) => {
    const name = nameOf(item) ?? '';
    const first = firsts.get(name);
    if (name === '' || first !== undefined) return first === undefined ? [] : [{ index, item, first }];
    firsts.set(name, item);
    return [];
  });
}

/** Checks a name by one of the rules for names. */
export function named(map: ValueMap, key: string, faultOf: (name: string) => string | undefined, refuse: Refuse): void {
  const name = map[key];
  if (typeof name !== 'string' || (name === '' && key !== 'topologyKey')) {
    if (name === '' && (key === 'key' || key === 'name')) refuse([key], `${key} is empty`);
    return;
  }
  const fault = faultOf(name);
  if (fault !== undefined) refuse([key], `${key} ${briefJson(name)} ${fault}`, undefined, 'invalid-name');
}

/** Checks that a number has at least a minimum and fits its type: 32 bits, except for a grace period. */
export function atLeast(least: number, map: ValueMap, steps: readonly [string], refuse: Refuse): void {
  const [key] = steps;
  const number = map[key];
  if (typeof number !== 'number') return;
  if (number < least) refuse([key], `${key} must be at least ${least}, but is ${number}`);
  if (number > 2147483647 && key !== 'terminationGracePeriodSeconds')
    refuse([key], `${key} must be at most 2147483647, but is ${number}`);
}

/** Checks that a number is within a range. */
export function findRange(map: ValueMap, key: string, least: number, most: number, refuse: Refuse): void {
  const number = map[key];
  if (typeof number === 'number' && (number < least || number > most))
    refuse(
      [key],
      `${key} must be ${least === Number.NEGATIVE_INFINITY ? 'at most' : `from ${least} to`} ${most}, but is ${number}`,
    );
}

/** Checks that the keys and values of a map are valid label keys and values. */
export function selects(holder: ValueMap, key: string, refuse: Refuse): void {
  for (const [name, value] of Object.entries(mapOf(holder[key]))) {
    const fault = keyFault(name);
    if (fault !== undefined)
      refuse([key, name], `The label’s key ${briefJson(name)} ${fault}`, undefined, 'invalid-label');
    const valueFault = typeof value === 'string' ? labelValueFault(value) : undefined;
    if (valueFault !== undefined)
      refuse([key, name], `The label’s value ${briefJson(value)} ${valueFault}`, undefined, 'invalid-label');
  }
}

/** Checks that exactly one field of a map is set, of all its fields or of these. */
export function exactlyOne(what: string, of?: readonly string[]): TypeRule {
  return (map, refuse) => {
    const set = Object.keys(map).filter((key) => given(map, key) && (of === undefined || of.includes(key)));
    const [known, hint] = of === undefined ? ['', undefined] : [`: one of ${of.join(', ')}`, 'Set one of them.'];
    if (set.length === 0) refuse([], `${what} must have a type${known}`, hint);
    else if (set.length > 1) refuse([set[1] ?? ''], `${what} can only have one type, but has ${set.join(' and ')}`);
  };
}

/** Checks that a path stays within the folder that it is relative to. */
export function staysWithin(path: Value | undefined, at: Path, within: string, refuse: Refuse): void {
  if (typeof path !== 'string') return;
  if (path.startsWith('/')) refuse(at, `${at.at(-1)} must be relative to ${within}`);
  else if (path.split('/').includes('..')) refuse(at, `${at.at(-1)} must not have ..`);
}

/** Checks that a string is not empty. */
export function needsName(source: ValueMap, key: string, refuse: Refuse): void {
  if (textOf(source[key]) === undefined || source[key] === '') refuse([key], `${key} is missing`);
}

/** Checks that user and group ids are in range. */
export function findIds(context: ValueMap, refuse: Refuse): void {
  const groups = listOf(context['supplementalGroups']).entries();
  const ids: [Path, Value | undefined][] = [
    ...['runAsUser', 'runAsGroup', 'fsGroup'].map((key): [Path, Value | undefined] => [[key], context[key]]),
    ...[...groups].map(([index, id]): [Path, Value] => [['supplementalGroups', index], id]),
  ];
  for (const [steps, id] of ids)
    if (typeof id === 'number' && (id < 0 || id > 2147483647))
      refuse(steps, `${steps[0]} must be from 0 to 2147483647`);
}
