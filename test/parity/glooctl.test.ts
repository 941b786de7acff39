/**
 * Every recorded command of real glooctl: glistio leaves the same objects, by meaning, or differs for a reason in
 * test/oracle/glooctl-deviations.yaml, and only where that says so.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from 'js-yaml';
import type { Change } from '../../src/objects/manifests.ts';
import { hasErrors } from '../../src/problem.ts';
import { differencesOf, type GlooctlCase, readCases, runCase } from './glooctl-cases.ts';

interface Deviation {
  readonly id: string;
  readonly why: string;
  readonly cases: readonly string[];
  readonly at: readonly string[];
}

const file = new URL('../oracle/glooctl-deviations.yaml', import.meta.url);
const { deviations } = load(readFileSync(file, 'utf8')) as { readonly deviations: readonly Deviation[] };
const cases = readCases();
const used = new Set<string>();
const figures = { equal: 0, deviating: 0 };

function covering(id: string, difference: string): string | undefined {
  for (const { id: name, cases: patterns, at } of deviations) {
    const pattern = patterns.find((one) => new RegExp(`^(?:${one})$`).test(id));
    if (pattern === undefined || !at.some((place) => new RegExp(`^${place}(?: |$)`).test(difference))) continue;
    used.add(`${name}: ${pattern}`);
    return name;
  }
  return undefined;
}

/** Where the recording is no measure, what glistio leaves is at least complete: doing it again changes nothing. */
function isSettled(given: GlooctlCase, change: Change): boolean {
  if (hasErrors(change.problems)) return true;
  const text = change.manifests[0]?.text ?? '';
  const again = runCase({ ...given, before: text });
  const isThere = (name: string): boolean => new RegExp(`^ +(?:- )?name: ${name}$`, 'm').test(text);
  const hasCluster = !text.includes('envoy.yaml:') || isThere('gateway_proxy_sds');
  const isWhole = given.command[0] !== 'inject' || (isThere('sds') && isThere('istio-proxy') && hasCluster);
  return again.changed === 0 && isWhole;
}

test(`${cases.length} recorded commands of glooctl`, () => {
  const wrong: string[] = [];
  for (const one of cases) {
    const change = runCase(one);
    const differences = differencesOf(one, change);
    if (differences.length === 0) figures.equal++;
    else figures.deviating++;
    for (const difference of differences) {
      if (covering(one.id, difference) === undefined) wrong.push(`${one.id}: ${difference}`);
    }
    if (differences.length > 0 && !isSettled(one, change)) wrong.push(`${one.id}: a second run finds something to do`);
    // What fails changes nothing, ever.
    if (hasErrors(change.problems) && change.manifests.some(({ isChanged }) => isChanged))
      wrong.push(`${one.id}: half done`);
  }
  assert.deepEqual(wrong, []);
  console.log(
    `glooctl: ${cases.length} cases, ${figures.equal} equal, ${figures.deviating} deviate for a listed reason`,
  );
});

test('every deviation is needed, by each of its patterns', () => {
  const all = deviations.flatMap(({ id, cases: patterns }) => patterns.map((pattern) => `${id}: ${pattern}`));
  assert.deepEqual(
    all.filter((name) => !used.has(name)),
    [],
  );
});
