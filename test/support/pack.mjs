/**
 * `npm run test:pack`: tests what users get. Packs the built project, installs the tarball in an empty folder without a
 * network, runs the command, imports the library, compiles against its types and inspects its contents.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

// Code 2.1 MB, of which 0.07 are validators as ajv writes them, 0.24 the values' documents, 0.17 Envoy's messages and 0.1 the language server,
// declarations 0.15, and 0.5 the pages and examples that README links to. Packed it is 0.76 MB.
const limit = 2_800_000;
const useOfLibrary = `
import { renderGatewayProxies, type GlooValues } from 'glistio';
const values: GlooValues = { global: { istioSDS: { enabled: true } } };
const { manifests } = renderGatewayProxies({ values: [values], chartVersion: '1.5.0' });
process.stdout.write(manifests.map(({ text }) => '---\\n' + text).join(''));
// @ts-expect-error: a value of the wrong type is found before anything runs
renderGatewayProxies({ namespace: 7 });
`;
const root = resolve('.');
if (process.platform !== 'win32') assert.equal(statSync('dist/cli.cjs').mode & 0o111, 0o111, 'npx could not run it');
const folder = mkdtempSync(join(tmpdir(), 'glistio-pack-'));
try {
  const [packed] = JSON.parse(run(root, 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', folder));
  checkContent(packed);
  await checkEntryPoints(readFileSync(join(folder, packed.filename)));

  writeFileSync(join(folder, 'package.json'), '{"name": "user", "private": true, "type": "module"}');
  run(folder, 'npm', 'install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', `./${packed.filename}`);
  run(
    folder,
    'npm',
    'install',
    '--global',
    '--prefix',
    'global',
    '--offline',
    '--ignore-scripts',
    `./${packed.filename}`,
  );
  assert.equal(
    existsSync(join(folder, 'global/share/man/man1/glistio.1')),
    process.platform !== 'win32',
    'the man page',
  );
  copyFileSync('examples/istio-sds/values.yaml', join(folder, 'values.yaml'));
  const rendered = run(
    folder,
    'npx',
    '--offline',
    'glistio',
    'render',
    '-f',
    'values.yaml',
    '--chart-version',
    '1.5.0',
  );
  assert.ok(
    rendered === readFileSync('examples/istio-sds/output.yaml', 'utf8'),
    'the example renders otherwise; is dist/ up to date?',
  );
  assert.match(run(folder, 'npx', '--offline', 'glistio', 'render', '--help'), /Examples:/);

  writeFileSync(join(folder, 'use.ts'), useOfLibrary);
  run(folder, process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', writeConfig());
  assert.ok(run(folder, process.execPath, 'use.js') === rendered, 'the library renders otherwise than the command');
  const required =
    "process.stdout.write(String(require('glistio').releases.length > 0 && require('glistio/schema/fleet.schema.json').$schema !== undefined))";
  assert.equal(run(folder, process.execPath, '--input-type=commonjs', '--eval', required), 'true');
  console.log(
    `packed: ${packed.files.length} files, ${packed.size} bytes, ${packed.unpackedSize} unpacked; command, library and types work`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function checkContent({ files, unpackedSize }) {
  const paths = files.map(({ path }) => path);
  for (const wanted of [
    'dist/cli.cjs',
    'dist/index.js',
    'dist/index.d.cts',
    'dist/THIRD-PARTY-NOTICES.txt',
    'docs/rules.md',
    'LICENSE',
  ]) {
    assert.ok(paths.includes(wanted), `${wanted} is not in the package`);
  }
  const readme = readFileSync('README.md', 'utf8');
  for (const [, link] of readme.matchAll(/\]\((?!https:)([^):#]+)[^)]*\)/g))
    assert.ok(
      paths.some((path) => path === link || path.startsWith(`${link}/`)),
      `README links to ${link}`,
    );
  // What only concerns those who change glistio stays in the repository.
  for (const [, page] of readme.matchAll(
    /\]\(https:\/\/github\.com\/glistio\/glistio\/(?:blob|tree)\/main\/([^)#]+)\)/g,
  ))
    assert.ok(existsSync(page), `README links to ${page} of the repository`);
  const stray = paths.filter(
    (path) => /\.(map|cache|tmp)$/.test(path) || /^(src|test|scripts|node_modules)\//.test(path),
  );
  assert.deepEqual(stray, []);
  // In a nested type, the bundler of the declarations moves a comment up a line, and editors no longer show it.
  const separated = readFileSync('dist/index.d.cts', 'utf8').match(/.*(?:; \/\*\*|\*\/ ?readonly).*/g);
  assert.equal(separated, null, 'a comment is not on the line before the member that it describes');
  assert.ok(unpackedSize < limit, `the package unpacks to ${unpackedSize} bytes, more than ${limit}`);
}

/**
 * The findings of publint and "are the types wrong" for every way in which Node, bundlers and TypeScript resolve the
 * package.
 */
async function checkEntryPoints(tarball) {
  const { messages, pkg } = await publint({
    pack: { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.length) },
    strict: true,
  });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
  const { problems } = await checkPackage(createPackageFromTarballData(tarball));
  assert.deepEqual(problems, []);
}

function writeConfig() {
  const path = join(folder, 'tsconfig.json');
  const compilerOptions = {
    strict: true,
    module: 'nodenext',
    target: 'es2022',
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  writeFileSync(path, JSON.stringify({ compilerOptions, files: ['use.ts'] }));
  return path;
}

function run(cwd, program, ...args) {
  const shell = process.platform === 'win32';
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    shell,
    maxBuffer: 1 << 26,
  });
  if (error) throw error;
  assert.equal(status, 0, `${program} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}
