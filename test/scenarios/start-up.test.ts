/** What a short command loads, which on Node 20 is most of its cost. `npm test` builds it first. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'glistio-start-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const hook = join(folder, 'hook.cjs');
writeFileSync(
  hook,
  `const before = new Set(process.moduleLoadList);
process.on('exit', () => {
  const built = process.moduleLoadList.filter((one) => !before.has(one) && one.startsWith('NativeModule '));
  const loaded = { built: built.map((one) => one.slice(13)), files: Object.keys(require.cache) };
  require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'loaded.json'))}, JSON.stringify(loaded));
});
for (const type of [Number, Date, String]) type.prototype.toLocaleString = () => { throw new Error('it loads ICU'); };
`,
);

interface Loaded {
  readonly built: readonly string[];
  readonly files: readonly string[];
}

function loadedBy(...args: readonly string[]): Loaded {
  const { status, stderr } = spawnSync(process.execPath, ['--require', hook, resolve('dist/cli.cjs'), ...args], {
    encoding: 'utf8',
  });
  assert.ok(status === 0 || status === 1, stderr);
  return JSON.parse(readFileSync(join(folder, 'loaded.json'), 'utf8')) as Loaded;
}

const values = ['-f', 'examples/istio-sds/values.yaml', '--chart-version', '1.5.0'];
const heavy = ['zlib', 'crypto', 'stream', 'worker_threads', 'http', 'child_process', 'readline', 'inspector'];

for (const [command, most] of [
  ['render', 1_033_000],
  ['validate', 1_335_000],
] as const)
  test(`${command} loads what it needs`, () => {
    const { built, files } = loadedBy(command, ...values);
    assert.deepEqual(
      built.filter((name) => heavy.includes(name)),
      [],
    );
    const own = files.filter((name) => !name.startsWith(folder));
    const size = own.reduce((sum, name) => sum + statSync(name).size, 0);
    // Finding and opening a file costs as much as reading 30 KB of it.
    assert.ok(size <= most && own.length <= 10, `${size} bytes of code in ${own.length} files`);
  });

const guide = 'examples/istio-mtls-guide';
for (const args of [
  ['check', 'examples/check/values.yaml', 'examples/check/mesh.yaml', '--chart-version', '1.18.5'],
  ['validate', `${guide}/2-injected.yaml`],
  ['explain', '--picture', `${guide}/2-injected.yaml`, `${guide}/3-upstream.yaml`],
])
  test(`${args.slice(0, 2).join(' ')} of files loads nothing that asks a cluster`, () => {
    const { built } = loadedBy(...args);
    assert.deepEqual(
      built.filter((name) => ['http', 'https', 'tls', 'child_process'].includes(name)),
      [],
    );
  });
