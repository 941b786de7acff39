import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recent } from '../../src/recent.ts';

/** The keys whose results were computed. */
function computed(recent: Recent<{ key: string }>, keys: readonly string[]): string[] {
  const found: string[] = [];
  for (const key of keys) {
    const result = recent.get(key, () => {
      found.push(key);
      return { key };
    });
    assert.equal(result.key, key);
  }
  return found;
}

test('a result is computed once while it is among those that were used last', () => {
  assert.deepEqual(computed(new Recent(2), ['a', 'a', 'b', 'a', 'c', 'a', 'b', 'c']), ['a', 'b', 'c', 'b', 'c']);
  assert.deepEqual(computed(new Recent(1), ['', '', 'a', '']), ['', 'a', '']);
  assert.deepEqual(computed(new Recent(3), ['a', 'b', 'c', 'a', 'b', 'c']), ['a', 'b', 'c']);
});

test('what is found again is the same object', () => {
  const recent = new Recent<object>(1);
  const one = recent.get('a', () => ({}));
  assert.equal(
    recent.get('a', () => ({})),
    one,
  );
});

test('a very long key is not kept, and drops none', () => {
  const [longest, longer] = ['a'.repeat(100_000), 'a'.repeat(100_001)];
  assert.deepEqual(computed(new Recent(1), [longest, longer, longer, longest]), [longest, longer, longer]);
});
