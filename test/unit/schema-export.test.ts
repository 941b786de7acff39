import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { chartOf } from '../../src/chart/chart.ts';
import { coalesce } from '../../src/helm/coalesce.ts';
import { type SchemaOptions, valuesSchema } from '../../src/schema/schema.ts';
import type { JsonSchema } from '../../src/schema/schema-scalar.ts';
import type { ValueMap } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { type Answer, hasAnswers, readAnswers, readCases, readClasses, verdictsOf } from '../parity/suite.ts';

function read(text: string): ValueMap {
  return (readYaml({ name: 'values.yaml', text }).value ?? {}) as ValueMap;
}

const compiled = new Map<string, (values: unknown) => boolean>();

function compile(release: string, options?: SchemaOptions): (values: unknown) => boolean {
  const key = JSON.stringify([release, options]);
  // Keywords that only editors understand (patternErrorMessage) are allowed.
  const isValid = compiled.get(key) ?? new Ajv({ strict: false }).compile(valuesSchema(chartOf(release), options));
  compiled.set(key, isValid);
  return isValid;
}

function at(schema: JsonSchema, ...keys: readonly string[]): JsonSchema | undefined {
  return keys.reduce<JsonSchema | undefined>(
    (inner, key) => (inner?.['properties'] as Record<string, JsonSchema> | undefined)?.[key],
    schema,
  );
}

test('the schema is a valid one of draft-07, and takes the chart’s own defaults', () => {
  for (const release of ['1.5.0-beta25', '1.22.1']) {
    const schema = valuesSchema(chartOf(release));
    assert.equal(schema['$schema'], 'http://json-schema.org/draft-07/schema#');
    const ajv = new Ajv({ strict: false });
    assert.equal(ajv.validateSchema(schema), true, ajv.errorsText());
    assert.ok(compile(release)(chartOf(release).defaults()), release);
  }
});

test('editors get what a value does, its default, choices and examples', () => {
  const schema = valuesSchema(chartOf('1.22.1'));
  const port = at(schema, 'gatewayProxies', 'gatewayProxy', 'podTemplate', 'httpPort');
  assert.equal(port?.['default'], 8080);
  assert.match(String(port?.['description']), /plain HTTP/);
  assert.deepEqual(at(schema, 'global', 'image', 'pullPolicy')?.['enum'], [
    'Always',
    'IfNotPresent',
    'Never',
    '',
    null,
  ]);
  assert.match(
    String(at(schema, 'global', 'istioSDS', 'enabled')?.['deprecationMessage']),
    /istioIntegration\.enabled/,
  );
  const proxy = (schema['definitions'] as Record<string, JsonSchema>)['gloo.GatewayProxy'];
  assert.ok(at(proxy ?? {}, 'extraEnvoyArgs')?.['examples']);
});

test('mistakes do not pass, and what the chart renders does', () => {
  const isValid = compile('1.22.1');
  const passing = [
    'gatewayProxies: {a: {kind: {deployment: {replicas: "3"}}, podTemplate: {extraAnnotations: {a: 5, b: true}}}}',
    'gatewayProxies: {a: {readConfig: "true", podTemplate: {httpPort: null, resources: {limits: {cpu: 1, nvidia.com/gpu: 1}}}}}',
    'global: {storageClass: fast, istioSDS: {customSidecars: [{name: a, image: b, readinessProbe: null}]}}',
    'settings: null',
    'enabled: true',
  ];
  const refused = [
    'gatewayProxies: {a: {kind: {deployment: {replicas: many}}}}',
    'gatewayProxies: {a: {readConfig: "false"}}',
    'gatewayProxies: {a: {httpPort: 80}}',
    'global: {istioSDS: {enabeld: true}}',
    'global: {istioSDS: {customSidecars: [{name: a, image: b, env: [{name: c, value: 1}]}]}}',
    'istioSDS: {}',
  ];
  for (const text of passing) assert.ok(isValid(read(text)), text);
  for (const text of refused) assert.ok(!isValid(read(text)), text);
  assert.ok(compile('1.22.1', { open: true })(read('istioSDS: {}')));
});

test('a chart that wraps this one has its values under a key, and global at the top', () => {
  const isValid = compile('1.22.1', { partialOf: 'gloo' });
  assert.ok(
    isValid(read('own: 1\ngloo: {gatewayProxies: {a: {}}, enabled: true}\nglobal: {istioSDS: {enabled: true}}')),
  );
  assert.ok(!isValid(read('gloo: {gatewayProxys: {}}')));
  assert.ok(!isValid(read('global: {istioSDS: {enabeld: true}}')));
});

const skip = hasAnswers ? false : 'the recorded answers are not beside this checkout';

test('an override is a part of its object, for editors too', () => {
  const valid = compile('1.22.1');
  const proxy = (text: string): boolean =>
    valid(coalesce(read(`gatewayProxies: {gatewayProxy: {${text}}}`), chartOf('1.22.1').defaults()).values);
  for (const good of [
    'kubeResourceOverride: {metadata: {labels: {a: b}}, spec: {minReadySeconds: 5, strategy: {type: Recreate}}}',
    'kubeResourceOverride: {spec: {updateStrategy: {type: OnDelete}, template: {spec: {hostNetwork: true}}}}',
    'configMap: {kubeResourceOverride: {kind: ConfigMap, data: {a: b}}}',
  ])
    assert.ok(proxy(good), good);
  for (const wrong of [
    'kubeResourceOverride: {spec: {template: {sepc: {}}}}',
    'kubeResourceOverride: {spec: {template: {spec: {hostNetwork: [1]}}}}',
    'kubeResourceOverride: {spec: {template: {spec: {containers: [{nam: a}]}}}}',
    'configMap: {kubeResourceOverride: {data: {a: [b]}}}',
  ])
    assert.ok(!proxy(wrong), wrong);
});

test('the schema lets every recorded case pass that renders properly', { skip }, () => {
  const cases = readCases().map(({ id, files }) => ({ id, values: read(files.at(-1) ?? '') }));
  const wrong: string[] = [];
  for (const { release } of readClasses().filter((_, position) => position % 31 === 0)) {
    const chart = chartOf(release);
    const isValid = compile(release, { open: true });
    const answers = readAnswers(release);
    for (const { id, values } of cases) {
      // The string "false" counts as true: accepting it in the schema would not help users.
      if (id.startsWith('edge-string-false') || isValid(coalesce(values, chart.defaults()).values)) continue;
      const answer = answers.get(id);
      if (answer !== undefined && verdictsOf(JSON.parse(answer) as Answer).length === 0) wrong.push(`${release} ${id}`);
    }
  }
  assert.deepEqual(wrong, []);
});
