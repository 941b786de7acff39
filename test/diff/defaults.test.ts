/**
 * API server defaults are not differences: objects are equal whether a default is written or omitted, and any other
 * value is a change. The table is from Kubernetes (pkg/apis/apps/v1/defaults.go, pkg/apis/core/v1/defaults.go), not
 * from glistio.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffManifests } from '../../src/diff/diff.ts';
import type { Value, ValueMap } from '../../src/value.ts';
import { configMap, object, workload } from '../support/objects.ts';

type Make = (fields: ValueMap) => ValueMap;

const inSpec: Make = (spec) => workload({ spec });
const inDaemonSet: Make = (spec) => workload({ kind: 'DaemonSet', spec });
const inPod: Make = (pod) => workload({ pod });
const inContainer: Make = (container) => workload({ container });
const inProbe: Make = (probe) => inContainer({ livenessProbe: { tcpSocket: { port: 1 }, ...probe } });
const inHttpProbe: Make = (get) => inContainer({ readinessProbe: { httpGet: { port: 1, ...get } } });
const inVolume =
  (kind: string, fields: ValueMap): Make =>
  (more) =>
    inPod({ volumes: [{ name: 'v', [kind]: { ...fields, ...more } }] });
const inSource =
  (kind: string): Make =>
  (more) =>
    inPod({ volumes: [{ name: 'v', projected: { sources: [{ [kind]: { name: 'n', ...more } }] } }] });
const inEnv =
  (kind: string): Make =>
  (more) =>
    inContainer({ env: [{ name: 'A', valueFrom: { [kind]: { name: 'n', key: 'k', ...more } } }] });
const inEnvFrom =
  (kind: string): Make =>
  (more) =>
    inContainer({ envFrom: [{ [kind]: { name: 'n', ...more } }] });
const inService: Make = (spec) => object('Service', 's', { spec: { ports: [{ port: 80 }], ...spec } });

const table: readonly (readonly [place: string, make: Make, defaults: Readonly<Record<string, Value>>])[] = [
  [
    'Deployment.spec',
    inSpec,
    { replicas: 1, progressDeadlineSeconds: 600, revisionHistoryLimit: 10, minReadySeconds: 0, paused: false },
  ],
  ['Deployment.spec.strategy', (strategy) => inSpec({ strategy }), { type: 'RollingUpdate' }],
  [
    'Deployment.spec.strategy.rollingUpdate',
    (rollingUpdate) => inSpec({ strategy: { rollingUpdate } }),
    { maxSurge: '25%', maxUnavailable: '25%' },
  ],
  ['DaemonSet.spec', inDaemonSet, { revisionHistoryLimit: 10, minReadySeconds: 0 }],
  ['DaemonSet.spec.updateStrategy', (updateStrategy) => inDaemonSet({ updateStrategy }), { type: 'RollingUpdate' }],
  [
    'DaemonSet.spec.updateStrategy.rollingUpdate',
    (rollingUpdate) => inDaemonSet({ updateStrategy: { rollingUpdate } }),
    { maxSurge: 0, maxUnavailable: 1 },
  ],
  [
    'pod',
    inPod,
    {
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
  ],
  [
    'container',
    inContainer,
    {
      imagePullPolicy: 'IfNotPresent',
      stdin: false,
      stdinOnce: false,
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      tty: false,
    },
  ],
  ['ports', (port) => inContainer({ ports: [{ containerPort: 80, ...port }] }), { hostPort: 0, protocol: 'TCP' }],
  [
    'probe',
    inProbe,
    { failureThreshold: 3, initialDelaySeconds: 0, periodSeconds: 10, successThreshold: 1, timeoutSeconds: 1 },
  ],
  ['httpGet', inHttpProbe, { path: '/', scheme: 'HTTP' }],
  ['grpc', (grpc) => inContainer({ startupProbe: { grpc: { port: 1, ...grpc } } }), { service: '' }],
  ['mount', (mount) => inContainer({ volumeMounts: [{ name: 'v', mountPath: '/v', ...mount }] }), { readOnly: false }],
  [
    'securityContext',
    (securityContext) => inContainer({ securityContext: { runAsUser: 1, ...securityContext } }),
    { privileged: false, procMount: 'Default', readOnlyRootFilesystem: false },
  ],
  [
    'fieldRef',
    (more) => inContainer({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'x', ...more } } }] }),
    { apiVersion: 'v1' },
  ],
  [
    'resourceFieldRef',
    (more) => inContainer({ env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'x', ...more } } }] }),
    { divisor: '0' },
  ],
  ['configMapKeyRef', inEnv('configMapKeyRef'), { optional: false }],
  ['secretKeyRef', inEnv('secretKeyRef'), { optional: false }],
  ['configMapRef', inEnvFrom('configMapRef'), { optional: false }],
  ['secretRef', inEnvFrom('secretRef'), { optional: false }],
  ['configMap volume', inVolume('configMap', { name: 'c' }), { defaultMode: 420, optional: false }],
  ['secret volume', inVolume('secret', { secretName: 's' }), { defaultMode: 420, optional: false }],
  ['projected volume', inVolume('projected', { sources: [] }), { defaultMode: 420 }],
  ['downwardAPI volume', inVolume('downwardAPI', { items: [{ path: 'p' }] }), { defaultMode: 420 }],
  ['claim volume', inVolume('persistentVolumeClaim', { claimName: 'c' }), { readOnly: false }],
  ['configMap source', inSource('configMap'), { optional: false }],
  ['secret source', inSource('secret'), { optional: false }],
  ['token source', inSource('serviceAccountToken'), { expirationSeconds: 3600 }],
  [
    'ephemeral claim',
    (spec) =>
      inPod({
        volumes: [{ name: 'v', ephemeral: { volumeClaimTemplate: { spec: { storageClassName: 's', ...spec } } } }],
      }),
    { volumeMode: 'Filesystem' },
  ],
  ['toleration', (toleration) => inPod({ tolerations: [{ key: 'k', ...toleration }] }), { operator: 'Equal' }],
  [
    'topologySpreadConstraint',
    (more) => inPod({ topologySpreadConstraints: [{ topologyKey: 'k', whenUnsatisfiable: 'DoNotSchedule', ...more }] }),
    { minDomains: 1, nodeAffinityPolicy: 'Honor', nodeTaintsPolicy: 'Ignore' },
  ],
  ['ConfigMap', (more) => ({ ...configMap({ a: 'b' }), ...more }), { immutable: false }],
  [
    'Service.spec',
    inService,
    {
      allocateLoadBalancerNodePorts: true,
      externalTrafficPolicy: 'Cluster',
      internalTrafficPolicy: 'Cluster',
      ipFamilyPolicy: 'SingleStack',
      publishNotReadyAddresses: false,
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
  ],
  ['Service.spec.ports', (port) => inService({ ports: [{ port: 80, ...port }] }), { targetPort: 80, protocol: 'TCP' }],
];

/** The differences of two objects: the last step, and both values. */
function changes(left: ValueMap, right: ValueMap): string[] {
  return diffManifests([left], [right], { include: ['Service'] }).changes.map(
    ({ path, before, after }) => `${path.at(-1)} ${JSON.stringify(before)} ${JSON.stringify(after)}`,
  );
}

function other(value: Value): Value {
  if (typeof value === 'boolean') return !value;
  return typeof value === 'number' ? value + 7 : `${String(value)}x`;
}

for (const [place, make, defaults] of table)
  for (const [field, value] of Object.entries(defaults)) {
    test(`${place}: ${field} is ${JSON.stringify(value)} when nobody says`, () => {
      assert.deepEqual(changes(make({}), make({ [field]: value })), []);
      assert.deepEqual(changes(make({ [field]: value }), make({})), []);
      const changed = changes(make({}), make({ [field]: other(value) }));
      // A port's protocol is part of its identity.
      if (field !== 'protocol')
        assert.deepEqual(changed, [`${field} ${JSON.stringify(value)} ${JSON.stringify(other(value))}`]);
      assert.notDeepEqual(changed, []);
    });
  }

test('what only looks like a default elsewhere is compared', () => {
  assert.notDeepEqual(changes(configMap({ replicas: '1' }), configMap({})), []);
  assert.notDeepEqual(changes(workload({ annotations: { replicas: '1' } }), workload({})), []);
  assert.notDeepEqual(changes(inDaemonSet({ progressDeadlineSeconds: 600 }), inDaemonSet({})), []);
});

test('an empty list or map says the same as none, where the API server takes it so', () => {
  const same: readonly (readonly [ValueMap, ValueMap])[] = [
    [inContainer({ resources: {} }), inContainer({})],
    [inContainer({ securityContext: {} }), inContainer({})],
    [inContainer({ env: [] }), inContainer({})],
    [inContainer({ args: [] }), inContainer({})],
    [inContainer({ workingDir: '' }), inContainer({})],
    [inContainer({ workingDir: null }), inContainer({})],
    [inPod({ securityContext: {}, affinity: {}, tolerations: [], nodeSelector: {} }), inPod({})],
    [inPod({ affinity: { nodeAffinity: {}, podAffinity: {}, podAntiAffinity: {} } }), inPod({})],
    [inPod({ dnsConfig: {} }), inPod({})],
    [inContainer({ lifecycle: {} }), inContainer({})],
    [inContainer({ securityContext: { capabilities: {} } }), inContainer({})],
    [inSpec({ strategy: {} }), inSpec({})],
    [inSpec({ strategy: { rollingUpdate: {} } }), inSpec({})],
    [inDaemonSet({ updateStrategy: { rollingUpdate: {} } }), inDaemonSet({})],
    [inPod({ volumes: [{ name: 'v' }] }), inPod({ volumes: [{ name: 'v', emptyDir: {} }] })],
    [
      configMap({ 'envoy.yaml': 'static_resources: {clusters: []}' }),
      configMap({ 'envoy.yaml': 'static_resources: {}' }),
    ],
  ];
  for (const [left, right] of same) {
    assert.deepEqual(changes(left, right), [], JSON.stringify(left));
    assert.deepEqual(changes(right, left), []);
  }
  const different: readonly (readonly [ValueMap, ValueMap])[] = [
    [inPod({ volumes: [{ name: 'v', emptyDir: {} }] }), inPod({})],
    [inPod({ volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }] }), inPod({ volumes: [{ name: 'v' }] })],
    [inContainer({ livenessProbe: {} }), inContainer({})],
    [configMap({ a: '' }), configMap({})],
    [workload({ annotations: { a: '' } }), workload({})],
  ];
  for (const [left, right] of different) assert.notDeepEqual(changes(left, right), [], JSON.stringify(left));
});

test('a field of Envoy without presence says its default also where it is left out', () => {
  const route = (action: string): ValueMap =>
    configMap({
      'envoy.yaml': `static_resources: {listeners: [{name: a, filter_chains: [{filters: [{name: hcm, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager, stat_prefix: a, ${action}}}]}]}]}`,
    });
  assert.deepEqual(changes(route('xff_num_trusted_hops: 0, skip_xff_append: false'), route('via: ""')), []);
  assert.equal(changes(route('xff_num_trusted_hops: 1'), route('via: ""')).length, 1);
  assert.equal(changes(route('skip_xff_append: true'), route('via: ""')).length, 1);
  assert.deepEqual(changes(route('codec_type: AUTO'), route('via: ""')), []);
  assert.equal(changes(route('codec_type: HTTP1'), route('via: ""')).length, 1);
});

test('serviceAccount is the old name of serviceAccountName', () => {
  assert.deepEqual(changes(inPod({ serviceAccount: 'a' }), inPod({ serviceAccountName: 'a' })), []);
  assert.deepEqual(
    changes(inPod({ serviceAccount: 'a', serviceAccountName: 'a' }), inPod({ serviceAccountName: 'a' })),
    [],
  );
  assert.deepEqual(
    changes(inPod({ serviceAccount: 'b', serviceAccountName: 'a' }), inPod({ serviceAccountName: 'a' })),
    [],
  );
  assert.deepEqual(changes(inPod({ serviceAccount: 'a' }), inPod({ serviceAccountName: 'b' })), [
    'serviceAccountName "a" "b"',
  ]);
  assert.deepEqual(changes(inPod({ serviceAccount: null }), inPod({})), []);
});

test("on the node's network every port is the node's", () => {
  const pod = (hostNetwork: boolean, ...ports: readonly ValueMap[]): ValueMap =>
    workload({ container: { ports }, pod: { hostNetwork } });
  assert.deepEqual(changes(pod(true, { containerPort: 80 }), pod(true, { containerPort: 80, hostPort: 80 })), []);
  assert.deepEqual(changes(pod(true, { containerPort: 80, hostPort: 80 }), pod(true, { containerPort: 80 })), []);
  assert.notDeepEqual(changes(pod(false, { containerPort: 80 }), pod(false, { containerPort: 80, hostPort: 80 })), []);
  assert.notDeepEqual(changes(pod(true, { containerPort: 80 }), pod(true, { containerPort: 80, hostPort: 81 })), []);
  assert.deepEqual(
    changes(
      workload({ pod: { hostNetwork: true, containers: 'x' } }),
      workload({ pod: { hostNetwork: true, containers: 'x' } }),
    ),
    [],
  );
});
