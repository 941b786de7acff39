/**
 * The command (`dist/cli.cjs`) and the library (`dist/index.js`) with everything that they use, so that the package has no
 * dependencies to install. Each `import()` becomes a chunk, loaded when it is asked for.
 */
import { chmodSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { defineConfig } from 'rolldown';
import { transform } from 'rolldown/experimental';
import { dts } from 'rolldown-plugin-dts';
import { thirdPartyNotices } from './scripts/notices.mjs';

const { resolve } = createRequire(import.meta.url);

/**
 * js-yaml copies its state with object spread, which makes reading several times slower on Node 20. It is compiled to
 * calls of a helper, and `Object.assign` does the same for plain options.
 */
const withoutObjectSpread = {
  name: 'without-object-spread',
  transform: {
    filter: { id: /js-yaml\.mjs$/ },
    async handler(code, id) {
      const lowered = await transform(id, code, {
        target: 'es2017',
        assumptions: { setPublicClassFields: true },
        helpers: { mode: 'External' },
      });
      return lowered.code;
    },
  },
};
const spread = { 'babelHelpers.objectSpread2': 'Object.assign' };

/** For `import` a door to the CommonJS module that `require` returns, and the same door for types. */
const doors = {
  'index.js': "export * from './index.cjs';\n",
  'index.d.ts': "export * from './index.cjs';\n",
};
const libraryDoors = {
  name: 'library-doors',
  generateBundle() {
    for (const [fileName, source] of Object.entries(doors)) this.emitFile({ type: 'asset', fileName, source });
  },
};

/** npx and a linked package run the file itself, also after the next build. */
const executable = {
  name: 'executable',
  writeBundle() {
    chmodSync('dist/cli.cjs', 0o755);
  },
};

const program = defineConfig({
  input: { cli: 'src/cli/launch.ts', index: 'src/index.ts' },
  platform: 'node',
  // yargs brings string-width three times, twice in a version with a table of all emoji; the newest needs none.
  resolve: { alias: { 'string-width': resolve('string-width') } },
  transform: { target: 'node20', define: spread },
  plugins: [withoutObjectSpread, libraryDoors, executable, thirdPartyNotices()],
  checks: {
    // In yargs, where it looks for configuration files, of which glistio has none.
    emptyImportMeta: false,
    // Some modules are imported late by one command and at once by another.
    ineffectiveDynamicImport: false,
  },
  output: {
    dir: 'dist',
    cleanDir: true,
    // Node starts CommonJS some 10 ms faster than ES modules.
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    dynamicImportInCjs: false,
    // Finding and opening a file costs Node some 0.3 ms, so what the common commands always need together, which would be 40 chunks,
    // is one for each of them. A group has all that its modules import at once and no group before it has.
    codeSplitting: {
      groups: [
        {
          name: 'start',
          test: /src\/(cli\/(main|commands\/(render|validate))|objects\/(object|stream))\.ts$/,
          priority: 5,
        },
        { name: 'commands', test: /src\/cli\/commands\/all\.ts$/, priority: 4 },
        { name: 'model', test: /src\/(chart\/chart|schema\/explain(-text)?)\.ts$/, priority: 3 },
        { name: 'rendering', test: /src\/verbs\/render\.ts$/, priority: 2 },
        { name: 'validating', test: /src\/verbs\/validate\.ts$/, priority: 1 },
      ],
    },
    // Plain exports: no getters, and Node finds their names for `import { … } from 'glistio'`.
    externalLiveBindings: false,
    minify: true,
    // V8 reads a file of one-byte characters faster, and keeps it in half the memory.
    charset: 'ascii',
  },
});

/**
 * The types of the library: what its exported functions refer to, of what `tsc` has declared in all modules. The types of the values
 * stay a file as `tsc` writes it, because the bundler would separate comments from the members of a nested type.
 */
const valuesTypes = {
  name: 'values-types',
  generateBundle() {
    this.emitFile({
      type: 'asset',
      fileName: 'values.d.cts',
      source: readFileSync('.cache/types/schema/types.gen.d.ts'),
    });
  },
};

const types = defineConfig({
  input: { index: './.cache/types/index.d.ts' },
  external: /types\.gen/,
  plugins: [dts({ dtsInput: true, tsconfig: false }), valuesTypes],
  output: { dir: 'dist', entryFileNames: '[name].d.cts', paths: () => './values.cjs' },
});

export default [program, types];
