import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { test } from 'node:test';
import { parseAst } from 'rolldown/parseAst';

/** The shared vocabulary: files at the top of `src/` that may import each other and nothing else. */
const vocabulary = [
  'bug.ts',
  'depth.ts',
  'json-pointer.ts',
  'native.ts',
  'outcome.ts',
  'printable.ts',
  'problem.ts',
  'recent.ts',
  'trim.ts',
  'value.ts',
  'words.ts',
];

/** The pure core, bottom to top: a room may import itself and those before it. */
const flow = [
  ...[
    'go',
    'yaml',
    'helm',
    'chart',
    'schema',
    'apiserver',
    'proxy',
    'objects',
    'kube',
    'envoy',
    'diff',
    'explain',
    'rules',
    'istio',
    'picture',
  ],
] as const;

/** Which rooms a room may import besides itself. Every import counts, including types and dynamic ones. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(flow.map((room, index) => [room, flow.slice(0, index)])),
  report: flow,
  verbs: flow,
  editor: [...flow, 'report', 'verbs'],
  intake: [...flow, 'verbs'],
  node: [],
  cluster: ['objects', 'node'],
  fleet: [...flow, 'report', 'verbs', 'node'],
  cli: [...flow, 'report', 'verbs', 'editor', 'node', 'cluster', 'fleet'],
};

/** The library's exports, and where they come from; nothing imports it. */
const door = 'index.ts';
const behindDoor = [...flow, 'verbs', 'intake', 'fleet'];

/** The library exports only types of the fleet. */
const fleetTypes = 'fleet/types.ts';

/** The rooms that may import each package: one, except for `diff`, which aligns lists and lines. */
const owners: Readonly<Record<string, readonly string[]>> = {
  handlebars: ['proxy'],
  ajv: ['schema'],
  'js-yaml': ['yaml'],
  yargs: ['cli'],
  diff: ['diff', 'report'],
  '@dagrejs/dagre': ['picture'],
  'vscode-jsonrpc': ['cli'],
  'vscode-languageserver-protocol': ['cli'],
  'vscode-languageserver-textdocument': ['cli'],
};

/** Rooms that need Node. All others are the pure core, which runs in a browser. */
const onNode = ['node', 'cluster', 'cli'];

/** Files outside these rooms that need Node, with the reason. */
const seams: Readonly<Record<string, string>> = {
  'native.ts':
    'sha256 and gunzip: browsers have them only as promises, and rendering does not wait; the page has its own in its place',
  'fleet/threads.ts': "the fleet's threads are Node's",
  'fleet/pool.ts': 'waits for threads; between two turns of the event loop, signals are heard',
  'fleet/jobs.ts': 'reads a fleet for threads: the same',
};

interface Import {
  readonly file: string;
  readonly room: string;
  /** The import: a file in `src/`, or a module name. */
  readonly target: string;
  /** As written. */
  readonly name: string;
}

const files = readdirSync('src', { recursive: true })
  .map((name) => String(name).split(sep).join('/'))
  .filter((name) => name.endsWith('.ts'))
  .sort();

const imports = files.flatMap((file) =>
  namesIn(file).map(
    (name): Import => ({
      file,
      room: roomOf(file),
      name,
      target: name.startsWith('.') ? posix.normalize(posix.join(posix.dirname(file), name)) : name,
    }),
  ),
);

/**
 * The imports of a file, including dynamic ones, types and `process.getBuiltinModule`, found by a parser so that none
 * is missed.
 */
function namesIn(file: string): string[] {
  const names: string[] = [];
  visit(parseAst(readFileSync(join('src', file), 'utf8'), { lang: 'ts' }), (node) => {
    const { type, source, argument, callee, arguments: given } = node as Readonly<Record<string, unknown>>;
    if (/^(?:Import|ExportNamed|ExportAll)(?:Declaration|Expression)$/.test(String(type))) add(source);
    if (type === 'TSImportType') add(source ?? argument);
    const isBuiltin = (callee as { property?: { name?: string } } | undefined)?.property?.name === 'getBuiltinModule';
    if (type === 'CallExpression' && isBuiltin) add((given as unknown[])[0]);
  });
  function add(source: unknown): void {
    if (source === null || source === undefined) return;
    const { value } = source as { readonly value?: unknown };
    // A computed import cannot be checked, so it is not allowed.
    names.push(typeof value === 'string' ? value : `(computed in ${file})`);
  }
  return names;
}

function visit(node: unknown, see: (node: object) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node) see(node);
  for (const inner of Object.values(node)) visit(inner, see);
}

function roomOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : '';
}

function isFile(target: string): boolean {
  return target.endsWith('.ts');
}

test('every file stands in a room that the table of arrows has, or is a word or the door', () => {
  const strangers = files.filter((file) =>
    file.includes('/') ? arrows[roomOf(file)] === undefined : ![...vocabulary, door].includes(file),
  );
  assert.deepEqual(strangers, []);
});

test('imports follow the arrows, of types too', () => {
  const wrong = imports
    .filter(({ target }) => isFile(target))
    .filter(({ file, room, target }) => !mayUse(file, room, target));
  assert.deepEqual(
    wrong.map(({ file, target }) => `src/${file} must not use src/${target}`),
    [],
  );
});

function mayUse(file: string, room: string, target: string): boolean {
  if (vocabulary.includes(target)) return true;
  const to = roomOf(target);
  if (file === door) return target !== door && behindDoor.includes(to) && (to !== 'fleet' || target === fleetTypes);
  return to !== '' && (to === room || (arrows[room] ?? []).includes(to));
}

test('no file needs itself, by whatever way', () => {
  assert.deepEqual(cycles(), []);
});

/** The groups of files that import each other (Tarjan's strongly connected components). */
function cycles(): string[][] {
  const targets = new Map(files.map((file) => [file, new Set<string>()]));
  for (const { file, target } of imports) if (targets.has(target)) targets.get(file)?.add(target);
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const go = (file: string): void => {
    const index = order.size;
    order.set(file, index);
    low.set(file, index);
    stack.push(file);
    for (const next of targets.get(file) ?? []) {
      if (!order.has(next)) go(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file) ?? index, low.get(next) ?? index));
    }
    if (low.get(file) !== index) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1 || targets.get(file)?.has(file)) found.push(group.sort());
  };
  for (const file of files) if (!order.has(file)) go(file);
  return found;
}

test('each package has one owner', () => {
  const wrong = imports
    .filter(({ target }) => !isFile(target) && !target.startsWith('.') && !/\.json$/.test(target))
    .filter(({ name }) => !name.startsWith('node:'))
    .filter(({ room, name }) => owners[/^(?:@[^/]*\/)?[^/]*/.exec(name)?.[0] ?? '']?.includes(room) !== true);
  assert.deepEqual(
    wrong.map(({ file, name }) => `src/${file} must not use ${name}`),
    [],
  );
});

test('the pure core needs no Node, except for the listed seams', () => {
  const outside = files.filter((file) => !onNode.includes(roomOf(file)));
  const using = outside.filter(
    (file) =>
      imports.some((line) => line.file === file && line.name.startsWith('node:')) ||
      /\b(?:process\.|Buffer\b|__dirname|setImmediate\b|require\()/.test(codeOf(file)),
  );
  assert.deepEqual(using, Object.keys(seams).sort());
});

test('only src/node and the cluster use time, randomness and the console', () => {
  const talkers = files
    .filter((file) => !['node', 'cluster'].includes(roomOf(file)))
    .filter((file) => /\b(?:console\.|Date\.now|new Date\(\)|Math\.random)/.test(codeOf(file)));
  assert.deepEqual(talkers, []);
});

test('every relative import names its file', () => {
  const wrong = imports.filter(({ name }) => name.startsWith('.') && !/\.(ts|json)$/.test(name));
  assert.deepEqual(
    wrong.map(({ file, name }) => `src/${file}: ${name}`),
    [],
  );
});

/** A file's code without comments and strings, which may contain anything. */
function codeOf(file: string): string {
  return readFileSync(join('src', file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
}
