/** What commands cannot do, in the words that the user gets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../src/cli/run.ts';
import { matchGolden } from '../support/golden.ts';
import { memoryIo } from '../support/memory-io.ts';

const files = {
  'v.yaml': 'gatewayProxies: {}\n',
  'off.yaml': 'gatewayProxies: {gatewayProxy: {disabled: true}}\n',
  'wrong.yaml': 'gatewayProxies: {gatewayProxy: {podTemplate: {nodeName: 1}}}\n',
  'broken.yaml': 'a: [\n',
  'fleet.yaml': 'clusters: [{name: a, values: [v.yaml]}]\n',
  'gp.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: gateway-proxy, labels: {gloo: gateway-proxy}}\n',
  'sidecar.yaml': 'name: [\n',
};

const lines: readonly (readonly string[])[] = [
  ['render', '-f', 'v.yaml', '--output-dir', ''],
  ['render', '--fleet', 'fleet.yaml', '--output-dir', ''],
  ['render', '-f', 'v.yaml', '--control-plane', '--objects', 'workloads'],
  ['render', '-f', 'v.yaml', '--gateway', ''],
  ['render', '-f', 'off.yaml', '--proxy', 'x'],
  ['render', '-f', 'v.yaml', '--proxy', 'x'],
  ['diff', '--fleet', 'fleet.yaml', '--output-dir', ''],
  ['diff', '-f', 'v.yaml', '--installed', 'gp.yaml', '--revision', 'x'],
  ['diff', '-f', 'v.yaml', '--installed', 'gp.yaml', '--revision', '3'],
  ['diff', 'v.yaml', 'off.yaml', '--against', 'git:HEAD'],
  ['explain', '-f', 'v.yaml', '--line', 'x:y'],
  ['explain', '-f', 'v.yaml', '--line', 'v.yaml:9'],
  ['explain', '-f', 'v.yaml', '--line', '99999'],
  ['explain', '-f', 'v.yaml', '--object', 'x'],
  ['explain', '-f', 'v.yaml', '--object', 'Service/none'],
  ['explain', '-f', 'broken.yaml', 'gatewayProxies.gatewayProxy.kind'],
  ['explain', '-f', 'wrong.yaml', '--object', 'Deployment/gateway-proxy'],
  ['route', '--upstream', 'a', '--path-prefix', '/', '--header', 'x'],
  ['route', '--upstream', 'a', '--path-prefix', '/', '--header', '=x'],
  ['route', '--upstream', '', '--path-prefix', '/'],
  ['route', '--upstream', 'a', '--path-prefix', '/', '--index', 'x'],
  ['schema', '--partial-of', 'global'],
  ['values', '--chart-version', '9.9.9', 'replicas'],
  ['values', '--set-by', '-f', 'v.yaml', '--chart-version', '9.9.9', 'replicas'],
  ['releases', '9.9.9'],
  ['releases', '>>1'],
  ['releases', 'diff', '1.5.0', '9.9.9'],
  ['inject', 'gp.yaml', '--sidecar', 'sidecar.yaml'],
  ['uninject', 'gp.yaml', '--sidecar', 'sidecar.yaml'],
  ['policy', 'check', 'gp.yaml', '--cluster'],
  ['enable-mtls', '--cluster', '--all', '--yes', '--timeout', '2h'],
  ['enable-mtls', '--cluster', '--all', 'gp.yaml'],
  ['enable-mtls', '--cluster', '--all'],
  ['uninject', '--cluster', '--in-place'],
  ['check', '--live', '--context', 'a', '--kube-context', 'b'],
];

test('what commands cannot do', async () => {
  const shown: string[] = [];
  for (const line of lines) {
    const io = memoryIo({ files });
    const status = await run(line, { ...io, manifestsIn: async () => undefined });
    assert.deepEqual(io.written, [], line.join(' '));
    const words = line.map((word) => (/^[\w./:=-]+$/.test(word) ? word : `'${word}'`)).join(' ');
    shown.push(`$ glistio ${words}\n${io.printed.stdout}${io.printed.stderr}[${status}]\n\n`);
  }
  matchGolden('test/golden/cli-refusals.txt', shown.join(''));
});
