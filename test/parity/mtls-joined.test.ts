/**
 * checkMtls compared with all recordings at once: the expected result of a random world is derived from the recorded
 * answers. WORLDS sets the number of worlds, SEED selects them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMtls } from '../../src/verbs/check.ts';
import { goldenCases } from '../support/golden-cases.ts';
import { partsOfRows } from '../support/istio-world.ts';
import { type DrawnWorld, drawWorld, partOf, randomNumbers, withIrrelevant } from '../support/mtls-worlds.ts';

const worlds = Number(process.env['WORLDS'] ?? 2000);
const seed = Number(process.env['SEED'] ?? 16);

test('random worlds of all recordings: no false "works", no false "refused"', (t) => {
  const random = randomNumbers(seed);
  const counts: Record<string, number> = {};
  const wrong: string[] = [];
  let decided = 0;
  for (let tried = 0; tried < worlds; tried++) {
    const world = drawWorld(random);
    if (world === undefined) continue;
    const { expected, about, ...known } = world;
    const [row] = checkMtls({ ...known, complete: true }).rows;
    const verdict = row?.verdict ?? 'none';
    const key = `${expected?.join(' or ') ?? 'undecided'} → ${verdict}`;
    counts[key] = (counts[key] ?? 0) + 1;
    const reasons = row?.reasons ?? [];
    if (verdict === 'unknown' && !reasons.some(({ missing }) => missing !== undefined))
      wrong.push(`${about}: no missing`);
    if (reasons.length === 0) wrong.push(`${about}: no reason`);
    if (expected === undefined) continue;
    decided++;
    if (!expected.some((one) => one === verdict))
      wrong.push(`${about}: ${key}, ${reasons.map(({ code }) => code).join()}`);
  }
  t.diagnostic(`${decided} decided worlds: ${JSON.stringify(counts)}`);
  assert.deepEqual(wrong.slice(0, 10), []);
  for (const verdict of ['works', 'refused', 'plain-text'])
    assert.ok((counts[`${verdict} → ${verdict}`] ?? 0) > worlds / 200, verdict);
});

const verdictOf = (world: Parameters<typeof checkMtls>[0]): readonly [string, string] => {
  const [row] = checkMtls(world).rows;
  return [
    row?.verdict ?? 'none',
    (row?.reasons ?? []).map(({ code, missing }) => `${code} ${missing ?? ''}`).join('; '),
  ];
};

test('answers about part of a world also hold for the whole, and name what is missing', (t) => {
  const random = randomNumbers(seed + 1);
  const wrong: string[] = [];
  const counts: Record<string, number> = {};
  for (let tried = 0; tried < worlds / 3; tried++) {
    const world = drawWorld(random);
    if (world === undefined) continue;
    const part = partOf(world, random);
    const [whole] = verdictOf({ ...world, complete: true } as DrawnWorld);
    const [verdict, why] = verdictOf(part.world);
    const key = `${whole} → ${verdict}`;
    counts[key] = (counts[key] ?? 0) + 1;
    const isNamed = verdict !== 'unknown' || whole === 'unknown' || part.lacks.some((word) => why.includes(word));
    if ((verdict !== 'unknown' && verdict !== whole) || !isNamed)
      wrong.push(`${world.about} without ${part.lacks.join()}: ${key}: ${why}`);
  }
  t.diagnostic(JSON.stringify(counts));
  assert.deepEqual(wrong.slice(0, 10), []);
});

test('objects that have nothing to do with it, and the order of all, change nothing', () => {
  const random = randomNumbers(seed + 2);
  const wrong: string[] = [];
  for (let tried = 0; tried < worlds / 4; tried++) {
    const world = drawWorld(random);
    if (world === undefined) continue;
    const [before] = verdictOf({ ...world, complete: true } as DrawnWorld);
    const [after, why] = verdictOf({ ...withIrrelevant(world, random), complete: true } as DrawnWorld);
    if (before !== after) wrong.push(`${world.about}: ${before} → ${after}: ${why}`);
  }
  assert.deepEqual(wrong.slice(0, 10), []);
});

const isWhole = goldenCases('test/golden/check/worlds.txt');

for (let part = 0; part < 16; part++)
  test(`all that is said of some worlds and of parts of them: ${part}`, () => {
    const random = randomNumbers(seed + 10 + part);
    for (let tried = 0; tried < 25; tried++) {
      const world = drawWorld(random);
      if (world === undefined) continue;
      const { expected: _, about: __, ...known } = world;
      for (const one of [{ ...known, complete: true }, partOf(world, random).world])
        isWhole([part, tried, one], partsOfRows(checkMtls(one).rows));
    }
  });
