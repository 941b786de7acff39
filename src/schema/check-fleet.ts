/** ajv's errors about a fleet file, by its JSON Schema; `src/fleet` turns them into messages. */
import type { ValidateFunction } from 'ajv';
import { parsePointer } from '../json-pointer.ts';
import type { Path } from '../problem.ts';
import { isList, type Value, valueAt } from '../value.ts';
import * as compiled from './fleet.gen.ts';

/** ajv's code is not type-checked, so its exports are declared here. */
const { keys, ...validators } = compiled as unknown as Readonly<Record<'fleet' | 'cluster', ValidateFunction>> & {
  readonly keys: Readonly<Record<'fleet' | 'group' | 'cluster', readonly string[]>>;
};

/** The keys that each map of a fleet file may have, in the order of the schema. */
export const fleetKeys = keys;

/** A keyword of the schema that is violated, and the value that violates it. */
export interface SchemaFailure {
  readonly keyword: string;
  /** The unknown key, for `additionalProperties`. */
  readonly unknown: string | undefined;
  readonly path: Path;
  readonly value: Value | undefined;
}

/** Checks the top of a fleet file, without its clusters, or one cluster. */
export function checkFleet(value: Value, part: 'fleet' | 'cluster'): SchemaFailure[] {
  return schemaFailuresOf(validators[part], value);
}

/** The errors of a function that ajv generated, with paths instead of pointers. */
export function schemaFailuresOf(validate: ValidateFunction, value: Value): SchemaFailure[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ keyword, params, instancePath }) => {
    const path = stepsTo(instancePath, value);
    const unknown = params['additionalProperty'] as string | undefined;
    return { keyword, unknown, path, value: valueAt(value, ...path) };
  });
}

/** ajv's pointer as a path, with list indexes as numbers. */
function stepsTo(pointer: string, value: Value): Path {
  const steps: (string | number)[] = [];
  for (const key of parsePointer(pointer)) steps.push(isList(valueAt(value, ...steps)) ? Number(key) : key);
  return steps;
}
