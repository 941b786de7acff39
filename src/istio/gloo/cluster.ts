import { isMap, mapAt, mapsIn, textOf, textsIn, type Value, type ValueMap } from '../../value.ts';
import { autoMtlsOf } from './auto-mtls.ts';
import { type ControlPlaneEnv, clusterStatsName } from './control-plane.ts';
import { message, proxyProtocolSocket, type Socket, tlsSocket } from './envoy-json.ts';
import type { Gloo } from './release.ts';
import { socketOfSslConfig, tlsParameters } from './ssl-config.ts';
import { staticCluster } from './static-hosts.ts';

/** The input for translating one Upstream. */
export interface UpstreamInput {
  readonly gloo: Gloo;
  readonly name: string;
  readonly namespace: string;
  readonly upstream: ValueMap;
  readonly settings: ValueMap;
  readonly secrets: readonly ValueMap[];
  readonly env: ControlPlaneEnv;
  readonly hasService: boolean;
}

export interface ClusterResult {
  readonly cluster: ValueMap;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly log: readonly string[];
}

interface Draft {
  type?: string;
  dnsLookupFamily?: string;
  hosts?: readonly ValueMap[];
  isEds?: boolean;
  socket: Socket | undefined;
  matches: readonly ValueMap[];
  readonly errors: string[];
  readonly warnings: string[];
}

/** Envoy's cluster of an Upstream. The steps are in the order of Gloo's translator and its plugins. */
export function clusterOf(input: UpstreamInput): ClusterResult {
  const { gloo, upstream, settings } = input;
  const draft: Draft = { socket: undefined, matches: [], errors: [], warnings: [] };
  applySslConfig(input, draft);
  const version = gloo.has('upstreamProxyProtocol') ? textOf(upstream['proxyProtocolVersion']) : undefined;
  if (version !== undefined && version !== '') draft.socket = proxyProtocolSocket(draft.socket, version);
  applyKind(input, draft, version);
  const auto = autoMtlsOf(upstream, settings, gloo, input.env);
  if (auto.matches !== undefined) draft.matches = auto.matches;
  const name = `${input.name}_${input.namespace}`;
  const isStatic = draft.type === undefined || draft.type === 'STATIC' || draft.type === 'STRICT_DNS';
  if (!draft.isEds && isStatic && (draft.hosts ?? []).length === 0) {
    const about = gloo.has('clusterErrorsNameNoCluster') ? '' : `${clusterText(name, draft, gloo)}: `;
    draft.errors.push(
      `cluster was configured improperly by one or more plugins: ${about}cluster type ${draft.type ?? 'STATIC'} specified but LoadAssignment was empty`,
    );
  }
  return {
    cluster: printCluster(name, input, draft),
    errors: draft.errors.sort(),
    warnings: draft.warnings,
    log: auto.log,
  };
}

/** A protobuf message in text format, as far as errors about empty clusters show it. */
function clusterText(name: string, { type }: Draft, gloo: Gloo): string {
  const [open, close, end] = gloo.has('protobufTextWithBraces') ? ['{', '}', ''] : ['<', ' >', ' '];
  const shown = type === undefined ? '' : ` type:${type}`;
  return `name:"${name}"${shown} connect_timeout:${open}seconds:5${close} metadata:${open}${close.trim()}${end}`;
}

function applySslConfig({ gloo, upstream, settings, secrets }: UpstreamInput, draft: Draft): void {
  const config = upstream['sslConfig'];
  if (!isMap(config)) return;
  const result = socketOfSslConfig(config, { gloo, secrets, defaults: defaultParameters(gloo, settings) });
  if ('socket' in result) {
    draft.socket = result.socket;
    return;
  }
  const warns =
    result.isMissingSecret === true &&
    gloo.has('warnMissingTlsSecretField') &&
    mapAt(settings, 'gateway', 'validation')['warnMissingTlsSecret'] === true;
  (warns ? draft.warnings : draft.errors).push(result.error);
}

/** The TLS parameters of the Settings. */
function defaultParameters(gloo: Gloo, settings: ValueMap): ValueMap | undefined {
  const parameters = mapAt(settings, 'upstreamOptions')['sslParameters'];
  return gloo.has('upstreamOptionsField') && isMap(parameters) ? parameters : undefined;
}

/** TLS that Gloo adds on its own: for static hosts and cloud functions. */
function ownCommon({ gloo, settings }: UpstreamInput): ValueMap | undefined {
  if (!gloo.has('upstreamOptionsField')) return undefined;
  const parameters = defaultParameters(gloo, settings);
  const read = parameters === undefined ? undefined : tlsParameters(parameters);
  return message({ tlsParams: isMap(read) ? read : undefined });
}

function applyKind(input: UpstreamInput, draft: Draft, proxyProtocol: string | undefined): void {
  const { gloo, upstream } = input;
  if (isMap(upstream['kube'])) {
    draft.isEds = input.hasService || !gloo.has('missingServiceWithoutEds');
    if (draft.isEds) draft.type = 'EDS';
    if (!input.hasService) draft.errors.push(missingService(input, upstream['kube']));
  } else if (isMap(upstream['static'])) {
    const found = staticCluster(upstream['static'], {
      gloo,
      socket: draft.socket,
      proxyProtocol,
      common: ownCommon(input),
    });
    draft.type = found.type;
    if (found.type === 'STRICT_DNS') draft.dnsLookupFamily = 'V4_ONLY';
    draft.hosts = found.hosts;
    draft.socket = found.socket;
    draft.matches = found.matches;
    if (found.error !== undefined) draft.errors.push(found.error);
  } else if (isMap(upstream['pipe'])) {
    const path = textOf(upstream['pipe']['path']) ?? '';
    draft.type = 'STATIC';
    if (path === '') draft.errors.push('no path provided');
    else draft.hosts = [{ endpoint: { address: { pipe: { path } } } }];
  } else if (isMap(upstream['azure'])) {
    const host = `${textOf(upstream['azure']['functionAppName']) ?? ''}.azurewebsites.net`;
    draft.type = 'LOGICAL_DNS';
    draft.dnsLookupFamily = 'V4_ONLY';
    draft.hosts = [{ endpoint: { address: { socketAddress: { address: host, portValue: 443 } } } }];
    draft.socket = tlsSocket({ common: ownCommon(input), sni: host });
  }
}

function missingService({ gloo, name, namespace }: UpstreamInput, kube: ValueMap): string {
  const quote = gloo.has('missingServiceInSingleQuotes') ? "'" : '"';
  const quoted = (value: Value | undefined): string => `${quote}${textOf(value) ?? ''}${quote}`;
  return `Upstream name:"${name}" namespace:"${namespace}" references the service ${quoted(kube['serviceName'])} which does not exist in namespace ${quoted(kube['serviceNamespace'])}`;
}

function printCluster(name: string, input: UpstreamInput, draft: Draft): ValueMap {
  const { gloo, upstream, settings } = input;
  const isHttp2 = upstream['useHttp2'] === true;
  const http2 = {
    '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    explicitHttpConfig: { http2ProtocolOptions: {} },
  };
  return message({
    altStatName:
      input.env.isKubeGateway && gloo.has('clusterStatsName')
        ? clusterStatsName(input.name, input.namespace, upstream)
        : '',
    connectTimeout: '5s',
    dnsLookupFamily: draft.dnsLookupFamily,
    edsClusterConfig: draft.isEds ? edsConfig(name, gloo, settings) : undefined,
    http2ProtocolOptions: isHttp2 ? {} : undefined,
    lbSubsetConfig: subsetConfig(upstream),
    loadAssignment:
      draft.hosts === undefined || draft.hosts.length === 0
        ? undefined
        : { clusterName: name, endpoints: [{ lbEndpoints: draft.hosts }] },
    name,
    transportSocket: draft.socket,
    transportSocketMatches: draft.matches,
    type: draft.type,
    typedExtensionProtocolOptions:
      isHttp2 && gloo.has('http2InExtension')
        ? { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': http2 }
        : undefined,
  });
}

function edsConfig(name: string, gloo: Gloo, settings: ValueMap): ValueMap {
  const isV3 = gloo.has('versionedXds');
  const isRest = gloo.has('restEdsField') && mapAt(settings, 'gloo')['enableRestEds'] === true;
  const rest = message({
    apiType: 'REST',
    clusterNames: ['rest_xds_cluster'],
    refreshDelay: '5s',
    requestTimeout: '5s',
    transportApiVersion: isV3 ? 'V3' : undefined,
  });
  return message({
    edsConfig: message({
      ...(isRest ? { apiConfigSource: rest } : { ads: {} }),
      resourceApiVersion: isV3 ? 'V3' : undefined,
    }),
    // Gloo appends a hash of the endpoints.
    serviceName: gloo.has('edsNamesService') ? `${name}-*` : undefined,
  });
}

/** The keys that distinguish an Upstream's endpoints. */
export function subsetKeysOf(upstream: ValueMap): string[] {
  return selectorsOf(upstream).flatMap(({ keys }) => textsIn(keys));
}

function selectorsOf(upstream: ValueMap): readonly ValueMap[] {
  const kind = ['kube', 'consul'].map((key) => upstream[key]).find(isMap);
  return mapsIn(mapAt(kind ?? {}, 'subsetSpec')['selectors']);
}

function subsetConfig(upstream: ValueMap): ValueMap | undefined {
  const selectors = selectorsOf(upstream);
  if (selectors.length === 0) return undefined;
  return {
    fallbackPolicy: 'ANY_ENDPOINT',
    subsetSelectors: selectors.map(({ keys }) => message({ keys: textsIn(keys) })),
  };
}
