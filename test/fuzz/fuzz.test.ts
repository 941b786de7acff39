import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { Draw, seedOf } from './draw.ts';
import { fuzz, report } from './fuzz.ts';
import { kinds } from './kinds.ts';
import { shrink } from './shrink.ts';

/** Reproducible inputs, as many of each kind as the kind says: about 15 s of CPU in total. */
const seed = 20_261_124;

test('inputs of every kind end well', async (t) => {
  const outcomes = await fuzz({ seed });
  for (const line of report(outcomes, seed).split('\n')) t.diagnostic(line);
  assert.ok(outcomes.length >= 8);
  assert.deepEqual(
    outcomes.flatMap(({ faults }) => faults.map(({ kind, what, index }) => `${kind} ${index}: ${what}`)),
    [],
  );
});

test('every file of kinds is imported', () => {
  assert.equal(kinds.length, readdirSync('test/fuzz/kinds').length);
  assert.equal(new Set(kinds.map(({ name }) => name)).size, kinds.length);
});

test('an input is made again from its seed and from its choices, and its parts can be left out', async () => {
  for (const kind of kinds) {
    for (let index = 0; index < 3; index++) {
      const draw = new Draw(seedOf(seed, kind.name, index));
      const text = kind.show(kind.make(draw));
      const again = new Draw(seedOf(seed, kind.name, index));
      assert.equal(kind.show(kind.make(again)), text, kind.name);
      assert.equal(kind.show(kind.make(new Draw(draw.choices))), text, kind.name);
    }
    // Without any choices, the input is the simplest.
    kind.show(kind.make(new Draw([])));
  }
});

test('a failing row is made as small as it gets', async () => {
  const row = Array.from({ length: 200 }, (_, index) => index);
  const needs = async (choices: readonly number[]): Promise<boolean> =>
    choices.some((one, at) => one >= 17 && (choices[at + 1] ?? 0) > 3);
  assert.deepEqual(await shrink(row, needs, () => false), [17, 4]);
  assert.deepEqual(
    await shrink(
      [0, 5, 0, 0],
      async () => true,
      () => false,
    ),
    [],
  );
});
