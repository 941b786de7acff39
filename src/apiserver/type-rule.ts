import type { Path } from '../problem.ts';
import { listOf, mapOf, textOf, type Value, type ValueMap } from '../value.ts';
import { keyFault, labelValueFault } from './names.ts';

/** A part of an object that the API server refuses. */
export interface RefusedPart {
  /** In the object. */
  readonly path: Path;
  /** A sentence without its end: `: the API server rejects it.` follows. */
  readonly message: string;
  readonly hint?: string;
  /** The code of the rule that says it in the pod's own words, where there is one. */
  readonly code?: string;
}

/** Notes what is wrong with a value at some steps below the one that a rule is asked about. */
export type Refuse = (steps: Path, message: string, hint?: string, code?: string) => void;

/** What the API server asks of every value of a type. It may have any shape: the types of its fields are looked at elsewhere. */
export type TypeRule = (value: ValueMap, refuse: Refuse) => void;

/** The same for values below a step. */
export function within(refuse: Refuse, step: string | number): Refuse {
  return (steps, ...rest) => refuse([step, ...steps], ...rest);
}

/** Whether a key holds anything; the API server takes null for left out. */
export function given(map: ValueMap, key: string): boolean {
  return map[key] !== undefined && map[key] !== null;
}

/** A value in a message. */
export function inWords(value: Value): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Where a list has what it had before; nothing is nowhere twice. */
export function repeatedIn(list: readonly Value[]): number[] {
  const seen = new Set<Value>();
  return list.flatMap((value, index) => {
    if (value === null || value === '') return [];
    const isRepeated = seen.has(value);
    seen.add(value);
    return isRepeated ? [index] : [];
  });
}

/** Asks for a name by one of the rules for names. */
export function named(map: ValueMap, key: string, faultOf: (name: string) => string | undefined, refuse: Refuse): void {
  const name = map[key];
  if (typeof name !== 'string' || (name === '' && key !== 'topologyKey')) {
    if (name === '' && (key === 'key' || key === 'name')) refuse([key], `${key} is empty`);
    return;
  }
  const fault = faultOf(name);
  if (fault !== undefined) refuse([key], `${key} ${JSON.stringify(name)} ${fault}`, undefined, 'invalid-name');
}

/** Asks that a number is not below another one, nor beyond what its type holds: 32 bits, but for a grace period. */
export function atLeast(least: number, map: ValueMap, steps: readonly [string], refuse: Refuse): void {
  const [key] = steps;
  const number = map[key];
  if (typeof number !== 'number') return;
  if (number < least) refuse([key], `${key} must be at least ${least}, but is ${number}`);
  if (number > 2147483647 && key !== 'terminationGracePeriodSeconds')
    refuse([key], `${key} must be at most 2147483647, but is ${number}`);
}

/** Asks that the keys and values of a map are those of labels. */
export function selects(holder: ValueMap, key: string, refuse: Refuse): void {
  for (const [name, value] of Object.entries(mapOf(holder[key]))) {
    const fault = keyFault(name);
    if (fault !== undefined)
      refuse([key, name], `The label’s key ${JSON.stringify(name)} ${fault}`, undefined, 'invalid-label');
    const valueFault = typeof value === 'string' ? labelValueFault(value) : undefined;
    if (valueFault !== undefined)
      refuse([key, name], `The label’s value ${JSON.stringify(value)} ${valueFault}`, undefined, 'invalid-label');
  }
}

/** A map of which one field is to be set, of those that there are or of these. */
export function exactlyOne(what: string, of?: readonly string[]): TypeRule {
  return (map, refuse) => {
    const set = Object.keys(map).filter((key) => given(map, key) && (of === undefined || of.includes(key)));
    if (set.length === 0) refuse([], `${what} must have a type${of === undefined ? '' : `: one of ${of.join(', ')}`}`);
    else if (set.length > 1) refuse([set[1] ?? ''], `${what} can only have one type, but has ${set.join(' and ')}`);
  };
}

/** Asks that a path stays within the folder that it is relative to. */
export function staysWithin(path: Value | undefined, at: Path, within: string, refuse: Refuse): void {
  if (typeof path !== 'string') return;
  if (path.startsWith('/')) refuse(at, `${at.at(-1)} must be relative to ${within}`);
  else if (path.split('/').includes('..')) refuse(at, `${at.at(-1)} must not have ..`);
}

/** Asks for a string that is not empty. */
export function needsName(source: ValueMap, key: string, refuse: Refuse): void {
  if (textOf(source[key]) === undefined || source[key] === '') refuse([key], `${key} is missing`);
}

/** Asks that users and groups have numbers that they can have. */
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
