/**
 * The types of a GatewayParameters object, as in the control plane's Go code: the fields that each release knows, and
 * how two objects are merged. Kubernetes' types are those of its API server. Source: projects/gateway2/api/v1alpha1 and
 * projects/gateway2/deployer/merge.go.
 */

import type { Chart, FeatureName } from '../chart/chart.ts';
import { kubernetesDefinitions } from '../schema/kubernetes.ts';
import type { KubernetesSchema } from '../schema/kubernetes-schema.ts';
import { lookupTable } from '../value.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const integer = { type: 'integer' } as const;
const amount = (maximum: number, minimum = 0): KubernetesSchema => ({ type: 'integer', minimum, maximum });
const texts = { type: 'object', additionalProperties: text } as const;
const ref = (name: string): KubernetesSchema => ({ $ref: `#/definitions/${name}` });
const list = (items: KubernetesSchema): KubernetesSchema => ({ type: 'array', items });

const container = {
  image: ref('Image'),
  securityContext: ref('SecurityContext'),
  resources: ref('ResourceRequirements'),
};
const labelled = { extraLabels: texts, extraAnnotations: texts };

const own: Readonly<Record<string, Readonly<Record<string, KubernetesSchema>>>> = lookupTable({
  GatewayParametersSpec: { kube: ref('KubernetesProxyConfig'), selfManaged: { type: 'object' } },
  KubernetesProxyConfig: {
    deployment: ref('ProxyDeployment'),
    envoyContainer: ref('EnvoyContainer'),
    sdsContainer: ref('SdsContainer'),
    podTemplate: ref('PodTemplate'),
    service: ref('ProxyService'),
    serviceAccount: ref('ProxyServiceAccount'),
    istio: ref('IstioIntegration'),
    stats: ref('StatsConfig'),
    aiExtension: ref('AiExtension'),
    floatingUserId: flag,
  },
  // Go's type allows larger numbers, but the resulting Deployment does not.
  ProxyDeployment: { replicas: amount(2 ** 31 - 1) },
  EnvoyContainer: { ...container, bootstrap: ref('EnvoyBootstrap') },
  EnvoyBootstrap: { logLevel: text, componentLogLevels: texts },
  SdsContainer: { ...container, bootstrap: ref('SdsBootstrap') },
  SdsBootstrap: { logLevel: text },
  PodTemplate: {
    ...labelled,
    securityContext: ref('PodSecurityContext'),
    imagePullSecrets: list(ref('LocalObjectReference')),
    nodeSelector: texts,
    affinity: ref('Affinity'),
    tolerations: list(ref('Toleration')),
    gracefulShutdown: ref('GracefulShutdown'),
    terminationGracePeriodSeconds: integer,
    readinessProbe: ref('Probe'),
    livenessProbe: ref('Probe'),
    topologySpreadConstraints: list(ref('TopologySpreadConstraint')),
  },
  GracefulShutdown: { enabled: flag, sleepTimeSeconds: integer },
  ProxyService: {
    type: text,
    clusterIP: text,
    ...labelled,
    ports: list(ref('ProxyServicePort')),
    externalTrafficPolicy: text,
  },
  ProxyServicePort: { port: amount(65535), nodePort: amount(65535) },
  ProxyServiceAccount: labelled,
  IstioIntegration: { istioProxyContainer: ref('IstioContainer'), customSidecars: list(ref('Container')) },
  IstioContainer: {
    ...container,
    logLevel: text,
    istioDiscoveryAddress: text,
    istioMetaMeshId: text,
    istioMetaClusterId: text,
  },
  StatsConfig: { enabled: flag, routePrefixRewrite: text, enableStatsRoute: flag, statsRoutePrefixRewrite: text },
  AiExtension: {
    enabled: flag,
    ...container,
    env: list(ref('EnvVar')),
    ports: list(ref('ContainerPort')),
    stats: ref('AiStats'),
    tracing: ref('AiTracing'),
  },
  AiStats: { customLabels: list(ref('AiLabel')) },
  AiLabel: { name: text, metadataNamespace: text, metadataKey: text, keyDelimiter: text },
  AiTracing: { grpc: ref('AiTracingTarget'), insecure: flag },
  AiTracingTarget: { host: text, port: amount(2 ** 32 - 1) },
  Image: { registry: text, repository: text, tag: text, digest: text, pullPolicy: text },
});

/** Fields that only some releases have. */
const featureOf: Readonly<Record<string, FeatureName>> = lookupTable({
  'KubernetesProxyConfig.floatingUserId': 'floatingUserEverywhere',
  'KubernetesProxyConfig.serviceAccount': 'kubeServiceAccount',
  'KubernetesProxyConfig.aiExtension': 'kubeAi',
  'PodTemplate.gracefulShutdown': 'kubeProbes',
  'PodTemplate.terminationGracePeriodSeconds': 'kubeProbes',
  'PodTemplate.readinessProbe': 'kubeProbes',
  'PodTemplate.livenessProbe': 'kubeProbes',
  'PodTemplate.topologySpreadConstraints': 'kubeTopologySpread',
  'ProxyService.ports': 'kubeServicePorts',
  'ProxyService.externalTrafficPolicy': 'kubeServicePorts',
  'AiExtension.stats': 'kubeAiStats',
  'AiExtension.tracing': 'kubeAiTracing',
});

const amounts = { type: 'object', additionalProperties: ref('Quantity') } as const;

/** The API server restricts these keys, Go does not: any resource may be named. */
const looser: Readonly<Record<string, KubernetesSchema>> = lookupTable({
  'GRPCAction.service': { type: ['string', 'null'] },
  'ResourceRequirements.limits': amounts,
  'ResourceRequirements.requests': amounts,
});

/** Required fields, which Go writes even if they are empty. */
const alwaysWritten: Readonly<Record<string, readonly string[]>> = lookupTable({
  ProxyServicePort: ['port'],
  AiLabel: ['name', 'metadataKey'],
  AiTracingTarget: ['host', 'port'],
  GRPCAction: ['port', 'service'],
  ResourceFieldSelector: ['divisor'],
  PreferredSchedulingTerm: ['preference'],
  WeightedPodAffinityTerm: ['podAffinityTerm'],
});

/** Fields that are not pointers, so Go cannot tell their empty value from unset. */
const plain: ReadonlySet<string> = new Set(
  (
    'SELinuxOptions.user SELinuxOptions.role SELinuxOptions.type SELinuxOptions.level ' +
    'Probe.initialDelaySeconds Probe.timeoutSeconds Probe.periodSeconds Probe.successThreshold Probe.failureThreshold ' +
    'HTTPGetAction.path HTTPGetAction.host HTTPGetAction.scheme TCPSocketAction.host ' +
    'Toleration.key Toleration.operator Toleration.value Toleration.effect ' +
    'ContainerPort.name ContainerPort.hostPort ContainerPort.hostIP ContainerPort.protocol ' +
    'EnvVar.value SecretKeySelector.name ConfigMapKeySelector.name ObjectFieldSelector.apiVersion ' +
    'ResourceFieldSelector.containerName LocalObjectReference.name ResourceClaim.request AiTracing.insecure'
  ).split(' '),
);

/** Exceptions from the merge rules of types, by field. */
type MergeRule = 'replaced' | 'firstOnly' | 'firstKept' | 'asItsSpec';

const mergeRules: Readonly<Record<string, MergeRule>> = lookupTable({
  'IstioIntegration.customSidecars': 'replaced',
  'ExecAction.command': 'replaced',
  // The second value is used only if the first is unset.
  'IstioContainer.istioDiscoveryAddress': 'firstOnly',
  'IstioContainer.istioMetaMeshId': 'firstOnly',
  'IstioContainer.istioMetaClusterId': 'firstOnly',
  // The merge code is older than these fields: if both objects have the parent map, only the first one's value counts.
  'ResourceRequirements.claims': 'firstKept',
  'SecurityContext.appArmorProfile': 'firstKept',
  'PodSecurityContext.appArmorProfile': 'firstKept',
  'PodSecurityContext.supplementalGroupsPolicy': 'firstKept',
  'PodSecurityContext.seLinuxChangePolicy': 'firstKept',
  // A bug in the merge: it uses the credential's content as its name.
  'WindowsSecurityContextOptions.gmsaCredentialSpecName': 'asItsSpec',
});

/** A struct type with its fields. */
export interface StructType {
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldType>;
}

/** A field of a struct type. */
export interface FieldType {
  readonly schema: KubernetesSchema;
  /** Whether its empty value counts as unset. */
  readonly isPlain: boolean;
  readonly isAlwaysWritten: boolean;
  readonly merge: MergeRule | undefined;
}

const cache = new Map<Chart, Map<string, StructType | undefined>>();

/** The struct type that a schema refers to, in the given release; undefined if it is not a map with defined fields. */
export function structOf({ $ref }: KubernetesSchema, chart: Chart): StructType | undefined {
  if ($ref === undefined) return undefined;
  const name = $ref.slice('#/definitions/'.length);
  const known = cache.get(chart) ?? new Map<string, StructType | undefined>();
  cache.set(chart, known);
  if (!known.has(name)) known.set(name, buildStruct(name, chart));
  return known.get(name);
}

/** Resolves a reference to a Kubernetes scalar; returns any other schema unchanged. */
export function scalarOf(schema: KubernetesSchema): KubernetesSchema {
  const { $ref } = schema;
  return $ref === undefined ? schema : (kubernetesDefinitions()[$ref.slice('#/definitions/'.length)] ?? {});
}

/** The type of `spec` of a GatewayParameters object. */
export const specSchema: KubernetesSchema = ref('GatewayParametersSpec');

function buildStruct(name: string, chart: Chart): StructType | undefined {
  const { properties = own[name], required = alwaysWritten[name] ?? [] } = own[name]
    ? {}
    : (kubernetesDefinitions()[name] ?? {});
  if (properties === undefined) return undefined;
  const written = [...required, ...(alwaysWritten[name] ?? [])];
  const fields = Object.entries(properties).filter(([key]) => {
    const feature = featureOf[`${name}.${key}`];
    return feature === undefined || chart.has(feature);
  });
  return {
    name,
    fields: new Map(
      fields.map(([key, schema]): [string, FieldType] => {
        const place = `${name}.${key}`;
        return [
          key,
          {
            schema: looser[place] ?? schema,
            isPlain: plain.has(place),
            isAlwaysWritten: written.includes(key),
            merge: mergeRules[place],
          },
        ];
      }),
    ),
  };
}
