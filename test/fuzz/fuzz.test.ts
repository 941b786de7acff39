import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz, report } from './fuzz.ts';

/** The same inputs every time: of each kind as many as it says, which is some 30 s of one processor in all. */
const seed = 20_261_124;

/** Faults that are known and not mended yet. What is mended leaves this list. */
const open: readonly RegExp[] = [
  // Names and messages are printed as they come.
  /^[a-z-]+ \d+: control character in /,
  // The record of an unfinished change is believed.
  /^journal \d+: (?:threw TypeError|a request that is not for the API|a request with a control|a journal whose writes)/,
];

test('inputs of every kind end well', async (t) => {
  const outcomes = await fuzz({ seed });
  for (const line of report(outcomes, seed).split('\n')) t.diagnostic(line);
  assert.ok(outcomes.length >= 8);
  assert.deepEqual(
    outcomes
      .flatMap(({ faults }) => faults.map(({ kind, what, index }) => `${kind} ${index}: ${what}`))
      .filter((fault) => !open.some((known) => known.test(fault))),
    [],
  );
});
