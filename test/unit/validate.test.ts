import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartOf } from '../../src/chart/chart.ts';
import { releases } from '../../src/chart/releases.ts';
import { rules } from '../../src/rules/all.ts';
import { readIgnores } from '../../src/rules/ignore.ts';
import { type ValidateOptions, validateValues } from '../../src/verbs/validate.ts';

function codesOf(text: string, options: ValidateOptions = {}): string[] {
  return problemsOf(text, options).map(({ code }) => code);
}

function problemsOf(text: string, options: ValidateOptions = {}) {
  return validateValues({ values: [{ name: 'values.yaml', text }], ...options }).problems;
}

const sds = 'global:\n  istioSDS:\n    enabled: true\n';

test('the chart’s own defaults have no problem, as values and as nothing', () => {
  const wrong = releases
    .filter((_, index) => index % 23 === 0)
    .flatMap((release) =>
      [
        validateValues({ chartVersion: release }),
        validateValues({ chartVersion: release, values: [chartOf(release).defaults()] }),
      ]
        .flatMap(({ problems }) => problems)
        .map(({ code, path }) => `${release} ${path}: ${code}`),
    );
  assert.deepEqual(wrong, []);
});

test('problems of reading, schema, model and rules come together, by line', () => {
  const text = `${sds}    customSidecars: []\n  istioSdS: {}\ngatewayProxies:\n  gatewayProxy:\n    readConfig: yes\n    podTemplate: {httpPort: 99999}\n`;
  const problems = problemsOf(text, { chartVersion: '1.8.0' });
  const lines = problems.map(({ line }) => line ?? 0);
  assert.deepEqual(
    lines,
    [...lines].sort((a, b) => a - b),
  );
  const codes = problems.map(({ code }) => code);
  for (const code of ['empty-custom-sidecars', 'unknown-value', 'out-of-range'])
    assert.ok(codes.includes(code), `${code} in ${codes}`);
  assert.equal(
    codes.filter((code) => code === 'out-of-range').length,
    1,
    'what schema and model both see is said once',
  );
});

test('what proxies share or inherit is said once, where it is written', () => {
  const text =
    'gatewayProxies:\n  gatewayProxy:\n    extraProxyVolumeMounts:\n      - {name: gone, mountPath: /x}\n  a: {}\n  b: {podTemplate: {httpPort: 8088}}\n';
  const found = problemsOf(text, { chartVersion: '1.17.0' }).filter(({ code }) => code === 'unknown-volume');
  assert.deepEqual(
    found.map(({ path, line, column, endColumn }) => ({ path, line, column, endColumn })),
    [{ path: 'gatewayProxies.gatewayProxy.extraProxyVolumeMounts[0].name', line: 4, column: 16, endColumn: 20 }],
  );
});

test('what --set gave is placed in the option', () => {
  const { problems } = validateValues({ set: ['global.istioIntegration.enabled=true'], chartVersion: '1.16.0' });
  assert.deepEqual(
    problems.map(({ code, file }) => [code, file]),
    [['integration-adds-no-sidecars', '--set global.istioIntegration.enabled=true']],
  );
});

test('what replaces the rendered object is looked at in its place', () => {
  const text = `gatewayProxies:
  gatewayProxy:
    kubeResourceOverride:
      spec:
        template:
          spec:
            containers:
              - name: gateway-proxy
                image: x/envoy:1
                volumeMounts: [{name: gone, mountPath: /x}]
`;
  const found = problemsOf(text, { chartVersion: '1.17.0' });
  assert.deepEqual(
    found.map(({ code, line }) => [code, line]),
    [
      ['override-replaces-list', 7],
      ['unknown-volume', 10],
    ],
  );
});

test('lint is off unless asked for', () => {
  const lint = new Set(rules.filter((rule) => rule.lint).map(({ code }) => code));
  assert.deepEqual(
    codesOf(sds).filter((code) => lint.has(code)),
    [],
  );
  assert.ok(codesOf(sds, { lint: true }).some((code) => lint.has(code)));
});

test('codes are ignored by option and by comment, but not what makes values unreadable', () => {
  assert.ok(codesOf(sds).includes('may-be-injected'));
  assert.ok(!codesOf(sds, { ignore: ['may-be-injected'] }).includes('may-be-injected'));
  assert.ok(!codesOf(`# glistio-ignore-file may-be-injected\n${sds}`).includes('may-be-injected'));
  assert.ok(!codesOf(sds.replace('true', 'true # why: glistio-ignore\n')).includes('glistio'));
  assert.deepEqual(codesOf(sds.replace('true', 'true # glistio-ignore')), []);
  assert.ok(codesOf(`# glistio-ignore may-be-injected\n${sds}`).includes('may-be-injected'), 'only the next line');
  assert.deepEqual(codesOf('a: [', { ignore: ['yaml-syntax'] }), ['yaml-syntax']);
});

test('a comment with an unknown code is a warning at the code', () => {
  const [found, ...more] = problemsOf('gloo: {} # glistio-ignore may-be-injekted\n');
  assert.deepEqual(more, []);
  assert.equal(found?.code, 'unknown-ignore');
  assert.deepEqual([found?.line, found?.column, found?.endColumn], [1, 27, 42]);
});

test('comments: own line, same line, whole file, several codes', () => {
  const { lines, everywhere, named } = readIgnores(
    '# glistio-ignore-file a-b, c\n# glistio-ignore d\n\n# more\nx: 1 # glistio-ignore: e f\ny: 2\nz: "#glistio-ignore"\nw: a#glistio-ignore q\r\n  # glistio-ignore\r\nv: 1',
  );
  assert.deepEqual([...everywhere], ['a-b', 'c']);
  assert.deepEqual(
    [...lines].map(([line, codes]) => [line, [...codes]]),
    [
      [5, ['d', 'e', 'f']],
      [10, ['*']],
    ],
  );
  assert.deepEqual(
    named.map(({ code, line }) => `${line}:${code}`),
    ['1:a-b', '1:c', '2:d', '5:e', '5:f'],
  );
});

test('an unknown release is the only problem, and no release is named', () => {
  const { problems, chartVersion } = validateValues({ chartVersion: '1.5.99' });
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['unknown-release'],
  );
  assert.equal(chartVersion, '');
});
