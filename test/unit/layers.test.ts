import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { test } from 'node:test';

/** The words that everything speaks in. */
const vocabulary = ['bug.ts', 'depth.ts', 'printable.ts', 'problem.ts', 'trim.ts', 'value.ts'];

/** The house from the bottom up: a room may use itself and what stands before it. */
const flow = [
  ...['go', 'yaml', 'chart', 'helm', 'schema', 'proxy', 'objects', 'envoy', 'rules', 'diff', 'istio', 'report'],
  ...['intake', 'cluster', 'verbs', 'fleet'],
] as const;

/** `.` is the files that stand in `src/` itself: what the package exports, and what any room may say. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(flow.map((folder, index) => [folder, flow.slice(0, index + 1)])),
  // What a release changed is told in the words of the values model.
  chart: ['go', 'yaml', 'chart', 'schema'],
  cluster: ['cluster', 'node', ...flow.slice(0, flow.indexOf('cluster'))],
  fleet: ['fleet', 'node', 'cli', ...flow],
  node: ['node', 'cluster'],
  cli: ['cli', 'node', '.', ...flow],
  '.': ['.', ...flow],
};

/** The one folder that may use each package. */
const owners: Readonly<Record<string, string>> = {
  handlebars: 'proxy',
  ajv: 'schema',
  'js-yaml': 'yaml',
  yargs: 'cli',
  diff: 'report',
};

/** Node's own modules belong to the outside; these are pure. */
const pure = ['node:util', 'node:crypto', 'node:zlib'];

/** The rooms that touch the outside: files and terminals, clusters, threads. */
const outside = ['node', 'cluster', 'fleet'];

interface Import {
  readonly file: string;
  readonly folder: string;
  readonly name: string;
  readonly isType: boolean;
}

const imports = readdirSync('src', { recursive: true })
  .map((name) => String(name).split(sep).join('/'))
  .filter((name) => name.endsWith('.ts'))
  .flatMap(importsOf);

function importsOf(file: string): Import[] {
  const text = readFileSync(join('src', file), 'utf8');
  const lines = text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm);
  return [...lines].map(([, type, named, lazy]) => ({
    file,
    folder: folderOf(file),
    name: named ?? lazy ?? '',
    isType: type !== undefined,
  }));
}

function folderOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '.') : '.';
}

test('imports follow the arrows', () => {
  const wrong = imports
    .filter(({ name }) => name.startsWith('.') && !name.endsWith('.json'))
    .map((line) => ({ ...line, target: posix.normalize(posix.join(posix.dirname(line.file), line.name)) }))
    // A type is not code: the outside describes itself to the core's types.
    .filter(({ folder, target, isType }) => !(folder === 'node' && isType) && !vocabulary.includes(target))
    .filter(({ folder, target }) => !(arrows[folder] ?? []).includes(folderOf(target)));
  assert.deepEqual(
    wrong.map(({ file, target }) => `src/${file} must not use src/${target}`),
    [],
  );
});

test('each package has one owner', () => {
  const wrong = imports
    .filter(({ name }) => !name.startsWith('.') && !name.startsWith('node:'))
    .filter(({ folder, name }) => owners[name.split('/')[0] ?? ''] !== folder);
  assert.deepEqual(
    wrong.map(({ file, name }) => `src/${file} must not use ${name}`),
    [],
  );
});

test('only the outer rooms touch the outside', () => {
  const wrong = imports.filter(
    ({ folder, name }) => name.startsWith('node:') && !outside.includes(folder) && !pure.includes(name),
  );
  assert.deepEqual(
    wrong.map(({ file, name }) => `src/${file} must not use ${name}`),
    [],
  );
  const files = [...new Set(imports.map(({ file }) => file))].filter(
    (file) => !outside.includes(folderOf(file)) && file !== 'cli/main.ts',
  );
  const talkers = files.filter((file) =>
    // A pure module may also be asked for late, when it is needed and not before.
    /\b(process\.(?!getBuiltinModule\('node:crypto'\))|console\.|Date\.now|new Date\(\)|Math\.random)/.test(
      codeOf(file),
    ),
  );
  assert.deepEqual(talkers, []);
});

test('every relative import names its file', () => {
  const wrong = imports.filter(({ name }) => name.startsWith('.') && !/\.(ts|json)$/.test(name));
  assert.deepEqual(
    wrong.map(({ file, name }) => `src/${file}: ${name}`),
    [],
  );
});

test('files stay small enough to read', () => {
  const long = [...new Set(imports.map(({ file }) => file))]
    .filter((file) => !file.includes('.gen.'))
    .filter((file) => readFileSync(join('src', file), 'utf8').split('\n').length > 400);
  assert.deepEqual(long, []);
});

/** A file without its comments. */
function codeOf(file: string): string {
  return readFileSync(join('src', file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
