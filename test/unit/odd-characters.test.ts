/** Characters that go-yaml and js-yaml treat differently: every answer is real Helm's, of values and of charts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderGatewayProxies, validateValues } from '../../src/index.ts';
import { type Value, type ValueMap, valueAt } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';

const [nel, ls, ps, del] = ['\u0085', '\u2028', '\u2029', '\u007f'];

/** What Helm reads under `k`; undefined if it refuses the text. */
const readings: readonly (readonly [text: string, value: Value | undefined])[] = [
  [`k: "a${ls}b"`, `a${ls}b`],
  [`k: "a ${ps} b"`, `a${ps}b`],
  [`k: 'a${ls}b'`, `a${ls}b`],
  [`k: "a${nel}b"`, 'a b'],
  [`k: 'a ${nel}b'`, 'a b'],
  [`k: "a\\t${ls}b"`, `a\t${ls}b`],
  [`k: {"j": "${ls}", k: 1}\nk: "${nel}"`, ' '],
  [`k: a${ls}`, 'a'],
  [`# a comment${nel}\nk: a`, 'a'],
  [`# a comment${ls}k: b\nk: a`, 'a'],
  [`# a comment${ls}k: b`, 'b'],
  [`k: a # b${ls}j: c`, 'a'],
  [`k: a${ls}b`, undefined],
  [`k: a${ls}  b`, `a${ls}b`],
  [`k: |\n  a${ls}\n  b`, `a${ls}\nb`],
  [`k: |${ps}  a${ls}  b${ps}`, `a${ls}b${ps}`],
  [`k: |+\n  a${ls}${nel}j: 1`, `a${ls}\n`],
  [`k: >\n  a${ls}  b\n  c${nel}  d`, `a${ls}b c d`],
  [`k: >-\n  a\n   ${ls}   b${ls}`, `a\n ${ls} b`],
  [`k: "a${ls}${ls}b"`, `a${ls}${ls}b`],
  [`k: "a\n${ls}b"`, `a${ls}b`],
  [`k: "a${ls}\n  b"`, `a${ls}\nb`],
  [`k: 'a ${ps} ${nel} it''s'`, `a${ps}\nit's`],
  [`k: "a\\${ls}  b"`, 'ab'],
  [`k: "a\\${nel}${ls} b"`, `a${ls}b`],
  [`k: "a${ls}--- b"`, undefined],
  [`"k${ls}": a`, undefined],
  [`? "k${ls}j"\n: a\nk: b`, 'b'],
  [`k:\n${nel}  a: b`, { a: 'b' }],
  [`j: 1${ls}k: 2${ps}l: [1,${nel}2]`, 2],
  [`k: a${nel}---${nel}k: b`, 'a'],
  [`k: {a: b,${ls}c: d}`, { a: 'b', c: 'd' }],
  [`k:\r${ls}\n  - a`, ['a']],
  [`j: &x a${ls}k: *x`, 'a'],
];

test('line breaks that only go-yaml knows are read as it reads them', () => {
  for (const [text, value] of readings) {
    const read = readYaml({ name: 'values.yaml', text });
    const error = read.problems.find(({ severity }) => severity === 'error');
    if (value !== undefined) assert.deepEqual([error, valueAt(read.value, 'k')], [undefined, value], text);
    else assert.ok(error?.line !== undefined && error.code === 'yaml-syntax', text);
  }
});

test('a place behind such a line break is that of the line as an editor counts it', () => {
  const placed = (text: string, ...path: string[]) => {
    const { place, problems } = readYaml({ name: 'values.yaml', text });
    return [problems.length, place(path, 'value')];
  };
  assert.deepEqual(placed(`j: 1${ls}k: abc\nl: 2`, 'k'), [0, { line: 1, column: 9, endColumn: 12 }]);
  assert.deepEqual(placed(`j: 1${ls}k: abc\nl: 2`, 'l'), [0, { line: 2, column: 4, endColumn: 5 }]);
  // Lines of brackets that js-yaml only reads if they are indented deeper.
  const bracket = `a:${ls}  b: [${nel}  c${ls}  ]${ls}  d: ef\n  g: h`;
  assert.deepEqual(placed(bracket, 'a', 'd'), [0, { line: 1, column: 24, endColumn: 26 }]);
  assert.deepEqual(placed(bracket, 'a', 'g'), [0, { line: 2, column: 6, endColumn: 7 }]);
});

test('what js-yaml reads otherwise with usual line breaks, too', () => {
  assert.deepEqual(readYaml({ name: 'a', text: 'k: "a\\\n\n  b"' }).value, { k: 'a\nb' });
  assert.deepEqual(readYaml({ name: 'a', text: 'k: |2\n  \ta\n' }).value, { k: '\ta\n' });
  for (const text of ['k: |\n  \ta\n', 'k: >-\n\t\n  a\n', 'k: |\n  a\n \t\nj: b'])
    assert.deepEqual(
      readYaml({ name: 'a', text }).problems.map(({ code, severity }) => [severity, code]),
      [['error', 'yaml-syntax']],
      text,
    );
});

/** JSON with escapes, so that the reader of values has nothing to change. */
const source = (proxy: ValueMap) => ({
  name: 'values.yaml',
  text: JSON.stringify({ gatewayProxies: { gatewayProxy: proxy } }).replace(
    /[^ -~]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  ),
});

const render = (proxy: ValueMap, chartVersion: string) =>
  renderGatewayProxies({ values: [source(proxy)], chartVersion, objects: 'workloads' });

const pod = (value: string) => ({ podTemplate: { tolerations: [{ key: 'a', value }] } });
const volume = (secretName: string) => ({ extraVolumes: [{ name: 'x', secret: { secretName } }] });
const override = (a: string) => ({ kubeResourceOverride: { metadata: { annotations: { a } } } });
const layer = (value: ValueMap) => ({ customStaticLayer: value });

/** What arrives: a string, nothing (null), or a failure of Helm. */
const blocks: readonly (readonly [values: ValueMap, at: string, arrives: string | null | 'Helm fails'])[] = [
  [pod(`a${ls}b`), 'tolerations.0.value', `a${ls}b`],
  [pod(`a${ls}b\nc`), '', 'Helm fails'],
  [pod(`a${ls}\nc`), 'tolerations.0.value', `a${ls}\nc`],
  [pod(`a ${nel}b`), 'tolerations.0.value', 'a b'],
  [pod(`a${del}b`), 'tolerations', null],
  [volume('a\ufeff'), 'volumes.1.secret.secretName', 'a\ufeff'],
  [{ ...volume(`a${nel}${nel}b`), ...override('c') }, 'volumes.1.secret.secretName', 'a\nb '],
  [override(`a${del}b`), '', 'Helm fails'],
  [{ ...override('a'), podTemplate: { extraAnnotations: { a: `b${del}` } } }, '', 'Helm fails'],
  [{ podTemplate: { nodeName: `a${ls}` } }, 'nodeName', 'a'],
  [layer({ f: `a${ls}b` }), '', 'Helm fails'],
  [layer({ [`a${ls}b`]: 'f' }), '', 'Helm fails'],
  [{ envoyStaticClusters: [{ name: `a${ls}` }] }, '', 'Helm fails'],
  [{ configMap: { data: { 'envoy.yaml': `a: b${del}` } } }, '', 'Helm fails'],
];

test('odd characters arrive as Helm’s toYaml leaves them, and every change is reported', () => {
  for (const chartVersion of ['1.22.0', '1.11.27'])
    for (const [values, at, arrives] of blocks) {
      const text = `${chartVersion} ${JSON.stringify(values)}`;
      const { manifests, problems } = render(values, chartVersion);
      const error = problems.find(({ severity }) => severity === 'error');
      if (arrives === 'Helm fails') {
        assert.match(error?.code ?? '', /control-character|missing-value/, text);
        assert.ok(
          validateValues({ values: [source(values)], chartVersion }).problems.some(({ code }) => code === error?.code),
        );
        continue;
      }
      assert.equal(error, undefined, text);
      const object = manifests.find(({ kind }) => kind === 'Deployment')?.object;
      const found = valueAt(
        object,
        'spec',
        'template',
        'spec',
        ...at.split('.').map((step) => (/^\d/.test(step) ? Number(step) : step)),
      );
      assert.equal(found ?? null, arrives, text);
      if (!JSON.stringify(values).includes(JSON.stringify(arrives))) assert.ok(problems.length > 0, text);
    }
});

test('in a file of a ConfigMap, U+2028 brings the indentation behind it along, which is reported', () => {
  for (const [value, told] of [
    [{ g: `a${ls}b` }, []],
    [{ g: { h: `a${ls}b` } }, ['bare-text-changed']],
  ] as const) {
    const { manifests, problems } = render(layer({ f: value }), '1.22.0');
    assert.deepEqual([problems.map(({ code }) => code), manifests.length], [told, 2]);
  }
});

test('with a key that is too long for go-yaml, which only --set can give, nothing is printed of the block', () => {
  for (const [length, isPrinted] of [
    [1022, true],
    [1023, false],
  ] as const) {
    const key = 'x'.repeat(length);
    const set = [`gatewayProxies.gatewayProxy.customStaticLayer.${key}=a`];
    const { manifests, problems } = renderGatewayProxies({ set, chartVersion: '1.22.0', objects: 'workloads' });
    assert.deepEqual([manifests.some(({ text }) => text.includes(key)), problems.length === 0], [isPrinted, isPrinted]);
  }
});

test('an override with U+0085 is printed with a blank, as the chart does, and that is said', () => {
  const values = source({ configMap: { kubeResourceOverride: { data: { 'a.txt': `x${nel}y`, 'b.txt': `x${ls}y` } } } });
  const { manifests, problems } = renderGatewayProxies({ values, chartVersion: '1.22.0' });
  const data = valueAt(manifests[0]?.object as ValueMap, 'data');
  assert.deepEqual([valueAt(data, 'a.txt'), valueAt(data, 'b.txt')], ['x y', `x${ls}y`]);
  assert.deepEqual(
    problems.map(({ code, path }) => [code, path]),
    [['bare-text-changed', 'gatewayProxies.gatewayProxy.configMap.kubeResourceOverride']],
  );
});
