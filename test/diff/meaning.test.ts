/** The explanations of changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffManifests } from '../../src/diff/diff.ts';
import type { Value, ValueMap } from '../../src/value.ts';
import { configMap, object, workload } from '../support/objects.ts';

function meanings(left: readonly ValueMap[], right: readonly ValueMap[]): (string | undefined)[] {
  return diffManifests(left, right, { include: ['Service'] }).changes.map(({ meaning }) => meaning);
}

/** A row: the left, the right, and the explanation of each change. */
type Row = readonly [left: ValueMap, right: ValueMap, ...meanings: (string | undefined)[]];

function check(make: (fields: ValueMap) => ValueMap, rows: readonly Row[]): void {
  for (const [left, right, ...expected] of rows)
    assert.deepEqual(meanings([make(left)], [make(right)]), expected, JSON.stringify([left, right]));
}

test('whole objects', () => {
  const config = configMap({ a: 'b' }, 'c');
  assert.deepEqual(meanings([], [config]), ["Envoy's configuration c is new"]);
  assert.deepEqual(meanings([config], []), ["Envoy's configuration c is removed: pods that mount it cannot start"]);
  assert.deepEqual(meanings([], [workload({})]), ['gateway proxy gateway-proxy is new']);
  assert.deepEqual(meanings([workload({})], []), [
    'gateway proxy gateway-proxy is removed, and with it everything it serves',
  ]);
});

test('the workload and its pods', () => {
  check(
    (spec) => workload({ spec }),
    [
      [{ replicas: 2 }, { replicas: 3 }, 'the number of pods changes 2 → 3'],
      [{}, { replicas: 3 }, 'the number of pods changes 1 → 3'],
      [
        { selector: { matchLabels: { a: 'b' } } },
        { selector: { matchLabels: { a: 'c' } } },
        'a selector cannot be changed: delete the workload first, then create it again',
      ],
      [{ minReadySeconds: 1 }, { minReadySeconds: 2 }, undefined],
    ],
  );
  check(
    (pod) => workload({ pod }),
    [
      [{ serviceAccountName: 'a' }, { serviceAccountName: 'b' }, 'the pods get the rights of another service account'],
      [{}, { hostNetwork: true }, "the pods use the node's own network"],
      [{ hostNetwork: true }, { hostNetwork: false }, "the pods leave the node's own network"],
      [{ dnsPolicy: 'None' }, { dnsPolicy: 'Default' }, undefined],
    ],
  );
});

test('volumes of Istio', () => {
  const volumes = (...names: string[]): ValueMap => ({ volumes: names.map((name) => ({ name, emptyDir: {} })) });
  const holds = {
    'istio-certs': 'the certificates that the Istio sidecar writes and the SDS sidecar serves',
    'istio-token': 'the token with which the Istio sidecar requests certificates',
    'istiod-ca-cert': "Istio's root certificate",
    'istio-envoy': "the Istio sidecar's own configuration",
  };
  for (const [name, what] of Object.entries(holds))
    check(
      (pod) => workload({ pod }),
      [
        [volumes(), volumes(name), `the volume for ${what} is added`],
        [volumes(name), volumes(), `the volume for ${what} is removed`],
        [volumes(name), { volumes: [{ name, emptyDir: { medium: 'Memory' } }] }, undefined],
      ],
    );
  check(
    (pod) => workload({ pod }),
    [
      [volumes(), volumes('other'), undefined],
      [volumes(), volumes('istio-something'), undefined],
      [volumes('x-istio'), volumes(), undefined],
    ],
  );
});

test('containers that come and go, by their names', () => {
  const containers = (...list: readonly ValueMap[]): ValueMap =>
    workload({ containers: [{ name: 'first', image: 'x' }, ...list] });
  const rows: readonly (readonly [name: string, added: string, removed: string])[] = [
    ['istio-proxy', 'Istio sidecar added (i:1)', 'Istio sidecar removed: nothing requests certificates from Istio'],
    ['sds', 'SDS sidecar added (i:1)', 'SDS sidecar removed: upstreams with sslConfig.sds get no certificates'],
    ['gateway-proxy', 'Envoy proxy added (i:1)', 'Envoy proxy removed'],
    ['edge-gateway-proxy', 'Envoy proxy added (i:1)', 'Envoy proxy removed'],
    ['gateway-proxy-2', 'Envoy proxy added (i:1)', 'Envoy proxy removed'],
    ['my-gateway-proxy-2', 'container my-gateway-proxy-2 added (i:1)', 'container my-gateway-proxy-2 removed'],
    ['a.gateway-proxy', 'container a.gateway-proxy added (i:1)', 'container a.gateway-proxy removed'],
    ['other', 'container other added (i:1)', 'container other removed'],
  ];
  for (const [name, added, removed] of rows) {
    assert.deepEqual(meanings([containers()], [containers({ name, image: 'i:1' })]), [added]);
    assert.deepEqual(meanings([containers({ name, image: 'i:1' })], [containers()]), [removed]);
  }
  assert.deepEqual(meanings([containers()], [containers({ name: 'sds' })]), ['SDS sidecar added']);
  const init = (...names: string[]): ValueMap => workload({ pod: { initContainers: names.map((name) => ({ name })) } });
  assert.deepEqual(meanings([init('a', 'b')], [init('b', 'a')]), ['the same items in another order: b, a']);
  assert.deepEqual(meanings([init('a')], [init('a', 'istio-proxy')]), ['Istio sidecar added']);
});

test('images', () => {
  const rows: readonly (readonly [before: string, after: string, meaning: string])[] = [
    ['a/b:1.0.0', 'a/b:1.1.0', 'Envoy proxy image a/b 1.0.0 → 1.1.0'],
    ['a/b:1.1.0', 'a/b:1.0.0', 'Envoy proxy image a/b 1.1.0 → 1.0.0 (a downgrade)'],
    ['a/b:1.10.0', 'a/b:1.9.0', 'Envoy proxy image a/b 1.10.0 → 1.9.0 (a downgrade)'],
    ['a/b:v1.1.0', 'a/b:v1.0.0', 'Envoy proxy image a/b v1.1.0 → v1.0.0 (a downgrade)'],
    [
      'a/b:1.1.0-distroless',
      'a/b:1.0.0-distroless',
      'Envoy proxy image a/b 1.1.0-distroless → 1.0.0-distroless (a downgrade)',
    ],
    ['a/b:1.0.0', 'a/b:latest', 'Envoy proxy image a/b 1.0.0 → latest'],
    ['a/b:x', 'a/b:w', 'Envoy proxy image a/b x → w'],
    ['a/b', 'a/b:1', 'Envoy proxy image a/b latest → 1'],
    ['a/b:1', 'a/c:1', 'Envoy proxy: another image, a/b:1 → a/c:1'],
    ['quay.io/a/b:1', 'gcr.io/a/b:1', 'Envoy proxy image a/b:1, from gcr.io instead of quay.io'],
    ['a/b:1', 'localhost/a/b:1', 'Envoy proxy image a/b:1, from localhost instead of docker.io'],
    ['r:5000/b:1', 'r:5001/b:2', 'Envoy proxy image b 1 → 2, from r:5001 instead of r:5000'],
    [
      `a/b:1@sha256:${'0'.repeat(64)}`,
      `a/b:1@sha256:${'1'.repeat(64)}`,
      'Envoy proxy image a/b:1, with another digest',
    ],
    [
      `a/b@sha256:${'0'.repeat(64)}`,
      `a/b@sha256:${'1'.repeat(64)}`,
      'Envoy proxy image a/b sha256:000000000000 → sha256:111111111111',
    ],
  ];
  for (const [before, after, meaning] of rows)
    assert.deepEqual(
      meanings([workload({ container: { image: before } })], [workload({ container: { image: after } })]),
      [meaning],
      `${before} ${after}`,
    );
});

test('variables of sidecars', () => {
  const env = (variables: Readonly<Record<string, string>>): ValueMap => ({
    env: Object.entries(variables).map(([name, value]) => ({ name, value })),
  });
  const known = {
    CA_ADDR: 'where the Istio sidecar requests certificates',
    CLUSTER_ID: 'the cluster as Istio knows it',
    DISABLE_ENVOY: 'whether the Istio sidecar runs an Envoy of its own',
    ISTIO_META_CLUSTER_ID: 'the cluster as Istio knows it',
    ISTIO_META_MESH_ID: 'the mesh that the proxy belongs to',
    ISTIO_MTLS_SDS_ENABLED: "whether the SDS sidecar serves Istio's certificates",
    GLOO_MTLS_SDS_ENABLED: "whether the SDS sidecar serves Gloo's own certificates",
    JWT_POLICY: 'which token the Istio sidecar presents',
    OUTPUT_CERTS: 'where the Istio sidecar writes the certificates',
    PILOT_CERT_PROVIDER: "who signs Istio's certificates",
    PROXY_CONFIG: "the Istio sidecar's mesh configuration",
  };
  const long = 'x'.repeat(100);
  for (const [name, what] of Object.entries(known))
    check(
      (container) => workload({ container }),
      [
        [env({ [name]: 'a' }), env({ [name]: 'b' }), `${what}: a → b`],
        [env({}), env({ [name]: 'b' }), `${what}: b`],
        [env({ [name]: 'a' }), env({}), `${what} is no longer set`],
        [env({ [name]: 'a' }), env({ [name]: long }), `${what} changes`],
        [env({}), env({ [name]: long }), `${what} is given`],
        [env({ [name]: 'a\nb' }), env({ [name]: 'c' }), `${what} changes`],
      ],
    );
  check(
    (container) => workload({ container }),
    [
      [env({ OTHER: 'a' }), env({ OTHER: 'b' }), undefined],
      [env({}), env({ toString: 'b' }), undefined],
      // As much as fits is shown.
      [
        env({ CA_ADDR: 'x'.repeat(49) }),
        env({ CA_ADDR: 'y'.repeat(50) }),
        `${known.CA_ADDR}: ${'x'.repeat(49)} → ${'y'.repeat(50)}`,
      ],
      [env({ CA_ADDR: 'x'.repeat(50) }), env({ CA_ADDR: 'y'.repeat(50) }), `${known.CA_ADDR} changes`],
      [{}, { env: [{ name: 'CA_ADDR', valueFrom: { fieldRef: { fieldPath: 'x' } } }] }, `${known.CA_ADDR} is given`],
      [env({ CA_ADDR: 'a' }), env({ CA_ADDR: '' }), `${known.CA_ADDR} is no longer set`],
    ],
  );
});

test('probes, mounts and ports', () => {
  const probe = { tcpSocket: { port: 1 } };
  for (const name of ['readinessProbe', 'livenessProbe', 'startupProbe'])
    check(
      (container) => workload({ container }),
      [
        [{}, { [name]: probe }, `Envoy proxy: gets a ${name}`],
        [{ [name]: probe }, {}, `Envoy proxy: no ${name} any more`],
        [{ [name]: probe }, { [name]: { tcpSocket: { port: 2 } } }, undefined],
        [{ [name]: probe }, { [name]: { ...probe, periodSeconds: 3 } }, undefined],
      ],
    );
  const mounts = (...list: readonly ValueMap[]): ValueMap => ({ volumeMounts: list });
  check(
    (container) => workload({ container }),
    [
      [mounts({ name: 'a', mountPath: '/a' }), mounts(), 'Envoy proxy: nothing is mounted at /a any more'],
      [mounts(), mounts({ name: 'a', mountPath: '/a' }), undefined],
      [mounts({ name: 'a', mountPath: '/a' }), mounts({ name: 'b', mountPath: '/a' }), undefined],
      [mounts({ name: 'a', mountPath: '/a', subPath: 'x' }), mounts({ name: 'a', mountPath: '/a' }), undefined],
    ],
  );
  const ports = (...list: readonly ValueMap[]): ValueMap => ({ ports: list });
  check(
    (container) => workload({ container }),
    [
      [ports(), ports({ containerPort: 80 }), 'Envoy proxy: port 80/TCP opens'],
      [ports({ containerPort: 80 }), ports(), 'Envoy proxy: port 80/TCP closes'],
      [ports({ containerPort: 80, name: 'a' }), ports({ containerPort: 80, name: 'b' }), undefined],
    ],
  );
  check((container) => workload({ container }), [[{ args: ['a'] }, { args: ['b'] }, undefined]]);
  // A value of another type has no items that could be named.
  for (const name of ['ports', 'volumeMounts', 'env'])
    check(
      (container) => workload({ container }),
      [
        [{}, { [name]: 'x' }, undefined],
        [{ [name]: 'x' }, {}, undefined],
        [{ [name]: 'x' }, { [name]: 1 }, undefined],
      ],
    );
});

test("Envoy's bootstrap", () => {
  const resources = (list: string, ...items: readonly ValueMap[]): ValueMap =>
    configMap({ 'envoy.yaml': JSON.stringify({ node: { id: 'x' }, static_resources: { [list]: items } }) });
  const clusters = (...items: readonly ValueMap[]): ValueMap => resources('clusters', ...items);
  const rows: readonly (readonly [name: string, added: string | undefined, removed: string | undefined])[] = [
    [
      'gateway_proxy_sds',
      'SDS cluster added: upstreams with sslConfig.sds get certificates',
      'SDS cluster removed: upstreams with sslConfig.sds will fail',
    ],
    [
      'rest_xds_cluster',
      'Envoy can get configuration from Gloo there',
      'Envoy no longer gets configuration from Gloo there',
    ],
    [
      'gloo.gloo-system.svc.cluster.local:9977',
      'Envoy can get configuration from Gloo there',
      'Envoy no longer gets configuration from Gloo there',
    ],
    ['gloo.gloo-system.svc.cluster.local:9966', undefined, undefined],
    ['x:9977y', undefined, undefined],
    ['admin_port_cluster', undefined, undefined],
  ];
  for (const [name, added, removed] of rows) {
    assert.deepEqual(meanings([clusters({ name: 'a' })], [clusters({ name: 'a' }, { name })]), [added], name);
    assert.deepEqual(meanings([clusters({ name: 'a' }, { name })], [clusters({ name: 'a' })]), [removed], name);
  }
  const at = (address: ValueMap): Value => ({
    name: 'c',
    load_assignment: { endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: address } } }] }] },
  });
  const cluster = (fields: ValueMap): ValueMap => clusters({ name: 'c', ...fields });
  check(
    (address) => clusters(at(address) as ValueMap),
    [
      [{ port_value: 1 }, { port_value: 2 }, 'Envoy reaches c at another port: 1 → 2'],
      [{ address: 'a' }, { address: 'b' }, 'Envoy reaches c at another address: a → b'],
      [{ address: 'a', x: 1 }, { address: 'a', x: 2 }, undefined],
    ],
  );
  check(cluster, [
    [{ connect_timeout: '1s' }, { connect_timeout: '2s' }, 'Envoy waits 2s instead of 1s for a connection to c'],
    [{}, { connect_timeout: '2s' }, 'Envoy waits 2s instead of 5s for a connection to c'],
    [{ type: 'LOGICAL_DNS' }, { type: 'STRICT_DNS' }, undefined],
  ]);
  const listeners = (...names: string[]): ValueMap => resources('listeners', ...names.map((name) => ({ name })));
  for (const [name, what] of [
    ['prometheus_listener', 'metrics for Prometheus'],
    ['read_config_listener', "Envoy's own configuration for reading"],
    ['other', 'listener other'],
  ] as const) {
    assert.deepEqual(meanings([listeners('a')], [listeners('a', name)]), [`Envoy serves ${what}`]);
    assert.deepEqual(meanings([listeners('a', name)], [listeners('a')]), [`Envoy serves ${what} no longer`]);
  }
  assert.deepEqual(
    meanings([resources('listeners', { name: 'a', x: 1 })], [resources('listeners', { name: 'a', x: 2 })]),
    [undefined],
  );
  assert.deepEqual(
    meanings([resources('secrets', { name: 'a' })], [resources('secrets', { name: 'a' }, { name: 'b' })]),
    [undefined],
  );
  const elsewhere = (list: string, ...names: string[]): ValueMap =>
    configMap({ 'envoy.yaml': JSON.stringify({ other: { [list]: names.map((name) => ({ name })) } }) });
  assert.deepEqual(meanings([elsewhere('listeners', 'a')], [elsewhere('listeners', 'a', 'b')]), [undefined]);
  assert.deepEqual(meanings([configMap({ 'other.yaml': 'a' })], [configMap({ 'other.yaml': 'b' })]), [undefined]);
});

test('objects of other kinds mean what they say', () => {
  const service = (spec: ValueMap): ValueMap => object('Service', 's', { spec });
  assert.deepEqual(meanings([service({ type: 'NodePort' })], [service({ type: 'LoadBalancer' })]), [
    'the Service is reached in another way: NodePort → LoadBalancer',
  ]);
});

test('objects around the workloads, and their fields', () => {
  const said = (left: ValueMap | undefined, right: ValueMap | undefined): (string | undefined)[] =>
    diffManifests(left === undefined ? [] : [left], right === undefined ? [] : [right], {
      include: ['*'],
    }).changes.map(({ meaning }) => meaning);
  const whole: Readonly<Record<string, readonly [string, string]>> = {
    Service: ['Service x is new', 'Service x is removed, and with it its address'],
    HorizontalPodAutoscaler: ['autoscaler x is new', 'autoscaler x is removed: the number of pods stays as it is'],
    PodDisruptionBudget: [
      'disruption budget x is new',
      'disruption budget x is removed: nothing limits how many pods are evicted at once',
    ],
    Gateway: ['Gateway x is new', 'Gateway x is removed: Envoy no longer listens there'],
    ServiceAccount: ['service account x is new', 'service account x is removed: no pod that uses it can start'],
  };
  for (const [kind, [added, removed]] of Object.entries(whole)) {
    assert.deepEqual(said(undefined, object(kind, 'x')), [added]);
    assert.deepEqual(said(object(kind, 'x'), undefined), [removed]);
  }
  const service = (spec: ValueMap): ValueMap => object('Service', 'x', { spec });
  const rows: readonly (readonly [ValueMap, ValueMap, ...(string | undefined)[]])[] = [
    [{ type: 'NodePort' }, { type: 'LoadBalancer' }, 'the Service is reached in another way: NodePort → LoadBalancer'],
    [{ loadBalancerIP: '1.1.1.1' }, { loadBalancerIP: '1.1.1.2' }, 'the load balancer gets another address'],
    [
      { loadBalancerSourceRanges: ['10.0.0.0/8'] },
      { loadBalancerSourceRanges: ['11.0.0.0/8'] },
      'the load balancer allows other addresses',
    ],
    [{ selector: { a: 'b' } }, { selector: { a: 'c' } }, 'traffic goes to other pods'],
    [{ ports: [{ name: 'a', port: 1 }] }, { ports: [] }, 'port 1/TCP of the Service closes'],
    [{ ports: [] }, { ports: [{ name: 'a', port: 1 }] }, 'port 1/TCP of the Service opens'],
    [{ ports: [{ port: 1, targetPort: 2 }] }, { ports: [{ port: 1, targetPort: 3 }] }, undefined],
    [{ sessionAffinity: 'None' }, { sessionAffinity: 'ClientIP' }, undefined],
    [{ ports: [{ port: 1, nodePort: 30000 }] }, { ports: [{ port: 1 }] }],
    [{ ports: [{ port: 1, nodePort: 30000 }] }, { ports: [{ port: 1, protocol: 'TCP', nodePort: 30001 }] }, undefined],
    [{ clusterIP: '10.0.0.1' }, {}],
    [{ clusterIP: 'None' }, {}, undefined],
    [{ clusterIPs: ['None'] }, {}, undefined],
    [{ clusterIP: 'None', clusterIPs: ['None'] }, { clusterIP: 'None' }],
    [{ clusterIP: 'None' }, { clusterIP: 'None', clusterIPs: ['None'] }],
    [{ clusterIPs: ['10.0.0.1'] }, { clusterIPs: null }],
  ];
  for (const [left, right, ...expected] of rows)
    assert.deepEqual(said(service(left), service(right)), expected, JSON.stringify([left, right]));
  const autoscaler = (spec: ValueMap): ValueMap => object('HorizontalPodAutoscaler', 'x', { spec }, 'autoscaling/v2');
  assert.deepEqual(said(autoscaler({ minReplicas: 2 }), autoscaler({ minReplicas: 3 })), [
    'the autoscaler keeps at least 3 pods instead of 2',
  ]);
  assert.deepEqual(said(autoscaler({ maxReplicas: 2 }), autoscaler({ maxReplicas: 3 })), [
    'the autoscaler keeps at most 3 pods instead of 2',
  ]);
  assert.deepEqual(said(autoscaler({ minReplicas: 1 }), autoscaler({})), []);
  const metrics = [
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
  ];
  const old = object(
    'HorizontalPodAutoscaler',
    'x',
    { spec: { targetCPUUtilizationPercentage: 80 } },
    'autoscaling/v1',
  );
  assert.deepEqual(said(autoscaler({ metrics }), autoscaler({})), []);
  assert.deepEqual(said(autoscaler({ metrics }), old), []);
  const behavior = {
    scaleUp: { selectPolicy: 'Max', stabilizationWindowSeconds: 0 },
    scaleDown: { selectPolicy: 'Max' },
  };
  assert.deepEqual(said(autoscaler({ behavior }), autoscaler({ behavior: { scaleUp: {}, scaleDown: {} } })), []);
});

test('what a Job of the chart applies is an object, too', () => {
  const gateway =
    'apiVersion: gateway.solo.io/v1\nkind: Gateway\nmetadata:\n  name: x\n  labels: {gloo: gateway-proxy}\n';
  const other = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: y\n';
  const script = `kubectl apply -f - <<EOF\n${gateway}---\n${other}\nEOF\n`;
  const job = (name: string, container: ValueMap): ValueMap =>
    object('Job', name, { spec: { template: { spec: { containers: [container] } } } }, 'batch/v1');
  const config = (name: string): ValueMap => object('ConfigMap', name, { data: { 'custom-resources': gateway } });
  const found = (side: ValueMap): string[] =>
    diffManifests([], [side], { include: ['Gateway'] }).changes.map(({ object: { kind, name } }) => `${kind} ${name}`);
  assert.deepEqual(found(job('gloo-resource-rollout', { command: ['sh', '-c', script] })), ['Gateway x']);
  assert.deepEqual(found(job('gloo-resource-rollout', { args: ['-c', script] })), ['Gateway x']);
  assert.deepEqual(found(config('gloo-custom-resource-config')), ['Gateway x']);
  assert.deepEqual(found(job('another', { args: [script] })), []);
  assert.deepEqual(found(config('another')), []);
  assert.deepEqual(found(job('gloo-resource-rollout', { args: [script.replace('\nEOF', '\nEND')] })), []);
  assert.deepEqual(found(job('gloo-resource-rollout', { args: ['kubectl apply -f - <<EOF'] })), []);
});
