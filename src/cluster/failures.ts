import { lookupTable } from '../value.ts';
import { ClusterFailure } from './kubeconfig.ts';

/** Timed out. */
export function tooLate(server: string, timeout: number): ClusterFailure {
  return new ClusterFailure(
    `no answer from ${server} within ${timeout / 1000} s`,
    'check the address and the network, or wait longer with --timeout',
  );
}

const reasons: Readonly<Record<string, string>> = lookupTable({
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be looked up at the moment',
  ETIMEDOUT: 'there is no answer',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not signed by an authority that the kubeconfig trusts',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not signed by an authority that the kubeconfig trusts',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not signed by an authority that the kubeconfig trusts',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not signed by an authority that the kubeconfig trusts',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_EXPIRED: 'the client certificate of the kubeconfig has expired',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'the client certificate of the kubeconfig has expired',
});

/** Explains why a cluster cannot be reached; `otherwise` says what to do instead. */
export function explained(error: unknown, server: string, otherwise: string): ClusterFailure {
  if (error instanceof ClusterFailure) return error;
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const code = first instanceof Error && 'code' in first ? String(first.code) : '';
  const reason = reasons[code] ?? (first instanceof Error ? first.message : String(first));
  return new ClusterFailure(`cannot reach ${server}: ${reason}`, `or ${otherwise}`);
}
