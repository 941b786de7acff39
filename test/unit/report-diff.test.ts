/** Differences as text: how values, places and long parts are shown. Whole pages are in test/golden/diff. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffManifests } from '../../src/diff/diff.ts';
import type { DiffChange, DiffReport } from '../../src/diff/report.ts';
import { painter, visible } from '../../src/printable.ts';
import { changeGroupsOf, countsOf, headlineOf, inline, labelOf } from '../../src/report/diff-format.ts';
import { rowsOf } from '../../src/report/diff-side-by-side.ts';
import { wrapped } from '../../src/report/diff-text.ts';
import * as releases from '../../src/report/releases.ts';
import type { Feature } from '../../src/schema/changes.ts';
import type { Value, ValueMap } from '../../src/value.ts';
import { diffFormatters as formatters } from '../support/diff-formatters.ts';
import { configMap, env, workload } from '../support/objects.ts';

const options = { color: false, width: 80, context: 1 };

/** The formatters, whose texts are compared as strings here. */
type Formatters = typeof formatters;
const diffFormatters = Object.fromEntries(
  Object.entries(formatters).map(([name, format]) => [
    name,
    (report: DiffReport, given: typeof options): string => String(format(report, given)),
  ]),
) as { readonly [name in keyof Formatters]: (...given: Parameters<Formatters[name]>) => string };
const changesText = (...given: Parameters<typeof releases.changesText>): string =>
  String(releases.changesText(...given));
const releaseText = (...given: Parameters<typeof releases.releaseText>): string =>
  String(releases.releaseText(...given));

/** The report of one ConfigMap whose data differ. */
function data(left: ValueMap, right: ValueMap): DiffReport {
  return diffManifests([configMap(left, 'c')], [configMap(right, 'c')], { showSecrets: true });
}

/** What text says below the headings. */
function lines(left: ValueMap, right: ValueMap, width = 80): string[] {
  const all = diffFormatters.text(data(left, right), { ...options, width }).split('\n');
  return all.slice(2, all.indexOf(''));
}

const lineOf = (name: string, count: number): string =>
  Array.from({ length: count }, (_, n) => `${name}${n}\n`).join('');

test('values on one line, as they cannot be misread', () => {
  const table: readonly (readonly [Value | undefined, string | undefined])[] = [
    [undefined, undefined],
    ['a', 'a'],
    ['a b', 'a b'],
    ['', '""'],
    [' a', '" a"'],
    ['a ', '"a "'],
    ['a\nb', undefined],
    ['a\tb', 'a b'],
    ['a\u001bb', 'a\\u001bb'],
    [1, '1'],
    [true, 'true'],
    [null, 'null'],
    [5n, '5'],
    [[], '[]'],
    [['a', 1, true], '[a, 1, true]'],
    [['a\u0007'], '[a\\u0007]'],
    [['a', ['b']], undefined],
    [{}, '{}'],
    [{ a: 1 }, undefined],
  ];
  for (const [value, text] of table) assert.equal(inline(value), text);
});

test('what would move the cursor or turn the text becomes visible', () => {
  assert.equal(
    visible('a\tb\rc\u0000d\u007fe\u202ef\u2069g\u202f\u2065'),
    'a b\\u000dc\\u0000d\\u007fe\\u202ef\\u2069g\u202f\\u2065',
  );
});

test('colours', () => {
  const paint = painter(true);
  const codes = { red: 31, green: 32, yellow: 33, cyan: 36, bold: 1, dim: 2 } as const;
  for (const [style, code] of Object.entries(codes))
    assert.equal(String(paint(style as keyof typeof codes, 'x')), `\u001b[${code}mx\u001b[0m`);
  assert.equal(String(paint('red', '')), '');
  assert.equal(String(painter(false)('red', 'x')), 'x');
});

test('places are grouped under the part of the proxy that they are about', () => {
  const change = (...path: readonly (string | number)[]): DiffChange => ({
    object: { kind: 'Deployment', namespace: 'n', name: 'x' },
    path,
    change: 'changed',
    before: 1,
    after: 2,
  });
  const table: readonly (readonly [path: readonly (string | number)[], title: string, label: string])[] = [
    [['spec', 'replicas'], 'workload', 'replicas'],
    [['spec', 'template', 'metadata', 'labels', 'a'], 'pod', 'metadata.labels.a'],
    [['spec', 'template', 'spec', 'volumes', 'v', 'name'], 'pod', 'volumes.v.name'],
    [['spec', 'template', 'spec', 'containers'], 'pod', 'containers'],
    [['spec', 'template', 'spec', 'containers', 'a', 'image'], 'container a', 'image'],
    [['spec', 'template', 'spec', 'initContainers', 'a'], 'init container a', ''],
    [['spec', 'template', 'spec', 'containers', 'a', 'args', 2], 'container a', 'args[2]'],
    [['spec', 'template', 'spec', 'containers', 'a', 'env', 'A', 'value'], 'container a', 'env A'],
    [['spec', 'template', 'spec', 'containers', 'a', 'env', 'A', 'valueFrom'], 'container a', 'env.A.valueFrom'],
    [['spec', 'template', 'spec', 'containers', 'a', 'env'], 'container a', 'env'],
    [['data', 'envoy.yaml', 'static_resources', 'clusters', 'c', 'type'], 'Envoy cluster c', 'type'],
    [['data', 'envoy.yaml', 'static_resources', 'listeners', 'l'], 'Envoy listener l', ''],
    [['data', 'envoy.yaml', 'static_resources', 'secrets', 's'], "Envoy's configuration", 'static_resources.secrets.s'],
    [['data', 'envoy.yaml', 'static_resources', 'clusters'], "Envoy's configuration", 'static_resources.clusters'],
    [['data', 'envoy.yaml', 'other', 'clusters', 'c'], "Envoy's configuration", 'other.clusters.c'],
    [['data', 'envoy.yaml'], "Envoy's configuration", ''],
    [['data', 'a'], 'data', 'a'],
    [['x', 'envoy.yaml', 'a'], '', 'x[envoy.yaml].a'],
    [['metadata', 'labels', 'a/b'], '', 'metadata.labels[a/b]'],
    [['metadata', 'labels', 'a.b'], '', 'metadata.labels[a.b]'],
    [[], '', ''],
  ];
  for (const [path, title, label] of table) {
    const [group, ...others] = changeGroupsOf([change(...path)]);
    assert.deepEqual([group?.title, group?.lines.map((line) => line.label), others], [title, [label], []]);
  }
  const groups = changeGroupsOf([change('data', 'a'), change('spec', 'b'), change('data', 'c')]);
  assert.deepEqual(
    groups.map((group) => `${group.title}: ${group.lines.map(({ label }) => label)}`),
    ['data: a,c', 'workload: b'],
  );
  assert.equal(labelOf(['a b', 'c[0]', 'd\u0007', 3]), '[a b][c[0]].d\\u0007[3]');
});

test('a variable is a name and a value', () => {
  const shown = (before: Value | undefined, after: Value | undefined): unknown => {
    const change: DiffChange = {
      object: { kind: 'Deployment', namespace: 'n', name: 'x' },
      path: ['spec', 'template', 'spec', 'containers', 'a', 'env', 'A'],
      change: 'changed',
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    };
    const line = changeGroupsOf([change])[0]?.lines[0];
    return [line?.before, line?.after];
  };
  assert.deepEqual(shown({ name: 'A', value: 'x' }, undefined), ['x', undefined]);
  assert.deepEqual(shown({ name: 'A' }, { name: 'A', valueFrom: { x: 1 } }), ['', { valueFrom: { x: 1 } }]);
});

test('the headline counts', () => {
  const count = (changed: number, added: number, removed: number): string =>
    countsOf([
      ...Array(changed).fill({ change: 'changed' }),
      ...Array(added).fill({ change: 'added' }),
      ...Array(removed).fill({ change: 'removed' }),
    ]);
  assert.equal(count(1, 0, 0), '1 changed');
  assert.equal(count(2, 3, 4), '2 changed, 3 added, 4 removed');
  assert.equal(count(0, 0, 1), '1 removed');
  assert.equal(headlineOf(data({ a: '1' }, { a: '2' })), '1 object differs: 1 changed.');
  assert.equal(headlineOf(data({ a: '1' }, { a: '1' })), 'No difference in 1 object.');
  const two = diffManifests([configMap({}, 'a'), configMap({}, 'b')], []);
  assert.equal(headlineOf(two), '2 objects differ: 2 removed.');
  assert.equal(
    headlineOf(diffManifests([configMap({}, 'a'), configMap({}, 'b')], [configMap({}, 'a'), configMap({}, 'b')])),
    'No difference in 2 objects.',
  );
});

test('text: what fits stands on one line, the rest below', () => {
  assert.deepEqual(lines({ a: 'x' }, { a: 'y' }), ['    ~ a: x → y']);
  assert.deepEqual(lines({}, { a: 'y' }), ['    + a: y']);
  assert.deepEqual(lines({ a: 'x' }, {}), ['    - a: x']);
  assert.deepEqual(lines({}, { a: '' }), ['    + a: ""']);
  // Exactly as wide as the available space, and one more.
  assert.deepEqual(lines({}, { a: 'y'.repeat(31) }, 40), [`    + a: ${'y'.repeat(31)}`]);
  assert.deepEqual(lines({}, { a: 'y'.repeat(32) }, 40), ['    + a', `      + ${'y'.repeat(32)}`]);
  assert.deepEqual(lines({}, { a: 'y'.repeat(33) }, 40), ['    + a', `      + ${'y'.repeat(32)}`, '      + y']);
  assert.deepEqual(lines({ a: 'x'.repeat(14) }, { a: 'y'.repeat(14) }, 40), [
    `    ~ a: ${'x'.repeat(14)} → ${'y'.repeat(14)}`,
  ]);
  assert.deepEqual(lines({ a: 'x'.repeat(14) }, { a: 'y'.repeat(15) }, 40), [
    '    ~ a',
    `      - ${'x'.repeat(14)}`,
    `      + ${'y'.repeat(15)}`,
  ]);
  // Multi-line strings: what differs, with a line of context.
  assert.deepEqual(lines({ a: 'one\ntwo\nthree\nfour\n' }, { a: 'one\ntwo\nTHREE\nfour\n' }), [
    '    ~ a',
    '        two',
    '      - three',
    '      + THREE',
    '        four',
  ]);
  assert.deepEqual(lines({ a: `x\n${lineOf('l', 5)}` }, { a: `y\n${lineOf('l', 4)}z\n` }), [
    '    ~ a',
    '      - x',
    '      + y',
    '        l0',
    '        …',
    '        l3',
    '      - l4',
    '      + z',
  ]);
  assert.deepEqual(lines({ a: 'one\n' }, { a: 'one' }), ['    ~ a', '      - one', '      + one']);
  assert.deepEqual(lines({ a: 'one' }, { a: 'one\ntwo' }), ['    ~ a', '      - one', '      + one', '      + two']);
  assert.deepEqual(lines({}, { a: 'one\ntwo\n' }), ['    + a', '      + one', '      + two']);
  // Long blocks are truncated, but not to save a single line.
  assert.equal(lines({}, { a: lineOf('l', 17) }).length, 18);
  assert.deepEqual(lines({}, { a: lineOf('l', 18) }).slice(16), [
    '      + l15',
    '      … 2 more lines; -o unified shows them',
  ]);
  // A place that is longer than a line.
  assert.deepEqual(lines({}, { ['k'.repeat(40)]: 'y' }, 40), [
    `    + ${'k'.repeat(32)}`,
    `        ${'k'.repeat(8)}`,
    '      + y',
  ]);
});

test('text: maps, orders and meanings', () => {
  const container = (fields: ValueMap): ValueMap => workload({ container: fields });
  const text = (left: ValueMap, right: ValueMap, width = 80): string =>
    diffFormatters.text(diffManifests([left], [right]), { ...options, width });
  assert.match(
    text(container({}), container({ livenessProbe: { exec: { command: ['a'] } } })),
    /\n {4}\+ livenessProbe\n {6}\+ exec:\n {6}\+ {3}command:\n {6}\+ {3}- a\n {6}Envoy proxy: gets a livenessProbe\n/,
  );
  const init = (...names: string[]): ValueMap => workload({ pod: { initContainers: names.map((name) => ({ name })) } });
  assert.match(
    text(init('a', 'b'), init('b', 'a')),
    /\n {2}pod\n {4}~ initContainers\n {6}the same items in another order: b, a\n\n/,
  );
  assert.equal(text(workload({}), configMap({ a: 'b' }, 'c')).includes('~ '), false);
  assert.match(
    text(configMap({ a: 'b' }, 'c'), configMap({ a: 'b' }, 'd')),
    /^- ConfigMap gloo-system\/c\n {4}- removed\n[\s\S]*\n\+ ConfigMap gloo-system\/d\n {4}\+ added\n {6}\+ apiVersion: v1\n/,
  );
  assert.match(
    text(container({ image: 'a/b:1' }), container({ image: 'a/b:2' }), 30),
    /\n {6}Envoy proxy image a\/b\n {6}1 → 2\n/,
  );
  assert.match(
    text(workload({ kind: 'Deployment' }), workload({ spec: { replicas: 3 } })),
    /\nPods of gateway-proxy will restart: no\n {2}the pod template stays as it is\n$/,
  );
  assert.match(
    text(container({ image: 'a:1' }), container({ image: 'a:2' })),
    /\nPods of gateway-proxy will restart: yes\n {2}the pod template changes \(containers gateway-proxy image\)\n$/,
  );
});

test('text: every line of a value fits the width, and nothing is lost', () => {
  const long = (start: string): string => `${start}${'0123456789'.repeat(4)}`;
  const values = (start: string): ValueMap => ({
    ...{ [long('key')]: start, [long('text')]: `${long(start)}\nsame\n${long('z')}\n`, [start]: long('v') },
  });
  const report = diffManifests([configMap(values('a'))], [configMap(values('b'))], { showSecrets: true });
  assert.deepEqual(
    diffFormatters
      .text(report, { ...options, width: 40 })
      .split('\n')
      .slice(2, -3),
    [
      '    - a',
      '      - v0123456789012345678901234567890',
      '      - 123456789',
      '    ~ key01234567890123456789012345678',
      '        90123456789',
      '      - a',
      '      + b',
      '    ~ text0123456789012345678901234567',
      '        890123456789',
      '      - a0123456789012345678901234567890',
      '      - 123456789',
      '      + b0123456789012345678901234567890',
      '      + 123456789',
      '        same',
      '    + b',
      '      + v0123456789012345678901234567890',
      '      + 123456789',
    ],
  );
  const meant = diffManifests([workload({})], [workload({ container: { env: env({ ISTIO_META_MESH_ID: 'x' }) } })]);
  assert.deepEqual(
    diffFormatters
      .text(meant, { ...options, width: 40 })
      .split('\n')
      .slice(2, 5),
    ['    + env ISTIO_META_MESH_ID: x', '      the mesh that the proxy belongs', '      to: x'],
  );
});

test('text in colours', () => {
  const report = diffManifests(
    [workload({ spec: { replicas: 2 }, container: { image: 'a:1' } }), configMap({ a: 'x\ny', gone: 'g' }, 'c')],
    [workload({ spec: { replicas: 3 }, container: { image: 'a:2' } }), configMap({ a: 'x\nz', new: 'n' }, 'c')],
  );
  const plain = diffFormatters.text(report, options);
  const painted = diffFormatters.text(report, { ...options, color: true });
  assert.equal(painted.replace(/\u001b\[\d+m/g, ''), plain);
  const e = '\u001b';
  for (const part of [
    `${e}[1m${e}[33m~ Deployment gloo-system/gateway-proxy${e}[0m${e}[0m`,
    `${e}[1mworkload${e}[0m`,
    `${e}[33m~${e}[0m replicas: ${e}[31m2${e}[0m → ${e}[32m3${e}[0m`,
    `${e}[36mthe number of pods changes 2 → 3${e}[0m`,
    `${e}[31m-${e}[0m gone: ${e}[31mg${e}[0m`,
    `${e}[32m+${e}[0m new: ${e}[32mn${e}[0m`,
    `${e}[2m        x${e}[0m`,
    `${e}[31m      - y${e}[0m`,
    `${e}[32m      + z${e}[0m`,
    `will restart: ${e}[33myes${e}[0m`,
  ])
    assert.ok(painted.includes(part), part);
  assert.ok(
    diffFormatters
      .text(diffManifests([workload({})], [workload({ spec: { replicas: 3 } })]), { ...options, color: true })
      .includes(`will restart: ${e}[32mno${e}[0m`),
  );
});

test('lines are broken between words', () => {
  assert.deepEqual(wrapped('one two three', 7), ['one two', 'three']);
  assert.deepEqual(wrapped('one two three', 6), ['one', 'two', 'three']);
  assert.deepEqual(wrapped('one two three', 13), ['one two three']);
  assert.deepEqual(wrapped('abcdefgh ij', 4), ['abcd', 'efgh', 'ij']);
  assert.deepEqual(wrapped('', 4), ['']);
  assert.deepEqual(wrapped('a\u0007', 80), ['a\\u0007']);
});

test('unified: as diff -u prints them', () => {
  const report = data({ a: '1', b: '2', c: '3', d: '4', e: '5' }, { a: '1', b: '2', c: 'x', d: '4', e: '5' });
  const unified = (context: number, color = false): string =>
    diffFormatters.unified(report, { ...options, context, color });
  assert.equal(
    unified(1),
    '--- left/ConfigMap/gloo-system/c\n+++ right/ConfigMap/gloo-system/c\n@@ -10,3 +10,3 @@\n   b: "2"\n-  c: "3"\n+  c: x\n   d: "4"\n',
  );
  assert.match(unified(0), /@@ -11,1 \+11,1 @@\n- {2}c: "3"\n\+ {2}c: x\n$/);
  const e = '\u001b';
  assert.ok(unified(1, true).includes(`${e}[1m--- left/ConfigMap/gloo-system/c${e}[0m\n`));
  assert.ok(
    unified(1, true).includes(
      `${e}[36m@@ -10,3 +10,3 @@${e}[0m\n   b: "2"\n${e}[31m-  c: "3"${e}[0m\n${e}[32m+  c: x${e}[0m\n`,
    ),
  );
  assert.match(
    diffFormatters.unified(diffManifests([configMap({}, 'c')], []), options),
    /^--- left\/ConfigMap\/gloo-system\/c\n\+\+\+ \/dev\/null\n@@ -1,\d+ \+0,0 @@\n-apiVersion/,
  );
  assert.match(
    diffFormatters.unified(diffManifests([], [configMap({}, 'c')]), options),
    /^--- \/dev\/null\n\+\+\+ right\/ConfigMap\/gloo-system\/c\n@@ -0,0 \+1,\d+ @@\n\+apiVersion/,
  );
  // Named items are shown in the left's order.
  const containers = (...names: string[]): ValueMap =>
    workload({ containers: names.map((name) => ({ name, image: name === 'b' ? `b:${names.length}` : 'x' })) });
  const moved = diffFormatters.unified(diffManifests([containers('a', 'b')], [containers('c', 'b', 'a')]), {
    ...options,
    context: 0,
  });
  assert.deepEqual(
    moved.split('\n').filter((line) => /^[-+] /.test(line)),
    [
      '-      - name: b',
      '-        image: b:2',
      '+      - name: b',
      '+        image: b:3',
      '+      - name: c',
      '+        image: x',
    ].filter((line) => !/name: b/.test(line)),
  );
});

test('side by side: what goes stands beside what comes', () => {
  assert.deepEqual(rowsOf([' a', '-b', '-c', '+x', ' d', '+e', '-f']), [
    { left: 'a', right: 'a', same: true },
    { left: 'b', right: 'x', same: false },
    { left: 'c', right: undefined, same: false },
    { left: 'd', right: 'd', same: true },
    { left: 'f', right: 'e', same: false },
  ]);
  const report = data(
    { a: '1', b: 'gone', c: '3', d: '4', e: '5', f: 'x' },
    { a: '1', c: '3', d: '4', e: '5', f: 'y', g: 'new' },
  );
  const shown = diffFormatters['side-by-side'](report, { ...options, width: 43, context: 1 }).split('\n');
  const rule = `${'─'.repeat(20)}─┼─${'─'.repeat(20)}`;
  assert.deepEqual(shown, [
    'ConfigMap/gloo-system/c',
    rule,
    '  a: "1"             │   a: "1"',
    '  b: gone            -',
    '  c: "3"             │   c: "3"',
    rule,
    '  e: "5"             │   e: "5"',
    '  f: x               ~   f: "y"',
    '                     +   g: new',
    '',
    '1 object differs: 1 changed, 1 added, 1 removed.',
    '',
  ]);
  // Text that is wider than a column is wrapped; columns are never too narrow.
  const long = diffFormatters['side-by-side'](data({ a: 'x' }, { a: 'y'.repeat(30) }), {
    ...options,
    width: 10,
    context: 0,
  }).split('\n');
  assert.deepEqual(long.slice(2, 4), [
    `  a: x               ~   a: ${'y'.repeat(15)}`,
    `${' '.repeat(23)}${'y'.repeat(15)}`,
  ]);
  const e = '\u001b';
  const painted = diffFormatters['side-by-side'](report, { ...options, width: 43, color: true });
  assert.ok(painted.includes(`${e}[1mConfigMap/gloo-system/c${e}[0m\n${e}[2m${rule}${e}[0m\n`));
  assert.ok(painted.includes(`${e}[31m  f: x              ${e}[0m ~ ${e}[32m  f: "y"${e}[0m`));
});

test('markdown: tables that nothing can break out of', () => {
  const markdown = (report: DiffReport, more: object = {}): string =>
    diffFormatters.markdown(report, { ...options, ...more });
  const page = markdown({
    ...data({ a: 'x' }, { a: 'y', b: 'new', 'c|d': '`e`' }),
    names: { left: 'a|b', right: '``' },
  });
  assert.match(
    page,
    /^### Gateway proxies: differences\n\n`a\\\|b` → ``` `` ```\n\n1 object differs: 1 changed, 2 added\.\n\n#### ConfigMap\/gloo-system\/c\n\n\| \| where \| before \| after \| meaning \|\n\|---\|---\|---\|---\|---\|\n/,
  );
  for (const row of [
    '| ✏️ | **data** `a` | `x` | `y` |  |',
    '| ➕ | **data** `b` |  | `new` |  |',
    '| ➕ | **data** `c\\|d` |  | `` `e` `` |  |',
  ])
    assert.ok(page.includes(`${row}\n`), `${row}\n${page}`);
  assert.match(markdown(data({ a: 'x' }, { a: 'y`' })), /\| `` y` `` \|/);
  assert.match(markdown(data({ a: 'x' }, {})), /\| ➖ \| \*\*data\*\* `a` \| `x` \| {2}\| {2}\|\n/);
  assert.match(
    markdown(data({ a: 'one\ntwo' }, { a: 'y'.repeat(121) })),
    new RegExp(`\\| … \\| \`${'y'.repeat(120)}…\` \\|`),
  );
  assert.match(markdown(data({ a: 'x' }, { a: 'y'.repeat(120) })), new RegExp(`\`${'y'.repeat(120)}\``));
  assert.match(markdown(data({ a: 'x' }, { a: '```' })), /\n<details><summary>lines<\/summary>\n\n````diff\n@@ /);
  const gone = markdown(diffManifests([configMap({}, 'a*b_c')], []));
  assert.match(gone, /#### ConfigMap\/gloo-system\/a\\\*b\\_c \(removed\)\n/);
  assert.match(
    gone,
    /\| ➖ \| {2}\| … \| {2}\| Envoy's configuration a\\\*b\\_c is removed: pods that mount it cannot start \|/,
  );
  const restart = markdown(
    diffManifests([workload({ container: { image: '@a:1' } })], [workload({ container: { image: '@a:2' } })]),
  );
  assert.match(
    restart,
    /\n- Pods of `gateway-proxy` will restart: \*\*yes\*\* \(the pod template changes \(containers gateway-proxy image\)\)\n/,
  );
  assert.match(restart, /another image, @\u200ba:1:latest → @\u200ba:2:latest/);
  assert.match(
    markdown(diffManifests([workload({})], [workload({ spec: { replicas: 3 } })])),
    /will restart: \*\*no\*\*/,
  );
  assert.match(
    markdown(data({}, {})),
    /^### Gateway proxies: no difference\n\n`left` → `right`\n\nNo difference in 1 object\.\n$/,
  );
});

test('markdown: cut to the size of a comment', () => {
  const many = (count: number): DiffReport =>
    diffManifests(
      [],
      Array.from({ length: count }, (_, n) => configMap({ a: 'x'.repeat(200) }, `c${n}`)),
    );
  const cut = (report: DiffReport, limit: number): string => diffFormatters.markdown(report, { ...options, limit });
  assert.equal(cut(many(2), 10_000).includes('Too long'), false);
  assert.match(
    cut(many(1), 800),
    /\n> Omitted because it is too long for a comment: the lines of ConfigMap\/gloo-system\/c0\.\n$/,
  );
  assert.match(cut(many(1), 500), /\n> Omitted because it is too long for a comment: ConfigMap\/gloo-system\/c0\.\n$/);
  assert.match(
    cut(many(3), 500),
    /too long for a comment: ConfigMap\/gloo-system\/c0, ConfigMap\/gloo-system\/c1, ConfigMap\/gloo-system\/c2\.\n$/,
  );
  assert.match(
    cut(many(5), 500),
    /too long for a comment: ConfigMap\/gloo-system\/c0, ConfigMap\/gloo-system\/c1, ConfigMap\/gloo-system\/c2 and 2 more\.\n$/,
  );
  for (const limit of [500, 1000, 2000, 4000]) assert.ok(cut(many(30), limit).length <= limit + 300);
});

test('html: everything is escaped', () => {
  const page = diffFormatters.html(
    { ...data({ a: '<b>' }, { a: `"'&`, c: 'new' }), names: { left: '<l>', right: '&r' } },
    options,
  );
  for (const part of [
    '<title>Gateway proxies: differences</title>',
    '<code>&lt;l&gt;</code><span aria-label="compared with">→</span><code>&amp;r</code>',
    '<p class="headline">1 object differs: 1 changed, 1 added.</p>',
    '<h2><span class="mark changed">changed</span> ConfigMap/gloo-system/c</h2>\n<h3>data</h3>\n<table class="changes"><thead><tr><th>what</th><th>before</th><th>after</th></tr></thead><tbody>\n',
    '<tr class="changed"><td><code>a</code></td><td><code class="old">&lt;b&gt;</code></td><td><code class="new">&quot;&#39;&amp;</code></td></tr>\n',
    '<tr class="added"><td><code>c</code></td><td><span class="none">–</span></td><td><code class="new">new</code></td></tr>\n',
    '<details><summary>Line by line</summary>\n<table class="lines"><tbody>\n<tr class="hunk"><td colspan="2">@@ ',
    '<tr><td>data:</td><td>data:</td></tr>\n',
    '<tr><td class="gap"></td><td class="new">  c: new</td></tr>\n',
  ])
    assert.ok(page.includes(part), part);
  assert.equal(page.includes('class="restarts"'), false);
  const same = diffFormatters.html(data({}, {}), options);
  assert.match(same, /<title>Gateway proxies: no difference<\/title>/);
  const html = (left: readonly ValueMap[], right: readonly ValueMap[]): string =>
    diffFormatters.html(diffManifests(left, right), options);
  assert.ok(
    html([workload({ container: { image: 'a:1' } })], [workload({ container: { image: 'a:2' } })]).includes(
      '<ul class="restarts"><li><span class="badge yes">restart</span> Pods of <code>gateway-proxy</code> will restart: the pod template changes (containers gateway-proxy image)</li></ul>\n</header>',
    ),
  );
  assert.ok(
    html([workload({})], [workload({ spec: { replicas: 2 } })]).includes(
      '<span class="badge no">no restart</span> Pods of <code>gateway-proxy</code> will not restart: ',
    ),
  );
  assert.ok(
    html([workload({})], [workload({ spec: { replicas: 2 } })]).includes(
      '<code>replicas</code><p class="meaning">the number of pods changes 1 → 2</p>',
    ),
  );
  assert.ok(
    html([configMap({}, 'c')], []).includes(
      '<section>\n<h2><span class="mark removed">removed</span> ConfigMap/gloo-system/c</h2>\n<table class="changes">',
    ),
  );
  assert.ok(html([configMap({}, 'c')], []).includes('<td><code>all of it</code><p class="meaning">'));
  const init = (...names: string[]): ValueMap => workload({ pod: { initContainers: names.map((name) => ({ name })) } });
  assert.ok(html([init('a', 'b')], [init('b', 'a')]).includes('<td colspan="2"><em>order</em></td>'));
  const block = (count: number): string => diffFormatters.html(data({}, { a: lineOf('l', count) }), options);
  assert.ok(block(12).includes('<td><pre class="new">l0\nl1\n'));
  assert.ok(block(13).includes('<td><details><summary>13 lines</summary><pre class="new">l0\n'));
});

test('json: int64 numbers are numbers', () => {
  const report = diffManifests([workload({ spec: { replicas: 2n } })], [workload({ spec: { replicas: 3n } })]);
  const printed = JSON.parse(diffFormatters.json(report));
  assert.deepEqual([printed.changes[0].before, printed.changes[0].after], [2, 3]);
  assert.deepEqual(Object.keys(printed), [
    'identical',
    'left',
    'right',
    'compared',
    'hidden',
    'changes',
    'restarts',
    'problems',
  ]);
});

test('what a release brings, and what changes between two', () => {
  const feature = (name: Feature['name']): Feature => ({ name, what: `does ${name}` });
  const description = {
    release: '1.2.0',
    previous: '1.1.0',
    features: [feature('affinity')],
    newFeatures: [feature('calmerProbes')],
    goneFeatures: [feature('sdsProbe')],
    newValues: ['v.new'],
    goneValues: ['v.gone'],
  };
  assert.equal(
    releaseText(description),
    'New in 1.2.0 (compared with 1.1.0):\n  calmerProbes: does calmerProbes\n  v.new\n\nNo longer in 1.2.0:\n  sdsProbe: does sdsProbe\n  v.gone\n\nWhat the chart of 1.2.0 does to the gateway proxies:\n  affinity: does affinity\n',
  );
  assert.equal(
    releaseText({ ...description, previous: undefined, goneFeatures: [], goneValues: [] }),
    'What the chart of 1.2.0 does to the gateway proxies:\n  affinity: does affinity\n',
  );
  const changes = {
    from: '1.1.0',
    to: '1.2.0',
    features: { added: [feature('affinity')], removed: [feature('calmerProbes')] },
    defaults: [
      { path: 'x.tag', before: '1.1.0', after: '1.2.0' },
      { path: 'y.tag', before: '1.1.0', after: '1.2.0' },
      { path: 'z', after: { a: 1 } },
      { path: 'w', before: '1.1.0', after: 'x' },
    ],
    values: { added: ['n'], removed: ['g'] },
  };
  assert.equal(
    changesText(changes),
    'The chart now:\n  affinity: does affinity\n\nThe chart no longer:\n  calmerProbes: does calmerProbes\n\nDefault values:\n  1.1.0 → 1.2.0: the tags of 2 images\n  z: (none) → {"a":1}\n  w: "1.1.0" → "x"\n\nNew values:\n  n\n\nRemoved values:\n  g\n',
  );
  const nothing = {
    ...changes,
    features: { added: [], removed: [] },
    defaults: [],
    values: { added: [], removed: [] },
  };
  assert.equal(changesText(nothing), 'Nothing changes for the gateway proxies between 1.1.0 and 1.2.0.\n');
});
