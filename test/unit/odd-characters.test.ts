/** Characters that go-yaml and js-yaml treat differently: every answer is real Helm's, of values and of charts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderGatewayProxies, validateValues } from '../../src/index.ts';
import { type ValueMap, valueAt } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';

const [nel, ls, ps, del] = ['\u0085', '\u2028', '\u2029', '\u007f'];

/** What Helm reads under `k`; undefined for what js-yaml cannot read in the same way. */
const readings: readonly (readonly [text: string, value: string | undefined])[] = [
  [`k: "a${ls}b"`, `a${ls}b`],
  [`k: "a ${ps} b"`, `a${ps}b`],
  [`k: 'a${ls}b'`, `a${ls}b`],
  [`k: "a${nel}b"`, 'a b'],
  [`k: 'a ${nel}b'`, 'a b'],
  [`k: "a\\t${ls}b"`, `a\t${ls}b`],
  [`k: {"j": "${ls}", k: 1}\nk: "${nel}"`, ' '],
  [`k: a${ls}`, 'a'],
  [`# a comment${nel}\nk: a`, 'a'],
  [`# a comment${ls}k: b\nk: a`, undefined],
  [`k: a${ls}b`, undefined],
  [`k: |\n  a${ls}\n  b`, undefined],
  [`k: "a${ls}${ls}b"`, undefined],
  [`k: "a\n${ls}b"`, undefined],
  [`"k${ls}": a`, undefined],
  [`k:\n${nel}  a: b`, undefined],
];

test('line breaks that only go-yaml knows are read as it reads them, or refused with their place', () => {
  for (const [text, value] of readings) {
    const read = readYaml({ name: 'values.yaml', text });
    const error = read.problems.find(({ severity }) => severity === 'error');
    if (value !== undefined) assert.deepEqual([error, valueAt(read.value, 'k')], [undefined, value], text);
    else assert.ok(error?.line !== undefined && error.code === 'control-character', text);
  }
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
