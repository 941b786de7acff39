import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineCommand } from '../../src/cli/command.ts';
import { describeFailure } from '../../src/cli/failure.ts';
import { run } from '../../src/cli/run.ts';
import { CannotDo } from '../../src/outcome.ts';
import { shown } from '../../src/printable.ts';
import type { Problem } from '../../src/problem.ts';
import { type MemoryOptions, memoryIo } from '../support/memory-io.ts';

const problems: readonly Problem[] = [
  { code: 'a', severity: 'warning', message: 'careful' },
  { code: 'b', severity: 'error', message: 'no' },
];
const base = { summary: 'S', options: {}, examples: {} };
const commands = [
  defineCommand({
    ...base,
    name: 'warn',
    run: async (_, { report, note }) => {
      report(problems, new Map());
      note('a note');
      return 'findings';
    },
  }),
  defineCommand({ ...base, name: 'refuse', run: () => Promise.reject(new CannotDo('no such thing', 'try another')) }),
  defineCommand({ ...base, name: 'break', run: () => Promise.reject(new TypeError('oops')) }),
  defineCommand({
    ...base,
    name: 'print',
    run: async (_, { io }) => {
      io.stdout(shown`out\n`);
      return 'done';
    },
  }),
];

async function start(argv: readonly string[], options: MemoryOptions = {}) {
  const io = memoryIo(options);
  const status = await run(argv, io, commands);
  return { status, ...io.printed };
}

test('one table of exit codes', async () => {
  assert.equal((await start(['print'])).status, 0);
  assert.equal((await start(['warn'])).status, 1);
  assert.equal((await start(['refuse'])).status, 2);
  assert.equal((await start(['break'])).status, 2);
  assert.equal((await start(['nonsense'])).status, 2);
  assert.equal((await start([])).status, 2);
  assert.equal((await start(['--help'])).status, 0);
  assert.equal((await start(['--version'])).status, 0);
});

test('what cannot be done is one line and a hint, on stderr', async () => {
  const { stdout, stderr } = await start(['refuse']);
  assert.equal(stdout, '');
  assert.equal(stderr, 'glistio: no such thing\n  hint: try another\n');
});

test('a mistake of our own says so and shows where', async () => {
  const { stderr } = await start(['break']);
  assert.match(stderr, /^glistio: this is a bug in glistio, .*: glistio break\nTypeError: oops\n {4}at /);
});

test('a report of a bug carries no values on, and is short', () => {
  const argv = [
    'render',
    '--set',
    'a.b=SECRET1',
    '--set-json=c="SECRET2"',
    '--header',
    'Authorization=SECRET3',
    '-f',
    'v\u001b.yaml',
  ];
  const errors: readonly unknown[] = [
    new SyntaxError('Unexpected token in "SECRET4"'),
    Object.assign(new TypeError('The argument is "SECRET5"'), { code: 'ERR_INVALID_ARG_VALUE' }),
    Object.assign(new Error('SECRET6'), {
      stack: `x.cjs:1\nSECRET7${'x'.repeat(30_000)}\n    at f (/home/me/dist/core.cjs:1:2)`,
    }),
    Object.assign(new Error(), { stack: 7, name: 'SECRET8 '.repeat(9) }),
    'SECRET9',
    null,
    new Proxy(new Error(), {
      get: () => {
        throw new Error('SECRET10');
      },
    }),
  ];
  for (const error of errors) {
    const text = String(describeFailure(error, argv));
    assert.match(
      text,
      /^glistio: this is a bug in glistio, please report it with the values and: glistio render --set … /,
    );
    assert.doesNotMatch(text, /SECRET|[^\n\P{Cc}]|home/u);
    assert.ok(text.length < 2000);
  }
  assert.match(String(describeFailure(errors[2], [])), /\nError\n {4}at f \(core\.cjs:1:2\)\n$/);
  assert.match(
    String(describeFailure(new RangeError('Maximum call stack size exceeded'), [])),
    /\nRangeError: Maximum call stack/,
  );
});

test('quiet keeps errors only', async () => {
  assert.equal((await start(['warn'])).stderr, 'error: no [b]\nwarning: careful [a]\n1 error, 1 warning\na note\n');
  assert.equal((await start(['warn', '-q'])).stderr, 'error: no [b]\n1 error\n');
});

test('the flag beats the environment, and the environment beats the terminal', async () => {
  const isColored = async (argv: readonly string[], options: MemoryOptions) =>
    (await start(['warn', ...argv], options)).stderr.includes('\u001b');
  assert.equal(await isColored([], {}), false);
  assert.equal(await isColored([], { color: true }), true);
  assert.equal(await isColored([], { color: true, env: { NO_COLOR: '1' } }), false);
  assert.equal(await isColored([], { color: true, env: { NO_COLOR: '' } }), true);
  assert.equal(await isColored([], { env: { FORCE_COLOR: '1' } }), true);
  assert.equal(await isColored([], { color: true, env: { FORCE_COLOR: '0' } }), false);
  assert.equal(await isColored(['--color'], { env: { NO_COLOR: '1' } }), true);
  assert.equal(await isColored(['--no-color'], { color: true, env: { FORCE_COLOR: '1' } }), false);
});

test('help goes to stdout when asked for, to stderr when it is the answer to nothing', async () => {
  const asked = await start(['--help']);
  const unasked = await start([]);
  assert.match(asked.stdout, /^glistio <command> \[options\]\n/);
  assert.equal(unasked.stdout, '');
  assert.equal(unasked.stderr, asked.stdout);
  assert.match((await start(['print', '-h'])).stdout, /^glistio print \[options\]\n\nS\n/);
});
