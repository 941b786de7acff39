/**
 * The parity tests, case by case, so that a mutant need not wait for 56,000 of them: each recorded case on some classes
 * of releases, and each class with some cases. Only the mutation run loads this; `npm test` tries them all.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digest } from '../parity/canonical.ts';
import { readCases as readGlooctlCases } from '../parity/glooctl-cases.ts';
import { judgeCase } from '../parity/glooctl-deviations.ts';
import { createObserver, outcomeKey } from '../parity/observe.ts';
import { outcomeOf, renderCompanions, saidOf } from '../parity/proxy-suite.ts';
import { packedRecording } from '../support/mtls-cases.ts';
import { compareRecording } from '../support/mtls-compare.ts';
import { cases, classes, companionCases, companions, pins } from './recorded-cases.ts';

const some = 8;

const observer = createObserver();

function check(place: number, index: number): void {
  const [given, release] = [cases[place % cases.length], classes[index % classes.length]?.release];
  if (given === undefined || release === undefined) return;
  const pin = pins.get(given.id)?.[index % classes.length];
  assert.equal(outcomeKey(observer.observe(given, release)), pin?.key);
}

const steps = Array.from({ length: some }, (_, step) => step);
for (const [place, { id }] of cases.entries())
  test(`${id} on some releases`, () => {
    for (const step of steps) check(place, place * 7 + step * Math.floor(classes.length / some));
  });
for (const [index, { release }] of classes.entries())
  test(`${release} with some cases`, () => {
    for (const step of steps) check(index * 5 + step * Math.floor(cases.length / some), index);
  });

for (const given of readGlooctlCases())
  test(`glooctl: ${given.id}`, () => assert.deepEqual(judgeCase(given).wrong, []));

for (const name of ['peerauthentication', 'authorization', 'translator'] as const) {
  const { cases: asked, releases } = packedRecording(name);
  for (const [index, given] of asked.entries())
    test(`${name}: ${given.id}`, () => {
      const answers = Object.entries(releases).map(([release, all]) => [release, [all[index]]]);
      const found = compareRecording(name, { cases: [given], releases: Object.fromEntries(answers) });
      assert.ok(Object.values(found).every(({ different }) => different.length === 0));
    });
}

const together = 12;
for (const [release, sums] of Object.entries(companions))
  for (let start = 0; start < sums.length; start += together)
    test(`objects around the proxies on ${release}, from case ${start}`, () => {
      const found = companionCases
        .slice(start, start + together)
        .map((given) => renderCompanions(given, release))
        .map((one) => digest([outcomeOf(one), saidOf(one)]).slice(0, 12));
      assert.deepEqual(found, sums.slice(start, start + together));
    });
