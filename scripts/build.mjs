/**
 * `npm run build`: the command, the library, their declarations, and the licences of what was bundled. Everything is
 * bundled, so that the package has no dependencies to install and a run loads one file.
 *
 * `dist/bundle.cjs` holds the library and the command; `dist/cli.cjs` and `dist/index.js` are the two doors to it. It is
 * CommonJS because Node starts that several milliseconds faster than an ES module, which is a good part of what a run takes
 * at all; for the same reason what V8 compiles in a run is kept beside it. What is imported dynamically is set up when it is
 * asked for; help, with all of yargs, is a file of its own.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
runNode('--import', 'tsx', 'scripts/gen.ts');
rmSync('dist', { recursive: true, force: true });

const shared = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  // A dynamic import becomes a `require` later on: code that V8 takes from its cache cannot import.
  supported: { 'dynamic-import': false },
  minify: true,
  sourcemap: true,
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
};
const neededToRender = ['data.gen', 'defaults.gen', 'templates.gen', 'values.gen', 'check-kubernetes.gen'];
const apart = new Map();
const bundle = await build({
  ...shared,
  entryPoints: { bundle: 'src/cli/bundle.ts' },
  plugins: [
    { name: 'apart', setup: (plugin) => plugin.onResolve({ filter: /(\.gen|\/help|\/progress-bar)\.ts$/ }, keepApart) },
  ],
});
const launcher = await build({ ...shared, entryPoints: { cli: 'src/node/launch.ts' } });
const others = await build({
  ...shared,
  entryPoints: Object.fromEntries(apart),
  // Help has no emoji to measure, and their table is as big as a command.
  plugins: [{ name: 'emoji', setup: plainEmoji }],
  // yargs asks where it is.
  define: { 'import.meta.url': 'moduleUrl' },
  banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
});
writeFileSync('dist/index.js', await libraryDoor());
writeFileSync(
  'dist/THIRD-PARTY-NOTICES.txt',
  noticesOf([bundle, launcher, others].flatMap(({ metafile }) => Object.keys(metafile.inputs))),
);
runNode('node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json');
pruneTypes();
// The first run keeps what V8 compiled, so that later ones need not.
runNode('dist/cli.cjs', 'render', '--quiet', '-f', 'examples/istio-sds/values.yaml');

/** The ES module that `import … from 'glistio'` finds: the names of `src/index.ts`, taken from the bundle. */
async function libraryDoor() {
  const { metafile } = await build({
    ...shared,
    entryPoints: ['src/index.ts'],
    format: 'esm',
    outExtension: {},
    write: false,
    sourcemap: false,
  });
  const names = Object.values(metafile.outputs).flatMap((output) => output.exports);
  return `import bundle from './bundle.cjs';\nexport const { ${names.join(', ')} } = await bundle.library();\n`;
}

/** Stands in for emoji-regex under yargs, and for all that measures text under the progress bar, which has plain letters only. */
function plainEmoji(plugin) {
  plugin.onResolve({ filter: /^emoji-regex$/ }, ({ path }) => ({ path, namespace: 'emoji' }));
  plugin.onResolve({ filter: /^string-width$/ }, ({ path, importer }) =>
    importer.includes('cli-progress') ? { path, namespace: 'width' } : undefined,
  );
  plugin.onLoad({ filter: /.*/, namespace: 'width' }, () => ({ contents: 'module.exports = (text) => text.length;' }));
  plugin.onLoad({ filter: /.*/, namespace: 'emoji' }, () => ({
    contents: 'module.exports = () => /\\p{Emoji_Presentation}/gu;',
  }));
}

/** What rendering does not need becomes a file of its own: a run reads the whole bundle. */
function keepApart({ path, resolveDir }) {
  const name = basename(path, '.ts');
  const file = resolve(resolveDir, path);
  if (neededToRender.includes(name)) return undefined;
  if ((apart.get(name) ?? file) !== file) throw new Error(`two files would be called ${name}`);
  apart.set(name, file);
  return { path: `./${name}.cjs`, external: true };
}

/** Declarations that the library's own do not lead to serve nobody. */
function pruneTypes() {
  const reached = new Set();
  const open = [resolve('dist/types/index.d.ts')];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*['"](\.[^'"]+)\.(?:js|ts)['"]/g))
      open.push(`${resolve(dirname(file), path)}.d.ts`);
  }
  for (const name of readdirSync('dist/types', { recursive: true })) {
    const file = resolve('dist/types', name);
    if (!file.endsWith('.d.ts')) continue;
    if (!reached.has(file)) rmSync(file);
    // A tenth of what they hold is indentation.
    else
      writeFileSync(
        file,
        readFileSync(file, 'utf8').replace(/^(?: {4})+/gm, (spaces) => '\t'.repeat(spaces.length / 4)),
      );
  }
}

function runNode(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}

/** The licence texts of every package that went into a bundle. */
function noticesOf(inputs) {
  const packages = new Set(
    inputs.map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean),
  );
  /** Most share one text but for whose it is: that text is said once. */
  const byText = new Map();
  for (const folder of [...packages].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} ${version} (${license}) has no licence file to pass on`);
    const paragraphs = readFileSync(join(folder, file), 'utf8')
      .trim()
      .split(/\r?\n(?:[ \t]*\r?\n)+/);
    const isOwn = (text) =>
      /^\s*(copyright|\(?the \)?mit licen[cs]e|mit licen[cs]e|\(mit\)|isc licen[cs]e)/i.test(text) && text.length < 400;
    const whose = [
      `${name} ${version} (${license})`,
      ...paragraphs.filter((text) => isOwn(text) && !/\{yyyy\}/.test(text)).map((text) => text.replace(/^/gm, '  ')),
    ];
    const ours = license === 'Apache-2.0' && 'Licensed as glistio itself is: see the file LICENSE of this package.';
    const text = ours || paragraphs.filter((paragraph) => !isOwn(paragraph)).join('\n\n');
    const key = text.replace(/[\s"'`]+/g, ' ').toLowerCase();
    const entry = byText.get(key) ?? { whose: [], text };
    entry.whose.push(whose.join('\n'));
    byText.set(key, entry);
  }
  const notices = [...byText.values()].map(({ whose, text }) => `${whose.join('\n\n')}\n\n${text}\n`);
  return `glistio contains the following packages.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
