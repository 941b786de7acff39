/** What `glistio explain` and `glistio check` print. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExplainedPart } from '../../src/explain/map.ts';
import type { ExplainedValue } from '../../src/explain/value.ts';
import type { MtlsCheck } from '../../src/istio/check/types.ts';
import { placeText, valuesText } from '../../src/report/explain.ts';
import { mtlsFormatters } from '../../src/report/mtls.ts';
import { matchGolden } from '../support/golden.ts';

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

test('several values: where each comes from, and what it does', () => {
  const layer = { layer: 'values.yaml', line: 3, column: 5 };
  const text = valuesText(
    [
      valueWith('nothing'),
      valueWith('usual', { from: 'default', value: 1, parts: [part, part] }),
      valueWith('around', { from: 'layer', value: {} }),
      valueWith('set', { value: 'x', layers: [{ layer: '--set' }, layer] as ExplainedValue['layers'], default: 'y' }),
      valueWith('own', { value: 2, layers: [layer] as ExplainedValue['layers'], inheritedFrom: 'other' }),
      valueWith('inherited', { value: 2, from: 'default', inheritedFrom: 'gatewayProxies.gatewayProxy' }),
      valueWith('untried', { effect: 'unknown' }),
      valueWith('refused', { effect: 'unknown', why: 'no list is accepted' }),
      valueWith('idle', { effect: 'none' }),
      valueWith('unread', { effect: 'none', why: 'nothing reads it' }),
    ],
    [],
    '1.20.0',
  );
  assert.deepEqual(String(text).split('\n'), [
    'nothing = (nothing)',
    '    not set',
    '    makes 1 part',
    'usual = 1',
    "    the chart's default",
    '    makes 2 parts',
    'around = {}',
    '    set together with the map around it',
    '    makes 1 part',
    'set = "x"',
    '    set by values.yaml:3:5; the default is "y"',
    '    makes 1 part',
    'own = 2',
    '    inherited from other, set by values.yaml:3:5',
    '    makes 1 part',
    'inherited = 2',
    "    inherited from gatewayProxies.gatewayProxy, the chart's default",
    '    makes 1 part',
    'untried = (nothing)',
    '    not set',
    '    the chart accepts no other value here that could be tried',
    'refused = (nothing)',
    '    not set',
    '    the chart accepts no other value here that could be tried: no list is accepted',
    'idle = (nothing)',
    '    not set',
    '    changes nothing',
    'unread = (nothing)',
    '    not set',
    '    changes nothing: nothing reads it',
    '',
  ]);
});

test('one value: its layers, parts and features', () => {
  const parts = [
    { ...part, path: '', change: 'added', line: 4, endLine: 4 },
    { ...part, change: 'removed', when: 'unset', line: 4, endLine: 9 },
    { ...part, when: 'changed' },
  ] as const;
  const layers = ['a.yaml', 'b.yaml', '--set'].map((layer) => ({ layer })) as unknown as ExplainedValue['layers'];
  const features = [true, false].map((inRelease) => ({
    ...{ name: 'replicas', what: 'prints replicas', releases: '>= 1.5.0', inRelease, parts: [] },
  }));
  const text = String(valuesText([valueWith('some.value', { parts, layers, value: 2 })], features, '1.20.0'));
  assert.deepEqual(text.split('\n'), [
    'some.value',
    '',
    '  type      integer',
    '  releases  every release',
    '',
    '  some.value = 2',
    '    set by --set',
    '    over a.yaml',
    '    over b.yaml',
    '',
    '  makes 3 parts:',
    '    Deployment/gateway-proxy:4 as a whole comes',
    '    Deployment/gateway-proxy:4-9 spec.replicas goes when it is not set',
    '    Deployment/gateway-proxy spec.replicas changes',
    '',
    '  features of the release that affect these parts:',
    '    prints replicas [replicas: >= 1.5.0]',
    '    prints replicas [replicas: not this one, but >= 1.5.0]',
    '',
  ]);
  assert.match(
    String(valuesText([valueWith('some.value', { effect: 'none', parts: [] })], [], '1.20.0')),
    /changes nothing\n$/,
  );
});

test('a place without causes, and the whole object', () => {
  const none = { causes: [], values: [], features: [] };
  assert.equal(
    String(placeText({ object: 'Service a', path: '', ...none })),
    'Service a as a whole\n  the chart writes this in every release, whatever the values\n',
  );
  const causes = [
    { value: 'gone', does: 'decides' },
    { feature: 'gone', does: 'decides' },
  ] as const;
  assert.equal(
    String(placeText({ object: 'Service a', path: 'spec', text: 'x', ...none, causes })),
    'Service a spec\n  | x\n',
  );
});

test('the verdicts of a check, with all that is known of the reasons', () => {
  const reason = { code: 'no-ssl-config', text: 'It has no <sslConfig>.' };
  const rows = [
    { verdict: 'refused', reasons: [reason, { ...reason, file: 'a|b.yaml', line: 3, path: 'spec', missing: '`sds`' }] },
    { verdict: 'plain-text', proxies: 'kube-gateway', reasons: [{ ...reason, path: 'spec' }] },
    { verdict: 'unknown', proxies: 'gateway-proxy', isRouted: true, reasons: [{ ...reason, file: 'a.yaml', line: 1 }] },
    { verdict: 'works', isRouted: false, reasons: [] },
    { verdict: 'works', reasons: [] },
  ].map((row, index) => ({
    upstream: { namespace: 'edge', name: index === 0 ? 'n'.repeat(80) : `u${index}` },
    ...row,
  }));
  const check = { rows, problems: [] } as unknown as MtlsCheck;
  for (const [format, print] of Object.entries(mtlsFormatters))
    matchGolden(`test/golden/check/verdicts.${format}`, print(check).exact);
  assert.equal(mtlsFormatters.text({ rows: [], problems: [] }).exact, '');
});
