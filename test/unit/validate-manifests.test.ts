/**
 * The rules over manifests, beside the same rules over the values that these were made of: what the values of every rule's
 * examples and cases find is found in what is printed for them, too, and nothing else.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decide } from '../../src/proxy/decide.ts';
import { print } from '../../src/proxy/print.ts';
import { rules } from '../../src/rules/all.ts';
import { isList, mapOf } from '../../src/value.ts';
import { prepare } from '../../src/verbs/prepare.ts';
import { validateValues } from '../../src/verbs/validate.ts';
import { validateManifests } from '../../src/verbs/validate-manifests.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { normalise } from '../support/golden.ts';
import { type Case, exampleCodes, readExample } from '../support/rule-examples.ts';

const aboutObjects = new Set(rules.filter(({ valuesOnly }) => valuesOnly === undefined).map(({ code }) => code));

/** Where the two see something else: a code, in values that say so, with a reason. */
const differing: readonly { readonly code: string; readonly of: RegExp; readonly why: string }[] = [
  {
    code: 'bootstrap-without-sds-cluster',
    of: /istioIntegration/,
    why: 'of the values it is sidecars-without-cluster',
  },
  { code: 'invalid-label', of: /Proxies: \{(-edge|"édge"|a{51,}):/, why: 'of the values it is the name of the proxy' },
  { code: 'invalid-name', of: /Proxies: \{a{51,}:/, why: 'in manifests it is an annotation' },
  { code: 'minimum-three-replicas', of: /horizontalPodAutoscaler/, why: 'the autoscaler is no object of the proxy' },
];

const folder = 'test/rules/cases';
const cases: readonly Case[] = [
  ...exampleCodes().flatMap((code) => Object.values(readExample(code)).filter(isCase)),
  ...readdirSync(folder).flatMap((name) => casesIn(`${folder}/${name}`)),
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

/** What is printed for values; undefined where it means nothing. */
function printed({ values, release }: Case): string | undefined {
  const prepared = prepare({ values: [{ name: 'values.yaml', text: values }], chartVersion: release });
  assert.ok('chart' in prepared);
  const decisions = prepared.proxies.map(decide);
  const isBroken = [...prepared.problems, ...decisions.flatMap(({ problems }) => problems)].some(
    ({ severity }) => severity === 'error',
  );
  if (isBroken) return undefined;
  const manifests = decisions
    .map(print)
    .flatMap(({ configMap, workload }) => (workload === undefined ? [] : [configMap, workload]));
  return manifests.map((manifest) => `---\n${manifest?.text ?? ''}`).join('');
}

function codesOfValues({ values, release }: Case): string[] {
  const { problems } = validateValues({ values: [{ name: 'v', text: values }], chartVersion: release, lint: true });
  return [...new Set(problems.map(({ code }) => code))].filter((code) => aboutObjects.has(code)).sort();
}

function codesOfManifests(text: string, chartVersion: string): string[] {
  const { problems } = validateManifests({ name: 'gp.yaml', text }, { chartVersion, lint: true });
  // Fields of the wrong type are the schema's matter where values are known.
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
    const [expected, found] = [codesOfValues(one), codesOfManifests(text, one.release)];
    const odd = [
      ...expected.filter((code) => !found.includes(code)),
      ...found.filter((code) => !expected.includes(code)),
    ];
    if (odd.some((code) => !differing.some((entry) => entry.code === code && entry.of.test(one.values))))
      wrong.push(`${one.release}: values ${expected.join(' ')}; manifests ${found.join(' ')}\n${one.values}`);
  }
  assert.ok(compared > 200, `only ${compared} compared`);
  assert.deepEqual(wrong, []);
});
