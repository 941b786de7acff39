/** What real Helm makes of values that nobody would write on purpose, and a cluster takes all the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderGatewayProxies, validateValues } from '../../src/index.ts';
import { valueAt } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';

function rendered(values: string, chartVersion = '1.17.4') {
  const { manifests, problems } = renderGatewayProxies({ values, chartVersion, objects: 'workloads' });
  const errors = problems.filter(({ severity }) => severity === 'error');
  assert.deepEqual(errors, []);
  const [configMap, workload] = manifests.map(({ object }) => object);
  const text = String(valueAt(configMap, 'data', 'envoy.yaml'));
  return { workload, bootstrap: readYaml({ name: 'envoy.yaml', text }).value, codes: problems.map(({ code }) => code) };
}

test('a namespace that begins a comment leaves no role', () => {
  const { bootstrap, codes } = rendered('settings: {writeNamespace: " # why"}');
  assert.deepEqual(valueAt(bootstrap, 'node', 'metadata'), { role: null });
  assert.ok(codes.includes('bare-text-changed'));
});

test('a list where the chart goes through a map has its places for keys', () => {
  const pod = 'extraGatewayProxyLabels: [a, true], extraAnnotations: [x], nodeSelector: [pool]';
  const { workload, codes } = rendered(`gatewayProxies: {gatewayProxy: {podTemplate: {${pod}}}}`);
  const { '0': first, '1': second } = valueAt(workload, 'spec', 'template', 'metadata', 'labels') as never;
  assert.deepEqual([first, second], ['a', 'true']);
  assert.equal(valueAt(workload, 'spec', 'template', 'metadata', 'annotations', '0'), 'x');
  assert.deepEqual(valueAt(workload, 'spec', 'template', 'spec', 'nodeSelector'), { '0': 'pool' });
  assert.equal(codes.filter((code) => code === 'wrong-type').length, 3);
});

test('Helm takes what Go writes for nothing out of strings, too', () => {
  const values = `
    global: {istioSDS: {enabled: true}, glooMtls: {istioProxy: {image: {repository: <no value>}}}}
    gatewayProxies: {gatewayProxy: {podTemplate: {extraAnnotations: {a: b <no value> c}}, kubeResourceOverride: {}}}`;
  const { workload } = rendered(values);
  assert.equal(valueAt(workload, 'spec', 'template', 'spec', 'containers', 2, 'image'), 'docker.io/istio/:1.22.0');
  assert.equal(valueAt(workload, 'spec', 'template', 'metadata', 'annotations', 'a'), 'b  c');
  const told = validateValues({ values, chartVersion: '1.17.4' }).problems.map(({ code, path }) => `${code} ${path}`);
  assert.ok(told.includes('unsubstituted-variable global.glooMtls.istioProxy.image.repository'), told.join());
});
