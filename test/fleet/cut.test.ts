import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CutItem, FleetCutter } from '../../src/fleet/cut.ts';
import { readFleet, readItem } from '../../src/fleet/document.ts';
import { scan } from '../../src/fleet/open.ts';
import type { Problem } from '../../src/problem.ts';

interface Cut {
  readonly items: readonly CutItem[];
  readonly isSure: boolean;
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function cut(text: string): Cut {
  const items: CutItem[] = [];
  const cutter = new FleetCutter((item) => items.push(item));
  const isSure = linesOf(text).every((line) => cutter.push(line)) && cutter.end() !== undefined;
  return { items, isSure };
}

test('items are cut out with their lines, whatever they hold', () => {
  const text = `chartVersion: 1.22.1 # all
clusters: # the list

  # the first
  - name: a
    set:
      - a=1
    setLiteral: |
      - name: not-a-cluster
     # a comment, or text
  -
    name: b

  - {name: c}
namespace: edge
`;
  const { items, isSure } = cut(text);
  assert.ok(isSure);
  assert.deepEqual(
    items.map(({ text, line }) => [line, text.split('\n')[0]]),
    [
      [4, '    name: a'],
      [10, '   '],
      [13, '    {name: c}'],
    ],
  );
  const scanned = scan('fleet.yaml', linesOf(text));
  assert.equal(scanned?.document.head.namespace, 'edge');
  assert.deepEqual(scanned?.document.place(['namespace'], 'key'), { line: 15, column: 1, endColumn: 10 });
});

test('what lines do not say for certain is not cut', () => {
  const unsure = [
    'clusters: [{name: a}]\n',
    '{"clusters": [{"name": "a"}]}\n',
    'clusters: &all\n- name: a\n',
    'clusters: !!seq\n- name: a\n',
    '"clusters":\n- name: a\n',
    'clusters:\n-\tname: a\n',
    '%YAML 1.1\n---\nclusters:\n- name: a\n',
    'clusters:\n- name: a\n---\nclusters:\n- name: b\n',
    'clusters:\n- name: a\n...\n',
    'clusters:\n- name: a\nclusters:\n- name: b\n',
    'clusters:\n  - name: a\n - name: b\n',
    'clusters:\n- name: a\r- name: b\n',
    'clusters:\n',
    'values: base.yaml\n',
    '',
  ];
  for (const text of unsure) assert.equal(cut(text).isSure, false, JSON.stringify(text));
});

test('anchors from one item to another, and quotes that go on, are doubted', () => {
  assert.equal(scan('f', linesOf('clusters:\n- &a\n  name: a\n- <<: *a\n  name: b\n'))?.isDoubtful, true);
  assert.equal(scan('f', linesOf('clusters:\n- name: a\n  namespace: "x\n- name: b"\n'))?.isDoubtful, true);
  assert.equal(scan('f', linesOf("clusters:\n- name: a # it's fine\n- name: b\n"))?.isDoubtful, false);
  assert.equal(scan('f', linesOf('clusters:\n- name: a\n  set: ["a=*"]\n'))?.isDoubtful, false);
});

test('a cluster too long to be one is not held in memory', () => {
  const cutter = new FleetCutter(() => assert.fail('nothing is whole'));
  cutter.push('clusters:\n');
  cutter.push('- name: a\n');
  const line = `  # ${'x'.repeat(1 << 20)}\n`;
  let pushed = 0;
  while (cutter.push(line)) assert.ok(pushed++ < 20);
});

// Pieces of what people write into a cluster; `|` stands for the indentation of the item's keys.
const pieces = [
  '|group: prod',
  '|group: [prod, eu]',
  '|namespace: edge # why',
  '|values: base.yaml',
  '|values:\n|- a.yaml\n|- b.yaml',
  '|values:\n|  - a.yaml\n|  - global:\n|      istioSDS: {enabled: true}',
  '|values: [a.yaml, {global: {x: "a - b"}}]',
  '|set:\n|- a=1\n|-   b=2',
  '|setLiteral: |\n|  - name: x\n|   clusters:\n|',
  '|setLiteral:\n|- |+\n|   text\n\n\n|- >-\n|   folded\n|   # no comment',
  '|releaseName: "two\n|  lines - of: text"',
  "|releaseName: 'it''s\n\n|  - fine'",
  '|releaseName: plain\n|  goes on\n|  - and on',
  '|setJson: >\n|  {"a":\n|   - b}',
  '|# a comment',
  '# a comment at the start',
  '',
  '|chartVersion: "1.21"',
  '|unknown: {a: [1, 2,\n|  3]}',
  "|context: don't",
];
const heads = [
  'values: base.yaml',
  'set:\n- a=1\n',
  'groups:\n  prod:\n    values: [p.yaml]\n  eu:\n    set: a=1',
  '# nothing',
  '',
  'namespace: "x"',
  'setLiteral: |\n  clusters:\n  - name: x',
];

const anItem = fc.record({
  name: fc.constantFrom('a', 'b', 'prod-eu-1', '"quoted"', '1e5', 'x # y'),
  pieces: fc.array(fc.constantFrom(...pieces), { maxLength: 4 }),
  gap: fc.constantFrom(' ', '   ', '\n'),
});
const aFleet = fc.record({
  start: fc.constantFrom('', '---\n', '\uFEFF', '# first\n'),
  before: fc.array(fc.constantFrom(...heads), { maxLength: 2 }),
  indent: fc.constantFrom(0, 0, 2, 2, 3),
  items: fc.array(anItem, { minLength: 1, maxLength: 5 }),
  after: fc.array(fc.constantFrom(...heads), { maxLength: 1 }),
  lineEnd: fc.constantFrom('\n', '\n', '\r\n'),
});

function print({
  start,
  before,
  indent,
  items,
  after,
  lineEnd,
}: typeof aFleet extends fc.Arbitrary<infer T> ? T : never): string {
  const list = items.map(({ name, pieces, gap }) => {
    const dash = `${' '.repeat(indent)}-`;
    const width = gap === '\n' ? indent + 2 : dash.length + gap.length;
    const lines = [`|name: ${name}`, ...pieces].join('\n').replaceAll(/^\|/gm, ' '.repeat(width));
    return gap === '\n' ? `${dash}\n${lines}` : `${dash}${gap}${lines.slice(width)}`;
  });
  const text = [...before, 'clusters:', ...list, ...after].join('\n');
  return start + `${text}\n`.replaceAll('\n', lineEnd);
}

/** What a random hand does to a text. */
const anEdit = fc.record({
  at: fc.nat(),
  what: fc.constantFrom(
    'drop',
    'double',
    ' ',
    '- ',
    '"',
    "'",
    '\t',
    '#',
    '{',
    '\n',
    ':',
    '&a ',
    '*a ',
    '|',
    'clusters:\n',
  ),
});

function edit(text: string, edits: readonly { readonly at: number; readonly what: string }[]): string {
  let current = text;
  for (const { at, what } of edits) {
    const lines = linesOf(current);
    const index = lines.length === 0 ? 0 : at % lines.length;
    if (what === 'drop') lines.splice(index, 1);
    else if (what === 'double') lines.splice(index, 0, lines[index] ?? '');
    else lines[index] = insert(lines[index] ?? '', at, what);
    current = lines.join('');
  }
  return current;
}

function insert(line: string, at: number, what: string): string {
  const column = (at >> 3) % (line.length + 1);
  return line.slice(0, column) + what + line.slice(column);
}

const paths = ['name', 'group', 'namespace', 'values', 'set', 'setLiteral', 'releaseName'];

/** What the fleet's own checks say; an item that is empty stands nowhere in a whole document. */
function comparable(problems: readonly Problem[]): object[] {
  return problems
    .filter(({ code }) => code.startsWith('fleet-'))
    .map((problem) => (/^clusters\[\d+\]$/.test(problem.path ?? '') ? { message: problem.message } : problem));
}

test('cutting gives what reading the whole gives, for whatever people write', () => {
  let compared = 0;
  fc.assert(
    fc.property(aFleet, fc.array(anEdit, { maxLength: 3 }), (fleet, edits) => {
      const text = edit(print(fleet), edits);
      const scanned = scan('fleet.yaml', linesOf(text));
      const isGood =
        scanned !== undefined &&
        !scanned.isDoubtful &&
        scanned.document.hasList &&
        scanned.document.problems.every(({ severity }) => severity !== 'error');
      const whole = readFleet({ name: 'fleet.yaml', text });
      if (!isGood || whole.problems.some(({ severity }) => severity === 'error')) return;
      compared++;
      const { items } = cut(text);
      assert.equal(items.length, whole.count);
      assert.deepEqual(scanned.document.head, whole.head);
      for (const [index, item] of items.entries()) {
        const one = readItem('fleet.yaml', item, index);
        const same = whole.cluster(index);
        assert.deepEqual(one.cluster, same.cluster);
        assert.deepEqual(comparable(one.problems), comparable(same.problems));
        for (const key of paths) {
          if (!item.text.includes(`${key}:`)) continue;
          const path = ['clusters', index, key];
          assert.deepEqual(one.place(path, 'value'), same.place(path, 'value'), key);
        }
      }
    }),
    { numRuns: 600 },
  );
  assert.ok(compared > 100, `only ${compared} fleets could be cut`);
});
