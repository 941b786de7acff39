import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownKeys, knows, nearestReleaseWith, sinceRange, valueInfo } from '../../src/schema/value-info.ts';

const mergePolicy = ['gatewayProxies', 'gatewayProxy', 'podTemplate', 'glooContainerSecurityContext', 'mergePolicy'];

test('a value is known in the releases that have the whole path', () => {
  assert.ok(knows(['global', 'istioSDS', 'enabled'], '1.5.0-beta25'));
  assert.ok(knows(mergePolicy, '1.14.5'));
  assert.ok(!knows(mergePolicy, '1.14.4'));
  assert.ok(!knows(mergePolicy, '1.15.0-beta5'));
  assert.equal(sinceRange(mergePolicy), '>=1.14.5 <1.15.0-0 || >=1.15.0-beta6');
  assert.equal(sinceRange(['gatewayProxies', 'any', 'kind']), '>=1.5.0-beta25');
});

test('what no release has is unknown', () => {
  for (const path of [
    ['global', 'istioSDS', 'enabeld'],
    ['nothing'],
    [],
    [0],
    ['global', 'istioSDS', 'enabled', 'x'],
    ['global', 0],
    ['constructor'],
    ['gatewayProxies', 0],
    ['gatewayProxies', 'a', 'podTemplate', 'tolerations', 'key'],
  ]) {
    assert.equal(valueInfo(path), undefined);
    assert.equal(sinceRange(path), undefined);
    assert.equal(nearestReleaseWith(path, '1.22.1'), undefined);
  }
});

test('a value whose type changed has each type in its own releases', () => {
  const info = valueInfo(['gatewayProxies', 'a', 'podDisruptionBudget', 'minAvailable']);
  assert.deepEqual(
    info?.alternatives.map(({ type }) => type),
    [
      { kind: 'scalar', name: 'int32' },
      { kind: 'scalar', name: 'string' },
    ],
  );
});

test('inside a free-form value everything is known, and as long as that value is', () => {
  const path = ['gatewayProxies', 'a', 'podTemplate', 'glooContainerSecurityContext', 'capabilities', 'drop', 0];
  assert.deepEqual(
    valueInfo(path)?.alternatives.map(({ type }) => type),
    [{ kind: 'any' }],
  );
  assert.ok(knows(path, '1.14.0-beta11'));
  assert.ok(!knows(path, '1.14.0-beta10'));
});

test('items of lists have the type of the list', () => {
  const [item] = valueInfo(['gatewayProxies', 'a', 'podTemplate', 'tolerations', 3])?.alternatives ?? [];
  assert.deepEqual(item?.type, { kind: 'kubernetes', name: 'Toleration', fields: new Map() });
});

test('the nearest release with a value is this one, the next that has it, or the last that had it', () => {
  assert.equal(nearestReleaseWith(mergePolicy, '1.20.0'), '1.20.0');
  assert.equal(nearestReleaseWith(mergePolicy, '1.13.2'), '1.14.5');
  assert.equal(nearestReleaseWith(mergePolicy, '1.15.0-beta2'), '1.15.0-beta6');
  assert.equal(nearestReleaseWith(['crds', 'create'], '1.22.1'), '1.8.0-beta11');
});

test('the keys that a map of a release knows', () => {
  assert.deepEqual(knownKeys(['global', 'istioSDS'], '1.5.0'), ['customSidecars', 'enabled']);
  assert.ok(knownKeys([], '1.22.1').includes('kubeGateway'));
  assert.ok(!knownKeys([], '1.16.0').includes('kubeGateway'));
  assert.deepEqual(knownKeys(['gatewayProxies'], '1.22.1'), []);
});
