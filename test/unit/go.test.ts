/** How Go's templates print, test and merge values: the answers of Go 1.24, text/template and sprig 3.3. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  filled,
  firstOf,
  overwritten,
  printed,
  quoted,
  roundToEven,
  sortedKeys,
  sprint,
  sprintText,
  toFloat,
  truthy,
} from '../../src/go/template.ts';
import { keyOrder } from '../../src/go/yaml-keys.ts';
import type { Value } from '../../src/value.ts';

const numbers: readonly (readonly [number, string])[] = [
  [0, '0'],
  [-0, '-0'],
  [1, '1'],
  [-1, '-1'],
  [1.5, '1.5'],
  [1e5, '100000'],
  [123456, '123456'],
  [999999, '999999'],
  [-999999, '-999999'],
  [999999.5, '999999.5'],
  // With an exponent from a million up.
  [1e6, '1e+06'],
  [-1e6, '-1e+06'],
  [1000001, '1.000001e+06'],
  [1000000.5, '1.0000005e+06'],
  [8080808, '8.080808e+06'],
  [1e9, '1e+09'],
  [1e10, '1e+10'],
  [1e21, '1e+21'],
  [1e100, '1e+100'],
  // … and below a ten-thousandth.
  [0.5, '0.5'],
  [0.001, '0.001'],
  [0.0001, '0.0001'],
  [0.00012, '0.00012'],
  [0.00001, '1e-05'],
  [0.000099, '9.9e-05'],
  [-0.000001, '-1e-06'],
  [1e-10, '1e-10'],
  [1.5e-100, '1.5e-100'],
];

test('numbers are printed with the shortest %g, as float64', () => {
  for (const [value, text] of numbers) {
    assert.equal(printed(value), text);
    assert.equal(sprintText(value), `%!s(float64=${text})`);
  }
});

test('integers from --set are int64 and have no exponent', () => {
  assert.equal(printed(1000000n), '1000000');
  assert.equal(sprintText(1000000n), '%!s(int64=1000000)');
});

const values: readonly (readonly [value: Value, printed: string, text: string])[] = [
  ['', '', ''],
  ['a b', 'a b', 'a b'],
  [true, 'true', '%!s(bool=true)'],
  [false, 'false', '%!s(bool=false)'],
  [[], '[]', '[]'],
  [['a', 'b'], '[a b]', '[a b]'],
  [['a', null, 1], '[a <nil> 1]', '[a <nil> %!s(float64=1)]'],
  [{}, 'map[]', 'map[]'],
  [{ b: 1, a: 'x' }, 'map[a:x b:1]', 'map[a:x b:%!s(float64=1)]'],
  [{ a: { b: [null] }, c: null }, 'map[a:map[b:[<nil>]] c:<nil>]', 'map[a:map[b:[<nil>]] c:<nil>]'],
];

test('values are printed with %v and with %s', () => {
  for (const [value, expected, text] of values) {
    assert.equal(printed(value), expected);
    assert.equal(sprint(value), expected);
    assert.equal(quoted(value), expected);
    assert.equal(sprintText(value), text);
  }
});

test('null prints nothing, except inside a text', () => {
  assert.equal(printed(null), '');
  assert.equal(printed(undefined), '');
  assert.equal(quoted(null), null);
  assert.equal(quoted(undefined), null);
  assert.equal(sprint(null), '<nil>');
  assert.equal(sprintText(null), '%!s(<nil>)');
});

test('keys are in the order of their UTF-8 bytes', () => {
  const order = [
    '',
    'A',
    'B',
    'a',
    'a.b',
    'aa',
    'ab',
    'b',
    '\u007f',
    'é',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '\u{10000}',
    '\u{1f600}',
  ];
  for (const shuffled of [[...order].reverse(), [...order].sort()])
    assert.deepEqual(sortedKeys(Object.fromEntries(shuffled.map((key) => [key, 1]))), order);
});

test('what is empty is false', () => {
  for (const value of [null, undefined, false, '', 0, -0, 0n, [], {}]) assert.equal(truthy(value), false);
  for (const value of [true, 'false', '0', ' ', 1, -1, 0.5, 1n, [null], { a: null }]) assert.equal(truthy(value), true);
});

test('sprig coalesce takes the first that is not empty', () => {
  assert.equal(firstOf(null, '', 0, 'a', 'b'), 'a');
  assert.equal(firstOf(null, undefined, ''), null);
});

const floats: readonly (readonly [Value | undefined, number])[] = [
  [1.5, 1.5],
  [7n, 7],
  [true, 1],
  [false, 0],
  [null, 0],
  [undefined, 0],
  [[1], 0],
  [{ a: 1 }, 0],
  ['', 0],
  ['8080', 8080],
  ['+5', 5],
  ['-5.25', -5.25],
  ['5.', 5],
  ['.5', 0.5],
  ['.', 0],
  ['1e3', 1000],
  ['1E+3', 1000],
  ['25e-1', 2.5],
  ['1e', 0],
  ['1_000', 1000],
  ['1__0', 0],
  ['_1', 0],
  ['1_', 0],
  ['x1', 0],
  ['1x', 0],
  [' 1', 0],
  ['12 ', 0],
  ['0x10', 0],
  ['0x1p4', 16],
  ['-0x_1.8P1', -3],
  ['0x1_0p0', 16],
  ['1e400', 0],
  ['-1e400', 0],
  ['.inf', 0],
  ['iNf', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['nan', Number.NaN],
  ['+nan', 0],
  ['e3', 0],
];

test('sprig float64 reads numbers in texts, and takes all else for 0', () => {
  for (const [value, number] of floats) assert.equal(toFloat(value), number, inspect(value));
});

test('halves are rounded to the even neighbour', () => {
  const table = [
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
    [3.5, 4],
    [-1.5, -2],
    [-2.5, -2],
    [1.4, 1],
    [1.6, 2],
    [2.6, 3],
    [7, 7],
  ] as const;
  for (const [value, rounded] of table) assert.equal(roundToEven(value), rounded, String(value));
});

test('sprig merge fills in what is missing or empty', () => {
  const map = { a: 1, b: 0, c: '', d: null, e: { x: 1, y: '' }, f: [], g: 'text', h: { i: 1 } };
  const source = {
    a: 2,
    b: 3,
    c: 'c',
    d: 'd',
    e: { x: 2, y: 'y', z: null },
    f: [1],
    g: { z: 1 },
    h: 'text',
    k: null,
    l: 4,
  };
  const before = structuredClone(map);
  assert.deepEqual(filled(map, source), {
    ...{ a: 1, b: 3, c: 'c', d: 'd', e: { x: 1, y: 'y', z: null }, f: [1], g: 'text', h: { i: 1 }, k: null, l: 4 },
  });
  assert.deepEqual(map, before);
});

test('sprig mergeOverwrite replaces everything but maps, by null too', () => {
  const map = { a: 1, b: { x: 1, y: 2 }, c: [1, 2], d: { x: 1 }, e: 5 };
  const source = { a: null, b: { y: 3, z: 4 }, c: [], d: 'text', f: { g: 1 } };
  const before = structuredClone(map);
  assert.deepEqual(overwritten(map, source), { a: null, b: { x: 1, y: 3, z: 4 }, c: [], d: 'text', e: 5, f: { g: 1 } });
  assert.deepEqual(map, before);
});

test('keys are in go-yaml’s order: numbers by value, letters last', () => {
  const sorted = ['a105', 'a11', 'a1', 'a001', 'a01', '_', 'b', '10', '9', 'B', 'a', 'a-1'];
  assert.deepEqual([...sorted].sort(keyOrder), [
    '_',
    '9',
    '10',
    'B',
    'a',
    'a-1',
    'a1',
    'a01',
    'a001',
    'a11',
    'a105',
    'b',
  ]);
});
