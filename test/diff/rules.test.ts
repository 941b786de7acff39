import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compared } from '../../src/diff/compared.ts';
import { diffManifests } from '../../src/diff/diff.ts';
import { fieldOf } from '../../src/diff/fields.ts';
import type { DiffOptions } from '../../src/diff/options.ts';
import { parsePattern } from '../../src/diff/pattern.ts';
import { canonicalDuration, canonicalIntOrString, canonicalQuantity } from '../../src/go/quantity.ts';
import { injectSidecars } from '../../src/istio/inject.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';

const proxy = (container: string, pod = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway-proxy, namespace: gloo-system, labels: {gloo: gateway-proxy}}
spec:
  selector: {matchLabels: {gloo: gateway-proxy}}
  template:
    metadata: {labels: {gloo: gateway-proxy}}
    spec:
      containers:
      - {name: gateway-proxy, ${container}}
${pod}`;
const bootstrap = (text: string): string => `apiVersion: v1
kind: ConfigMap
metadata: {name: gateway-proxy-envoy-config, namespace: gloo-system, labels: {gloo: gateway-proxy}}
data:
  envoy.yaml: |
${text.replace(/^/gm, '    ')}
`;

function pathsOf(left: string, right: string, options?: DiffOptions): string[] {
  return diffManifests(left, right, options).changes.map(({ path, change }) => `${change} ${path.slice(-2).join('.')}`);
}

test('quantities are compared as values', () => {
  const same = [
    ['1000m', '1', 1, '1.0', '1e0'],
    ['0.25', '250m', 0.25, '.25', '250000u'],
    ['1024Mi', '1Gi', '1073741824', 1073741824],
    ['134217728', '128Mi', 134217728],
    ['100M', '100000k', '1e8'],
    ['0', '0m', 0],
    ['-1500m', '-1.5'],
  ];
  for (const spellings of same)
    assert.equal(new Set(spellings.map((text) => canonicalQuantity(text))).size, 1, String(spellings));
  assert.notEqual(canonicalQuantity('1G'), canonicalQuantity('1Gi'));
  assert.equal(canonicalQuantity('much'), 'much');
  assert.deepEqual(['8080', 'http', '25%'].map(canonicalIntOrString), [8080, 'http', '25%']);
  assert.deepEqual(['0.250s', '5.000s', '05s', '1.5s', 'soon', '0s'].map(canonicalDuration), [
    '0.25s',
    '5s',
    '5s',
    '1.5s',
    'soon',
    '0s',
  ]);
});

test('every list key names a list of a type that is known', () => {
  for (const place of Object.keys(compared.listKeys)) {
    const [type = '', field = ''] = place.split('.');
    assert.equal(fieldOf(type, field).shape, 'list', place);
  }
});

test('the pull policy follows the tag', () => {
  const policy = (image: string, value: string): string[] =>
    pathsOf(proxy(`image: "${image}"`), proxy(`image: "${image}", imagePullPolicy: ${value}`));
  assert.deepEqual(policy('a/b:1.0', 'IfNotPresent'), []);
  assert.deepEqual(policy('a/b:latest', 'Always'), []);
  assert.deepEqual(policy('a:5000/b', 'Always'), []);
  assert.deepEqual(policy('a/b@sha256:00', 'IfNotPresent'), []);
  assert.deepEqual(policy('a/b:1.0', 'Always'), ['changed gateway-proxy.imagePullPolicy']);
});

test('a default that is left is a change from the default', () => {
  const [change] = diffManifests(
    proxy('image: a:1, readinessProbe: {tcpSocket: {port: 1}}'),
    proxy('image: a:1, readinessProbe: {tcpSocket: {port: 1}, periodSeconds: 5}'),
  ).changes;
  assert.deepEqual([change?.change, change?.before, change?.after], ['changed', 10, 5]);
});

test("Envoy's configuration is compared as what it says", () => {
  const left = bootstrap(
    'static_resources:\n  clusters:\n  - {name: a, connect_timeout: 0.250s, type: STATIC, lb_policy: ROUND_ROBIN}\n  - {name: b}',
  );
  const right = bootstrap(
    'staticResources: {clusters: [{name: b, connectTimeout: 5s}, {name: a, connectTimeout: 0.25s, respectDnsTtl: false}]}',
  );
  assert.deepEqual(pathsOf(left, right), []);
  assert.deepEqual(pathsOf(left, right.replace('0.25s', '0.26s')), ['changed a.connect_timeout']);
  assert.deepEqual(pathsOf(bootstrap('a: ['), bootstrap('a: {')), ['changed data.envoy.yaml']);
  const struct = (key: string): string => bootstrap(`node: {metadata: {${key}: 1.0s}}`);
  assert.deepEqual(pathsOf(struct('someKey'), struct('some_key')), [
    'removed metadata.someKey',
    'added metadata.some_key',
  ]);
});

test('filters work in their order', () => {
  const filters = (...names: string[]): string =>
    bootstrap(
      `static_resources: {listeners: [{name: l, filter_chains: [{filters: [${names.map((name) => `{name: ${name}}`).join(', ')}]}]}]}`,
    );
  assert.deepEqual(pathsOf(filters('a', 'b'), filters('b', 'a')), ['changed 0.filters']);
  assert.deepEqual(pathsOf(filters('a', 'b'), filters('a', 'c', 'b')), ['added filters.c']);
});

test('paths are ignored before anything is compared', () => {
  const left = proxy('image: a:1, env: [{name: A, value: x}, {name: B, value: x}]');
  const right = proxy('image: a:2, env: [{name: A, value: y}, {name: B, value: y}]');
  const ignoring = (...ignore: string[]): string[] => pathsOf(left, right, { ignore });
  assert.equal(ignoring().length, 3);
  assert.deepEqual(ignoring('**.env[A]', '**.image'), ['changed B.value']);
  assert.deepEqual(
    ignoring('spec.template.spec.containers.*.env', '/spec/template/spec/containers/gateway-proxy/image'),
    [],
  );
  assert.deepEqual(ignoring('Deployment/gateway-*:**.env'), ['changed gateway-proxy.image']);
  assert.equal(ignoring('DaemonSet:**.env').length, 3);
  assert.equal(diffManifests(left, right, { ignore: ['spec'] }).identical, true);
});

test('a pattern that cannot be read is a problem', () => {
  for (const text of ['', 'a..b', '.a', 'a[', 'a[]', 'a]', 'a b', '/', '/a//b', '/a~2', 'a.', 'Deployment:']) {
    assert.ok('code' in parsePattern(text), text);
    const { problems, identical } = diffManifests('', '', { ignore: [text] });
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['bad-path-pattern'],
    );
    assert.equal(identical, false);
  }
  // Of several, each has one, in their order: what is compared, what is not.
  const { problems } = diffManifests('', '', { ignore: ['a..b', 'a.'], include: ['.a'] });
  assert.deepEqual(
    problems.map(({ message }) => ['a..b', 'a.', '.a'].find((text) => message.includes(text))),
    ['.a', 'a..b', 'a.'],
  );
  for (const text of [
    'a',
    'a.b',
    'a[0]',
    'a["b.c"]',
    "a['b']",
    'a\\.b',
    '**',
    '**.a',
    '*',
    '/a~1b/c',
    'ConfigMap/x:data',
    '*/x:a',
  ]) {
    assert.ok(!('code' in parsePattern(text)), text);
  }
});

test('what other tools write is compared on request', () => {
  const noisy = proxy('image: a:1').replace(
    'labels: {gloo',
    'uid: x, annotations: {meta.helm.sh/release-name: gloo}, labels: {gloo',
  );
  assert.deepEqual(pathsOf(proxy('image: a:1'), noisy), []);
  assert.deepEqual(pathsOf(proxy('image: a:1'), noisy, { include: ['metadata.uid'] }), ['added metadata.uid']);
  assert.deepEqual(pathsOf(proxy('image: a:1'), noisy, { defaultIgnores: false }).length, 2);
});

test('only gateway proxies are compared, unless more is asked for', () => {
  const service = (port: number): string =>
    `---\napiVersion: v1\nkind: Service\nmetadata: {name: gloo, labels: {gloo: gloo}}\nspec: {ports: [{port: ${port}}]}\n`;
  const side = (port: number): string => `${proxy('image: a:1')}${service(port)}`;
  assert.deepEqual(pathsOf(side(80), side(81)), []);
  assert.deepEqual(pathsOf(side(80), side(81), { include: ['Service/*'] }), [
    'removed ports.80/TCP',
    'added ports.81/TCP',
  ]);
  const { problems } = diffManifests(service(80), service(81));
  assert.deepEqual(
    problems.map(({ code, severity }) => `${severity} ${code}`),
    ['warning no-gateway-proxy', 'warning no-gateway-proxy'],
  );
});

test('what glistio renders is looked for on the other side whatever its labels say', () => {
  const { manifests } = renderGatewayProxies({ chartVersion: '1.17.0', objects: 'workloads' });
  const labels = /^ *(?:gloo: gateway-proxy|gateway-proxy-id: .*)\n/gm;
  const plain = manifests.map(({ text }) => text.replace(labels, '')).join('---\n');
  assert.deepEqual(pathsOf(plain, ''), []);
  const changes = diffManifests(plain, manifests).changes.map(({ path, change }) => `${change} ${path.join('.')}`);
  assert.ok(changes.includes('added metadata.labels.gloo'));
  assert.deepEqual(
    changes.filter((change) => !/^added .*\.(?:gloo|gateway-proxy-id)$/.test(change)),
    [],
  );
});

test('diff sees whatever inject changes', () => {
  const { manifests } = renderGatewayProxies({ chartVersion: '1.17.0' });
  const text = manifests.map((manifest) => manifest.text).join('---\n');
  const own = /^ {4}(?:gloo: gateway-proxy|gateway-proxy-id: gateway-proxy)\n/gm;
  for (const [what, before] of Object.entries({
    'the chart’s labels': text,
    'gateway-proxy-id alone': text.replace(/^ *gloo: gateway-proxy\n/gm, ''),
    'gloo alone': text.replace(/^ *gateway-proxy-id: gateway-proxy\n/gm, ''),
    'labels on the pods, a ConfigMap without any': text.replace(own, ''),
    'a ConfigMap of another name': text.replace(own, '').replaceAll('gateway-proxy-envoy-config', 'bootstrap'),
  })) {
    const injected = injectSidecars([{ name: 'in.yaml', text: before }], { glooVersion: '1.17.0' });
    assert.deepEqual([what, injected.changed, injected.problems], [what, 2, []]);
    const { objects } = diffManifests(before, injected.manifests[0]?.text ?? '');
    assert.deepEqual(
      objects.map(({ kind, change }) => [what, kind, change]),
      ['ConfigMap', 'Deployment'].map((kind) => [what, kind, 'changed']),
    );
  }
});

test('secrets are hidden, and a change of them still shows', () => {
  const env = (value: string): string =>
    proxy(`image: a:1, env: [{name: API_TOKEN, value: ${value}}, {name: TOKEN_PATH, value: /var/token}]`);
  const [hidden] = diffManifests(env('abcdef'), env('uvwxyz')).changes;
  assert.deepEqual(
    [hidden?.before, hidden?.after],
    ['<hidden: 6 characters>', '<hidden: 6 characters, another value>'],
  );
  assert.equal(diffManifests(env('abcdef'), env('uvwxyz')).hidden, 1);
  const [shown] = diffManifests(env('abcdef'), env('uvwxyz'), { showSecrets: true }).changes;
  assert.deepEqual([shown?.before, shown?.after], ['abcdef', 'uvwxyz']);
  for (const secret of [
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc',
    'AKIAIOSFODNN7EXAMPLE',
    'ghp_0123456789abcdefghij',
    'https://me:pw@example.com',
  ]) {
    const added = diffManifests(proxy('image: a:1'), proxy(`image: a:1, env: [{name: HARMLESS, value: "${secret}"}]`));
    assert.ok(!JSON.stringify(added).includes(secret), secret);
  }
  const whole = diffManifests('', env('abcdef'));
  assert.ok(!JSON.stringify(whole.changes).includes('abcdef'));
});

test('every spelling of several objects is read', () => {
  const one =
    '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "labels": {"gloo": "gateway-proxy"}}, "data": {"k": "v"}}';
  const yaml =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: gloo-system, labels: {gloo: gateway-proxy}}\ndata: {k: v}\n';
  const spellings = [
    one,
    `[${one}]`,
    `{"apiVersion": "v1", "kind": "List", "items": [${one}]}`,
    `apiVersion: v1\nkind: ConfigMapList\nitems:\n- ${yaml.replaceAll('\n', '\n  ').trimEnd()}\n`,
    `---\n# Source: x\n${yaml}---\n# nothing\n--- \n`,
    yaml.replaceAll('\n', '\r\n'),
    `\ufeff${yaml}`,
  ];
  for (const text of spellings) {
    const { identical, compared, problems } = diffManifests(yaml, text);
    assert.deepEqual([identical, compared, problems], [true, 1, []], text);
  }
});

test('what cannot be read is a problem with its place, and nothing counts as the same', () => {
  const { identical, problems } = diffManifests({ name: 'a.yaml', text: `${proxy('image: a')}---\nkind: [\n` }, '');
  assert.equal(identical, false);
  assert.deepEqual(
    problems.map(({ severity, file, line }) => `${severity} ${file}:${line}`),
    ['error a.yaml:12'],
  );
  const codes = diffManifests('just text', '').problems.map(({ code }) => code);
  assert.deepEqual(codes, ['not-an-object', 'no-gateway-proxy', 'no-gateway-proxy']);
});

test('pods that do not follow their configuration are reported', () => {
  const mounting = (annotation: string): string =>
    proxy('image: a:1', '      volumes: [{name: c, configMap: {name: gateway-proxy-envoy-config}}]\n').replace(
      'metadata: {labels: {gloo: gateway-proxy}}\n    spec',
      `metadata: {${annotation}labels: {gloo: gateway-proxy}}\n    spec`,
    );
  const side = (annotation: string, port: number): string =>
    `${mounting(annotation)}---\n${bootstrap(`admin: {address: {socket_address: {port_value: ${port}}}}`)}`;
  const restarts = (annotation: string) =>
    diffManifests(side(annotation, 1), side(annotation, 2)).restarts.map(({ pods, because }) => `${pods} ${because}`);
  assert.deepEqual(restarts(''), [
    'false running pods keep the old ConfigMap gateway-proxy-envoy-config until they are restarted (kubectl rollout restart)',
  ]);
  assert.deepEqual(restarts('annotations: {checksum/gateway-proxy-envoy-config: x}, '), [
    'true the pods follow ConfigMap gateway-proxy-envoy-config by its checksum',
  ]);
});
