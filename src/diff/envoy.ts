import { canonicalDuration } from '../go/quantity.ts';
import { lookupTable, type Value } from '../value.ts';
import { listIdentity } from './compared.ts';
import {
  chosenTexts,
  durationFields,
  enumFields,
  falseFields,
  mapFields,
  structFields,
  zeroFields,
} from './envoy-fields.ts';
import type { Field } from './field.ts';

/**
 * Envoy's configuration as protobuf reads it. `EnvoyMessage` is any message, `EnvoyCluster` a cluster, `EnvoyMap` a map
 * with user-defined keys, `EnvoyStruct` a free-form value without defaults. A field is looked up by its name alone: if
 * two messages define it differently, nothing is assumed about it.
 */
const structs: ReadonlySet<string> = new Set([...structFields.split(' '), 'metadata', 'static_layer']);
const maps: ReadonlySet<string> = new Set(mapFields.split(' '));
const durations: ReadonlySet<string> = new Set(durationFields.split(' '));
const chosen: ReadonlySet<string> = new Set(chosenTexts.split(' '));
const fields = new Map<string, Map<string, Field>>();

/** The defaults of fields without presence. */
const defaults: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...falseFields.split(' ').map((name): [string, Value] => [name, false]),
  ...zeroFields.split(' ').map((name): [string, Value] => [name, 0]),
  ...enumFields.split(' ').map((field): [string, Value] => field.split(':', 2) as [string, string]),
]);
/** The defaults of a cluster that Envoy defines, not protobuf. (Source: the comments in cluster.proto.) */
const clusterDefaults: Readonly<Record<string, Value>> = lookupTable({ connect_timeout: '5s', type: 'STATIC' });

/** Returns the type of a field of Envoy's configuration; `key` is in snake case. */
export function envoyField(type: string, key: string): Field {
  // User-defined keys are not cached.
  if (type === 'EnvoyStruct') return struct;
  if (type === 'EnvoyMap') return entry;
  let known = fields.get(type);
  if (known === undefined) {
    known = new Map();
    fields.set(type, known);
  }
  let field = known.get(key);
  if (field === undefined) {
    field = fieldFor(type, key);
    known.set(key, field);
  }
  return field;
}

const struct: Field = { type: 'EnvoyStruct', shape: 'one' };
const entry: Field = { type: 'EnvoyMessage', shape: 'one' };

function fieldFor(type: string, key: string): Field {
  if (structs.has(key)) return struct;
  if (maps.has(key)) return { type: 'EnvoyMap', shape: 'one' };
  const own = type === 'EnvoyCluster' ? clusterDefaults[key] : undefined;
  const value = own ?? defaults.get(key);
  const identity = key.includes('.') ? undefined : listIdentity(key);
  return {
    type: key === 'clusters' ? 'EnvoyCluster' : 'EnvoyMessage',
    shape: 'one',
    ...(identity === undefined ? {} : { identity, hollow: true }),
    ...(value === undefined ? {} : { fallback: () => value }),
  };
}

/** The field's name in snake case: protobuf's JSON also accepts camel case. */
export function envoyKey(type: string, key: string): string {
  if (type === 'EnvoyStruct' || type === 'EnvoyMap' || !isCamelCase(key)) return key;
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isCamelCase(key: string): boolean {
  return /^[a-z][A-Za-z0-9]*$/.test(key) && /[A-Z]/.test(key);
}

/** Normalizes a scalar of Envoy's configuration: durations without trailing zeros, integers as numbers. */
export function envoyScalar(type: string, key: string, value: Value): Value {
  if (type === 'EnvoyStruct' || typeof value !== 'string') return value;
  if (durations.has(key)) return canonicalDuration(value);
  return /(?:^|_)port(?:_value)?$/.test(key) && /^\d{1,5}$/.test(value) ? Number(value) : value;
}

/** Whether a value means the same as omitting its field: an empty string or list, but not an empty message. */
export function isUnset(value: Value, key: string, type: string): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === '' && !(type.startsWith('Envoy') && chosen.has(key));
}
