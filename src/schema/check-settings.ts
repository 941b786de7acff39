/** ajv's errors about `.glistio.yaml`, by its JSON Schema; `src/cli/read-settings.ts` turns them into messages. */
import type { ValidateFunction } from 'ajv';
import type { Value } from '../value.ts';
import { type SchemaFailure, schemaFailuresOf } from './check-fleet.ts';
import * as compiled from './settings.gen.ts';

/** ajv's code is not type-checked, so its exports are declared here. */
const { settings } = compiled as unknown as { readonly settings: ValidateFunction };

/** Checks the whole file. */
export function checkSettings(value: Value): SchemaFailure[] {
  return schemaFailuresOf(settings, value);
}
