import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { meaningOf, others, rulesPage } from '../../scripts/docs-rules.ts';
import { hasErrors } from '../../src/problem.ts';
import { rules } from '../../src/rules/all.ts';
import { chartCodes, codes, otherCodes } from '../../src/rules/codes.ts';
import { validateValues } from '../../src/verbs/validate.ts';
import { writeYaml } from '../../src/yaml/write.ts';
import { isUpdating, matchGolden, normalise } from '../support/golden.ts';
import { exampleCodes, exampleFolder, findIn, readExample } from '../support/rule-examples.ts';

for (const { code } of [...rules, ...chartCodes]) {
  test(`${code}: the failing example fails in its place, the passing one does not`, () => {
    const { fails, passes, at, says } = readExample(code);
    const [found, ...more] = findIn(fails, code);
    assert.ok(found, `nothing found in:\n${fails.values}`);
    const place = `${found.line}:${found.column}`;
    assert.ok(found.hint, 'says how to fix it');
    const said = `${found.message} (${found.hint})`;
    if (isUpdating && (at !== place || says !== said)) setExpectation(code, place, said);
    else assert.deepEqual([place, said], [at, says]);
    assert.deepEqual(
      more.filter(({ path }) => path === found.path),
      [],
      'said once',
    );
    assert.deepEqual(findIn(passes, code), []);
  });
}

function setExpectation(code: string, place: string, says: string): void {
  const path = `${exampleFolder}/${code}.yaml`;
  const text = readFileSync(path, 'utf8').replace(/^(?:at|says): .*\n/gm, '');
  writeFileSync(path, text.replace(/^fails: /m, `at: "${place}"\n${writeYaml({ says })}fails: `));
}

test('passing examples have no error at all', () => {
  const broken = [...rules, ...chartCodes]
    .map(({ code }) => ({ code, ...readExample(code).passes }))
    .filter(({ values, release }) =>
      hasErrors(validateValues({ values: [{ name: 'v', text: values }], chartVersion: release }).problems),
    );
  assert.deepEqual(
    broken.map(({ code }) => code),
    [],
  );
});

test('every example belongs to a rule', () => {
  const known = new Set([...rules, ...chartCodes].map(({ code }) => code));
  assert.deepEqual(
    exampleCodes().filter((code) => !known.has(code)),
    [],
  );
});

test('codes are kebab-case, and each stands for one thing', () => {
  const all = [...rules.map(({ code }) => code), ...otherCodes.flatMap((group) => group.codes.map(({ code }) => code))];
  assert.deepEqual(
    all.filter((code) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(code)),
    [],
  );
  assert.equal(new Set(all).size, all.length);
});

test('every code that the sources give is known', () => {
  const severities = ['error', 'warning', 'info'];
  const sources = readdirSync('src', { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts') && !name.includes('.gen.') && !/^(report|diff|sidecar|cli)\b/.test(name))
    .map((name) => readFileSync(join('src', name), 'utf8'));
  const given = sources.flatMap((text) =>
    [...text.matchAll(/\bcode(?:: ?| = )'([a-z0-9-]+)'|\breport\(\s*[^,()]+(?:\([^)]*\))?,\s*'([a-z-]+)'/g)].map(
      ([, a, b]) => a ?? b ?? '',
    ),
  );
  assert.ok(given.length > 60);
  assert.deepEqual(
    [...new Set(given)].filter((code) => !codes.has(code) && !severities.includes(code)),
    [],
  );
});

const page = 'docs/rules.md';
const written = normalise(readFileSync(page, 'utf8'));

test(`${page} says what each code means`, () => {
  if (isUpdating) return;
  for (const text of [...rules.map(meaningOf), others()]) assert.ok(written.includes(`${text}\n\n`), text);
});

test(`${page} is what the rules say`, () => {
  matchGolden(page, rulesPage());
});
