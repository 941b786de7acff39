/** The files for package managers: generated from the current list, and in the format that each of them reads. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type Checksums, noChecksum, packagingFiles } from '../../scripts/packaging.ts';
import { readYaml } from '../../src/yaml/read.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
/** A sample release: every file with a checksum. */
const names = [
  ...JSON.parse(readFileSync('packaging/targets.json', 'utf8')).map(
    ({ name, os }: { name: string; os: string }) => `glistio-${name}${os === 'win32' ? '.exe' : ''}`,
  ),
  `glistio-${version}.tgz`,
];
const sums: Checksums = Object.fromEntries(
  names.map((name) => [name, createHash('sha256').update(name).digest('hex')]),
);
const files = packagingFiles(sums);

function file(end: string): string {
  const found = Object.entries(files).find(([path]) => path.endsWith(end));
  assert.ok(found, end);
  return found[1];
}

test('the committed files are those of this tree, and have no checksum, which the next change would make stale', () => {
  for (const [name, text] of Object.entries(packagingFiles())) {
    const path = `packaging/${name}`;
    assert.equal(readFileSync(path, 'utf8'), text, `node --import tsx scripts/packaging.ts writes ${path}`);
    for (const [sum] of text.matchAll(/\b[0-9a-f]{64}\b/g)) assert.equal(sum, noChecksum, path);
  }
});

test('a release without one of its files makes nothing', () => {
  for (const name of names) {
    const { [name]: _, ...others } = sums;
    assert.throws(() => packagingFiles(others), /the release has no/, name);
  }
});

test('every address is one of a file with its checksum', () => {
  const text = Object.values(files).join('\n');
  const addresses = [...text.matchAll(/releases\/download\/v(\d+\.\d+\.\d+)\/([\w.-]+)/g)];
  assert.ok(addresses.length >= 8);
  for (const [, of, name = ''] of addresses) assert.deepEqual([of, name in sums], [version, true], name);
  for (const [name, sum] of Object.entries(sums))
    if (/^glistio-(?!0)/.test(name)) assert.ok(text.includes(sum), `nothing installs ${name}`);
});

test('JSON and YAML, with what their readers ask for', () => {
  const scoop = JSON.parse(file('scoop/glistio.json'));
  for (const key of ['version', 'homepage', 'license', 'architecture', 'bin', 'checkver', 'autoupdate'])
    assert.ok(scoop[key], key);
  const { value, problems } = readYaml({ name: 'aqua', text: file('aqua/registry.yaml') });
  assert.deepEqual(problems, []);
  assert.match(JSON.stringify(value), /"asset":"glistio-\{\{\.OS\}\}-\{\{\.Arch\}\}"/);
  for (const key of ['version_order', 'backends', 'bins', 'test'])
    assert.match(file('mise/glistio.toml'), new RegExp(`^${key} = `, 'm'));
  const { schemas } = JSON.parse(file('schemastore/catalog.json'));
  for (const { url } of schemas) {
    const [, path = ''] = /\/main\/(.+)$/.exec(url) ?? [];
    assert.ok(existsSync(path), url);
    assert.ok(new Ajv2020({ strict: false }).validateSchema(JSON.parse(readFileSync(path, 'utf8'))), path);
  }
});

test('the container has no tag that could move, and no shell', () => {
  const text = file('container/Dockerfile');
  assert.deepEqual(text.match(/^FROM (?!scratch|\$\{BASE\}|linux-\$\{TARGETARCH\}).*$/gm), null);
  assert.equal(text.match(/--checksum=sha256:[0-9a-f]{64} /g)?.length, 2);
  assert.doesNotMatch(text, /^RUN /m);
});

test('the plugin of asdf installs what has the checksum of the release, and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glistio-asdf-'));
  try {
    for (const name of ['download', 'install'])
      writeFileSync(join(folder, name), file(`asdf/bin/${name}`), { mode: 0o755 });
    const listed = names.map((name) => `${createHash('sha256').update('program').digest('hex')}  ${name}\n`).join('');
    writeFileSync(join(folder, 'SHA256SUMS'), listed);
    // Replaces the network: the URL's last segment names a local file, or the program.
    const curl =
      '#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\nif [ "$2" = SHA256SUMS ]; then cp "$SUMS" "$2"; else printf %s "$PROGRAM" >"$2"; fi\n';
    writeFileSync(join(folder, 'curl'), curl, { mode: 0o755 });
    const run = (name: string, program: string) =>
      spawnSync(join(folder, name), {
        encoding: 'utf8',
        env: {
          PATH: `${folder}:${process.env['PATH']}`,
          SUMS: join(folder, 'SHA256SUMS'),
          PROGRAM: program,
          ASDF_INSTALL_VERSION: version,
          ASDF_DOWNLOAD_PATH: join(folder, 'downloaded'),
          ASDF_INSTALL_PATH: join(folder, 'installed'),
        },
      });
    assert.notEqual(run('download', 'another program').status, 0);
    assert.notEqual(run('install', '').status, 0);
    const downloaded = run('download', 'program');
    assert.deepEqual([downloaded.status, run('install', '').status], [0, 0], downloaded.stderr);
    assert.equal(readFileSync(join(folder, 'installed', 'bin', 'glistio'), 'utf8'), 'program');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

for (const [tool, args, end] of [
  ['ruby', ['-c'], 'homebrew/glistio.rb'],
  ['nix-instantiate', ['--parse', '-'], 'nix/flake.nix'],
] as const) {
  const isThere = spawnSync(tool, ['--version']).status === 0;
  test(`${tool} reads ${end}`, isThere ? {} : { skip: `there is no ${tool}` }, () => {
    const { status, stderr } = spawnSync(tool, args, { input: file(end), encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });
}

test('brackets of what has no reader here are even', () => {
  for (const end of ['nix/flake.nix', 'homebrew/glistio.rb'])
    for (const [open = '', close = ''] of ['{}', '[]', '()'])
      assert.equal(file(end).split(open).length, file(end).split(close).length, `${end} ${open}${close}`);
  const formula = file('homebrew/glistio.rb');
  assert.equal(formula.match(/^ *(?:class |def |on_\w+ do$|test do$)/gm)?.length, formula.match(/^ *end$/gm)?.length);
});

test('the plugins of Helm have the version of the package, and names that differ', () => {
  const read = (path: string): string => readFileSync(path, 'utf8');
  const both = [read('plugin/plugin.yaml'), read('plugin/cli/plugin.yaml')];
  for (const text of both) assert.match(text, new RegExp(`^version: ${version.replaceAll('.', '\\.')}$`, 'm'));
  assert.deepEqual(
    both.map((text) => /^name: (.+)$/m.exec(text)?.[1]),
    ['glistio-inject', 'glistio'],
  );
});
