import type { Chart } from '../chart/chart.ts';
import { printed, sprintText, truthy } from '../go/template.ts';
import { wrongType } from '../schema/check-words.ts';
import { type Value, type ValueList, type ValueMap, valueAt } from '../value.ts';
import { readBare } from '../yaml/bare.ts';
import { anyPrinted } from './as-printed.ts';
import { behindClusters, behindProvider, blankLine, isClusterBehind } from './behind.ts';
import { maps, printedBlock } from './blocks.ts';
import { dataOf } from './config-data.ts';
import { bootstrapListeners, type Listener } from './listeners.ts';
import { openAddressOf } from './open-address.ts';
import { type MutualTls, mutualTlsOf, objectLabels, type Proxy } from './proxies.ts';
import { bareText, bareWhole, composed, composedValue, envoyInteger, envoyPort, neededText, scalar } from './read.ts';
import { inFile } from './reading.ts';
import { readRunOn } from './run-on.ts';
import { addProblem, deviate, has, inside, insideIfGiven, mapIn, report, type Scope } from './scope.ts';

/** The `…-envoy-config` ConfigMap of one proxy: the user's own data, or the bootstrap of the chart. */
export interface ConfigMap {
  readonly name: string;
  readonly namespace: string | null;
  readonly labels: ValueMap;
  readonly data: ValueMap | undefined;
  readonly bootstrap: Bootstrap | undefined;
}

/** Envoy's bootstrap configuration. What is undefined is omitted. */
export interface Bootstrap {
  readonly staticLayer: ValueMap;
  readonly nodeId: string;
  readonly metadata: { readonly role: Value };
  readonly metricsCluster: { readonly name: string; readonly address: string } | undefined;
  readonly statsConfig: ValueMap | undefined;
  readonly listeners: readonly Listener[] | undefined;
  /** The version of the xDS protocol in each source of secrets; undefined leaves it to Envoy. */
  readonly secretsVersion: 'V3' | undefined;
  readonly apiVersion: { readonly value: Value } | undefined;
  readonly xds: XdsCluster;
  readonly sds: { readonly tls: boolean; readonly secretsVersion: 'V3' | undefined } | undefined;
  readonly rest: XdsCluster | undefined;
  readonly wasmCache: { readonly address: string; readonly keepalive: Keepalive };
  readonly accessLog: { readonly address: string; readonly port: number | string | null } | undefined;
  readonly tracingClusters: ValueList | undefined;
  readonly stsHost: string | undefined;
  readonly adminCluster: boolean;
  readonly staticClusters: ValueList | undefined;
  readonly tracing: ValueMap | undefined;
  readonly extensions: ValueList | undefined;
  readonly overload: ValueMap | undefined;
  readonly loopback: string | null;
}

interface XdsCluster {
  readonly name: string;
  readonly statName: string;
  readonly address: string;
  readonly port: number | string | null;
  readonly http2: boolean;
  readonly keepalive: Keepalive;
  readonly tls: boolean;
  readonly secretsVersion: 'V3' | undefined;
}

/** Seconds without traffic before a probe; undefined if the release leaves it to Envoy. */
interface Keepalive {
  readonly time: { readonly value: number | string | null } | undefined;
}

/** The ConfigMap of a proxy; undefined if a disabled one gets none. Source: 9-gateway-proxy-configmap.yaml. */
export function configMapOf(proxy: Proxy): ConfigMap | undefined {
  const config = proxy.disabled ? mapIn(proxy.spec, 'configMap') : inside(proxy.spec, 'configMap');
  if (proxy.disabled && !(proxy.context.chart.has('configMapOfDisabledProxy') && 'configMap' in proxy.spec.map))
    return undefined;
  const data = has(config, 'data') ? dataOf(proxy, config) : undefined;
  return {
    name: `${proxy.name}-envoy-config`,
    namespace: proxy.printedNamespace,
    labels: objectLabels(proxy),
    data,
    bootstrap: data === undefined ? bootstrapOf(inFile(proxy)) : undefined,
  };
}

function bootstrapOf(proxy: Proxy): Bootstrap {
  const { context, name, spec } = proxy;
  const { chart, releaseNamespace, values } = context;
  const tls = mutualTlsOf(context);
  const k8s = clusterOf(proxy);
  const before = `gloo.${releaseNamespace}.svc.`;
  const glooHost = composed(k8s, 'clusterName', { before });
  const secretsVersion = chart.has('unversionedXds') ? undefined : 'V3';
  const settings = inside(values, 'settings');
  const surroundings: Surroundings = { mutualTls: tls, tls: tls.gloo, secretsVersion, k8s, settings, glooHost };
  const { keepalive, xds, rest, isOpen } = controlPlaneOf(proxy, surroundings);
  const logger = inside(values, 'accessLogger');
  const tracing = insideIfGiven(spec, 'tracing');
  const listeners = bootstrapListeners(proxy);
  return {
    staticLayer: staticLayerOf(proxy),
    nodeId: '{{.PodName}}.{{.PodNamespace}}',
    metadata: {
      role: chart.has('proxyNamespace') ? roleOf(settings, releaseNamespace, name) : `{{.PodNamespace}}~${name}`,
    },
    metricsCluster: chart.has('metricsSink')
      ? { name: composed(k8s, 'clusterName', { before, after: ':9966', place: 'flow' }), address: glooHost }
      : undefined,
    statsConfig: chart.has('statsConfig') ? printedBlock(spec, 'envoyStatsConfig') : undefined,
    listeners: listeners.length === 0 ? undefined : listeners,
    secretsVersion,
    apiVersion: secretsVersion === undefined ? undefined : { value: scalar(spec, 'envoyApiVersion') },
    xds,
    sds: tls.cluster && !isOpen ? { tls: straySocket(tls, rest !== undefined), secretsVersion } : undefined,
    rest,
    wasmCache: { address: glooHost, keepalive },
    accessLog: has(logger, 'enabled')
      ? {
          address: composed(k8s, 'clusterName', { before: `gateway-proxy-access-logger.${releaseNamespace}.svc.` }),
          port: envoyPort(logger, 'port'),
        }
      : undefined,
    tracingClusters: readRunOn(
      tracing,
      'cluster',
      maps(tracing, 'cluster', 'clusters', isClusterBehind(proxy, settings) ? 'items' : undefined),
      behindClusters(proxy, settings),
    ),
    stsHost: stsHostOf(proxy, settings),
    adminCluster: listeners.length > 0,
    staticClusters: chart.has('staticClusters')
      ? readRunOn(spec, 'envoyStaticClusters', maps(spec, 'envoyStaticClusters', 'clusters'), blankLine)
      : undefined,
    tracing: chart.has('bootstrapTracing')
      ? readRunOn(tracing, 'provider', printedBlock(tracing, 'provider'), behindProvider(chart))
      : undefined,
    extensions: chart.has('staticClusters') ? maps(spec, 'envoyBootstrapExtensions', 'extensions') : undefined,
    overload: chart.has('overloadManager') ? overloadOf(inside(spec, 'envoyOverloadManager')) : undefined,
    loopback: neededText(spec, 'loopBackAddress') || null,
  };
}

interface Surroundings extends Pick<XdsCluster, 'tls' | 'secretsVersion'> {
  readonly mutualTls: MutualTls;
  readonly k8s: Scope;
  readonly settings: Scope;
  readonly glooHost: string;
}

/** The clusters that lead to Gloo's control plane. */
function controlPlaneOf(
  { spec, context: { chart, releaseNamespace, values } }: Proxy,
  { mutualTls, tls, secretsVersion, k8s, settings, glooHost }: Surroundings,
): Pick<Bootstrap, 'xds' | 'rest'> & { readonly keepalive: Keepalive; readonly isOpen: boolean } {
  const ports = inside(inside(values, 'gloo'), 'deployment');
  const clusterDomain = k8s.map['clusterName'] ?? null;
  const before = `gloo.${releaseNamespace}.svc.`;
  const hasService = chart.has('xdsService');
  const keepalive: Keepalive = {
    time: chart.has('keepaliveTime') ? { value: envoyInteger(spec, 'tcpKeepaliveTimeSeconds') } : undefined,
  };
  const hasRest = !chart.has('restXdsOptional') || has(settings, 'enableRestEds');
  const openAddress = hasService && hasRest ? openAddressOf(spec, ports, mutualTls, keepalive) : undefined;
  const ownAddress =
    openAddress ?? (hasService && has(spec, 'xdsServiceAddress') ? neededText(spec, 'xdsServiceAddress') : null);
  const usualAddress = (): string =>
    hasService ? bareWhole(k8s, 'clusterName', before + sprintText(clusterDomain), clusterDomain) : glooHost;
  const address = ownAddress ?? usualAddress();
  const hasOwnPort = hasService && has(spec, 'xdsServicePort');
  const ownPort = hasOwnPort ? envoyPort(spec, 'xdsServicePort') : null;
  const portOf = (key: string) => (hasOwnPort ? ownPort : envoyPort(ports, key));
  const shared = { keepalive, tls, secretsVersion, address } as const;
  const restCluster = (): XdsCluster => ({
    name: 'rest_xds_cluster',
    statName: 'rest_xds_cluster',
    port: portOf('restXdsPort'),
    http2: false,
    ...shared,
  });
  const isOpen = openAddress !== undefined;
  return {
    keepalive,
    xds: {
      name: xdsNameOf(ports, before + printed(clusterDomain), glooHost),
      statName: 'xds_cluster',
      port: portOf(isOpen ? 'restXdsPort' : 'xdsPort'),
      http2: !isOpen,
      ...shared,
    },
    rest: hasRest && !isOpen ? restCluster() : undefined,
    isOpen,
  };
}

/** Gloo's address ends in Go's nil, which under an override appears in some places in the chart's own words. */
function clusterOf({ context: { chart, releaseNamespace, values } }: Proxy): Scope {
  const k8s = inside(values, 'k8s');
  if ((k8s.map['clusterName'] ?? null) !== null) return k8s;
  // Every proxy has the same problem, so it is reported only once.
  const proxies = Object.values(mapIn(values, 'gatewayProxies').map);
  const isOverridden =
    chart.has('resourceOverride') &&
    proxies.some((proxy) => truthy(valueAt(proxy, 'configMap', 'kubeResourceOverride')));
  const noValue =
    '; with the override of the ConfigMap the chart writes "<no value>" for it in some places, and glistio nothing';
  const message = `clusterName is null, so Envoy looks for Gloo at gloo.${releaseNamespace}.svc.%!s(<nil>) and never finds it${isOverridden ? noValue : ''}.`;
  addProblem(
    k8s,
    'warning',
    { code: 'missing-value', message, hint: 'Leave it out, or write {0}.', meant: [{ value: 'cluster.local' }] },
    'clusterName',
  );
  return k8s;
}

/** If Gloo's address is not a scalar in the first place, that is the cause and has been reported. */
function xdsNameOf(ports: Scope, printedHost: string, glooHost: string): string {
  return readBare(glooHost) === glooHost
    ? composed(ports, 'xdsPort', { before: `${printedHost}:`, place: 'flow' })
    : `${printedHost}:${printed(ports.map['xdsPort'])}`;
}

/** The chart writes the REST cluster's transport socket even if it omits that cluster, so the previous one gets it. */
function straySocket(tls: MutualTls, rest: boolean): boolean {
  return tls.gloo && !rest;
}

function roleOf(settings: Scope, releaseNamespace: string, name: string): Value {
  return has(settings, 'writeNamespace')
    ? composedValue(settings, 'writeNamespace', { after: `~${name}` })
    : `${releaseNamespace}~${name}`;
}

/** What Envoy is configured to do differently from its defaults; undefined if nothing is. */
export function staticFeatures(chart: Chart): ValueMap | undefined {
  const features: Record<string, Value> = {};
  if (chart.has('runtimeSanitizeTe')) features['sanitize_te'] = false;
  if (chart.has('runtimeWebsocket')) features['check_switch_protocol_websocket_handshake'] = false;
  if (chart.has('runtimeExtProc')) features['ext_proc_fail_close_spurious_resp'] = false;
  return truthy(features) ? features : undefined;
}

function staticLayerOf({ spec, context: { chart } }: Proxy): ValueMap {
  const features = staticFeatures(chart);
  return {
    ...(chart.has('runtimeV2Api') ? { 'envoy.reloadable_features.enable_deprecated_v2_api': true } : {}),
    ...(chart.has('runtimeTlsInspector') ? { 'envoy.reloadable_features.disable_tls_inspector_injection': false } : {}),
    ...(chart.has('customStaticLayer') ? printedBlock(spec, 'customStaticLayer') : undefined),
    overload: { global_downstream_max_connections: scalar(spec, 'globalDownstreamMaxConnections') },
    ...(chart.has('healthyPanicThreshold')
      ? { upstream: { healthy_panic_threshold: { value: scalar(spec, 'healthyPanicThreshold') } } }
      : {}),
    ...(chart.has('escapedSlashes') && has(spec, 'pathWithEscapedSlashesAction')
      ? { http_connection_manager: { path_with_escaped_slashes_action: scalar(spec, 'pathWithEscapedSlashesAction') } }
      : {}),
    ...(features === undefined ? {} : { envoy: { reloadable_features: features } }),
  };
}

function stsHostOf({ context: { chart } }: Proxy, settings: Scope): string | undefined {
  const aws = inside(settings, 'aws');
  if (!has(aws, 'enableServiceAccountCredentials')) return undefined;
  const region = aws.map['stsCredentialsRegion'] ?? null;
  const isCompared = chart.has('stsRegionNeverNull');
  if (isCompared && region !== null && typeof region !== 'string') {
    const message = `${wrongType('stsCredentialsRegion', 'a string', region)} With this chart Helm fails.`;
    report(aws, 'wrong-type', 'stsCredentialsRegion', message);
  }
  const isGlobal = isCompared ? region === '' : !truthy(region);
  return isGlobal
    ? 'sts.amazonaws.com'
    : composed(aws, 'stsCredentialsRegion', { before: 'sts.', after: '.amazonaws.com' });
}

function withoutBuffer(overload: Scope): ValueMap {
  deviate(overload, 'empty-buffer-factory', undefined);
  return {};
}

function overloadOf(overload: Scope): ValueMap | undefined {
  if (!has(overload, 'enabled')) return undefined;
  const buffer = overload.map['bufferFactoryConfig'] ?? null;
  return {
    actions: anyPrinted(overload, 'actions'),
    // The chart writes an empty one, which Envoy refuses: its only field has no valid default.
    ...(truthy(buffer)
      ? { buffer_factory_config: anyPrinted(overload, 'bufferFactoryConfig') }
      : withoutBuffer(overload)),
    refresh_interval: bareText(overload, 'refreshInterval'),
    resource_monitors: anyPrinted(overload, 'resourceMonitors'),
  };
}
