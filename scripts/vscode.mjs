/**
 * `npm run vscode`: packs editors/vscode with the server in it (editors/vscode/glistio.vsix), and tests the package.
 * npx runs vsce, which needs no network for packing. Needs the output of `npm run build`.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { thirdPartyNotices } from './notices.mjs';

const folder = resolve('editors/vscode');
const packed = join(folder, 'glistio.vsix');

for (const name of ['dist', 'server', 'glistio.vsix']) rmSync(join(folder, name), { recursive: true, force: true });
const bundle = await rolldown({
  input: { extension: join(folder, 'src/extension.ts') },
  platform: 'node',
  external: ['vscode'],
  plugins: [thirdPartyNotices()],
});
await bundle.write({ dir: join(folder, 'dist'), format: 'cjs', entryFileNames: '[name].cjs', minify: true });
mkdirSync(join(folder, 'server/docs'), { recursive: true });
cpSync('dist', join(folder, 'server/dist'), { recursive: true, filter: (path) => !/\.d\.c?ts$/.test(path) });
cpSync('LICENSE', join(folder, 'LICENSE'));
cpSync('docs/rules.md', join(folder, 'server/docs/rules.md'));
run(
  'npx',
  ['--yes', '@vscode/vsce@^3', 'package', '--no-dependencies', '--allow-missing-repository', '--out', packed],
  folder,
);
checkPacked();

/** The extension contains its client, and the server in it answers. */
function checkPacked() {
  const unpacked = mkdtempSync(join(tmpdir(), 'glistio-vsix-'));
  try {
    run('python3', ['-m', 'zipfile', '-e', packed, unpacked], folder);
    const extension = readFileSync(join(unpacked, 'extension/dist/extension.cjs'), 'utf8');
    const needed = [...extension.matchAll(/\brequire\(["'`]([^"'`]+)["'`]\)/g)].map(([, name]) => name);
    const outside = needed.filter((name) => name !== 'vscode' && !isBuiltin(name));
    assert.deepEqual(outside, []);
    assert.ok(!existsSync(join(unpacked, 'extension/src')));
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { capabilities: {} } });
    const input = `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    const server = join(unpacked, 'extension/server/dist/cli.cjs');
    const { stdout } = spawnSync(process.execPath, [server, 'lsp', '--stdio', `--clientProcessId=${process.pid}`], {
      input,
      encoding: 'utf8',
    });
    assert.match(stdout, /"serverInfo":\{"name":"glistio"/);
    console.log(`packed: ${packed}, ${readFileSync(packed).length} bytes; its server answers`);
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

function run(program, args, cwd) {
  const { status, error } = spawnSync(program, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
  if (error) throw error;
  assert.equal(status, 0, `${program} ${args.join(' ')}`);
}
