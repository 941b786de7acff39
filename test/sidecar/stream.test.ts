/**
 * Manifests in a text: documents, lists, KRM functions; what stays identical to the byte, and where problems are
 * reported.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { injectSidecars } from '../../src/istio/inject.ts';
import { enableMtls } from '../../src/istio/mtls.ts';
import { isTag, parseImage, retagged } from '../../src/objects/image-reference.ts';
import { changeManifests, functionOptions } from '../../src/objects/manifests.ts';
import { describeObject, kubeObject } from '../../src/objects/object.ts';
import { readStream } from '../../src/objects/stream.ts';
import { mapAt, mapsIn, textOf, type Value, type ValueMap } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { told } from '../support/manifests.ts';
import { at } from '../support/rendered.ts';

const upstream = 'kind: Upstream\nmetadata: {name: u}\nspec: {}\n';

function read(text: string) {
  const { objects, problems, documents } = readStream({ name: 'f', text });
  return { kinds: objects.map(({ object }) => String(object['kind'])), problems, documents: documents.length };
}

test('objects of documents and lists, in their order', () => {
  const table: readonly (readonly [text: string, kinds: readonly string[], documents: number])[] = [
    ['kind: A\n', ['A'], 1],
    ['kind: A\n---\nkind: B\n', ['A', 'B'], 2],
    ['---\nkind: A\n---\nkind: B', ['A', 'B'], 2],
    ['kind: A\n--- # x\nkind: B\n', ['A', 'B'], 2],
    ['kind: A\n---', ['A'], 1],
    ['# only a comment\n---\nkind: B\n', ['B'], 1],
    ['', [], 0],
    ['text\n', [], 1],
    ['kind: List\nitems: [{kind: A}, 1, {kind: B}]\n', ['A', 'B'], 1],
    ['kind: UpstreamList\nitems: [{kind: A}]\n', ['A'], 1],
    ['kind: Listing\nitems: [{kind: A}]\n', ['Listing'], 1],
    ['kind: List\nitems: x\n', ['List'], 1],
    ['items: [{kind: A}]\n', ['undefined'], 1],
    ['kind: 1\nitems: [{kind: A}]\n', ['1'], 1],
    ['{"kind": "A"}\n', ['A'], 1],
  ];
  for (const [text, kinds, documents] of table) {
    const found = read(text);
    assert.deepEqual([found.kinds, found.documents, found.problems], [kinds, documents, []], JSON.stringify(text));
  }
});

test('unreadable parts are reported with their line, and the rest is read', () => {
  const { kinds, problems } = read('kind: A\n---\nkind: B\n---\nc: [\n---\nkind: D\n');
  assert.deepEqual(
    [kinds, problems.map(({ severity, line }) => `${severity} ${line}`)],
    [['A', 'B', 'D'], ['error 5']],
  );
  const joined = read('kind: A\nname: x\nkind: B\n').problems;
  assert.deepEqual(
    joined.map(({ code, path, line }) => `${code} ${path} ${line}`),
    ['duplicate-key kind 3'],
  );
  // Other duplicate keys are not our concern.
  assert.deepEqual(read('kind: A\nx: 1\nx: 2\n').problems, []);
});

test('a problem is about an object, or a place in it', () => {
  const { objects } = readStream({
    name: 'f',
    text: '---\nkind: A\n---\nkind: List\nitems:\n- kind: B\n  spec:\n    x: 1\n',
  });
  const about = { code: 'c', severity: 'error', message: 'm' } as const;
  const place = (index: number, path?: readonly string[]): string => {
    const { file, line, column, path: shown } = objects[index]?.problem(about, path) ?? {};
    return `${file}:${line}:${column} ${shown}`;
  };
  assert.equal(place(0), 'f:2:1 undefined');
  assert.equal(place(1), 'f:6:3 undefined');
  assert.equal(place(1, ['spec', 'x']), 'f:8:5 spec.x');
  // A missing value is reported at its nearest existing parent.
  assert.equal(place(1, ['spec', 'y', 'z']), 'f:8:5 spec.y.z');
  const loose = kubeObject({ kind: 'A' });
  const subject = { apiVersion: '', kind: 'A', namespace: '', name: '' };
  assert.deepEqual(loose.problem(about), { ...about, subject });
  assert.deepEqual(loose.problem(about, ['a', 'b.c']), { ...about, path: 'a.b\\.c', subject });
});

test('documents that do not change stay to the byte', () => {
  const text = `# first\nkind:   Service   # as it is\n---\n${upstream}---\n\n# between\nkind: Other\n`;
  const { manifests, changed } = enableMtls(
    [
      { name: 'f', text },
      { name: 'g', text: 'kind: X' },
    ],
    { all: true },
  );
  const [first, second] = manifests;
  assert.equal(changed, 1);
  assert.ok(first?.text.startsWith('# first\nkind:   Service   # as it is\n---\nkind: Upstream\n'));
  assert.ok(first?.text.endsWith('---\n\n# between\nkind: Other\n'));
  assert.deepEqual([first?.isChanged, second], [true, { name: 'g', text: 'kind: X', isChanged: false }]);
});

test('with an error nothing changes', () => {
  const text = `${upstream}---\na: [\n`;
  const { manifests, changed, notes, problems } = enableMtls([{ name: 'f', text }], { all: true });
  assert.deepEqual([manifests[0]?.text, changed, notes, problems.length], [text, 0, [], 1]);
  const planned = changeManifests([{ name: 'f', text: 'kind: A\n' }], (objects) => ({
    changes: new Map([[objects[0] ?? kubeObject({}), { kind: 'B' }]]),
    problems: [{ code: 'c', severity: 'error', message: 'm' }],
    created: [{ kind: 'C' }],
    notes: ['n'],
  }));
  assert.deepEqual([planned.manifests[0]?.text, planned.changed, planned.notes], ['kind: A\n', 0, []]);
  const warned = changeManifests([{ name: 'f', text: 'kind: A\n' }], (objects) => ({
    changes: new Map([[objects[0] ?? kubeObject({}), { kind: 'B' }]]),
    problems: [{ code: 'c', severity: 'warning', message: 'm' }],
    created: [{ kind: 'C' }],
    notes: ['n'],
  }));
  assert.deepEqual([warned.manifests[0]?.text, warned.changed, warned.notes], ['kind: B\n---\nkind: C\n', 2, ['n']]);
});

test('an item of a list changes in its place', () => {
  const text = 'kind: List\nitems:\n- kind: A   # as it is\n- kind: Upstream\n  metadata: {name: u}\n  spec: {}\n- 5\n';
  const changed = enableMtls([{ name: 'f', text }], { all: true }).manifests[0]?.text ?? '';
  assert.ok(changed.startsWith('kind: List\nitems:\n- kind: A   # as it is\n- kind: Upstream\n'));
  assert.ok(changed.endsWith('\n- 5\n'));
});

test('what cannot be edited in place is rewritten, and reported', () => {
  const text = `kind: Upstream\nmetadata: &m {name: u}\nspec: &s {x: *m}\nother: *s\n`;
  const { manifests, problems } = enableMtls([{ name: 'f', text }], { all: true });
  assert.equal(manifests[0]?.isChanged, true);
  assert.deepEqual(told(problems), [
    'warning layout-lost: This document could not be changed in place, so it is rewritten without its comments. (write it without anchors and aliases around the containers, volumes and clusters)',
  ]);
  const bootstrap = 'static_resources: &s {clusters: []}\nother: *s\n';
  const map = `kind: ConfigMap\nmetadata: {name: a-envoy-config, labels: {gloo: gateway-proxy}}\ndata: {envoy.yaml: ${JSON.stringify(bootstrap)}}\n`;
  const injected = injectSidecars([{ name: 'f', text: map }]);
  assert.deepEqual(
    told(injected.problems).filter((line) => line.includes('layout-lost')),
    [
      "warning layout-lost data.envoy\\.yaml: Envoy's bootstrap could not be changed in place, so it is rewritten without its comments.",
    ],
  );
});

const resourceList = (items: string, more = ''): string =>
  `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig: {data: {a: "1", b: "2"}, spec: {b: "3"}}\nitems: [${items}]\n${more}`;

function results(text: string): Value | undefined {
  const change = enableMtls([{ name: 'f', text }], { all: true });
  assert.equal(change.isFunction, true);
  return at(readYaml({ name: 'out', text: change.manifests[0]?.text ?? '' }).value, 'results');
}

test('a KRM function gets problems as results, each about its object and its file', () => {
  const other = (annotations: string): string =>
    `{apiVersion: v, kind: Upstream, metadata: {name: u, namespace: ns${annotations}}, spec: {sslConfig: {x: 1}}}`;
  const found = (annotations: string): Value | undefined => {
    const list = results(resourceList(other(annotations)));
    return Array.isArray(list) ? list[0] : undefined;
  };
  const plain = {
    message: 'Upstream ns/u has a different sslConfig: {"x":1} (use --force to replace it)',
    severity: 'error',
    resourceRef: { apiVersion: 'v', kind: 'Upstream', name: 'u', namespace: 'ns' },
    field: { path: 'spec.sslConfig' },
    tags: { code: 'other-ssl-config' },
  };
  assert.deepEqual(found(''), plain);
  const files: readonly (readonly [annotations: string, file: ValueMap | undefined])[] = [
    [', annotations: {config.kubernetes.io/path: a.yaml}', { path: 'a.yaml' }],
    [
      ', annotations: {internal.config.kubernetes.io/path: b.yaml, config.kubernetes.io/path: a.yaml, config.kubernetes.io/index: "2"}',
      { path: 'b.yaml', index: 2 },
    ],
    [', annotations: {config.kubernetes.io/index: "2"}', undefined],
    [', annotations: x', undefined],
  ];
  for (const [annotations, file] of files)
    assert.deepEqual(found(annotations), { ...plain, ...(file === undefined ? {} : { file }) }, annotations);
  assert.deepEqual(results(resourceList('')), [
    {
      message: 'No Upstream of the input is selected, so nothing is changed.',
      severity: 'warning',
      tags: { code: 'no-upstream' },
    },
  ]);
  assert.deepEqual(
    (results(resourceList('', 'results: [{message: before}]\n')) as ValueMap[]).map(({ message }) => message),
    ['before', 'No Upstream of the input is selected, so nothing is changed.'],
  );
  // Without a problem there are none.
  assert.equal(results(resourceList('{kind: Upstream, metadata: {name: u}, spec: {}}')), undefined);
  // A list of another group is a list.
  const plainList = enableMtls([{ name: 'f', text: 'apiVersion: v1\nkind: ResourceList\nitems: []\n' }], { all: true });
  assert.deepEqual([plainList.isFunction, plainList.manifests[0]?.isChanged], [false, false]);
});

test('what a KRM function is configured with', () => {
  assert.deepEqual(functionOptions({ name: 'f', text: resourceList('') }), { a: '1', b: '3' });
  assert.equal(functionOptions({ name: 'f', text: upstream }), undefined);
  assert.equal(functionOptions({ name: 'f', text: 'kind: A # ResourceList\n' }), undefined);
  assert.deepEqual(
    functionOptions({ name: 'f', text: 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n' }),
    {},
  );
});

test('objects in words', () => {
  assert.equal(describeObject({ kind: 'A', metadata: { name: 'n', namespace: 's' } }), 'A s/n');
  assert.equal(describeObject({ kind: 'A', metadata: { name: 'n' } }), 'A n');
  assert.equal(describeObject({ metadata: { namespace: 's' } }), 'object s/?');
  assert.equal(describeObject({ kind: 1, metadata: 'x' }), 'object ?');
  assert.deepEqual(mapAt({ a: { b: { c: 1 } } }, 'a', 'b'), { c: 1 });
  for (const path of [['a', 'x'], ['a', 'b', 'c'], ['toString'], ['a', 'b', 'c', 'd']])
    assert.deepEqual(mapAt({ a: { b: { c: 1 } } }, ...path), {}, path.join());
  assert.deepEqual(mapsIn([{ a: 1 }, 1, null, [2]]), [{ a: 1 }]);
  assert.deepEqual(mapsIn({ a: 1 }), []);
  assert.deepEqual([textOf('a'), textOf(1), textOf(undefined)], ['a', undefined, undefined]);
});

test('images taken apart', () => {
  const table: readonly (readonly [image: string, base: string, tag?: string | undefined, digest?: string])[] = [
    ['a', 'a'],
    ['a:1', 'a', '1'],
    ['r:5000/a', 'r:5000/a'],
    ['r:5000/a:1', 'r:5000/a', '1'],
    ['a@sha256:0', 'a', undefined, 'sha256:0'],
    ['r:5000/b/a:1@sha256:0', 'r:5000/b/a', '1', 'sha256:0'],
    [':1', '', '1'],
    ['', ''],
  ];
  for (const [image, base, tag, digest] of table) {
    const name = base.split('/').at(-1);
    assert.deepEqual(parseImage(image), { base, name, tag, digest });
  }
  assert.equal(retagged('r:5000/a:1@sha256:0', '2'), 'r:5000/a:2');
  assert.equal(retagged('r:5000/a:1@sha256:0', '1'), 'r:5000/a:1@sha256:0');
  assert.equal(retagged('r:5000/a', '1'), 'r:5000/a:1');
  assert.deepEqual(['1.0', 'a_b-c.d', '', '.a', 'a b', 'a/b'].map(isTag), [true, true, false, false, false, false]);
});
