import { isList, isMap, lookupTable, type Value, type ValueMap } from '../value.ts';

type Fallback = (owner: ValueMap) => Value | undefined;

const always =
  (value: Value): Fallback =>
  () =>
    value;

/** The default mode of a ConfigMap, Secret or projected volume. */
const volumeOfFiles = { defaultMode: 420, optional: false };
const reference = { optional: false };

/**
 * The defaults that the API server fills in or assumes for missing fields, by type and field; a function where they
 * depend on other fields. (Sources: pkg/apis/apps/v1/defaults.go and pkg/apis/core/v1/defaults.go of Kubernetes, and
 * the zero values of fields with omitempty.)
 */
const table: Readonly<Record<string, Readonly<Record<string, Value | Fallback>>>> = lookupTable({
  DeploymentSpec: {
    replicas: 1,
    progressDeadlineSeconds: 600,
    revisionHistoryLimit: 10,
    minReadySeconds: 0,
    paused: false,
  },
  DeploymentStrategy: { type: 'RollingUpdate' },
  RollingUpdateDeployment: { maxSurge: '25%', maxUnavailable: '25%' },
  DaemonSetSpec: { revisionHistoryLimit: 10, minReadySeconds: 0 },
  DaemonSetUpdateStrategy: { type: 'RollingUpdate' },
  RollingUpdateDaemonSet: { maxSurge: 0, maxUnavailable: 1 },
  PodSpec: {
    dnsPolicy: 'ClusterFirst',
    enableServiceLinks: true,
    hostIPC: false,
    hostNetwork: false,
    hostPID: false,
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    shareProcessNamespace: false,
    terminationGracePeriodSeconds: 30,
  },
  Container: {
    imagePullPolicy: pullPolicyOf,
    stdin: false,
    stdinOnce: false,
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    tty: false,
  },
  ContainerPort: { hostPort: 0, protocol: 'TCP' },
  Probe: { failureThreshold: 3, initialDelaySeconds: 0, periodSeconds: 10, successThreshold: 1, timeoutSeconds: 1 },
  HTTPGetAction: { path: '/', scheme: 'HTTP' },
  GRPCAction: { service: '' },
  VolumeMount: { readOnly: false },
  SecurityContext: { privileged: false, procMount: 'Default', readOnlyRootFilesystem: false },
  ObjectFieldSelector: { apiVersion: 'v1' },
  ResourceFieldSelector: { divisor: '0' },
  ConfigMapKeySelector: reference,
  SecretKeySelector: reference,
  ConfigMapEnvSource: reference,
  SecretEnvSource: reference,
  ConfigMapProjection: reference,
  SecretProjection: reference,
  ConfigMapVolumeSource: volumeOfFiles,
  SecretVolumeSource: volumeOfFiles,
  ProjectedVolumeSource: { defaultMode: 420 },
  DownwardAPIVolumeSource: { defaultMode: 420 },
  ServiceAccountTokenProjection: { expirationSeconds: 3600 },
  Toleration: { operator: 'Equal' },
  TopologySpreadConstraint: { minDomains: 1, nodeAffinityPolicy: 'Honor', nodeTaintsPolicy: 'Ignore' },
  PersistentVolumeClaimSpec: { volumeMode: 'Filesystem' },
  PersistentVolumeClaimVolumeSource: { readOnly: false },
  AzureDiskVolumeSource: { cachingMode: 'ReadWrite', fsType: 'ext4', kind: 'Shared', readOnly: false },
  ISCSIVolumeSource: { iscsiInterface: 'default' },
  RBDVolumeSource: { keyring: '/etc/ceph/keyring', pool: 'rbd', user: 'admin' },
  ScaleIOVolumeSource: { fsType: 'xfs', storageMode: 'ThinProvisioned' },
  ConfigMap: { immutable: false },
  ServiceSpec: {
    allocateLoadBalancerNodePorts: true,
    externalTrafficPolicy: 'Cluster',
    internalTrafficPolicy: 'Cluster',
    ipFamilyPolicy: 'SingleStack',
    publishNotReadyAddresses: false,
    sessionAffinity: 'None',
    type: 'ClusterIP',
  },
  ServicePort: { protocol: 'TCP', targetPort: (owner) => owner['port'] },
  HorizontalPodAutoscalerSpec: { minReplicas: 1, metrics: cpuMetric(80) },
  HPAScaleUpRules: {
    selectPolicy: 'Max',
    stabilizationWindowSeconds: 0,
    policies: [
      { periodSeconds: 15, type: 'Pods', value: 4 },
      { periodSeconds: 15, type: 'Percent', value: 100 },
    ],
  },
  HPAScaleDownRules: { selectPolicy: 'Max', policies: [{ periodSeconds: 15, type: 'Percent', value: 100 }] },
  GatewaySpec: { ssl: false, useProxyProto: false },
});

const fallbacks = new Map<string, Fallback>(
  Object.entries(table).flatMap(([type, fields]) =>
    Object.entries(fields).map(([key, value]): [string, Fallback] => [
      `${type}.${key}`,
      typeof value === 'function' ? value : always(value),
    ]),
  ),
);

/** The default of a Kubernetes field, as far as its type determines it. */
export function apiDefaultOf(type: string, key: string): Fallback | undefined {
  return fallbacks.get(`${type}.${key}`);
}

/** The fields of a type that have a default. */
export function defaultsOf(type: string): readonly string[] {
  return Object.keys(table[type] ?? {});
}

/** An image with a mutable tag is always pulled. */
function pullPolicyOf({ image }: ValueMap): Value | undefined {
  if (typeof image !== 'string') return undefined;
  const [name = '', digest] = image.split('@');
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent';
}

/** Converts alternative fields to one spelling before anything is compared. */
export function adjusted(type: string, map: ValueMap): ValueMap {
  if (type === 'HorizontalPodAutoscalerSpec') return adjustedAutoscaler(map);
  if (type === 'Volume') return Object.keys(map).some((key) => key !== 'name') ? map : { ...map, emptyDir: {} };
  return type === 'PodSpec' ? adjustedPod(map) : map;
}

/** autoscaling/v1 has a dedicated field for its only metric. */
function adjustedAutoscaler(map: ValueMap): ValueMap {
  const { targetCPUUtilizationPercentage: target, ...rest } = map;
  return target === undefined ? map : { ...rest, metrics: target === null ? null : cpuMetric(target) };
}

function cpuMetric(averageUtilization: Value): Value {
  return [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }];
}

/**
 * `serviceAccount` is the old name of `serviceAccountName`; with hostNetwork every container port is also a host port.
 */
function adjustedPod(map: ValueMap): ValueMap {
  const { serviceAccount, ...rest } = map;
  const name = rest['serviceAccountName'] ?? serviceAccount;
  const pod =
    serviceAccount === undefined ? map : { ...rest, ...(name === undefined ? {} : { serviceAccountName: name }) };
  if (pod['hostNetwork'] !== true) return pod;
  const containers = pod['containers'];
  return isList(containers) ? { ...pod, containers: containers.map(withoutHostPorts) } : pod;
}

function withoutHostPorts(container: Value): Value {
  if (!isMap(container) || !isList(container['ports'])) return container;
  const ports = container['ports'].map((port) => {
    if (!isMap(port) || port['hostPort'] !== port['containerPort']) return port;
    const { hostPort: _, ...rest } = port;
    return rest;
  });
  return { ...container, ports };
}
