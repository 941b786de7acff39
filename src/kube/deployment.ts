import { overwritten, sortedKeys, sprintText, truthy } from '../go/template.ts';
import { composed, text } from '../proxy/read.ts';
import { has, mapIn, type Scope } from '../proxy/scope.ts';
import { type IstioProxyContainer, proxyConfigText, type SdsContainer, sdsMounts } from '../proxy/sidecars.ts';
import { isList, isMap, type Value, type ValueList, type ValueMap } from '../value.ts';
import { aiAnnotation, hasAi } from './ai.ts';
import { type KubeMetadata, type KubeProxy, objectMetadata } from './proxy.ts';
import { namedPort } from './service.ts';

/** The Deployment of a proxy. Undefined values are omitted. */
export interface KubeDeployment {
  readonly metadata: KubeMetadata;
  readonly replicas: { readonly value: Value } | undefined;
  readonly selector: ValueMap;
  readonly podAnnotations: ValueMap | undefined;
  readonly podLabels: ValueMap;
  readonly imagePullSecrets: ValueList | undefined;
  readonly securityContext: ValueMap | undefined;
  readonly envoy: KubeEnvoy;
  readonly sds: SdsContainer | undefined;
  readonly istioProxy: IstioProxyContainer | undefined;
  readonly ai: AiContainer | undefined;
  readonly nodeSelector: ValueMap | undefined;
  readonly affinity: ValueMap | undefined;
  readonly tolerations: ValueList | undefined;
  readonly terminationGracePeriodSeconds: Value | undefined;
  readonly topologySpreadConstraints: ValueList | undefined;
  readonly mutualTls: KubeProxy['mutualTls'];
  /** The name of the AI extension's ConfigMap. */
  readonly aiStats: string | undefined;
}

interface KubeEnvoy extends ContainerImage {
  readonly securityContext: ValueMap | undefined;
  readonly logLevel: string | undefined;
  readonly componentLogLevel: string | undefined;
  readonly ports: ValueList;
  readonly readinessProbe: ValueMap | undefined;
  readonly livenessProbe: ValueMap | undefined;
  readonly shutdownScript: string | undefined;
  readonly resources: ValueMap | undefined;
}

interface ContainerImage {
  readonly image: string;
  readonly imagePullPolicy: string | null;
}

interface AiContainer extends ContainerImage {
  readonly listenAddress: string | undefined;
  readonly env: ValueList | undefined;
  readonly ports: ValueList | undefined;
  readonly resources: ValueMap | undefined;
  readonly securityContext: ValueMap | undefined;
  readonly stats: boolean;
}

/** What the control plane determines about the Deployment. Source: proxy-deployment.yaml of its chart. */
export function deploymentOf(proxy: KubeProxy): KubeDeployment {
  const { chart, kube, mutualTls, selector } = proxy;
  const pod = mapIn(kube, 'podTemplate');
  const hasStats = chart.has('kubeOptionalParts') && has(mapIn(kube, 'stats'), 'enabled');
  const annotations = {
    ...filledMap(pod, 'extraAnnotations'),
    ...(hasStats ? prometheusAnnotations : {}),
    ...aiAnnotation(proxy),
  };
  const aiStats = hasAi(proxy) && chart.has('kubeAiStats') ? `${proxy.name}-ai-stats-config` : undefined;
  return {
    metadata: objectMetadata(proxy),
    replicas: replicasOf(proxy),
    selector,
    podAnnotations: truthy(annotations) ? annotations : undefined,
    podLabels: { ...selector, ...filledMap(pod, 'extraLabels') },
    imagePullSecrets: filledList(pod, 'imagePullSecrets'),
    securityContext: filledMap(pod, 'securityContext'),
    envoy: envoyOf(proxy, hasStats),
    sds: sdsOf(proxy),
    istioProxy: istioProxyOf(proxy),
    ai: hasAi(proxy) ? aiOf(mapIn(kube, 'aiExtension'), aiStats !== undefined) : undefined,
    nodeSelector: filledMap(pod, 'nodeSelector'),
    affinity: filledMap(pod, 'affinity'),
    tolerations: filledList(pod, 'tolerations'),
    terminationGracePeriodSeconds: has(pod, 'terminationGracePeriodSeconds')
      ? pod.map['terminationGracePeriodSeconds']
      : undefined,
    topologySpreadConstraints: filledList(pod, 'topologySpreadConstraints'),
    mutualTls,
    aiStats,
  };
}

const prometheusAnnotations: ValueMap = {
  'prometheus.io/path': '/metrics',
  'prometheus.io/port': '9091',
  'prometheus.io/scrape': 'true',
};

function replicasOf({ chart, kube }: KubeProxy): KubeDeployment['replicas'] {
  const value = mapIn(kube, 'deployment').map['replicas'] ?? null;
  if (!chart.has('kubeOptionalReplicas')) return { value: value ?? 1 };
  return truthy(value) ? { value } : undefined;
}

function envoyOf(proxy: KubeProxy, hasStats: boolean): KubeEnvoy {
  const { chart, kube } = proxy;
  const envoy = mapIn(kube, 'envoyContainer');
  const pod = mapIn(kube, 'podTemplate');
  const bootstrap = mapIn(envoy, 'bootstrap');
  const levels = mapIn(bootstrap, 'componentLogLevels').map;
  const shutdown = mapIn(pod, 'gracefulShutdown');
  const seconds = shutdown.map['sleepTimeSeconds'];
  const ports = proxy.ports.map(
    ({ targetPort, ...listener }): Value => ({
      ...namedPort(listener, proxy),
      protocol: 'TCP',
      containerPort: targetPort,
    }),
  );
  return {
    ...imageIn(envoy, chart.has('kubeDefaults') ? 'IfNotPresent' : null),
    securityContext: chart.has('kubeOptionalParts')
      ? filledMap(envoy, 'securityContext')
      : overwritten(usualContext, mapIn(envoy, 'securityContext').map),
    logLevel: has(bootstrap, 'logLevel') ? String(bootstrap.map['logLevel']) : undefined,
    componentLogLevel:
      Object.keys(levels).length === 0
        ? undefined
        : sortedKeys(
            Object.fromEntries(Object.entries(levels).map(([key, level]) => [`${key}:${String(level)}`, true])),
          ).join(','),
    ports: hasStats ? [...ports, { name: 'http-monitoring', containerPort: 9091 }] : ports,
    readinessProbe: filledMap(pod, 'readinessProbe'),
    livenessProbe: filledMap(pod, 'livenessProbe'),
    shutdownScript: has(shutdown, 'enabled')
      ? `wget --post-data "" -O /dev/null 127.0.0.1:19000/healthcheck/fail; sleep ${truthy(seconds) ? String(seconds) : '10'}`
      : undefined,
    resources: filledMap(envoy, 'resources'),
  };
}

/** The default security context of the control plane's chart, used while Gloo's GatewayParameters had none. */
const usualContext: ValueMap = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: 10101,
  capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
};

/** The image reference as the control plane's chart composes it; missing parts appear as Go prints them. */
function imageIn(container: Scope, usualPolicy: string | null): ContainerImage {
  const image = mapIn(container, 'image');
  const part = (key: string): string => sprintText(image.map[key] ?? null);
  const whole = `${part('registry')}/${part('repository')}:${part('tag')}`;
  return {
    image: has(image, 'digest') ? `${whole}@${part('digest')}` : whole,
    imagePullPolicy: 'pullPolicy' in image.map ? text(image, 'pullPolicy') : usualPolicy,
  };
}

const usualProbe: ValueMap = {
  failureThreshold: 3,
  initialDelaySeconds: 3,
  periodSeconds: 10,
  successThreshold: 1,
  tcpSocket: { port: 8234 },
  timeoutSeconds: 1,
};

function sdsOf({ chart, kube, mutualTls }: KubeProxy): SdsContainer | undefined {
  if (!mutualTls.istio && !mutualTls.gloo) return undefined;
  const sds = mapIn(kube, 'sdsContainer');
  const isOwn = chart.has('kubeOptionalParts');
  const image = imageIn(sds, null);
  return {
    image: image.image,
    keepsNull: false,
    imagePullPolicy: isOwn ? image.imagePullPolicy : 'IfNotPresent',
    fieldVersion: 'v1',
    switches: [
      ...(mutualTls.istio ? ['ISTIO_MTLS_SDS_ENABLED'] : []),
      ...(mutualTls.gloo ? ['GLOO_MTLS_SDS_ENABLED'] : []),
    ],
    logLevel: { value: text(mapIn(sds, 'bootstrap'), 'logLevel') },
    statsServer: false,
    monitored: false,
    resources: isOwn ? filledMap(sds, 'resources') : undefined,
    securityContext: isOwn ? filledMap(sds, 'securityContext') : undefined,
    readinessProbe: usualProbe,
    terminationMessage: true,
    volumeMounts: [
      ...(mutualTls.istio ? [sdsMounts.config] : []),
      ...(mutualTls.gloo ? [sdsMounts.gloo] : []),
      ...(mutualTls.istio ? [sdsMounts.certificates] : []),
    ],
  };
}

function istioProxyOf({ chart, kube, mutualTls }: KubeProxy): IstioProxyContainer | undefined {
  if (!mutualTls.istio) return undefined;
  const proxy = mapIn(mapIn(kube, 'istio'), 'istioProxyContainer');
  const isOwn = chart.has('kubeOptionalParts');
  const given = chart.has('kubeIstioAddresses') ? proxy : { ...proxy, map: usualAddresses };
  return {
    ...imageIn(proxy, null),
    ...(isOwn ? {} : { imagePullPolicy: null }),
    keepsNull: false,
    runsEnvoy: false,
    discoveryArgument: null,
    logLevelArgument: composed(proxy, 'logLevel', { before: '--proxyLogLevel=', place: 'item' }),
    trustDomain: chart.has('sidecarTrustDomain'),
    certificateAddress: text(given, 'istioDiscoveryAddress'),
    meshId: text(given, 'istioMetaMeshId'),
    clusterId: { value: text(given, 'istioMetaClusterId') },
    proxyConfig: proxyConfigText(given, '', ' '),
    resources: isOwn ? filledMap(proxy, 'resources') : undefined,
    securityContext: isOwn ? filledMap(proxy, 'securityContext') : undefined,
    readinessProbe: undefined,
    workloadSockets: true,
  };
}

/** Since these arguments were fixed; before, the first ones were printed in quotes. */
const usualAddresses: ValueMap = {
  istioDiscoveryAddress: '"istiod.istio-system.svc:15012"',
  istioMetaMeshId: 'cluster.local',
  istioMetaClusterId: 'Kubernetes',
};

function aiOf(ai: Scope, stats: boolean): AiContainer {
  return {
    ...imageIn(ai, null),
    listenAddress: undefined,
    env: filledList(ai, 'env'),
    ports: filledList(ai, 'ports'),
    resources: filledMap(ai, 'resources'),
    securityContext: filledMap(ai, 'securityContext'),
    stats,
  };
}

function filledMap({ map }: Scope, key: string): ValueMap | undefined {
  const value = map[key];
  return isMap(value) && truthy(value) ? value : undefined;
}

function filledList({ map }: Scope, key: string): ValueList | undefined {
  const value = map[key];
  return isList(value) && value.length > 0 ? value : undefined;
}
