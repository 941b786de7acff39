/**
 * The rules applied to manifests, compared with the same rules applied to the values that they were rendered from: what
 * is found in the values of every rule's examples and cases is also found in the rendering, and nothing else.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { validateManifests as validate } from '../../src/index.ts';
import { printKube } from '../../src/kube/print.ts';
import { readStream } from '../../src/objects/stream.ts';
import { decide } from '../../src/proxy/decide.ts';
import { print } from '../../src/proxy/print.ts';
import { ruleOf, rules } from '../../src/rules/all.ts';
import { isList, mapOf } from '../../src/value.ts';
import { standInFor } from '../../src/verbs/decide-kube.ts';
import { prepare } from '../../src/verbs/prepare.ts';
import { validateValues } from '../../src/verbs/validate.ts';
import { validateManifests } from '../../src/verbs/validate-manifests.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { writeYaml } from '../../src/yaml/write.ts';
import { recordedReleases } from '../diff/recorded.ts';
import { readCases as readGlooctlCases } from '../parity/glooctl-cases.ts';
import { isWhole } from '../parity/suite.ts';
import { normalise } from '../support/golden.ts';
import { type Case, exampleCodes, readExample } from '../support/rule-examples.ts';

const aboutObjects = new Set(rules.filter(({ valuesOnly }) => valuesOnly === undefined).map(({ code }) => code));

/** Exceptions: a code, found in values that contain this text, with a reason. */
const differing: readonly { readonly code: string; readonly of: RegExp; readonly why: string }[] = [
  {
    code: 'bootstrap-without-sds-cluster',
    of: /istioIntegration/,
    why: 'of the values it is sidecars-without-cluster',
  },
  { code: 'invalid-manifest', of: /kind: Secret/, why: 'a Secret may be meant where there are no values' },
  { code: 'invalid-label', of: /Proxies: \{(-edge|"édge"|a{51,}):/, why: 'of the values it is the name of the proxy' },
  { code: 'invalid-name', of: /Proxies: \{a{51,}:/, why: 'in manifests it is an annotation' },
  { code: 'unknown-volume', of: /volumes: \[/, why: 'of the values it is override-replaces-list' },
  { code: 'certificates-never-written', of: /customSidecars: \{/, why: 'of the values it follows from the wrong type' },
  { code: 'minimum-three-replicas', of: /horizontalPodAutoscaler/, why: 'the autoscaler is no object of the proxy' },
];

const folder = 'test/rules/cases';
// Every third of the many cases, all with `npm run test:parity`.
const cases: readonly Case[] = [
  ...exampleCodes().flatMap((code) => Object.values(readExample(code)).filter(isCase)),
  ...readdirSync(folder)
    .flatMap((name) => casesIn(`${folder}/${name}`))
    .filter((_, index) => isWhole || index % 3 === 0),
];

function isCase(part: string | Case): part is Case {
  return typeof part !== 'string';
}

function casesIn(path: string): Case[] {
  const { release, cases: listed = [] } = mapOf(
    readYaml({ name: path, text: normalise(readFileSync(path, 'utf8')) }).value,
  );
  return (isList(listed) ? listed : []).map((one) => {
    const { values, release: own } = mapOf(one);
    return { values: String(values), release: String(own ?? release) };
  });
}

/** The rendering of values; undefined if it is meaningless. */
function printed({ values, release }: Case): string | undefined {
  const prepared = prepare({ values: [{ name: 'values.yaml', text: values }], chartVersion: release });
  if (!('chart' in prepared)) return undefined;
  const decisions = prepared.proxies.map(decide);
  const isBroken = [...prepared.problems, ...decisions.flatMap(({ problems }) => problems)].some(
    ({ severity }) => severity === 'error',
  );
  if (isBroken) return undefined;
  const { decision: kube } = standInFor(prepared);
  const manifests = [...decisions.map(print), ...(kube === undefined ? [] : [printKube(kube)])].flatMap((one) =>
    one?.workload === undefined ? [] : [one.configMap, one.workload],
  );
  return manifests.map((manifest) => `---\n${manifest?.text ?? ''}`).join('');
}

/** The codes of rules about objects, and those of the schema about values. */
function codesOfValues({ values, release }: Case): readonly [rules: string[], schema: string[]] {
  const { problems } = validateValues({ values: [{ name: 'v', text: values }], chartVersion: release, lint: true });
  const codes = [...new Set(problems.map(({ code }) => code))].sort();
  return [codes.filter((code) => aboutObjects.has(code)), codes.filter((code) => ruleOf(code) === undefined)];
}

function codesOfManifests(text: string, chartVersion: string): string[] {
  const { problems } = validateManifests({ name: 'gp.yaml', text }, { chartVersion, lint: true });
  // For values, the schema reports fields of the wrong type.
  const others = ['no-config-map', 'no-proxy', 'wrong-type', 'missing-value', 'out-of-range'];
  const found = problems.filter(({ code }) => !others.includes(code));
  for (const problem of found)
    assert.ok(problem.line !== undefined && problem.column !== undefined, JSON.stringify(problem));
  return [...new Set(found.map(({ code }) => code))].sort();
}

test('what the values find is found in what is printed for them', () => {
  const wrong: string[] = [];
  let compared = 0;
  for (const one of cases) {
    const text = printed(one);
    if (text === undefined) continue;
    compared++;
    const [expected, bySchema] = codesOfValues(one);
    const found = codesOfManifests(text, one.release);
    const odd = [
      ...expected.filter((code) => !found.includes(code)),
      // A type or field that the API server rejects is also a problem of the values, or a rule describes the
      // consequence.
      ...found.filter((code) => !expected.includes(code) && !bySchema.includes(code)),
    ];
    if (odd.some((code) => !differing.some((entry) => entry.code === code && entry.of.test(one.values))))
      wrong.push(`${one.release}: values ${expected.join(' ')}; manifests ${found.join(' ')}\n${one.values}`);
  }
  assert.ok(compared > 200, `only ${compared} compared`);
  assert.deepEqual(wrong, []);
});

for (const { name, chartVersion: release, live, values } of recordedReleases()) {
  test(`${name}: what a real API server returns is judged as its values are`, () => {
    const { problems, chartVersion, proxies } = validateManifests({ name: 'live.yaml', text: live }, { lint: true });
    assert.deepEqual([chartVersion, proxies], [release, 1]);
    assert.deepEqual(
      [...new Set(problems.map(({ code }) => code))].sort(),
      codesOfValues({ values: JSON.stringify(values), release })[0],
    );
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
    );
  });
}

test('what real glooctl leaves is judged: what it breaks is found, and nothing else', () => {
  const odd = new Map<string, string>();
  let judged = 0;
  for (const { id, before, after } of readGlooctlCases()) {
    for (const [when, text] of Object.entries({ before, after })) {
      const { problems, proxies } = validateManifests({ name: when, text }, { chartVersion: id.split('/')[0] ?? '' });
      judged += proxies;
      for (const { code } of problems)
        if (code !== 'may-be-injected' && code !== 'no-proxy' && !isTrueOf(code, `${id}/${when}`)) odd.set(code, id);
    }
  }
  assert.ok(judged > 800, `${judged} judged`);
  assert.deepEqual([...odd], []);
});

/** What is really wrong with recorded objects: deliberately so for the recording, or left incomplete by glooctl. */
const truths: Readonly<Record<string, RegExp>> = {
  'bootstrap-without-sds-cluster':
    /uninject-(?:gloomtls-chart|istiosds-custom-sidecars|.*)\/after|has-sds-container|only-/,
  'bootstrap-without-gloo': /camelcase-and-enums|no-static-resources|number-forms|two-sds-clusters/,
  'sds-cluster-without-server': /inject-/,
  'certificates-never-written': /custom-sidecars|has-|only-|two-sds/,
  // Of the recorded versions.
  'certificates-not-rotated': /^/,
  'istio-outside-gloo-range': /^/,
  'alpn-not-sent': /^1\.5\.0/,
  'config-path-not-writable': /has-istio-proxy|two-sds|only-istio|custom-sidecars/,
  'istio-ca-not-mounted': /has-istio-proxy|two-sds|only-istio|custom-sidecars/,
  'cluster-id-missing': /^1\.5\.0-beta25\//,
  'first-party-jwt-removed': /1\.22\.0-first-party\/after/,
  'token-not-mounted': /has-istio-proxy|two-sds|only-istio|custom-sidecars|1\.22\.0-first-party/,
  'unknown-jwt-policy': /jwt-odd\/after/,
  'invalid-bootstrap': /two-sds-clusters|unknown-field|not-yaml|unregistered-any|no-static|no-envoy/,
  'no-config-map': /configmap-absent/,
  'unused-volume': /volume-istio-certs|extra-container|uninject-.*\/after/,
};

function isTrueOf(code: string, id: string): boolean {
  return truths[code]?.test(id) === true;
}

test('each finding stands at its line, in any form of the manifests', () => {
  const broken = { name: 'OUTPUT_CERTS', value: '/elsewhere' };
  const text = printed({ values: 'global: {istioSDS: {enabled: true}}', release: '1.17.0' })?.replace(
    /name: OUTPUT_CERTS\n( +)value: \S+/,
    `name: OUTPUT_CERTS\n$1value: ${broken.value}`,
  );
  assert.ok(text !== undefined);
  const of = (source: string): string[] => {
    const { problems } = validateManifests({ name: 'x', text: source });
    const found = problems.filter(({ code }) => code === 'certificates-never-written');
    return found.map(({ line, column }) => source.split('\n')[(line ?? 0) - 1]?.slice((column ?? 1) - 1) ?? '');
  };
  assert.deepEqual(of(text), ['value: /elsewhere']);
  assert.deepEqual(of(text.replaceAll('\n', '\r\n')), ['value: /elsewhere\r']);
  const objects = readStream({ name: 'x', text }).objects.map(({ object }) => object);
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  assert.deepEqual(of(writeYaml(list)), ['value: /elsewhere']);
  assert.deepEqual(of(JSON.stringify(list, undefined, 1)), ['"value": "/elsewhere"']);
  // Objects have no file; the problem names its object.
  const [found] = validateManifests(objects).problems.filter(({ code }) => code === 'certificates-never-written');
  assert.equal(found?.file, undefined);
  assert.equal(found?.subject?.name, 'gateway-proxy');
  assert.equal(found?.path, 'spec.template.spec.containers[2].env[0].value');
});

test('a fault of the bootstrap stands at its own line of the block', () => {
  const text = printed({ values: '', release: '1.17.0' })?.replace('connect_timeout:', 'conect_timeout:') ?? '';
  const at = (source: string): string | undefined => {
    const [{ line = 0, column = 0 } = {}] = validateManifests({ name: 'x', text: source }).problems;
    return source.split('\n')[line - 1]?.slice(column - 1, column + 13);
  };
  assert.equal(at(text), 'conect_timeout');
  const objects = readStream({ name: 'x', text }).objects.map(({ object }) => object);
  // If the text is not a block, the place is its key.
  assert.equal(at(JSON.stringify({ kind: 'List', items: objects })), '"envoy.yaml":"');
});

test('which release: told, of Gloo’s own objects, of the image, or none', () => {
  const text = printed({ values: '', release: '1.17.0' }) ?? '';
  const release = (source: string, chartVersion?: string): readonly [string, readonly string[]] => {
    const answer = validateManifests(source, chartVersion === undefined ? {} : { chartVersion });
    return [answer.chartVersion, answer.problems.map(({ code }) => code)];
  };
  assert.deepEqual(release(text), ['1.17.0', []]);
  assert.deepEqual(release(text, '1.18'), ['1.18.41', []]);
  assert.deepEqual(release(text, '9.9'), ['', ['unknown-release']]);
  const gloo =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: discovery, namespace: gloo-system}\nspec: {template: {spec: {containers: [{name: discovery, image: "q/discovery:1.16.2"}]}}}\n';
  assert.deepEqual(release(`${text}---\n${gloo}`), ['1.16.2', []]);
  const unknown = text.replace(/envoy-wrapper:\S+/, 'envoy-wrapper:latest');
  assert.deepEqual(release(unknown), ['', ['gloo-version-unknown']]);
  // Without the release, what only some Envoys reject is not reported.
  assert.deepEqual(release(unknown.replace('connect_timeout:', 'conect_timeout:')), ['', ['gloo-version-unknown']]);
  assert.deepEqual(release(''), ['', ['no-proxy']]);
});

test('comments in manifests, options and untrusted input', () => {
  const text = printed({ values: 'global: {istioSDS: {enabled: true}}', release: '1.17.0' }) ?? '';
  const codes = (source: unknown, options: unknown = {}): string[] =>
    validate(source as string, options as object).problems.map(({ code }) => code);
  assert.deepEqual(codes(text), ['may-be-injected']);
  assert.deepEqual(codes(`# glistio-ignore-file may-be-injected\n${text}`), []);
  assert.deepEqual(codes(text, { ignore: 'may-be-injected' }), []);
  assert.deepEqual(codes(text, { namespace: 'elsewhere' }), ['no-proxy']);
  assert.ok(codes(text, { lint: true }).length > 3);
  assert.deepEqual(codes(text, { lint: 'yes' }), ['bad-option']);
  assert.deepEqual(codes(7), ['bad-option']);
  const metadata = { name: 'x', labels: { gloo: 'gateway-proxy' } };
  const odd = [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template: { spec: 7 } } }];
  const found = validate(odd).problems.map(({ code }) => code);
  for (const code of ['wrong-type', 'gloo-version-unknown', 'no-config-map']) assert.ok(found.includes(code), code);
});
