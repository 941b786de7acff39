/**
 * `npm run test:binary [-- FILE]`: runs every scenario with an executable of `release/`, which must print the same
 * bytes and return the same exit codes as the command in memory; also tests what needs a separate process: a fleet on
 * threads.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fakeServer, listen, things } from '../test/support/fake-api-server.ts';
import { checkInProcess } from '../test/support/scenario-process.ts';

const binary = resolve(
  process.argv[2] ?? `release/glistio-${process.platform === 'darwin' ? 'macos' : process.platform}-${process.arch}`,
);
const folder = mkdtempSync(join(tmpdir(), 'glistio-scenarios-'));
const env = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', TZ: 'UTC' };
const failures: string[] = [];
let passed = 0;

async function attempt(name: string, check: () => void | Promise<void>): Promise<void> {
  try {
    await check();
    passed++;
  } catch (error) {
    failures.push(`${name}\n${error instanceof Error ? error.message : error}`);
  }
}

/** What `enable-mtls --cluster` of a program says, and makes of the Upstream of an API server, which its writer changes. */
async function changed([program = '', ...before]: readonly string[]) {
  const upstream = {
    apiVersion: 'gloo.solo.io/v1',
    kind: 'Upstream',
    metadata: { name: 'a', namespace: 'here', resourceVersion: '1' },
    spec: { kube: { serviceName: 'a' } },
  };
  const fake = fakeServer([upstream]);
  const { url, stop } = await listen(fake);
  const args = [...before, 'enable-mtls', '--cluster', '--all', '--yes'];
  const process = spawn(program, args, {
    cwd: folder,
    env: { ...env, HOME: folder, HELM_KUBEAPISERVER: url, HELM_NAMESPACE: 'here', KUBECONFIG: join(folder, 'none') },
  });
  const [stdout, stderr, status] = await Promise.all([
    text(process.stdout),
    text(process.stderr),
    new Promise((done) => process.once('close', done)),
  ]);
  stop();
  const spec = fake.store.get(`${things}/a`)?.['spec'];
  return { status, stdout: stdout.replaceAll(url, ''), stderr: stderr.replaceAll(url, ''), stored: spec };
}

try {
  for (const name of readdirSync('test/scenarios').filter((file) => file.endsWith('.scenario'))) {
    await attempt(name, () => checkInProcess(`test/scenarios/${name}`, [binary], folder, env));
  }
  await attempt('a fleet on threads, and as the npm form', () => {
    const clusters = Array.from(
      { length: 400 },
      (_, index) => `{"name":"c${index}","set":["gatewayProxies.gatewayProxy.kind.deployment.replicas=${index}"]}\n`,
    );
    writeFileSync(join(folder, 'fleet.jsonl'), clusters.join(''));
    const args = ['render', '--fleet', 'fleet.jsonl', '-o', 'json', '--workers', '2'];
    const [own, node] = [
      spawnSync(binary, args, { cwd: folder, encoding: 'utf8', env, maxBuffer: 1e9 }),
      spawnSync(process.execPath, [resolve('dist/cli.cjs'), ...args], {
        cwd: folder,
        encoding: 'utf8',
        env,
        maxBuffer: 1e9,
      }),
    ];
    assert.equal(own.stderr, node.stderr);
    assert.equal(own.status, 0);
    assert.equal(own.stdout, node.stdout);
  });
  await attempt('files in the current folder are not part of it', () => {
    for (const [name, text] of [
      ['.env', 'NO_COLOR=\nFORCE_COLOR=1\n'],
      ['bunfig.toml', 'preload = ["./evil.js"]\n'],
      ['evil.js', 'console.log("evil")\n'],
    ] as const)
      writeFileSync(join(folder, name), text);
    const run = spawnSync(binary, ['render', '-f', '-'], { cwd: folder, encoding: 'utf8', input: 'a: [', env });
    assert.doesNotMatch(run.stdout + run.stderr, /evil/);
    assert.equal(run.status, 1);
  });
  await attempt('--cluster writes as the npm form does', async () => {
    const [own, node] = [await changed([binary]), await changed([process.execPath, resolve('dist/cli.cjs')])];
    assert.equal(own.status, 0, own.stderr);
    assert.match(JSON.stringify(own.stored), /istio_server_cert/);
    assert.deepEqual(own, node);
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(
  `${failures.map((failure) => `FAILED ${failure}\n`).join('')}${passed} passed, ${failures.length} failed\n`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
