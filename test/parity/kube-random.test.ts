/**
 * Random Gateways with GatewayParameters, and what the deployers of seven releases, built from Gloo's sources, rendered
 * for them, stored as digests of the objects. Names that YAML reads as another type are not included.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { digest } from './canonical.ts';
import { type KubeCase, recordedForm, renderCase } from './kube-suite.ts';

interface RandomCase extends Pick<KubeCase, 'gateway' | 'gatewayClass' | 'gatewayParameters' | 'secrets' | 'inputs'> {
  readonly release: string;
  /** The digest, or `error` if nothing is deployed. */
  readonly answer: string;
}

const text = gunzipSync(readFileSync(new URL('../oracle/kube-random.jsonl.gz', import.meta.url))).toString('utf8');
// The file's own form.
const cases = text
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as RandomCase);

test('what the deployers of seven releases make of random Gateways', () => {
  const wrong = cases.flatMap(({ release, answer, ...given }, index) => {
    const whole = { ...given, id: '', values: null, namespace: 'gloo-system', release: 'gloo' };
    const { manifests, problems } = renderCase(whole, release);
    const isRefused = problems.some(({ severity }) => severity === 'error');
    const ours = isRefused ? 'error' : digest(recordedForm(manifests.map(({ object }) => object)));
    return ours === answer ? [] : [`${index} (${release}): ${problems.map(({ message }) => message).join(' ')}`];
  });
  assert.deepEqual(wrong, []);
  assert.equal(new Set(cases.map(({ release }) => release)).size, 7);
  assert.ok(cases.length > 180);
});
