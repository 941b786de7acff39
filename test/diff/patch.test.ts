/** JSON patches, operation by operation; test/diff/mutations.test.ts applies thousands of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DiffOptions } from '../../src/diff/options.ts';
import { asList, patchManifests } from '../../src/diff/patch.ts';
import { kubeObject } from '../../src/objects/object.ts';
import type { ValueMap } from '../../src/value.ts';
import { configMap, env, object, workload } from '../support/objects.ts';

/** The operations in short form. */
function patch(left: readonly ValueMap[], right: readonly ValueMap[], options: DiffOptions = { showSecrets: true }) {
  return patchManifests(left, right, options).map(({ op, path, value }) =>
    value === undefined ? `${op} ${path}` : `${op} ${path} ${JSON.stringify(value)}`,
  );
}

const maps = ['a', 'b', 'c', 'd'].map((name) => configMap({ k: name }, name));
const [a, b, c, d] = maps as [ValueMap, ValueMap, ValueMap, ValueMap];

test('objects that are gone are removed from the end, so that each place is still right', () => {
  const table: readonly (readonly [left: readonly ValueMap[], right: readonly ValueMap[], patch: readonly string[]])[] =
    [
      [[a, b, c], [a, b, c], []],
      [[a, b, c], [b, c], ['remove /items/0']],
      [[a, b, c], [b], ['remove /items/2', 'remove /items/0']],
      [[a, b, c, d], [c], ['remove /items/3', 'remove /items/1', 'remove /items/0']],
      [[a, b, c], [], ['remove /items/2', 'remove /items/1', 'remove /items/0']],
      // What is not compared stays at its index.
      [[object('Service', 's'), a, object('Service', 't'), b], [a], ['remove /items/3']],
      [[object('Service', 's'), a, object('Service', 't'), b], [], ['remove /items/3', 'remove /items/1']],
    ];
  for (const [left, right, expected] of table) assert.deepEqual(patch(left, right), expected);
  const many = Array.from({ length: 12 }, (_, index) => configMap({}, `m${index}`));
  assert.deepEqual(
    patch(many, [many[0] ?? {}]),
    Array.from({ length: 11 }, (_, index) => `remove /items/${11 - index}`),
  );
});

test('what is changed comes first, then what is new, then what goes; each says what it is about', () => {
  const changed = configMap({ k: 'new' }, 'b');
  assert.deepEqual(patch([a, b, c], [changed, d]), [
    'replace /items/1/data/k "new"',
    `add /items/- ${JSON.stringify(d)}`,
    'remove /items/2',
    'remove /items/0',
  ]);
  assert.deepEqual(
    patchManifests([a, b, c], [changed, d]).map((operation) => operation.object),
    ['b', 'd', 'c', 'a'].map((name) => ({ kind: 'ConfigMap', namespace: 'gloo-system', name })),
  );
});

test('the smallest thing that differs is replaced, added or removed', () => {
  const pod = '/items/0/spec/template/spec';
  const two = [
    { name: 'x', image: 'i' },
    { name: 'y', image: 'i' },
  ];
  const withArgs = (...args: string[]): ValueMap => workload({ container: { args } });
  const table: readonly (readonly [left: ValueMap, right: ValueMap, patch: readonly string[]])[] = [
    [workload({}), workload({ spec: { replicas: 3 } }), ['add /items/0/spec/replicas 3']],
    [workload({ spec: { replicas: 3 } }), workload({}), ['remove /items/0/spec/replicas']],
    [workload({ spec: { replicas: 3 } }), workload({ spec: { replicas: 4 } }), ['replace /items/0/spec/replicas 4']],
    // Named items, by their indexes on the left.
    [
      workload({ containers: two }),
      workload({
        containers: [
          { name: 'y', image: 'j' },
          { name: 'x', image: 'i' },
        ],
      }),
      [`replace ${pod}/containers/1/image "j"`],
    ],
    [workload({ containers: two }), workload({ containers: two.slice(1) }), [`remove ${pod}/containers/0`]],
    [
      workload({ containers: two.slice(1) }),
      workload({ containers: two }),
      [`add ${pod}/containers/- {"name":"x","image":"i"}`],
    ],
    // Lists without names are replaced as a whole.
    [withArgs('a', 'b'), withArgs('a', 'c'), [`replace ${pod}/containers/0/args ["a","c"]`]],
    [withArgs('a', 'b'), withArgs('b'), [`replace ${pod}/containers/0/args ["b"]`]],
    // Keys with characters that JSON pointers escape.
    [
      workload({ annotations: { 'a/b~c': '1' } }),
      workload({ annotations: { 'a/b~c': '2' } }),
      ['replace /items/0/spec/template/metadata/annotations/a~1b~0c "2"'],
    ],
    // A map that did not exist.
    [
      workload({}),
      workload({ annotations: { x: '1' } }),
      ['add /items/0/spec/template/metadata/annotations {"x":"1"}'],
    ],
    [
      workload({ pod: { tolerations: null } }),
      workload({ pod: { tolerations: [{ key: 'k' }] } }),
      [`replace ${pod}/tolerations [{"key":"k"}]`],
    ],
  ];
  for (const [left, right, expected] of table) assert.deepEqual(patch([left], [right]), expected);
});

test('an object is replaced as a whole where steps would not lead there', () => {
  // The old name of a field means the same as the new one, which is what differs.
  const [named, old] = [workload({ pod: { serviceAccountName: 'a' } }), workload({ pod: { serviceAccount: 'b' } })];
  assert.deepEqual(patch([a, named], [a, old]), [`replace /items/1 ${JSON.stringify(old)}`]);
});

test('a bootstrap is a text, and replaced as one', () => {
  const left = configMap({ 'envoy.yaml': 'node: {cluster: a}\nadmin: {}\n' });
  const right = configMap({ 'envoy.yaml': 'node: {cluster: b}\n' });
  assert.deepEqual(patch([left], [right]), ['replace /items/0/data/envoy.yaml "node: {cluster: b}\\n"']);
});

test('the order of variables is put right by the whole list', () => {
  const left = workload({ container: { env: env({ A: '1', B: '$(A)' }) } });
  const right = workload({ container: { env: env({ B: '$(A)', A: '1' }) } });
  const reached = patch([left], [right]);
  assert.equal(reached.length <= 1, true);
});

test('hidden values make a patch to look at, not to apply', () => {
  const secret = (password: string): ValueMap =>
    workload({ container: { env: env({ DB_PASSWORD: password, A: 'x' }) } });
  const options = { showSecrets: false };
  const place = '/items/0/spec/template/spec/containers/0/env';
  assert.deepEqual(patch([secret('one')], [secret('three')], options), [
    `replace ${place}/0/value "<hidden: 5 characters, another value>"`,
  ]);
  assert.deepEqual(patch([secret('one')], [secret('three')]), [`replace ${place}/0/value "three"`]);
  assert.match(patch([], [secret('one')], options).join(), /^add \/items\/- .*<hidden: 3 characters>/);
  assert.match(patch([], [secret('one')]).join(), /"value":"one"/);
  assert.equal(
    patch([workload({})], [secret('geheim')], options)
      .join()
      .includes('geheim'),
    false,
  );
});

test('what cannot be read or asked for makes no patch', () => {
  assert.deepEqual(patchManifests('a: [', [a]), []);
  assert.deepEqual(patchManifests([a], [], { ignore: ['..'] }), []);
});

test('the document that is patched is a List of all objects', () => {
  const objects = [{ ...b, kind: 'ConfigMap' }];
  assert.deepEqual(asList(objects.map((item) => kubeObject(item))), { apiVersion: 'v1', kind: 'List', items: objects });
});
