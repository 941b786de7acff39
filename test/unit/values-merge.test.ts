import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { coalesce } from '../../src/helm/coalesce.ts';
import { mergeLayers } from '../../src/helm/merge.ts';
import type { Value, ValueMap } from '../../src/value.ts';

const json = (text: string) => JSON.parse(text) as ValueMap;

test('layers: 1. a key that only one has is taken over', () => {
  assert.deepEqual(mergeLayers({ a: 1 }, { b: 2 }), { a: 1, b: 2 });
});

test('layers: 2. maps are merged', () => {
  assert.deepEqual(mergeLayers({ a: { b: 1, c: { d: 1 } } }, { a: { c: { e: 2 } } }), {
    a: { b: 1, c: { d: 1, e: 2 } },
  });
});

test('layers: 3. everything else is replaced', () => {
  assert.deepEqual(mergeLayers({ a: [1, 2], b: { c: 1 }, d: 1 }, { a: [3], b: 2, d: { e: 1 } }), {
    a: [3],
    b: 2,
    d: { e: 1 },
  });
});

test('layers: 4. null is a value like any other', () => {
  assert.deepEqual(mergeLayers({ a: { b: 1 }, c: null }, { a: null, c: { d: 1 } }), { a: null, c: { d: 1 } });
});

test('defaults: 1. a missing key gets its default', () => {
  assert.deepEqual(coalesce({ a: {} }, { a: { b: 1 }, c: 2 }).values, { a: { b: 1 }, c: 2 });
});

test('defaults: 2. maps are coalesced', () => {
  assert.deepEqual(coalesce({ a: { b: 2 } }, { a: { b: 1, c: null } }).values, { a: { b: 2, c: null } });
});

test('defaults: 3. null deletes a key with a default and stays otherwise', () => {
  const { values, notes } = coalesce(
    { a: null, n: null, x: null, m: { a: null, n: null, x: null } },
    { a: 1, n: null, m: { a: {}, n: null } },
  );
  assert.deepEqual(values, { x: null, m: { x: null } });
  assert.deepEqual(notes, []);
});

test("defaults: 4. the user's value wins, with notes where Helm warns", () => {
  const { values, notes } = coalesce(
    { a: 1, b: { c: 1 }, m: { a: 1, b: { c: 1 }, n: {} } },
    { a: {}, b: 2, m: { a: {}, b: 2, n: null } },
  );
  assert.deepEqual(values, { a: 1, b: { c: 1 }, m: { a: 1, b: { c: 1 }, n: {} } });
  assert.deepEqual(
    notes.map(({ code, path }) => `${code} ${path.join('.')}`),
    ['map-replaces-default b', 'scalar-replaces-default-map m.a', 'map-replaces-default m.b'],
  );
});

test('what does not change is shared, and inputs stay as they are', () => {
  const base = { a: { b: 1 }, c: { d: 1 } };
  const over = { c: { e: [1] } };
  const frozen = JSON.stringify([base, over]);
  const merged = mergeLayers(base, over);
  assert.equal(merged['a'], base.a);
  assert.equal((merged['c'] as ValueMap)['e'], over.c.e);
  assert.equal(mergeLayers({}, over), over);
  assert.equal(coalesce({}, base).values, base);
  assert.equal(coalesce({ c: {} }, base).values['c'], base.c);
  assert.equal(JSON.stringify([base, over]), frozen);
});

test('keys that every object inherits are data', () => {
  const low = json('{"__proto__": {"a": 1}, "constructor": {"a": 1}}');
  const high = json('{"__proto__": {"b": 2}, "toString": {"b": 2}}');
  const both = '{"__proto__":{"a":1,"b":2},"constructor":{"a":1},"toString":{"b":2}}';
  assert.equal(JSON.stringify(mergeLayers(low, high)), both);
  assert.equal(JSON.stringify(coalesce(high, low).values), both);
  assert.equal(({} as { a?: number }).a, undefined);
});

/** Few keys, so that they collide. */
const { values: anyMap } = fc.letrec<{ value: Value; values: ValueMap }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.constantFrom(null, 1, 'x', true, []), tie('values')),
  values: fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), tie('value'), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
}));

test('what the upper layer says holds, and a layer over itself changes nothing', () => {
  fc.assert(
    fc.property(anyMap, anyMap, (base, over) => {
      const merged = mergeLayers(base, over);
      assert.deepEqual(mergeLayers(merged, over), merged);
      assert.deepEqual(mergeLayers(over, over), over);
      assert.deepEqual(new Set(Object.keys(merged)), new Set([...Object.keys(base), ...Object.keys(over)]));
    }),
  );
});

test('coalescing never changes its inputs and keeps every user value but null', () => {
  fc.assert(
    fc.property(anyMap, anyMap, (user, defaults) => {
      const before = JSON.stringify([user, defaults]);
      const { values } = coalesce(user, defaults);
      assert.equal(JSON.stringify([user, defaults]), before);
      for (const [key, value] of Object.entries(user)) {
        if (value === null) assert.equal(Object.hasOwn(values, key), !Object.hasOwn(defaults, key));
        else if (typeof value !== 'object') assert.equal(values[key], value);
      }
    }),
  );
});
