import { printed } from '../go/template.ts';
import type { Value, ValueList, ValueMap } from '../value.ts';
import { imageOf } from './image.ts';
import { mutualTlsOf, type Proxy } from './proxies.ts';
import { block, has, inside, maps, text } from './read.ts';
import { sidecarSecurityContext } from './security.ts';

/** An environment variable with a value, or with a field of the pod. */
export type EnvVar =
  | { readonly name: string; readonly value: Value }
  | { readonly name: string; readonly field: string; readonly apiVersion?: 'v1' };

/** A container of the chart's own making. What is undefined is left out of the pod. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: string | null;
  readonly args: readonly Value[] | undefined;
  readonly customEnv: ValueList | undefined;
  readonly env: readonly EnvVar[];
  readonly lifecycle: ValueMap | undefined;
  readonly ports: readonly ValueMap[] | undefined;
  readonly customPorts: ValueList | undefined;
  readonly resources: ValueMap | undefined;
  readonly securityContext: ValueMap | undefined;
  readonly readinessProbe: ValueMap | undefined;
  readonly livenessProbe: ValueMap | undefined;
  readonly volumeMounts: ValueList;
}

const plain = {
  args: undefined,
  customEnv: undefined,
  lifecycle: undefined,
  ports: undefined,
  customPorts: undefined,
  livenessProbe: undefined,
} as const;

export const podName: EnvVar = { name: 'POD_NAME', field: 'metadata.name' };
export const podNamespace: EnvVar = { name: 'POD_NAMESPACE', field: 'metadata.namespace' };
export const glooMtlsMount: ValueMap = { name: 'gloo-mtls-certs', mountPath: '/etc/envoy/ssl', readOnly: true };
const istioCertsMount: ValueMap = { name: 'istio-certs', mountPath: '/etc/istio-certs/' };
export const envoyConfigMount: ValueMap = { name: 'envoy-config', mountPath: '/etc/envoy' };

/** The sds container, which serves the certificates to Envoy; undefined where nothing asks for it. */
export function sdsContainer(proxy: Proxy): Container | undefined {
  const { chart, global } = proxy.context;
  const tls = mutualTlsOf(proxy.context);
  if (!tls.istio && !tls.gloo) return undefined;
  const mtls = inside(global, 'glooMtls');
  const sds = inside(mtls, 'sds');
  const image = imageOf(sds, 'image', global, chart);
  const securityContext = sidecarSecurityContext(sds, { chart, global }, proxy.isReprinted);
  const stats = has(proxy.stats, 'enabled');
  const levels = chart.has('sdsLogLevel');
  return {
    ...plain,
    name: 'sds',
    image: securityContext !== undefined && chart.has('sdsImageStrayBrace') ? `${image.reference}}` : image.reference,
    imagePullPolicy: image.pullPolicy,
    env: [
      podName,
      podNamespace,
      ...(tls.gloo ? [{ name: 'GLOO_MTLS_SDS_ENABLED', value: 'true' }] : []),
      ...(tls.istio ? [{ name: 'ISTIO_MTLS_SDS_ENABLED', value: 'true' }] : []),
      ...(levels && has(sds, 'logLevel') ? [{ name: 'LOG_LEVEL', value: text(sds, 'logLevel') }] : []),
      ...(levels && stats ? [{ name: 'START_STATS_SERVER', value: 'true' }] : []),
    ],
    ports: [
      { containerPort: 8234, name: 'sds', protocol: 'TCP' },
      ...(chart.has('sidecarWithoutEnvoy') && stats && has(proxy.stats, 'podMonitorEnabled')
        ? [{ containerPort: 9091, name: 'http-monitoring' }]
        : []),
    ],
    resources: chart.has('sdsResources') ? block(mtls, 'sdsResources') : undefined,
    securityContext,
    readinessProbe: chart.has('sdsProbeValue')
      ? block(sds, 'readinessProbe')
      : chart.has('sdsProbe')
        ? { tcpSocket: { port: 8234 }, initialDelaySeconds: 3, periodSeconds: 10, failureThreshold: 3 }
        : undefined,
    volumeMounts: [...(tls.gloo ? [glooMtlsMount] : []), ...(tls.istio ? [istioCertsMount, envoyConfigMount] : [])],
  };
}

/** The user's own sidecars, which take the place of the default one; undefined where there are none. */
export function customSidecars(proxy: Proxy): ValueList | undefined {
  if (!mutualTlsOf(proxy.context).istio) return undefined;
  return maps(inside(proxy.context.global, 'istioSDS'), 'customSidecars', 'containers');
}

/** The default istio-proxy, which gets the mesh's certificates; undefined where custom ones take its place. */
export function istioProxyContainer(proxy: Proxy): Container | undefined {
  const { context, spec } = proxy;
  const { chart, global } = context;
  if (!mutualTlsOf(context).istio || has(inside(global, 'istioSDS'), 'customSidecars')) return undefined;
  const mtls = inside(global, 'glooMtls');
  const istio = inside(mtls, 'istioProxy');
  const image = chart.has('sidecarImageValue')
    ? imageOf(istio, 'image', global, chart)
    : { reference: fixedImage(proxy), pullPolicy: 'IfNotPresent' };
  const resources = chart.has('sidecarOwnResources')
    ? 'envoySidecarResources'
    : chart.has('sdsResourcesOnSidecar')
      ? 'sdsResources'
      : undefined;
  const discovery = discoveryAddress(proxy);
  const certificates = (chart.has('spiffeProvider') ? text(spec, 'istioSpiffeCertProviderAddress') : null) ?? discovery;
  return {
    ...plain,
    name: 'istio-proxy',
    image: image.reference,
    imagePullPolicy: image.pullPolicy,
    args: sidecarArguments(proxy, discovery),
    env: [
      { name: 'OUTPUT_CERTS', value: '/etc/istio-certs' },
      { name: 'JWT_POLICY', value: 'third-party-jwt' },
      { name: 'PILOT_CERT_PROVIDER', value: 'istiod' },
      { name: 'CA_ADDR', value: chart.has('sidecarProxyConfig') ? certificates : 'istiod.istio-system.svc:15012' },
      {
        name: 'ISTIO_META_MESH_ID',
        value: (chart.has('sidecarMeshValues') ? text(spec, 'istioMetaMeshId') : null) ?? 'cluster.local',
      },
      ...(chart.has('sidecarClusterId')
        ? [
            {
              name: 'ISTIO_META_CLUSTER_ID',
              value: (chart.has('sidecarMeshValues') ? text(spec, 'istioMetaClusterId') : null) ?? 'Kubernetes',
            },
          ]
        : []),
      ...(chart.has('sidecarProxyConfig')
        ? [{ name: 'PROXY_CONFIG', value: `{"discoveryAddress": ${printed(discovery)}}\n` }]
        : []),
      podName,
      podNamespace,
      { name: 'INSTANCE_IP', field: 'status.podIP' },
      { name: 'SERVICE_ACCOUNT', field: 'spec.serviceAccountName' },
      { name: 'HOST_IP', field: 'status.hostIP' },
      { name: 'ISTIO_META_POD_NAME', field: 'metadata.name', apiVersion: 'v1' },
      { name: 'ISTIO_META_CONFIG_NAMESPACE', field: 'metadata.namespace', apiVersion: 'v1' },
      ...(chart.has('sidecarWithoutEnvoy') ? [{ name: 'DISABLE_ENVOY', value: 'true' }] : []),
    ],
    resources: resources === undefined ? undefined : block(mtls, resources),
    securityContext: sidecarSecurityContext(istio, { chart, global }, proxy.isReprinted),
    readinessProbe: sidecarProbe(proxy),
    volumeMounts: [
      { name: 'istiod-ca-cert', mountPath: '/var/run/secrets/istio' },
      { name: 'istio-envoy', mountPath: '/etc/istio/proxy' },
      istioCertsMount,
      { name: 'istio-token', mountPath: '/var/run/secrets/tokens' },
      ...(chart.has('workloadSockets')
        ? [
            { name: 'credential-socket', mountPath: '/var/run/secrets/credential-uds' },
            { name: 'workload-socket', mountPath: '/var/run/secrets/workload-spiffe-uds' },
            { name: 'workload-certs', mountPath: '/var/run/secrets/workload-spiffe-credentials' },
          ]
        : []),
    ],
  };
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

/** Where the sidecar finds istiod. Before it was a value, the address was built in; it still is the fallback for a while. */
function discoveryAddress({ spec, context: { chart } }: Proxy): string | null {
  if (!chart.has('sidecarProxyConfig'))
    return `${chart.has('discoveryIstioPilot') ? 'istio-pilot' : 'istiod'}.istio-system.svc:15012`;
  return text(spec, 'istioDiscoveryAddress') ?? (chart.has('spiffeProvider') ? null : 'istiod.istio-system.svc:15012');
}

function sidecarArguments({ context: { chart, global } }: Proxy, discovery: string | null): string[] {
  const withEnvoy = !chart.has('sidecarWithoutEnvoy');
  const level = chart.has('sdsLogLevel')
    ? printed(inside(inside(global, 'glooMtls'), 'istioProxy').map['logLevel'])
    : 'warning';
  return [
    ...['proxy', 'sidecar', '--domain', '$(POD_NAMESPACE).svc.cluster.local', '--configPath', '/etc/istio/proxy'],
    ...(withEnvoy ? ['--binaryPath', '/usr/local/bin/envoy'] : []),
    ...['--serviceCluster', 'istio-proxy-prometheus', '--drainDuration', '45s', '--parentShutdownDuration', '1m0s'],
    ...(chart.has('sidecarProxyConfig') || discovery === null ? [] : ['--discoveryAddress', discovery]),
    ...[`--proxyLogLevel=${level}`, '--proxyComponentLogLevel=misc:error', '--connectTimeout', '10s'],
    ...(withEnvoy ? ['--proxyAdminPort', '15000'] : []),
    ...['--controlPlaneAuthPolicy', 'NONE', '--dnsRefreshRate', '300s'],
    ...(withEnvoy ? ['--statusPort', '15021'] : []),
    ...(chart.has('sidecarTrustDomain') ? ['--trust-domain=cluster.local'] : []),
    '--controlPlaneBootstrap=false',
  ];
}

function sidecarProbe({ context: { chart } }: Proxy): ValueMap | undefined {
  if (chart.has('sidecarWithoutEnvoy')) return undefined;
  const calm = chart.has('calmerProbes');
  return {
    httpGet: { path: '/healthz/ready', port: 15021, scheme: 'HTTP' },
    initialDelaySeconds: calm ? 3 : 1,
    periodSeconds: calm ? 10 : 2,
    failureThreshold: calm ? 3 : 30,
    successThreshold: 1,
    timeoutSeconds: 1,
  };
}
