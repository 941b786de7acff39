/** Encodes JSON in the form of Envoy's configuration as the protobuf messages that xDS sends. */
import protobuf from 'protobufjs';
import { isMap, type Value, type ValueMap } from '../../src/value.ts';
import { loadProtos } from '../../test/diff/envoy-protos.ts';

const root = loadProtos(
  [
    'service/discovery/v3/discovery.proto',
    'config/cluster/v3/cluster.proto',
    'config/endpoint/v3/endpoint.proto',
    'config/listener/v3/listener.proto',
    'extensions/filters/http/router/v3/router.proto',
    'extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto',
    'extensions/transport_sockets/tls/v3/secret.proto',
    'extensions/transport_sockets/tls/v3/tls.proto',
    'extensions/transport_sockets/raw_buffer/v3/raw_buffer.proto',
    'extensions/upstreams/http/v3/http_protocol_options.proto',
  ],
  { keepCase: false },
);
const prefix = 'type.googleapis.com/';

export const discoveryRequest = root.lookupType('envoy.service.discovery.v3.DiscoveryRequest');
export const discoveryResponse = root.lookupType('envoy.service.discovery.v3.DiscoveryResponse');

/** An xDS resource: its type URL and its bytes. */
export function resource(type: string, json: ValueMap): { readonly type_url: string; readonly value: Uint8Array } {
  return { type_url: `${prefix}${type}`, value: encode(root.lookupType(type), json) };
}

function encode(type: protobuf.Type, json: ValueMap): Uint8Array {
  return type.encode(type.fromObject(plain(type, json))).finish();
}

/** Converts to the object form of protobufjs, in which durations, wrappers, structs and Any differ from JSON. */
function plain(type: protobuf.Type, json: ValueMap): Record<string, unknown> {
  const entries = Object.entries(json).map(([key, value]): [string, unknown] => {
    const field = type.fields[key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())];
    if (field === undefined) throw new Error(`${type.fullName} has no field ${key}`);
    const inner = field.resolve().resolvedType;
    const one = (item: Value): unknown => (inner instanceof protobuf.Type ? message(inner, item) : item);
    if (field.map)
      return [field.name, Object.fromEntries(Object.entries(value as ValueMap).map(([k, v]) => [k, one(v)]))];
    return [field.name, Array.isArray(value) ? value.map(one) : one(value)];
  });
  return Object.fromEntries(entries);
}

function message(type: protobuf.Type, value: Value): unknown {
  const name = type.fullName.slice(1);
  if (name === 'google.protobuf.Duration') return { seconds: Number.parseFloat(String(value)) };
  if (name === 'google.protobuf.Struct') return { fields: structFields(value as ValueMap) };
  if (/^google\.protobuf\.\w+Value$/.test(name)) return { value };
  if (!isMap(value)) throw new Error(`${name} must be a map`);
  if (name !== 'google.protobuf.Any') return plain(type, value);
  const { '@type': url, ...rest } = value;
  const inner = root.lookupType(String(url).slice(prefix.length));
  return { type_url: url, value: encode(inner, rest) };
}

function structFields(map: ValueMap): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [
      key,
      typeof value === 'boolean' ? { boolValue: value } : { stringValue: String(value) },
    ]),
  );
}
