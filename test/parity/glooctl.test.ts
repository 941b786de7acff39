/**
 * Every recorded command of real glooctl: glistio's result has the same objects, by meaning, or differs for a reason in
 * test/oracle/glooctl-deviations.yaml, and only as listed there.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCases } from './glooctl-cases.ts';
import { allPatterns, judgeCase } from './glooctl-deviations.ts';

const cases = readCases();
const judged = cases.map(judgeCase);

test(`${cases.length} recorded commands of glooctl`, () => {
  assert.deepEqual(
    judged.flatMap(({ wrong }) => wrong),
    [],
  );
  const deviating = judged.filter(({ differs }) => differs).length;
  console.log(
    `glooctl: ${cases.length} cases, ${cases.length - deviating} equal, ${deviating} deviate for a listed reason`,
  );
});

test('every deviation is needed, by each of its patterns', () => {
  const used = new Set(judged.flatMap((one) => one.used));
  assert.deepEqual(
    allPatterns.filter((name) => !used.has(name)),
    [],
  );
});
