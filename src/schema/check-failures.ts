/** ajv's errors, arranged by the values that they are about. */
import type { ErrorObject, ValidateFunction } from 'ajv';
import { truthy } from '../go/template.ts';
import { parsePointer } from '../json-pointer.ts';
import { asFloats, type Value, type ValueMap } from '../value.ts';
import { checkList, checkMap, type ValueContext } from './check-entries.ts';
import { errorsBySchema } from './check-object.ts';
import { kubernetesSchemaOf } from './kubernetes.ts';
import * as compiled from './validators.gen.ts';

/**
 * The failures of a value and, by key or index, of what it contains. An unknown key, or one of another release, is a
 * failure of the key's value.
 */
export interface Failures {
  own: ErrorObject[];
  inner: Map<string, Failures> | undefined;
}

/** Ajv's code is not type-checked, so its export is declared here. */
const { values: validate } = compiled as unknown as Readonly<Record<'values', ValidateFunction>>;

/** The `this` of the validator for a release, without the release. */
const context: Omit<ValueContext, 'index'> = {
  isGiven: truthy,
  checkMap,
  checkList,
  checkApiType(value, place, type) {
    const found = errorsBySchema(kubernetesSchemaOf(type), value, place);
    return found.length === 0 ? null : found;
  },
};

/** What is wrong with values for a release, in a tree of the same shape; undefined if nothing is. */
export function failuresOf(values: ValueMap, index: number): Failures | undefined {
  // ajv's type declares a `this` that the code does not use.
  validate.call({ ...context, index } as never, asFloats(values));
  return (validate.errors ?? []).length === 0 ? undefined : treeOf(validate.errors ?? []);
}

/** What is wrong with an object of the Kubernetes API, in the same way. */
export function failuresOfObject(kind: string, object: ValueMap): Failures {
  return treeOf(errorsBySchema(kubernetesSchemaOf(kind), object, ''));
}

function treeOf(errors: readonly ErrorObject[]): Failures {
  const tree: Failures = { own: [], inner: undefined };
  for (const error of errors) place(error, tree);
  return tree;
}

function place(error: ErrorObject, tree: Failures): void {
  let here = tree;
  for (const step of parsePointer(error.instancePath)) here = entryOf(here, step);
  const key: unknown = error.params['additionalProperty'];
  (key === undefined ? here : entryOf(here, String(key))).own.push(error);
}

function entryOf(tree: Failures, key: string): Failures {
  tree.inner ??= new Map();
  const known = tree.inner.get(key);
  if (known !== undefined) return known;
  const entry: Failures = { own: [], inner: undefined };
  tree.inner.set(key, entry);
  return entry;
}

/** The entries of a map or list that have problems, themselves or inside, in order. */
export function failing(value: Value, { inner }: Failures): [key: string, value: Value, failures: Failures][] {
  if (inner === undefined || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => {
    const failures = inner.get(key);
    return failures === undefined ? [] : [[key, entry as Value, failures] as [string, Value, Failures]];
  });
}
