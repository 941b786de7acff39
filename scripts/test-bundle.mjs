/**
 * Bundles test files with the sources they use. Loading those one by one through tsx takes each process 2.5 s of CPU,
 * longer than most files' tests; loading a bundle takes 0.3 s.
 */
import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { transform } from 'rolldown/experimental';

const { resolve } = createRequire(import.meta.url);

/** A module in a bundle still finds what is beside its source. */
const ownUrl = {
  name: 'own-url',
  transform: {
    filter: { id: /\.ts$/, code: /import\.meta\.url/ },
    handler: (code, id) =>
      transform(id, code, {
        define: { 'import.meta.url': JSON.stringify(pathToFileURL(id).href) },
        sourcemap: true,
      }),
  },
};

/** js-yaml's CommonJS build reads several times faster on Node 20, as the one in the package does. */
const fastYaml = join(resolve('js-yaml/package.json'), '../dist/js-yaml.cjs.js');

/** Writes a bundle for each file, by name, and returns their paths in the same order. They share chunks. */
export async function bundleTests(files, folder) {
  const isPackage = (name) => !name.startsWith('.') && !isAbsolute(name) && name !== 'js-yaml';
  const bundled = await rolldown({
    input: files,
    platform: 'node',
    external: isPackage,
    resolve: { alias: { 'js-yaml': fastYaml } },
    transform: { target: 'node20' },
    plugins: [ownUrl],
    // Some modules are imported late by one file and at once by another.
    checks: { ineffectiveDynamicImport: false },
  });
  const names = { entryFileNames: '[name].mjs', chunkFileNames: 'chunks/[name].mjs' };
  await bundled.write({ dir: folder, format: 'esm', sourcemap: true, ...names });
  return Object.keys(files).map((name) => join(folder, `${name}.mjs`));
}
