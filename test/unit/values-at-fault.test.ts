/** Values that no one writes on purpose, and how real Helm treats them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderGatewayProxies, validateValues } from '../../src/index.ts';
import { hasErrors, type Path } from '../../src/problem.ts';
import { type Value, type ValueMap, valueIn } from '../../src/value.ts';

const optionsFor = (values: ValueMap, chartVersion: string) => ({
  values: [{ name: 'v.yaml', text: JSON.stringify(values) }],
  chartVersion,
});

const proxy = (values: ValueMap): ValueMap => ({ gatewayProxies: { gatewayProxy: values } });
const pod: Path = ['spec', 'template', 'spec'];
const override = { kubeResourceOverride: { metadata: { annotations: { a: 's' } } } };

const rendered = (values: ValueMap, chartVersion = '1.22.0') => {
  const { manifests, problems } = renderGatewayProxies({ ...optionsFor(values, chartVersion), objects: 'workloads' });
  return { workload: manifests.find(({ kind }) => kind !== 'ConfigMap')?.object, problems };
};

test('a map in place of a list becomes fields beside the list, as the chart prints it', () => {
  const fields = { hostNetwork: true, dnsConfig: { searches: ['a'] } };
  const places: readonly (readonly [values: ValueMap, at: Path, fields: ValueMap])[] = [
    [proxy({ extraVolumes: fields }), pod, fields],
    [proxy({ extraVolumes: fields, ...override }), pod, fields],
    [proxy({ topologySpreadConstraints: fields }), pod, fields],
    [proxy({ podTemplate: { tolerations: fields } }), pod, fields],
    [proxy({ podTemplate: { extraInitContainers: fields } }), pod, fields],
    [{ global: { istioSDS: { enabled: true, customSidecars: fields } } }, pod, fields],
    [proxy({ podTemplate: { extraPorts: { workingDir: '/x' } } }), [...pod, 'containers', 0], { workingDir: '/x' }],
    [proxy({ extraProxyVolumeMounts: { stdin: true } }), [...pod, 'containers', 0], { stdin: true }],
  ];
  for (const [values, at, expected] of places)
    for (const release of ['1.22.0', '1.14.9']) {
      const { workload, problems } = rendered(values, release);
      const found = valueIn(workload, at);
      assert.deepEqual({ ...(found as ValueMap), ...expected }, found, JSON.stringify(values));
      assert.ok(problems.some(({ code, message }) => code === 'wrong-type' && message.includes('fields of the')));
      assert.ok(!hasErrors(validateValues(optionsFor(values, release)).problems), JSON.stringify(values));
    }
});

test('such a field that the pod has already, or that Kubernetes does not know, is refused', () => {
  for (const fields of [{ serviceAccountName: 'a' }, { emptyDir: {} }, { volumes: [] }] satisfies ValueMap[]) {
    const values = proxy({ extraVolumes: fields });
    assert.ok(hasErrors(validateValues(optionsFor(values, '1.22.0')).problems), JSON.stringify(fields));
    assert.ok(rendered(values).problems.length > 0);
  }
});

test('<no value> in what is merged with an override of the ConfigMap is a warning: Helm finds only some of it', () => {
  const config = { configMap: override };
  for (const values of [
    proxy({ ...config, envoyBootstrapExtensions: '<no value>' }),
    proxy({ ...config, envoyStatsConfig: '<no value>' }),
    proxy({ ...config, healthyPanicThreshold: { a: '<no value>' } }),
    { ...proxy(config), k8s: { clusterName: '<no value>' } },
    { ...proxy(config), k8s: { clusterName: null } },
  ] satisfies ValueMap[]) {
    const { problems } = rendered(values);
    assert.ok(!hasErrors(problems), JSON.stringify(values));
    assert.ok(
      problems.some(({ message }) => message.includes('in some places')),
      JSON.stringify(values),
    );
  }
  const refused: readonly ValueMap[] = [
    proxy({ customStaticLayer: { '<no value>': 'a' } }),
    proxy({ podTemplate: { extraAnnotations: { '<no value>': 'a' } } }),
    proxy({ ...override, kind: { deployment: { customEnv: '<no value>' } } }),
  ];
  for (const values of refused) {
    assert.ok(hasErrors(rendered(values).problems), JSON.stringify(values));
    assert.ok(hasErrors(validateValues(optionsFor(values, '1.22.0')).problems), JSON.stringify(values));
  }
  for (const value of ['<no value>', { a: '<no value>' }] satisfies Value[])
    assert.ok(!hasErrors(rendered(proxy({ customStaticLayer: value, ...override })).problems));
});

test('what validate refuses in a pod, render tells too', () => {
  const refused: readonly ValueMap[] = [
    ...([[null], { a: null }] satisfies Value[]).map((extraEnvoyArgs) => proxy({ extraEnvoyArgs })),
    proxy({ extraEnvoyArgs: ['<no value>'], ...override }),
  ];
  for (const values of refused) {
    const isRefused = hasErrors(validateValues(optionsFor(values, '1.22.0')).problems);
    const told = rendered(values).problems.some(({ severity, path }) => severity !== 'info' && path !== undefined);
    assert.deepEqual([isRefused, told], [true, true], JSON.stringify(values));
  }
});

test('an unknown field of null does nothing in Helm, and is a warning', () => {
  const options = (value: Value) => optionsFor(proxy({ affinity: { a: value } }), '1.22.0');
  const severity = (value: Value) =>
    validateValues(options(value)).problems.find(({ code }) => code === 'unknown-field')?.severity;
  assert.deepEqual([null, {}, 1].map(severity), ['warning', 'error', 'error']);
  assert.ok(renderGatewayProxies(options(null)).manifests.length > 0);
});

test('with Helm 4, which applies on the server, an unknown field of null is an error', () => {
  const found = (values: ValueMap, helmVersion: string) =>
    validateValues({ ...optionsFor(values, '1.22.0'), helmVersion }).problems.flatMap(({ code, severity }) =>
      code === 'unknown-field' ? [severity] : [],
    );
  const fields: readonly ValueMap[] = [
    proxy({ affinity: { a: null } }),
    proxy({ kubeResourceOverride: { spec: { a: null } } }),
    proxy({ configMap: { kubeResourceOverride: { a: null } } }),
    proxy({ service: { kubeResourceOverride: { spec: { a: null } } } }),
  ];
  for (const values of fields)
    assert.deepEqual(
      ['3.19.0', '3.20.2', '4', '4.0.0'].map((helm) => found(values, helm)),
      [['warning'], ['warning'], ['error'], ['error']],
      JSON.stringify(values),
    );
  const values = proxy({ kubeResourceOverride: { spec: { a: null } } });
  const draw = (helmVersion: string) => renderGatewayProxies({ ...optionsFor(values, '1.22.0'), helmVersion });
  assert.deepEqual([draw('3').manifests.length > 0, draw('4').manifests.length], [true, 0]);
});

test('a status may be written, but only as Kubernetes knows it', () => {
  const codes = (status: ValueMap) =>
    [proxy({ kubeResourceOverride: { status } }), proxy({ service: { kubeResourceOverride: { status } } })].map(
      (values) => validateValues(optionsFor(values, '1.22.0')).problems.map(({ code }) => code),
    );
  assert.deepEqual(codes({ conditions: [{}] }), [[], []]);
  assert.deepEqual(codes({ replicas: 1 }), [[], ['unknown-field']]);
  assert.deepEqual(codes({ loadBalancer: {} }), [['unknown-field'], []]);
  assert.deepEqual(codes({ foo: 1 }), [['unknown-field'], ['unknown-field']]);
});

test('the hint for fips keeps the image', () => {
  const hint = (image: ValueMap) =>
    validateValues(optionsFor(proxy({ podTemplate: { image } }), '1.22.0')).problems.find(
      ({ code }) => code === 'deprecated-value',
    )?.hint;
  assert.equal(hint({ fips: true }), 'Set variant: fips instead.');
  assert.match(hint({ fips: true, variant: 'distroless' }) ?? '', /fips-distroless/);
  assert.equal(hint({ fips: true, variant: 'fips' }), 'Remove it.');
});
