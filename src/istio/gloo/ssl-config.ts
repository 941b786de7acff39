import { isMap, mapAt, textOf, textsIn, type Value, type ValueMap, wordOf } from '../../value.ts';
import { message, type Socket, tlsSocket } from './envoy-json.ts';
import { pairProblem } from './pem.ts';
import type { Gloo } from './release.ts';

/** The TLS of an Upstream's `sslConfig`, or why Gloo reports an error on the Upstream instead. */
export type SslResult = { readonly socket: Socket } | { readonly error: string; readonly isMissingSecret?: true };

export interface SslContext {
  readonly gloo: Gloo;
  readonly secrets: readonly ValueMap[];
  /** `upstreamOptions.sslParameters` of the Settings: the defaults for Upstreams without parameters. */
  readonly defaults: ValueMap | undefined;
}

/**
 * Gloo's translation of an Upstream's `sslConfig`. Even an empty one means TLS, without a certificate and without
 * verifying the server. Source: Gloo's ResolveUpstreamSslConfig.
 */
export function socketOfSslConfig(config: ValueMap, context: SslContext): SslResult {
  const common = isMap(config['secretRef'])
    ? fromSecret(config, config['secretRef'], context)
    : isMap(config['sslFiles'])
      ? fromFiles(config, config['sslFiles'], context)
      : isMap(config['sds'])
        ? fromSds(config, config['sds'], context.gloo)
        : commonContext(config, noCertificates, 'inlineString', context);
  if (typeof common === 'string') return { error: common };
  if ('error' in common) return { error: wordOf(common['error']), isMissingSecret: true };
  const isOneWay = config['oneWayTls'] === true && !isMap(config['sds']) && context.gloo.has('oneWayTlsUpstream');
  const { tlsCertificates, ...rest } = common;
  return {
    socket: tlsSocket({
      common: isOneWay || tlsCertificates === undefined ? rest : common,
      sni: textOf(config['sni']),
      allowRenegotiation: config['allowRenegotiation'] === true && context.gloo.has('allowRenegotiation'),
    }),
  };
}

interface Certificates {
  readonly certificate: string;
  readonly key: string;
  readonly root: string;
}
const noCertificates: Certificates = { certificate: '', key: '', root: '' };

function fromSecret(config: ValueMap, ref: ValueMap, context: SslContext): ValueMap | string {
  const [name, namespace] = [textOf(ref['name']) ?? '', textOf(ref['namespace']) ?? ''];
  const secret = context.secrets.find((candidate) => {
    const metadata = mapAt(candidate, 'metadata');
    return metadata['name'] === name && metadata['namespace'] === namespace;
  });
  if (secret === undefined) return { error: `SSL secret not found: list did not find secret ${namespace}.${name}` };
  const about = `name:"${name}" namespace:"${namespace}"`;
  if (!isMap(secret['tls'])) return `${about} is not a TLS secret`;
  const { certChain, privateKey, rootCa } = secret['tls'];
  const found = certificatesOf(certChain, privateKey, rootCa);
  const wrong = pairFault(found, context);
  return wrong === undefined
    ? commonContext(config, found, 'inlineString', context)
    : `${about} is not a valid TLS secret: ${wrong}`;
}

/** Since pairs are checked, the file names are read as if they were the certificates themselves. */
function fromFiles(config: ValueMap, files: ValueMap, context: SslContext): ValueMap | string {
  const { tlsCert, tlsKey, rootCa } = files;
  const found = certificatesOf(tlsCert, tlsKey, rootCa);
  const wrong = pairFault(found, context);
  return wrong === undefined ? commonContext(config, found, 'filename', context) : `Invalid TLS secret: ${wrong}`;
}

function certificatesOf(...parts: readonly (Value | undefined)[]): Certificates {
  const [certificate = '', key = '', root = ''] = parts.map(textOf);
  return { certificate, key, root };
}

function pairFault({ certificate, key, root }: Certificates, { gloo }: SslContext): string | undefined {
  return gloo.has('certificatePairsChecked') ? pairProblem(certificate, key, root) : undefined;
}

function commonContext(
  config: ValueMap,
  { certificate, key, root }: Certificates,
  source: 'inlineString' | 'filename',
  context: SslContext,
): ValueMap | string {
  if ((certificate === '') !== (key === '')) return 'both or none of cert chain and private key must be provided';
  const names = textsIn(config['verifySubjectAltName']);
  if (root === '' && names.length > 0) return 'a root_ca must be provided if verify_subject_alt_name is not empty';
  const parameters = isMap(config['parameters']) ? config['parameters'] : context.defaults;
  const tlsParams = parameters === undefined ? undefined : tlsParameters(parameters);
  if (typeof tlsParams === 'string') return tlsParams;
  return message({
    alpnProtocols: textsIn(config['alpnProtocols']),
    tlsCertificates:
      certificate === '' ? [] : [{ certificateChain: { [source]: certificate }, privateKey: { [source]: key } }],
    tlsParams,
    validationContext:
      root === ''
        ? undefined
        : message({ trustedCa: { [source]: root }, matchSubjectAltNames: names.map((exact) => ({ exact })) }),
  });
}

const versions = ['TLS_AUTO', 'TLSv1_0', 'TLSv1_1', 'TLSv1_2', 'TLSv1_3'];

/** TLS parameters in Envoy's form, or the error in them. */
export function tlsParameters(parameters: ValueMap): ValueMap | string {
  const bounds: string[] = [];
  for (const key of ['maximumProtocolVersion', 'minimumProtocolVersion']) {
    const value = parameters[key] ?? 0;
    const name = typeof value === 'string' ? value : (versions[Number(value)] ?? wordOf(value));
    if (!versions.includes(name)) return `tls version ${name} not found`;
    bounds.push(name === 'TLS_AUTO' ? '' : name);
  }
  return message({
    cipherSuites: textsIn(parameters['cipherSuites']),
    ecdhCurves: textsIn(parameters['ecdhCurves']),
    tlsMaximumProtocolVersion: bounds[0],
    tlsMinimumProtocolVersion: bounds[1],
  });
}

function fromSds(config: ValueMap, sds: ValueMap, gloo: Gloo): ValueMap | string {
  const [certificate, validation] = [textOf(sds['certificatesSecretName']), textOf(sds['validationContextName'])];
  if (!certificate && !validation)
    return 'at least one of certificates_secret_name or validation_context_name must be provided';
  const names = textsIn(config['verifySubjectAltName']);
  if (names.length > 0 && !validation) return 'must provide validation context name if verifying SAN';
  const validated = validation ? sdsSecret(validation, sds, gloo) : undefined;
  return message({
    alpnProtocols: gloo.has('upstreamSdsAlpn') ? textsIn(config['alpnProtocols']) : [],
    tlsCertificateSdsSecretConfigs: certificate ? [sdsSecret(certificate, sds, gloo)] : [],
    tlsParams: {},
    validationContextSdsSecretConfig: names.length === 0 ? validated : undefined,
    combinedValidationContext:
      names.length === 0 || validated === undefined
        ? undefined
        : {
            defaultValidationContext: { matchSubjectAltNames: names.map((exact) => ({ exact })) },
            validationContextSdsSecretConfig: validated,
          },
  });
}

const fileCredentials = 'envoy.grpc_credentials.file_based_metadata';

/**
 * A secret that Envoy requests from an SDS server: through the cluster in its bootstrap, or at an address that bypasses
 * it.
 */
function sdsSecret(name: string, sds: ValueMap, gloo: Gloo): ValueMap {
  const credentials = sds['callCredentials'];
  const [target, cluster] = [textOf(sds['targetUri']) ?? '', textOf(sds['clusterName']) ?? ''];
  if (isMap(credentials)) {
    const { header, tokenFileName } = mapAt(credentials, 'fileCredentialSource');
    const plugin = {
      name: fileCredentials,
      typedConfig: message({
        '@type': 'type.googleapis.com/envoy.config.grpc_credential.v3.FileBasedMetadataConfig',
        headerKey: textOf(header),
        secretData: { filename: textOf(tokenFileName) ?? '' },
      }),
    };
    const service = {
      callCredentials: [{ fromPlugin: plugin }],
      channelCredentials: { localCredentials: {} },
      credentialsFactoryName: fileCredentials,
      statPrefix: 'sds',
      targetUri: target,
    };
    return sdsSource(name, { googleGrpc: message(service) }, gloo);
  }
  if (target !== '' && cluster === '' && gloo.has('sdsTargetWithoutCluster'))
    return sdsSource(name, { googleGrpc: { statPrefix: name, targetUri: target } }, gloo);
  const clusterName = cluster !== '' ? cluster : 'gateway_proxy_sds';
  return sdsSource(name, { envoyGrpc: { clusterName } }, gloo);
}

export function sdsSource(name: string, service: ValueMap, gloo: Gloo, extra: ValueMap = {}): ValueMap {
  const isV3 = gloo.has('versionedXds');
  return {
    name,
    sdsConfig: message({
      apiConfigSource: message({
        apiType: 'GRPC',
        grpcServices: [service],
        transportApiVersion: isV3 ? 'V3' : undefined,
        ...extra,
      }),
      resourceApiVersion: isV3 ? 'V3' : undefined,
    }),
  };
}
