/** Which lists have named items in any order, and which lists are ordered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffManifests } from '../../src/diff/diff.ts';
import type { Value, ValueMap } from '../../src/value.ts';
import { configMap, object, workload } from '../support/objects.ts';

type Make = (list: Value) => ValueMap;

const inContainer =
  (field: string): Make =>
  (list) =>
    workload({ container: { [field]: list } });
const inPod =
  (field: string): Make =>
  (list) =>
    workload({ pod: { [field]: list } });
const inEnvoy =
  (...path: readonly string[]): Make =>
  (list) =>
    configMap({
      'envoy.yaml': JSON.stringify(
        path.reduceRight<Value>((inner, key) => (key === '[]' ? [inner] : { [key]: inner }), list),
      ),
    });

function changes(left: ValueMap, right: ValueMap, from: number): string[] {
  return diffManifests([left], [right], { include: ['Service'] }).changes.map(({ path, change, reordered }) =>
    `${reordered ? 'reordered' : change} ${path.slice(from).join(' ')}`.trim(),
  );
}

/** Each with two items that these fields identify, and a field to change. */
const named: readonly (readonly [place: string, make: Make, a: ValueMap, b: ValueMap, ordered?: true])[] = [
  ['containers', (list) => workload({ containers: list as readonly ValueMap[] }), { name: 'a' }, { name: 'b' }],
  ['initContainers', inPod('initContainers'), { name: 'a' }, { name: 'b' }, true],
  ['ephemeralContainers', inPod('ephemeralContainers'), { name: 'a' }, { name: 'b' }],
  ['volumes', inPod('volumes'), { name: 'a', emptyDir: {} }, { name: 'b', emptyDir: {} }],
  ['hostAliases', inPod('hostAliases'), { ip: '1.1.1.1' }, { ip: '2.2.2.2' }],
  ['imagePullSecrets', inPod('imagePullSecrets'), { name: 'a' }, { name: 'b' }],
  ['resourceClaims', inPod('resourceClaims'), { name: 'a' }, { name: 'b' }],
  ['schedulingGates', inPod('schedulingGates'), { name: 'a' }, { name: 'b' }],
  [
    'topologySpreadConstraints',
    inPod('topologySpreadConstraints'),
    { topologyKey: 'k', whenUnsatisfiable: 'DoNotSchedule' },
    { topologyKey: 'k', whenUnsatisfiable: 'ScheduleAnyway' },
  ],
  ['env', inContainer('env'), { name: 'A' }, { name: 'B' }],
  ['ports', inContainer('ports'), { containerPort: 1, protocol: 'TCP' }, { containerPort: 1, protocol: 'UDP' }],
  ['ports by number', inContainer('ports'), { containerPort: 1 }, { containerPort: 2 }],
  ['volumeMounts', inContainer('volumeMounts'), { mountPath: '/a' }, { mountPath: '/b' }],
  ['volumeDevices', inContainer('volumeDevices'), { devicePath: '/a' }, { devicePath: '/b' }],
  ['claims', (claims) => workload({ container: { resources: { claims } } }), { name: 'a' }, { name: 'b' }],
  ...['env', 'ports', 'volumeMounts', 'volumeDevices'].map((field): (typeof named)[number] => {
    const key = { env: 'name', ports: 'containerPort', volumeMounts: 'mountPath', volumeDevices: 'devicePath' }[field];
    const make: Make = (list) => workload({ pod: { ephemeralContainers: [{ name: 'e', [field]: list }] } });
    return [`ephemeral ${field}`, make, { [key ?? '']: 1 }, { [key ?? '']: 2 }];
  }),
  [
    'Service ports',
    (ports) => object('Service', 's', { spec: { ports } }),
    { port: 1, protocol: 'TCP' },
    { port: 1, protocol: 'UDP' },
  ],
  ['access_log', inEnvoy('admin', 'access_log'), { name: 'a' }, { name: 'b' }],
  ['bootstrap_extensions', inEnvoy('bootstrap_extensions'), { name: 'a' }, { name: 'b' }],
  ['clusters', inEnvoy('static_resources', 'clusters'), { name: 'a' }, { name: 'b' }],
  ['clusters in camel case', inEnvoy('staticResources', 'clusters'), { name: 'a' }, { name: 'b' }],
  ['listeners', inEnvoy('static_resources', 'listeners'), { name: 'a' }, { name: 'b' }],
  ['secrets', inEnvoy('static_resources', 'secrets'), { name: 'a' }, { name: 'b' }],
  ['filter_chains', inEnvoy('static_resources', 'listeners', '[]', 'filter_chains'), { name: 'a' }, { name: 'b' }],
  ['filters', inEnvoy('static_resources', 'listeners', '[]', 'filters'), { name: 'a' }, { name: 'b' }, true],
  ['http_filters', inEnvoy('x', 'http_filters'), { name: 'a' }, { name: 'b' }, true],
  ['listener_filters', inEnvoy('x', 'listener_filters'), { name: 'a' }, { name: 'b' }, true],
  ['layers', inEnvoy('layered_runtime', 'layers'), { name: 'a' }, { name: 'b' }, true],
  ['resource_monitors', inEnvoy('overload_manager', 'resource_monitors'), { name: 'a' }, { name: 'b' }],
  [
    'tls_certificate_sds_secret_configs',
    inEnvoy('x', 'tls_certificate_sds_secret_configs'),
    { name: 'a' },
    { name: 'b' },
  ],
  ['transport_socket_matches', inEnvoy('x', 'transport_socket_matches'), { name: 'a' }, { name: 'b' }, true],
  ['upgrade_configs', inEnvoy('x', 'upgrade_configs'), { upgrade_type: 'a' }, { upgrade_type: 'b' }],
  ['virtual_hosts', inEnvoy('x', 'virtual_hosts'), { name: 'a' }, { name: 'b' }],
];

for (const [place, make, a, b, ordered] of named)
  test(`${place}: items have names${ordered ? ', and an order' : ''}`, () => {
    const [from] = diffManifests([make([a])], [make([{ ...a, other: 'x' }])], { include: ['Service'] }).changes;
    const depth = (from?.path.length ?? 2) - 2;
    const name = String(from?.path.at(-2));
    assert.deepEqual(changes(make([a]), make([{ ...a, other: 'x' }]), depth), [`added ${name} other`]);
    assert.deepEqual(changes(make([a, b]), make([{ ...b }, { ...a }]), depth), ordered ? ['reordered'] : []);
    assert.deepEqual(changes(make([a, b]), make([a]), depth).length, 1);
    assert.match(changes(make([a, b]), make([b]), depth).join(), new RegExp(`^removed ${name}$`));
    assert.match(changes(make([b]), make([a, b]), depth).join(), new RegExp(`^added ${name}$`));
    // Added and removed items do not change the order of the others.
    assert.deepEqual(changes(make([b]), make([a, b]), depth).length, 1);
  });

const unnamed: readonly (readonly [place: string, make: Make])[] = [
  ['args', inContainer('args')],
  ['command', inContainer('command')],
  ['envFrom', (list) => workload({ container: { envFrom: (list as string[]).map((name) => ({ prefix: name })) } })],
  ['tolerations', (list) => workload({ pod: { tolerations: (list as string[]).map((key) => ({ key })) } })],
  ['routes', (list) => inEnvoy('x', 'routes')((list as string[]).map((name) => ({ name })))],
  ['domains', inEnvoy('x', 'domains')],
];

for (const [place, make] of unnamed)
  test(`${place}: items have places`, () => {
    const count = (left: Value, right: Value): number => changes(make(left), make(right), 0).length;
    assert.equal(count(['a', 'b', 'c'], ['a', 'b', 'c']), 0);
    assert.equal(count(['a', 'b'], ['b', 'a']) > 0, true);
    assert.equal(count(['a', 'b', 'c'], ['a', 'c']), 1);
    assert.equal(count(['a', 'c'], ['a', 'b', 'c']), 1);
    assert.equal(count(['a', 'b', 'c'], ['a', 'x', 'c']), 1);
    assert.equal(count(['a', 'b', 'c', 'd'], ['x', 'b', 'c', 'y']), 2);
  });

test('where two items have one name, all of the list is compared by place', () => {
  const twice = (value: string): ValueMap =>
    workload({
      container: {
        env: [
          { name: 'A', value: 'x' },
          { name: 'A', value },
        ],
      },
    });
  assert.deepEqual(changes(twice('y'), twice('y'), 0), []);
  assert.equal(changes(twice('y'), twice('z'), 0).length, 1);
});

/** The indexes of added and removed items. */
function places(left: string, right: string): string[] {
  const args = (text: string): ValueMap => workload({ container: { args: [...text] } });
  return diffManifests([args(left)], [args(right)]).changes.map(
    ({ path, change, before, after }) => `${change} ${path.at(-1)} ${before ?? ''}${after ?? ''}`,
  );
}

test('as many items as possible stay where they are', () => {
  const table: readonly (readonly [left: string, right: string, changes: readonly string[]])[] = [
    ['abc', 'abc', []],
    ['abc', 'abcd', ['added 3 d']],
    ['abc', 'xabc', ['added 0 x']],
    ['abc', 'ac', ['removed 1 b']],
    ['abc', 'axc', ['changed 1 bx']],
    ['abcdef', 'abdef', ['removed 2 c']],
    ['abcd', 'xaxbxcxd', ['added 0 x', 'added 2 x', 'added 4 x', 'added 6 x']],
    ['xaxbxcxd', 'abcd', ['removed 0 x', 'removed 2 x', 'removed 4 x', 'removed 6 x']],
    ['aaaa', 'aa', ['removed 2 a', 'removed 3 a']],
    ['ab', 'xyz', ['changed 0 ax', 'changed 1 by', 'added 2 z']],
    ['xyz', 'ab', ['changed 0 xa', 'changed 1 yb', 'removed 2 z']],
    ['a', '', ['removed args a']],
  ];
  for (const [left, right, expected] of table)
    if (right !== '') assert.deepEqual(places(left, right), expected, `${left} ${right}`);
});

/** The maximum number of unchanged items, found by brute force. */
function longest(left: string, right: string): number {
  if (left === '' || right === '') return 0;
  if (left[0] === right[0]) return 1 + longest(left.slice(1), right.slice(1));
  return Math.max(longest(left.slice(1), right), longest(left, right.slice(1)));
}

test('no fewer items stay than could', () => {
  const words = ['abab', 'baba', 'aabb', 'bbaa', 'abcba', 'cab', 'bca', 'abcabc', 'cacb'];
  for (const left of words)
    for (const right of words) {
      const stay = longest(left, right);
      const found = places(left, right);
      const of = (kind: string): number => found.filter((line) => line.startsWith(kind)).length;
      assert.equal(left.length - of('removed') - of('changed'), stay, `${left} ${right}`);
      assert.equal(right.length - of('added') - of('changed'), stay, `${left} ${right}`);
    }
});

test('of very long lists the middle is compared place by place', () => {
  const list = (name: string, at: number): ValueMap =>
    workload({ container: { args: Array.from({ length: 2100 }, (_, n) => (n === at ? 'same' : `${name}${n}`)) } });
  const changes = diffManifests([list('l', 1000)], [list('r', 1001)]).changes;
  assert.deepEqual([changes.length, new Set(changes.map(({ change }) => change))], [2100, new Set(['changed'])]);
  // A common start and end are found nevertheless.
  const ends = (name: string): ValueMap =>
    workload({ container: { args: ['a', ...Array.from({ length: 2100 }, (_, n) => `${name}${n}`), 'z'] } });
  assert.equal(diffManifests([ends('l')], [ends('r')]).changes.length, 2100);
});
