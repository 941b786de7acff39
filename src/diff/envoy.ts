import { canonicalDuration } from '../go/quantity.ts';
import { lookupTable, type Value } from '../value.ts';
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
import { envoyListIdentity } from './identity.ts';

/**
 * Envoy's configuration as protobuf reads it. `EnvoyMessage` is any message, `EnvoyCluster` a cluster, `EnvoyMap` a map
 * whose keys users choose, `EnvoyStruct` a free-form value in which everything means what it says. Names are enough to know
 * a field: where two messages disagree about one, nothing is taken for granted.
 */
const structs: ReadonlySet<string> = new Set([...structFields.split(' '), 'metadata', 'static_layer']);
const maps: ReadonlySet<string> = new Set(mapFields.split(' '));
const durations: ReadonlySet<string> = new Set(durationFields.split(' '));
const chosen: ReadonlySet<string> = new Set(chosenTexts.split(' '));
const fields = new Map<string, Map<string, Field>>();

/** What fields without presence are when they are left out. */
const defaults: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...falseFields.split(' ').map((name): [string, Value] => [name, false]),
  ...zeroFields.split(' ').map((name): [string, Value] => [name, 0]),
  ...enumFields.split(' ').map((field): [string, Value] => field.split(':', 2) as [string, string]),
]);
/** What Envoy itself, not protobuf, takes a cluster for. (Source: the comments in cluster.proto.) */
const clusterDefaults: Readonly<Record<string, Value>> = lookupTable({ connect_timeout: '5s', type: 'STATIC' });

/** What a field of Envoy's configuration is; the key is in snake case. */
export function envoyField(type: string, key: string): Field {
  // Keys that users choose are not remembered.
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
  const identity = envoyListIdentity(key);
  return {
    type: key === 'clusters' ? 'EnvoyCluster' : 'EnvoyMessage',
    shape: 'one',
    ...(identity === undefined ? {} : { identity, hollow: true }),
    ...(value === undefined ? {} : { fallback: () => value }),
  };
}

/** The name of a field as protobuf's text says it: JSON may also use camel case. */
export function envoyKey(type: string, key: string): string {
  if (type === 'EnvoyStruct' || type === 'EnvoyMap' || !isCamelCase(key)) return key;
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isCamelCase(key: string): boolean {
  return /^[a-z][A-Za-z0-9]*$/.test(key) && /[A-Z]/.test(key);
}

/** A scalar of Envoy's configuration in one spelling: durations without trailing zeros, integers as numbers. */
export function envoyScalar(type: string, key: string, value: Value): Value {
  if (type === 'EnvoyStruct' || typeof value !== 'string') return value;
  if (durations.has(key)) return canonicalDuration(value);
  return /(?:^|_)port(?:_value)?$/.test(key) && /^\d{1,5}$/.test(value) ? Number(value) : value;
}

/** Whether a value says the same as leaving its field out: an empty text or list, but not an empty message. */
export function isUnset(value: Value, key: string, type: string): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === '' && !(type.startsWith('Envoy') && chosen.has(key));
}
