/** Where glistio's result may differ from glooctl's: test/oracle/glooctl-deviations.yaml. */
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { Change } from '../../src/objects/manifests.ts';
import { hasErrors } from '../../src/problem.ts';
import { differencesOf, type GlooctlCase, runCase } from './glooctl-cases.ts';

interface Deviation {
  readonly id: string;
  readonly why: string;
  readonly cases: readonly string[];
  readonly at: readonly string[];
}

const file = new URL('../oracle/glooctl-deviations.yaml', import.meta.url);
const { deviations } = load(readFileSync(file, 'utf8')) as { readonly deviations: readonly Deviation[] };

/** Each entry's patterns, and those that {@link judgeCase} used. */
export const allPatterns: readonly string[] = deviations.flatMap(({ id, cases }) =>
  cases.map((pattern) => `${id}: ${pattern}`),
);

export interface Judged {
  readonly wrong: readonly string[];
  readonly differs: boolean;
  readonly used: readonly string[];
}

/** Compares glistio's result for a recorded command with glooctl's. */
export function judgeCase(given: GlooctlCase): Judged {
  const change = runCase(given);
  const differences = differencesOf(given, change);
  const wrong: string[] = [];
  const used: string[] = [];
  for (const difference of differences) {
    const entry = covering(given.id, difference);
    if (entry === undefined) wrong.push(`${given.id}: ${difference}`);
    else used.push(entry);
  }
  if (differences.length > 0 && !isSettled(given, change))
    wrong.push(`${given.id}: a second run finds something to do`);
  // A failing command never changes anything.
  if (hasErrors(change.problems) && change.manifests.some(({ isChanged }) => isChanged))
    wrong.push(`${given.id}: half done`);
  return { wrong, differs: differences.length > 0, used };
}

function covering(id: string, difference: string): string | undefined {
  for (const { id: name, cases: patterns, at } of deviations) {
    const pattern = patterns.find((one) => new RegExp(`^(?:${one})$`).test(id));
    if (pattern !== undefined && at.some((place) => new RegExp(`^${place}(?: |$)`).test(difference)))
      return `${name}: ${pattern}`;
  }
  return undefined;
}

/** If the recording cannot be compared, glistio's result is at least complete: running it again changes nothing. */
function isSettled(given: GlooctlCase, change: Change): boolean {
  if (hasErrors(change.problems)) return true;
  const text = change.manifests[0]?.text ?? '';
  const again = runCase({ ...given, before: text });
  const isThere = (name: string): boolean => new RegExp(`^ +(?:- )?name: ${name}$`, 'm').test(text);
  const hasCluster = !text.includes('envoy.yaml:') || isThere('gateway_proxy_sds');
  const isWhole = given.command[0] !== 'inject' || (isThere('sds') && isThere('istio-proxy') && hasCluster);
  return again.changed === 0 && isWhole;
}
