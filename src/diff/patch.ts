import { formatPointer } from '../json-pointer.ts';
import type { KubeObject } from '../objects/object.ts';
import type { Side } from '../objects/read.ts';
import { hasErrors, type ObjectRef, type Path, type Problem } from '../problem.ts';
import { equal, isList, isMap, type Value, type ValueMap } from '../value.ts';
import { compare, fieldWithin } from './compare.ts';
import { canonicalOf } from './diff.ts';
import type { Field } from './field.ts';
import { itemNameOf } from './names.ts';
import { type DiffOptions, type DiffPlan, planOf } from './options.ts';
import { pairSides } from './pair.ts';
import { hiddenPart, redact } from './redact.ts';

/** One operation of RFC 6902. `object` names the affected object; tools that apply the patch ignore it. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: Value;
  readonly object: ObjectRef;
}

/**
 * Returns an RFC 6902 patch that turns the left into the right. It applies to one document: the `v1` List of all
 * objects of the left, in order ({@link asList}). What is not compared stays as on the left. With hidden values the
 * patch only shows what would change; `showSecrets` makes it applicable.
 */
export function patchManifests(left: Side, right: Side, options: DiffOptions = {}): readonly PatchOperation[] {
  return patchSides(left, right, options).operations;
}

/** The patch, and the problems of reading and comparing; if one of them is an error, there are no operations. */
export function patchSides(
  left: Side,
  right: Side,
  options: DiffOptions = {},
): { readonly operations: readonly PatchOperation[]; readonly problems: readonly Problem[] } {
  const plan = planOf(options);
  const { sides, pairs, problems } = pairSides(left, right, plan, options, true);
  if (hasErrors(problems)) return { operations: [], problems };
  const showSecrets = options.showSecrets === true;
  const places = new Map(sides.left.objects.map((object, place) => [object, place]));
  const inside: PatchOperation[] = [];
  const added: PatchOperation[] = [];
  const removed: number[] = [];
  for (const pair of pairs) {
    const place = (pair.left && places.get(pair.left)) ?? -1;
    if (pair.left !== undefined && pair.right !== undefined)
      inside.push(...patchObject(place, pair.left, pair.right, plan, showSecrets));
    else if (pair.right !== undefined)
      added.push({
        op: 'add',
        path: '/items/-',
        value: shownWhole(pair.right, showSecrets),
        object: refOf(pair.right),
      });
    else removed.push(place);
  }
  // From the end, so that the remaining indexes stay valid.
  const gone = removed
    .sort((a, b) => b - a)
    .map((place): PatchOperation => {
      const object = sides.left.objects[place];
      return {
        op: 'remove',
        path: `/items/${place}`,
        object: object === undefined ? { kind: '', namespace: '', name: '' } : refOf(object),
      };
    });
  return { operations: [...inside, ...added, ...gone], problems };
}

/** The objects of a side as the document to which the patch of {@link patchManifests} applies. */
export function asList(objects: readonly KubeObject[]): ValueMap {
  return { apiVersion: 'v1', kind: 'List', items: objects.map(({ object }) => object) };
}

function shownWhole({ object }: KubeObject, showSecrets: boolean): ValueMap {
  return showSecrets ? object : (redact(undefined, object).right ?? object);
}

function refOf({ kind, namespace, name }: KubeObject): ObjectRef {
  return { kind, namespace, name };
}

type Open = { [key: string]: Value } | Value[];

/** The operations for one object; if they would not lead to the wanted result, the object is replaced as a whole. */
function patchObject(
  place: number,
  left: KubeObject,
  right: KubeObject,
  plan: DiffPlan,
  showSecrets: boolean,
): PatchOperation[] {
  const type = left.kind;
  const source = canonicalOf(left, plan);
  const target = canonicalOf(right, plan);
  const differences = compare(source, target, type);
  if (differences.length === 0) return [];
  const object = refOf(left);
  // The right with secrets hidden, and otherwise the same structure.
  const display = showSecrets ? right.object : (redact(left.object, right.object).right ?? right.object);
  const working = structuredClone(left.object);
  const operations: PatchOperation[] = [];
  for (const { path } of differences) {
    const step = stepFor(working, right.object, display, { type, shape: 'one' }, path);
    if (step === undefined) continue;
    apply(working, step.pointer, step.op, step.value);
    operations.push({
      op: step.op,
      path: formatPointer(['items', place, ...step.pointer]),
      ...(step.op === 'remove' ? {} : { value: step.shown ?? null }),
      object,
    });
  }
  const reached = compare(canonicalOf({ ...left, object: working }, plan), target, type).length === 0;
  return reached
    ? operations
    : [{ op: 'replace', path: `/items/${place}`, value: shownWhole(right, showSecrets), object }];
}

interface Step {
  readonly op: PatchOperation['op'];
  readonly pointer: readonly string[];
  readonly value?: Value;
  /** The value with secrets hidden. */
  readonly shown?: Value;
}

/** The operations at a path, in the objects as written: where they differ, the right's value replaces the left's. */
function stepFor(left: Value, right: Value, display: Value, top: Field, path: Path): Step | undefined {
  let [own, wanted, shown, field] = [left, right, display, top];
  const pointer: string[] = [];
  for (const step of path) {
    // Strings, lists without names and values of different types are replaced as a whole.
    const areAlike = isMap(own) ? isMap(wanted) : isList(own) && isList(wanted) && typeof step === 'string';
    if (!areAlike) break;
    const before = childOf(own, field, step);
    const after = childOf(wanted, field, step);
    if (before === undefined && after === undefined) return undefined;
    if (before === undefined)
      return {
        op: 'add',
        pointer: [...pointer, isList(own) ? '-' : String(step)],
        value: after?.value ?? null,
        shown: shownIn(shown, after),
      };
    pointer.push(before.token);
    if (after === undefined) return { op: 'remove', pointer };
    field = isList(own) ? { type: field.type, shape: 'one' } : fieldWithin(field, String(step));
    [own, wanted, shown] = [before.value, after.value, shownIn(shown, after)];
  }
  return equal(own, wanted) ? undefined : { op: 'replace', pointer, value: wanted, shown };
}

/** The displayed counterpart of a child of the right; a child of a hidden value is hidden, too. */
function shownIn(display: Value, child: Child | undefined): Value {
  if (child === undefined) return null;
  if (isList(display)) return display[Number(child.token)] ?? null;
  return isMap(display) && Object.hasOwn(display, child.token) ? (display[child.token] ?? null) : hiddenPart;
}

interface Child {
  readonly token: string;
  readonly value: Value;
}

function childOf(value: Value, field: Field, step: string | number): Child | undefined {
  if (isList(value)) {
    const index = value.findIndex((item, place) => itemNameOf(item, field, place) === step);
    const item = value[index];
    return item === undefined ? undefined : { token: String(index), value: item };
  }
  if (!isMap(value) || !Object.hasOwn(value, String(step))) return undefined;
  return { token: String(step), value: value[String(step)] ?? null };
}

function apply(root: ValueMap, pointer: readonly string[], op: Step['op'], value: Value | undefined): void {
  // A deep copy that may be modified.
  let holder = root as unknown as Open;
  for (const token of pointer.slice(0, -1))
    holder = (Array.isArray(holder) ? holder[Number(token)] : holder[token]) as unknown as Open;
  const last = pointer.at(-1) ?? '';
  if (Array.isArray(holder)) {
    if (op === 'remove') holder.splice(Number(last), 1);
    else if (last === '-') holder.push(value ?? null);
    else holder[Number(last)] = value ?? null;
  } else if (op === 'remove') delete holder[last];
  else holder[last] = value ?? null;
}
