/** What ajv found wrong, by the values that it is about. */
import type { ErrorObject, ValidateFunction } from 'ajv';
import { truthy } from '../go/template.ts';
import { asFloats, type Value, type ValueMap } from '../value.ts';
import * as compiled from './validators.gen.ts';

/** `values` for all of them, and the types of the Kubernetes API by name; ajv's code is not type-checked, so what it exports is said here. */
export const validators = compiled as unknown as Readonly<Record<string, ValidateFunction>>;

/** What the document's own keywords ask: scripts/gen-validators.ts writes the questions. */
interface ValueContext {
  /** The release. */
  readonly index: number;
  readonly isGiven: (value: Value | undefined) => boolean;
}

/** The failures of a value and, by key or position, of what is in it. An unknown or untimely key is a failure of what it names. */
export interface Failures {
  own: ErrorObject[];
  inner: Map<string, Failures> | undefined;
}

/** What is wrong with values for a release, in a tree as the values are; undefined where nothing is. */
export function failuresOf(values: ValueMap, index: number): Failures | undefined {
  const context: ValueContext = { index, isGiven: truthy };
  const tree = failuresBy(validators['values'], asFloats(values), context);
  return tree.own.length === 0 && tree.inner === undefined ? undefined : tree;
}

/** What is wrong with an object of the Kubernetes API, in the same way. */
export function failuresOfObject(kind: string, object: ValueMap): Failures {
  return failuresBy(validators[kind], object);
}

function failuresBy(validate: ValidateFunction | undefined, value: Value, context?: ValueContext): Failures {
  const tree: Failures = { own: [], inner: undefined };
  validate?.call(context as never, value); // ajv's type has its own `this`, which the code does not use
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

/** The entries of a map or list that something is wrong with or in, in their order. */
export function failing(value: Value, { inner }: Failures): [key: string, value: Value, failures: Failures][] {
  if (inner === undefined || typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => {
    const failures = inner.get(key);
    return failures === undefined ? [] : [[key, entry as Value, failures] as [string, Value, Failures]];
  });
}
