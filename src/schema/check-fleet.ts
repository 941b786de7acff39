/** What ajv finds wrong with a fleet file, by its JSON Schema; `src/fleet` has the words for it. */
import type { ValidateFunction } from 'ajv';
import type { Path } from '../problem.ts';
import { isList, type Value, valueAt } from '../value.ts';
import * as compiled from './fleet.gen.ts';

/** ajv's code is not type-checked, so what it exports is said here. */
const { keys, ...validators } = compiled as unknown as Readonly<Record<'fleet' | 'cluster', ValidateFunction>> & {
  readonly keys: Readonly<Record<'fleet' | 'group' | 'cluster', readonly string[]>>;
};

/** The keys that each map of a fleet file may have, in the order of the schema. */
export const fleetKeys = keys;

/** A keyword of the schema that does not hold, and the value that it is about. */
export interface SchemaFailure {
  readonly keyword: string;
  /** The key that is not known, for `additionalProperties`. */
  readonly unknown: string | undefined;
  readonly path: Path;
  readonly value: Value | undefined;
}

/** Checks the top of a fleet file, without its clusters, or one cluster. */
export function checkFleet(value: Value, part: 'fleet' | 'cluster'): SchemaFailure[] {
  return schemaFailuresOf(validators[part], value);
}

/** What a function that ajv made finds wrong, with paths in place of pointers. */
export function schemaFailuresOf(validate: ValidateFunction, value: Value): SchemaFailure[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ keyword, params, instancePath }) => {
    const path = stepsTo(instancePath, value);
    const unknown = params['additionalProperty'] as string | undefined;
    return { keyword, unknown, path, value: valueAt(value, ...path) };
  });
}

/** ajv's pointer as a path, in which positions in lists are numbers. */
function stepsTo(pointer: string, value: Value): Path {
  const steps: (string | number)[] = [];
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    steps.push(isList(valueAt(value, ...steps)) ? Number(key) : key);
  }
  return steps;
}
