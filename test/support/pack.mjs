/**
 * `npm run test:pack`: what users get. Packs the project as it was built, installs the tarball in an empty folder without
 * a network, runs the command, imports the library, compiles against its types and looks at what is inside.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

// Code 2 MB, of which 0.9 are validators as ajv writes them, declarations 0.4 as tsc does, Envoy’s messages, which only
// the check of a bootstrap loads, 0.2; the rest is room for new code.
const limit = 2_900_000;
const useOfLibrary = `
import { renderGatewayProxies, type GlooValues } from 'glistio';
const values: GlooValues = { global: { istioSDS: { enabled: true } } };
const { manifests } = renderGatewayProxies({ values: [values], chartVersion: '1.5.0' });
process.stdout.write(manifests.map(({ text }) => '---\\n' + text).join(''));
// @ts-expect-error: a value of the wrong type is found before anything runs
renderGatewayProxies({ namespace: 7 });
`;
const root = resolve('.');
const folder = mkdtempSync(join(tmpdir(), 'glistio-pack-'));
try {
  const [packed] = JSON.parse(run(root, 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', folder));
  checkContent(packed);

  writeFileSync(join(folder, 'package.json'), '{"name": "user", "private": true, "type": "module"}');
  run(folder, 'npm', 'install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', `./${packed.filename}`);
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
    'dist/types/index.d.ts',
    'dist/THIRD-PARTY-NOTICES.txt',
    'LICENSE',
  ]) {
    assert.ok(paths.includes(wanted), `${wanted} is not in the package`);
  }
  const stray = paths.filter(
    (path) => /\.(map|cache|tmp)$/.test(path) || /^(src|test|scripts|node_modules)\//.test(path),
  );
  assert.deepEqual(stray, []);
  assert.ok(unpackedSize < limit, `the package unpacks to ${unpackedSize} bytes, more than ${limit}`);
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
