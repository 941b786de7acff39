import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countProblems, type Problem, ProblemList, type Severity } from '../../src/problem.ts';
import { formatGithub } from '../../src/report/github.ts';
import { formatJson } from '../../src/report/json.ts';
import { formatSarif } from '../../src/report/sarif.ts';
import { formatText } from '../../src/report/text.ts';
import { validateValues } from '../../src/verbs/validate.ts';

const problem = (index: number, severity: Severity = 'warning', code = 'unknown-value'): Problem => ({
  code,
  severity,
  message: `number ${index}`,
  path: `k${index}`,
  file: 'values.yaml',
  line: index + 1,
  column: 1,
});

function listed(problems: readonly Problem[]): Problem[] {
  const list = new ProblemList('one document');
  list.addAll(problems);
  return list.sorted();
}

test('up to 201 alike are listed, of more the first 200 and how many more', () => {
  const some = Array.from({ length: 201 }, (_, index) => problem(index));
  assert.deepEqual(listed(some), some);
  const [count, ...others] = listed([...some, problem(201)]).reverse();
  assert.equal(others.length, 200);
  assert.deepEqual(count, {
    code: 'unknown-value',
    severity: 'warning',
    message: '2 more problems with the code unknown-value are not listed.',
    file: 'values.yaml',
    line: 201,
    column: 1,
    more: 2,
  });
});

test('codes, severities and numbers are those of all of them', () => {
  const one = fc.record({
    index: fc.nat(2000),
    severity: fc.constantFrom<Severity>('error', 'warning', 'info'),
    code: fc.constantFrom('a', 'b'),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(one, { minLength: 0, maxLength: 1500, selector: ({ index, code }) => `${code}${index}` }),
      (given) => {
        const problems = given.map(({ index, severity, code }) => problem(index, severity, code));
        const result = listed(problems);
        for (const key of ['code', 'severity'] as const)
          assert.deepEqual(new Set(result.map((found) => found[key])), new Set(problems.map((found) => found[key])));
        assert.equal(countProblems(result), problems.length);
        assert.ok(result.length <= 6 * 201);
      },
    ),
    { numRuns: 50, seed: 3 },
  );
});

test('the most severe problem of a path is kept, and other counts are added', () => {
  assert.deepEqual(listed([problem(1), problem(1, 'error'), problem(1, 'info')]), [problem(1, 'error')]);
  const counted = { ...problem(900), more: 7 };
  assert.deepEqual(
    listed([problem(1), counted]).map(({ more, line }) => [more, line]),
    [
      [undefined, 2],
      [7, 901],
    ],
  );
});

const text = Array.from({ length: 1000 }, (_, index) => `k${index}: yes\n`).join('');

test('every format says how many more there are, and the text format counts them', () => {
  const { problems } = validateValues({ values: [{ name: 'values.yaml', text }], chartVersion: '1.22.1' });
  assert.equal(problems.length, 2 * 201);
  const options = { color: false, texts: new Map([['values.yaml', text]]) };
  assert.match(String(formatText(problems, options)), /\n2,000 warnings\n$/);
  const { problems: json } = JSON.parse(String(formatJson(problems, options))) as { problems: Problem[] };
  assert.deepEqual(
    json.flatMap(({ code, more, line }) => (more === undefined ? [] : [[code, more, line]])),
    [
      ['unknown-value', 800, 201],
      ['boolean-surprise', 800, 201],
    ],
  );
  const annotations = String(formatGithub(problems, options)).match(
    /^::warning file=values.yaml,line=201,.*::800 more problems/gm,
  );
  assert.equal(annotations?.length, 2);
  const sarif = JSON.parse(String(formatSarif(problems, options))) as {
    runs: { results: { message: { text: string } }[] }[];
  };
  assert.equal(sarif.runs[0]?.results.filter((result) => /^800 more problems/.test(result.message.text)).length, 2);
});

test('comments and --ignore speak of what is counted, too', () => {
  const codesIn = (values: string, ignore: readonly string[] = []): string[] => [
    ...new Set(validateValues({ values: [{ name: 'v', text: values }], ignore }).problems.map(({ code }) => code)),
  ];
  assert.deepEqual(codesIn(text, ['unknown-value']), ['boolean-surprise']);
  assert.deepEqual(codesIn(`# glistio-ignore-file unknown-value, boolean-surprise\n${text}`), []);
  // The comment on the line of the first unlisted problem applies to that line only.
  const lines = text.split('\n').map((line, index) => (index === 200 ? `${line} # glistio-ignore` : line));
  assert.deepEqual(codesIn(lines.join('\n')), ['unknown-value', 'boolean-surprise']);
  const all = text.replaceAll('\n', ' # glistio-ignore unknown-value\n');
  assert.deepEqual(codesIn(all), ['boolean-surprise']);
});
