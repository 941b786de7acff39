/**
 * What rules find beyond their examples: tables of values in test/rules/cases and test/rules/edges, each with the
 * findings of the file's codes. Cases are also compared with the manifests that are printed for them; edges may be of
 * objects that are not among these, or `printed`: then the findings are those in the manifests. `npm run test:update`
 * rewrites the findings; read the diff, it is the meaning of your change.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { codes as codesOfProblems } from '../../src/rules/codes.ts';
import { isList, isMap, type Value, type ValueMap } from '../../src/value.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';
import { type ValidateOptions, type Validation, validateValues } from '../../src/verbs/validate.ts';
import { validateManifests } from '../../src/verbs/validate-manifests.ts';
import { editYaml } from '../../src/yaml/edit.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { isUpdating, normalise } from '../support/golden.ts';

/** What a case may say about the cluster and its mesh. */
const cluster = ['kubeVersion', 'istioVersion', 'istioRevision'] as const;
const tables = ['test/rules/cases', 'test/rules/edges'].flatMap((folder) =>
  readdirSync(folder)
    .sort()
    .map((name) => ({ name, path: `${folder}/${name}` })),
);

for (const { name, path } of tables) {
  const text = normalise(readFileSync(path, 'utf8'));
  const { value } = readYaml({ name: path, text });
  const { codes = [], release, places = false, cases = [] } = mapOf(value);
  const asked = (isList(codes) ? codes : []).map(String);
  const listed = (isList(cases) ? cases : []).map(mapOf);
  const findsOf = (one: ValueMap): string[] =>
    findIn(one, asked, places === true, {
      chartVersion: String(one['release'] ?? release),
      ...Object.fromEntries(cluster.filter((key) => one[key] !== undefined).map((key) => [key, String(one[key])])),
    });
  if (isUpdating) {
    const found = listed.map((one) => ({ ...one, finds: findsOf(one) }));
    writeFileSync(path, editYaml(text, { ...mapOf(value), cases: found }).text);
  }

  test(`${name}: the codes are known`, () => {
    assert.deepEqual(
      asked.filter((code) => !codesOfProblems.has(code)),
      [],
    );
    assert.ok(listed.length > 0);
  });
  for (const one of listed)
    test(`${name}: ${Object.values({ ...one, finds: '' }).join(' ')}`, () => {
      if (!isUpdating) assert.deepEqual(findsOf(one), one['finds']);
    });
}

/** With places, each begins with its line and column. */
function findIn(one: ValueMap, codes: readonly string[], places: boolean, options: ValidateOptions): string[] {
  const given = { values: [{ name: 'values.yaml', text: String(one['values']) }], ...options };
  const { problems } = one['printed'] === true ? inManifests(given) : validateValues({ ...given, lint: true });
  return problems
    .filter(({ code }) => codes.includes(code))
    .map(({ severity, code, path, message, hint, line, column }) => {
      const place = places ? `${line}:${column} ` : '';
      return `${place}${severity} ${code} ${path}: ${message} (${hint})`;
    });
}

/** What is found in the manifests that are printed for the values, without the values. */
function inManifests(given: ValidateOptions): Pick<Validation, 'problems'> {
  const { values = [], chartVersion = '' } = given;
  const text = renderGatewayProxies({ values, chartVersion })
    .manifests.map((manifest) => `---\n${manifest.text}`)
    .join('');
  return validateManifests({ name: 'manifests.yaml', text }, { ...given, chartVersion, lint: true });
}

function mapOf(value: Value | undefined): ValueMap {
  return isMap(value) ? value : {};
}
