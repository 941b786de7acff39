import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineCommand } from '../../src/cli/command.ts';
import { chartOptions, valuesOptions } from '../../src/cli/options.ts';
import { parseArguments } from '../../src/cli/parse.ts';
import { CannotDo } from '../../src/outcome.ts';

const base = { summary: '', examples: {}, run: async () => 'done' as const };
const commands = [
  defineCommand({
    ...base,
    name: 'render',
    options: {
      ...valuesOptions,
      ...chartOptions,
      output: { kind: 'text', alias: 'o', summary: '', choices: ['yaml', 'json'], fallback: 'yaml' },
      strict: { kind: 'flag', summary: '' },
    },
  }),
  defineCommand({
    ...base,
    name: 'releases',
    positionals: [{ name: 'RANGE', summary: '', optional: true }],
    options: {},
  }),
  defineCommand({
    ...base,
    name: 'releases diff',
    positionals: [
      { name: 'A', summary: '' },
      { name: 'B', summary: '' },
    ],
    options: {},
  }),
  defineCommand({
    ...base,
    name: 'completion',
    positionals: [{ name: 'shell', summary: '', choices: ['bash', 'zsh'] }],
    options: {},
  }),
];

const parse = (line: string) => parseArguments(line.split(' ').filter(Boolean), commands);

function refusal(line: string): { message: string; hint: string | undefined } {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof CannotDo) return { message: error.message, hint: error.hint };
    throw error;
  }
  return assert.fail(`${line} was accepted`);
}

test('options in every way Helm and kubectl take them', () => {
  for (const line of ['-f a -f b', '-fa -fb', '-f=a -f=b', '--values a --values=b', '-qfa -f b']) {
    assert.deepEqual(parse(`render ${line}`).args['values'], ['a', 'b'], line);
  }
  for (const line of ['-ojson', '-o json', '-o=json', '--output=json', '-oyaml -ojson']) {
    assert.equal(parse(`render ${line}`).args['output'], 'json', line);
  }
});

test('values keep their text: =, commas, numbers, truth and dashes inside', () => {
  assert.deepEqual(parse('render --set a.b=1,c=x=y --set=d=-1').args['set'], ['a.b=1,c=x=y', 'd=-1']);
  assert.deepEqual(parse('render --set-string n=007 --set-string t=true').args['set-string'], ['n=007', 't=true']);
  assert.deepEqual(parse('render -f -').args['values'], ['-']);
  assert.deepEqual(parse('render --namespace=').args['namespace'], '');
  assert.deepEqual(parse('render -n 007').args['namespace'], '007');
});

test('fallbacks stand for what is not given', () => {
  const { args } = parse('render');
  assert.deepEqual(args['values'], []);
  assert.equal(args['namespace'], undefined);
  assert.equal(args['output'], 'yaml');
  assert.equal(args['chart-version'], undefined);
  assert.equal(args['strict'], false);
});

test('global flags stand anywhere', () => {
  for (const line of ['-q render --no-color', 'render -q --color=false', 'render --quiet --color --no-color']) {
    const { command, quiet, color } = parse(line);
    assert.deepEqual([command?.name, quiet, color], ['render', true, false], line);
  }
  assert.equal(parse('render').color, undefined);
  assert.equal(parse('render -h').help, true);
});

test('a value-taking option before the command does not hide it', () => {
  const { command, args } = parse('-n edge render');
  assert.deepEqual([command?.name, args['namespace']], ['render', 'edge']);
});

test('commands of two words', () => {
  assert.equal(parse('releases').command?.name, 'releases');
  assert.deepEqual(parse('releases ^1.17').positionals, ['^1.17']);
  const { command, positionals } = parse('releases diff 1.5.0 1.6.0');
  assert.deepEqual([command?.name, positionals], ['releases diff', ['1.5.0', '1.6.0']]);
  assert.equal(parse('releases -q diff 1.5.0 1.6.0').command?.name, 'releases diff');
  assert.equal(refusal('releases diff 1.5.0').message, 'B is missing');
});

test('after -- nothing is an option', () => {
  assert.deepEqual(parse('releases -- -x').positionals, ['-x']);
});

test('what is mistyped is refused with what was meant', () => {
  assert.deepEqual(refusal('rendre'), { message: 'unknown command "rendre"', hint: 'did you mean render?' });
  assert.deepEqual(refusal('render --vlaues x'), {
    message: 'unknown option --vlaues',
    hint: 'did you mean --values?',
  });
  assert.deepEqual(refusal('render --set-sting=x'), {
    message: 'unknown option --set-sting',
    hint: 'did you mean --set-string?',
  });
  assert.deepEqual(refusal('render --release 1.17'), {
    message: 'unknown option --release',
    hint: 'did you mean --chart-version or --release-name?',
  });
  assert.equal(refusal('render --gloo-version=1.17').hint, 'did you mean --chart-version?');
  assert.deepEqual(refusal('render --zzzzzzzz'), {
    message: 'unknown option --zzzzzzzz',
    hint: 'see glistio render --help',
  });
  assert.equal(refusal('render -x').message, 'unknown option -x');
  assert.equal(refusal('render --no-values').message, 'unknown option --no-values');
  assert.equal(refusal('render --__proto__=1').message, 'unknown option --__proto__');
  assert.equal(refusal('render --constructor').message, 'unknown option --constructor');
  assert.equal(refusal('completion --output json').message, 'unknown option --output');
});

test('missing and wrong values are refused', () => {
  assert.equal(refusal('render -f').message, '-f needs a value (FILE)');
  assert.equal(refusal('render --set --strict').message, '--set needs a value (PATH=VALUE)');
  assert.deepEqual(refusal('render -o toml'), {
    message: '--output cannot be "toml"',
    hint: 'choose one of: yaml, json',
  });
  assert.equal(refusal('render --strict=maybe').message, '--strict takes no value, not even "maybe"');
  assert.deepEqual(refusal('completion tcsh'), { message: 'shell cannot be "tcsh"', hint: 'choose one of: bash, zsh' });
  assert.equal(refusal('completion').message, 'shell is missing');
  assert.deepEqual(refusal('render values.yaml'), {
    message: 'unexpected "values.yaml"',
    hint: 'give files of values with -f values.yaml',
  });
});
