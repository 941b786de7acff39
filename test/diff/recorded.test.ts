import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { diffManifests } from '../../src/diff/diff.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';
import { recordedReleases } from './recorded.ts';

const releases = recordedReleases();

test('there are releases to compare', () => {
  assert.ok(releases.length >= 11);
});

for (const { name, manifest, live } of releases) {
  test(`${name}: what Helm installed and what runs are the same`, () => {
    const report = diffManifests(manifest, live);
    assert.deepEqual(report.changes, []);
    assert.equal(report.identical, true);
    assert.equal(report.compared, 2);
    // The cluster's recording contains workloads and ConfigMaps only.
    assert.deepEqual(
      report.problems.map(({ code, severity }) => `${severity} ${code}`),
      ['info workloads-only'],
    );
    assert.deepEqual(diffManifests(live, manifest).changes, []);
  });
}

for (const { name, manifest, live, values, chartVersion } of releases) {
  test(`${name}: what Helm installed and what glistio renders from its values are the same`, () => {
    const { manifests, problems } = renderGatewayProxies({ values: [values], chartVersion });
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
    );
    assert.deepEqual(diffManifests(manifest, manifests).changes, []);
    assert.deepEqual(diffManifests(live, manifests).changes, []);
  });
}

test('manually added sidecars are the only differences, each with its meaning', () => {
  const folder = 'test/diff/releases/1.17.0-drift-inject-upgrade';
  const side = (step: string): string =>
    ['deployment', 'configmap']
      .map((kind) => readFileSync(`${folder}/${step}-live-${kind}.yaml`, 'utf8'))
      .join('---\n');
  const { changes, restarts } = diffManifests(side('1-installed'), side('2-injected'));
  assert.deepEqual(
    changes.map(({ path, change }) => `${change} ${path.slice(-2).join(' ')}`),
    [
      'added containers sds',
      'added containers istio-proxy',
      'added volumes istio-certs',
      'added volumes istiod-ca-cert',
      'added volumes istio-envoy',
      'added volumes istio-token',
      'added clusters gateway_proxy_sds',
    ],
  );
  assert.equal(changes.at(-1)?.meaning, 'SDS cluster added: upstreams with sslConfig.sds get certificates');
  assert.deepEqual(
    restarts.map(({ pods, because }) => [pods, because]),
    [[true, 'the pod template changes (containers sds)']],
  );
});
