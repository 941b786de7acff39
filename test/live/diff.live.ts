import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { compared } from '../../src/diff/compared.ts';
import { fieldOf } from '../../src/diff/fields.ts';
import { releaseIn } from '../diff/recorded.ts';
import { proxiesOf, writeChart } from './chart.ts';
import { freePort, type LiveCluster, type Result, startCluster } from './cluster.ts';
import { compactTypes, listKeysOf, type OpenApiSchemas } from './types.ts';

let cluster: LiveCluster;
const record = releaseIn(readFileSync('test/diff/releases/1.17.0/secret.yaml', 'utf8'));
const namespace = ['-n', 'gloo-system'];
const deployment = '/apis/apps/v1/namespaces/gloo-system/deployments/gateway-proxy';

before(async () => {
  cluster = await startCluster();
});
after(() => cluster.stop());

function ok(result: Result, status = 0): Result {
  assert.equal(result.status, status, `${result.stdout}\n${result.stderr}`);
  return result;
}

function changesOf(result: Result): string[] {
  const { changes } = JSON.parse(result.stdout) as { changes: { change: string; path: (string | number)[] }[] };
  return changes.map(({ change, path }) => `${change} ${path.slice(-2).join('.')}`);
}

test('installed by Helm: the record, what runs and the rendering are the same', () => {
  const chart = writeChart(cluster.folder, '1.17.0', proxiesOf(record.manifest));
  writeFileSync(join(cluster.folder, 'values.yaml'), JSON.stringify(record.values));
  ok(cluster.helm(['install', 'gloo', chart, '--create-namespace', ...namespace, '-f', 'values.yaml']));
  const { stderr } = ok(cluster.glistio(['diff']));
  assert.match(stderr, /release gloo revision 1 \(gloo 1\.17\.0\), deployed, from admin/);
  assert.match(stderr, /chart version 1\.17\.0, the installed one/);
  assert.match(stderr, /values of release gloo revision 1/);
  ok(cluster.glistio(['diff', '--live']));
  ok(cluster.glistio(['diff', 'release:gloo', 'live:']));
  ok(cluster.glistio(['diff', 'live:', 'values:values.yaml@1.17.0']));
  writeFileSync(join(cluster.folder, 'rendered.yaml'), ok(cluster.glistio(['render', '--from-release'])).stdout);
  ok(cluster.glistio(['diff', 'rendered.yaml', 'live:']));
});

test('an upgrade is previewed with the values that are installed', () => {
  const preview = ok(cluster.glistio(['diff', '--chart-version', '1.18.5', '-o', 'json']), 1);
  assert.ok(changesOf(preview).includes('changed gateway-proxy.image'));
  ok(cluster.glistio(['diff', '--chart-version', '1.18.5', '--exit-code', 'helm-diff']), 2);
});

test('after the upgrade both revisions are there to compare', () => {
  const manifest = proxiesOf(record.manifest).replaceAll(':1.17.0', ':1.17.1');
  ok(
    cluster.helm([
      'upgrade',
      'gloo',
      writeChart(cluster.folder, '1.17.1', manifest),
      ...namespace,
      '-f',
      'values.yaml',
    ]),
  );
  ok(cluster.glistio(['diff']));
  const changes = changesOf(ok(cluster.glistio(['diff', 'release:gloo@1', 'release:gloo@2', '-o', 'json']), 1));
  assert.deepEqual(changes, ['changed gateway-proxy.image', 'changed sds.image']);
  ok(cluster.glistio(['diff', 'release:gloo-system/gloo', 'live:']));
  assert.match(
    ok(cluster.glistio(['diff', '--revision', '7']), 2).stderr,
    /has no revision 7\n.*it has 1 \(superseded\), 2 \(deployed\)/,
  );
});

test('manual edits are the only differences, at their paths', async () => {
  const edit = [
    { op: 'add', path: '/spec/template/spec/containers/0/env/-', value: { name: 'BY_HAND', value: 'yes' } },
  ];
  const { status } = await cluster.api('PATCH', deployment, edit, 'application/json-patch+json');
  assert.equal(status, 200);
  assert.deepEqual(changesOf(ok(cluster.glistio(['diff', 'release:gloo', 'live:', '-o', 'json']), 1)), [
    'added env.BY_HAND',
  ]);
  assert.match(ok(cluster.glistio(['diff', '--live']), 1).stdout, /- env BY_HAND: yes/);
  ok(cluster.glistio(['diff', 'release:gloo', 'live:', '--ignore', '**.env[BY_HAND]']));
});

test('a removed label does not hide the object', async () => {
  const edit = [{ op: 'remove', path: '/metadata/labels/gloo' }];
  await cluster.api('PATCH', deployment, edit, 'application/json-patch+json');
  const changes = changesOf(ok(cluster.glistio(['diff', 'release:gloo', 'live:', '-o', 'json']), 1));
  assert.deepEqual(changes, ['removed labels.gloo', 'added env.BY_HAND']);
});

test('records in ConfigMaps, another release, another namespace', () => {
  const manifest = proxiesOf(record.manifest).replaceAll('namespace: gloo-system', 'namespace: edge');
  const chart = writeChart(join(cluster.folder, 'edge'), '1.17.0', manifest);
  const driver = { HELM_DRIVER: 'configmap' };
  ok(cluster.helm(['install', 'edge', chart, '--create-namespace', '-n', 'edge'], driver));
  ok(cluster.glistio(['diff', 'release:edge', 'live:', '-n', 'edge'], driver));
  ok(cluster.glistio(['diff', 'release:edge/edge@1', 'live:', '-n', 'edge'], driver));
  assert.match(
    ok(cluster.glistio(['diff', 'release:edge/edge', 'live:', '-n', 'edge']), 2).stderr,
    /there is no release edge/,
  );
});

test('kubeconfigs: a list of files, a context, a plugin for credentials', () => {
  const nobody = cluster.kubeconfig('nobody', { token: 'nobody-token' });
  const admin = join(cluster.folder, 'admin.kubeconfig');
  const both = { KUBECONFIG: `/does/not/exist:${nobody}:${admin}` };
  assert.match(ok(cluster.glistio(['diff'], both), 2).stderr, /"nobody" cannot list resource "secrets"/);
  ok(cluster.glistio(['diff', '--context', 'admin'], both));
  ok(cluster.glistio(['diff', '--kubeconfig', admin], { KUBECONFIG: nobody }));
  assert.match(
    ok(cluster.glistio(['diff', '--context', 'other'], both), 2).stderr,
    /has no context other\n.*nobody, admin/,
  );
  const plugin = join(cluster.folder, 'plugin.sh');
  writeFileSync(
    plugin,
    `#!/bin/sh\ncase "$KUBERNETES_EXEC_INFO" in *ExecCredential*) ;; *) exit 3;; esac\nprintf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$1"\n`,
  );
  chmodSync(plugin, 0o755);
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: plugin,
    args: ['admin-token'],
    interactiveMode: 'Never',
  };
  ok(cluster.glistio(['diff', '--kubeconfig', cluster.kubeconfig('plugin', { exec })]));
  const missing = cluster.kubeconfig('no-plugin', { exec: { ...exec, command: 'no-such-plugin' } });
  assert.match(
    ok(cluster.glistio(['diff', '--kubeconfig', missing]), 2).stderr,
    /plugin no-such-plugin .* there is no such command/,
  );
});

test('what a cluster does not allow, or credentials that have expired, are said in one line', () => {
  const nobody = join(cluster.folder, 'nobody.kubeconfig');
  const denied = ok(cluster.glistio(['diff', '--kubeconfig', nobody]), 2);
  assert.match(denied.stderr, /^glistio: .* does not allow it: .*cannot list resource "secrets".*\n {2}hint: /);
  assert.match(ok(cluster.glistio(['diff', '--live', '--kubeconfig', nobody]), 2).stderr, /cannot list resource/);
  const expired = cluster.kubeconfig('expired', { token: 'expired-token' });
  assert.match(
    ok(cluster.glistio(['diff', '--kubeconfig', expired]), 2).stderr,
    /does not accept the credentials of user expired\n {2}hint: have they expired\?/,
  );
  assert.match(ok(cluster.glistio(['diff', '--kubeconfig', '/does/not/exist']), 2).stderr, /there is no kubeconfig/);
  assert.match(
    ok(cluster.glistio(['diff', '--release-name', 'other']), 2).stderr,
    /there is no release other in namespace gloo-system/,
  );
});

test('a server that is not there, or does not answer, is given up in time', async () => {
  const closed = cluster.kubeconfig('closed', { token: 'x' }, `https://127.0.0.1:${await freePort()}`);
  assert.match(
    ok(cluster.glistio(['diff', '--kubeconfig', closed]), 2).stderr,
    /cannot reach .*: the connection was refused/,
  );
  const silent = createServer(() => {});
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const quiet = cluster.kubeconfig('quiet', { token: 'x' }, `https://127.0.0.1:${port}`);
  const result = ok(cluster.glistio(['diff', '--kubeconfig', quiet, '--timeout', '2s']), 2);
  assert.match(result.stderr, /no answer from .* within 2 s/);
  assert.ok(result.seconds < 5, `${result.seconds} s`);
  silent.close();
});

/** The fields of a type in the same notation, as `diff` compares them. */
function asKnown([type, fields]: [string, string]): [string, string] {
  const known = fields.split(' ').map((text) => {
    const [key = '', ...rest] = text.split(':');
    const { type: of, shape, fallback } = fieldOf(type, key);
    const marker = shape === 'list' ? '[]' : shape === 'map' ? '{}' : '';
    const value = rest.join(':').includes('=') ? `=${JSON.stringify(fallback?.({}))}` : '';
    return `${key}:${of === 'ConfigMapData' ? '' : of}${marker}${value}`;
  });
  return [type, known.join(' ')];
}

test("the API server's own schemas are those that glistio knows", async () => {
  const documents = await Promise.all(
    ['/openapi/v3/api/v1', '/openapi/v3/apis/apps/v1'].map((path) => cluster.api('GET', path)),
  );
  const schemas: OpenApiSchemas = Object.assign(
    {},
    ...documents.map(({ body }) => (body['components'] as { schemas: OpenApiSchemas }).schemas),
  );
  const types = compactTypes(schemas);
  assert.deepEqual(Object.entries(types).map(asKnown), Object.entries(types));
  assert.deepEqual({ ...listKeysOf(schemas) }, compared.listKeys);
});
