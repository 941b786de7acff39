/**
 * The objects around the proxies' workloads, for every recorded case on every class of releases: glistio gives what the real
 * chart gives, or deviates for a reason in schema/deviations.yaml, of which a warning tells, or says that the values are at
 * fault. Runs where the recorded answers lie beside the project, on a release of each class that differs in these objects;
 * GLISTIO_PARITY=all on all that were recorded.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { renderGatewayProxies, sharedSource } from '../../src/index.ts';
import { proxyCompanionKinds } from '../../src/objects/gateway-proxies.ts';
import { deviationIds } from '../../src/proxy/deviation.ts';
import type { ValueMap } from '../../src/value.ts';
import { comparable, differences, identity } from './canonical.ts';
import type { Case, ReleaseClass } from './suite.ts';

const recorded = new URL('../../../shared/oracle/proxy/', import.meta.url);
const skip = existsSync(recorded) ? false : 'the recorded answers are not beside the project';

interface Answer {
  readonly id: string;
  readonly objects?: readonly ValueMap[];
  readonly error?: string;
  readonly apiServer?: unknown;
  readonly gatewaysError?: unknown;
  readonly shellExpanded?: boolean;
}

const deviations: ReadonlySet<string> = new Set(deviationIds());

/** Templates of other objects, whose failures glistio says nothing of yet. */
const elsewhere = /43-gatewayparameters\.yaml/;

/** Whether a release that is installed so arrives in a cluster as it is written. */
function isRefused({ error, apiServer, gatewaysError, shellExpanded, objects = [] }: Answer): boolean {
  const lacksVersion = objects.some((object) => object['apiVersion'] === undefined);
  return [error, apiServer, gatewaysError, shellExpanded].some(Boolean) || lacksVersion;
}

function inOrder(objects: readonly ValueMap[]): ValueMap[] {
  const keyed = objects.map((object) => [`${identity(object)} ${JSON.stringify(object)}`, object] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

/** `equal`, or why what differs is right; what is wrong otherwise. */
function judge(given: Case, values: readonly ReturnType<typeof sharedSource>[], release: string, answer: Answer) {
  const { manifests, problems } = renderGatewayProxies({
    values: values as never,
    chartVersion: release,
    namespace: given.namespace,
    releaseName: given.release,
  });
  const errors = problems.filter(({ severity }) => severity === 'error');
  const isOurs = (kind: unknown): boolean => proxyCompanionKinds.includes(String(kind));
  const chart = (answer.objects ?? []).filter(({ kind }) => isOurs(kind));
  const ours = manifests.filter(({ kind }) => isOurs(kind)).map(({ object }) => comparable(object));
  const found = differences(inOrder(chart), inOrder(ours));
  const told = problems.find(({ code, severity }) => severity === 'warning' && deviations.has(code));
  // Envoy's word on the bootstrap was not asked for.
  const isByEnvoy = errors.length > 0 && errors.every(({ code }) => code === 'invalid-bootstrap');
  if (errors.length > 0)
    return isRefused(answer) || isByEnvoy ? 'refused' : `${errors[0]?.code} ${errors[0]?.path} ${errors[0]?.message}`;
  if (answer.error === undefined && found.length === 0) return 'equal';
  if (!isRefused(answer)) return found.join('; ');
  if (told !== undefined) return 'deviates';
  return elsewhere.test(answer.error ?? '') ? 'elsewhere' : `nothing tells: ${answer.error ?? found.join('; ')}`;
}

test('every case gives what the chart gives around the proxies', { skip }, (context) => {
  const cases = readFileSync(new URL('cases.jsonl', recorded), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case);
  const values = cases.map(({ files }) => files.map((text, index) => sharedSource({ name: `values-${index}`, text })));
  const isAll = process.env['GLISTIO_PARITY'] === 'all';
  const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, recorded), 'utf8'));
  const all = (read('classes.json') as ReleaseClass[]).map(({ release }) => release);
  const some = (read('classes-proxy.json') as string[][]).flatMap(
    (same) => all.find((one) => same.includes(one)) ?? [],
  );
  const figures = new Map<string, number>();
  const wrong: string[] = [];
  for (const release of isAll ? all : some) {
    const lines = gunzipSync(readFileSync(new URL(`releases/${release}.jsonl.gz`, recorded))).toString('utf8');
    const answers = new Map(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Answer)
        .map((answer) => [answer.id, answer]),
    );
    for (const [index, given] of cases.entries()) {
      const answer = answers.get(given.id);
      assert.ok(answer !== undefined, `${release} ${given.id}`);
      const verdict = judge(given, values[index] ?? [], release, answer);
      const isRight = ['equal', 'deviates', 'refused', 'elsewhere'].includes(verdict);
      figures.set(isRight ? verdict : 'wrong', (figures.get(isRight ? verdict : 'wrong') ?? 0) + 1);
      if (!isRight) wrong.push(`${release} ${given.id}: ${verdict}`);
    }
  }
  for (const [verdict, count] of figures) context.diagnostic(`${verdict} ${count}`);
  assert.deepEqual(wrong.slice(0, 20), []);
  assert.ok((figures.get('equal') ?? 0) >= (isAll ? 52966 : 20000), `only ${figures.get('equal')} cases are equal`);
  assert.ok((figures.get('elsewhere') ?? 0) <= 14);
});
