/** What `glistio explain` and `glistio check` print. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExplainedPart } from '../../src/explain/map.ts';
import type { ExplainedValue } from '../../src/explain/value.ts';
import { placeText, valuesText } from '../../src/report/explain.ts';
import { mtlsFormatters } from '../../src/report/mtls.ts';

const part: ExplainedPart = {
  object: { kind: 'Deployment', namespace: 'gloo-system', name: 'gateway-proxy' },
  path: 'spec.replicas',
  change: 'changed',
  when: 'either',
};

function valueWith(path: string, more: Partial<ExplainedValue> = {}): ExplainedValue {
  const known = { path, type: 'integer', inRelease: true, from: 'nothing', layers: [], effect: 'some', parts: [part] };
  return { ...known, ...more } as ExplainedValue;
}

test('of very many parts the first are listed, and the others counted', () => {
  const listed = (count: number): string => {
    const parts = Array.from({ length: count }, (_, index) => ({ ...part, path: `part${index}` }));
    return String(valuesText([valueWith('v', { parts })], [], '1.20.0'));
  };
  assert.match(listed(40), /part39 changes\n$/);
  assert.match(listed(42), /part39 changes\n {4}… and 2 parts more\n$/);
  assert.doesNotMatch(listed(42), /part40/);
});

test('the causes of a line: what stands there, then what decides; of both first what is set', () => {
  const text = placeText({
    object: 'Deployment gateway-proxy',
    path: 'spec.replicas',
    text: 'replicas: 2',
    causes: [
      { value: 'unset', does: 'decides' },
      { value: 'set', does: 'decides' },
      { value: 'printed', does: 'stands-here' },
      { feature: 'replicas', does: 'decides' },
    ],
    values: [
      valueWith('unset'),
      valueWith('set', { layers: [{ layer: 'values.yaml', line: 3 }] as ExplainedValue['layers'] }),
      valueWith('printed'),
    ],
    features: [{ name: 'replicas', what: 'prints replicas', releases: '>= 1.5.0', inRelease: true, parts: [] }],
  });
  assert.deepEqual(
    [...String(text).matchAll(/^ {2}(?:stands here|decides): (\w+)|\[(\w+):/gm)].map(
      ([, value, feature]) => value ?? feature,
    ),
    ['printed', 'set', 'unset', 'replicas'],
  );
});

test('the last line of a check counts the verdicts, the worst first', () => {
  const rows = (['works', 'refused', 'works', 'unknown', 'plain-text'] as const).map((verdict, index) => ({
    upstream: { namespace: 'edge', name: `u${index}` },
    verdict,
    reasons: [],
  }));
  const lines = String(mtlsFormatters.text({ rows, problems: [] }))
    .trimEnd()
    .split('\n');
  assert.equal(lines.at(-1), '1 refused, 1 plain text, 1 unknown, 2 works');
});
