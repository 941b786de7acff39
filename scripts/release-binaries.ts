/**
 * `npm run release:binaries [-- TARGET…]`: builds one executable for each target of packaging/targets.json, without
 * Node, with Bun from the built command; with SHA256SUMS, an SPDX bill of materials and the files for package managers, in `release/`. Bun's binaries
 * come from npm, whose integrity check covers them. They are not a dependency, because `npm ci` would have to download
 * 100 MB for each checkout.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { billOfMaterials } from './bill-of-materials.ts';
import { writePackaging } from './packaging.ts';

const bun = '1.4.5';
const release = resolve('release');
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'glistio-bun', bun);

interface Target {
  readonly name: string;
  /** The name in Bun's packages. */
  readonly bun: string;
  readonly os: NodeJS.Platform;
  readonly arch: string;
}

const targets: readonly Target[] = JSON.parse(readFileSync('packaging/targets.json', 'utf8'));

/** Bun for a target, downloaded once. */
function bunFor(target: Target): string {
  const program = join(cache, target.bun, 'package', 'bin', target.os === 'win32' ? 'bun.exe' : 'bun');
  if (existsSync(program)) return program;
  const folder = join(cache, target.bun);
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync('npm', ['pack', '--silent', `@oven/bun-${target.bun}@${bun}`], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  }).trim();
  execFileSync('tar', ['-xzf', archive], { cwd: folder });
  rmSync(join(folder, archive));
  return program;
}

/** Builds the executable for a target. It must not depend on files in the directory where it is started. */
function compile(target: Target, host: string, source: string): string {
  const name = `glistio-${target.name}${target.os === 'win32' ? '.exe' : ''}`;
  const options = [
    '--compile',
    '--bytecode',
    '--minify',
    // Most runs end before JIT compilation pays off: without it a rendering takes 26 ms of CPU instead of 38. Long runs
    // lose nothing.
    '--compile-jit-policy=30',
    '--no-compile-autoload-dotenv',
    '--no-compile-autoload-bunfig',
  ];
  const where = [`--target=bun-${target.bun}`, `--compile-executable-path=${bunFor(target)}`];
  execFileSync(host, ['build', ...options, ...where, './cli.cjs', '--outfile', join(release, name)], {
    cwd: source,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return name;
}

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !targets.some((target) => target.name === name));
if (unknown !== undefined)
  throw new Error(`no target ${unknown}; there are ${targets.map(({ name }) => name).join(', ')}`);
const host = targets.find(({ os, arch }) => os === process.platform && arch === process.arch);
if (host === undefined) throw new Error(`Bun is not made for ${process.platform} ${process.arch}`);

rmSync(release, { recursive: true, force: true });
mkdirSync(release);
// The executable contains the name of this folder, and two builds have to be equal.
const source = join(tmpdir(), 'glistio-release');
rmSync(source, { recursive: true, force: true });
mkdirSync(source, { mode: 0o700 });
try {
  execFileSync('cp', ['-r', 'dist/.', source]);
  const made = targets
    .filter(({ name }) => wanted.length === 0 || wanted.includes(name))
    .map((target) => compile(target, bunFor(host), source));
  writeFileSync(join(release, 'glistio.spdx.json'), billOfMaterials(bun));
  copyFileSync('dist/THIRD-PARTY-NOTICES.txt', join(release, 'THIRD-PARTY-NOTICES.txt'));
  const packed = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', release], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  }).trim();
  const entries = [...made, packed, 'glistio.spdx.json', 'THIRD-PARTY-NOTICES.txt'].map(
    (name): [name: string, sum: string] => [
      name,
      createHash('sha256')
        .update(readFileSync(join(release, name)))
        .digest('hex'),
    ],
  );
  const sums = entries.map(([name, sum]) => `${sum}  ${name}\n`).join('');
  writeFileSync(join(release, 'SHA256SUMS'), sums);
  process.stdout.write(sums);
  // Package managers get complete releases only.
  if (wanted.length === 0) writePackaging(join(release, 'packaging'), Object.fromEntries(entries));
} finally {
  rmSync(source, { recursive: true });
}
