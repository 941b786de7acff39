import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { FleetFolder } from '../support/fleet.ts';

// What only the built command does: threads, pipes, signals. `npm test` builds it first.
const binary = resolve('dist/cli.cjs');
const env = { PATH: process.env['PATH'] };
const clusters = Array.from({ length: 40 }, (_, index) => `- name: c${index}\n  namespace: n${index % 7}\n`).join('');
const folder = new FleetFolder({
  'base.yaml': 'global:\n  istioSDS:\n    enabled: true\n',
  'fleet.yaml': `chartVersion: 1.5.0\nvalues: base.yaml\nclusters:\n${clusters}`,
  'some.yaml': `clusters:\n${clusters}- name: wrong\n  values: nope.yaml\n`,
});
after(() => folder.remove());

function start(...args: string[]) {
  return spawnSync(process.execPath, [binary, ...args], {
    cwd: folder.path,
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 28,
  });
}

test('one worker or several, twice or once: the same bytes', () => {
  const expected = start('render', '--fleet', 'fleet.yaml', '--workers', '1');
  assert.equal(expected.status, 0, expected.stderr);
  assert.equal(expected.stdout.match(/\n/g)?.length, 40);
  assert.equal(expected.stderr, '40 clusters rendered: 240 manifests\n');
  for (const workers of ['2']) {
    const { status, stdout, stderr } = start('render', '--fleet', 'fleet.yaml', '--workers', workers);
    assert.deepEqual([status, stderr], [0, expected.stderr]);
    assert.ok(stdout === expected.stdout, `${workers} workers print something else`);
  }
  const alone = start('render', '-f', 'base.yaml', '-n', 'n3', '--chart-version', '1.5.0').stdout;
  const line = JSON.parse(expected.stdout.split('\n')[3] ?? '');
  assert.equal(line.manifests.map(({ text }: { text: string }) => `---\n${text}`).join(''), alone);
});

test('workers write files, too, and tell what they could not do', () => {
  for (const workers of ['1', '2']) {
    const { status, stderr } = start(
      'render',
      '--fleet',
      'some.yaml',
      '--output-dir',
      `out${workers}`,
      '--workers',
      workers,
    );
    assert.equal(status, 2);
    assert.match(stderr, /^ {2}wrong: error: cannot read nope\.yaml: there is no such file \[unreadable-file\]$/m);
    assert.match(stderr, /^40 of 41 clusters rendered: 240 manifests in out\d: 240 written, 0 unchanged$/m);
  }
  const names = folder.list('out1');
  assert.deepEqual(folder.list('out2'), names);
  for (const name of names) assert.ok(folder.read(`out1/${name}`) === folder.read(`out2/${name}`), name);
  assert.match(
    start('render', '--fleet', 'some.yaml', '--output-dir', 'out2', '--workers', '2').stderr,
    /0 written, 240 unchanged/,
  );
});

test('a closed reader ends the run and is not an error', () => {
  const command = `"${process.execPath}" "${binary}" render --fleet fleet.yaml --workers 2 --quiet | head -1 | cut -c1-14; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('/bin/bash', ['--norc', '-c', command], {
    cwd: folder.path,
    encoding: 'utf8',
    env,
  });
  assert.deepEqual([stdout, stderr], ['{"cluster":"c0\n0\n', '']);
});

test('Ctrl-C ends a run with whole lines, also while it waits for more', async () => {
  const child = spawn(process.execPath, [binary, 'render', '--fleet', '-', '--workers', '2'], {
    cwd: folder.path,
    env,
  });
  const ended = new Promise((done) => child.on('exit', (code, signal) => done(code ?? signal)));
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  for (let index = 0; index < 400; index++) child.stdin.write(`{"name":"c${index}"}\n`);
  await new Promise<void>((done) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      if (stdout.includes('"c200"')) done();
    });
  });
  child.kill('SIGINT');
  assert.equal(await ended, 130);
  assert.match(stderr, /interrupted/);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).cluster);
  assert.deepEqual(
    lines,
    Array.from({ length: lines.length }, (_, index) => `c${index}`),
  );
  assert.ok(stdout.endsWith('\n'));
});

test('Ctrl-C ends a run that has hardly begun', async () => {
  const child = spawn(process.execPath, [binary, 'render', '--fleet', '-', '--output-dir', 'none'], {
    cwd: folder.path,
    env,
  });
  const ended = new Promise((done) => child.on('exit', (code, signal) => done(code ?? signal)));
  child.stdin.write('{"name":"c"}\n');
  while (!existsSync(join(folder.path, 'none'))) await new Promise((done) => setTimeout(done, 20));
  // The folder is created before anything is read; signal handlers are installed right after.
  await new Promise((done) => setTimeout(done, 300));
  child.kill('SIGTERM');
  assert.equal(await ended, 143);
});

test('truncated input and endless lines are reported as such', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [binary, 'validate', '--fleet', '-', '-o', 'json'], {
    cwd: folder.path,
    encoding: 'utf8',
    env,
    input: `{"name":"a"}\n${'x'.repeat(17 << 20)}`,
  });
  assert.deepEqual([status, stdout], [2, '']);
  assert.equal(stderr, 'glistio: cannot read <stdin>: a line is longer than 16 MiB\n');
});

test('a full disk and a read-only folder are reported once', { skip: !existsSync('/dev/full') }, () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [binary, 'render', '--fleet', 'fleet.yaml'], {
    cwd: folder.path,
    encoding: 'utf8',
    env,
    stdio: ['ignore', full, 'pipe'],
  });
  closeSync(full);
  assert.equal(status, 2);
  assert.match(stderr, /^glistio: cannot write to standard output: no space left on the device$/m);
  assert.doesNotMatch(stderr, /bug in glistio/);
  if (process.getuid?.() === 0) return;
  folder.write({ 'closed/x': '' });
  chmodSync(join(folder.path, 'closed'), 0o555);
  const closed = start('render', '--fleet', 'fleet.yaml', '--output-dir', 'closed');
  assert.deepEqual([closed.status, closed.stderr], [2, 'glistio: cannot write to closed: permission denied\n']);
});

// From util-linux: runs a command in a terminal.
const script = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;

test('on a terminal a bar shows how far a run is, and goes away', { skip: !script }, () => {
  const command = `"${process.execPath}" "${binary}" render --fleet fleet.yaml --output-dir bar`;
  const { status, stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    cwd: folder.path,
    encoding: 'utf8',
    env: { ...env, TERM: 'xterm' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert.equal(status, 0);
  assert.match(stdout, / 100% \| 40 of 40 clusters, 0 failed, /);
  assert.match(stdout, /\u001b\[K40 clusters rendered: 240 manifests in bar: 240 written, 0 unchanged\r\n$/);
});

test('without a terminal a long run tells now and then', () => {
  // Nothing is computed for a release that does not exist.
  const lines = Array.from({ length: 2100 }, (_, index) => `{"name":"c${index}","chartVersion":"0.0.1"}`).join('\n');
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [binary, 'validate', '--fleet', '-', '-o', 'json', ...args], {
      cwd: folder.path,
      encoding: 'utf8',
      env,
      input: lines,
      maxBuffer: 1 << 28,
    }).stderr.split('\n');
  const done = run().filter((line) => line.includes(' done'));
  assert.match(done.join('\n'), /^(1,\d\d\d) clusters done, \1 failed\n(2,\d\d\d) clusters done, \2 failed$/);
  assert.deepEqual(
    run('--quiet').filter((line) => line.includes(' done')),
    [],
  );
});
