import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Diagnostics } from 'recheck';
import { matchGolden, normalise } from '../support/golden.ts';
import { regexesIn, regexesOf, type SourceRegex } from '../support/regexes.ts';

/**
 * Regular expressions that may take more than linear time, because their input is short. `most` is the maximum number
 * of characters, `why` what limits it.
 */
const bounded: readonly {
  readonly file: string;
  readonly part: string;
  readonly most: number;
  readonly why: string;
}[] = [];

const require = createRequire(import.meta.url);

/** recheck's native program if npm has one for this system, which is four times as fast as its JavaScript. */
function backend(): 'native' | 'pure' {
  const system = { linux: 'linux', darwin: 'macos', win32: 'windows' }[process.platform as string];
  try {
    require.resolve(`recheck-${system}-${process.arch}/package.json`);
    return 'native';
  } catch {
    return 'pure';
  }
}

process.env['RECHECK_BACKEND'] = backend();
const { check } = await import('recheck');

const table = 'test/golden/regexes.tsv';
const bundledTable = 'test/golden/regexes-bundled.tsv';
const { version } = require('recheck/package.json') as { readonly version: string };
const title = `file\tcomplexity by recheck ${version}\tregular expression`;

/**
 * The answers in the tables by this version of the analyser, which takes a minute and a half for all of them. Only
 * `npm run test:regexes` asks for them again.
 */
const kept = new Map(process.env['GLISTIO_REGEXES'] === 'all' ? [] : [table, bundledTable].flatMap(answersIn));

function answersIn(file: string): [key: string, complexity: string][] {
  const [first, ...rows] = normalise(readFileSync(file, 'utf8')).split('\n');
  if (first !== title) return [];
  return rows.flatMap((row) => {
    const [, complexity, key] = row.split('\t');
    return complexity === undefined || key === undefined ? [] : [[key, complexity]];
  });
}

/** The same answer each time, however busy the machine is: limits count steps, not seconds. */
const limits = { randomSeed: 1, timeout: null, incubationTimeout: null, attackTimeout: null } as const;

/**
 * `linear`, or what the analyser found; `searched` if it searched for a slow input instead of proving that there is
 * none.
 */
async function complexityOf(pattern: string, flags: string): Promise<string> {
  const found: Diagnostics = await check(pattern, flags, limits);
  if (found.status === 'unknown') return `unknown (${found.error.kind})`;
  const searched = found.checker === 'fuzz' ? ', searched' : '';
  return (found.status === 'safe' ? 'linear' : found.complexity.summary.replace(' (fuzz)', '')) + searched;
}

/** Expressions that a file builds from data: those in the messages' rules, which come from Envoy. */
const fromData: Readonly<Record<string, readonly string[]>> = {
  'src/envoy/rules.ts': patternsIn(JSON.parse(readFileSync('schema/envoy.json', 'utf8'))),
};

/** Every `pattern` in data of any depth. */
function patternsIn(data: unknown): string[] {
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) =>
    key === 'pattern' && typeof value === 'string' ? [value] : patternsIn(value),
  );
}

const regexes = regexesIn('src').flatMap((regex): SourceRegex[] =>
  regex.pattern === undefined && fromData[regex.file] !== undefined
    ? [...new Set(fromData[regex.file])].sort().map((pattern) => ({ ...regex, pattern, flags: 'u' }))
    : [regex],
);
const keyOf = ({ pattern, flags }: Pick<SourceRegex, 'pattern' | 'flags'>): string => `/${pattern}/${flags}`;
const complexities = new Map<string, string>();
for (const regex of regexes) {
  const { pattern, flags } = regex;
  if (pattern !== undefined && !complexities.has(keyOf(regex)))
    complexities.set(keyOf(regex), await knownComplexityOf(pattern, flags));
}

async function knownComplexityOf(pattern: string, flags: string): Promise<string> {
  return kept.get(keyOf({ pattern, flags })) ?? (await complexityOf(pattern, flags));
}

test('every regular expression can be read from the sources', () => {
  assert.ok(regexes.length > 200);
  const made = regexes.filter(({ pattern }) => pattern === undefined).map(({ file, line }) => `${file}:${line}`);
  assert.deepEqual(made, [], 'the analyser cannot see what is put together while the program runs');
});

test('none is exponential, and those that are not linear have short texts', () => {
  const slow = regexes.filter((regex) => !/^linear/.test(complexities.get(keyOf(regex)) ?? 'unknown'));
  const refused = slow.filter(
    (regex) => /exponential|unknown/.test(complexities.get(keyOf(regex)) ?? '') || !boundOf(regex),
  );
  assert.deepEqual(
    refused.map((regex) => `${regex.file}:${regex.line} ${keyOf(regex)}: ${complexities.get(keyOf(regex))}`),
    [],
  );
  const idle = bounded.filter((entry) => !slow.some((regex) => boundOf(regex) === entry));
  assert.deepEqual(idle, [], 'these are linear now or gone: take them out of the table');
});

function boundOf({ file, pattern }: SourceRegex): (typeof bounded)[number] | undefined {
  return bounded.find((entry) => entry.file === file && pattern?.includes(entry.part));
}

/** yargs prints the help from glistio's declarations of commands; it never processes user input. */
const withoutInput = ['help.cjs'];

test('what is bundled with them is linear, too', async () => {
  const parts = readdirSync('dist').filter((name) => name.endsWith('.cjs') && !withoutInput.includes(name));
  // The bundle has no names of constants; js-yaml's source has them.
  const files = [...parts.map((name) => join('dist', name)), 'node_modules/js-yaml/dist/js-yaml.mjs'];
  const others = new Map<string, SourceRegex>();
  for (const file of files)
    for (const regex of regexesOf(file, readFileSync(file, 'utf8')))
      if (!complexities.has(keyOf(regex))) others.set(keyOf(regex), regex);
  const slow: string[] = [];
  const rows: string[] = [];
  for (const [key, { file, pattern, flags }] of others) {
    if (pattern === undefined) {
      if (!file.startsWith('dist')) slow.push(`${file}: made while the program runs`);
      continue;
    }
    const complexity = await knownComplexityOf(pattern, flags);
    rows.push(`${file.startsWith('dist') ? 'dist' : 'js-yaml'}\t${complexity}\t${key}\n`);
    if (!complexity.startsWith('linear')) slow.push(`${file} ${key}: ${complexity}`);
  }
  assert.ok(others.size > 20);
  assert.deepEqual(slow, []);
  matchGolden(bundledTable, `${title}\n${[...new Set(rows)].sort().join('')}`);
});

test('the table of all of them', () => {
  const rows = regexes.map((regex) => `${regex.file}\t${complexities.get(keyOf(regex))}\t${keyOf(regex)}\n`);
  matchGolden(table, `${title}\n${[...new Set(rows)].join('')}`);
});

test('the analyser and the reader of sources find what they are there for', async () => {
  const read = regexesOf(
    'x.ts',
    "const a = 'b+'; const c: RegExp = /(a+)+$/i; RegExp(`^$" + "{a}$`, 'u'); new RegExp(d); '/no/'",
  );
  assert.deepEqual(
    read.map(({ pattern, flags }) => [pattern, flags]),
    [
      ['(a+)+$', 'i'],
      ['^b+$', 'u'],
      [undefined, ''],
    ],
  );
  assert.equal(await complexityOf('^(\\d+(_?\\d+)*)$', ''), 'exponential');
  assert.equal(await complexityOf('\\s+$', ''), '2nd degree polynomial');
  assert.match(await complexityOf('(?<=.)[ ]+$', ''), /^2nd degree polynomial/);
  assert.equal(await complexityOf('^a+$', ''), 'linear');
});
