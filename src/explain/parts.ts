/**
 * Compares two renderings and returns the differing parts as paths of the first: these depend on the changed value or
 * feature.
 */

import { fieldWithin } from '../diff/compare.ts';
import type { Field } from '../diff/field.ts';
import { byName } from '../diff/names.ts';
import { gapsOf } from '../diff/sequence.ts';
import type { Path } from '../problem.ts';
import { equal, isList, isMap, type Value, type ValueMap } from '../value.ts';
import { readYaml } from '../yaml/read.ts';
import type { Drawn } from './drawn.ts';
import { isAlike } from './effect.ts';

/**
 * A part of an object that differs. The path is that in the first rendering, or for an added part that in the second.
 */
export interface Part {
  readonly object: Drawn;
  readonly path: Path;
  readonly change: 'changed' | 'added' | 'removed';
}

type FoundPart = Omit<Part, 'object'>;

/** Every part in which two renderings differ, each as deep as possible. */
export function partsBetween(before: readonly Drawn[], after: readonly Drawn[]): Part[] {
  const { pairs, gone, come } = paired(before, after);
  return [
    ...pairs.flatMap(([object, other]) => {
      if (isAlike(object, other)) return [];
      const found: FoundPart[] = [];
      compareMaps(object.object, other.object, { type: object.kind, shape: 'one' }, { path: [], found });
      return found.map((part): Part => ({ object, ...part }));
    }),
    ...gone.map((object): Part => ({ object, path: [], change: 'removed' })),
    ...come.map((object): Part => ({ object, path: [], change: 'added' })),
  ];
}

/** A renamed object counts as the same one: objects that have no match by name are paired by kind and proxy. */
function paired(before: readonly Drawn[], after: readonly Drawn[]) {
  const rest = new Set(after);
  const pairs: [Drawn, Drawn][] = [];
  let open = [...before];
  for (const keyOf of [identityOf, (one: Drawn) => `${groupOf(one)} ${one.proxy}`]) {
    const byKey = new Map<string, Drawn[]>();
    for (const one of rest) byKey.set(keyOf(one), [...(byKey.get(keyOf(one)) ?? []), one]);
    open = open.filter((one) => {
      const other = byKey.get(keyOf(one))?.shift();
      if (other === undefined) return true;
      rest.delete(other);
      pairs.push([one, other]);
      return false;
    });
  }
  return { pairs, gone: open, come: [...rest] };
}

function identityOf(one: Drawn): string {
  return JSON.stringify([groupOf(one), one.namespace, one.name, one.proxy]);
}

/** A DaemonSet replaces a Deployment. */
function groupOf({ kind, partial }: Drawn): string {
  return `${kind === 'DaemonSet' ? 'Deployment' : kind}${partial ? ' in part' : ''}`;
}

interface Place {
  readonly path: Path;
  readonly found: FoundPart[];
}

function below({ path, found }: Place, step: string | number): Place {
  return { path: [...path, step], found };
}

function compareValues(before: Value, after: Value, field: Field, place: Place): void {
  if (before === after) return;
  const [one, other] = field.type === 'EnvoyText' ? [innerOf(before), innerOf(after)] : [];
  if (isMap(before) && isMap(after)) compareMaps(before, after, field, place);
  else if (isList(before) && isList(after)) compareLists(before, after, field, place);
  else if (one !== undefined && other !== undefined)
    compareMaps(one, other, { type: 'EnvoyMessage', shape: 'one' }, place);
  else if (!equal(before, after)) place.found.push({ path: place.path, change: 'changed' });
}

/** Parses a bootstrap; undefined if the text is not one. */
export function innerOf(text: Value): ValueMap | undefined {
  if (typeof text !== 'string') return undefined;
  let value = read.get(text);
  if (value === undefined) {
    value = readYaml({ name: 'envoy.yaml', text }).value;
    if (read.size > 20) read.clear();
    read.set(text, value);
  }
  return isMap(value) ? value : undefined;
}

/** Caches the parsed bootstrap of the baseline, which is compared with every other one. */
const read = new Map<string, Value>();

function compareMaps(before: ValueMap, after: ValueMap, owner: Field, place: Place): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const inner = below(place, key);
    const [one, other] = [before[key], after[key]];
    if (!Object.hasOwn(before, key) || one === undefined) inner.found.push({ path: inner.path, change: 'added' });
    else if (!Object.hasOwn(after, key) || other === undefined)
      inner.found.push({ path: inner.path, change: 'removed' });
    else compareValues(one, other, fieldWithin(owner, key), inner);
  }
}

function compareLists(before: readonly Value[], after: readonly Value[], field: Field, place: Place): void {
  const item: Field = { type: field.type, shape: 'one' };
  const [own, others] = [byName(before, field), byName(after, field)];
  if (own === undefined || others === undefined) compareByPlace(before, after, item, place);
  else compareByNames([...own], [...others], field, place);
}

type Named = readonly (readonly [name: string, item: Value])[];

function compareByNames(before: Named, after: Named, field: Field, place: Place): void {
  const item: Field = { type: field.type, shape: 'one' };
  const [own, others] = [new Map(before), new Map(after)];
  const isKept = ([name]: Named[number]): boolean => own.has(name) && others.has(name);
  const [kept, stayed] = [before, after].map((items) => items.filter(isKept).map(([name]) => name));
  if (!equal(kept, stayed)) place.found.push({ path: place.path, change: 'changed' });
  // An item is the same one if only what identifies it changes: a number, a path, or the name of an otherwise like item.
  const isRenamed = (index: number): boolean => {
    const [one, other] = [before[index], after[index]];
    if (one === undefined || other === undefined || isKept(one) || isKept(other)) return false;
    return field.identity?.keys.includes('name') === false || isLike(one[1], other[1]);
  };
  for (const [index, [name, value]] of before.entries()) {
    const other = isRenamed(index) ? after[index]?.[1] : others.get(name);
    if (other === undefined) place.found.push({ path: [...place.path, index], change: 'removed' });
    else compareValues(value, other, item, below(place, index));
  }
  for (const [index, [name]] of after.entries())
    if (!own.has(name) && !isRenamed(index)) place.found.push({ path: [...place.path, index], change: 'added' });
}

/** Whether two maps have the same keys, and at least half of their values besides the name are equal. */
function isLike(one: Value, other: Value): boolean {
  if (!isMap(one) || !isMap(other) || !equal(Object.keys(one).sort(), Object.keys(other).sort())) return false;
  const same = Object.keys(one).filter((key) => equal(one[key] ?? null, other[key] ?? null)).length;
  return 2 * same >= Object.keys(one).length - 1;
}

/** As many items as possible are matched as unchanged; those between them are compared pairwise. */
function compareByPlace(before: readonly Value[], after: readonly Value[], item: Field, place: Place): void {
  for (const { left, leftCount, right, rightCount } of gapsOf(before, after, equal)) {
    const both = Math.min(leftCount, rightCount);
    for (let at = 0; at < both; at++)
      compareValues(before[left + at] ?? null, after[right + at] ?? null, item, below(place, left + at));
    for (let at = both; at < leftCount; at++) place.found.push({ path: [...place.path, left + at], change: 'removed' });
    for (let at = both; at < rightCount; at++) place.found.push({ path: [...place.path, right + at], change: 'added' });
  }
}
