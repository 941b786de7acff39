/** ajv's errors, arranged by the values that they are about. */
import type { ErrorObject, ValidateFunction } from 'ajv';
import { truthy } from '../go/template.ts';
import { asFloats, type Value, type ValueMap } from '../value.ts';
import { checkTable, type ValueContext } from './check-entries.ts';
import { type Failures, failuresBySchema } from './check-object.ts';
import { kubernetesSchemaOf } from './kubernetes.ts';
import * as compiled from './validators.gen.ts';

/**
 * `values` for all of them, and the types of the Kubernetes API by name; ajv's code is not type-checked, so its exports
 * are declared here.
 */
export const validators = compiled as unknown as Readonly<Record<string, ValidateFunction>>;

/** What is wrong with values for a release, in a tree of the same shape; undefined if nothing is. */
export function failuresOf(values: ValueMap, index: number): Failures | undefined {
  const tree = failuresBy(validators['values'], asFloats(values), index);
  return tree.own.length === 0 && tree.inner === undefined ? undefined : tree;
}

/** What is wrong with an object of the Kubernetes API, in the same way. */
export function failuresOfObject(kind: string, object: ValueMap): Failures {
  const validate = validators[kind];
  // Kubernetes' types are the same in every release.
  return validate === undefined ? failuresBySchema(kubernetesSchemaOf(kind), object) : failuresBy(validate, object, 0);
}

/** The `this` of a validator for a release. */
export function valueContext(index: number): ValueContext {
  return { index, isGiven: truthy, checkTable };
}

function failuresBy(validate: ValidateFunction | undefined, value: Value, index: number): Failures {
  const tree: Failures = { own: [], inner: undefined };
  validate?.call(valueContext(index) as never, value); // ajv's type declares a `this` that the code does not use.
  for (const error of validate?.errors ?? []) place(error, tree);
  return tree;
}

function place(error: ErrorObject, tree: Failures): void {
  let here = tree;
  for (const part of error.instancePath.split('/').slice(1))
    here = entryOf(here, part.replaceAll('~1', '/').replaceAll('~0', '~'));
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
