import type { Chart } from '../../chart/chart.ts';
import { printed, truthy } from '../../go/template.ts';
import type { Value, ValueMap } from '../../value.ts';
import { readBare } from '../../yaml/bare.ts';
import { writeYaml } from '../../yaml/write.ts';
import { printedBlock } from '../blocks.ts';
import { imageOf } from '../image.ts';
import { chartLabels, type ReleaseContext } from '../proxies.ts';
import { has, mapIn, type Scope } from '../scope.ts';
import { mtlsSidecarSecurityContext } from '../security.ts';

/** What mTLS changes in Gloo's own pod. */
export interface MutualPod {
  readonly volumes?: readonly ValueMap[];
  /** The sidecars. */
  readonly sidecars: readonly ValueMap[];
  /** What Gloo's container has in their place. */
  readonly own: ValueMap;
}

const volumes: readonly ValueMap[] = [
  { name: 'gloo-mtls-certs', secret: { defaultMode: 420, secretName: 'gloo-mtls-certs' } },
  { name: 'envoy-sidecar-config', configMap: { name: 'envoy-sidecar-config' } },
];
const certificates: ValueMap = { mountPath: '/etc/envoy/ssl', name: 'gloo-mtls-certs', readOnly: true };

/**
 * With mTLS an Envoy beside Gloo serves its ports, with certificates from an sds container; without, Gloo does. What
 * the chart cannot use is among the problems of the context. Source: 1-gloo-deployment.yaml.
 */
export function mutualPodOf(context: ReleaseContext): MutualPod {
  const { chart, values, global } = context;
  const pod = mapIn(mapIn(values, 'gloo'), 'deployment');
  const mtls = mapIn(global, 'glooMtls');
  const hasOverride = chart.has('resourceOverride') && has(pod, 'kubeResourceOverride');
  const isSdsShared = has(mapIn(values, 'gateway'), 'enabled');
  if (!has(mtls, 'enabled')) return { sidecars: [], own: withoutMutualTls(values, pod, chart) };
  const sidecar = (name: 'envoy' | 'sds', resources: string): Parts => {
    const scope = mapIn(mtls, name);
    const { reference, pullPolicy } = imageOf(scope, 'image', global, chart);
    const isReprinted = !hasOverride || (name === 'sds' && isSdsShared);
    return {
      image: { image: reference, imagePullPolicy: pullPolicy },
      securityContext: given(
        'securityContext',
        mtlsSidecarSecurityContext(scope, pod, { chart, global }, { isReprinted, isSds: name === 'sds' }),
      ),
      resources: given('resources', chart.has('sdsResources') ? printedBlock(mtls, resources) : undefined),
    };
  };
  const [envoy, sds] = [sidecar('envoy', 'envoySidecarResources'), sidecar('sds', 'sdsResources')];
  return {
    volumes,
    sidecars: [
      {
        env: [{ name: 'ENVOY_SIDECAR', value: 'true' }],
        name: 'envoy-sidecar',
        ...envoy.image,
        ...envoy.securityContext,
        ports: xdsPorts(pod),
        ...probes(pod, chart, 10),
        volumeMounts: [{ mountPath: '/etc/envoy', name: 'envoy-sidecar-config' }, certificates],
        ...envoy.resources,
      },
      {
        name: 'sds',
        ...sds.image,
        env: [{ name: 'GLOO_MTLS_SDS_ENABLED', value: 'true' }],
        ...sds.securityContext,
        ...(chart.has('sdsProbe') ? validationPort(pod) : {}),
        volumeMounts: [certificates],
        ...sds.resources,
      },
    ],
    own: chart.has('labelsMountLost')
      ? { volumeMounts: [...(validates(values) ? [webhookMount] : []), labelsMount] }
      : {},
  };
}

/** The parts of a sidecar that its own values decide. */
type Parts = Readonly<Record<'image' | 'securityContext' | 'resources', ValueMap>>;

function withoutMutualTls(values: Scope, pod: Scope, chart: Chart): ValueMap {
  const mounts = [validates(values) ? webhookMount : labelsMount];
  return {
    ports: xdsPorts(pod),
    ...probes(pod, chart, 3),
    ...(chart.has('labelsMountLost') ? { volumeMounts: mounts } : {}),
  };
}

const webhookMount: ValueMap = { mountPath: '/etc/gateway/validation-certs', name: 'validation-certs' };
const labelsMount: ValueMap = { name: 'labels-volume', mountPath: '/etc/gloo', readOnly: true };

function validates(values: Scope): boolean {
  const gateway = mapIn(values, 'gateway');
  return has(gateway, 'enabled') && has(mapIn(gateway, 'validation'), 'enabled');
}

function given(key: string, value: ValueMap | undefined): ValueMap {
  return value === undefined ? {} : { [key]: value };
}

function xdsPorts(pod: Scope): ValueMap[] {
  return [portOf(pod, 'xdsPort', 'grpc-xds'), portOf(pod, 'restXdsPort', 'rest-xds')];
}

function validationPort(pod: Scope): ValueMap {
  return { ports: [portOf(pod, 'validationPort', 'validation')], readinessProbe: connects(pod, 'validationPort', 3) };
}

function portOf(pod: Scope, key: string, name: string): ValueMap {
  return { containerPort: bareAt(pod, key), name, protocol: 'TCP' };
}

/** What YAML reads from a value that the chart prints without quotes. */
function bareAt({ map }: Scope, key: string): Value {
  return readBare(printed(map[key])) ?? null;
}

const calm = { initialDelaySeconds: 3, periodSeconds: 10 };

function connects(pod: Scope, key: string, failureThreshold: number): ValueMap {
  return { tcpSocket: { port: bareAt(pod, key) }, ...calm, failureThreshold };
}

function probes(pod: Scope, chart: Chart, failuresByPort: number): ValueMap {
  const ready = connects(pod, 'xdsPort', 3);
  if (!chart.has('calmerProbes'))
    return { readinessProbe: { ...ready, initialDelaySeconds: 1, periodSeconds: 2, failureThreshold: 10 } };
  if (!truthy(pod.map['livenessProbeEnabled'])) return { readinessProbe: ready };
  const alive = chart.has('livenessByPort')
    ? connects(pod, 'xdsPort', failuresByPort)
    : { httpGet: { path: '/healthz', port: 8765 }, ...calm, failureThreshold: 3 };
  return { readinessProbe: ready, livenessProbe: alive };
}

/** The configuration of the Envoy beside Gloo. Source: 19-gloo-mtls-configmap.yaml. */
export function mutualConfigMap(context: ReleaseContext): ValueMap {
  const { chart, values, releaseNamespace } = context;
  const pod = mapIn(mapIn(values, 'gloo'), 'deployment');
  const layer: ValueMap = {
    ...(chart.has('runtimeV2Api') ? { 'envoy.reloadable_features.enable_deprecated_v2_api': true } : {}),
    ...(chart.has('runtimeTlsInspector') ? { 'envoy.reloadable_features.disable_tls_inspector_injection': false } : {}),
    overload: { global_downstream_max_connections: 250000 },
  };
  const layers = [
    { name: 'static_layer', static_layer: layer },
    { name: 'admin_layer', admin_layer: {} },
  ];
  const config: ValueMap = {
    ...(chart.has('mtlsSidecarLayers') ? { layered_runtime: { layers } } : {}),
    node: { id: 'sds_client', cluster: 'sds_client' },
    static_resources: {
      listeners: [
        listenerOf('envoy_xds_mtls_listener', bareAt(pod, 'xdsPort'), 'gloo_xds_cluster', chart),
        listenerOf('envoy_rest_xds_mtls_listener', bareAt(pod, 'restXdsPort'), 'gloo_rest_xds_cluster', chart),
      ],
      clusters: [
        clusterOf('gloo_sds', 8234, { connect_timeout: '0.25s', http2_protocol_options: {} }),
        clusterOf('gloo_xds_cluster', 9999, { connect_timeout: '5.000s' }),
        { ...clusterOf('gloo_rest_xds_cluster', 9998, { connect_timeout: '5.000s' }), type: 'STRICT_DNS' },
      ],
    },
    admin: { access_log_path: '/dev/null', address: socket('0.0.0.0', 8001) },
  };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'envoy-sidecar-config',
      namespace: releaseNamespace,
      labels: chartLabels(context, { gloo: 'gloo' }),
    },
    data: { 'envoy-sidecar.yaml': writeYaml(config) },
  };
}

function socket(address: string, port: Value): ValueMap {
  return { socket_address: { address, port_value: port } };
}

function clusterOf(name: string, port: number, options: ValueMap): ValueMap {
  const endpoints = [{ lb_endpoints: [{ endpoint: { address: socket('127.0.0.1', port) } }] }];
  return { name, ...options, load_assignment: { cluster_name: name, endpoints } };
}

function listenerOf(name: string, port: Value, cluster: string, chart: Chart): ValueMap {
  const type = (path: string): string => `type.googleapis.com/envoy.extensions.${path}`;
  const isVersioned = !chart.has('unversionedXds');
  const source = {
    ...(isVersioned ? { resource_api_version: 'V3' } : {}),
    api_config_source: {
      api_type: 'GRPC',
      ...(isVersioned ? { transport_api_version: 'V3' } : {}),
      grpc_services: [{ envoy_grpc: { cluster_name: 'gloo_sds' } }],
    },
  };
  const proxying = {
    '@type': type('filters.network.tcp_proxy.v3.TcpProxy'),
    stat_prefix: 'ingress_tcp',
    cluster,
  };
  const secrets = {
    tls_certificate_sds_secret_configs: [{ name: 'server_cert', sds_config: source }],
    validation_context_sds_secret_config: { name: 'validation_context', sds_config: source },
  };
  const tls = {
    '@type': type('transport_sockets.tls.v3.DownstreamTlsContext'),
    common_tls_context: secrets,
  };
  const chain = {
    filters: [{ name: 'envoy.filters.network.tcp_proxy', typed_config: proxying }],
    transport_socket: { name: 'envoy.transport_sockets.tls', typed_config: tls },
  };
  return { name, address: socket('0.0.0.0', port), filter_chains: [chain] };
}
