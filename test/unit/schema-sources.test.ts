import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compileDefaults } from '../../scripts/chart-defaults.ts';
import {
  defaultsDigestFile,
  digestDefaults,
  digestValues,
  valueRow,
  valuesDigestFile,
} from '../../scripts/chart-digests.ts';
import { haveFacts, readDefaultsFacts, readValueFacts } from '../../scripts/chart-facts.ts';
import { lintFeatures } from '../../scripts/chart-features.ts';
import { compileDataRange, readReleases } from '../../scripts/chart-sources.ts';
import { compileValues } from '../../scripts/chart-values.ts';
import { chartOf } from '../../src/chart/chart.ts';
import { type Intervals, includes, intersect } from '../../src/chart/range.ts';
import { releases } from '../../src/chart/releases.ts';
import {
  expandValues,
  type ValueField,
  type ValueFields,
  type ValueType,
  valuesModel,
} from '../../src/schema/values-model.ts';

const skip = haveFacts()
  ? false
  : 'the recorded facts are not beside this checkout; the digests still hold the defaults';

test('the default values of every release are the recorded ones', { skip }, () => {
  const facts = readDefaultsFacts();
  assert.equal(facts.size, releases.length);
  for (const release of releases) assert.deepEqual(chartOf(release).defaults(), facts.get(release), release);
});

test('the default values of every release have the digest that was taken from the recorded ones', () => {
  const digests = digestDefaults(releases, (index) => chartOf(releases[index] ?? '').defaults());
  assert.equal(digests, readFileSync(defaultsDigestFile, 'utf8'));
});

test('the values of every release, with their types, are the recorded ones', { skip }, () => {
  const recorded = readValueFacts(releases).map(({ path, type, releases: held }) => valueRow(path, type, held));
  assert.deepEqual(modelledRows().sort(), recorded.sort());
});

test('the values of every release have the digest that was taken from the recorded ones', () => {
  assert.equal(digestValues(modelledRows()), readFileSync(valuesDigestFile, 'utf8'));
});

function modelledRows(): string[] {
  const positions = releases.map((_, index) => index);
  return [...writeFields(valuesModel(), '', [0, releases.length])].map(([path, type, held]) =>
    valueRow(
      path,
      type,
      positions.filter((index) => includes(held, index)),
    ),
  );
}

/** The model in the notation of the recorded facts: path and type, with the releases. */
function* writeFields(
  fields: ValueFields,
  path: string,
  within: Intervals,
): Generator<[path: string, type: string, held: Intervals]> {
  for (const [key, alternatives] of fields)
    yield* writeAlternatives(alternatives, path === '' ? key : `${path}.${key}`, within);
}

function* writeAlternatives(
  alternatives: readonly ValueField[],
  path: string,
  within: Intervals,
): Generator<[path: string, type: string, held: Intervals]> {
  for (const { type, releases: own } of alternatives) {
    const held = intersect(own, within);
    // A shape may have values that none of its users has any longer, or yet.
    if (held.length === 0) continue;
    yield [path, writeType(type), held];
    const inner = writtenItem(type);
    if (inner)
      yield* writeAlternatives(
        [{ type: inner, releases: held }],
        type.kind === 'list' ? `${path}[]` : `${path}.<name>`,
        held,
      );
    if (type.kind === 'object' || type.kind === 'kubernetes') yield* writeFields(type.fields, path, held);
  }
}

/** The type of a list's items or a map's values, if the facts have a row for it. */
function writtenItem(type: ValueType): ValueType | undefined {
  const item = type.kind === 'list' || type.kind === 'map' ? type.of : undefined;
  return item?.kind === 'object' || item?.kind === 'kubernetes' ? item : undefined;
}

function writeType(type: ValueType): string {
  switch (type.kind) {
    case 'scalar':
      return type.name;
    case 'kubernetes':
      return `k8s:${type.name}`;
    case 'list':
    case 'map': {
      if (writtenItem(type)) return type.kind;
      const { of } = type;
      return `${type.kind} of ${of.kind === 'any' ? 'interface {}' : of.kind === 'map' ? 'map[string]interface {}' : writeType(of)}`;
    }
    default:
      return type.kind;
  }
}

test('the features are written as their file says', () => {
  assert.deepEqual(lintFeatures(readReleases()), []);
});

test('a range in a data file that would mislead its reader does not compile', () => {
  const list = readReleases();
  const refused = {
    '>=1.14.99': /no release 1\.14\.99/,
    '>=1.30.0-0': /no release 1\.30\.0-0/,
    '^1.14': /is not/,
    '>=1.14.1  <1.15.0-0': /is not/,
    '>=1.15.0-0 <1.15.0-beta1': /empty or touches/,
    '<1.15.0 || >=1.14.2': /empty or touches/,
    '<1.14.2 || >=1.14.2': /empty or touches/,
    '>=1.5.0-beta25': /every release/,
  };
  for (const [text, why] of Object.entries(refused)) assert.throws(() => compileDataRange(text, list), why, text);
  assert.deepEqual(compileDataRange('<1.5.0 || >=1.22.1', list), [0, 4, 1069, 1070]);
});

test('a mistake in the values model or the default values names its place', () => {
  const list = readReleases();
  const values: readonly [Record<string, unknown>, RegExp][] = [
    [{ a: 'strin' }, /a: there is no type strin/],
    [{ b: 'int', a: 'int' }, /a: belongs before b/],
    [{ a: { b: { $what: 'x' }, c: 'list of nothing' } }, /a\.c: there is no type nothing/],
    [{ 'a <1.6.0': 'int', 'a >=1.5.3': 'string' }, /a: two types in the same release/],
    [{ a: { $typ: 'int' } }, /a\.\$typ: means nothing/],
    [{ $with: 'Shapes' }, /expected a type or a map/],
    [{ 'a >=1.99.0': 'int' }, /a: >=1\.99\.0: there is no release/],
  ];
  for (const [source, why] of values) assert.throws(() => compileValues(list, { types: {}, values: source }), why);
  const defaults: readonly [Record<string, unknown>, RegExp][] = [
    [{ b: 1, a: 1 }, /a: belongs before b/],
    [{ 'a <1.6.0': 1, 'a <1.5.3': 2 }, /a: two values for 1\.5\.0-beta25/],
    [{ 'a <1.6.0': { 'b >=1.7.0': 1 } }, /a\.b: its range shares no release/],
    [{ 'a <1.6.0': { 'b <1.7.0': 1 } }, /a\.b: its range is that of the map around it/],
  ];
  for (const [source, why] of defaults) assert.throws(() => compileDefaults(list, source), why);
});

test('annotations stay with their value, and shapes share their values', () => {
  const list = readReleases();
  const source = {
    types: {
      Shape: { 'level >=1.7.0': { $type: 'string', $enum: ['low', 'high'], $deprecated: '>=1.20.0', $successor: 'b' } },
    },
    values: { 'a >=1.6.0': { $what: 'Says it.', $with: 'Shape' }, b: { $type: 'Shape', $deprecated: 'all' } },
  };
  const compiled = compileValues(list, source);
  const model = expandValues(compiled, () => compiled.words);
  const [a, b] = [model.get('a')?.[0], model.get('b')?.[0]];
  assert.equal(a?.words?.().what, 'Says it.');
  assert.deepEqual(b?.deprecated, [0, releases.length]);
  assert.ok(a?.type.kind === 'object' && b?.type.kind === 'object');
  assert.equal(b.type.name, 'Shape');
  const level = { enum: ['low', 'high'], successor: 'b', deprecated: [releases.indexOf('1.20.0'), releases.length] };
  for (const { fields } of [a.type, b.type])
    assert.deepEqual({ ...fields.get('level')?.[0], ...level }, fields.get('level')?.[0]);
});
