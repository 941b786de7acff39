/**
 * `npm run build`: the command, the library, their declarations, and the licences of what was bundled. Everything is
 * bundled, so that the package has no dependencies to install and a run loads one file.
 *
 * The command is CommonJS because Node starts that several milliseconds faster than an ES module, which is a good part
 * of what a run takes at all. What `src/cli` imports dynamically (help and the like) becomes a file in `dist/lazy`.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
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
  minify: true,
  sourcemap: true,
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
};
const lazy = new Map();
const command = await build({
  ...shared,
  entryPoints: { cli: 'src/cli/main.ts' },
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  plugins: [{ name: 'lazy', setup: (plugin) => plugin.onResolve({ filter: /^\./ }, keepLazy) }],
});
const modules = await build({
  ...shared,
  entryPoints: { index: 'src/index.ts', ...Object.fromEntries(lazy) },
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
});
writeFileSync(
  'dist/THIRD-PARTY-NOTICES.txt',
  noticesOf([command, modules].flatMap(({ metafile }) => Object.keys(metafile.inputs))),
);
runNode('node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json');

/** Leaves a dynamic import for the run to make, and remembers to build what it names. */
function keepLazy({ kind, path, resolveDir }) {
  if (kind !== 'dynamic-import') return undefined;
  const name = `lazy/${basename(path, '.ts')}`;
  const file = resolve(resolveDir, path);
  if ((lazy.get(name) ?? file) !== file) throw new Error(`two lazily imported modules are called ${name}`);
  lazy.set(name, file);
  return { path: `./${name}.js`, external: true };
}

function runNode(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** The licence texts of every package that went into a bundle. */
function noticesOf(inputs) {
  const packages = new Set(
    inputs.map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean),
  );
  const notices = [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} ${version} (${license}) has no licence file to pass on`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return `glistio contains the following packages.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
