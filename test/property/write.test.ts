/** Whatever is written is read identically by three readers: Helm's rules, YAML 1.2 and YAML 1.1. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CORE_SCHEMA, load, YAML11_SCHEMA } from 'js-yaml';
import type { Value } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { writeScalar, writeYaml } from '../../src/yaml/write.ts';
import { anyText, nasty } from './arbitraries.ts';

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  'YAML 1.2': (text) => load(text, { schema: CORE_SCHEMA }),
  'YAML 1.1': (text) => load(text, { schema: YAML11_SCHEMA }),
  Helm: (text) => {
    const { value, problems } = readYaml({ name: 'written', text });
    assert.deepEqual(problems, [], text);
    return value;
  },
};

function readsAs(text: string, expected: Value): void {
  for (const [name, read] of Object.entries(readers))
    assert.deepEqual(plain(read(text)), expected, `${name} reads\n${text}`);
}

/** js-yaml's maps have no prototype, and may contain more than plain objects can. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const places: readonly ((text: string) => Value)[] = [
  (text) => ({ a: text, z: 1 }),
  (text) => ({ [text]: 1, z: 'z' }),
  (text) => ({ [text]: { b: text }, z: [text] }),
  (text) => ['a', text, [text, [text]], { [text]: [text] }],
  (text) => ({ a: { b: { c: [{ d: text, e: text }] } }, z: text }),
];

test('every nasty text survives in every place', () => {
  for (const text of nasty) for (const place of places) readsAs(writeYaml(place(text)), place(text));
});

test('every text survives in every place', () => {
  fc.assert(
    fc.property(anyText(), fc.constantFrom(...places), (text, place) =>
      readsAs(writeYaml(place(text)), plain(place(text)) as Value),
    ),
    { numRuns: 2000 },
  );
});

test('every tree survives, at any indentation', () => {
  const tree = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      anyText(),
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(anyText(), tie('value'), { maxKeys: 3, noNullPrototype: true }),
    ),
  })).value;
  fc.assert(
    fc.property(tree, fc.constantFrom('', '  ', '      '), (value, indent) => {
      const holder = { a: value, z: 'end' };
      readsAs(`top:\n${writeYaml(holder, `  ${indent}`)}`, { top: plain(holder) as Value });
    }),
    { numRuns: 1000 },
  );
});

test('a scalar never leaves its line', () => {
  fc.assert(fc.property(anyText(), (text) => !/[\n\r\u0085\u2028\u2029]/.test(writeScalar(text))));
});
