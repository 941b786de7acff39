/**
 * glistio compared with a real API server's verdict (kube-apiserver 1.32, strict dry run): the objects of one proxy,
 * each with one part set (or, with `delete`, removed) at `path`. `refused` is the server's message.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { refusedParts } from '../../src/apiserver/check.ts';
import {
  entryNameFault,
  keyFault,
  labelNameFault,
  labelValueFault,
  objectNameFault,
  portNameFault,
  releaseNameFault,
  serviceNameFault,
} from '../../src/apiserver/names.ts';
import { chartOf } from '../../src/chart/chart.ts';
import { formatPath, type Path } from '../../src/problem.ts';
import { checkKubernetesObject } from '../../src/schema/check-kubernetes.ts';
import type { OpenMap, Value, ValueMap } from '../../src/value.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';
import { validateValues } from '../../src/verbs/validate.ts';

interface Verdict {
  readonly kind: 'Deployment' | 'DaemonSet' | 'ConfigMap';
  readonly path: Path;
  readonly value?: Value;
  readonly delete?: true;
  readonly refused?: string;
}

/** What only the API server rejects, and why glistio does not check it. */
const left: readonly (readonly [path: RegExp, reason: string])[] = [
  [/lifecycle .*"sleep":\{"seconds":0/, 'newer ones take it'],
  [/dnsConfig .*searches":\["(\.|_)/, 'newer ones take it'],
  [/securityContext .*(runAsUserName|gmsa)/, 'no gateway runs on Windows'],
];

/** What the API server accepts although its own description of the type does not. */
const taken = [/securityContext .*(procMount|supplementalGroupsPolicy)/, /httpHeaders":\[\{"name":"a"\}/];

const chart = chartOf('1.17.3');
const { manifests } = renderGatewayProxies({ chartVersion: '1.17.3', namespace: 'default' });
const verdicts = readFileSync('test/oracle/apiserver-verdicts.jsonl', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Verdict);

function objectOf({ kind, path, value, delete: isLeftOut }: Verdict): ValueMap {
  const object = structuredClone(
    manifests.find((one) => (one.kind === 'ConfigMap') === (kind === 'ConfigMap'))?.object,
  ) as OpenMap;
  object['kind'] = kind;
  if (kind === 'DaemonSet') delete (object['spec'] as OpenMap)['replicas'];
  let holder = object as Record<string | number, Value>;
  for (const step of path.slice(0, -1)) {
    holder[step] ??= {};
    holder = holder[step] as Record<string | number, Value>;
  }
  const last = path.at(-1) ?? '';
  if (isLeftOut) delete holder[last];
  else holder[last] = value ?? null;
  return object;
}

function refusalsOf(verdict: Verdict): string[] {
  const object = objectOf(verdict);
  const found: string[] = [];
  checkKubernetesObject(verdict.kind, object, chart, ({ path, message }) => found.push(`${path}: ${message}`), false);
  const parts = refusedParts(verdict.kind, object).map(({ path, message }) => `${formatPath(path)}: ${message}`);
  return [...found, ...parts];
}

test('glistio refuses what the API server refuses, and nothing else', () => {
  const different: string[] = [];
  const used = new Set<RegExp>();
  for (const verdict of verdicts) {
    const about = `${formatPath(verdict.path)} ${JSON.stringify(verdict.value)}`;
    const ours = refusalsOf(verdict);
    if (ours.length > 0 === (verdict.refused !== undefined)) continue;
    const excuse =
      verdict.refused === undefined ? taken.find((one) => one.test(about)) : left.find(([one]) => one.test(about))?.[0];
    if (excuse === undefined) different.push(`${about}: ${verdict.refused ?? 'taken'} / ${ours.join('; ')}`);
    else used.add(excuse);
  }
  assert.deepEqual(different, []);
  assert.equal(used.size, left.length + taken.length, 'an exception that nothing needs');
  assert.ok(verdicts.filter(({ refused }) => refused !== undefined).length >= 590);
});

test('an override can make another kind of an object, but not any', () => {
  const codesOf = (kind: string): string[] => {
    const text = `gatewayProxies: {gatewayProxy: {kubeResourceOverride: {kind: ${kind}}}}`;
    const { problems } = validateValues({ values: [{ name: 'v', text }], chartVersion: '1.17.3' });
    return problems.map(({ code }) => code);
  };
  assert.deepEqual(codesOf('Job'), ['invalid-manifest']);
  assert.deepEqual(codesOf('StatefulSet'), ['override-renames']);
  assert.deepEqual(codesOf('DaemonSet'), ['override-renames']);
});

test('the chart’s own objects are accepted', () => {
  for (const { kind, object } of manifests) assert.deepEqual(refusedParts(kind, object), []);
});

const cases: readonly (readonly [
  rule: (name: string) => string | undefined,
  right: readonly string[],
  wrong: readonly string[],
])[] = [
  [labelNameFault, ['a', '1', 'a-b', 'a'.repeat(63)], ['', 'A', 'a.b', '-a', 'a-', 'a_b', 'ä', 'a'.repeat(64)]],
  [serviceNameFault, ['a1'], ['1a', 'a.b']],
  [objectNameFault, ['a', 'a.b', 'a'.repeat(253)], ['', 'A', 'a..b', 'a.-b', '.a', 'a'.repeat(254)]],
  [releaseNameFault, ['gloo', 'a.b', 'a'.repeat(53)], ['Gloo', 'a_b', 'a'.repeat(54), '']],
  [labelValueFault, ['', 'a', 'A_b.c-d', 'a'.repeat(63)], ['a b', '-a', 'a.', 'a'.repeat(64), 'a/b']],
  [
    keyFault,
    ['a', 'A_b', 'x.io/A', `x.io/${'a'.repeat(63)}`],
    ['', 'a b', 'X.io/a', '/a', 'a/', 'a/b/c', '-a', 'a'.repeat(64)],
  ],
  [portNameFault, ['http', 'a1', 'http-2'], ['HTTP', '80', 'a--b', '-a', 'a'.repeat(16)]],
  [entryNameFault, ['envoy.yaml', '_a', 'A-b'], ['', 'a b', '..a', '.', 'a/b', 'a'.repeat(254)]],
];
for (const [rule, right, wrong] of cases)
  test(`${rule.name} is Kubernetes’ own`, () => {
    for (const name of right) assert.equal(rule(name), undefined, name);
    for (const name of wrong) assert.match(String(rule(name)), /^(must|has)/, name);
  });
