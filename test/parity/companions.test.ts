/**
 * The objects around the proxies' workloads, for every recorded case on a release of each class that differs in these
 * objects (GLISTIO_PARITY=all: on all recorded releases): glistio's output equals the real chart's, or deviates for a
 * reason in schema/deviations.yaml and warns, or the values are reported as faulty. Without the recorded answers, the
 * stored digests are used.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviationIds } from '../../src/proxy/deviation.ts';
import { matchGolden } from '../support/golden.ts';
import { differences, digest } from './canonical.ts';
import {
  hasProxyAnswers,
  inOrder,
  isCompanion,
  keptDigests,
  openCases,
  outcomeOf,
  type ProxyAnswer,
  readProxyAnswers,
  readProxyReleases,
  renderCompanions,
  saidOf,
} from './proxy-suite.ts';
import { isWhole } from './suite.ts';

const deviations: ReadonlySet<string> = new Set(deviationIds());

/** Whether the objects of such a release arrive in a cluster as written. */
function isRefused({ error, apiServer, gatewaysError, shellExpanded, objects = [] }: ProxyAnswer): boolean {
  const lacksVersion = objects.some((object) => object['apiVersion'] === undefined);
  return [error, apiServer, gatewaysError, shellExpanded].some(Boolean) || lacksVersion;
}

/** `equal`, or why a difference is correct; otherwise what is wrong. */
function judge({ objects, problems }: ReturnType<typeof renderCompanions>, answer: ProxyAnswer): string {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const chart = (answer.objects ?? []).filter(({ kind }) => isCompanion(kind));
  const found = differences(inOrder(chart), objects);
  const told = problems.find(({ code, severity }) => severity === 'warning' && deviations.has(code));
  // Envoy did not validate the bootstrap.
  const isByEnvoy = errors.length > 0 && errors.every(({ code }) => code === 'invalid-bootstrap');
  if (errors.length > 0)
    return isRefused(answer) || isByEnvoy ? 'refused' : `${errors[0]?.code} ${errors[0]?.path} ${errors[0]?.message}`;
  if (answer.error === undefined && found.length === 0) return 'equal';
  if (!isRefused(answer)) return found.join('; ');
  return told !== undefined ? 'deviates' : `nothing tells: ${answer.error ?? found.join('; ')}`;
}

const cases = openCases();
const figures = new Map<string, number>();
const wrong: string[] = [];
const digests = new Map<string, string>();
const kept = keptDigests('proxy');
const said = new Map<string, string[][]>();
const releases = readProxyReleases('proxy');
let expected = 0;
for (const [index, release] of releases.entries()) {
  const answers = hasProxyAnswers ? readProxyAnswers(release) : undefined;
  // A digest is of all cases; releases without one render every second case.
  const asked = kept.has(release) || isWhole ? cases : cases.filter((_, at) => (at + index) % 2 === 0);
  const renderings = asked.map((given) => renderCompanions(given, release));
  digests.set(release, digest(renderings.map(outcomeOf)));
  if (kept.has(release)) said.set(release, renderings.map(saidOf));
  for (const [at, rendering] of renderings.entries()) {
    const id = asked[at]?.id ?? '';
    const answer = answers?.get(id);
    expected++;
    if (answer === undefined) continue;
    const verdict = judge(rendering, answer);
    const isRight = ['equal', 'deviates', 'refused'].includes(verdict);
    figures.set(isRight ? verdict : 'wrong', (figures.get(isRight ? verdict : 'wrong') ?? 0) + 1);
    if (!isRight) wrong.push(`${release} ${id}: ${verdict}`);
  }
}

test('every case gives what the chart gives around the proxies', { skip: !hasProxyAnswers }, (context) => {
  for (const [verdict, count] of figures) context.diagnostic(`${verdict} ${count}`);
  assert.deepEqual(wrong.slice(0, 20), []);
  assert.equal(
    [...figures.values()].reduce((sum, count) => sum + count, 0),
    expected,
  );
  assert.ok((figures.get('equal') ?? 0) >= (isWhole ? 52587 : 13000), `only ${figures.get('equal')} cases are equal`);
});

test('what glistio makes of the cases is what was judged', () => {
  const compared = releases.filter((one) => kept.has(one));
  assert.ok(compared.length > 15);
  for (const release of compared) assert.equal(digests.get(release), kept.get(release), release);
});

test('the problems of the cases, each message once, with a digest for each release', () => {
  // Problems that come from a release's schema are in other tables.
  const isOfSchema = /^\w+ (?:value-of-another-release|unknown-value|ignored-value|deprecated-value) /;
  const sentences = [...new Set([...said.values()].flat(2))].filter((line) => !isOfSchema.test(line)).sort();
  const sums = [...said].map(([release, lines]) => `${release} ${digest(lines)}`).sort();
  matchGolden(
    'test/golden/companions.txt',
    `${[...sentences, ...sums].map((line) => JSON.stringify(line)).join('\n')}\n`,
  );
});
