import type { Chart } from '../chart/chart.ts';
import { printed, truthy } from '../go/template.ts';
import { described } from '../schema/check-words.ts';
import { isMap, type ValueList, type ValueMap } from '../value.ts';
import { maps, printedBlock } from './blocks.ts';
import { imageOf } from './image.ts';
import { type BareVariable, openVariablesOf, readVariables } from './open-address.ts';
import { mutualTlsOf, type Proxy } from './proxies.ts';
import { bareText, composed, text } from './read.ts';
import { readRunOn } from './run-on.ts';
import { deviate, has, inside, mapIn, notePrinted, remark, type Scope } from './scope.ts';
import { sidecarSecurityContext } from './security.ts';

/** The container that serves certificates to Envoy. What is undefined is omitted. */
export interface SdsContainer {
  /** Whether null is printed, as in the chart; the control plane omits it. */
  readonly keepsNull: boolean;
  readonly image: string;
  readonly imagePullPolicy: string | null;
  /** The version in the references to the pod's own fields; undefined omits it. */
  readonly fieldVersion: 'v1' | undefined;
  /** The variables that enable each kind of certificates. */
  readonly switches: readonly string[];
  readonly logLevel: { readonly value: string | null } | undefined;
  readonly statsServer: boolean;
  readonly monitored: boolean;
  readonly resources: ValueMap | undefined;
  readonly securityContext: ValueMap | undefined;
  readonly readinessProbe: ValueMap | undefined;
  /** Whether the default path and policy of the termination message are written. */
  readonly terminationMessage: boolean;
  readonly volumeMounts: ValueList;
}

/** What the sds container may mount. */
export const sdsMounts = {
  gloo: { name: 'gloo-mtls-certs', mountPath: '/etc/envoy/ssl', readOnly: true },
  certificates: { name: 'istio-certs', mountPath: '/etc/istio-certs/' },
  config: { name: 'envoy-config', mountPath: '/etc/envoy' },
} as const;

const usualProbe: ValueMap = {
  tcpSocket: { port: 8234 },
  initialDelaySeconds: 3,
  periodSeconds: 10,
  failureThreshold: 3,
};

/** The chart's own Istio agent. What is undefined is omitted. */
export interface IstioProxyContainer {
  /** As in the sds container. */
  readonly keepsNull: boolean;
  readonly image: string;
  readonly imagePullPolicy: string | null;
  /** Whether the agent starts an Envoy, as it did before it was reduced to fetching certificates. */
  readonly runsEnvoy: boolean;
  readonly discoveryArgument: string | null;
  readonly logLevelArgument: string;
  readonly trustDomain: boolean;
  /** The four following variables as YAML reads them together, if it does not read each by itself. */
  readonly openVariables?: ValueList | undefined;
  readonly certificateAddress: string | null;
  readonly meshId: string | null;
  readonly clusterId: { readonly value: string | null } | undefined;
  readonly proxyConfig: string | undefined;
  readonly resources: ValueMap | undefined;
  readonly securityContext: ValueMap | undefined;
  readonly readinessProbe: ProbeTimes | undefined;
  readonly workloadSockets: boolean;
}

/** When a probe starts, how often it runs, and how often it may fail. */
interface ProbeTimes {
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

/** The sds container, which serves the certificates to Envoy; undefined if nothing needs it. */
export function sdsContainer(proxy: Proxy): SdsContainer | undefined {
  const { chart, global } = proxy.context;
  const mutualTls = mutualTlsOf(proxy.context);
  if (!mutualTls.istio && !mutualTls.gloo) return undefined;
  const mtls = inside(global, 'glooMtls');
  const sds = inside(mtls, 'sds');
  const image = imageOf(sds, 'image', global, chart);
  const securityContext = sidecarSecurityContext(sds, { chart, global }, proxy.isReprinted);
  const stats = has(proxy.stats, 'enabled');
  const levels = chart.has('sdsLogLevel');
  const ownProbe = chart.has('sdsProbeValue');
  return {
    image: securityContext !== undefined && chart.has('sdsImageStrayBrace') ? `${image.reference}}` : image.reference,
    keepsNull: true,
    imagePullPolicy: image.pullPolicy,
    fieldVersion: undefined,
    switches: [
      ...(mutualTls.gloo ? ['GLOO_MTLS_SDS_ENABLED'] : []),
      ...(mutualTls.istio ? ['ISTIO_MTLS_SDS_ENABLED'] : []),
    ],
    logLevel: levels && has(sds, 'logLevel') ? { value: text(sds, 'logLevel') } : undefined,
    statsServer: levels && stats,
    monitored: chart.has('sidecarWithoutEnvoy') && stats && has(proxy.stats, 'podMonitorEnabled'),
    resources: chart.has('sdsResources') ? printedBlock(mtls, 'sdsResources') : undefined,
    securityContext,
    readinessProbe: ownProbe ? printedBlock(sds, 'readinessProbe') : chart.has('sdsProbe') ? usualProbe : undefined,
    terminationMessage: false,
    volumeMounts: [
      ...(mutualTls.gloo ? [sdsMounts.gloo] : []),
      ...(mutualTls.istio ? [sdsMounts.certificates, sdsMounts.config] : []),
    ],
  };
}

/** The user's own sidecars, which replace the default one; undefined if there are none. */
export function customSidecars(proxy: Proxy): ValueList | undefined {
  if (!mutualTlsOf(proxy.context).istio) return undefined;
  const { chart, global } = proxy.context;
  const sds = mapIn(global, 'istioSDS');
  const text = chart.has('resourceOverride') ? ' \n' : '\n';
  return readRunOn(sds, 'customSidecars', maps(sds, 'customSidecars', 'containers', 'fields'), { text });
}

/** The default istio-proxy, which gets the mesh's certificates; undefined if custom ones replace it. */
export function istioProxyContainer(proxy: Proxy): IstioProxyContainer | undefined {
  const { context } = proxy;
  const { chart, global } = context;
  if (!mutualTlsOf(context).istio || has(mapIn(global, 'istioSDS'), 'customSidecars')) return undefined;
  const mtls = inside(global, 'glooMtls');
  const reads = chart.has('sidecarImageValue') || chart.has('sdsLogLevel') || chart.has('sidecarSecurityContext');
  const istio = reads ? inside(mtls, 'istioProxy') : mapIn(mtls, 'istioProxy');
  const image = chart.has('sidecarImageValue')
    ? imageOf(istio, 'image', global, chart)
    : { reference: fixedImage(proxy), pullPolicy: 'IfNotPresent' };
  const resources = chart.has('sidecarOwnResources')
    ? 'envoySidecarResources'
    : chart.has('sdsResourcesOnSidecar')
      ? 'sdsResources'
      : undefined;
  return {
    image: image.reference,
    keepsNull: true,
    imagePullPolicy: image.pullPolicy,
    runsEnvoy: !chart.has('sidecarWithoutEnvoy'),
    discoveryArgument: chart.has('sidecarProxyConfig') ? null : discoveryAddress(proxy),
    logLevelArgument: chart.has('sdsLogLevel')
      ? composed(istio, 'logLevel', { before: '--proxyLogLevel=', place: 'item' })
      : '--proxyLogLevel=warning',
    trustDomain: chart.has('sidecarTrustDomain'),
    ...meshVariables(proxy),
    resources: resources === undefined ? undefined : printedBlock(mtls, resources),
    securityContext: sidecarSecurityContext(istio, { chart, global }, proxy.isReprinted),
    readinessProbe: sidecarProbe(proxy),
    workloadSockets: chart.has('workloadSockets'),
  };
}

type MeshVariables = Pick<
  IstioProxyContainer,
  'openVariables' | 'certificateAddress' | 'meshId' | 'clusterId' | 'proxyConfig'
>;

function meshVariables(proxy: Proxy): MeshVariables {
  const { spec, context } = proxy;
  const { chart } = context;
  const hasConfig = chart.has('sidecarProxyConfig');
  const hasProvider = chart.has('spiffeProvider') && has(spec, 'istioSpiffeCertProviderAddress');
  const usualAddress = usualAddressOf(chart);
  const given = (key: string, usual: string): string =>
    has(spec, key) || usual === '' ? printed(spec.map[key]) : usual;
  const bare = (name: string, key: string, usual: string): BareVariable => ({ name, key, value: given(key, usual) });
  const address = hasProvider ? 'istioSpiffeCertProviderAddress' : 'istioDiscoveryAddress';
  const openVariables = openVariablesOf(spec, [
    ...(hasConfig ? [bare('CA_ADDR', address, usualAddress)] : []),
    ...(chart.has('sidecarMeshValues')
      ? [
          bare('ISTIO_META_MESH_ID', 'istioMetaMeshId', 'cluster.local'),
          bare('ISTIO_META_CLUSTER_ID', 'istioMetaClusterId', 'Kubernetes'),
        ]
      : []),
    ...(hasConfig ? [literal('PROXY_CONFIG', given('istioDiscoveryAddress', usualAddress))] : []),
  ]);
  const own = (key: string, usual: string): string | null =>
    chart.has('sidecarMeshValues') && has(spec, key) ? text(spec, key) : usual;
  if (openVariables !== undefined) {
    const fixed = hasConfig ? [] : [{ name: 'CA_ADDR', value: usualDiscovery }];
    const nothing = { certificateAddress: null, meshId: null, clusterId: undefined, proxyConfig: undefined };
    return { openVariables: [...fixed, ...openVariables], ...nothing };
  }
  const certificates = hasProvider ? text(spec, 'istioSpiffeCertProviderAddress') : discoveryAddress(proxy);
  return {
    certificateAddress: hasConfig ? certificates : usualDiscovery,
    meshId: own('istioMetaMeshId', 'cluster.local'),
    clusterId: chart.has('sidecarClusterId') ? { value: own('istioMetaClusterId', 'Kubernetes') } : undefined,
    proxyConfig: hasConfig ? proxyConfig(proxy) : undefined,
  };
}

const usualDiscovery = 'istiod.istio-system.svc:15012';

/** What the chart prints if no address is set. */
function usualAddressOf(chart: Chart): string {
  return chart.has('spiffeProvider') ? '' : usualDiscovery;
}

/** In a literal block. */
function literal(name: string, address: string, after = ''): BareVariable {
  return { name, key: 'istioDiscoveryAddress', value: `|\n${' '.repeat(14)}{"discoveryAddress": ${address}${after}}` };
}

function fixedImage({ context: { chart } }: Proxy): string {
  const tag = chart.has('sidecarIstio168')
    ? '1.6.8'
    : chart.has('sidecarIstio181')
      ? '1.8.1'
      : chart.has('sidecarIstio194')
        ? '1.9.4'
        : '1.9.5';
  return `docker.io/istio/proxyv2:${tag}`;
}

/**
 * Where the sidecar finds istiod. Before it was a value, the address was hard-coded; for a while it still is the
 * fallback.
 */
function discoveryAddress({ spec, context: { chart } }: Proxy): string | null {
  if (!chart.has('sidecarProxyConfig'))
    return `${chart.has('discoveryIstioPilot') ? 'istio-pilot' : 'istiod'}.istio-system.svc:15012`;
  // With two addresses, the chart prints this one even if it is 0 or false.
  const isPrinted = chart.has('spiffeProvider') || has(spec, 'istioDiscoveryAddress');
  return isPrinted ? bareText(spec, 'istioDiscoveryAddress') : usualDiscovery;
}

function proxyConfig({ spec, context: { chart } }: Proxy): string {
  const usual = usualAddressOf(chart);
  return proxyConfigText(spec, usual);
}

/** The configuration of an istio-proxy. It is in a literal block, where only a line break causes damage. */
export function proxyConfigText(scope: Scope, usual: string, after = ''): string {
  const key = 'istioDiscoveryAddress';
  const given = scope.map[key] ?? null;
  notePrinted(scope, key);
  const address = truthy(given) || usual === '' ? printed(given) : usual;
  const whole = `{"discoveryAddress": ${address}${after}}\n`;
  if (!address.includes('\n')) return whole;
  const [read] = readVariables([literal('PROXY_CONFIG', address, after)]) ?? [];
  const value = isMap(read) && Object.keys(read).length === 2 ? read['value'] : undefined;
  if (typeof value !== 'string') {
    deviate(scope, 'bare-text-breaks-yaml', key, { key, value: 'a multi-line string' }, [{ value: usualDiscovery }]);
    return whole;
  }
  const message = `${key} is a multi-line string, and PROXY_CONFIG of istio-proxy arrives as ${described(value)}.`;
  remark(scope, 'bare-text-changed', key, message, 'Write it on one line.');
  return value;
}

function sidecarProbe({ context: { chart } }: Proxy): ProbeTimes | undefined {
  if (chart.has('sidecarWithoutEnvoy')) return undefined;
  return chart.has('calmerProbes')
    ? { initialDelaySeconds: 3, periodSeconds: 10, failureThreshold: 3 }
    : { initialDelaySeconds: 1, periodSeconds: 2, failureThreshold: 30 };
}
