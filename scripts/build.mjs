/**
 * `npm run build`: the command, the library, their declarations, and the licences of what was bundled. Everything is
 * bundled, so that the package has no dependencies to install.
 *
 * The command and the library are cut into parts: `core`, which is all that a rendering needs, and one for each thing that is
 * imported when it is asked for. A run loads the parts it needs. They are CommonJS, which Node starts several milliseconds faster
 * than ES modules, and are loaded by `src/node/load.ts`, which keeps what V8 compiled of them; `dist/cli.cjs` and
 * `dist/index.js` are the two doors.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { noticesOf } from './notices.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
runNode('--import', 'tsx', 'scripts/gen.ts');
rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');

const shared = {
  platform: 'node',
  // What is imported late in one place and at once in another comes at once, which is what is meant.
  checks: { ineffectiveDynamicImport: false },
  // No property of ours or of what we use does anything when it is read.
  treeshake: { propertyReadSideEffects: false },
  transform: { target: 'node20', define: { 'import.meta.resolve': 'undefined' } },
};
/** Big data that a rendering hardly ever looks into: see `late` in src/node/load.ts. */
const lateName = /(?:values|chart)[\\/](check-kubernetes|schema-kubernetes|words)\.gen\.ts$|[\\/]src[\\/](envoy)[\\/]/;
const output = { format: 'cjs', minify: true, entryFileNames: '[name].cjs', chunkFileNames: '[name].cjs' };

const runtimeName = 'rolldown-runtime.cjs';
const parts = await buildParts();
// Of the entry `main` nothing is left but that it is in the core, which is what the command loads.
const written = parts.filter(({ fileName }) => fileName !== 'main.cjs');
for (const { fileName, code } of written)
  writeFileSync(join('dist', fileName), asPart(fileName === 'core.cjs' ? withRuntime(code) : code));
const loader = await buildDoors();
const { exports } = parts.find(({ fileName }) => fileName === 'index.cjs');
writeFileSync(
  'dist/index.js',
  `import loader from './loader.cjs';\nexport const { ${exports.join(', ')} } = loader.load('index.cjs');\n`,
);
writeFileSync('dist/THIRD-PARTY-NOTICES.txt', noticesOf([...parts, ...loader].flatMap(({ moduleIds }) => moduleIds)));
runNode('node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json');
pruneTypes();
// The first run keeps what V8 compiled, so that later ones need not.
runNode('dist/cli.cjs', 'render', '--quiet', '-f', 'examples/istio-sds/values.yaml');

/** The command (`main`), the library (`index`) and what they share. */
async function buildParts() {
  const bundle = await rolldown({
    ...shared,
    input: { main: 'src/cli/main.ts', index: 'src/index.ts' },
    plugins: [parserOfYaml(), plainText()],
  });
  // What the command loads before it knows anything, and what rendering loads at once, become one file: many cost more to open.
  const { output: loose } = await bundle.generate({ ...output, minify: false });
  const core = modulesAtOnce(loose, 'main.cjs');
  const { output: built } = await bundle.generate({
    ...output,
    minifyInternalExports: false,
    codeSplitting: {
      groups: [
        {
          debugName: 'late',
          name: (id) => `${lateName.exec(id)?.slice(1).find(Boolean)}.late`,
          test: lateName,
          priority: 1,
        },
        { name: 'core', test: (id) => core.has(id) },
      ],
    },
  });
  await bundle.close();
  return built;
}

/** The modules of a chunk and of all that it imports statically. */
function modulesAtOnce(chunks, first) {
  const modules = new Set();
  const open = [first];
  const seen = new Set(open);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const chunk = chunks.find(({ fileName }) => fileName === name);
    for (const id of chunk?.moduleIds ?? []) modules.add(id);
    for (const next of chunk?.imports ?? []) if (!seen.has(next)) open.push(next);
    for (const next of chunk?.imports ?? []) seen.add(next);
  }
  return modules;
}

/** What loads the parts, for the command and for the library. */
async function buildDoors() {
  const doors = [];
  for (const [name, path] of Object.entries({ cli: 'src/node/launch.ts', loader: 'src/node/load.ts' })) {
    const bundle = await rolldown({ ...shared, input: { [name]: path } });
    doors.push(...(await bundle.write({ ...output, dir: 'dist', codeSplitting: false })).output);
    await bundle.close();
  }
  return doors;
}

/** The few functions that the bundler adds, in a part for themselves, belong into the core: a file less to open. */
function withRuntime(code) {
  const { code: runtime } = parts.find(({ fileName }) => fileName === runtimeName);
  return code.replace(`require("./${runtimeName}")`, `(exports=>{${runtime};return exports})({})`);
}

/**
 * A module as `src/node/load.ts` wants it. Characters beyond ASCII stand in texts and regular expressions alone. What a part
 * exports never changes once the part is there, so that it need not be asked for anew, as the bundler would have it.
 */
function asPart(code) {
  const plain = code.replace(
    /Object\.defineProperty\(exports,"(\w+)",\{enumerable:!0,get:function\(\)\{return ([\w$]+)\}\}\)/g,
    'exports.$1=$2',
  );
  const ascii = plain.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `(function(exports,require,module,__filename,__dirname){${ascii}\n})`;
}

/** js-yaml makes schemas and a printer's tables when it is loaded; as calls that do nothing else, they can be left out. */
function parserOfYaml() {
  const made = /^var (\w+) = ((?:new )?[\w.]+\((?:.*|[\s\S]*?\n(?=\S).*)\));$/gm;
  return {
    name: 'parser-of-yaml',
    transform: {
      filter: { id: /js-yaml\.mjs$/ },
      handler: (code) => ({ code: code.replace(made, 'var $1 = /* @__PURE__ */ (() => $2)();'), map: null }),
    },
  };
}

/**
 * Stands in for emoji-regex under yargs, whose table is as big as a command, and for all that measures text under the progress bar,
 * which has plain letters only.
 */
function plainText() {
  const emoji = 'module.exports = () => /\\p{Emoji_Presentation}/gu;';
  const width = 'module.exports = (text) => text.length;';
  return {
    name: 'plain-text',
    resolveId(id, importer) {
      if (id === 'emoji-regex') return '\0emoji.cjs';
      return id === 'string-width' && importer?.includes('cli-progress') ? '\0width.cjs' : undefined;
    },
    load: (id) => ({ '\0emoji.cjs': emoji, '\0width.cjs': width })[id],
  };
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
