import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';

// Large and hostile input to the built command: one clear error, quickly, with little memory. `npm test` builds it
// first.
const binary = resolve('dist/cli.cjs');
const folder = mkdtempSync(join(tmpdir(), 'glistio-robust-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const memory = join(folder, 'memory.cjs');
writeFileSync(
  memory,
  `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'rss'))}, String(process.resourceUsage().maxRSS)));`,
);

const nested = (open: string, close: string): string => open.repeat(10_000) + close.repeat(10_000);
const bomb = [...'bcdefghij'].reduce(
  ({ text, before }, name) => ({
    text: `${text}${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]\n`,
    before: name,
  }),
  { text: 'a: &a [x, x, x, x, x, x, x, x, x]\n', before: 'a' },
).text;

/** A description, and the single error. */
const inputs: Readonly<Record<string, readonly [content: string | Uint8Array, error: RegExp]>> = {
  'binary data': [
    Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 256),
    /control-character|not-utf8|values-not-a-map/,
  ],
  '50 MB in one text': [`a: "${'x'.repeat(50_000_000)}"\n`, /too-long/],
  '50 MB of keys': [Array.from({ length: 3_500_000 }, (_, i) => `k${i}: v\n`).join(''), /too-long/],
  '10,000 lists in each other': [`a: ${nested('[', ']')}\n`, /nested-too-deep/],
  '10,000 maps in each other': [nested('{a: ', '}'), /nested-too-deep/],
  '10,000 dashes': [`${'- '.repeat(10_000)}x\n`, /nested-too-deep/],
  'an alias bomb': [bomb, /too-many-aliases/],
  'a cycle': ['a: &a {b: [*a]}\n', /recursive-anchor/],
  'invalid UTF-8': [Uint8Array.of(0x61, 0x3a, 0x20, 0xff, 0xfe, 0x0a), /not-utf8/],
  'a list at the top': ['- a\n', /values-not-a-map/],
};

function start(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', memory, binary, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
    // A second on an idle machine: this only ends what would not end.
    timeout: 60_000,
  });
  const megabytes = Number(readFileSync(join(folder, 'rss'), 'utf8')) / 1024;
  return { status, stdout, stderr, megabytes };
}

function assertCalm({ status, stdout, stderr, megabytes }: ReturnType<typeof start>, expected: number): void {
  assert.equal(status, expected);
  assert.doesNotMatch(stdout + stderr, /^\s+at .+:\d+:\d+|bug in glistio/m);
  assert.ok(megabytes < 300, `${megabytes} MB`);
}

for (const [what, [content, error]] of Object.entries(inputs)) {
  test(`${what}: one clear error`, () => {
    writeFileSync(join(folder, 'values.yaml'), content);
    const validated = start(['validate', 'values.yaml']);
    assertCalm(validated, 1);
    assert.match(validated.stdout, error);
    assert.match(validated.stdout, /^1 error$/m);
    const rendered = start(['render', '-f', 'values.yaml']);
    assertCalm(rendered, 1);
    assert.equal(rendered.stdout, '');
  });
}

test('what cannot be read at all is exit code 2', () => {
  mkdirSync(join(folder, 'directory'));
  for (const name of ['directory', 'missing.yaml']) {
    const ended = start(['validate', name]);
    assertCalm(ended, 2);
    const why = name === 'directory' ? 'there are no .yaml, .yml or .json files in directory' : `cannot read ${name}: `;
    assert.ok(ended.stderr.startsWith(`glistio: ${why}`), ended.stderr);
    assert.equal(ended.stdout, '');
  }
});

test('names that every object has are keys like any other', () => {
  const text =
    '__proto__: {a: 1}\nconstructor: {prototype: {b: 1}}\nglobal: {__proto__: {istioSDS: {enabled: true}}}\n';
  writeFileSync(join(folder, 'proto.yaml'), text);
  const validated = start(['validate', 'proto.yaml', '-o', 'json']);
  assertCalm(validated, 0);
  const { problems } = JSON.parse(validated.stdout) as { problems: { path: string }[] };
  assert.deepEqual(
    problems.map(({ path }) => path),
    ['__proto__', 'constructor', 'global.__proto__'],
  );
  assert.doesNotMatch(start(['render', '-f', 'proto.yaml']).stdout, /name: sds/);
});

test('an empty file is nothing to check', () => {
  writeFileSync(join(folder, 'empty.yaml'), '');
  const ended = start(['validate', 'empty.yaml']);
  assertCalm(ended, 2);
  assert.match(ended.stderr, /empty\.yaml is empty/);
});
