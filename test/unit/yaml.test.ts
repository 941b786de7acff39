import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Problem } from '../../src/problem.ts';
import type { Value } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { resolveKey, resolvePlain } from '../../src/yaml/resolve.ts';

const read = (text: string) => readYaml({ name: 'values.yaml', text });

/** `code line:column-endColumn path` of each problem. */
function brief(problems: readonly Problem[]): string[] {
  return problems.map(
    ({ code, line, column, endColumn, path }) =>
      `${code} ${line}:${column}${endColumn === undefined ? '' : `-${endColumn}`}${path === undefined ? '' : ` ${path}`}`,
  );
}

const scalars: readonly (readonly [string, Value])[] = [
  ['', null],
  ['~', null],
  ['NULL', null],
  ['nULL', 'nULL'],
  ['y', true],
  ['On', true],
  ['oN', 'oN'],
  ['OFF', false],
  ['true', true],
  ['0', 0],
  ['-0', 0],
  ['+5', 5],
  ['007', 7],
  ['08', 8],
  ['0o644', 420],
  ['0644', 420],
  ['0x1F', 31],
  ['-0x1F', -31],
  ['0X1f', 31],
  ['0b101', 5],
  ['0b-101', -5],
  ['1_000', 1000],
  ['0_7', 7],
  ['123456789012345', 123456789012345],
  ['9007199254740993', 9007199254740992],
  ['18446744073709551616', 18446744073709552000],
  ['0xFFFFFFFFFFFFFFFF', 18446744073709552000],
  ['0xFFFFFFFFFFFFFFFFF', '0xFFFFFFFFFFFFFFFFF'],
  ['0x', '0x'],
  ['.5', 0.5],
  ['.5_0', 0.5],
  ['._5', '._5'],
  ['1.', 1],
  ['1e3', 1000],
  ['1234e5', 123400000],
  ['1.10', 1.1],
  ['1e400', '1e400'],
  ['.e5', '.e5'],
  ['12:30:45', '12:30:45'],
  ['2024-01-01', '2024-01-01'],
  ['1.2.3', '1.2.3'],
  ['<<', '<<'],
  ['=', '='],
  ['-', '-'],
  ['.inf', Number.POSITIVE_INFINITY],
  ['-.INF', Number.NEGATIVE_INFINITY],
  ['.NaN', Number.NaN],
  ['é', 'é'],
];

test('plain scalars resolve as in go-yaml v2', () => {
  for (const [text, value] of scalars) assert.deepEqual(resolvePlain(text), value, text);
});

test('keys are resolved and written back', () => {
  const keys: readonly (readonly [string, string | undefined])[] = [
    ['n', 'false'],
    ['on', 'true'],
    ['0x10', '16'],
    ['1.10', '1.1'],
    ['0.1', '0.1'],
    ['1e6', '1e+06'],
    ['1e39', '.inf'],
    ['.inf', '.inf'],
    ['123456789.5', '1.2345679e+08'],
    ['0.00001', '1e-05'],
    ['9007199254740993', '9007199254740993'],
    ['18446744073709551615', undefined],
    ['null', undefined],
    ['', undefined],
    ['name', 'name'],
  ];
  for (const [text, key] of keys) assert.equal(resolveKey(text), key, text);
});

test('any text resolves to something, and strings to themselves', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+.0-9eExXobB_]{0,12}$/)), (text) => {
      const value = resolvePlain(text);
      if (typeof value === 'string') assert.equal(value, text);
      assert.ok(resolveKey(text) === undefined || typeof resolveKey(text) === 'string');
    }),
    { numRuns: 2000 },
  );
});

test('explicit tags', () => {
  const good: readonly (readonly [string, Value])[] = [
    ['!!str yes', 'yes'],
    ['!!str', ''],
    ['!!int "3"', 3],
    ['!!float 3', 3],
    ['!!bool "yes"', true],
    ['!!null ""', null],
    ['!!binary aGk=', 'hi'],
    ['!!timestamp 2020-01-01', '2020-01-01'],
    ['! yes', 'yes'],
    ['!custom 1', '1'],
  ];
  for (const [text, value] of good) assert.deepEqual(read(`v: ${text}\n`).value, { v: value }, text);
  for (const text of [
    '!!int x',
    '!!int 1.5',
    '!!int _1',
    '!!bool 1',
    '!!null x',
    '!!binary "*"',
    '!!timestamp 2020-02-30',
  ]) {
    assert.deepEqual(
      brief(read(`v: ${text}\n`).problems).map((line) => line.split(' ')[0]),
      ['tag-does-not-fit'],
      text,
    );
  }
  assert.deepEqual(read('%TAG !y! tag:yaml.org,2002:\n---\nv: !y!str 1\n').value, { v: '1' });
});

test('maps hold every key as data', () => {
  const { value, problems } = read('__proto__: {polluted: 1}\nconstructor: 2\ntoString: {hasOwnProperty: 3}\n');
  assert.deepEqual(problems, []);
  assert.equal(JSON.stringify(value), '{"__proto__":{"polluted":1},"constructor":2,"toString":{"hasOwnProperty":3}}');
  assert.equal(({} as { polluted?: number }).polluted, undefined);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
});

test('anchors, aliases and merge keys', () => {
  const text = 'b: &b {x: 1, q: 9}\nc: *b\nd:\n  <<: *b\n  x: 2\ne:\n  <<: [{x: 7}, *b]\n';
  const { value, problems } = read(text);
  assert.deepEqual(value, { b: { x: 1, q: 9 }, c: { x: 1, q: 9 }, d: { x: 2, q: 9 }, e: { x: 7, q: 9 } });
  assert.deepEqual(problems, []);
  const late = read('b: &b {x: 1}\nd:\n  x: 2\n  <<: *b\n');
  assert.deepEqual(late.value, { b: { x: 1 }, d: { x: 1 } });
  assert.deepEqual(brief(late.problems), ['merge-overwrites-key 4:3-5 d.<<']);
  for (const [text, code] of [
    ['a: *b\n', 'unknown-anchor'],
    ['a: &a [*a]\n', 'recursive-anchor'],
    ['<<: 1\n', 'merge-needs-map'],
    ['<<: [1]\n', 'merge-needs-map'],
    ['a: &a.b 1\n', 'bad-anchor-name'],
    ['*b : 1\n', 'unknown-anchor'],
  ] as const) {
    assert.deepEqual(
      read(text).problems.map((problem) => problem.code),
      [code],
      text,
    );
  }
});

test('only the first document counts', () => {
  assert.deepEqual(read('a: 1\n---\nb: [\n').value, { a: 1 });
  assert.deepEqual(brief(read('a: 1\n---\nb: [\n').problems), ['later-documents-ignored 2:1']);
  assert.deepEqual(read('\ufeff# c\r\n%YAML 1.1\r\n---\r\na: 1\r\n...\r\n# end\r\n---\r\n').problems, []);
  assert.deepEqual(read('---\n---\na: 1\n').value, null);
  assert.deepEqual(read('a: |\n  x\n ---\n').value, null, 'an indented --- is no marker');
  assert.equal(read('...\n').problems[0]?.code, 'yaml-syntax');
  assert.equal(read('%YAML 1.2\n---\na: 1\n').problems[0]?.code, 'yaml-version');
});

test('what Helm does silently is said at the token', () => {
  const text = [
    'a: yes',
    'on: 1',
    'big: 9007199254740993',
    'port: 0123',
    'mode:',
    '  defaultMode: 0644',
    'x: {k: 1,',
    '    k: 2}',
    'quoted: "yes"',
    'ok: 9007199254740992',
  ].join('\n');
  assert.deepEqual(brief(read(text).problems), [
    'boolean-surprise 1:4-7 a',
    'boolean-surprise 2:1-3 true',
    'number-loses-digits 3:6-22 big',
    'octal-number 4:7-11 port',
    'duplicate-key 8:5-6 x.k',
  ]);
  assert.match(read(text).problems[4]?.message ?? '', /first one is on line 7/);
  assert.ok(read(text).problems.every(({ severity, file }) => severity === 'warning' && file === 'values.yaml'));
});

test('what is wrong is an error with a place, and there is no value', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a: .inf\n', 'number-not-finite 1:4-8 a'],
    ['a: !!float .inf\n', 'number-not-finite 1:12-16 a'],
    ['a:\n  ~: 1\n', 'null-key 2:3-4 a'],
    ['a:\n  ? [b]\n  : 1\n', 'key-not-scalar 2:5 a'],
    ['a: {{ x }}\n', 'key-not-scalar 1:5 a'],
    ['a:\n\tb: 1\n', 'yaml-syntax 2:1'],
    ['a: 1\n \t# c\nb: 2\n', 'yaml-syntax 2:2-3'],
    ['a: b: c\n', 'yaml-syntax 1:5'],
    ['a: "x\n', 'yaml-syntax 1:6'],
    ['a: @x\n', 'yaml-syntax 1:4'],
    ['a: "\\/"\n', 'bad-escape 1:5-7 a'],
    ['a: "\\ud83d"\n', 'bad-escape 1:5-11 a'],
    ['a: {b:}\n', 'unquoted-in-brackets 1:5-6 a.b'],
    ['a: [http://x/?y]\n', 'unquoted-in-brackets 1:5-16 a[0]'],
    ['a: 1 # \u007f\n', 'control-character 1:8-9'],
    ['a: \u0000\n', 'control-character 1:4-5'],
    ['a: \ufffd\n', 'not-utf8 1:4-5'],
    ['a: \ud800\n', 'not-utf8 1:4-5'],
  ];
  for (const [text, expected] of cases) {
    const { value, problems } = read(text);
    assert.deepEqual(brief(problems.filter(({ severity }) => severity === 'error')), [expected], JSON.stringify(text));
    assert.equal(value, null);
  }
  assert.deepEqual(read('a: 😀\n').value, { a: '😀' });
});

test('layouts that js-yaml alone would refuse', () => {
  assert.deepEqual(read('a: [\n  x,\n]\nb: {\nc: "d\ne"\n}\n').value, { a: ['x'], b: { c: 'd e' } });
  assert.deepEqual(read('a:\t[1]\n').value, { a: [1] });
  const { place, problems } = read('l:\n  a: [\n1, yes\n]\n');
  assert.deepEqual(brief(problems), ['boolean-surprise 3:4-7 l.a[1]']);
  assert.deepEqual(place(['l', 'a', 0], 'value'), { line: 3, column: 1, endColumn: 2 });
});

test('places of keys and values', () => {
  const text = '# c\na:\n  "b c": [x, {d: \'e\'}]\n  f: |\n    text\n  g:\nh: &h {i: 1}\nj: *h\nk:\n  <<: *h\n';
  const { place } = read(text);
  assert.deepEqual(place(['a'], 'key'), { line: 2, column: 1, endColumn: 2 });
  assert.deepEqual(place(['a'], 'value'), { line: 3, column: 3 });
  assert.deepEqual(place(['a', 'b c'], 'key'), { line: 3, column: 3, endColumn: 8 });
  assert.deepEqual(place(['a', 'b c', 0], 'value'), { line: 3, column: 11, endColumn: 12 });
  assert.deepEqual(place(['a', 'b c', 1, 'd'], 'value'), { line: 3, column: 18, endColumn: 21 });
  assert.deepEqual(place(['a', 'f'], 'value'), { line: 4, column: 6 });
  assert.deepEqual(place(['a', 'g'], 'value'), { line: 6, column: 3, endColumn: 4 }, 'an empty value is at its key');
  assert.deepEqual(place(['j', 'i'], 'key'), { line: 8, column: 4, endColumn: 6 }, 'behind an alias: the alias');
  assert.deepEqual(place(['k', 'i'], 'key'), { line: 10, column: 3 }, 'behind a merge key: the map around');
  assert.equal(read('').place(['a'], 'key'), undefined);
  assert.deepEqual(read('\ufeffa: 1\r\nb: 2\r\n').place(['b'], 'value'), { line: 2, column: 4, endColumn: 5 });
  assert.deepEqual(read('\ufeffa: 1\n').place(['a'], 'key'), { line: 1, column: 1, endColumn: 2 });
  assert.deepEqual(
    read('a: 1\na: 2\n').place(['a'], 'value'),
    { line: 2, column: 4, endColumn: 5 },
    'the last one wins',
  );
});

test('hostile inputs end in one clear error, quickly', () => {
  const bomb = [
    'a0: &a0 [x,x,x,x,x,x,x,x,x]',
    ...Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join()}]`),
  ].join('\n');
  const chain = [
    'a0: &a0 x',
    ...Array.from({ length: 60 }, (_, i) => `a${i + 1}: &a${i + 1} ${'['.repeat(100)}*a${i}${']'.repeat(100)}`),
  ].join('\n');
  const inputs: readonly (readonly [string, string])[] = [
    ['[', 'yaml-syntax'],
    ['['.repeat(10_000), 'nested-too-deep'],
    ['{a: '.repeat(10_000), 'nested-too-deep'],
    ['- '.repeat(10_000), 'nested-too-deep'],
    [
      Array.from({ length: 10_000 }, (_, i) => `${' '.repeat(Math.min(i, 390))}k${i}:`)
        .slice(0, 390)
        .join('\n'),
      '',
    ],
    [bomb, 'too-many-aliases'],
    [chain, 'nested-too-deep'],
    ['a: '.repeat(17_000_000), 'too-long'],
    ['x'.repeat(4_000_000), ''],
    ['\u0000\u0001\u0002', 'control-character'],
    ['\ufffd\ufffdELF', 'not-utf8'],
    ['"'.repeat(100_001), 'yaml-syntax'],
    ['a: [\n'.repeat(400), 'yaml-syntax'],
    [`a: [\n${'x,\n'.repeat(300)}]\n`, ''],
    [`a: [\n${'x,\n'.repeat(50_000)}]\n`, 'yaml-syntax'],
    [`${'#\n'.repeat(500_000)}a: 1\n`, ''],
    ['a: 1\n'.repeat(100_000), 'duplicate-key'],
    [`a: {${'b\n #x #y #z\n'.repeat(2000)}`, 'yaml-syntax'],
    ['&a '.repeat(50_000), 'yaml-syntax'],
    ['? '.repeat(450), ''],
  ];
  for (const [text, code] of inputs) {
    const start = performance.now();
    const { problems } = read(text);
    const took = performance.now() - start;
    const label = `${text.slice(0, 20)}… (${text.length})`;
    if (code === '')
      assert.deepEqual(
        problems
          .filter(({ severity }) => severity === 'error')
          .map((p) => p.code)
          .filter((c) => c !== 'null-key' && c !== 'key-not-scalar'),
        [],
        label,
      );
    else
      assert.ok(
        problems.every((problem) => problem.code === code) && problems.length > 0,
        `${label}: ${problems[0]?.code}`,
      );
    if (code !== 'duplicate-key' && code !== '' && code !== 'nested-too-deep' && code !== 'too-many-aliases')
      assert.equal(problems.length, 1, label);
    // These take milliseconds; quadratic behavior would take minutes.
    assert.ok(took < 30_000, `${label} took ${took} ms`);
  }
});

test('warnings never crowd out an error', () => {
  const { value, problems } = read(`${'a: yes\n'.repeat(1000)}b: .inf\n`);
  assert.equal(value, null);
  assert.equal(problems.filter(({ severity }) => severity === 'error').length, 1);
  // The first 200 of each code, and the number of further ones.
  assert.deepEqual(
    problems.flatMap(({ code, severity, line, more, message }) =>
      more === undefined ? [] : [{ code, severity, line, more, message }],
    ),
    [
      {
        code: 'boolean-surprise',
        severity: 'warning',
        line: 201,
        more: 800,
        message: '800 more problems with the code boolean-surprise are not listed.',
      },
      {
        code: 'duplicate-key',
        severity: 'warning',
        line: 202,
        more: 799,
        message: '799 more problems with the code duplicate-key are not listed.',
      },
    ],
  );
  assert.equal(problems.length, 200 + 1 + 200 + 1 + 1);
});

test('JSON reads as what it says', () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: 'medium' }), fc.boolean(), (json, pretty) => {
      const text = JSON.stringify(json, null, pretty ? 2 : undefined);
      // Helm rejects keys that are longer than a line, control characters above ASCII, and Unicode's own line breaks.
      if (/[\u007f-\u009f\u2028\u2029\ufffd-\uffff]|\\u[dD]/.test(text)) return;
      const { value, problems } = read(text);
      assert.deepEqual(
        problems.filter(({ severity }) => severity === 'error'),
        [],
        text,
      );
      assert.deepEqual(value, JSON.parse(text), text);
    }),
    { numRuns: 500 },
  );
});

test('no text makes it throw, and every problem has a place', () => {
  const words = [
    'a',
    ': ',
    '- ',
    '\n',
    '  ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '&a ',
    '*a',
    '<<: ',
    '? ',
    '"',
    "'",
    '|',
    '>',
    '#',
    '\t',
    '---',
    '!!int ',
    'yes',
    '1',
    '\r\n',
    '%',
  ];
  const text = fc.oneof(
    fc.array(fc.constantFrom(...words), { maxLength: 25 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(text, (input) => {
      const { value, problems, place } = read(input);
      for (const { line, column, message } of problems)
        assert.ok((line ?? 0) >= 1 && (column ?? 0) >= 1 && message !== '');
      if (problems.some(({ severity }) => severity === 'error')) assert.equal(value, null);
      place(['a', 0], 'key');
      place([], 'value');
    }),
    { numRuns: 3000 },
  );
});
