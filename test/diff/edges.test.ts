/** Boundary cases, where one more or one less changes the result. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffManifests } from '../../src/diff/diff.ts';
import { patchManifests } from '../../src/diff/patch.ts';
import type { Value, ValueMap } from '../../src/value.ts';
import { configMap, object, workload } from '../support/objects.ts';

function meanings(left: ValueMap, right: ValueMap): (string | undefined)[] {
  return diffManifests([left], [right]).changes.map(({ meaning }) => meaning);
}

test('a tag for the same version, spelled differently, is not a downgrade', () => {
  const image = (tag: string): ValueMap => workload({ container: { image: `a/b:${tag}` } });
  const rows: readonly (readonly [before: string, after: string, isDowngrade: boolean])[] = [
    ['v1.0.0', '1.0.0', false],
    ['1.0.0-x', '1.0.0-y', false],
    ['1.10.0', '1.9.0', true],
    ['1.10.0-distroless', '1.9.0-distroless', true],
    ['1.9.10-x_y', '1.9.9-x_y', true],
    ['10.0.0-x_y', '9.0.0-x_y', true],
    ['x1.10.0', 'x1.9.0', false],
  ];
  for (const [before, after, isDowngrade] of rows)
    assert.equal(meanings(image(before), image(after)).join().includes('downgrade'), isDowngrade, `${before} ${after}`);
});

test('a user-defined key of a map is not the field of that name', () => {
  const bootstrap = (config: string): ValueMap =>
    configMap({ 'envoy.yaml': `static_resources: {typed_per_filter_config: {metadata: ${config}}}` });
  assert.deepEqual(meanings(bootstrap('{allowConnect: true}'), bootstrap('{allow_connect: true}')), []);
  assert.equal(meanings(bootstrap('{allowConnect: true}'), bootstrap('{allow_connect: false}')).length, 1);
});

test('what identifies an object or an item stands first when it is printed', () => {
  const fields = {
    data: { b: '1', a: '2' },
    metadata: { name: 'c', namespace: 'n', labels: { gloo: 'gateway-proxy' } },
    kind: 'ConfigMap',
    apiVersion: 'v1',
    binaryData: { x: 'y' },
  };
  const [found] = diffManifests([], [fields]).objects;
  assert.deepEqual(Object.keys(found?.right ?? {}), ['apiVersion', 'kind', 'metadata', 'binaryData', 'data']);
  assert.deepEqual(Object.keys((found?.right?.['metadata'] ?? {}) as ValueMap), ['name', 'labels', 'namespace']);
  assert.deepEqual(Object.keys((found?.right?.['data'] ?? {}) as ValueMap), ['a', 'b']);
  const bootstrap = configMap({
    'envoy.yaml': JSON.stringify({ static_resources: { clusters: [{ a: 1, '@type': 't', zz: 1, name: 'n' }] } }),
  });
  const [envoy] = diffManifests([], [bootstrap]).objects;
  const data = (envoy?.right?.['data'] ?? {}) as ValueMap;
  const clusters = ((data['envoy.yaml'] as ValueMap)['static_resources'] as ValueMap)['clusters'] as ValueMap[];
  assert.deepEqual(Object.keys(clusters[0] ?? {}), ['name', '@type', 'a', 'zz']);
});

test('an object without a namespace of its own has none when it belongs to the cluster', () => {
  const role = (rules: Value): ValueMap => ({ apiVersion: 'v1', kind: 'ClusterRole', metadata: { name: 'r' }, rules });
  const [found] = diffManifests([role([])], [role([1])], { include: ['ClusterRole'] }).objects;
  assert.deepEqual(found?.left?.['metadata'], { name: 'r' });
  assert.deepEqual(found?.right?.['metadata'], { name: 'r' });
});

test('operations of a patch stand in the order of the left', () => {
  const left = [configMap({ k: '1', m: '1' }, 'a'), configMap({ k: '1' }, 'b')];
  const right = [
    configMap({ k: '2', m: '2' }, 'a'),
    configMap({ k: '2' }, 'b'),
    configMap({}, 'c'),
    configMap({}, 'd'),
  ];
  assert.deepEqual(
    patchManifests(left, right, { showSecrets: true }).map(({ op, path, object: { name } }) => `${op} ${path} ${name}`),
    [
      'replace /items/0/data/k a',
      'replace /items/0/data/m a',
      'replace /items/1/data/k b',
      'add /items/- c',
      'add /items/- d',
    ],
  );
});

test('a patch hides what it would show, in whatever is replaced', () => {
  const withEnv = (value: string, more: readonly ValueMap[] = []): ValueMap =>
    workload({ container: { env: [{ name: 'DB_PASSWORD', value }, ...more] } });
  const twice = [
    { name: 'A', value: '1' },
    { name: 'A', value: '2' },
  ];
  const patch = patchManifests([withEnv('hunter2')], [withEnv('geheim', twice)]);
  assert.equal(patch.length > 0, true);
  assert.equal(JSON.stringify(patch).includes('geheim'), false);
  assert.deepEqual(
    new Set(patch.map(({ object: { kind, name } }) => `${kind}/${name}`)),
    new Set(['Deployment/gateway-proxy']),
  );
});

test('an API version says which group, a name which object', () => {
  const gateway = (apiVersion: string): ValueMap => object('Gateway', 'g', { spec: {} }, apiVersion);
  const count = (left: string, right: string): number =>
    diffManifests([gateway(left)], [gateway(right)], { include: ['Gateway'] }).changes.length;
  assert.equal(count('v1', 'v1'), 0);
  assert.equal(count('v1', 'g/v1'), 2);
  assert.equal(count('ab/v1', 'ac/v1'), 2);
  assert.equal(count('a/v1', 'ab/v1'), 2);
  assert.equal(count('a/v1', 'a/v2'), 1);
});

test('patterns in quotes may have backslashes', () => {
  const left = configMap({ 'a"b': '1', 'c\\d': '1', e: '1' });
  const right = configMap({ 'a"b': '2', 'c\\d': '2', e: '2' });
  const rest = (ignore: string): unknown =>
    diffManifests([left], [right], { ignore: [ignore] }).changes.map(({ path }) => path.at(-1));
  assert.deepEqual(rest('data["a\\"b"]'), ['c\\d', 'e']);
  assert.deepEqual(rest('data["c\\\\d"]'), ['a"b', 'e']);
  assert.deepEqual(rest('data.c\\\\d'), ['a"b', 'e']);
  assert.deepEqual(rest("data['c\\d']"), ['a"b', 'e']);
});

test('containers of a Deployment on the host’s network may be no list at all', () => {
  const odd = (containers: Value): ValueMap => ({
    ...workload({}),
    spec: { template: { spec: { hostNetwork: true, containers } } },
  });
  for (const containers of ['x', { a: 1 }, [1], [{ name: 'a', ports: 'x' }], [{ name: 'a', ports: [1] }]]) {
    assert.equal(diffManifests([odd(containers)], [odd(containers)]).identical, true);
    assert.equal(diffManifests([odd(containers)], [odd([{ name: 'b' }])]).identical, false);
  }
});
