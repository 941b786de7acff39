/** Which objects are compared, and which parts of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffManifests } from '../../src/diff/diff.ts';
import type { DiffOptions } from '../../src/diff/options.ts';
import type { Value, ValueMap } from '../../src/value.ts';
import { configMap, object, workload } from '../support/objects.ts';

function changes(left: readonly ValueMap[], right: readonly ValueMap[], options: DiffOptions = {}): string[] {
  return diffManifests(left, right, options).changes.map(({ object: { kind, name }, path, change }) =>
    `${change} ${kind}/${name} ${path.join(' ')}`.trim(),
  );
}

/** What is written into objects automatically, by path. */
const noise: readonly (readonly [path: readonly string[], value: Value])[] = [
  [['status'], { replicas: 1 }],
  [['metadata', 'uid'], 'u'],
  [['metadata', 'resourceVersion'], '1'],
  [['metadata', 'generation'], 2],
  [['metadata', 'creationTimestamp'], '2020-01-01T00:00:00Z'],
  [['metadata', 'managedFields'], [{ manager: 'm' }]],
  [['metadata', 'selfLink'], '/x'],
  [['metadata', 'ownerReferences'], [{ uid: 'x' }]],
  [['spec', 'template', 'metadata', 'creationTimestamp'], '2020-01-01T00:00:00Z'],
  ...[
    ...['deployment.kubernetes.io/revision', 'deprecated.daemonset.template.generation', 'kubernetes.io/change-cause'],
    ...[
      'kubectl.kubernetes.io/last-applied-configuration',
      'meta.helm.sh/release-name',
      'meta.helm.sh/release-namespace',
    ],
    ...['postrenderer.helm.sh/postrender-filename', 'argocd.argoproj.io/tracking-id', 'config.kubernetes.io/origin'],
    ...['internal.config.kubernetes.io/path', 'config.kubernetes.io/index'],
  ].map((key): (typeof noise)[number] => [['metadata', 'annotations', key], 'x']),
  ...[
    ...[
      'app.kubernetes.io/managed-by',
      'helm.sh/chart',
      'helm.toolkit.fluxcd.io/name',
      'kustomize.toolkit.fluxcd.io/name',
    ],
  ].map((key): (typeof noise)[number] => [['metadata', 'labels', key], 'x']),
  [['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt'], 'now'],
  [['spec', 'template', 'metadata', 'annotations', 'checksum/gateway-proxy-envoy-config'], 'abc'],
];

function withAt(map: ValueMap, [key = '', ...rest]: readonly string[], value: Value): ValueMap {
  const inner = map[key];
  return { ...map, [key]: rest.length === 0 ? value : withAt((inner ?? {}) as ValueMap, rest, value) };
}

for (const [path, value] of noise)
  test(`${path.join(' ')} is not compared, unless somebody asks`, () => {
    const [left, right] = [workload({}), withAt(workload({}), path, value)];
    assert.deepEqual(changes([left], [right]), []);
    assert.equal(changes([left], [right], { defaultIgnores: false }).length, 1);
    const pointer = `/${path.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;
    assert.equal(changes([left], [right], { include: [pointer] }).length >= 1, true);
  });

test('what has nearly such a name is compared', () => {
  const near: readonly (readonly string[])[] = [
    ['metadata', 'annotations', 'meta.helm.sh.example.com'],
    ['metadata', 'annotations', 'x/meta.helm.sh/release-name'],
    ['metadata', 'annotations', 'deployment.kubernetes.io/revision-history'],
    ['metadata', 'labels', 'helm.sh/chart-name'],
    ['metadata', 'labels', 'checksum/x'],
    ['spec', 'template', 'metadata', 'annotations', 'checksum'],
    ['spec', 'template', 'metadata', 'labels', 'app.kubernetes.io/managed-by'],
  ];
  for (const path of near)
    assert.equal(changes([workload({})], [withAt(workload({}), path, 'x')]).length, 1, path.join(' '));
});

test('what the cluster writes into Services', () => {
  const service = (spec: ValueMap): ValueMap => object('Service', 's', { spec: { ports: [{ port: 80 }], ...spec } });
  const include = { include: ['Service'] };
  for (const spec of [
    { clusterIP: '10.0.0.1' },
    { clusterIPs: ['10.0.0.1'] },
    { ipFamilies: ['IPv4'] },
    { healthCheckNodePort: 30000 },
    { ports: [{ port: 80, nodePort: 30001 }] },
  ])
    assert.deepEqual(changes([service({})], [service(spec)], include), [], JSON.stringify(spec));
  assert.equal(changes([service({})], [service({ loadBalancerIP: '1.1.1.1' })], include).length, 1);
  // Only there.
  assert.equal(changes([workload({})], [workload({ spec: { clusterIP: 'x' } })]).length, 1);
});

test('what lies below something that is ignored can be asked for alone', () => {
  const status = (ready: number, other: number): ValueMap => ({ ...workload({}), status: { ready, other } });
  assert.deepEqual(changes([status(1, 1)], [status(2, 2)], { include: ['status.ready'] }), [
    'changed Deployment/gateway-proxy status ready',
  ]);
  assert.deepEqual(changes([workload({})], [status(2, 2)], { include: ['status.ready'] }).length, 1);
  const annotated = (value: string): ValueMap =>
    workload({ metadata: { annotations: { 'meta.helm.sh/a': value, 'meta.helm.sh/b': value } } });
  assert.deepEqual(
    changes([annotated('1')], [annotated('2')], { include: ['metadata.annotations["meta.helm.sh/a"]'] }),
    ['changed Deployment/gateway-proxy metadata annotations meta.helm.sh/a'],
  );
  assert.deepEqual(
    changes([annotated('1')], [annotated('2')], { include: ['metadata.annotations'], ignore: ['metadata'] }).length,
    2,
  );
});

test('patterns', () => {
  const containers = (image: string): readonly ValueMap[] =>
    ['a', 'b', 'a.b', "it's"].map((name) => ({ name, image, env: [{ name: 'X', value: image }] }));
  const sides = (image: string) => [
    workload({ containers: containers(image) }),
    workload({ name: 'edge', containers: containers(image) }),
    configMap({ a: image, 'b.c': image, 'x/y': image }),
  ];
  const left = (ignore: readonly string[]): number => changes(sides('1'), sides('2'), { ignore }).length;
  const all = 2 * 4 * 2 + 3;
  const table: readonly (readonly [ignored: number, ...patterns: string[]])[] = [
    [0],
    [0, 'spec.template.containers'],
    [16, 'spec'],
    [16, 'spec.template.spec.containers'],
    [4, 'spec.template.spec.containers.a'],
    [4, 'spec.template.spec.containers[a]'],
    [4, 'spec.template.spec.containers[a.b]'],
    [4, 'spec.template.spec.containers["a.b"]'],
    [4, "spec.template.spec.containers['a.b']"],
    [4, 'spec.template.spec.containers.a\\.b'],
    [4, 'spec.template.spec.containers["it\'s"]'],
    [8, 'spec.template.spec.containers.a*'],
    [16, 'spec.template.spec.containers.*'],
    [8, 'spec.template.spec.containers.*.image'],
    [8, '**.image'],
    [16, '**.containers.**'],
    [8, '**.env'],
    [8, '**.env.X'],
    [8, '**.env.X.value'],
    [8, 'spec.**.value'],
    [8, 'spec.**.env.**'],
    [0, '**.Y'],
    [19, '**'],
    [8, 'Deployment/edge:spec'],
    [8, 'Deployment/e*:spec'],
    [16, 'Deployment:spec'],
    [16, 'Dep*:spec'],
    [16, '*/*:spec'],
    [0, 'DaemonSet:spec'],
    [0, 'Deployment/edg:spec'],
    [0, 'Deployment/dge:spec'],
    [3, 'ConfigMap:data'],
    [1, 'data.a'],
    [1, 'data["b.c"]'],
    [1, '/data/b.c'],
    [1, '/data/x~1y'],
    [0, '/data/x'],
    [2, 'data.a', 'data["b.c"]'],
    [4, '/spec/template/spec/containers/a'],
  ];
  for (const [ignored, ...patterns] of table) assert.equal(left(patterns), all - ignored, patterns.join(' '));
});

test('objects besides the proxies’ own, by kind and name', () => {
  const others = (value: string) => [
    object('Service', 'one', { spec: { type: value } }),
    object('Service', 'two.x', { spec: { type: value } }),
    object('Secret', 'one', { type: value }),
    object('Deployment', 'gloo', { spec: { a: value } }, 'apps/v1'),
  ];
  const include = (...patterns: string[]): string[] => changes(others('a'), others('b'), { include: patterns });
  assert.deepEqual(include(), []);
  assert.deepEqual(include('Service'), ['changed Service/one spec type', 'changed Service/two.x spec type']);
  assert.deepEqual(include('Service/*'), include('Service'));
  assert.deepEqual(include('Service/one'), ['changed Service/one spec type']);
  assert.deepEqual(include('Service/two.x'), ['changed Service/two.x spec type']);
  assert.deepEqual(include('Service/twoxx'), []);
  assert.deepEqual(include('S*/one'), ['changed Service/one spec type', 'changed Secret/one type']);
  assert.deepEqual(include('*/gloo'), ['changed Deployment/gloo spec a']);
  assert.deepEqual(include('Service/one', 'Deployment'), [
    'changed Service/one spec type',
    'changed Deployment/gloo spec a',
  ]);
  assert.equal(include('*').length, 4);
});

test('either side’s labels say that an object is a proxy’s', () => {
  const plain = {
    ...workload({ spec: { replicas: 2 } }),
    metadata: { name: 'gateway-proxy', namespace: 'gloo-system' },
  };
  const found = [
    'changed Deployment/gateway-proxy spec replicas',
    'removed Deployment/gateway-proxy metadata labels gloo',
  ];
  assert.deepEqual(changes([workload({})], [plain]).sort(), found);
  assert.equal(changes([plain], [workload({})]).length, 2);
  // The labels of its pods identify it, too.
  assert.equal(changes([plain], [{ ...plain, spec: {} }]).length, 2);
  const bare = { ...plain, spec: { replicas: 1 } };
  assert.deepEqual(changes([bare], [{ ...bare, spec: {} }]), []);
  // The label of another part of Gloo, or a kind that no proxy has.
  assert.deepEqual(changes([], [workload({ metadata: { labels: { gloo: 'gloo' } } })]), []);
  assert.deepEqual(
    changes([], [object('Secret', 's', { metadata: { name: 's', labels: { gloo: 'gateway-proxy' } } })]),
    [],
  );
  assert.equal(changes([], [workload({ kind: 'DaemonSet' })]).length, 1);
  // Only a workload mounts a bootstrap, and is named in the bootstrap's name.
  const named = { ...configMap({ a: 'b' }), metadata: { name: 'x-envoy-config', namespace: 'gloo-system' } };
  const labelled = { metadata: { name: 'x', namespace: 'gloo-system', labels: { gloo: 'gateway-proxy' } } };
  assert.equal(changes([], [workload(labelled), named]).length, 2);
  assert.equal(changes([], [configMap({}, 'x'), named]).length, 1);
});

test('objects are the same by group, kind, namespace and name', () => {
  const moved = (apiVersion: string, replicas: number): ValueMap => ({
    ...workload({ spec: { replicas } }),
    apiVersion,
  });
  // The API server serves old groups as apps/v1.
  for (const old of ['extensions/v1beta1', 'apps/v1beta1', 'apps/v1beta2'])
    assert.deepEqual(changes([moved(old, 2)], [moved('apps/v1', 2)]), []);
  const at = (namespace: Value | undefined, k = 'v'): ValueMap => ({
    ...configMap({ k }),
    metadata: { name: 'c', labels: { gloo: 'gateway-proxy' }, ...(namespace === undefined ? {} : { namespace }) },
  });
  assert.deepEqual(changes([at(undefined)], [at('gloo-system')]), []);
  assert.deepEqual(changes([at('')], [at('gloo-system')]), []);
  assert.deepEqual(changes([at(undefined)], [at('other')], { namespace: 'other' }), []);
  assert.deepEqual(changes([at('a')], [at('b')]), ['removed ConfigMap/c', 'added ConfigMap/c']);
  const other = (apiVersion: string): ValueMap => object('Gateway', 'g', { spec: {} }, apiVersion);
  const include = { include: ['Gateway'] };
  assert.deepEqual(changes([other('gateway.solo.io/v1')], [other('gateway.solo.io/v2')], include), [
    'changed Gateway/g apiVersion',
  ]);
  assert.deepEqual(changes([other('gateway.solo.io/v1')], [other('networking.istio.io/v1')], include), [
    'removed Gateway/g',
    'added Gateway/g',
  ]);
});

test('what has no namespace is the same in all of them', () => {
  const kinds = [
    ...['ClusterRole', 'ClusterRoleBinding', 'Namespace', 'Node', 'PersistentVolume', 'StorageClass', 'PriorityClass'],
    ...['CustomResourceDefinition', 'APIService', 'MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
    ...['GatewayClass', 'IngressClass', 'RuntimeClass', 'CSIDriver'],
  ];
  const of = (kind: string): ValueMap => ({ apiVersion: 'v1', kind, metadata: { name: 'x' } });
  for (const kind of [...kinds, 'ConfigMap', 'NodePool', 'MyNamespace']) {
    const [found] = diffManifests([], [of(kind)], { include: [kind] }).changes;
    assert.equal(found?.object.namespace, kinds.includes(kind) ? '' : 'gloo-system', kind);
  }
});

test('figures of the report', () => {
  const sides = [
    [workload({}), configMap({ a: '1' }), object('Service', 's')],
    [workload({}), configMap({ a: '2' })],
  ] as const;
  const report = diffManifests(sides[0], sides[1], { names: { left: 'L', right: 'R' } });
  const { identical, compared, names, hidden, objects, problems } = report;
  assert.deepEqual(
    { identical, compared, names, hidden, problems },
    { identical: false, compared: 2, names: { left: 'L', right: 'R' }, hidden: 0, problems: [] },
  );
  assert.deepEqual(
    objects.map(({ kind, name, namespace, change, left, right }) => [
      kind,
      name,
      namespace,
      change,
      left?.['data'],
      right?.['data'],
    ]),
    [['ConfigMap', 'gateway-proxy-envoy-config', 'gloo-system', 'changed', { a: '1' }, { a: '2' }]],
  );
  const same = diffManifests(sides[0], sides[0]);
  assert.deepEqual(
    [same.identical, same.compared, same.objects, same.names],
    [true, 2, [], { left: 'left', right: 'right' }],
  );
  const gone = diffManifests([workload({})], []);
  assert.deepEqual(
    gone.objects.map(({ change, left, right }) => [change, left !== undefined, right !== undefined]),
    [['removed', true, false]],
  );
  const came = diffManifests([], [workload({})]);
  assert.deepEqual(
    came.objects.map(({ change, left, right }) => [change, left !== undefined, right !== undefined]),
    [['added', false, true]],
  );
  const wrong = diffManifests('a: [', [workload({})]);
  assert.deepEqual(
    [wrong.identical, wrong.compared, wrong.hidden, wrong.changes, wrong.restarts],
    [false, 0, 0, [], []],
  );
});
