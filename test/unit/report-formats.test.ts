import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import type { Printable } from '../../src/printable.ts';
import type { Problem } from '../../src/problem.ts';
import { formatGithub } from '../../src/report/github.ts';
import { formatGitlab } from '../../src/report/gitlab.ts';
import { formatJson } from '../../src/report/json.ts';
import { formatJunit } from '../../src/report/junit.ts';
import { formatMarkdown } from '../../src/report/markdown.ts';
import { formatSarif } from '../../src/report/sarif.ts';
import { exampleCodes, findIn, readExample } from '../support/rule-examples.ts';

const options = { color: false, texts: new Map<string, string>(), chartVersion: '1.17.0', toolVersion: '1.2.3' };

const problems: readonly Problem[] = [
  {
    code: 'unknown-volume',
    severity: 'error',
    message: 'There is no volume a,b: 100%.',
    path: 'global.istioSDS.customSidecars[0]',
    file: 'charts/über & co/values.yaml',
    line: 4,
    column: 7,
    endColumn: 11,
    hint: 'Add it.\nOr not.',
  },
  {
    code: 'unknown-value',
    severity: 'warning',
    message: 'No such value.',
    path: 'glob',
    file: 'C:\\v\\a.yaml',
    line: 1,
    column: 1,
    suggestion: 'global',
  },
  { code: 'not-utf8', severity: 'error', message: 'No UTF-8.', file: '/etc/values.yaml' },
  { code: 'loose-type', severity: 'info', message: 'A text.', path: 'a.b', file: '<stdin>', line: 2, column: 3 },
  { code: 'wrong-type', severity: 'error', message: 'A list.', path: 'a.c', file: '--set a.c=1', line: 1, column: 5 },
  { code: 'missing-value', severity: 'error', message: 'Nowhere.', path: 'a.d' },
  { code: 'missing-value', severity: 'error', message: 'Nowhere.', path: 'a.d' },
];

interface Log {
  readonly $schema: string;
  readonly runs: readonly {
    readonly columnKind: string;
    readonly tool: {
      readonly driver: {
        readonly rules: readonly { readonly id: string; readonly help?: { readonly text: string } }[];
      };
    };
    readonly results: readonly Result[];
  }[];
}
interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly partialFingerprints: { readonly primaryLocationLineHash: string };
  readonly locations: readonly {
    readonly logicalLocations?: unknown;
    readonly physicalLocation?: {
      readonly artifactLocation: { readonly uri: string };
      readonly region?: Readonly<Record<string, number>>;
    };
  }[];
}

/**
 * The schema of SARIF 2.1.0 as approved by OASIS (rtm.5). It is draft 4, but uses nothing that later drafts interpret
 * differently.
 */
const schema = JSON.parse(readFileSync('test/oracle/sarif-2.1.0.schema.json', 'utf8'));
delete schema.$schema;
delete schema.id;
const isSarif = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true }).compile(
  schema,
);

function assertSarif(text: Printable): Log {
  const log: Log = JSON.parse(text.exact);
  assert.ok(isSarif(log), JSON.stringify(isSarif.errors?.slice(0, 5), null, 2));
  return log;
}

test('SARIF holds to its schema, with every kind of place and with none', () => {
  const log = assertSarif(formatSarif(problems, options));
  assertSarif(formatSarif([], { color: false, texts: new Map() }));
  const [run] = log.runs;
  assert.equal(run?.columnKind, 'utf16CodeUnits');
  const places = run?.results.map(({ locations }) => locations[0]?.physicalLocation);
  assert.deepEqual(places?.[0], {
    artifactLocation: { uri: 'charts/%C3%BCber%20%26%20co/values.yaml' },
    region: { startLine: 4, startColumn: 7, endLine: 4, endColumn: 11 },
  });
  assert.deepEqual(places?.[1]?.artifactLocation, { uri: 'file:///C:/v/a.yaml' });
  assert.deepEqual(places?.[2], { artifactLocation: { uri: 'file:///etc/values.yaml' } });
  assert.deepEqual(places?.slice(3), [undefined, undefined, undefined, undefined]);
  assert.deepEqual(
    run?.results.map(({ locations }) => locations[0]?.logicalLocations),
    problems.map(({ path }) => (path === undefined ? undefined : [{ fullyQualifiedName: path }])),
  );
  const [bare] = assertSarif(formatSarif([{ code: 'x', severity: 'error', message: 'm' }], options)).runs;
  assert.deepEqual(bare?.results[0]?.locations, []);
});

test('SARIF names files relative to where one is, or by a file: URI', () => {
  const uris: Readonly<Record<string, string | undefined>> = {
    'values.yaml': 'values.yaml',
    './values.yaml': 'values.yaml',
    '././a/values.yaml': 'a/values.yaml',
    '.\\a\\values.yaml': 'a/values.yaml',
    '../values.yaml': '../values.yaml',
    '.hidden/values.yaml': '.hidden/values.yaml',
    'a/./values.yaml': 'a/./values.yaml',
    'a b/ü#?.yaml': 'a%20b/%C3%BC%23%3F.yaml',
    'x:y.yaml': 'x%3Ay.yaml',
    'a/c:/values.yaml': 'a/c%3A/values.yaml',
    '/etc/a b.yaml': 'file:///etc/a%20b.yaml',
    'C:\\a b\\values.yaml': 'file:///C:/a%20b/values.yaml',
    'd:/values.yaml': 'file:///d:/values.yaml',
    '<stdin>': undefined,
    '-': undefined,
    '--set a=1': undefined,
  };
  for (const [file, uri] of Object.entries(uris)) {
    const [run] = assertSarif(formatSarif([{ code: 'x', severity: 'error', message: 'm', file }], options)).runs;
    assert.equal(run?.results[0]?.locations[0]?.physicalLocation?.artifactLocation.uri, uri, file);
  }
});

test('SARIF rules explain themselves, results name their rule and keep their fingerprint', () => {
  const [run] = assertSarif(formatSarif(problems, options)).runs;
  assert.ok(run);
  const rules = run.tool.driver.rules;
  assert.match(rules.find(({ id }) => id === 'unknown-volume')?.help?.text ?? '', /API server/);
  for (const { ruleId, ruleIndex } of run.results) assert.equal(rules[ruleIndex]?.id, ruleId);
  assert.deepEqual(
    run.results.map(({ level }) => level),
    ['error', 'warning', 'error', 'note', 'error', 'error', 'error'],
  );
  const prints = run.results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash);
  assert.equal(new Set(prints).size, prints.length, 'two of one kind are told apart');
  const moved = problems.map((problem) =>
    problem.line === undefined ? problem : { ...problem, line: problem.line + 9 },
  );
  const later = assertSarif(formatSarif(moved, options)).runs[0]?.results;
  assert.deepEqual(
    later?.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash),
    prints,
  );
});

test('the schema rejects invalid SARIF', () => {
  assert.ok(!isSarif(JSON.parse(formatSarif(problems, options).exact.replace('"startLine": 4', '"startLine": 0'))));
});

test('what the rules find is SARIF too', () => {
  assertSarif(
    formatSarif(
      // A sample: what SARIF is made of does not depend on the rule.
      exampleCodes()
        .filter((_, index) => index % 8 === 0)
        .flatMap((code) => findIn(readExample(code).fails, code)),
      options,
    ),
  );
});

test('Markdown has a row for each problem, with what is known of its place', () => {
  const rows = (given: readonly Problem[]): string[] => formatMarkdown(given, options).exact.split('\n').slice(4);
  assert.deepEqual(rows(problems).slice(0, -2), [
    '| ❌ | a.d | Nowhere. | missing-value |',
    '| ❌ | --set a.c=1:1:5 a.c | A list. | wrong-type |',
    '| ❌ | /etc/values.yaml | No UTF-8. | not-utf8 |',
    '| ℹ️ | \\<stdin\\>:2:3 a.b | A text. | loose-type |',
    '| ⚠️ | C:\\\\v\\\\a.yaml:1:1 glob | No such value. *Did you mean global?* | unknown-value |',
  ]);
  const many = Array.from({ length: 202 }, (_, line): Problem => ({ ...problems[0], line }) as Problem);
  assert.deepEqual(rows(many).slice(200), ['', '… and 2 problems more.', '']);
  assert.deepEqual(rows(many.slice(0, 200)).slice(200), ['']);
});

test('GitHub commands escape what would end them', () => {
  assert.deepEqual(
    formatGithub(problems, options).exact.split('\n').slice(0, 6),
    [
      '::error file=charts/über & co/values.yaml,line=4,endLine=4,col=7,endColumn=11,title=glistio unknown-volume::There is no volume a,b: 100%25.%0AAdd it.%0AOr not.',
      '::warning file=C%3A/v/a.yaml,line=1,col=1,title=glistio unknown-value::No such value.%0ADid you mean global?',
      '::error file=/etc/values.yaml,title=glistio not-utf8::No UTF-8.',
      '::notice title=glistio loose-type::<stdin>: A text.%0A',
      '::error title=glistio wrong-type::--set a.c=1: A list.',
      '::error title=glistio missing-value::Nowhere.',
    ].map((line) => line.replace(/%0A$/, '')),
  );
  assert.equal(formatGithub([], options).exact, '');
  const odd: Problem = { code: 'x', severity: 'error', message: 'a\rb%0Ac', file: 'a,b:c\r.yaml' };
  assert.equal(
    formatGithub([odd], options).exact,
    '::error file=a%2Cb%3Ac\\u000d.yaml,title=glistio x::a\\u000db%250Ac\n',
  );
});

test('JSON has the fields of the contract, in one order', () => {
  const { chartVersion, problems: printed } = JSON.parse(formatJson(problems, options).exact);
  assert.equal(chartVersion, '1.17.0');
  assert.deepEqual(Object.keys(printed[0]), [
    'code',
    'severity',
    'message',
    'path',
    'file',
    'line',
    'column',
    'endColumn',
    'hint',
  ]);
  assert.equal(printed[1].suggestion, 'global');
  assert.deepEqual(JSON.parse(formatJson([], options).exact), { chartVersion: '1.17.0', problems: [] });
});

test('halves of surrogate pairs and non-characters break no format', () => {
  const found: Problem[] = [{ code: 'unknown-value', severity: 'error', message: 'No \uffff.', file: 'a\ud800.yaml' }];
  assert.match(String(formatSarif(found, options).exact), /"uri": "a%EF%BF%BD\.yaml"/);
  assert.doesNotMatch(String(formatJunit(found, options).exact), /[\ufffe\uffff]/);
});

test('files are named from the top of the repository, and by that told apart from one run to the next', () => {
  const found: Problem[] = [{ code: 'unknown-value', severity: 'warning', message: 'None.', file: 'v.yaml', line: 2 }];
  const inDeploy = { ...options, pathInRepository: (file: string) => `deploy\\${file}` };
  const above = { ...options, pathInRepository: (file: string) => file };
  const moved = found.map((problem) => ({ ...problem, file: './deploy/v.yaml' }));
  for (const format of [formatGithub, formatGitlab, formatSarif]) {
    const text = String(format(found, inDeploy).exact);
    assert.match(text, /\bdeploy\/v\.yaml\b/);
    assert.equal(text, String(format(moved, above).exact));
  }
});

test('github: of more than ten of a kind, the tenth says how many there are', () => {
  const many = Array.from(
    { length: 14 },
    (_, index): Problem => ({ code: 'x', severity: 'error', message: `No ${index}.` }),
  );
  const printed = String(
    formatGithub([...many, ...many.slice(0, 10).map((one): Problem => ({ ...one, severity: 'warning' }))], options),
  ).split('\n');
  assert.match(printed[9] ?? '', /^::error title=glistio::5 more like this/);
  assert.equal(printed.filter((line) => line.startsWith('::error')).length, 15);
  assert.equal(printed.filter((line) => line.startsWith('::warning')).length, 10);
});
