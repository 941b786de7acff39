import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { readFleet } from '../../src/fleet/document.ts';

const schema = JSON.parse(readFileSync('schema/fleet.schema.json', 'utf8'));
const isFleet = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(schema);

/** Whether glistio accepts the text: its top and every cluster. */
function isTaken(text: string): boolean {
  const document = readFleet({ name: 'fleet.json', text });
  const problems = [...document.problems];
  for (let index = 0; index < document.count; index++) problems.push(...document.cluster(index).problems);
  return problems.every(({ severity }) => severity !== 'error');
}

const aText = fc.constantFrom('a', 'base.yaml', '1.22.1', '-', 'a b', '../x', 'x'.repeat(254));
const anything = fc.oneof(
  aText,
  fc.constantFrom('', null, true, 7, [], {}, [''], [7], ['a', 'b'], { a: 1 }, [{ a: 1 }, 'b'], [null], ['-']),
);
const keys = [
  '$schema',
  'chartVersion',
  'namespace',
  'releaseName',
  'kubeVersion',
  'partialOf',
  'values',
  'gateways',
  'set',
  'setString',
  'setJson',
  'setFile',
  'setLiteral',
  'name',
  'group',
  'installed',
  'context',
  'kubeconfig',
  'groups',
  'clusters',
  'nmae',
  'toString',
];
const aMap = fc.dictionary(fc.constantFrom(...keys), anything, { maxKeys: 3 });
const aCluster = fc.oneof(
  { weight: 4, arbitrary: aMap.chain((map) => fc.constantFrom({ name: 'a', ...map }, map)) },
  { weight: 1, arbitrary: anything },
);
const aFleet = fc
  .tuple(
    aMap,
    fc.array(aCluster, { maxLength: 2 }),
    fc.option(fc.dictionary(fc.constantFrom('g', 'h'), fc.oneof(aMap, anything), { maxKeys: 2 }), { nil: undefined }),
  )
  .map(([map, clusters, groups]) => ({ ...map, ...(groups === undefined ? {} : { groups }), clusters }));

test('the schema and the reader take the same fleets', () => {
  const seen = { good: 0, bad: 0 };
  fc.assert(
    fc.property(fc.oneof({ weight: 8, arbitrary: aFleet }, { weight: 1, arbitrary: aMap }), (fleet) => {
      const isGood = isFleet(fleet);
      seen[isGood ? 'good' : 'bad']++;
      assert.equal(isTaken(JSON.stringify(fleet)), isGood, JSON.stringify([fleet, isFleet.errors]));
    }),
    { numRuns: 1000 },
  );
  assert.ok(seen.good > 30 && seen.bad > 30, JSON.stringify(seen));
});

test('every key of the schema can be used, and no other', () => {
  const layer = {
    chartVersion: '1',
    namespace: 'n',
    releaseName: 'r',
    kubeVersion: '1.27',
    partialOf: 'gloo',
    values: ['v', {}],
    gateways: ['g.yaml'],
    set: ['s'],
    setString: 's',
    setJson: 's',
    setFile: 's',
    setLiteral: 's',
  };
  const cluster = { name: 'a', group: 'g', ...layer, installed: 'i', kubeconfig: 'k' };
  const fleet = { $schema: 's', ...layer, groups: { g: layer }, clusters: [cluster, { name: 'b', context: 'c' }] };
  assert.ok(isFleet(fleet));
  assert.ok(isTaken(JSON.stringify(fleet)));
  assert.deepEqual(Object.keys(schema.properties), Object.keys(fleet));
  assert.deepEqual(Object.keys(schema.$defs.cluster.properties).sort(), [...Object.keys(cluster), 'context'].sort());
  assert.deepEqual(Object.keys(schema.$defs.group.properties), Object.keys(layer));
});

test('the fleet file that the documentation shows is one', () => {
  const text = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/fleet.md', 'utf8'))?.[1] ?? '';
  assert.ok(isTaken(text), text);
  assert.ok(isFleet(load(text)), JSON.stringify(isFleet.errors));
  assert.ok(isFleet(load(readFileSync('examples/fleet/fleet.yaml', 'utf8'))));
});
