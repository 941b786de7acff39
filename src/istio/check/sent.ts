import { matchesLabels } from '../../objects/label-selector.ts';
import { isMap, mapAt, mapsIn, textOf, textsIn, type ValueMap } from '../../value.ts';
import { proxyProtocolSocketName, tlsSocketName } from '../gloo/envoy-json.ts';

/** Where Envoy gets the secrets of a transport socket. */
export interface SdsSource {
  readonly cluster: string | undefined;
  /** An address that Envoy contacts without any cluster of the bootstrap. */
  readonly target: string | undefined;
  readonly certificate: string | undefined;
  readonly validation: string | undefined;
}

/** What Envoy sends to an endpoint. */
export interface Sent {
  readonly kind: 'plain' | 'tls' | 'sds';
  readonly alpn: readonly string[];
  /** The names that the server's certificate must have; empty if any is accepted. */
  readonly names: readonly string[];
  /** Undefined unless the secrets come from an SDS server. */
  readonly sds: SdsSource | undefined;
  /** The source of a client certificate that is not from an SDS server. */
  readonly ownCertificate: 'inline' | 'files' | undefined;
  /** The file of that certificate. */
  readonly file: string | undefined;
  readonly isProxyProtocol: boolean;
}

const plain: Sent = {
  ...{ kind: 'plain', alpn: [], names: [], sds: undefined },
  ...{ ownCertificate: undefined, file: undefined, isProxyProtocol: false },
};

/** The transport socket that Envoy uses for an endpoint: the first match for its metadata, else the cluster's own. */
export function sentTo(cluster: ValueMap, metadata: ValueMap): Sent {
  const matches = mapsIn(cluster['transportSocketMatches']);
  const found = matches.find(({ match }) => isMap(match) && matchesLabels(match, metadata));
  const socket = found === undefined ? cluster['transportSocket'] : found['transportSocket'];
  return isMap(socket) ? readSocket(socket) : plain;
}

function readSocket(socket: ValueMap): Sent {
  const config = mapAt(socket, 'typedConfig');
  if (socket['name'] === proxyProtocolSocketName)
    return { ...readSocket(mapAt(config, 'transportSocket')), isProxyProtocol: true };
  if (socket['name'] !== tlsSocketName) return plain;
  const common = mapAt(config, 'commonTlsContext');
  const combined = mapAt(common, 'combinedValidationContext');
  const validation = isMap(common['validationContextSdsSecretConfig'])
    ? common['validationContextSdsSecretConfig']
    : combined['validationContextSdsSecretConfig'];
  const certificate = mapsIn(common['tlsCertificateSdsSecretConfigs'])[0];
  const source = certificate ?? (isMap(validation) ? validation : undefined);
  const names = [mapAt(combined, 'defaultValidationContext'), mapAt(common, 'validationContext')].flatMap((context) =>
    mapsIn(context['matchSubjectAltNames']).map(({ exact }) => textOf(exact) ?? ''),
  );
  const own = mapsIn(common['tlsCertificates'])[0];
  const file = textOf(mapAt(own ?? {}, 'certificateChain')['filename']);
  return {
    kind: source === undefined ? 'tls' : 'sds',
    alpn: textsIn(common['alpnProtocols']),
    names,
    sds: source === undefined ? undefined : readSds(source, certificate, isMap(validation) ? validation : undefined),
    ownCertificate: own === undefined ? undefined : file === undefined ? 'inline' : 'files',
    file,
    isProxyProtocol: false,
  };
}

function readSds(source: ValueMap, certificate: ValueMap | undefined, validation: ValueMap | undefined): SdsSource {
  const service = mapsIn(mapAt(source, 'sdsConfig', 'apiConfigSource')['grpcServices'])[0] ?? {};
  return {
    cluster: textOf(mapAt(service, 'envoyGrpc')['clusterName']),
    target: textOf(mapAt(service, 'googleGrpc')['targetUri']),
    certificate: textOf(certificate?.['name']),
    validation: textOf(validation?.['name']),
  };
}
