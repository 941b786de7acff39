/** What an editor shows for a file, by place: paths in half-typed text, completion, hover and fixes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { releases } from '../../src/chart/releases.ts';
import { chartSettings } from '../../src/editor/chart-file.ts';
import { completeAt } from '../../src/editor/complete.ts';
import { cursorAt } from '../../src/editor/cursor.ts';
import { fixesOf } from '../../src/editor/fixes.ts';
import { hoverAt } from '../../src/editor/hover.ts';
import { judgeFile } from '../../src/editor/judge.ts';
import { type EditorSettings, editorSettings, isAboutGloo } from '../../src/editor/settings.ts';
import { waysOf } from '../../src/editor/ways.ts';
import { formatPath, type Problem } from '../../src/problem.ts';
import { isMap } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { corpus } from '../hints/corpus.ts';

const settings: EditorSettings = { chartVersion: '1.17.3', everyFile: true };

/** A text with `|` where the cursor is. */
function at(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf('|');
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

const paths: readonly (readonly [marked: string, path: string, at: 'key' | 'value', word: string])[] = [
  ['|', '', 'key', ''],
  ['glo|', 'glo', 'key', 'glo'],
  ['a:\n  b|', 'a.b', 'key', 'b'],
  ['a:\n  |', 'a.', 'key', ''],
  ['a:\n  x: 1\n  |\n', 'a.', 'key', ''],
  ['a:\n  x: 1\n|', '', 'key', ''],
  ['a:\n  b|: 7\n  c: 1\n', 'a.b', 'key', 'b'],
  ['a:\n  b: |', 'a.b', 'value', ''],
  ['a:\n  b: tr|', 'a.b', 'value', 'tr'],
  ['a:\n  b: "tr|"', 'a.b', 'value', 'tr'],
  ['a:\n  b: "tr|', 'a.b', 'value', 'tr'],
  ['a:\n  "b|', 'a.b', 'key', 'b'],
  ['a: {b|}', 'a.b', 'key', 'b'],
  ['a: {b: |}', 'a.b', 'value', ''],
  ['a: {b: 1, c|}', 'a.c', 'key', 'c'],
  ['a: [x, y|]', 'a[1]', 'value', 'y'],
  ['a:\n- b: 1\n  c|', 'a[0].c', 'key', 'c'],
  ['a:\n- b: 1\n- c|', 'a[1].c', 'key', 'c'],
  ['a:\n  - b:\n      c: 1\n      |', 'a[0].b.', 'key', ''],
  // Elsewhere it has no meaning.
  ['a:\n  b|\nx: [\n', 'a.b', 'key', 'b'],
  ['x: "open\na:\n  - k: v\n    b|\n', 'a[0].b', 'key', 'b'],
  ['x: {\na:\n- k: v\n  b|', 'a[0].b', 'key', 'b'],
  ['a:\r\n  b:\r\n    c|\r\n', 'a.b.c', 'key', 'c'],
  ['😀: 1\na:\n  b: 🚀 c|', 'a.b', 'value', 'c'],
  // Documents, and nested texts.
  ['a: 1\n---\nb:\n  c|\n---\nd: 1\n', 'b.c', 'key', 'c'],
  ['USER-SUPPLIED VALUES:\na:\n  b|', 'a.b', 'key', 'b'],
];

for (const [marked, path, part, word] of paths) {
  test(`the path at ${JSON.stringify(marked)}`, () => {
    const { text, offset } = at(marked);
    const cursor = cursorAt(text, offset, 'typed');
    assert.deepEqual([cursor && formatPath(cursor.path), cursor?.at, cursor?.word], [path, part, word]);
    assert.equal(text.slice(cursor?.start, cursor?.end), word);
  });
}

test('the path in a text of YAML within an Application', () => {
  const text = 'kind: Application\nspec:\n  helm:\n    values: |\n      a:\n        b: 1\n        cd\n    other: 1\n';
  const cursor = cursorAt(text, text.indexOf('cd') + 2, 'typed');
  assert.equal(cursor && formatPath(cursor.path), 'spec.helm.values.a.cd');
  assert.deepEqual([cursor?.at, cursor?.textAt, cursor?.siblings], ['key', 3, ['b']]);
});

function labels(marked: string, given: EditorSettings = settings): string[] | undefined {
  const { text, offset } = at(marked);
  return completeAt({ name: 'v.yaml', text }, offset, given)?.items.map(({ label }) => label);
}

test('completion has the keys of the release, and those of no other', () => {
  const typed = 'global:\n  istio|';
  assert.ok(labels(typed)?.includes('istioIntegration'));
  assert.ok(!labels(typed, { chartVersion: '1.5.0' })?.includes('istioIntegration'));
  assert.ok(labels(typed, { chartVersion: '1.5.0' })?.includes('istioSDS'));
  assert.ok(!labels('global:\n  istioSDS: {}\n  ist|')?.includes('istioSDS'));
});

test('completion of values: choices, truth, words of Kubernetes', () => {
  assert.deepEqual(labels('global:\n  istioSDS:\n    enabled: |'), ['true', 'false']);
  assert.deepEqual(labels('gatewayProxies:\n  x:\n    antiAffinity:\n      |'), ['true', 'false']);
  assert.ok(labels('gatewayProxies:\n  x:\n    service:\n      type: |')?.includes('NodePort'));
  const pull = 'global: {istioSDS: {customSidecars: [{imagePullPolicy: |}]}}';
  assert.ok((labels(pull) ?? []).every((one) => ['Always', 'IfNotPresent', 'Never'].includes(one)));
});

test('completion within lists, wrapped values, Applications and HelmReleases', () => {
  assert.ok(
    labels('global:\n  istioSDS:\n    customSidecars:\n    - name: x\n      volume|')?.includes('volumeMounts'),
  );
  assert.deepEqual(labels('|\n', { ...settings, partialOf: 'gw' }), ['gw', 'global']);
  assert.ok(labels('gw:\n  |\n', { ...settings, partialOf: 'gw' })?.includes('gatewayProxies'));
  assert.ok(labels('# glistio: partial-of=gloo\ngloo:\n  gateway|')?.includes('gatewayProxies'));
  const application = (values: string): string =>
    `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  source:\n    chart: gloo\n    targetRevision: 1.5.0\n    helm:\n${values}`;
  const literal = application('      values: §\n        global:\n          istio|\n');
  const { text, offset } = at(literal);
  const found = completeAt({ name: 'a.yaml', text: text.replace('§', '|') }, offset, settings);
  assert.deepEqual(
    found?.items.map(({ label }) => label).filter((one) => one.startsWith('istio')),
    ['istioSDS'],
  );
  assert.ok(
    labels(
      application('      valuesObject:\n        gatewayProxies:\n          gatewayProxy:\n            pod|\n'),
    )?.includes('podTemplate'),
  );
  assert.equal(labels(application('      rele|\n')), undefined);
  const release =
    'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a}\nspec:\n  chart: {spec: {chart: gloo, version: 1.17.3}}\n  values:\n    gateway|\n';
  assert.ok(labels(release)?.includes('gatewayProxies'));
});

test('what a completion writes is read as what it says', () => {
  const { text, offset } = at('gatewayProxies:\n  gatewayProxy:\n    |\n');
  const { items = [], start = 0, end = 0 } = completeAt({ name: 'v', text }, offset, settings) ?? {};
  assert.ok(items.length > 40);
  for (const { insert, label } of items) {
    const { value, problems } = readYaml({ name: 'v', text: text.slice(0, start) + insert + text.slice(end) });
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
      label,
    );
    const inner = isMap(value) ? JSON.stringify(value['gatewayProxies']) : '';
    assert.ok(inner.startsWith(`{"gatewayProxy":{${JSON.stringify(label)}:`), inner);
  }
});

test('hover: what a value is, in which releases, its default and what it ends as', () => {
  const { text, offset } = at('gatewayProxies:\n  edge:\n    podTemplate:\n      http|Port: 9090\n');
  const { markdown = '' } = hoverAt({ name: 'v', text }, offset, settings) ?? {};
  assert.match(markdown, /`gatewayProxies\.edge\.podTemplate\.httpPort`/);
  assert.match(markdown, /\*\*integer\*\* · default `8080` \(1\.17\.3\)/);
  assert.match(markdown, /Ends as `9090`\./);
  const inherited = at(
    'gatewayProxies:\n  gatewayProxy:\n    podTemplate: {httpPort: 9090}\n  edge:\n    podTemplate: {httpPo|rt: }\n',
  );
  assert.ok(hoverAt({ name: 'v', text: inherited.text }, inherited.offset, settings) !== undefined);
  const unknown = at('# a com|ment\nx: 1\n');
  assert.equal(hoverAt({ name: 'v', text: unknown.text }, unknown.offset, settings), undefined);
});

test('what looks like Gloo’s is looked at, and nothing else', () => {
  const about = (text: string): boolean => isAboutGloo({ name: 'v', text }, {});
  assert.ok(about('gatewayProxies: {}\n'));
  assert.ok(about('gloo:\n  "istioSDS" : {}\n'));
  assert.ok(about('# glistio: chart-version=1.18.0\nreplicas: 1\n'));
  assert.ok(about('spec:\n  source:\n    chart: gloo\n    repoURL: x\n'));
  assert.ok(!about('replicas: 1\nimage: {tag: a}\n'));
  assert.ok(!about('spec: {source: {chart: gloo-mesh}}\n'));
});

test('settings: whatever an editor sends', () => {
  assert.deepEqual(editorSettings({ chartVersion: '1.17', lint: true, ignore: ['a', 1], namespace: '', x: 1 }), {
    chartVersion: '1.17',
    lint: true,
    ignore: ['a'],
  });
  for (const given of [null, undefined, 7, 'x', [], { lint: 'yes', chartVersion: {} }])
    assert.deepEqual(editorSettings(given), {});
});

test('Chart.yaml: Gloo among the dependencies, by its alias and lock, or the chart itself', () => {
  const chart =
    'name: edge\ndependencies:\n- {name: redis, version: 1}\n- {name: gloo, alias: gw.x, version: ~1.18.0, repository: r}\n';
  assert.deepEqual(chartSettings(chart, undefined), { chartVersion: '~1.18.0', partialOf: 'gw\\.x' });
  assert.deepEqual(chartSettings('name: gloo\nversion: 1.17.3\n', undefined), { chartVersion: '1.17.3' });
  assert.equal(chartSettings('name: other\n', '{'), undefined);
  assert.equal(chartSettings('- broken: [', undefined), undefined);
});

test('every fix of the corpus removes its problem, and leaves the other lines alone', () => {
  let offered = 0;
  let seen = 0;
  for (const { options } of corpus()) {
    const [source, ...others] = [options.values ?? []].flat() as { name: string; text: string }[];
    if (source === undefined || others.length > 0 || typeof source.text !== 'string' || options.set !== undefined)
      continue;
    // Some of them: all take minutes.
    if (seen++ % 61 !== 7) continue;
    const own = { chartVersion: options.chartVersion ?? releases[0] ?? '', everyFile: true };
    const before = judgeFile(source, own)?.problems ?? [];
    for (const problem of before) {
      for (const { change, title, isMending } of fixesOf(source, problem, own, before)) {
        offered += isMending ? 1 : 0;
        const next: string = source.text.slice(0, change.start) + change.text + source.text.slice(change.end);
        const changed: readonly Problem[] = judgeFile({ name: source.name, text: next }, own)?.problems ?? [];
        const same = changed.filter(
          ({ code, path, message }) => code === problem.code && path === problem.path && message === problem.message,
        );
        assert.deepEqual(same, [], `${title}\n${source.text}`);
        assert.ok(next.startsWith(source.text.slice(0, change.start)) && next.endsWith(source.text.slice(change.end)));
      }
    }
  }
  assert.ok(offered > 5, String(offered));
});

test('each kind of fix, before and after', () => {
  const application =
    'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  source:\n    chart: gloo\n    helm:\n      values: |\n        gatewayProxies:\n          gatewayProxy:\n            antiAffinity: maybe\n';
  const table: readonly (readonly [line: string, title: string, mended: string, head?: string])[] = [
    ['podTemplate: {extraAnnotations: {a: yes}}', 'Put it in quotes', 'podTemplate: {extraAnnotations: {a: "yes"}}'],
    ['podTemplate: {image: {tag: 1.10}}', 'Put it in quotes', 'podTemplate: {image: {tag: "1.10"}}'],
    ['extraEnvoyArgs: [1]', 'Put it in quotes', 'extraEnvoyArgs: ["1"]'],
    ['yes: 1', 'Put it in quotes', '"yes": 1'],
    [
      'kind: {deployment: {replicas: 010}}',
      'Set gatewayProxies.gatewayProxy.kind.deployment.replicas: 10',
      'kind: {deployment: {replicas: 10}}',
    ],
    [
      'service: {type: loadbalancer}',
      'Set gatewayProxies.gatewayProxy.service.type: LoadBalancer',
      'service: {type: LoadBalancer}',
    ],
    ['"antiAfinity": true', 'Change it to antiAffinity', '"antiAffinity": true'],
    ['antiAffinity: maybe', 'Set gatewayProxies.gatewayProxy.antiAffinity: true', 'antiAffinity: true', application],
  ];
  const own = { chartVersion: '1.17.3', everyFile: true };
  for (const [line, title, mended, whole] of table) {
    const text = whole ?? `gatewayProxies:\n  gatewayProxy:\n    ${line}\n`;
    const source = { name: 'v', text };
    const found = judgeFile(source, own)?.problems ?? [];
    const fixes = found.flatMap((problem) => fixesOf(source, problem, own, found)).filter(({ isMending }) => isMending);
    const texts = fixes.map(({ change: { start, end, text: to } }) => text.slice(0, start) + to + text.slice(end));
    assert.deepEqual([fixes.map((fix) => fix.title), texts], [[title], [text.replace(line, mended)]], line);
  }
});

test('a hint that no edit can follow has no way', () => {
  assert.deepEqual(waysOf({ code: 'x', severity: 'error', message: '', hint: 'Choose another port.' }), []);
  assert.deepEqual(waysOf({ code: 'x', severity: 'error', message: '', path: 'a.b', hint: 'Write V3.' }), []);
});

test('no text that is cut off anywhere ends in anything but an answer', () => {
  const text =
    'gloo: &a\n  - {x: [1, "😀\\n"]}\nglobal:\r\n  istioSDS: {enabled: !!str yes, <<: *a}\n  k: |2-\n     t\n? [q]\n: ~\n---\nv: "a\n b"\n';
  for (let end = 0; end <= text.length; end += 5) {
    const source = { name: 'v', text: text.slice(0, end) };
    for (const offset of [end, end >> 1]) {
      completeAt(source, offset, settings);
      hoverAt(source, offset, settings);
    }
    const found = judgeFile(source, settings)?.problems ?? [];
    for (const problem of found) fixesOf(source, problem, settings, found);
  }
  assert.equal(cursorAt('x'.repeat(600_000), 5, 'typed'), undefined);
});
