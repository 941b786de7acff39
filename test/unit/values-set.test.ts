import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newestHelm } from '../../src/helm/helm-version.ts';
import { applySets, filesOfSetArgument, type SetArgument, type SetKind } from '../../src/helm/set.ts';
import type { ValueMap } from '../../src/value.ts';

const applySet = (values: ValueMap, argument: SetArgument, files?: ReadonlyMap<string, string>) => {
  const { paths, ...result } = applySets(values, [argument], files);
  return { ...result, paths: paths[0] ?? [] };
};
const set = (text: string, values: ValueMap = {}, kind: SetKind = 'set') => applySet(values, { kind, text });

/** The result of an argument applied to nothing. */
const gives = (text: string, kind?: SetKind) => set(text, {}, kind).values;

test('dots, brackets, lists and escapes', () => {
  assert.deepEqual(gives('a.b=x,c=y'), { a: { b: 'x' }, c: 'y' });
  assert.deepEqual(gives('a[1].b=x,a[0]=y'), { a: ['y', { b: 'x' }] });
  assert.deepEqual(gives('a[2]=x'), { a: [null, null, 'x'] });
  assert.deepEqual(gives('a={x,1},b={},c=d'), { a: ['x', 1n], b: [''], c: 'd' });
  assert.deepEqual(gives('a\\.b=x\\,y,c=\\{z'), { 'a.b': 'x,y', c: '{z' });
  assert.deepEqual(gives('a='), { a: '' });
  assert.deepEqual(gives('a[0][1]=x'), { a: [[null, 'x']] });
});

test('integers are int64, three words are what they say, everything else is text', () => {
  assert.deepEqual(gives('a=1000000,b=0,c=+3,d=-7,e=9223372036854775807'), {
    a: 1000000n,
    b: 0n,
    c: 3n,
    d: -7n,
    e: 9223372036854775807n,
  });
  assert.deepEqual(gives('a=9223372036854775808,b=007,c=1.5,d=1e3,e=yes,f=0x1F'), {
    a: '9223372036854775808',
    b: '007',
    c: '1.5',
    d: '1e3',
    e: 'yes',
    f: '0x1F',
  });
  assert.deepEqual(gives('a=TRUE,b=False,c=nUll,d=~'), { a: true, b: false, c: null, d: '~' });
  assert.deepEqual(gives('a=1,b=true', 'set-string'), { a: '1', b: 'true' });
});

test('set-json: a value for each key, numbers as float64', () => {
  assert.deepEqual(gives('a={"b":[1,null,"x"]}, b=2,c=,d="p,q"', 'set-json'), {
    a: { b: [1, null, 'x'] },
    ' b': 2,
    c: null,
    d: 'p,q',
  } as ValueMap);
  assert.equal(JSON.stringify(gives('a={"__proto__":{"b":1}}', 'set-json')), '{"a":{"__proto__":{"b":1}}}');
  assert.deepEqual(gives('a="\\ud800"', 'set-json'), { a: '\ufffd' });
});

test('set-json: what is wrong, and where', () => {
  const table: readonly (readonly [text: string, message: string])[] = [
    ['a=', ''],
    ['a={"b":1', 'its } is missing'],
    ['a={"b":', 'it ends too early'],
    ['a={"b" 1}', 'a colon is missing'],
    ['a={"b":tru}', 'a value is missing or misspelled here'],
    ['a="\\x"', 'a string in it has an unknown escape or a control character'],
    ['a=1.', 'a value is missing or misspelled here'],
    ['a=1e', 'a value is missing or misspelled here'],
    ['{"a":1', 'its } is missing'],
    ['{"a":1} b', 'Nothing may follow the object.'],
  ];
  for (const [text, message] of table) {
    const { problems } = applySets({}, [{ kind: 'set-json', text }], undefined, newestHelm);
    const [found] = problems;
    assert.equal(problems.length, message === '' ? 0 : 1, text);
    assert.ok((found?.message ?? '').includes(message), `${text}: ${found?.message}`);
  }
  const whole = (text: string, values: ValueMap): ValueMap =>
    applySets(values, [{ kind: 'set-json', text }], undefined, newestHelm).values;
  assert.deepEqual(whole('{"a":{"b":1}}', { a: { c: 2 } }), { a: { b: 1, c: 2 } });
  assert.deepEqual(whole('{"a":"\\ud800","\\udfff":[1]}', {}), { a: '\ufffd', '\ufffd': [1] });
});

test('set-literal takes everything behind = as it is', () => {
  assert.deepEqual(gives('a.b=x,c=\\{1}', 'set-literal'), { a: { b: 'x,c=\\{1}' } });
});

test('set-file takes the texts it is given', () => {
  const files = new Map([
    ['x.txt', 'one\n'],
    ['y', 'two'],
  ]);
  assert.deepEqual(applySet({}, { kind: 'set-file', text: 'a=x.txt,b={x.txt,y}' }, files).values, {
    a: 'one\n',
    b: ['one\n', 'two'],
  });
  assert.deepEqual(filesOfSetArgument('a=x.txt,b={x.txt,y}'), ['x.txt', 'y']);
  assert.deepEqual(filesOfSetArgument('a'), []);
  assert.match(applySet({}, { kind: 'set-file', text: 'a=z' }, files).problems[0]?.message ?? '', /"z" was not read/);
});

test('layers below are kept, not changed', () => {
  const below = { a: { b: { c: 1 }, l: [{ x: 1 }, 2] }, d: { e: 1 } };
  const before = JSON.stringify(below);
  const { values, paths } = set('a.b.n=x,a.l[0].y=z', below);
  assert.deepEqual(values, { a: { b: { c: 1, n: 'x' }, l: [{ x: 1, y: 'z' }, 2] }, d: { e: 1 } });
  assert.deepEqual(paths, [
    ['a', 'b', 'n'],
    ['a', 'l', 0, 'y'],
  ]);
  assert.equal(values['d'], below.d);
  assert.equal(JSON.stringify(below), before);
});

test('errors name the argument and the column, and change nothing', () => {
  const below = { s: 1, n: null, l: [1], m: {} };
  const cases: readonly (readonly [string, number, RegExp, SetKind?])[] = [
    ['a', 1, /"a" has no value/],
    ['x=1,a,b=2', 6, /no value before this comma/],
    ['a[x]=1', 3, /"x" is not a list index/],
    ['a[-1]=1', 3, /must not be negative/],
    ['a[65537]=1', 3, /must not be greater than 65536/],
    ['a[0', 2, /not closed/],
    ['a[0]b=1', 5, /directly follow an index/],
    ['a={1,2', 3, /its } is missing/],
    ['s.t=1', 1, /"s" is a number in a layer below/],
    ['n.t=1', 1, /"n" is null/],
    ['m[0]=1', 1, /"m" is a map in a layer below, not a list/],
    ['l[0][1]=1', 5, /not a list/],
    [`a${'.k'.repeat(31)}=1`, 61, /more than 30 levels/],
    [`a${'[0].a'.repeat(300)}=1`, 1251, /more than 500 levels/],
    [`a${'[0]'.repeat(50_000)}=1`, 1502, /more than 500 levels/],
    ['a={"b":}', 8, /not valid JSON/, 'set-json'],
    ['a={"b":1', 9, /its } is missing/, 'set-json'],
    [`a=${'['.repeat(100_000)}`, 503, /nested more than 500/, 'set-json'],
    ['a=1e999', 3, /too large/, 'set-json'],
    ['{"a":1}', 1, /no value/, 'set-json'],
  ];
  for (const [text, column, message, kind] of cases) {
    const { values, problems } = set(text, below, kind);
    assert.equal(values, below);
    const [problem] = problems;
    assert.match(problem?.message ?? '', message, text);
    assert.ok(problem?.file?.startsWith(`--${kind ?? 'set'} ${text.slice(0, 70)}`));
    assert.deepEqual([problem?.code, problem?.line], ['set-syntax', 1]);
    assert.equal(problem?.column, column, text.slice(0, 50));
  }
});

test('no argument reaches a prototype', () => {
  const { values } = set('__proto__.polluted=1,constructor.prototype.polluted=1,a.__proto__.b=2');
  assert.equal(({} as { polluted?: number }).polluted, undefined);
  assert.deepEqual(Object.keys(values).sort(), ['__proto__', 'a', 'constructor']);
  assert.deepEqual(Object.keys(values['a'] as ValueMap), ['__proto__']);
});

test('no argument makes it throw', () => {
  const words = ['a', '.', '=', ',', '[', ']', '{', '}', '\\', '0', '1', '"', 'true', '{"x":1}', '-', ' '];
  const text = fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join(''));
  const kind = fc.constantFrom<SetKind>('set', 'set-string', 'set-json', 'set-file', 'set-literal');
  fc.assert(
    fc.property(text, kind, (input, option) => {
      const below = { a: [1, { x: 1 }, [2]], b: null };
      const before = JSON.stringify(below);
      const { values, problems } = set(input, below, option);
      if (problems.some(({ severity }) => severity === 'error')) assert.equal(values, below);
      assert.equal(JSON.stringify(below), before);
    }),
    { numRuns: 3000 },
  );
});

test('an argument that fails leaves nothing of what it did before, whatever came before it and comes behind', () => {
  const below = { m: {}, l: [1], s: 'x', deep: { a: { b: 1 } } };
  const before = structuredClone(below);
  const args = [
    'm.a=1,deep.a.c=2',
    'm.a=9,m.b=9,l[3]=9,new.a=9,deep.a.b=9,deep.a.c=9,x',
    'l[1]=2,m.c={1,2}',
    'deep.z.y=1,s.t=1',
    'e.a=1',
  ];
  const all = applySets(
    below,
    args.map((text) => ({ kind: 'set', text })),
  );
  const good = applySets(
    below,
    [args[0], args[2], args[4]].map((text = '') => ({ kind: 'set', text })),
  );
  assert.equal(all.problems.length, 2);
  assert.equal(JSON.stringify(all.values, large), JSON.stringify(good.values, large));
  assert.deepEqual(all.values['l'], [1, 2n]);
  assert.deepEqual(below, before);
  assert.deepEqual(
    all.paths.map((paths) => paths.length),
    [2, 0, 2, 0, 1],
  );
});

const large = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

test('lists that are filled up are bounded in all', () => {
  const far = (count: number) => Array.from({ length: count }, (_, index) => `l${index}[65536]=1`).join(',');
  assert.deepEqual(set(far(10)).problems, []);
  assert.match(set(far(40)).problems[0]?.message ?? '', /too many items that were not set/);
});
