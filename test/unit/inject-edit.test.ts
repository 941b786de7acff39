import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { equal, type Value, type ValueMap } from '../../src/value.ts';
import { editYaml } from '../../src/yaml/edit.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { writeYaml } from '../../src/yaml/write.ts';

function edited(text: string, change: (value: ValueMap) => Value): { text: string; isKept: boolean } {
  return editYaml(text, change(readYaml({ name: 'in', text }).value as ValueMap));
}

test('a text that says the same already stays', () => {
  const text = '# c\na:   1 # one\n';
  assert.deepEqual(
    edited(text, (value) => ({ ...value })),
    { text, isKept: true },
  );
});

test('only what changes is written; comments, blanks and quotes stay', () => {
  const text = "a:   'x'   # first\n\nlist:\n    # above\n    -   b: 1  # in\n# end\n";
  const { text: after } = edited(text, (value) => ({
    ...value,
    a: "it's",
    list: [...(value['list'] as Value[]), { c: [2] }],
  }));
  assert.equal(
    after,
    "a:   'it''s'   # first\n\nlist:\n    # above\n    -   b: 1  # in\n    - c:\n          - 2\n# end\n",
  );
});

test('a text of several lines in quotes keeps them', () => {
  const text = '# c\na: "one\\n\\\n  \\ two\\n" # of a\nb: 1 # of b\n';
  const { text: after, isKept } = edited(text, (value) => ({ ...value, a: `${value['a']}three\n` }));
  assert.equal(after, '# c\na: "one\\n two\\nthree\\n" # of a\nb: 1 # of b\n');
  assert.equal(isKept, true);
  const single = "a: 'one\n\n  two'\nb: 1 # of b\n";
  const { text: block } = edited(single, (value) => ({ ...value, a: `${value['a']}\nthree\n` }));
  assert.equal(block, 'a: |\n  one\n  two\n  three\nb: 1 # of b\n');
});

test('what goes takes its lines along, not its neighbours’ comments', () => {
  const text = 'list:\n# of a\n- name: a\n  x: 1 # gone\n# of b\n- name: b\n';
  const { text: after } = edited(text, (value) => ({ list: (value['list'] as Value[]).slice(1) }));
  assert.equal(after, 'list:\n# of a\n# of b\n- name: b\n');
});

test('an item before the first one stands above its comments', () => {
  const { text } = edited('list:\n- old: 1\n', () => ({ list: [{ new: 1 }, { old: 1 }] }));
  assert.equal(text, 'list:\n- new: 1\n- old: 1\n');
  const { text: below } = edited('list:\n# of old\n- old: 1\n', () => ({ list: [{ new: 1 }, { old: 1 }] }));
  assert.equal(below, 'list:\n- new: 1\n# of old\n- old: 1\n');
});

test('a list can get empty and grow again', () => {
  const { text } = edited('a:\n- 1\nb: 2\n', (value) => ({ ...value, a: [] }));
  assert.equal(text, 'a: []\nb: 2\n');
  assert.equal(edited(text, (value) => ({ ...value, a: [1] })).text, 'a:\n- 1\nb: 2\n');
  assert.equal(edited('a:\nb: 2\n', (value) => ({ ...value, a: { c: 1 } })).text, 'a:\n  c: 1\nb: 2\n');
});

test('JSON stays JSON, on one line or on many', () => {
  const more = (value: ValueMap): Value => ({ ...value, a: [...(value['a'] as Value[]), { b: 'yes' }] });
  assert.equal(edited('{"a": [1]}', more).text, '{"a": [1, {"b": "yes"}]}');
  assert.equal(
    edited('{\n  "a": [\n    1\n  ]\n}\n', more).text,
    '{\n  "a": [\n    1,\n    {\n      "b": "yes"\n    }\n  ]\n}\n',
  );
});

test('line ends of the text are kept, and a missing last one stays missing', () => {
  assert.equal(edited('a: 1\r\nb: {}', (value) => ({ ...value, c: { d: 'x' } })).text, 'a: 1\r\nb: {}\r\nc:\r\n  d: x');
});

test('of a block text only the lines that change are written', () => {
  const text = 'a: |\n  one\n   \n  two # not a comment\n\nb: 1\n';
  const { text: after } = edited(text, (value) => ({ ...value, a: 'one\n \nmore\ntwo # not a comment\n' }));
  assert.equal(after, 'a: |\n  one\n   \n  more\n  two # not a comment\n\nb: 1\n');
});

test('what cannot be kept is rewritten, which is reported', () => {
  const text = 'a: &x {k: 1}\nb: *x\n';
  const { text: after, isKept } = edited(text, () => ({ b: { k: 1 } }));
  assert.equal(isKept, false);
  assert.equal(after, 'b:\n  k: 1\n');
});

const scalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('a\nb\n', 'y', '1', '# x', ': '),
);
const { tree } = fc.letrec<{ tree: Value }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'name', 'list', 'data'), tie('tree')),
  ),
}));
const layouts: readonly ((value: Value) => string)[] = [
  writeYaml,
  (value) => `# head\n---\n${writeYaml(value)}# end\n`,
  (value) => JSON.stringify(value),
  (value) => `${JSON.stringify(value, null, 3)}\n`,
  (value) => writeYaml(value).replaceAll('\n', '\r\n'),
];

test('whatever a text says, it can be made to say anything else', () => {
  fc.assert(
    fc.property(tree, tree, fc.constantFrom(...layouts), (before, after, layout) => {
      const { text } = editYaml(layout(before), after);
      const { value, problems } = readYaml({ name: 'out', text });
      assert.deepEqual(
        problems.filter(({ severity }) => severity === 'error'),
        [],
      );
      assert.ok(equal(value, after), text);
    }),
    { numRuns: 400, seed: 7 },
  );
});
