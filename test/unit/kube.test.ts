import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../src/cli/run.ts';
import type { ClusterClient } from '../../src/cluster/client.ts';
import { readKubeWorld } from '../../src/cluster/kube-world.ts';
import {
  diffManifests,
  enableMtls,
  injectSidecars,
  renderGatewayProxies,
  renderKubeGateways,
  uninjectSidecars,
  validateManifests,
  validateValues,
} from '../../src/index.ts';
import { type ValueMap, valueAt } from '../../src/value.ts';
import { ownParameters } from '../support/kube-objects.ts';
import { memoryIo } from '../support/memory-io.ts';

const values = 'kubeGateway: {enabled: true}\n';
const withIstio = `${values}global: {istioIntegration: {enabled: true}}\n`;

function gateway(
  name = 'http',
  parameters?: string,
  listeners: readonly ValueMap[] = [{ name: 'http', port: 80 }],
): ValueMap {
  const annotations = parameters === undefined ? {} : { 'gateway.gloo.solo.io/gateway-parameters-name': parameters };
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name, namespace: 'edge', annotations },
    spec: { gatewayClassName: 'gloo-gateway', listeners },
  };
}

const codesOf = (problems: readonly { readonly severity: string; readonly code: string }[]): string[] =>
  problems.map(({ severity, code }) => `${severity} ${code}`);

test('parameters of a Gateway are laid over those of its class, list by list and map by map', () => {
  const own = ownParameters({
    deployment: { replicas: 3 },
    envoyContainer: { securityContext: { capabilities: { drop: ['NET_RAW'] }, runAsUser: 1 } },
    podTemplate: { extraLabels: { team: 'edge' } },
  });
  const { manifests, problems } = renderKubeGateways({
    values,
    gateways: gateway('http', 'own'),
    gatewayParameters: own,
  });
  assert.deepEqual(problems, []);
  const deployment = manifests.find(({ kind }) => kind === 'Deployment')?.object;
  assert.equal(valueAt(deployment, 'spec', 'replicas'), 3);
  const context = valueAt(deployment, 'spec', 'template', 'spec', 'containers', 0, 'securityContext');
  assert.deepEqual(valueAt(context, 'capabilities', 'drop'), ['ALL', 'NET_RAW']);
  assert.equal(valueAt(context, 'runAsUser'), 1);
  assert.equal(valueAt(deployment, 'spec', 'template', 'metadata', 'labels', 'team'), 'edge');
});

test('objects may stand together in one source, and other controllers’ Gateways are left alone', () => {
  const other = { ...gateway('mesh'), spec: { gatewayClassName: 'istio', listeners: [] } };
  const istio = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'istio' },
    spec: { controllerName: 'istio.io/gateway-controller' },
  };
  const { manifests } = renderKubeGateways({
    values,
    gateways: [gateway('http', 'own'), other, istio, ownParameters({})],
  });
  assert.deepEqual([...new Set(manifests.map(({ proxy }) => proxy))], ['http']);
});

test('no input throws, and anything but a Gateway is reported', () => {
  for (const gateways of [undefined, 1, null, [], [undefined], 'a: [', { kind: 'Gateway' }, [{ spec: 1 }]]) {
    // Callers without types pass anything.
    const { manifests, problems } = renderKubeGateways({ values, gateways: gateways as never });
    assert.deepEqual(manifests, []);
    assert.ok(
      problems.some(({ severity }) => severity === 'error'),
      JSON.stringify(gateways),
    );
    assert.ok(problems.every(({ code }) => code !== 'internal-error'));
  }
  const named = { toString: 'a', valueOf: 'b' };
  const odd = { settings: { aws: { stsCredentialsRegion: named } }, gloo: { deployment: { xdsPort: named } } };
  const own = { ...ownParameters({}), spec: [named] };
  for (const given of [{ values: [{ kubeGateway: { enabled: true }, ...odd }] }, { values, gatewayParameters: own }]) {
    const asked = 'gatewayParameters' in given ? gateway('http', 'own') : gateway();
    // Not what the types declare.
    const found = renderKubeGateways({ ...given, gateways: asked } as never).problems;
    assert.ok(
      found.every(({ code }) => code !== 'internal-error'),
      JSON.stringify(found),
    );
  }
  const strange = { ...gateway(), spec: { gatewayClassName: 'gloo-gateway', listeners: [1, { port: 'x' }, null] } };
  const { problems } = renderKubeGateways({
    values,
    gateways: [strange],
    gatewayParameters: [ownParameters({ service: [] as never })],
  });
  assert.ok(problems.every(({ code }) => code !== 'internal-error'));
});

test('what Helm has installed of the chart’s own is rendered again with the values', () => {
  const installed = (labels: string): string =>
    `apiVersion: gateway.gloo.solo.io/v1alpha1\nkind: GatewayParameters\nmetadata: {name: gloo-gateway, namespace: gloo-system, labels: {${labels}}}\nspec: {kube: {deployment: {replicas: 7}}}\n`;
  const replicas = (parameters: string): unknown => {
    const { manifests } = renderKubeGateways({
      values: {
        kubeGateway: { enabled: true, gatewayParameters: { glooGateway: { proxyDeployment: { replicas: 3 } } } },
      },
      chartVersion: '1.18.5',
      gateways: `${JSON.stringify(gateway())}\n---\n${parameters}`,
    });
    return valueAt(manifests.find(({ kind }) => kind === 'Deployment')?.object, 'spec', 'replicas');
  };
  assert.deepEqual(['', installed('app.kubernetes.io/managed-by: Helm'), installed('')].map(replicas), [3, 3, 7]);
});

test('releases before these parameters are not guessed', () => {
  const { problems } = renderKubeGateways({ values: '', chartVersion: '1.17.0-beta20', gateways: gateway() });
  assert.deepEqual(codesOf(problems), ['error unknown-release']);
});

test('while the chart said nothing of it, the control plane had a security context of its own', () => {
  const { manifests } = renderKubeGateways({ values, chartVersion: '1.17.0-rc2', gateways: gateway() });
  const deployment = manifests.find(({ kind }) => kind === 'Deployment')?.object;
  assert.equal(valueAt(deployment, 'spec', 'template', 'spec', 'containers', 0, 'securityContext', 'runAsUser'), 10101);
});

test('validate reports the consequences of objects, each at its place', () => {
  const text = [
    'apiVersion: gateway.gloo.solo.io/v1alpha1',
    'kind: GatewayParameters',
    'metadata: {name: own, namespace: edge}',
    'spec:',
    '  kube:',
    '    podTemplat: {}',
    "    envoyContainer: {bootstrap: {componentLogLevels: {upstream: ''}}}",
  ].join('\n');
  const { problems } = validateValues({ values, objects: { gatewayParameters: [{ name: 'own.yaml', text }] } });
  assert.deepEqual(
    problems.map(({ severity, code, file, line }) => [severity, code, file, line]),
    [
      ['warning', 'unknown-field', 'own.yaml', 6],
      ['error', 'gateway-not-deployed', 'own.yaml', 7],
    ],
  );
});

test('listeners that no API server takes are an error, each at its place', () => {
  const listeners = [
    { name: 'http', port: '80' },
    { name: 'https', port: 70_000 },
    { name: 1, port: 81 },
    { name: 'none', port: null },
  ];
  const { manifests, problems } = renderKubeGateways({ values, gateways: gateway('http', undefined, listeners) });
  assert.deepEqual(manifests, []);
  assert.deepEqual(
    problems.map(({ code, path }) => `${code} ${path}`),
    [0, 1, 2, 3].map((index) => `gateway-not-deployed spec.listeners[${index}].${index === 2 ? 'name' : 'port'}`),
  );
  const noList = { ...gateway(), spec: { gatewayClassName: 'gloo-gateway', listeners: {} } };
  assert.deepEqual(codesOf(renderKubeGateways({ values, gateways: noList }).problems), ['error gateway-not-deployed']);
});

test('null in a map of the parameters is dropped, and what Go writes without being asked is written', () => {
  const preferredDuringSchedulingIgnoredDuringExecution = [{ weight: 1 }];
  const own = ownParameters({
    podTemplate: {
      extraLabels: { team: null, tier: 'edge' },
      affinity: {
        nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution },
        podAffinity: { preferredDuringSchedulingIgnoredDuringExecution },
      },
    },
  });
  const { manifests } = renderKubeGateways({ values, gateways: gateway('http', 'own'), gatewayParameters: own });
  const template = valueAt(manifests.find(({ kind }) => kind === 'Deployment')?.object, 'spec', 'template');
  const labels = valueAt(template, 'metadata', 'labels');
  assert.deepEqual([valueAt(labels, 'team'), valueAt(labels, 'tier')], [undefined, 'edge']);
  const key = 'preferredDuringSchedulingIgnoredDuringExecution';
  assert.deepEqual(valueAt(template, 'spec', 'affinity', 'nodeAffinity', key), [{ weight: 1, preference: {} }]);
  assert.deepEqual(valueAt(template, 'spec', 'affinity', 'podAffinity', key, 0, 'podAffinityTerm'), {
    topologyKey: '',
  });
});

test('what is wrong with parameters stands at its line, in documents, JSON and lists', () => {
  const one =
    '{apiVersion: gateway.gloo.solo.io/v1alpha1, kind: GatewayParameters, metadata: {name: own, namespace: edge},\n';
  const spec = 'spec: {kube: {deployment: {\n  replicas: "2"}}}}';
  const object = ownParameters({ deployment: { replicas: '2' } });
  const placesOf = (text: string): string[] =>
    validateValues({ values, objects: { gateways: [], gatewayParameters: { name: 'p.yaml', text } } })
      .problems.filter(({ code }) => code === 'wrong-type')
      .map(({ path, file, line, column }) => `${file}:${line}:${column} ${path}`);
  const path = 'spec.kube.deployment.replicas';
  assert.deepEqual(placesOf(`a: 1\n---\n${one}${spec}\n`), [`p.yaml:5:3 ${path}`]);
  assert.deepEqual(placesOf(`kind: List\napiVersion: v1\nitems:\n- ${one}  ${spec}\n`), [`p.yaml:6:3 ${path}`]);
  const json = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [object] }, null, 1);
  const lines = json.split('\n');
  const line = lines.findIndex((text) => text.includes('replicas'));
  assert.deepEqual(placesOf(json), [`p.yaml:${line + 1}:${(lines[line]?.indexOf('"') ?? 0) + 1} ${path}`]);
});

test('values that become no GatewayParameters are an error at the value, also where the chart takes them', () => {
  const given = `kubeGateway:
  enabled: true
  gatewayParameters:
    glooGateway:
      service: {type: NodePort, extraLabels: {a: 1}, ports: [{port: "80", nodePort: 99999, x: 1}]}
      stats: {enabled: "false", routePrefixRewrite: 3}
      floatingUserId: "true"
`;
  const { problems } = validateValues({ values: { name: 'v.yaml', text: given } });
  assert.deepEqual(
    problems.map(({ severity, code, line, column }) => `${severity} ${code} ${line}:${column}`),
    [
      'error wrong-type 5:50',
      'error wrong-type 5:69',
      'error out-of-range 5:85',
      'warning unknown-field 5:95',
      'error wrong-type 6:24',
      'error wrong-type 6:53',
      'info loose-type 7:23',
    ],
  );
  assert.deepEqual(renderKubeGateways({ values: given, gateways: gateway() }).manifests, []);
  assert.ok(renderGatewayProxies({ values: given }).problems.some(({ code }) => code === 'wrong-type'));
});

test('what the control plane does not read is reported at its object', () => {
  const infrastructure = { annotations: { 'service.beta.kubernetes.io/aws-load-balancer-type': 'external' } };
  const asked = gateway('http', 'own');
  const given = { ...asked, spec: { gatewayClassName: 'gloo-gateway', infrastructure, addresses: [], listeners: [] } };
  const istio = {
    istioProxyContainer: { istioMetaClusterId: 'edge', istioMetaMeshId: 'cluster.local', logLevel: 'debug' },
    customSidecars: [{ name: 'istio-proxy' }],
  };
  const { problems, manifests } = renderKubeGateways({
    values: withIstio,
    gateways: given,
    gatewayParameters: ownParameters({ istio }),
  });
  assert.deepEqual(
    problems.map(({ code, subject, path }) => `${code} ${subject?.kind} ${path}`),
    [
      'kube-part-ignored Gateway spec.infrastructure',
      'kube-part-ignored GatewayParameters spec.kube.istio.customSidecars',
      'kube-part-ignored GatewayParameters spec.kube.istio.istioProxyContainer.istioMetaClusterId',
    ],
  );
  const text = manifests.map((one) => one.text).join('');
  assert.match(text, /ISTIO_META_CLUSTER_ID\n\s+value: "?Kubernetes/);
  assert.doesNotMatch(text, /aws-load-balancer-type/);
});

test('two listeners that become one port are an error of validate and a warning of render', () => {
  const listeners = [
    { name: 'http', port: 80 },
    { name: 'alt', port: 8080 },
  ];
  const gateways = [gateway('http', undefined, listeners)];
  assert.deepEqual(codesOf(validateValues({ values, objects: { gateways } }).problems), ['error kube-object-refused']);
  const rendering = renderKubeGateways({ values, gateways });
  assert.deepEqual(codesOf(rendering.problems), ['warning kube-object-refused']);
  assert.equal(rendering.manifests.length, 4);
});

test('inject and uninject leave proxies of the control plane alone, and say what to set instead', () => {
  const { manifests } = renderKubeGateways({ values: withIstio, gateways: gateway() });
  for (const change of [
    injectSidecars(manifests.map(({ text }) => text)),
    uninjectSidecars(manifests.map(({ text }) => text)),
  ]) {
    assert.equal(change.changed, 0);
    assert.deepEqual(codesOf(change.problems), ['warning written-by-controller']);
    assert.match(change.problems[0]?.hint ?? '', /istioIntegration/);
  }
});

test('enable-mtls names a proxy of the control plane that gets no certificates', () => {
  const upstream = `apiVersion: gloo.solo.io/v1
kind: Upstream
metadata: {name: web, namespace: gloo-system}
spec: {kube: {serviceName: web, serviceNamespace: shop, servicePort: 80}}
`;
  const problemsWith = (given: string): string[] => {
    const { manifests } = renderKubeGateways({ values: given, gateways: gateway() });
    return codesOf(enableMtls([...manifests.map(({ text }) => text), upstream], { all: true }).problems);
  };
  assert.deepEqual(problemsWith(values), ['warning written-by-controller']);
  assert.deepEqual(problemsWith(withIstio), []);
});

test('with mTLS of the control plane the certificates are copied, and said to be unknown where they are', () => {
  const mtls = `${values}global: {glooMtls: {enabled: true}}\n`;
  const { manifests, problems } = renderKubeGateways({ values: mtls, gateways: gateway() });
  assert.deepEqual(codesOf(problems), ['info secret-without-data']);
  const secret = manifests.find(({ kind }) => kind === 'Secret')?.object;
  assert.deepEqual([valueAt(secret, 'metadata', 'namespace'), valueAt(secret, 'data')], ['edge', undefined]);
  const two = renderKubeGateways({ values: mtls, gateways: [gateway('a'), gateway('b')] }).manifests;
  assert.deepEqual(
    two.map(({ kind, name }) => `${kind} ${name}`).filter((one) => one.includes('certs')),
    ['Secret gloo-mtls-certs'],
  );
  const none = renderKubeGateways({ values: mtls, gateways: gateway(), secrets: [] });
  assert.deepEqual(codesOf(none.problems), ['error gateway-not-deployed']);
  for (const chartVersion of ['1.17.38', '1.18.41', '1.19.0-beta16']) {
    const before = renderKubeGateways({ values: mtls, gateways: gateway(), chartVersion });
    assert.deepEqual(codesOf(before.problems), ['warning kube-without-gloo-mtls']);
    assert.ok(before.manifests.every(({ kind }) => kind !== 'Secret'));
  }
});

test('diff compares proxies of both kinds, except for what values alone do not determine', () => {
  const { manifests } = renderKubeGateways({ values, gateways: gateway() });
  const texts = manifests.map(({ text }) => text);
  const changed = texts.map((text) => text.replace('type: LoadBalancer', 'type: ClusterIP'));
  const report = diffManifests(texts, changed);
  assert.deepEqual([report.compared, report.identical], [4, false]);
  assert.equal(diffManifests(texts, manifests).identical, true);
});

test('render prints what is deployed for the Gateways in files', async () => {
  const files = {
    'values.yaml': values,
    'gateway.yaml': JSON.stringify(gateway('http', 'own')),
    'own.yaml': JSON.stringify(ownParameters({ sdsContainer: { bootstrap: { logLevel: 1 } } })),
  };
  const io = memoryIo({ files });
  const argv = ['render', '-f', 'values.yaml', '--gateway', 'gateway.yaml', '--parameters', 'own.yaml'];
  assert.equal(await run(argv, io), 1);
  assert.equal(io.printed.stdout, '');
  assert.match(io.printed.stderr, /^error own\.yaml:1:\d+ spec\.kube\.sdsContainer\.bootstrap\.logLevel: /);
  const idle = memoryIo({ files });
  assert.equal(await run(['render', '-f', 'values.yaml', '--parameters', 'own.yaml'], idle), 2);
});

test('the rules about pods judge the proxies of Gateways, at the values that they come from', () => {
  const yaml = [
    'kubeGateway:',
    '  enabled: true',
    '  gatewayParameters:',
    '    glooGateway:',
    '      istio:',
    '        istioProxyContainer:',
    '          image: {tag: 1.5.0}',
    '      sdsContainer:',
    '        image: {tag: 1.2.3}',
    'global: {istioIntegration: {enabled: true, disableAutoinjection: true}}',
  ].join('\n');
  const { problems } = validateValues({ values: { name: 'v.yaml', text: yaml }, chartVersion: '1.18.5' });
  assert.deepEqual(
    problems.filter(({ file }) => file !== undefined).map(({ code, line }) => [code, line]),
    [
      ['may-be-injected', 2],
      ['istio-outside-gloo-range', 7],
      ['sds-binds-loopback', 9],
      ['stale-istio-proxy', 10],
    ],
  );
  assert.match(problems.find(({ code }) => code === 'may-be-injected')?.hint ?? '', /podTemplate\.extraLabels/);
});

test('the rules judge the version of the mesh that is named, in proxies of Gateways too', () => {
  const off = 'gatewayProxies: {gatewayProxy: {disabled: true}}\n';
  const { problems } = validateValues({ values: `${withIstio}${off}`, chartVersion: '1.18.5', istioVersion: '1.9.0' });
  const paths = problems.filter(({ path = '' }) => path.startsWith('kubeGateway.gatewayParameters'));
  assert.deepEqual(
    paths.map(({ code }) => code),
    ['sidecar-and-istiod-differ'],
  );
});

test('what GatewayParameters make of the pod is found in them', () => {
  const own = ownParameters({
    podTemplate: {
      extraLabels: { 'sidecar.istio.io/inject': 'false' },
      livenessProbe: { tcpSocket: { port: 7777 } },
    },
    istio: { istioProxyContainer: { image: { repository: 'busybox', tag: '1' } } },
  });
  const found = validateValues({
    values: withIstio,
    chartVersion: '1.18.5',
    objects: { gateways: [gateway('http', 'own')], gatewayParameters: [own] },
  }).problems.filter(({ subject }) => subject?.kind === 'GatewayParameters');
  assert.deepEqual(
    found.map(({ code, path }) => [code, path]),
    [
      ['not-proxyv2', 'spec.kube.istio.istioProxyContainer.image'],
      ['probe-without-listener', 'spec.kube.podTemplate.livenessProbe.tcpSocket.port'],
    ],
  );
});

test('manifests of proxies for Gateways are judged by the rules, with the release of their labels', () => {
  const rendering = renderKubeGateways({ values: withIstio, chartVersion: '1.18.5', gateways: gateway() });
  const text = rendering.manifests.map((manifest) => `---\n${manifest.text}`).join('');
  const codesIn = (given: string): unknown => {
    const { problems, proxies, chartVersion } = validateManifests({ name: 'm.yaml', text: given });
    return [proxies, chartVersion, problems.map(({ code }) => code)];
  };
  assert.deepEqual(codesIn(text), [1, '1.18.5', ['may-be-injected']]);
  assert.deepEqual(codesIn(text.replace('value: /etc/istio-certs', 'value: /etc/certs')), [
    1,
    '1.18.5',
    ['may-be-injected', 'certificates-never-written'],
  ]);
  assert.deepEqual(codesIn(text.replace('audience: istio-ca', 'audience: other')), [
    1,
    '1.18.5',
    ['may-be-injected', 'token-audience'],
  ]);
});

test('a cluster is asked for what its definitions call these kinds', async () => {
  const asked: string[] = [];
  const get: ClusterClient['get'] = async (path) => {
    asked.push(path);
    return undefined;
  };
  // Only this is used.
  await readKubeWorld({ get } as ClusterClient);
  assert.deepEqual(asked, [
    '/apis/gateway.networking.k8s.io/v1/gateways',
    '/apis/gateway.networking.k8s.io/v1/gatewayclasses',
    '/apis/gateway.gloo.solo.io/v1alpha1/gatewayparameters',
    '/apis/gateway.networking.x-k8s.io/v1alpha1/xlistenersets',
  ]);
});
