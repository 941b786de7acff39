import assert from 'node:assert/strict';
import { test } from 'node:test';
import { releases } from '../../src/chart/releases.ts';
import { compareReleases, describeRelease } from '../../src/schema/changes.ts';

test('a release compared with itself changes nothing', () => {
  const { features, defaults, values } = compareReleases('1.17.4', '1.17.4');
  assert.deepEqual([features.added, features.removed, defaults, values.added, values.removed], [[], [], [], [], []]);
});

test('what is added one way is removed the other way', () => {
  const there = compareReleases('1.5.0', '1.22.1');
  const back = compareReleases('1.22.1', '1.5.0');
  assert.ok(there.features.added.length > 40 && there.values.added.length > 20);
  assert.deepEqual(there.features.added, back.features.removed);
  assert.deepEqual(there.values.removed, back.values.added);
  assert.deepEqual(
    there.defaults.map(({ path, before }) => [path, before]).sort(),
    back.defaults.map(({ path, after }) => [path, after]).sort(),
  );
});

test('added, removed and changed defaults are distinguished', () => {
  const { defaults } = compareReleases('1.17.3', '1.17.4');
  const discovery = 'gatewayProxies.gatewayProxy.istioDiscoveryAddress';
  assert.deepEqual(
    defaults.find(({ path }) => path === discovery),
    { path: discovery, after: 'istiod.istio-system.svc:15012' },
  );
});

test('every release can be described; the first has nothing before it', () => {
  for (const release of [releases[0], releases.at(-1)]) {
    assert.ok(release !== undefined && describeRelease(release).features.length > 10);
  }
  assert.equal(describeRelease('1.5.0-beta25').previous, undefined);
  assert.equal(describeRelease('1.6.8-patch1').previous, '1.6.8');
});
