import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../../src/problem.ts';
import type { FormatOptions } from '../../src/report/format.ts';
import { formatText as format, headlineOfProblem } from '../../src/report/text.ts';

const formatText = (problems: readonly Problem[], options: FormatOptions): string => format(problems, options).exact;

const text = 'global:\n  istioSDS:\n    enabeld: true\n\t日本: é\u001b[31m\n';
const texts = new Map([['values.yaml', text]]);
const plain = { color: false, texts };
const problem: Problem = {
  code: 'unknown-value',
  severity: 'warning',
  message: 'the chart does not know this value.',
  path: 'global.istioSDS.enabeld',
  file: 'values.yaml',
  line: 3,
  column: 5,
  endColumn: 12,
  suggestion: 'global.istioSDS.enabled',
};

test('a problem shows its place, its line and what was meant', () => {
  assert.equal(
    formatText([problem], plain),
    `warning values.yaml:3:5 global.istioSDS.enabeld: the chart does not know this value. [unknown-value]
  3 |     enabeld: true
    |     ^^^^^^^
  hint: did you mean global.istioSDS.enabled?
1 warning
`,
  );
});

test('what is not known is left out', () => {
  const bare: Problem = { code: 'x', severity: 'error', message: 'no' };
  assert.equal(formatText([bare], plain), 'error: no [x]\n1 error\n');
  assert.equal(
    formatText([{ ...bare, file: 'other.yaml', line: 1, column: 1 }], plain),
    'error other.yaml:1:1: no [x]\n1 error\n',
  );
  assert.equal(
    formatText([{ ...bare, file: 'values.yaml', line: 99, column: 1 }], plain),
    'error values.yaml:99:1: no [x]\n1 error\n',
  );
  assert.equal(
    formatText([{ ...bare, file: 'values.yaml', line: 1 }], plain),
    'error values.yaml:1: no [x]\n  1 | global:\n1 error\n',
  );
  assert.equal(formatText([], plain), '');
  const blank = { color: false, texts: new Map([['values.yaml', 'a:\r\n  \t\n\rb: 1']]) };
  const line = (line: number): string => formatText([{ ...bare, file: 'values.yaml', line }], blank);
  assert.equal(line(2), 'error values.yaml:2: no [x]\n1 error\n');
  assert.equal(line(4), 'error values.yaml:4: no [x]\n  4 | b: 1\n1 error\n');
});

test('a headline alone has no secret and no line of the file', () => {
  const secret: Problem = { ...problem, file: '--set a.password=hunter2', line: 1, message: 'it is TOKEN=hunter2.' };
  assert.equal(
    headlineOfProblem(secret),
    'warning --set a.password=<hidden>:1:5 global.istioSDS.enabeld: it is TOKEN=<hidden> [unknown-value]',
  );
  assert.equal(headlineOfProblem({ code: 'x', severity: 'error', message: 'no' }), 'error: no [x]');
});

test('without a file the object is the place', () => {
  const subject = { apiVersion: 'gloo.solo.io/v1', kind: 'Upstream', namespace: 'edge', name: 'web' };
  const shown = formatText([{ code: 'no-ssl-config', severity: 'warning', message: 'None.', subject }], plain);
  assert.match(shown, /^warning Upstream edge\/web: None\. \[no-ssl-config\]\n/);
});

test('problems come in the order of the file, each once, and are counted', () => {
  const error: Problem = { ...problem, severity: 'error', line: 1, column: 1, endColumn: 7 };
  const printed = formatText([problem, error, problem, { ...problem, severity: 'info', line: 2 }], plain);
  assert.deepEqual(printed.match(/^(error|warning|info) \S+/gm), [
    'error values.yaml:1:1',
    'info values.yaml:2:5',
    'warning values.yaml:3:5',
  ]);
  assert.match(printed, /\n1 error, 1 warning, 1 note\n$/);
});

test('colour only when asked for', () => {
  assert.ok(!formatText([problem], plain).includes('\u001b'));
  const painted = formatText([problem], { color: true, texts });
  assert.ok(painted.startsWith('\u001b[33mwarning\u001b[0m '));
  const stripped = painted.replaceAll(/\u001b\[\d+m/g, '');
  assert.equal(stripped, formatText([problem], plain));
});

test('text from outside cannot drive the terminal, and the mark stands under wide characters', () => {
  const printed = formatText(
    [{ ...problem, line: 4, column: 6, endColumn: 7, message: 'a\u001b[2Jb\u202ec\nd' }],
    plain,
  );
  assert.ok(!/[\u001b\u202e]/.test(printed));
  assert.match(printed, /a\\u001b\[2Jb\\u202ec\\u000ad/);
  const [, line = '', mark = ''] = printed.split('\n');
  assert.equal(line, '  4 |  日本: é\\u001b[31m');
  // A tab is one column, each of the two ideographs two.
  assert.equal(mark, `    |${' '.repeat(1 + 1 + 4 + 2)}^`);
});

test('a long line is cut around the place', () => {
  const long = `${'x'.repeat(500)}HERE${'y'.repeat(500)}`;
  const printed = formatText([{ ...problem, line: 1, column: 501, endColumn: 505 }], {
    color: false,
    texts: new Map([['values.yaml', long]]),
  });
  const [, line = '', mark = ''] = printed.split('\n');
  assert.ok(line.length < 120);
  assert.equal(line.indexOf('HERE'), mark.indexOf('^^^^'));
});

test('the mark stands under the place, whatever is before it', () => {
  const marked = (line: string, word: string): string[] => {
    const column = line.indexOf(word) + 1;
    const printed = formatText([{ ...problem, line: 1, column, endColumn: column + word.length }], {
      color: false,
      texts: new Map([['values.yaml', `${line}\n`]]),
    });
    return printed
      .split('\n')
      .slice(1, 3)
      .map((one) => one.slice('  1 | '.length));
  };
  const secret = '{password: correct-horse-battery, replicas: two, token: very-long-token}';
  const hidden = '{password: <hidden>, replicas: two, token: <hidden>}';
  const cases: readonly (readonly [line: string, word: string, shown: string, mark: string])[] = [
    ['HERE, and after', 'HERE', 'HERE, and after', '^^^^'],
    // Of a long line 40 characters before the place are shown, and no more than 100 in all.
    [`${'x'.repeat(146)}HERE`, 'HERE', `…${'x'.repeat(96)}HERE`, `${' '.repeat(97)}^^^^`],
    [`${'x'.repeat(90)}HERE${'y'.repeat(6)}`, 'HERE', `${'x'.repeat(90)}HERE${'y'.repeat(6)}`, `${' '.repeat(90)}^^^^`],
    [
      `${'x'.repeat(50)}HERE${'y'.repeat(90)}`,
      'HERE',
      `…${'x'.repeat(40)}HERE${'y'.repeat(56)}…`,
      `${' '.repeat(41)}^^^^`,
    ],
    [
      `${'x'.repeat(30)}HERE${'y'.repeat(90)}`,
      'HERE',
      `${'x'.repeat(30)}HERE${'y'.repeat(66)}…`,
      `${' '.repeat(30)}^^^^`,
    ],
    // Two columns each for the rocket and the ideographs, none for the combining accent.
    ['a: 🚀𠀀e\u0301가ｗ HERE', 'HERE', 'a: 🚀𠀀e\u0301가ｗ HERE', `${' '.repeat(13)}^^^^`],
    [secret, 'two', hidden, `${' '.repeat(31)}^^^`],
    [secret, 'correct-horse-battery', hidden, `${' '.repeat(11)}${'^'.repeat(8)}`],
    [secret, 'horse', hidden, `${' '.repeat(11)}^`],
    [secret, 'very-long-token', hidden, `${' '.repeat(43)}${'^'.repeat(8)}`],
  ];
  for (const [line, word, shown, mark] of cases) assert.deepEqual(marked(line, word), [shown, mark]);
});
