import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { FleetFolder } from '../support/fleet.ts';

// What only the built command does: it computes in threads, which can be stopped. `npm test` builds it first.
const binary = resolve('dist/cli.cjs');
const clusters = Array.from({ length: 10 }, (_, index) => `- name: c${index}\n`).join('');
const folder = new FleetFolder({
  // Reading these files never ends, which from outside looks like an endless computation. One of them uses no CPU.
  'hang.cjs': `const fs = require('node:fs');
const { readFileSync, openSync } = fs;
const hangAt = (path) => {
  if (String(path).endsWith('hang.yaml')) for (;;);
  if (!String(path).endsWith('block.yaml')) return;
  fs.writeSync(2, 'blocked\\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
fs.openSync = (path, ...rest) => { hangAt(path); return openSync(path, ...rest); };
fs.readFileSync = (path, ...rest) => { hangAt(path); return readFileSync(path, ...rest); };
require('node:module').syncBuiltinESMExports();
`,
  'hang.yaml': '',
  'block.yaml': '',
  'blocks.yaml': `clusters:\n${clusters}- name: endless\n  values: block.yaml\n`,
  'hangs.yaml': `clusters:\n${clusters}- name: endless\n  values: hang.yaml\n${clusters.replaceAll(' c', ' d')}`,
  'waits.yaml': `clusters:\n- name: a\n- name: endless\n  values: pipe\n- name: b\n`,
  'many.yaml': `clusters:\n${Array.from({ length: 500 }, (_, index) => `- name: c${index}\n`).join('')}`,
});
after(() => folder.remove());

const env = { PATH: process.env['PATH'], NODE_OPTIONS: `--require ${join(folder.path, 'hang.cjs')}` };
/** Long after everything else has happened. */
const guard = 60_000;

function start(...args: string[]) {
  const child = spawn(process.execPath, [binary, ...args], { cwd: folder.path, env });
  const killer = setTimeout(() => child.kill('SIGKILL'), guard);
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise<{ end: number | string | null; stdout: string; stderr: string }>((done) =>
    child.on('exit', (code, signal) => {
      clearTimeout(killer);
      // Output may arrive after the exit.
      setTimeout(() => done({ end: code ?? signal, stdout, stderr }), 50);
    }),
  );
  const read = (): void => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
  };
  return { child, ended, read };
}

test('a cluster that computes without end is ended and named, and all others are done', async () => {
  for (const workers of ['1', '2']) {
    const limits = ['--workers', workers, '--timeout-each', '2s'];
    const run = start('render', '--fleet', 'hangs.yaml', '--output-dir', `out${workers}`, ...limits);
    const { end, stderr } = await run.ended;
    assert.equal(end, 2, stderr);
    assert.match(stderr, /^ {2}endless: error: This cluster took longer than 2 s and was stopped\. \[timed-out\]$/m);
    assert.match(stderr, /^20 of 21 clusters rendered/m);
    assert.equal(folder.list(`out${workers}`).length, 120);
  }
});

const hasPipes = spawnSync('mkfifo', [join(folder.path, 'pipe')]).status === 0;

test('so is one that waits for a pipe without a writer', { skip: !hasPipes }, async () => {
  const run = start('validate', '--fleet', 'waits.yaml', '-o', 'json', '--timeout-each', '4s');
  run.read();
  const { end, stdout, stderr } = await run.ended;
  assert.equal(end, 2, stderr);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ cluster, status }) => `${cluster} ${status}`),
    ['a ok', 'endless failed', 'b ok'],
  );
});

test('a pipe with a writer is read', { skip: !hasPipes }, async () => {
  const writing = spawn('/bin/sh', ['-c', 'sleep 1; echo "a: 1" > pipe'], { cwd: folder.path });
  const run = start('render', '--fleet', 'waits.yaml');
  run.read();
  const { end, stdout, stderr } = await run.ended;
  assert.equal(end, 0, stderr);
  assert.equal(stdout.match(/\n/g)?.length, 3);
  writing.kill();
});

test('so is one whose API server does not answer, however long --timeout waits', async () => {
  const server = createServer(() => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  folder.write({
    kubeconfig: JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
      contexts: [{ name: 'c', context: { cluster: 'c' } }],
    }),
    'installed.yaml': '',
    'asks.yaml':
      'clusters:\n- {name: silent, context: c, kubeconfig: kubeconfig}\n- {name: known, installed: installed.yaml}\n',
  });
  const limits = ['--timeout', '10m', '--timeout-each', '2s'];
  const run = start('diff', '--fleet', 'asks.yaml', '-o', 'json', ...limits);
  run.read();
  const { end, stdout, stderr } = await run.ended;
  server.closeAllConnections();
  server.close();
  assert.equal(end, 2, stderr);
  assert.match(stderr, /^ {2}silent: error: This cluster took longer than 2 s/m);
  assert.match(stdout, /^\{"cluster":"silent","status":"failed"/m);
  assert.equal(stdout.trimEnd().split('\n').length, 2);
});

test('signals end a run that computes without end, or whose reader does not read', async () => {
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    const busy = start('render', '--fleet', 'blocks.yaml', '--output-dir', 'busy', '--timeout-each', '10m');
    await new Promise((done) => busy.child.stderr.once('data', done));
    const asked = performance.now();
    busy.child.kill(signal);
    const { end, stderr } = await busy.ended;
    assert.ok(end === code || end === signal, `${end}: ${stderr}`);
    assert.ok(performance.now() - asked < 20_000, 'it ends by itself');
  }
  const full = start('render', '--fleet', 'many.yaml');
  await new Promise((done) => setTimeout(done, 4000));
  full.child.kill('SIGTERM');
  const { end } = await full.ended;
  assert.ok(end === 143 || end === 'SIGTERM', String(end));
});

test('a time that means nothing, or for one cluster only, is refused', async () => {
  for (const [args, why] of [
    [['render', '--timeout-each', '3s'], /--timeout-each is for --fleet/],
    [['render', '--fleet', 'many.yaml', '--timeout-each', 'soon'], /--timeout-each cannot be "soon"/],
    [['render', '--fleet', 'many.yaml', '--timeout-each', '0s'], /--timeout-each cannot be "0s"/],
    [['render', '--fleet', 'many.yaml', '--timeout-each', '999999m'], /at most 1440m/],
    [['diff', '--timeout', '999999m', '--kubeconfig', 'kubeconfig', 'many.yaml'], /at most 1440m/],
  ] as const) {
    const { status, stderr } = await folder.run(args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, why);
  }
});
