/**
 * What rules find beyond their examples: tables of values in test/rules/cases, each with the findings of the file's
 * codes. `npm run test:update` rewrites the findings; read the diff, it is the meaning of your change.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { rules } from '../../src/rules/all.ts';
import { isList, isMap, type Value, type ValueMap } from '../../src/value.ts';
import { type ValidateOptions, validateValues } from '../../src/verbs/validate.ts';
import { editYaml } from '../../src/yaml/edit.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { isUpdating, normalise } from '../support/golden.ts';

const folder = 'test/rules/cases';
const known = new Set(rules.map(({ code }) => code));

for (const name of readdirSync(folder).sort()) {
  const path = `${folder}/${name}`;
  const text = normalise(readFileSync(path, 'utf8'));
  const { value } = readYaml({ name: path, text });
  const { codes = [], release, places = false, cases = [] } = mapOf(value);
  const asked = (isList(codes) ? codes : []).map(String);
  const listed = (isList(cases) ? cases : []).map(mapOf);
  const findsOf = (one: ValueMap): string[] =>
    findIn(String(one['values']), asked, places === true, {
      chartVersion: String(one['release'] ?? release),
      ...(one['kubeVersion'] === undefined ? {} : { kubeVersion: String(one['kubeVersion']) }),
    });
  if (isUpdating) {
    const found = listed.map((one) => ({ ...one, finds: findsOf(one) }));
    writeFileSync(path, editYaml(text, { ...mapOf(value), cases: found }).text);
  }

  test(`${name}: the codes are those of rules`, () => {
    assert.deepEqual(
      asked.filter((code) => !known.has(code)),
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
function findIn(text: string, codes: readonly string[], places: boolean, options: ValidateOptions): string[] {
  const { problems } = validateValues({ values: [{ name: 'values.yaml', text }], lint: true, ...options });
  return problems
    .filter(({ code }) => codes.includes(code))
    .map(({ severity, code, path, message, hint, line, column }) => {
      const place = places ? `${line}:${column} ` : '';
      return `${place}${severity} ${code} ${path}: ${message} (${hint})`;
    });
}

function mapOf(value: Value | undefined): ValueMap {
  return isMap(value) ? value : {};
}
