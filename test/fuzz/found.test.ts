/** Faults that the fuzzer once found, shrunk. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ClusterFailure, findTarget } from '../../src/cluster/kubeconfig.ts';
import { decodeRelease } from '../../src/helm/release.ts';
import { findRelease, injectSidecars, uninjectSidecars, validateValues } from '../../src/index.ts';
import { documentsOf } from '../../src/yaml/documents.ts';
import { editYaml } from '../../src/yaml/edit.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { told } from '../support/manifests.ts';

const config = (end: string): string => `apiVersion: v1
kind: ConfigMap
metadata: {name: gateway-proxy-envoy-config, namespace: gloo-system, labels: {gloo: gateway-proxy}}
data:
  envoy.yaml: ${end === '-' ? '|-' : '|'}
    static_resources:
      clusters:
      - name: xds
    admin: {}${end === '-' ? '' : end}`;

test('a block without a line end at its end comes back to the byte', () => {
  for (const text of [config(''), config('\n'), config('-'), `${config('-')}\n`]) {
    const injected = injectSidecars(text).manifests[0]?.text ?? '';
    assert.match(injected, /gateway_proxy_sds/);
    assert.equal(uninjectSidecars(injected).manifests[0]?.text, text);
  }
});

test('halves of surrogate pairs in a record are U+FFFD, as Go reads them', () => {
  const record = String.raw`{"name":"a","version":1,"info":{"status":"deployed"},"manifest":"","chart":{"metadata":{"name":"gloo","version":"1.17.0"}},"config":{"\ud800":{"a\udc00b":"\ud83d"},"whole":"\ud83d\ude00"}}`;
  const { values } = decodeRelease(Buffer.from(record).toString('base64'));
  assert.deepEqual(values, { '\ufffd': { 'a\ufffdb': '\ufffd' }, whole: '\u{1f600}' });
});

test('maps with the names of methods where a word should be', () => {
  for (const place of ['kind', 'apiVersion', 'metadata']) {
    const text = `a: {x: 1}\n${place}: {toString: a, valueOf: b}\n---\n${config('\n')}`;
    for (const change of [injectSidecars(text), uninjectSidecars(text)])
      assert.deepEqual(
        told(change.problems).filter((line) => /bug/i.test(line)),
        [],
        place,
      );
  }
});

test('a long release is shown by its beginning', () => {
  for (const wanted of [
    '1'.repeat(10_000),
    `${'1'.repeat(10_000)}.2.3`,
    `9.9.${'9'.repeat(10_000)}`,
    '>'.repeat(10_000),
    `>${'9'.repeat(10_000)}`,
  ]) {
    const problem = findRelease(wanted);
    assert.ok(typeof problem === 'object' && problem.message.length < 400, wanted.slice(0, 10));
  }
});

test('rewritten JSON keeps escapes, and integers of any size', () => {
  const text = String.raw`{"a": "\u202e\u0007", "b": [12345678901234567890, {}], "b": 1}`;
  const value = { a: '\u202e\u0007', b: [12345678901234567890n, {}, []], '\u2028': 1.5 };
  const { text: written } = editYaml(text, value);
  assert.doesNotMatch(written, /[\u202e\u2028]/);
  assert.match(written, /12345678901234567890/);
  assert.deepEqual(JSON.parse(written), { ...value, b: [12345678901234567000, {}, []] });
  assert.deepEqual(Object.keys(readYaml({ name: '', text: written }).value ?? {}), ['a', 'b', '\u2028']);
});

test('characters that YAML does not treat as blanks are content of a document', () => {
  for (const [text, documents] of [
    ['\ufeffglobal', 1],
    ['\r: ', 1],
    ['\u00a0', 1],
    ['\ufeff', 0],
    ['\n\ufeff', 1],
    ['# a\r# b\r\n \t\n---\n', 0],
    ['---\r\n# a\r\n---\r\nb', 1],
  ] as const)
    assert.equal(documentsOf(text).length, documents, JSON.stringify(text));
});

test('a name in a kubeconfig must not be a map', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glistio-found-'));
  const path = join(folder, 'config');
  writeFileSync(path, '');
  const parse = () => ({ contexts: [{ name: { toString: 'a' } }], 'current-context': 'b' });
  assert.throws(() => findTarget({ env: {}, path, parse }), ClusterFailure);
  rmSync(folder, { recursive: true });
});

test('a bootstrap without static_resources gets no cluster, for uninject could not tell whether the map was there', () => {
  for (const resources of ['node: {id: a}', 'static_resources:', 'static_resources: []', 'staticResources: text']) {
    const text = config('\n').replace(/static_resources:\n.*\n.*xds/, resources);
    const { manifests, problems } = injectSidecars(text);
    assert.ok(
      problems.some(({ code }) => code === 'no-bootstrap'),
      resources,
    );
    assert.doesNotMatch(JSON.stringify(manifests), /gateway_proxy_sds/);
  }
});

test('an option that cannot be a name is rejected and not quoted', () => {
  for (const name of ['namespace', 'proxy'] as const)
    for (const { message } of injectSidecars(config('\n'), { [name]: ' '.repeat(10_000) }).problems)
      assert.match(message, /longer than/);
});

test('a long value in a message is truncated', () => {
  const long = 'x'.repeat(6000);
  const toleration = `{key: ${long}, value: ${long}, operator: ${long}}`;
  const pod = `{tolerations: [${toleration}], nodeSelector: {a: ${long}}, hostAliases: [{ip: ${long}}]}`;
  const { problems } = validateValues({
    values: `gatewayProxies: {gatewayProxy: {podTemplate: ${pod}}}`,
    chartVersion: '1.22.1',
  });
  assert.ok(problems.length >= 4);
  for (const { message } of problems) assert.ok(message.length < 500, message.slice(0, 100));
});
