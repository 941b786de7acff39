/** The deviations that no recorded case shows, by their examples. scripts/oracle-examples.ts asks the real chart for its side of them. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { releases } from '../../src/chart/releases.ts';
import { renderGatewayProxies } from '../../src/index.ts';
import { comparable } from './canonical.ts';
import { readDeviations, valueAt } from './deviations.ts';
import { envoyErrors } from './envoy.ts';
import { kubernetesErrors } from './kubernetes.ts';

const { deviations, masked, refusals } = readDeviations();

test('every entry has a name of its own', () => {
  const ids = [...deviations, ...refusals].map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { id, cases } of refusals) assert.ok(cases.size > 0, id);
});

for (const { id, covers, examples } of deviations) {
  for (const { release, values, at, chart = null, fails = false, glistio } of examples) {
    test(`${id}: ${JSON.stringify(values)} on ${release}`, () => {
      const { manifests, problems } = renderGatewayProxies({ values: [values], chartVersion: release });
      assert.deepEqual(
        problems.filter(({ severity }) => severity === 'error'),
        [],
      );
      const warning = problems.find(({ code }) => code === id);
      assert.equal(warning?.severity, 'warning', 'the user is not told');
      assert.ok(covers(release));
      const objects = manifests.map(({ object }) => comparable(object));
      assert.deepEqual(valueAt(objects, at), glistio);
      if (!fails) assert.notDeepEqual(glistio, chart, 'this is no deviation');
      const mended = releases.filter((other) => !covers(other)).at(-1);
      if (mended !== undefined) {
        const later = renderGatewayProxies({ values: [values], chartVersion: mended });
        assert.ok(!later.problems.some(({ code }) => code === id), `${mended} fixes this`);
      }
      for (const object of objects) {
        if (['Deployment', 'DaemonSet'].includes(String(object['kind'])))
          assert.deepEqual(kubernetesErrors(object), []);
        const config = valueAt([object], ['ConfigMap', 'data', 'envoy.yaml']);
        if (config !== null) assert.deepEqual(envoyErrors(config), []);
      }
    });
  }
}

test('config-checksum: the annotation holds the sum of the ConfigMap that is printed', () => {
  assert.deepEqual(masked, ['config-checksum']);
  const { manifests } = renderGatewayProxies({ chartVersion: '1.22.1' });
  const [configMap, workload] = manifests;
  assert.ok(configMap !== undefined && workload !== undefined);
  const annotation = valueAt(
    [workload.object],
    [workload.kind, 'spec', 'template', 'metadata', 'annotations', `checksum/${configMap.name}`],
  );
  assert.equal(annotation, createHash('sha256').update(configMap.text).digest('hex'));
});
