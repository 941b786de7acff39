import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffManifests } from '../../src/diff/diff.ts';
import { patchManifests } from '../../src/diff/patch.ts';
import { diffFormatters } from '../support/diff-formatters.ts';

// Words with a meaning for the comparison, in unexpected places.
const word = fc.constantFrom(
  'spec',
  'template',
  'containers',
  'env',
  'name',
  'image',
  'ports',
  'data',
  'envoy.yaml',
  'static_resources',
  'clusters',
  'metadata',
  'labels',
  'volumes',
  'resources',
  'limits',
  '__proto__',
  'constructor',
  'hostNetwork',
  'serviceAccount',
  'x',
);
const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string(),
  fc.constantFrom('1Gi', 'gateway-proxy', '0.250s', 'a: {', '\u202e'),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(word, tie('value'), { maxKeys: 5 }),
  ),
}));
const object = fc.record({
  apiVersion: fc.constantFrom('v1', 'apps/v1'),
  kind: fc.constantFrom('Deployment', 'ConfigMap', 'DaemonSet'),
  metadata: fc.record({
    name: fc.constantFrom('a', 'b'),
    labels: fc.constant({ gloo: 'gateway-proxy' }),
    annotations: value,
  }),
  spec: value,
  data: value,
});
const text = fc
  .array(object, { maxLength: 4 })
  .map((objects) => objects.map((each) => JSON.stringify(each)).join('\n---\n'));
const shape = { color: false, width: 80, context: 3 };

test('whatever stands in the objects, nothing throws, and every format says something of it', () => {
  fc.assert(
    fc.property(text, text, (left, right) => {
      const report = diffManifests(left, right, { defaultIgnores: left.length % 2 === 0 });
      for (const format of Object.values(diffFormatters)) assert.equal(typeof format(report, shape).exact, 'string');
      assert.ok(Array.isArray(patchManifests(left, right)));
      assert.deepEqual(diffManifests(left, left).changes, []);
      assert.equal(diffManifests(right, left).changes.length > 0, report.changes.length > 0);
    }),
    { numRuns: 150, seed: 7 },
  );
});

test('text other than manifests is a problem, never an exception', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        value.map((each) => `kind: List\nitems: ${JSON.stringify(each)}`),
      ),
      (each) => {
        assert.ok(Array.isArray(diffManifests(each, each).problems));
      },
    ),
    { numRuns: 300, seed: 7 },
  );
});
