/** What a real API server refuses of the objects around a proxy's workload; `npm run test:live` asks one again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateValues } from '../../src/index.ts';
import { isWhole } from '../parity/suite.ts';
import { companionVerdicts } from '../support/companion-verdicts.ts';

test('validate refuses what the API server refuses, and nothing that it accepts', () => {
  // Each takes some milliseconds.
  const verdicts = companionVerdicts().filter((_, index) => isWhole || index % 4 === 0);
  const wrong = verdicts.filter(({ release = '1.22.1', values, refused }) => {
    const { problems } = validateValues({ values: [values], chartVersion: release, namespace: 'default' });
    return problems.some(({ severity }) => severity === 'error') !== (refused !== null);
  });
  assert.deepEqual(
    wrong.map(({ release, values, refused }) => `${refused ?? 'accepted'} ${release} ${JSON.stringify(values)}`),
    [],
  );
  assert.ok(verdicts.length > 80);
});

test('one cause has one message', () => {
  for (const [path, value] of [
    ['healthCheckNodePort', 'x'],
    ['sessionAffinity', 7],
    ['selector', { 'a b': 'c' }],
  ] as const) {
    const service = { kubeResourceOverride: { spec: { [path]: value } } };
    const values = { gatewayProxies: { gatewayProxy: { service } } };
    const { problems } = validateValues({ values: [values], chartVersion: '1.22.1' });
    assert.equal(problems.filter(({ severity }) => severity === 'error').length, 1, path);
  }
});
