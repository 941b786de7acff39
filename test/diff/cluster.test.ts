import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from '../../src/cli/run.ts';
import { findTarget } from '../../src/cluster/kubeconfig.ts';
import { memoryIo } from '../support/memory-io.ts';
import { mapIn } from './recorded.ts';

// A fake API server; `npm run test:live` uses a real one.
const recorded = 'test/diff/releases/1.17.0';
const read = (name: string) => mapIn(readFileSync(`${recorded}/${name}`, 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'glistio-cluster-'));
let server: Server;
let url = '';
const asked: string[] = [];

before(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.headers['authorization']} ${decodeURIComponent(request.url ?? '')}`);
    const [status, body] = answer(request);
    if (status === 0) return;
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function answer({ url: path = '', headers }: IncomingMessage): [number, unknown] {
  const failure = (code: number, message: string): [number, unknown] => [code, { kind: 'Status', message, code }];
  if (headers['authorization'] === 'Bearer slow') return [0, undefined];
  if (headers['authorization'] === 'Bearer expired') return failure(401, 'Unauthorized');
  if (headers['authorization'] !== 'Bearer good')
    return failure(403, 'secrets is forbidden: User "nobody" cannot list resource "secrets"');
  const list = (...items: unknown[]): [number, unknown] => [200, { kind: 'List', items }];
  if (path.startsWith('/api/v1/namespaces/gloo-system/secrets?')) {
    return decodeURIComponent(path).includes('name=gloo') ? list({ ...read('secret.yaml'), kind: undefined }) : list();
  }
  if (path.endsWith('/secrets/sh.helm.release.v1.gloo.v1')) return [200, read('secret.yaml')];
  if (path.endsWith('/deployments')) return list(read('live-deployment.yaml'));
  if (path.endsWith('/daemonsets')) return list();
  // The label was removed, so it is found only by its name.
  if (path.includes('/configmaps?')) return list();
  if (path.endsWith('/configmaps/gateway-proxy-envoy-config')) return [200, read('live-configmap.yaml')];
  return failure(404, 'not found');
}

function kubeconfig(name: string, user: unknown, extra: Readonly<Record<string, unknown>> = {}): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    JSON.stringify({
      'current-context': name,
      clusters: [{ name: 'c', cluster: { server: url } }],
      contexts: [{ name, context: { cluster: 'c', user: name } }],
      users: [{ name, user }],
      ...extra,
    }),
  );
  return path;
}

async function diff(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const io = memoryIo({ env: { HOME: folder, PATH: process.env['PATH'] ?? '', ...env } });
  const status = await run(['diff', ...argv], io);
  return { status, ...io.printed };
}

test("the cluster's record, what runs, and the rendering are compared", async () => {
  const good = kubeconfig('good', { token: 'good' });
  for (const argv of [
    [],
    ['--revision', '1'],
    ['--live'],
    ['release:gloo', 'live:'],
    ['live:', 'release:gloo-system/gloo@1'],
  ]) {
    asked.length = 0;
    const { status, stderr } = await diff([...argv, '--kubeconfig', good]);
    assert.equal(status, 0, `${argv}: ${stderr}`);
  }
  assert.ok(
    asked.some((line) => line.endsWith('/configmaps/gateway-proxy-envoy-config')),
    'found by name',
  );
  assert.match(
    (await diff(['--kubeconfig', good, '--release-name', 'other'])).stderr,
    /there is no release other in namespace gloo-system/,
  );
  assert.match(
    (await diff(['--kubeconfig', good, '--revision', '7'])).stderr,
    /release gloo in namespace gloo-system has no revision 7/,
  );
});

test('KUBECONFIG is a list: missing files are left out, the first that says something has its way', async () => {
  const [good, nobody] = [kubeconfig('good', { token: 'good' }), kubeconfig('nobody', { token: 'nobody' })];
  const status = async (files: string[], ...argv: string[]) =>
    (await diff(argv, { KUBECONFIG: files.join(':') })).status;
  assert.equal(await status(['/does/not/exist', good, nobody]), 0);
  assert.equal(await status([nobody, good]), 2);
  assert.equal(await status([nobody, good], '--context', 'good'), 0);
  assert.equal(await status([nobody], '--kubeconfig', good), 0);
  const silent = kubeconfig('silent', { token: 'nobody' }, { 'current-context': '' });
  assert.equal(await status([silent, good]), 0);
});

test('credentials: files beside the kubeconfig, passwords, plugins', async () => {
  writeFileSync(join(folder, 'token'), 'good\n');
  assert.equal((await diff(['--kubeconfig', kubeconfig('file', { tokenFile: 'token' })])).status, 0);
  asked.length = 0;
  await diff(['--kubeconfig', kubeconfig('basic', { username: 'me', password: 'pw' })]);
  assert.match(asked[0] ?? '', /^Basic bWU6cHc= /);
  const plugin = join(folder, 'plugin.sh');
  writeFileSync(plugin, '#!/bin/sh\nprintf \'{"status":{"token":"%s"}}\' "$1"\n');
  chmodSync(plugin, 0o755);
  assert.equal(
    (await diff(['--kubeconfig', kubeconfig('plugin', { exec: { command: plugin, args: ['good'] } })])).status,
    0,
  );
  const hanging = kubeconfig('hanging', { exec: { command: 'sleep', args: ['30'] } });
  assert.match((await diff(['--kubeconfig', hanging, '--timeout', '300ms'])).stderr, /no answer from .* within 0\.3 s/);
});

test('what goes wrong is one line, with what to do', async () => {
  const stderr = async (user: unknown, ...argv: string[]) =>
    (await diff(['--kubeconfig', kubeconfig('bad', user), ...argv])).stderr;
  assert.match(
    await stderr({ token: 'expired' }),
    /^glistio: .* does not accept the credentials of user bad\n {2}hint: have they expired\?/,
  );
  assert.match(
    await stderr({ token: 'nobody' }),
    /^glistio: .* does not allow it: .*cannot list resource "secrets"\n {2}hint: .*--installed FILE\n$/,
  );
  assert.match(
    await stderr({ token: 'slow' }, '--timeout', '200ms'),
    /^glistio: no answer from http:\/\/127\.0\.0\.1:\d+ within 0\.2 s\n/,
  );
  assert.match(await stderr({ token: 'good' }, '--timeout', 'soon'), /--timeout cannot be "soon"/);
  assert.match(
    await stderr({ token: 'good' }, '--context', 'x'),
    /the kubeconfig has no context x\n {2}hint: it has bad/,
  );
  assert.match((await diff([], {})).stderr, /there is no kubeconfig: .*\/\.kube\/config does not exist/);
  const broken = join(folder, 'broken');
  writeFileSync(broken, 'clusters: [');
  assert.match((await diff(['--kubeconfig', broken])).stderr, /the kubeconfig .*broken cannot be read: line 1/);
  assert.match(
    (await diff(['--kubeconfig', kubeconfig('good', { token: 'good' })], { HELM_DRIVER: 'sql' })).stderr,
    /HELM_DRIVER=sql/,
  );
});

test('paths in a kubeconfig count from where it lies', () => {
  mkdirSync(join(folder, 'deep'), { recursive: true });
  const path = join(folder, 'deep', 'config');
  writeFileSync(
    path,
    JSON.stringify({
      'current-context': 'x',
      clusters: [{ name: 'c', cluster: { server: url, 'certificate-authority': 'ca.crt' } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'n' } }],
      users: [{ name: 'u', user: { 'client-key': '../key' } }, { name: 'broken' }],
    }),
  );
  const target = findTarget({ path, env: {}, parse: (text) => JSON.parse(text) });
  assert.equal(target.cluster.caFile, join(folder, 'deep', 'ca.crt'));
  assert.equal(target.user?.keyFile, join(folder, 'key'));
  assert.equal(target.namespace, 'n');
});
