/**
 * Each deviation on the releases at the bounds of its range, and just outside of it: inside, validate and render report
 * the affected values with their place, and clusters reject the real charts' output; everywhere else nothing is
 * reported, and glistio's output equals the chart's. scripts/oracle-deviations.ts records the charts' output.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { isStable, releases } from '../../src/chart/releases.ts';
import { type Problem, renderGatewayProxies, validateValues } from '../../src/index.ts';
import { comparable } from './canonical.ts';
import {
  type Deviation,
  digestOfProxies,
  type Edge,
  edgesOf,
  readDeviations,
  readEdgeAnswers,
  valueAt,
} from './deviations.ts';
import { envoyErrors } from './envoy.ts';
import { kubernetesErrors } from './kubernetes.ts';

const { deviations, masked, refusals } = readDeviations();
const answers = readEdgeAnswers();
const codes: ReadonlySet<string> = new Set(deviations.map(({ id }) => id));

test('every entry has a name of its own', () => {
  const ids = [...deviations, ...refusals].map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { id, cases } of refusals) assert.ok(cases.size > 0, id);
});

test('what is kept of real charts is what is asked for', () => {
  assert.deepEqual(
    [...answers.keys()].sort(),
    deviations
      .flatMap(edgesOf)
      .map(({ key }) => key)
      .sort(),
  );
});

for (const deviation of deviations) {
  test(`${deviation.id}: told at the edges of its range, and not behind them`, () => {
    const edges = edgesOf(deviation);
    const isShown = (release: string): boolean => edges.some((edge) => edge.release === release && edge.meets);
    assert.deepEqual(
      deviation.edges.filter((release) => deviation.covers(release) && !isShown(release)),
      [],
    );
    for (const edge of edges) (edge.meets ? judgeMet : judgeOther)(deviation, edge);
  });
}

/** The messages of both commands, and the printed objects. */
function outcomeOf({ key, values, release: chartVersion }: Edge) {
  const options = { values: [{ name: 'values.yaml', text: JSON.stringify(values) }], chartVersion };
  const { manifests, problems } = renderGatewayProxies(options);
  const told = [problems, validateValues(options).problems].map((list) => list.filter(({ code }) => codes.has(code)));
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error'),
    [],
    key,
  );
  return { told, objects: manifests.map(({ object }) => object) };
}

function judgeOther(_: Deviation, edge: Edge): void {
  const { told, objects } = outcomeOf(edge);
  assert.deepEqual(told, [[], []], edge.key);
  assert.deepEqual(answers.get(edge.key), { verdict: 'accepted', digest: digestOfProxies(objects) }, edge.key);
}

function judgeMet(deviation: Deviation, edge: Edge): void {
  const { key, example } = edge;
  const { told, objects } = outcomeOf(edge);
  const chart = answers.get(key);
  assert.notEqual(chart?.verdict, 'accepted', `${key}: a cluster takes what the chart gives, so this is no deviation`);
  assert.notEqual(chart?.digest, digestOfProxies(objects), key);
  for (const list of told) judgeWarnings(deviation, edge, list);
  const printed = objects.map(comparable);
  assert.deepEqual(valueAt(printed, example.at), example.glistio, key);
  for (const object of printed) {
    if (['Deployment', 'DaemonSet'].includes(String(object['kind']))) assert.deepEqual(kubernetesErrors(object), []);
    const config = valueAt([object], ['ConfigMap', 'data', 'envoy.yaml']);
    if (config !== null) assert.deepEqual(envoyErrors(config), []);
  }
}

/** Reported with the place, the releases and, if there is one, the newest release with a fix. */
function judgeWarnings(
  { id, isEverywhere, covers }: Deviation,
  { key, release }: Edge,
  told: readonly Problem[],
): void {
  assert.ok(told.length > 0, `${key}: nothing is said`);
  for (const { code, severity, line, column, message, hint = '' } of told) {
    assert.deepEqual([code, severity, line, (column ?? 0) > 0], [id, 'warning', 1, true], key);
    assert.match(
      message,
      isEverywhere ? /\bNo newer release fixes this; glistio prints/ : /\b[Rr]eleases:? [<>].*; glistio prints/,
      key,
    );
    const later = releases.slice(releases.indexOf(release) + 1).filter((one) => isStable(one) && !covers(one));
    const [, mended] = /The chart of (\S+) [a-z ]+\.$/.exec(hint) ?? [];
    assert.equal(mended, later.at(-1), key);
    assert.match(hint, /^(?:Leave|Set|Write|Put|Choose|Add|Remove) .{8,}/, key);
  }
}

test('config-checksum: the annotation holds the sum of the ConfigMap that is printed', () => {
  assert.deepEqual(masked, ['config-checksum']);
  const { manifests } = renderGatewayProxies({ chartVersion: '1.22.1' });
  const [configMap, workload] = manifests;
  assert.ok(configMap !== undefined && workload !== undefined);
  const annotation = valueAt(
    [workload.object],
    [workload.kind, 'spec', 'template', 'metadata', 'annotations', `checksum/${configMap.name}`],
  );
  assert.equal(annotation, createHash('sha256').update(configMap.text).digest('hex'));
});
