import { mapsIn, textOf, type ValueMap, wordOf } from '../../value.ts';
import {
  message,
  proxyProtocolSocket,
  proxyProtocolSocketName,
  type Socket,
  tlsSocket,
  tlsSocketName,
} from './envoy-json.ts';
import type { Gloo } from './release.ts';

/** What a static Upstream adds to its cluster. */
export interface StaticCluster {
  readonly type: 'STATIC' | 'STRICT_DNS';
  readonly hosts: readonly ValueMap[];
  readonly socket: Socket | undefined;
  readonly matches: readonly ValueMap[];
  readonly error: string | undefined;
}

export interface StaticContext {
  readonly gloo: Gloo;
  /** The cluster's own `sslConfig` and PROXY protocol. */
  readonly socket: Socket | undefined;
  readonly proxyProtocol: string | undefined;
  /** The common TLS part, from the Settings' parameters; undefined if a release omits it. */
  readonly common: ValueMap | undefined;
}

/** The hosts of a static Upstream and their TLS: port 443 or `useTls` enables TLS, and each host may have an SNI. */
export function staticCluster(spec: ValueMap, context: StaticContext): StaticCluster {
  const { gloo } = context;
  const hosts: ValueMap[] = [];
  let hostname: string | undefined;
  for (const host of mapsIn(spec['hosts'])) {
    const [address, port] = [textOf(host['addr']) ?? '', Number(host['port'] ?? 0)];
    if (address === '' || port === 0) {
      const error = `${address === '' ? 'addr' : 'port'} cannot be empty for host`;
      return { type: 'STATIC', hosts, socket: context.socket, matches: [], error };
    }
    if (!isAddress(address)) hostname ??= address;
    const sni = gloo.has('staticSniMatches') ? sniOf(spec, host) : '';
    hosts.push({
      endpoint: {
        address: { socketAddress: { address, portValue: port } },
        healthCheckConfig: { hostname: address },
        hostname: address,
      },
      ...(sni === ''
        ? {}
        : { metadata: { filterMetadata: { 'envoy.transport_socket_match': { [matchName(sni, host)]: true } } } }),
    });
  }
  const hasTlsPort = mapsIn(spec['hosts']).some((host) => Number(host['port']) === 443);
  const { useTls } = spec;
  const isTls = useTls === true || (hasTlsPort && (useTls !== false || !gloo.has('staticTlsOptOut')));
  const socket = context.socket ?? (isTls ? tlsSocket({ common: context.common, sni: hostname }) : undefined);
  return {
    type: hostname === undefined ? 'STATIC' : 'STRICT_DNS',
    hosts,
    socket,
    matches: gloo.has('staticSniMatches') ? sniMatches(spec, socket, context.proxyProtocol) : [],
    error: undefined,
  };
}

/** One transport socket per host, with the host's own SNI; only if the cluster uses TLS. */
function sniMatches(spec: ValueMap, socket: Socket | undefined, proxyProtocol: string | undefined): ValueMap[] {
  const inner = socket?.name === proxyProtocolSocketName ? (socket.typedConfig['transportSocket'] as Socket) : socket;
  if (inner?.name !== tlsSocketName) return [];
  return mapsIn(spec['hosts']).flatMap((host) => {
    const sni = sniOf(spec, host);
    if (sni === '') return [];
    const own: Socket = { name: inner.name, typedConfig: { ...inner.typedConfig, sni } };
    const name = matchName(sni, host);
    const transportSocket = proxyProtocol === undefined ? own : proxyProtocolSocket(own, proxyProtocol);
    return [message({ name, match: { [name]: true }, transportSocket })];
  });
}

function sniOf(spec: ValueMap, host: ValueMap): string {
  return textOf(host['sniAddr']) || (spec['autoSniRewrite'] === false ? '' : (textOf(host['addr']) ?? ''));
}

function matchName(sni: string, host: ValueMap): string {
  return `${sni};${textOf(host['addr']) ?? ''}:${wordOf(host['port'])}`;
}

/** Whether a string is an IP address as Go's net.ParseIP reads it. */
export function isAddress(text: string): boolean {
  if (/^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(text))
    return text.split('.').every((part) => Number(part) < 256);
  return text.includes(':') && /^[0-9a-fA-F:.]{2,45}$/.test(text) && URL.canParse(`http://[${text}]/`);
}
