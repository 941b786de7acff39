import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { run } from '../../src/cli/run.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';
import { memoryIo } from '../support/memory-io.ts';

const levels = 20_000;
const deepMap = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const deepList = `${'['.repeat(levels)}${']'.repeat(levels)}`;
const record = (config: string): string =>
  `{"name":"gloo","namespace":"gloo-system","version":1,"info":{"status":"deployed"},"chart":{"metadata":{"name":"gloo","version":"1.17.0"}},"manifest":"","config":${config}}`;
const object = (spec: string): string =>
  `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"gateway-proxy","labels":{"gloo":"gateway-proxy"}},"spec":${spec}}`;
const manifest = renderGatewayProxies({ chartVersion: '1.17.0' }).manifests[1]?.text ?? '';

/** JSON inputs of every kind, each too deep for a recursive function. */
const inputs: readonly (readonly [what: string, argv: readonly string[], text: string])[] = [
  ['values', ['render', '-f', 'in'], deepMap],
  ['values in a list', ['validate', 'in'], deepList],
  ['--set-json', ['render', '--set-json', `a=${deepMap}`], ''],
  ['an object', ['diff', 'in', 'manifest.yaml'], object(deepMap)],
  [
    'an object in a list',
    ['diff', 'in', 'manifest.yaml'],
    `{"apiVersion":"v1","kind":"List","items":[${object(deepList)}]}`,
  ],
  ['a Helm record', ['diff', '--installed', 'in', 'manifest.yaml'], record(`{"a":${deepMap}}`)],
  [
    'a Helm record, compressed',
    ['diff', '--installed', 'in', 'manifest.yaml'],
    gzipSync(record(deepMap)).toString('base64'),
  ],
  ['a Helm record that is rendered', ['render', '--from-release', '--installed', 'in'], record(deepMap)],
  ['a manifest', ['inject', 'in', '--istio-version', '1.20.0'], object(deepMap)],
  ['a manifest with policies', ['policy', 'check', 'in'], object(deepList)],
  ['a fleet', ['render', '--fleet', '-'], `{"name":"a","values":${deepMap}}\n`],
  ['a fleet file', ['validate', '--fleet', '-'], `{"clusters":[{"name":"a","values":${deepMap}}]}`],
];

test('what is nested 20,000 levels deep is a problem, wherever it stands', async () => {
  for (const [what, argv, text] of inputs) {
    const io = memoryIo({ files: { in: text, 'manifest.yaml': manifest }, stdin: text });
    const status = await run(argv, io);
    assert.ok(status === 1 || status === 2, `${what}: ${status}`);
    assert.match(io.printed.stderr + io.printed.stdout, /deep/, what);
    assert.doesNotMatch(io.printed.stderr + io.printed.stdout, /bug in glistio/, what);
  }
});
