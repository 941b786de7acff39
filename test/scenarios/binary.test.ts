import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { readScenario, sectionOf } from '../support/scenario.ts';
import { checkInProcess } from '../support/scenario-process.ts';

// What the real command does differently from one in memory: files, stdin, pipes, exit codes. `npm test` builds it
// first.
const binary = resolve('dist/cli.cjs');
const folder = mkdtempSync(join(tmpdir(), 'glistio-binary-'));
const env = { PATH: process.env['PATH'] };
after(() => rmSync(folder, { recursive: true, force: true }));

const pages = ['from-stdin', 'invalid-values', 'output-dir', 'unknown-option', 'unreadable-file', 'help'];

for (const name of pages) {
  const path = `test/scenarios/${name}.scenario`;
  test(`${name}: ${(sectionOf(readScenario(path), 'title') ?? '').trim()}`, () => {
    checkInProcess(path, [process.execPath, binary], folder, env);
  });
}

function start(...args: string[]) {
  return spawnSync(process.execPath, [binary, ...args], { cwd: folder, encoding: 'utf8', env });
}

test('a closed reader is not an error', () => {
  const { stdout, stderr } = spawnSync(
    '/bin/bash',
    ['--norc', '-c', `"${process.execPath}" "${binary}" render | head -1; echo "\${PIPESTATUS[0]}"`],
    { encoding: 'utf8', env },
  );
  assert.equal(stderr, '');
  assert.equal(stdout, '---\n0\n');
});

test('a slow reader gets everything, also through a pipe that is full and does not block', async () => {
  const proxies = Array.from({ length: 100 }, (_, index) => `  proxy${index}: {}\n`).join('');
  writeFileSync(join(folder, 'many.yaml'), `gatewayProxies:\n${proxies}`);
  const whole = start('render', '-f', 'many.yaml').stdout;
  assert.ok(whole.length > 500_000);
  // Node gives its children sockets, which hold less than this and do not wait for their reader.
  const child = spawn(process.execPath, [binary, 'render', '-f', 'many.yaml'], { cwd: folder, env });
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    if (text === '') await new Promise((done) => setTimeout(done, 300));
    text += chunk;
  }
  assert.equal(text, whole);
});

test('files that would not change are not touched, and nothing is left beside them', () => {
  const render = () => start('render', '--output-dir', 'out').stderr;
  assert.match(render(), /^6 of 6 manifests written to out\n$/);
  const file = join(folder, 'out/gloo-system/deployment-gateway-proxy.yaml');
  const before = statSync(file).mtimeMs;
  writeFileSync(join(folder, 'out/gloo-system/configmap-gateway-proxy-envoy-config.yaml'), 'changed\n');
  assert.match(render(), /^1 of 6 manifests written to out, the others are unchanged\n$/);
  assert.equal(statSync(file).mtimeMs, before);
});

test('help is neither colored nor wrapped without a terminal', () => {
  const { stdout, status } = start('--help');
  assert.equal(status, 0);
  assert.ok(stdout.split('\n').every((line) => line.length <= 80));
});

test('a run leaves nothing beside the program, and keeps compiled code only where Node checks it', () => {
  const copy = join(folder, 'dist');
  const home = join(folder, 'home');
  cpSync('dist', copy, { recursive: true });
  mkdirSync(home);
  const listing = (root: string): string[] => readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  const before = listing(copy);
  const expected = start('render').stdout;
  const homes = [home, join(folder, 'no-such-home')];
  const renderIn = (HOME: string): void => {
    const { stdout, stderr } = spawnSync(process.execPath, [join(copy, 'cli.cjs'), 'render'], {
      encoding: 'utf8',
      env: { ...env, HOME, XDG_CACHE_HOME: '' },
    });
    assert.equal(stdout, expected);
    assert.equal(stderr, '');
  };
  for (const HOME of [...homes, ...homes]) renderIn(HOME);
  assert.deepEqual(listing(copy), before);
  const kept = existsSync(join(home, '.cache/glistio/compile-cache'));
  assert.equal(kept, 'enableCompileCache' in module, 'Node 22.1 and newer');
  // A flipped bit in the cache changes nothing.
  for (const name of listing(home)) {
    const file = join(home, name);
    if (!statSync(file).isFile()) continue;
    const bytes = readFileSync(file);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  }
  renderIn(home);
});

test('changed code runs as it is, also where it has the length of the code before', () => {
  const copy = join(folder, 'changed');
  cpSync('dist', copy, { recursive: true });
  const version = (): string =>
    spawnSync(process.execPath, [join(copy, 'cli.cjs'), '--version'], {
      encoding: 'utf8',
      env: { ...env, HOME: folder },
    }).stdout;
  const before = version();
  assert.equal(version(), before);
  const changed = before.trim().replace(/\d+$/, (digits) => '9'.repeat(digits.length));
  const files = readdirSync(copy).filter((name) => /^version\d*\.cjs$/.test(name));
  for (const file of files.map((name) => join(copy, name)))
    writeFileSync(file, readFileSync(file, 'utf8').replace(before.trim(), changed));
  assert.equal(version(), `${changed}\n`);
});
