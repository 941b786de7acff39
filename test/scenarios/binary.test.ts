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
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { checkScenario, readScenario, sectionOf, sectionsOf } from '../support/scenario.ts';
import { readCommandLine } from '../support/shell-words.ts';

// What the real command does differently from one in memory: files, stdin, pipes, exit codes. `npm test` builds it first.
const binary = resolve('dist/cli.cjs');
const folder = mkdtempSync(join(tmpdir(), 'glistio-binary-'));
const env = { PATH: process.env['PATH'] };
after(() => rmSync(folder, { recursive: true, force: true }));

const pages = ['from-stdin', 'invalid-values', 'output-dir', 'unknown-option', 'unreadable-file', 'help'];

for (const name of pages) {
  const scenario = readScenario(`test/scenarios/${name}.scenario`);
  test(`${name}: ${(sectionOf(scenario, 'title') ?? '').trim()}`, () => {
    const cwd = mkdtempSync(join(folder, 'case-'));
    for (const [path, text] of Object.entries(sectionsOf(scenario, 'file'))) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), text);
    }
    const line = readCommandLine(sectionOf(scenario, 'command') ?? '');
    const input = sectionOf(scenario, 'stdin') ?? '';
    const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...line.argv], {
      cwd,
      input,
      encoding: 'utf8',
      env: { ...env, ...line.env },
    });
    const readWritten = (path: string) => readFileSync(join(cwd, path), 'utf8');
    checkScenario(scenario, { status: status ?? -1, stdout, stderr, readWritten });
  });
}

function start(...args: string[]) {
  return spawnSync(process.execPath, [binary, ...args], { cwd: folder, encoding: 'utf8', env });
}

test('a reader that goes away is no error', () => {
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
  assert.match(render(), /^2 of 2 manifests written to out\n$/);
  const file = join(folder, 'out/gloo-system/deployment-gateway-proxy.yaml');
  const before = statSync(file).mtimeMs;
  writeFileSync(join(folder, 'out/gloo-system/configmap-gateway-proxy-envoy-config.yaml'), 'changed\n');
  assert.match(render(), /^1 of 2 manifests written to out, the others were already there\n$/);
  assert.equal(statSync(file).mtimeMs, before);
});

test('help is coloured and wrapped for nobody when there is no terminal', () => {
  const { stdout, status } = start('--help');
  assert.equal(status, 0);
  assert.ok(stdout.split('\n').every((line) => line.length <= 80));
});

test('without what V8 compiled before, or with something else in its place, it does the same', () => {
  const expected = start('render').stdout;
  const copy = join(folder, 'dist');
  cpSync('dist', copy, { recursive: true });
  const kept = join(copy, 'compiled');
  const compiled = () =>
    existsSync(kept)
      ? readdirSync(kept, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.cache'))
      : [];
  const runCopy = (command: string) =>
    spawnSync(process.execPath, [join(copy, 'cli.cjs'), command], { encoding: 'utf8', env }).stdout;
  assert.equal(runCopy('render'), expected);
  assert.ok(compiled().length > 0);
  for (const name of compiled()) writeFileSync(join(kept, name), 'not from V8');
  assert.equal(runCopy('render'), expected);
  rmSync(kept, { recursive: true });
  runCopy('rander');
  assert.deepEqual(compiled(), []);
  assert.equal(runCopy('render'), expected);
  const ofRender = compiled();
  assert.ok(ofRender.length > 0);
  runCopy('--version');
  assert.ok(compiled().length > ofRender.length, 'each command keeps its own');
  assert.equal(runCopy('render'), expected);
  // Where nothing can be written, nothing is kept.
  rmSync(kept, { recursive: true });
  writeFileSync(kept, '');
  assert.equal(runCopy('render'), expected);
});
