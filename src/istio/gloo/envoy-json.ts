import { isMap, type Value, type ValueMap } from '../../value.ts';

/** Envoy's messages as JSON, without the fields that have their type's default, as protobuf writes it. */
export type Fields = Readonly<Record<string, Value | undefined>>;

/** A message without its defaults. A message that is present stays, even if it is empty. */
export function message(fields: Fields): ValueMap {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, Value] => !isDefault(entry[1])));
}

function isDefault(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === false || value === 0) return true;
  return Array.isArray(value) && value.length === 0;
}

/** The same with the keys of every map sorted, so that equal answers print alike. */
export function sorted(value: Value): Value {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}

export interface Socket extends ValueMap {
  readonly name: string;
  readonly typedConfig: ValueMap;
}

const type = (name: string): string => `type.googleapis.com/envoy.extensions.transport_sockets.${name}`;

export const tlsSocketName = 'envoy.transport_sockets.tls';
export const proxyProtocolSocketName = 'envoy.transport_sockets.upstream_proxy_protocol';

/** A TLS transport socket; `common` is undefined if Gloo omits that whole part. */
export function tlsSocket(fields: {
  readonly common: ValueMap | undefined;
  readonly sni: string | undefined;
  readonly allowRenegotiation?: boolean;
}): Socket {
  return {
    name: tlsSocketName,
    typedConfig: message({
      '@type': type('tls.v3.UpstreamTlsContext'),
      commonTlsContext: fields.common,
      sni: fields.sni,
      allowRenegotiation: fields.allowRenegotiation,
    }),
  };
}

export const rawBufferSocket: Socket = {
  name: 'envoy.transport_sockets.raw_buffer',
  typedConfig: { '@type': type('raw_buffer.v3.RawBuffer') },
};

/** A transport socket inside the PROXY protocol; by default a plain text one. V1 is the default and is omitted. */
export function proxyProtocolSocket(inner: Socket | undefined, version: string): Socket {
  return {
    name: proxyProtocolSocketName,
    typedConfig: {
      '@type': type('proxy_protocol.v3.ProxyProtocolUpstreamTransport'),
      config: message({ version: version === 'V1' ? undefined : version }),
      transportSocket: inner ?? rawBufferSocket,
    },
  };
}
