/**
 * Kinds of values that are missing in the recorded cases, compared with digests of what real Helm renders
 * (scripts/oracle-record-kinds.ts stores them): equal, or reported if the chart's own objects are rejected.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readDeviations } from './deviations.ts';
import { kindsPinsFile, readKinds } from './kinds.ts';
import { createObserver, type Outcome, outcomeKey } from './observe.ts';
import { type Pin, parsePins } from './pins.ts';

/**
 * The number of compared pairs of case and release, and of equal ones: in all others the chart's objects are rejected.
 */
const counts: Readonly<Record<string, readonly [compared: number, equal: number]>> = {
  customLivenessProbe: [234, 229],
  bufferFactoryConfig: [195, 118],
  'tracing without cluster': [234, 229],
  istioSidecarRevTag: [273, 251],
  'sidecar on gateway with readConfig': [234, 190],
  mergePolicy: [546, 482],
  'podSecurityStandards without restricted defaults': [312, 302],
  'gloo.omitOverwrite': [234, 118],
  'ee repositories with fips': [312, 310],
  'digests by variant': [312, 295],
  'settings.helm2': [234, 217],
  'no proxies at all': [351, 279],
};

const { classes, cases: pins } = parsePins(readFileSync(kindsPinsFile, 'utf8'));
const observer = createObserver();
const { deviations } = readDeviations();

/**
 * Cases in which Helm fails in a template that is missing in the recorded ones: with whole charts, the message is
 * correct.
 */
const failingElsewhere: ReadonlySet<string> = new Set(['no proxies at all 1', 'no proxies at all 6']);

/** Undefined if it is correct. */
function faultOf(id: string, outcome: Outcome, release: string, pin: Pin | undefined): string | undefined {
  if (pin?.key !== outcomeKey(outcome)) return 'not what is kept';
  const named = outcome.kind === 'rendered' ? outcome.deviations : [];
  if (failingElsewhere.has(id) && (outcome.kind === 'refused' || named.join() === 'null-map')) return undefined;
  if (!pin.deviates) return named.length === 0 ? undefined : `${named.join()} is named, but the chart gives the same`;
  if (pin.verdicts.length === 0) return 'what the chart gives is accepted, but is something else';
  const isTold =
    outcome.kind === 'refused' || deviations.some(({ id, covers }) => named.includes(id) && covers(release));
  return isTold ? undefined : 'no warning tells of the difference';
}

for (const [kind, cases] of readKinds())
  test(`${kind}: what the chart gives`, (context) => {
    const wrong: string[] = [];
    let equal = 0;
    for (const given of cases)
      for (const [index, { release }] of classes.entries()) {
        const pin = pins.get(given.id)?.[index];
        const fault = faultOf(given.id, observer.observe(given, release), release, pin);
        if (fault !== undefined) wrong.push(`${given.id} on ${release}: ${fault}`);
        else if (pin?.deviates === false) equal++;
      }
    context.diagnostic(`${cases.length * classes.length} compared, ${equal} equal`);
    assert.deepEqual(wrong.slice(0, 20), []);
    assert.deepEqual([cases.length * classes.length, equal], counts[kind]);
  });
