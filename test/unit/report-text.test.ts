import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../../src/problem.ts';
import type { FormatOptions } from '../../src/report/format.ts';
import { formatText as format } from '../../src/report/text.ts';

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
