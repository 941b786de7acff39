import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { renderGatewayProxies, validateValues } from '../../src/index.ts';

type Values = NonNullable<Parameters<typeof renderGatewayProxies>[0]>['values'];

function replicasOf(values: Values, others: object = {}): unknown {
  const { manifests, problems } = renderGatewayProxies({ values: values ?? [], show: 'deployment', ...others });
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error'),
    [],
  );
  const [manifest] = manifests;
  assert.ok(manifest !== undefined);
  const { metadata, spec } = manifest.object as { metadata: { namespace: string }; spec: { replicas: number } };
  return [metadata.namespace, spec.replicas];
}

function codesOf(text: string, others: object = {}): string[] {
  return validateValues({ values: { name: 'f.yaml', text }, ...others }).problems.map(
    ({ code, line, column }) => `${code}@${line}:${column}`,
  );
}

const proxy = (replicas: number, indent = ''): string =>
  `gatewayProxies:\n  gatewayProxy:\n    kind:\n      deployment:\n        replicas: ${replicas}\n`.replace(
    /^/gm,
    indent,
  );

const application = (helm: string): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: edge}\nspec:\n  destination: {namespace: edge-system}\n  source:\n    chart: gloo\n    targetRevision: 1.15.7\n    helm:\n${helm}`;

test('an Application: values, valuesObject and parameters in the order of Argo CD', () => {
  const text = application(`      values: |\n${proxy(2, '        ')}`);
  assert.deepEqual(replicasOf(text), ['edge-system', 2]);
  assert.equal(renderGatewayProxies({ values: text }).chartVersion, '1.15.7');
  assert.deepEqual(replicasOf(text, { namespace: 'mine' }), ['mine', 2]);
  assert.equal(renderGatewayProxies({ values: text, chartVersion: '1.17.3' }).chartVersion, '1.17.3');
  const path = 'gatewayProxies.gatewayProxy.kind.deployment.replicas';
  const over = `${text.trimEnd()}\n      parameters:\n      - {name: ${path}, value: "5"}\n`;
  assert.deepEqual(replicasOf(over), ['edge-system', 5]);
});

test('what is wrong in an Application has its place in the file', () => {
  const text = application(
    '      values: |\n        # a comment\n        gatewayProxies:\n          gatewayProxy:\n            antiAfinity: true\n',
  );
  assert.deepEqual(codesOf(text), ['unknown-value@14:13']);
});

test('what a file refers to and does not have is an error', () => {
  assert.deepEqual(codesOf(application('      valueFiles: [prod.yaml]\n')), ['file-not-given@10:20']);
  const text = application('      valueFiles: [prod.yaml]\n');
  const given = [
    { name: 'conf/prod.yaml', text: proxy(7) },
    { name: 'app.yaml', text },
  ];
  assert.deepEqual(replicasOf(given), ['edge-system', 7]);
});

const release = (spec: string): string =>
  `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: edge, namespace: flux-system}\nspec:\n  targetNamespace: edge\n  chart: {spec: {chart: gloo, version: 1.15.7}}\n${spec}`;

test('a HelmRelease: valuesFrom beneath values, of files at hand', () => {
  assert.deepEqual(replicasOf(release(`  values:\n${proxy(4, '    ')}`)), ['edge', 4]);
  const text = release('  valuesFrom:\n  - {kind: ConfigMap, name: base}\n');
  assert.deepEqual(codesOf(text), ['file-not-given@8:5']);
  const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: base}\ndata:\n  values.yaml: |\n${proxy(6, '    ')}`;
  assert.deepEqual(replicasOf(`${text}---\n${map}`), ['edge', 6]);
  assert.deepEqual(replicasOf([text, map]), ['edge', 6]);
});

test('what the reader finds in values is reported wherever they are a map in a file', () => {
  const values = 'gatewayProxies: {gatewayProxy: {podTemplate: {nodeName: a\u00a0b, httpPort: 010, httpPort: “8080”}}}';
  const codes = ['odd-blank@N:N', 'duplicate-key@N:N', 'odd-quote@N:N'];
  for (const text of [
    application(`      valuesObject:\n        ${values}\n`),
    application(`      values: |\n        ${values}\n`),
    release(`  values:\n    ${values}\n`),
  ]) {
    const found = codesOf(text).map((code) => code.replace(/\d+/g, 'N'));
    assert.deepEqual(
      found.filter((code) => codes.includes(code)),
      codes,
      text,
    );
  }
});

test('values and lists of another type in an Application or HelmRelease are refused', () => {
  for (const field of ['valuesObject: text', 'valuesObject: []', 'parameters: {a: b}', 'valueFiles: prod.yaml'])
    assert.deepEqual(codesOf(application(`      ${field}\n`)), [`wrong-type@10:7`], field);
  assert.ok(codesOf(release('  valuesFrom: {kind: ConfigMap, name: a}\n')).includes('wrong-type@7:3'));
});

test('helm get values, with its heading', () => {
  assert.deepEqual(replicasOf(`USER-SUPPLIED VALUES:\n${proxy(4)}`), ['gloo-system', 4]);
  // Helm refuses the first as a values file, and applies nothing of the second.
  assert.deepEqual(codesOf('USER-SUPPLIED VALUES:\nnull\n'), ['yaml-syntax@1:1']);
  assert.deepEqual(replicasOf(`USER-SUPPLIED VALUES:\n${proxy(4).replace(/^/gm, '  ')}`), ['gloo-system', 1]);
  assert.deepEqual(replicasOf(`NAME: gloo\nLAST DEPLOYED: today\nUSER-SUPPLIED VALUES:\n${proxy(4)}`), [
    'gloo-system',
    4,
  ]);
});

test('a Terraform plan: values, then set', () => {
  const path = 'gatewayProxies.gatewayProxy.kind.deployment.replicas';
  const values = { chart: 'gloo', version: '1.15.7', namespace: 'tf', name: 'gloo', values: [proxy(2)] };
  const plan = (set: object[]): string =>
    JSON.stringify({
      format_version: '1.2',
      planned_values: { root_module: { resources: [{ type: 'helm_release', values: { ...values, set } }] } },
    });
  assert.deepEqual(replicasOf(plan([])), ['tf', 2]);
  assert.deepEqual(replicasOf(plan([{ name: path, value: '3', type: '' }])), ['tf', 3]);
});

const record = (chart: object, config: object): string => {
  const json = { name: 'gw', namespace: 'edge', version: 2, info: { status: 'deployed' }, chart, config, manifest: '' };
  const data = Buffer.from(gzipSync(JSON.stringify(json)).toString('base64')).toString('base64');
  return `apiVersion: v1\nkind: Secret\ntype: helm.sh/release.v1\nmetadata: {name: sh.helm.release.v1.gw.v2}\ndata:\n  release: ${data}\n`;
};

test('a record: values, chart, namespace; of a wrapping chart its own values, too', () => {
  const config = { gatewayProxies: { gatewayProxy: { kind: { deployment: { replicas: 3 } } } } };
  assert.deepEqual(replicasOf(record({ metadata: { name: 'gloo', version: '1.17.0' } }, config)), ['edge', 3]);
  const wrapper = {
    metadata: { name: 'gloo-ee', version: '1.17.6', dependencies: [{ name: 'gloo', version: '1.17.0' }] },
    values: { gloo: { gatewayProxies: { gatewayProxy: { podTemplate: { image: { repository: 'ee', tag: '9' } } } } } },
  };
  const text = record(wrapper, { gloo: config });
  assert.deepEqual(replicasOf(text), ['edge', 3]);
  const { manifests, chartVersion } = renderGatewayProxies({ values: text });
  assert.equal(chartVersion, '1.17.0');
  assert.ok(manifests.some((one) => one.text.includes('image: quay.io/solo-io/ee:9')));
});

test('other objects are refused by name', () => {
  for (const [text, hint] of [
    ['apiVersion: v1\nkind: Service\nmetadata: {name: a}\n', /manifests of gateway proxies are judged by/],
    ['apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n', /kustomize build/],
    ['apiVersion: v2\nname: umbrella\nversion: 1.0.0\n', /--partial-of/],
  ] as const) {
    const [problem, ...others] = validateValues({ values: text }).problems;
    assert.deepEqual([problem?.code, others.length], ['not-values', 0], text);
    assert.match(problem?.hint ?? '', hint);
  }
});

test('the values of Gloo’s chart within those of a wrapping chart must be a map', () => {
  for (const text of ['gloo: text\n', 'gloo: [1]\n']) {
    const [problem] = validateValues({ values: { name: 'f', text }, partialOf: 'gloo' }).problems;
    assert.deepEqual([problem?.code, problem?.file, problem?.line, problem?.column], ['values-not-a-map', 'f', 1, 7]);
  }
});

test('global.extensions are values of gloo-ee if they have what only gloo-ee reads', () => {
  const codes = (text: string) => renderGatewayProxies({ values: text }).problems.map(({ code }) => code);
  assert.deepEqual(codes('global: {extensions: {extAuth: {enabled: false}}}'), ['values-of-wrapping-chart']);
  assert.deepEqual(codes('global: {extensions: {own: 1}}'), []);
  assert.deepEqual(codes('global: {extensions: {}}'), []);
});

test('values of a wrapping chart are one message without --partial-of, and Gloo’s with it', () => {
  const nested = `gloo:\n${proxy(3, '  ')}`;
  const { problems, manifests } = renderGatewayProxies({ values: nested });
  assert.deepEqual([problems.map(({ code }) => code), manifests], [['values-of-wrapping-chart'], []]);
  assert.deepEqual(replicasOf(nested, { partialOf: 'gloo' }), ['gloo-system', 3]);
  const two = `mesh:\n  edge:\n${proxy(3, '    ')}`;
  assert.match(validateValues({ values: two }).problems[0]?.hint ?? '', /--partial-of mesh\.edge/);
  for (const partialOf of ['mesh.edge', ['mesh', 'edge']])
    assert.deepEqual(replicasOf(two, { partialOf }), ['gloo-system', 3]);
  const typo = 'gloo:\n  gatewayProxies:\n    gatewayProxy:\n      antiAfinity: true\n';
  const [problem] = validateValues({ values: { name: 'f', text: typo }, partialOf: 'gloo' }).problems;
  assert.deepEqual(
    [problem?.path, problem?.line, problem?.column, problem?.suggestion],
    ['gloo.gatewayProxies.gatewayProxy.antiAfinity', 4, 7, 'gloo.gatewayProxies.gatewayProxy.antiAffinity'],
  );
  assert.deepEqual(replicasOf({ name: 'f', text: 'global: {}\n' }, { partialOf: 'gloo', wrapperValues: nested }), [
    'gloo-system',
    3,
  ]);
  assert.equal(renderGatewayProxies({ values: nested, partialOf: 'glo' }).problems[0]?.code, 'nothing-under-name');
});
