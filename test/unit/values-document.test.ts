import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readReleases } from '../../scripts/chart-sources.ts';
import { compileValues } from '../../scripts/chart-values.ts';
import { chartOf } from '../../src/chart/chart.ts';
import { valueProblems } from '../support/value-problems.ts';

const document = compileValues(readReleases());

test('the document of all values is JSON Schema 2020-12, and every reference in it leads somewhere', () => {
  const ajv = new Ajv2020({ strict: false, logger: false });
  assert.ok(ajv.validateSchema(document as object), JSON.stringify(ajv.errors));
  // Custom keywords contain schemas, too: in plain keywords, ajv would follow their references.
  const plain = JSON.parse(
    JSON.stringify(document).replaceAll('"unlessEmpty":{', '"not":{').replaceAll('"byRelease":[', '"anyOf":['),
  ) as object;
  assert.ok(ajv.compile(plain));
});

test('what many entries have wrong is said of each, in their order', () => {
  const names = Array.from({ length: 3000 }, (_, index) => `p${index}`);
  const proxies = names.map((name) => [name, { podTemplate: { httpPort: [1] }, extraVolumes: [{ foo: 1 }] }] as const);
  const found = valueProblems({ gatewayProxies: Object.fromEntries(proxies) }, chartOf('1.22.1'));
  const paths = names.flatMap((name) => [
    `gatewayProxies.${name}.podTemplate.httpPort`,
    `gatewayProxies.${name}.extraVolumes[0]`,
    `gatewayProxies.${name}.extraVolumes[0].foo`,
  ]);
  assert.deepEqual(
    found.map(({ path }) => path),
    paths,
  );
});
