/** How each side is read, how different spellings of values compare, and the messages about what cannot be compared. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { aligned } from '../../src/diff/align.ts';
import { diffManifests } from '../../src/diff/diff.ts';
import { parsePattern } from '../../src/diff/pattern.ts';
import { canonicalDuration, canonicalIntOrString, canonicalQuantity } from '../../src/go/quantity.ts';
import type { Value, ValueMap } from '../../src/value.ts';
import { equal } from '../../src/value.ts';
import { documentsOf } from '../../src/yaml/documents.ts';
import { told } from '../support/manifests.ts';
import { configMap, workload } from '../support/objects.ts';

test('quantities in one notation', () => {
  const table: readonly (readonly [given: string | number | bigint, written: string | number | bigint])[] = [
    ['1', '1'],
    ['+1', '1'],
    ['-1', '-1'],
    [' 1 ', '1'],
    ['0', '0'],
    ['-0', '0'],
    ['1.', '1'],
    ['.5', '500m'],
    ['1.5', '1500m'],
    ['100m', '100m'],
    ['1500u', '1500u'],
    ['1000u', '1m'],
    ['1n', '1n'],
    ['1000n', '1u'],
    ['1001n', '1001n'],
    // Less than a nano is rounded up, away from zero.
    ['0.1n', '1n'],
    ['0.0000000001', '1n'],
    ['1.0000000001', '1000000001n'],
    ['-0.1n', '-1n'],
    ['1e3', '1000'],
    ['1E3', '1000'],
    ['1e-3', '1m'],
    ['1e+3', '1000'],
    ['1k', '1000'],
    ['1M', '1000000'],
    ['1G', '1000000000'],
    ['1T', '976562500Ki'],
    ['1P', '976562500000Ki'],
    ['1E', '976562500000000Ki'],
    ['1024', '1Ki'],
    ['1Ki', '1Ki'],
    ['1024Ki', '1Mi'],
    ['1Mi', '1Mi'],
    ['1Gi', '1Gi'],
    ['1Ti', '1Ti'],
    ['1Pi', '1Pi'],
    ['1Ei', '1Ei'],
    ['1024Ei', '1024Ei'],
    ['1.5Gi', '1536Mi'],
    ['0.5Ki', '512'],
    [2048, '2Ki'],
    [2048n, '2Ki'],
    [0.25, '250m'],
    ['', ''],
    ['.', '.'],
    ['m', 'm'],
    ['1x', '1x'],
    ['x1', 'x1'],
    ['1Kii', '1Kii'],
    ['1 m', '1 m'],
    ['1e', '1e'],
    ['1e300', '1e300'],
    ['1.1.1', '1.1.1'],
  ];
  for (const [given, written] of table) assert.equal(canonicalQuantity(given), written, String(given));
});

test('numbers in texts, and durations', () => {
  const numbers = { '0': 0, '-5': -5, '8080': 8080, '999999999999999': 999999999999999 };
  for (const [text, number] of Object.entries(numbers)) assert.equal(canonicalIntOrString(text), number);
  for (const text of ['', '-', '5%', 'http', '1.5', '+5', 'x5', '1000000000000000'])
    assert.equal(canonicalIntOrString(text), text);
  const durations: Readonly<Record<string, string>> = {
    '1s': '1s',
    '1.0s': '1s',
    '1.50s': '1.5s',
    '1.s': '1s',
    '0.100s': '0.1s',
    '010s': '10s',
    '000s': '0s',
    '100s': '100s',
    '-1.0s': '-1s',
    '1.000000001s': '1.000000001s',
    '1.0000000001s': '1.0000000001s',
    '1': '1',
    '1m': '1m',
    x1s: 'x1s',
    '1sx': '1sx',
    s: 's',
  };
  for (const [text, written] of Object.entries(durations)) assert.equal(canonicalDuration(text), written, text);
});

test('values say the same, whatever their keys’ order and their numbers’ kind', () => {
  const same: readonly (readonly [Value, Value])[] = [
    [1, 1],
    [1n, 1],
    [1, 1n],
    [1n, 1n],
    ['a', 'a'],
    [null, null],
    [
      [1, [2]],
      [1, [2]],
    ],
    [
      { a: 1, b: { c: 2 } },
      { b: { c: 2 }, a: 1 },
    ],
    [[], []],
    [{}, {}],
  ];
  for (const [a, b] of same) assert.equal(equal(a, b), true);
  const different: readonly (readonly [Value | undefined, Value | undefined])[] = [
    [1, 2],
    [1n, 2],
    [1, '1'],
    [1n, '1'],
    ['1', 1n],
    [1n, null],
    [1n, true],
    [0, false],
    [null, undefined],
    [null, {}],
    [[], {}],
    [{}, []],
    [[1], [1, 2]],
    [[1, 2], [1]],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: 1, b: 2 }, { a: 1 }],
    [{ a: 1 }, { b: 1 }],
    [{ a: undefined as unknown as Value }, { toString: 1 }],
  ];
  for (const [a, b] of different) assert.equal(equal(a, b), false, inspect([a, b]));
});

test('documents of a text, with their lines', () => {
  const table: readonly (readonly [text: string, documents: readonly (readonly [number, string])[]])[] = [
    ['a: 1\n', [[1, 'a: 1\n']]],
    ['---\na: 1\n', [[2, 'a: 1\n']]],
    [
      'a: 1\n---\nb: 2',
      [
        [1, 'a: 1\n'],
        [3, 'b: 2'],
      ],
    ],
    [
      'a: 1\n--- # comment\nb: 2\n---\n',
      [
        [1, 'a: 1\n'],
        [3, 'b: 2\n'],
      ],
    ],
    [
      'a: 1\r\n---\r\nb: 2\r\n',
      [
        [1, 'a: 1\r\n'],
        [3, 'b: 2\r\n'],
      ],
    ],
    ['---', []],
    ['# nothing\n---\n\n  # nothing\n', []],
    ['  a: 1\n', [[1, '  a: 1\n']]],
    // Not on a line of its own, or more than a separator.
    ['a: |\n  ---\nb: 1\n', [[1, 'a: |\n  ---\nb: 1\n']]],
    ['---a: 1\n', [[1, '---a: 1\n']]],
    ['----\na: 1\n', [[1, '----\na: 1\n']]],
    ['--- a: 1\n', [[1, '--- a: 1\n']]],
    [
      'a: 1\n---\t\nb: 2\n',
      [
        [1, 'a: 1\n'],
        [3, 'b: 2\n'],
      ],
    ],
  ];
  for (const [text, documents] of table)
    assert.deepEqual(
      documentsOf(text).map(({ line, text: part }) => [line, part]),
      documents,
      JSON.stringify(text),
    );
});

const proxy = (replicas: number): string => JSON.stringify(workload({ spec: { replicas } }));

/** The differing replicas, or the problem instead. */
function outcome(left: string, right: string): string[] {
  const { changes, problems } = diffManifests({ name: 'l', text: left }, { name: 'r', text: right });
  return [...changes.map(({ path, before, after }) => `${path.at(-1)} ${before} ${after}`), ...told(problems)];
}

test('JSON and YAML that only looks like it', () => {
  const changed = ['replicas 2 3'];
  for (const left of [
    proxy(2),
    `  ${proxy(2)}`,
    `[${proxy(2)}]`,
    `[[], ${proxy(2)}]`.replace('[], ', ''),
    `\n\n${proxy(2)}\n`,
    `# a comment\n${proxy(2)}`,
    proxy(2).replaceAll('"', "'"),
    `${proxy(2)} # behind`,
  ])
    assert.deepEqual(outcome(left, proxy(3)), changed, left);
  const list = JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [workload({ spec: { replicas: 2 } }), null, 1],
  });
  assert.deepEqual(outcome(list, proxy(3)), changed);
  assert.deepEqual(
    outcome(
      `---\n${proxy(2)}\n--- \n${JSON.stringify(configMap({}))}\n`,
      `${JSON.stringify(configMap({}))}\n---\n${proxy(3)}`,
    ),
    changed,
  );
});

test('problems about what cannot be compared', () => {
  const proxyless = (name: string): string =>
    `warning no-gateway-proxy: ${name} has no gateway proxy to compare. (objects of a gateway proxy are recognised by the label gloo: gateway-proxy; --include KIND/NAME compares others)`;
  const noObject =
    'warning not-an-object: This document is not a Kubernetes object and is not compared. (an object has apiVersion, kind and metadata.name)';
  assert.deepEqual(outcome('', ''), []);
  assert.deepEqual(outcome(' \n', ''), []);
  assert.deepEqual(outcome('# nothing', ''), [proxyless('l'), proxyless('r')]);
  assert.deepEqual(outcome(proxy(2), ''), ['undefined [object Object] undefined', proxyless('r')]);
  assert.deepEqual(outcome('', proxy(2)), ['undefined undefined [object Object]', proxyless('l')]);
  assert.deepEqual(outcome('text', proxy(2)).slice(1), [noObject, proxyless('l')]);
  for (const text of [
    '- 1\n',
    '[]',
    '{"a": 1}',
    'kind: Deployment\n',
    'kind: Deployment\napiVersion: apps/v1\n',
    'kind: Deployment\napiVersion: apps/v1\nmetadata: {name: 1}\n',
    'kind: [a]\nitems: []\nb: 1'.replace('items: []\n', ''),
  ])
    assert.ok(outcome(text, proxy(2)).includes(noObject), text);
  // An empty list is a valid answer.
  assert.equal(outcome('apiVersion: v1\nkind: List\nitems: []\n', proxy(2)).includes(noObject), false);
  assert.equal(outcome('null\n', proxy(2)).includes(noObject), false);
  assert.deepEqual(outcome(`${proxy(2)}\n---\n${proxy(3)}`, proxy(2)), [
    'error duplicate-object: Deployment gloo-system/gateway-proxy occurs more than once, so it cannot be compared: a cluster has only one of them. (Remove all but one.)',
  ]);
  for (const [left, right] of [
    [`${proxy(2)}\n---\n${proxy(3)}`, proxy(2)],
    [proxy(2), `${proxy(2)}\n---\n${proxy(3)}`],
  ] as const) {
    const twice = diffManifests({ name: 'l', text: left }, { name: 'r', text: right }).problems;
    assert.deepEqual(
      twice.map(({ code, file }) => [code, file]),
      [['duplicate-object', left === proxy(2) ? 'r' : 'l']],
    );
  }
  const { problems } = diffManifests({ name: 'l', text: `${proxy(2)}\n---\na: 1\n---\nb: [\n` }, '');
  assert.deepEqual(
    problems.map(({ file, line, column, severity }) => [severity, file, line, column]),
    [
      ['warning', 'l', 3, 1],
      ['error', 'l', 5, 5],
    ],
  );
});

test('text similar to that of a foreign kind is still read', () => {
  const text = (kind: string): string =>
    `apiVersion: v1\nkind: ${kind}\nmetadata: {name: c, labels: {gloo: gateway-proxy}}\ndata: {k: v}\n`;
  for (const kind of ['ConfigMap', '"ConfigMap"', "'ConfigMap'", 'ConfigMap  ', 'ConfigMap\t'])
    assert.equal(diffManifests(text(kind), '').changes.length, 1, kind);
  // A StatefulSet is never read, so it is not reported either.
  assert.deepEqual(
    diffManifests(`${text('ConfigMap')}---\nkind: StatefulSet\nmetadata: [\n`, text('ConfigMap')).problems,
    [],
  );
  assert.equal(
    diffManifests(`${text('ConfigMap')}---\nkind: StatefulSet\nmetadata: [\n`, text('ConfigMap'), {
      include: ['StatefulSet'],
    }).problems.length,
    1,
  );
});

test('of large texts what both have is not compared, and what differs is', () => {
  const many = (changed: string): string =>
    Array.from({ length: 210 }, (_, n) => JSON.stringify(configMap({ k: n === 100 ? changed : 'v' }, `c${n}`))).join(
      '\n---\n',
    );
  assert.equal(diffManifests(many('a'), many('a')).identical, true);
  const report = diffManifests(many('a'), `${many('b')}\n`);
  assert.deepEqual(
    report.changes.map(({ object, path }) => `${object.name} ${path.join('.')}`),
    ['c100 data.k'],
  );
  assert.deepEqual(report.problems, []);
  // An object may occur twice, once identical to the other side.
  const twice = `${many('a')}\n---\n${JSON.stringify(configMap({ k: 'other' }, 'c0'))}`;
  assert.deepEqual(
    diffManifests(twice, many('a')).changes.map(({ object }) => object.name),
    ['c0'],
  );
});

test("Envoy's ports and switches in several spellings", () => {
  const bootstrap = (value: Value): ValueMap => configMap({ 'envoy.yaml': JSON.stringify({ x: value }) });
  const same = (a: Value, b: Value): boolean => diffManifests([bootstrap(a)], [bootstrap(b)]).identical;
  for (const key of ['port', 'port_value', 'admin_port', 'portValue'])
    assert.equal(same({ [key]: '8080' }, { [key]: 8080 }), true, key);
  for (const key of ['report', 'port_name', 'ports'])
    assert.equal(same({ [key]: '8080' }, { [key]: 8080 }), false, key);
  assert.equal(same({ port: '123456' }, { port: 123456 }), false);
  assert.equal(same({ port: 'x1' }, { port: 'x1' }), true);
  assert.equal(same({ connectTimeout: '1.0s' }, { connect_timeout: '1s' }), true);
  assert.equal(same({ other: '1.0s' }, { other: '1s' }), false);
  // User-defined keys stay as they are.
  assert.equal(same({ metadata: { aB: 1 } }, { metadata: { a_b: 1 } }), false);
  assert.equal(same({ ABC: 1 }, { ABC: 2 }), false);
  assert.equal(same({ name: '' }, {}), true);
  assert.equal(same({ list: [] }, {}), true);
  assert.equal(same({ message: {} }, {}), false);
});

test('the right in the order of the left', () => {
  const containers = (...names: string[]): ValueMap =>
    workload({ containers: names.map((name) => ({ name, env: [{ name: 'A' }, { name: 'B' }] })) });
  const order = (left: ValueMap, right: ValueMap): unknown => {
    const spec = (aligned(left, right, 'Deployment')['spec'] as ValueMap)['template'] as ValueMap;
    return ((spec['spec'] as ValueMap)['containers'] as ValueMap[]).map((one) => one['name']);
  };
  assert.deepEqual(order(containers('a', 'b', 'c'), containers('c', 'x', 'a')), ['a', 'c', 'x']);
  assert.deepEqual(order(containers('a'), containers('b', 'a')), ['a', 'b']);
  // If names are not unique, nothing is reordered.
  assert.deepEqual(order(containers('a', 'a'), containers('b', 'a')), ['b', 'a']);
  const init = (...names: string[]): ValueMap => workload({ pod: { initContainers: names.map((name) => ({ name })) } });
  const right = init('b', 'a');
  assert.deepEqual(aligned(init('a', 'b'), right, 'Deployment'), right);
  const args = workload({ container: { args: ['b', 'a'] } });
  assert.deepEqual(aligned(workload({ container: { args: ['a', 'b'] } }), args, 'Deployment'), args);
  assert.deepEqual(
    aligned(configMap({}), configMap({ constructor: 'x' } as unknown as ValueMap), 'ConfigMap'),
    configMap({ constructor: 'x' } as unknown as ValueMap),
  );
});

test('invalid patterns are reported', () => {
  const bad = parsePattern('a..b');
  assert.deepEqual('code' in bad ? told([bad]) : [], [
    'error bad-path-pattern: "a..b" is not a path that can be ignored or included. (like spec.replicas, **.env[FOO], Deployment/gateway-proxy:metadata.labels["a.b/c"], or a JSON pointer /spec/replicas)',
  ]);
});
