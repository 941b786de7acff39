import type { Istio } from '../objects/istio-version.ts';
import type { MtlsMode } from './peer-authentication.ts';
import type { PortKind } from './service-ports.ts';

/**
 * What a client sends to a port: plain HTTP/1.1, HTTP/2 or other bytes; TLS without a client certificate; TLS with the
 * mesh's certificate. The suffix is the ALPN: none, `http/1.1`, `h2`, `istio`, `istio-http/1.1`.
 */
export const calls = [
  ...(['http', 'http2', 'tcp'] as const),
  ...(['tls', 'tls-http1', 'tls-h2'] as const),
  ...(['mtls', 'mtls-h2', 'mtls-istio', 'mtls-istio-http'] as const),
] as const;
export type InboundCall = (typeof calls)[number];

/**
 * What happens to a call. `mtls-*`: the sidecar terminated mTLS and reads HTTP inside, or forwards the bytes.
 * `plain-*`: nothing was terminated; TLS then reaches the app as TLS. All others are refused or misread.
 */
export type CallResult =
  | 'mtls-http'
  | 'mtls-tcp'
  | 'plain-http'
  | 'plain-tcp'
  | 'no-filter-chain'
  | 'no-client-certificate'
  | 'not-http'
  | 'app';

export interface InboundPort {
  readonly mode: MtlsMode;
  readonly kind: PortKind;
  /** Before 1.10: the mode of the workload, and whether any of its ports with a Service may terminate mTLS. */
  readonly passthrough: { readonly mode: MtlsMode; readonly detectsTls: boolean };
}

const isPlain = (call: InboundCall): boolean => call === 'http' || call === 'http2' || call === 'tcp';
const hasIstioAlpn = (call: InboundCall): boolean => call === 'mtls-istio' || call === 'mtls-istio-http';

/**
 * What a sidecar does with a call to a port:
 * 1. STRICT closes plain text, fails TLS without a client certificate and accepts mTLS with any ALPN or none.
 * 2. PERMISSIVE accepts plain text and recognises mTLS by Istio's ALPN alone. Other TLS finds no filter chain on an
 *    http port, and reaches the app unchanged elsewhere.
 * 3. DISABLE accepts plain text; TLS is read as HTTP on an http port and reaches the app unchanged elsewhere.
 * 4. Inside mTLS an http port reads HTTP, a tcp port does not, and an undeclared one only with the ALPN `istio-http/*`.
 */
export function resultOfCall(call: InboundCall, port: InboundPort, istio: Istio): CallResult {
  if (port.kind === 'none' && istio.has('passthroughByWorkloadMode')) return resultOfPassthrough(call, port, istio);
  const { mode, kind } = port;
  if (isPlain(call)) return mode === 'STRICT' ? 'no-filter-chain' : plainResult(call, kind);
  if (mode === 'DISABLE') return unread(kind);
  if (mode === 'STRICT') return call.startsWith('mtls') ? endedResult(call, kind) : 'no-client-certificate';
  const isKnown = istio.has('tcpPortsKnowIstioAlpnOnly') && kind === 'tcp' ? call === 'mtls-istio' : hasIstioAlpn(call);
  if (isKnown) return endedResult(call, kind);
  return kind === 'http' && !istio.has('permissivePlainTakesTls') ? 'no-filter-chain' : unread(kind);
}

/** Ports without a Service before 1.10, where only the listener as a whole knows about TLS. */
function resultOfPassthrough(call: InboundCall, { passthrough }: InboundPort, istio: Istio): CallResult {
  const { mode, detectsTls } = passthrough;
  if (isPlain(call)) return mode === 'STRICT' ? 'no-filter-chain' : plainResult(call, 'none');
  if (!detectsTls && mode !== 'PERMISSIVE') return mode === 'STRICT' ? 'no-filter-chain' : 'plain-tcp';
  if (mode === 'DISABLE') return 'no-filter-chain';
  if (mode === 'STRICT') return call.startsWith('mtls') ? endedResult(call, 'none') : 'no-client-certificate';
  if (hasIstioAlpn(call)) return endedResult(call, 'none');
  if (istio.has('permissivePlainTakesTls')) return 'plain-tcp';
  return call === 'tls-http1' ? 'no-client-certificate' : 'no-filter-chain';
}

function plainResult(call: InboundCall, kind: PortKind): CallResult {
  if (kind === 'tcp') return 'plain-tcp';
  if (call !== 'tcp') return 'plain-http';
  return kind === 'http' ? 'not-http' : 'plain-tcp';
}

function unread(kind: PortKind): CallResult {
  return kind === 'http' ? 'not-http' : 'plain-tcp';
}

function endedResult(call: InboundCall, kind: PortKind): CallResult {
  if (kind === 'http') return 'mtls-http';
  return kind !== 'tcp' && call === 'mtls-istio-http' ? 'mtls-http' : 'mtls-tcp';
}
