import type { Value, ValueMap } from '../values/value.ts';
import type { Field } from './fields.ts';
import { envoyListIdentity } from './identity.ts';
import { canonicalDuration } from './quantity.ts';

/**
 * Envoy's configuration as protobuf reads it, for the parts that a Gloo bootstrap has: `EnvoyMessage` is any message,
 * `EnvoyCluster` a cluster, `EnvoyStruct` a free-form value in which every key means what it says.
 */
const structs: ReadonlySet<string> = new Set(['static_layer', 'metadata', 'filter_metadata', 'value_struct']);
const fields = new Map<string, Field>();

/** Fields without presence, and what protobuf (or, for messages, Envoy) takes them for when they are left out. */
const messageDefaults: Readonly<Record<string, Value>> = {
  api_type: 'DEPRECATED_AND_UNAVAILABLE_DO_NOT_USE',
  codec_type: 'AUTO',
  forward_client_cert_details: 'SANITIZE',
  ignore_health_on_host_removal: false,
  include_peer_certificate: false,
  path_with_escaped_slashes_action: 'IMPLEMENTATION_SPECIFIC_DEFAULT',
  protocol: 'TCP',
  resource_api_version: 'AUTO',
  server_header_transformation: 'OVERWRITE',
  set_node_on_first_message_only: false,
  skip_xff_append: false,
  transport_api_version: 'AUTO',
  use_remote_address: false,
};
const clusterDefaults: Readonly<Record<string, Value>> = {
  connect_timeout: '5s',
  dns_lookup_family: 'AUTO',
  ignore_health_on_host_removal: false,
  lb_policy: 'ROUND_ROBIN',
  respect_dns_ttl: false,
  type: 'STATIC',
  use_tcp_for_dns_lookups: false,
};

/** What a field of Envoy's configuration is; the key is in snake case. */
export function envoyField(type: string, key: string): Field {
  const place = `${type}.${key}`;
  const found = fields.get(place);
  if (found !== undefined) return found;
  const field = fieldFor(type, key);
  fields.set(place, field);
  return field;
}

function fieldFor(type: string, key: string): Field {
  if (type === 'EnvoyStruct') return { type, shape: 'one' };
  if (structs.has(key)) return { type: 'EnvoyStruct', shape: 'one' };
  const defaults = type === 'EnvoyCluster' ? clusterDefaults : messageDefaults;
  const value = Object.hasOwn(defaults, key) ? defaults[key] : undefined;
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
  if (type === 'EnvoyStruct' || !/^[a-z][A-Za-z0-9]*[A-Z][A-Za-z0-9]*$/.test(key)) return key;
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const durations = /(?:^|_)(?:timeout|interval|duration|delay|rate|ttl|period|jitter|drain_time)$/;

/** A scalar of Envoy's configuration in one spelling: durations without idle zeros, whole numbers as numbers. */
export function envoyScalar(type: string, key: string, value: Value): Value {
  if (type === 'EnvoyStruct' || typeof value !== 'string') return value;
  if (durations.test(key)) return canonicalDuration(value);
  return /(?:^|_)port(?:_value)?$/.test(key) && /^\d{1,5}$/.test(value) ? Number(value) : value;
}

/** Whether protobuf takes a value for a field that was left out: an empty text or list, but not an empty message. */
export function isUnset(value: Value): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

/** The clusters of a configuration, canonical or not. */
export function clustersOf(bootstrap: ValueMap): readonly ValueMap[] {
  const resources = bootstrap['static_resources'];
  const clusters =
    typeof resources === 'object' && resources !== null ? (resources as ValueMap)['clusters'] : undefined;
  return Array.isArray(clusters) ? clusters : [];
}
