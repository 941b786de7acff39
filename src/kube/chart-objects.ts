import { firstOf, truthy } from '../go/template.ts';
import { block, maps } from '../proxy/blocks.ts';
import { imageParameters } from '../proxy/image.ts';
import type { ReleaseContext } from '../proxy/proxies.ts';
import { bareText, scalar, text, whole } from '../proxy/read.ts';
import { has, inside, insideIfGiven, type Scope } from '../proxy/scope.ts';
import type { Value, ValueMap } from '../value.ts';

/** The GatewayClass and GatewayParameters that the chart installs for the proxies of the Kubernetes Gateway API. */
export interface ChartObjects {
  readonly gatewayClass: GatewayClass | undefined;
  readonly parameters: ChartParameters | undefined;
}

interface GatewayClass {
  readonly name: string | null;
  readonly label: string;
  readonly controllerName: string | null;
  /** The namespace of the referenced GatewayParameters. */
  readonly parameters: { readonly namespace: string } | undefined;
}

interface ChartParameters {
  readonly namespace: string;
  /** null if the values leave nothing to set. */
  readonly kube: ValueMap | null;
}

const labels: ValueMap = { gloo: 'kube-gateway' };

/** What the chart determines about these two. Source: 43-gatewayparameters.yaml and 44-gatewayclass.yaml. */
export function chartObjectsOf(context: ReleaseContext): ChartObjects {
  const { chart, values, releaseNamespace } = context;
  if (!chart.has('kubeClass')) return { gatewayClass: undefined, parameters: undefined };
  if (chart.has('kubeClassFromGateway2')) return { gatewayClass: classOfGateway2(values), parameters: undefined };
  const kubeGateway = inside(values, 'kubeGateway');
  if (!has(kubeGateway, 'enabled')) return { gatewayClass: undefined, parameters: undefined };
  const hasParameters = chart.has('kubeParameters');
  return {
    gatewayClass: {
      name: 'gloo-gateway',
      label: 'kube-gateway',
      controllerName: 'solo.io/gloo-gateway',
      parameters: hasParameters ? { namespace: releaseNamespace } : undefined,
    },
    parameters: hasParameters ? { namespace: releaseNamespace, kube: kubeOf(kubeGateway, context) } : undefined,
  };
}

function classOfGateway2(values: Scope): GatewayClass | undefined {
  const gateway2 = inside(values, 'gateway2');
  if (!has(inside(gateway2, 'controlPlane'), 'enabled')) return undefined;
  const given = inside(gateway2, 'gatewayClass');
  return {
    name: bareText(given, 'className'),
    label: 'gateway-v2',
    controllerName: bareText(given, 'controllerName'),
    parameters: undefined,
  };
}

function kubeOf(kubeGateway: Scope, context: ReleaseContext): ValueMap | null {
  const { chart } = context;
  const parameters = insideIfGiven(kubeGateway, 'gatewayParameters');
  const given = insideIfGiven(parameters, 'glooGateway');
  const isOptional = chart.has('kubeOptionalParts');
  if (!isOptional && !truthy(given.map)) return null;
  return {
    ...deploymentOf(given, context),
    ...kubeServiceOf(given, context),
    ...(chart.has('kubeServiceAccount') ? serviceAccountOf(given) : {}),
    ...(chart.has('floatingUserEverywhere') ? { floatingUserId: floatingUserOf(given, context) } : {}),
    envoyContainer: envoyOf(given, context),
    podTemplate: podTemplateOf(given, context),
    ...(chart.has('kubeParametersFromMtls') ? sidecarsFromMtls(context) : sidecarsOf(given, context)),
    ...(chart.has('kubeAi') ? aiOf(given, context) : {}),
  };
}

function deploymentOf(given: Scope, { chart }: ReleaseContext): ValueMap {
  const isOptional = chart.has('kubeOptionalParts');
  const deployment = (isOptional ? insideIfGiven : inside)(given, 'proxyDeployment');
  const replicas = has(deployment, 'replicas') || !isOptional ? whole(deployment, 'replicas') : undefined;
  if (replicas !== undefined) return { deployment: { replicas } };
  return chart.has('kubeOptionalReplicas') ? {} : { deployment: { replicas: 1 } };
}

function kubeServiceOf(given: Scope, { chart }: ReleaseContext): ValueMap {
  const service = insideIfGiven(given, 'service');
  if (!chart.has('kubeOptionalParts'))
    return has(given, 'service') ? { service: { type: bareText(service, 'type') } } : {};
  return {
    service: {
      type: text(service, 'type') ?? 'LoadBalancer',
      ...(chart.has('kubeServicePorts') && has(service, 'externalTrafficPolicy')
        ? { externalTrafficPolicy: text(service, 'externalTrafficPolicy') }
        : {}),
      ...(chart.has('kubeServiceLabels') ? extrasOf(service) : {}),
      ...(chart.has('kubeServicePorts') ? filledPart('ports', maps(service, 'ports', 'ports')) : {}),
    },
  };
}

function serviceAccountOf(given: Scope): ValueMap {
  if (!has(given, 'serviceAccount')) return {};
  const extras = extrasOf(insideIfGiven(given, 'serviceAccount'));
  return { serviceAccount: truthy(extras) ? extras : null };
}

function extrasOf(scope: Scope): ValueMap {
  return { ...blockPart(scope, 'extraLabels'), ...blockPart(scope, 'extraAnnotations') };
}

function floatingUserOf(given: Scope, { global }: ReleaseContext): Value {
  const settings = inside(global, 'securitySettings');
  if (Object.hasOwn(settings.map, 'floatingUserId')) return scalar(settings, 'floatingUserId');
  return has(given, 'floatingUserId') ? scalar(given, 'floatingUserId') : false;
}

function envoyOf(given: Scope, { chart, global }: ReleaseContext): ValueMap {
  if (chart.has('kubeOwnImage')) return { image: imageParameters(inside(given, 'image'), global, chart) };
  const isOptional = chart.has('kubeOptionalParts');
  const envoy = (isOptional ? insideIfGiven : inside)(given, 'envoyContainer');
  return {
    image: imageParameters((isOptional ? insideIfGiven : inside)(envoy, 'image'), global, chart),
    ...(isOptional ? { ...blockPart(envoy, 'securityContext'), ...blockPart(envoy, 'resources') } : {}),
  };
}

function podTemplateOf(given: Scope, { chart }: ReleaseContext): ValueMap {
  if (!chart.has('kubeProbes')) return { extraLabels: labels };
  const pod = insideIfGiven(given, 'podTemplate');
  const probes = has(pod, 'probes');
  const liveness = probes ? block(pod, 'customLivenessProbe') : undefined;
  return {
    extraLabels: labels,
    ...(has(pod, 'terminationGracePeriodSeconds')
      ? { terminationGracePeriodSeconds: whole(pod, 'terminationGracePeriodSeconds') }
      : {}),
    ...blockPart(pod, 'gracefulShutdown'),
    ...(probes ? { readinessProbe: block(pod, 'customReadinessProbe') ?? usualProbe } : {}),
    ...filledPart('livenessProbe', liveness),
    ...(chart.has('kubeTopologySpread')
      ? filledPart('topologySpreadConstraints', maps(pod, 'topologySpreadConstraints', 'constraints'))
      : {}),
  };
}

const usualProbe: ValueMap = {
  httpGet: { scheme: 'HTTP', port: 8082, path: '/envoy-hc' },
  initialDelaySeconds: 5,
  periodSeconds: 5,
  failureThreshold: 2,
};

/** The sds container, with the mesh's and the statistics containers' settings in it. */
function sidecarsOf(given: Scope, context: ReleaseContext): ValueMap {
  if (!has(given, 'sdsContainer')) return {};
  const sds = insideIfGiven(given, 'sdsContainer');
  const istio = inside(given, 'istio');
  const custom = maps(istio, 'customSidecars', 'containers');
  const hasProxy = has(istio, 'istioProxyContainer') && custom === undefined;
  const proxy = hasProxy ? istioProxyOf(insideIfGiven(istio, 'istioProxyContainer'), context) : undefined;
  const sections = { ...filledPart('customSidecars', custom), ...filledPart('istioProxyContainer', proxy) };
  return {
    sdsContainer: sdsOf(sds, sds, context),
    istio: truthy(sections) ? sections : null,
    ...(hasProxy && context.chart.has('kubeOptionalParts') ? blockPart(given, 'stats') : {}),
  };
}

/** `around` has the resources. */
function sdsOf(sds: Scope, around: Scope, { chart, global }: ReleaseContext): ValueMap {
  return {
    image: imageParameters(inside(sds, 'image'), global, chart),
    ...blockPart(sds, 'securityContext'),
    ...(has(sds, 'logLevel') ? { bootstrap: { logLevel: text(sds, 'logLevel') } } : {}),
    ...filledPart('resources', block(around, 'sdsResources')),
  };
}

function agentOf(proxy: Scope, { chart, global }: ReleaseContext): ValueMap {
  return {
    image: imageParameters(inside(proxy, 'image'), global, chart),
    ...blockPart(proxy, 'securityContext'),
    ...(has(proxy, 'logLevel') ? { logLevel: text(proxy, 'logLevel') } : {}),
  };
}

function istioProxyOf(proxy: Scope, context: ReleaseContext): ValueMap {
  return {
    ...agentOf(proxy, context),
    istioDiscoveryAddress: bareText(proxy, 'istioDiscoveryAddress'),
    istioMetaMeshId: bareText(proxy, 'istioMetaMeshId'),
    istioMetaClusterId: bareText(proxy, 'istioMetaClusterId'),
  };
}

/** Before these proxies had their own values for it, they used those of the classic proxies. */
function sidecarsFromMtls(context: ReleaseContext): ValueMap {
  const { global } = context;
  const mtls = inside(global, 'glooMtls');
  const sds = inside(mtls, 'sds');
  const proxy = inside(mtls, 'istioProxy');
  const enabled = firstOf(inside(global, 'istioSDS').map['enabled'], mtls.map['enabled'] ?? null);
  return {
    sdsContainer: sdsOf(sds, mtls, context),
    istio: {
      enabled: truthy(enabled) ? enabled : (mtls.map['enabled'] ?? null),
      istioContainer: agentOf(proxy, context),
      istioDiscoveryAddress: 'istiod.istio-system.svc:15012',
      istioMetaMeshId: 'cluster.local',
      istioMetaClusterId: 'Kubernetes',
    },
  };
}

function aiOf(given: Scope, { chart, global }: ReleaseContext): ValueMap {
  if (!has(given, 'aiExtension')) return {};
  const ai = insideIfGiven(given, 'aiExtension');
  return {
    aiExtension: {
      enabled: scalar(ai, 'enabled'),
      image: imageParameters(inside(ai, 'image'), global, chart),
      ...(chart.has('kubeAiListenAddress') ? { listenAddress: bareText(ai, 'listenAddress') } : {}),
      ...blockPart(ai, 'securityContext'),
      ...blockPart(ai, 'resources'),
      ...filledPart('env', maps(ai, 'env', 'environment variables')),
      ...(chart.has('kubeAiListenAddress') ? {} : filledPart('ports', maps(ai, 'ports', 'ports'))),
    },
  };
}

function blockPart(scope: Scope, key: string): ValueMap {
  return filledPart(key, block(scope, key));
}

function filledPart(key: string, value: Value | undefined): ValueMap {
  return value === undefined ? {} : { [key]: value };
}
