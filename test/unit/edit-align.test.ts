import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { equal, type Value } from '../../src/value.ts';
import { align } from '../../src/yaml/edit-align.ts';

const nameOf = (value: Value): unknown => (value as { name?: string }).name;

/** The specification implemented literally, comparing every pair. */
function slowly(before: readonly Value[], next: readonly Value[]): (number | undefined)[] {
  const olds: (number | undefined)[] = next.map(() => undefined);
  let from = 0;
  for (const [index, value] of next.entries()) {
    const old = before.findIndex((item, at) => at >= from && equal(item, value));
    if (old < 0) continue;
    olds[index] = old;
    from = old + 1;
  }
  for (const [index, value] of next.entries()) {
    if (olds[index] !== undefined) continue;
    const low = (olds.slice(0, index).findLast((old) => old !== undefined) ?? -1) + 1;
    const high = olds.slice(index).find((old) => old !== undefined) ?? before.length;
    const found = before.slice(low, high).findIndex((item) => nameOf(item) === nameOf(value));
    if (found >= 0) olds[index] = low + found;
  }
  return olds;
}

const item = fc.record(
  { name: fc.constantFrom('a', 'b', 'c', 'd'), image: fc.constantFrom('x', 'y', 'z') },
  { requiredKeys: [] },
);
const list = fc.array(item, { maxLength: 7 });

test('lists are aligned as by looking at every pair', () => {
  fc.assert(
    fc.property(list, list, (before, next) => {
      assert.deepEqual(
        align(before, next).map(({ old }) => old),
        slowly(before, next),
      );
    }),
    { numRuns: 20_000, seed: 2 },
  );
});
