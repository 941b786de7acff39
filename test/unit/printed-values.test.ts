/** What real Helm renders for values that no one would write on purpose, but that a cluster accepts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderGatewayProxies, validateValues } from '../../src/index.ts';
import { type Value, type ValueMap, valueAt } from '../../src/value.ts';
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

test('a role is whatever YAML reads of it: Envoy takes any value there', () => {
  for (const [given, arrives] of [
    ['1 #', 1],
    ['true #', true],
    ['"a" #', 'a'],
    ['{a: b} #', { a: 'b' }],
    ['a # why', 'a'],
  ] as const) {
    const { bootstrap, codes } = rendered(JSON.stringify({ settings: { writeNamespace: given } }));
    assert.deepEqual(valueAt(bootstrap, 'node', 'metadata', 'role'), arrives, given);
    assert.deepEqual(codes, ['bare-text-changed'], given);
  }
});

test('null within a map or list that Go formats as a string is not a formatting error', () => {
  const values = 'global: {image: {registry: {a: ~, b: [~, 1]}}}';
  const { workload } = rendered(values, '1.17.9');
  const image = valueAt(workload, 'spec', 'template', 'spec', 'containers', 0, 'image');
  assert.equal(image, 'map[a:<nil> b:[<nil> %!s(float64=1)]]/gloo-envoy-wrapper:1.17.9');
});

test('anything but a number is rejected where Envoy needs one', () => {
  for (const key of ['healthyPanicThreshold', 'globalDownstreamMaxConnections'])
    for (const text of ['.inf', '-.inf', '.nan']) {
      const values = { gatewayProxies: { gatewayProxy: { [key]: text } } };
      const { problems } = renderGatewayProxies({ values, chartVersion: '1.21.11' });
      assert.ok(
        problems.some(({ severity, path }) => severity === 'error' && path?.endsWith(key)),
        `${key} ${text}`,
      );
    }
});

test('a string of nothing but <no value> leaves null in a block', () => {
  const values = 'gatewayProxies: {gatewayProxy: {podTemplate: {runUnprivileged: <no value>}}}';
  const { manifests } = renderGatewayProxies({ values, chartVersion: '1.22.0', objects: 'workloads' });
  const container = valueAt(manifests[1]?.object, 'spec', 'template', 'spec', 'containers', 0);
  assert.equal(valueAt(container, 'securityContext', 'runAsNonRoot'), null);
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

test('annotations are quoted, whatever they are', () => {
  const annotations = 'extraAnnotations: {a: {b: c}, c: [1], d: [], e: 1}';
  const { workload, codes } = rendered(`gatewayProxies: {gatewayProxy: {podTemplate: {${annotations}}}}`);
  const { a, c, d, e } = valueAt(workload, 'spec', 'template', 'metadata', 'annotations') as never;
  assert.deepEqual([a, c, d, e], ['map[b:c]', '[1]', '[]', '1']);
  assert.equal(codes.filter((code) => code === 'wrong-type').length, 3);
});

test('what a template goes through without asking must not be empty of another kind', () => {
  const refused = (values: string, chartVersion: string): boolean =>
    renderGatewayProxies({ values, chartVersion }).problems.some(({ severity }) => severity === 'error');
  for (const empty of ['""', '0', 'false']) {
    const annotations = `gatewayProxies: {gatewayProxy: {podTemplate: {extraAnnotations: ${empty}}}}`;
    assert.deepEqual([refused(annotations, '1.13.0'), refused(annotations, '1.13.28')], [false, true], empty);
    assert.ok(refused(`gatewayProxies: ${empty}`, '1.13.0'), empty);
  }
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

test('a string in a block is read again without <no value>, where go-yaml has broken it into lines', () => {
  const words = 'word '.repeat(14);
  for (const [given, arrives] of [
    ['a <no value>', 'a'],
    ['1<no value>', 1],
    ['"<no value>"', '""'],
    [`${words}<no value> end`, `${words}end`],
    [`${'w'.repeat(66)} <no value>`, `${'w'.repeat(66)} <no value>`],
  ] as const) {
    const values = { gatewayProxies: { gatewayProxy: { customStaticLayer: { 'a<no value>b': given } } } };
    const { bootstrap, codes } = rendered(JSON.stringify(values));
    assert.equal(valueAt(bootstrap, 'layered_runtime', 'layers', 0, 'static_layer', 'ab'), arrives, given);
    assert.ok(codes.includes('unsubstituted-variable'), given);
  }
});

test('an open quote in xdsServiceAddress takes all up to the next one for the address, and one cluster of the two is left', () => {
  const values = { gatewayProxies: { gatewayProxy: { xdsServiceAddress: "' #" } }, settings: { enableRestEds: true } };
  const { bootstrap, codes } = rendered(JSON.stringify(values));
  const clusters = valueAt(bootstrap, 'static_resources', 'clusters');
  const [first] = clusters as readonly ValueMap[];
  const socket = ['load_assignment', 'endpoints', 0, 'lb_endpoints', 0, 'endpoint', 'address', 'socket_address'];
  assert.match(String(valueAt(first, ...socket, 'address')), /^ # port_value: 9977 http2.*socket_address: address: $/);
  assert.equal(valueAt(first, ...socket, 'port_value'), 9976);
  assert.ok(!JSON.stringify(clusters).includes('"rest_xds_cluster"'));
  assert.deepEqual(codes, ['bare-text-changed']);
});

test('a double quote is closed by that of a certificate’s type, so that nothing is YAML', () => {
  const values = {
    gatewayProxies: { gatewayProxy: { xdsServiceAddress: '"' } },
    global: { glooMtls: { enabled: true } },
  };
  const { codes } = rendered(JSON.stringify({ ...values, settings: { enableRestEds: true } }));
  assert.ok(codes.includes('bare-text-breaks-yaml'));
});

test('the address of istiod may have several lines in PROXY_CONFIG: a comment ends them, and the indentation is lost', () => {
  const indent = ' '.repeat(14);
  for (const [given, arrives] of [
    ['x\n# y', '{"discoveryAddress": x\n'],
    [`x\n\n${indent}# y`, '{"discoveryAddress": x\n\n# y}\n'],
    [`x\n${indent} y`, '{"discoveryAddress": x\n y}\n'],
  ] as const) {
    const values = { global: { istioSDS: { enabled: true } } };
    const gatewayProxies = { gatewayProxy: { istioDiscoveryAddress: given } };
    const { workload, codes } = rendered(JSON.stringify({ ...values, gatewayProxies }), '1.15.9');
    const env = valueAt(workload, 'spec', 'template', 'spec', 'containers', 2, 'env') as readonly ValueMap[];
    assert.equal(env.find(({ name }) => name === 'PROXY_CONFIG')?.['value'], arrives, given);
    assert.deepEqual([...new Set(codes)], ['bare-text-changed'], given);
  }
});

test('a comment in loopBackAddress ends the first line of the shutdown script, and the second is not YAML', () => {
  const podTemplate = { gracefulShutdown: { enabled: true, sleepTimeSeconds: 5 } };
  const values = { gatewayProxies: { gatewayProxy: { podTemplate, loopBackAddress: 'localhost # why' } } };
  for (const release of ['1.8.8', '1.22.1'])
    assert.ok(rendered(JSON.stringify(values), release).codes.includes('bare-text-breaks-yaml'), release);
});

test('a value that prints nothing instead of a list does not prevent rendering', () => {
  for (const given of ['<no value>', { a: null }])
    for (const key of [
      'extraVolumes',
      'topologySpreadConstraints',
      'envoyStaticClusters',
      'envoyBootstrapExtensions',
    ]) {
      const { codes } = rendered(JSON.stringify({ gatewayProxies: { gatewayProxy: { [key]: given } } }), '1.20.0-rc2');
      assert.equal(codes.length, 1, key);
    }
});

test('blanks that Go trims from the end of a document do not become volumes, unless an override is merged', () => {
  const proxy = { extraVolumes: '\u00a0' };
  const { codes } = rendered(JSON.stringify({ gatewayProxies: { gatewayProxy: proxy } }));
  assert.deepEqual(codes, ['odd-blank']);
  const merged = { ...proxy, kubeResourceOverride: { metadata: { labels: { a: 'b' } } } };
  const { problems } = renderGatewayProxies({ values: JSON.stringify({ gatewayProxies: { gatewayProxy: merged } }) });
  assert.ok(problems.some(({ severity, path }) => severity === 'error' && path?.endsWith('extraVolumes')));
});

test('Go’s word for nothing in a field that Kubernetes does not know is null, and stops nothing', () => {
  const volumes = [{ name: 'extra', emptyDir: {}, 'a b': '<no value>' }];
  const { codes } = rendered(JSON.stringify({ gatewayProxies: { gatewayProxy: { extraVolumes: volumes } } }));
  assert.deepEqual(codes, ['unsubstituted-variable']);
});

test('a region that is not a string fails where the chart compares it with one', () => {
  const values = { settings: { aws: { enableServiceAccountCredentials: true, stsCredentialsRegion: true } } };
  for (const [release, severity] of [
    ['1.7.19', 'error'],
    ['1.8.0-beta2', 'info'],
  ] as const) {
    const { problems } = renderGatewayProxies({ values, chartVersion: release });
    assert.equal(problems.find(({ path }) => path?.endsWith('Region'))?.severity, severity, release);
  }
});

test('a list in place of a map of annotations: its indexes become the keys, which is reported', () => {
  const values = 'gatewayProxies: {gatewayProxy: {podTemplate: {extraAnnotations: [a]}}}';
  const { problems, manifests } = renderGatewayProxies({ values, chartVersion: '1.17.4', objects: 'workloads' });
  assert.match(problems.map(({ message }) => message).join(), /uses the index of each item, from 0, as its key/);
  const [, workload] = manifests.map(({ object }) => object);
  assert.equal(valueAt(workload, 'spec', 'template', 'metadata', 'annotations', '0'), 'a');
});

test('an annotation that is a map is a warning wherever the chart quotes it', () => {
  for (const place of ['service', 'podTemplate']) {
    const values = { gatewayProxies: { gatewayProxy: { [place]: { extraAnnotations: { a: { b: 'c' } } } } } };
    const { problems } = validateValues({ values, chartVersion: '1.18.7' });
    const told = problems.filter(({ path }) => path?.endsWith('.a')).map(({ code, severity }) => [code, severity]);
    assert.deepEqual(told, [['wrong-type', 'warning']], place);
  }
});

test('an unindented line ends the file in which it is printed, even a comment', () => {
  const proxy = (key: string) => JSON.stringify({ gatewayProxies: { gatewayProxy: { [key]: 'x\n# y' } } });
  const { codes } = rendered(proxy('loopBackAddress'));
  assert.ok(codes.includes('bare-text-breaks-yaml'));
  const podTemplate = { nodeName: 'x\n# y' };
  const { workload } = rendered(JSON.stringify({ gatewayProxies: { gatewayProxy: { podTemplate } } }));
  assert.equal(valueAt(workload, 'spec', 'template', 'spec', 'nodeName'), 'x');
});

test('the last file gets a comment of the template for each disabled proxy behind its own', () => {
  const disabled = { disabled: true, podTemplate: { image: { repository: 'r', tag: 't' } }, configMap: { data: null } };
  const after = (names: readonly string[]): Value => {
    const others = Object.fromEntries(names.map((name) => [name, disabled]));
    const gatewayProxy = { configMap: { data: { 'a.txt': 'one\n' } } };
    const values = { gatewayProxies: { gatewayProxy, ...others } };
    const { manifests } = renderGatewayProxies({ values: [values], chartVersion: '1.6.0-beta6', objects: 'workloads' });
    return valueAt(manifests.find(({ kind }) => kind === 'ConfigMap')?.object ?? {}, 'data', 'a.txt') ?? null;
  };
  const ofData = 'one # if (empty $spec.configMap.data) ## allows full custom';
  const ofProxy = ' # - if not $spec.disabled';
  const ofAll = ' # range $name, $spec := .Values.gatewayProxies# if .Values.gateway.enabled';
  assert.equal(after(['aa']), `${ofData}${ofProxy}${ofAll}`);
  assert.equal(after(['zy', 'zz']), `${ofData}${ofProxy.repeat(3)}${ofAll}`);
});

test('files for Envoy without its bootstrap are reported', () => {
  const { problems } = validateValues({ values: 'gatewayProxies: {gatewayProxy: {configMap: {data: {a.txt: x}}}}' });
  const told = problems.map(({ code, severity, path }) => [code, severity, path]);
  assert.deepEqual(told, [['invalid-bootstrap', 'error', 'gatewayProxies.gatewayProxy.configMap.data']]);
});

test('a bootstrap that an override replaces has no problems of its own', () => {
  const configMap = { kubeResourceOverride: { data: { 'envoy.yaml': 'node: {}\n' } } };
  const gatewayProxy = { configMap, loopBackAddress: '0x1F', envoyOverloadManager: { enabled: true } };
  const { problems } = renderGatewayProxies({ values: [{ gatewayProxies: { gatewayProxy } }], objects: 'workloads' });
  assert.deepEqual(
    problems.map(({ code }) => code),
    [],
  );
});

test('more replicas than an integer of the API server holds are refused', () => {
  const values = 'gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: 3000000000}}}}';
  const told = validateValues({ values }).problems.map(({ severity, path }) => [severity, path]);
  assert.deepEqual(told, [['error', 'gatewayProxies.gatewayProxy.kind.deployment.replicas']]);
});

test('statistics that are not a map also fail beside a disabled proxy whose ConfigMap is written', () => {
  const values = 'gatewayProxies: {gatewayProxy: {disabled: true}}\nglobal: {glooStats: x}';
  for (const [release, isRefused] of [
    ['1.5.1', true],
    ['1.5.7', false],
  ] as const) {
    const { problems } = renderGatewayProxies({ values, chartVersion: release, objects: 'workloads' });
    assert.equal(
      problems.some(({ severity, path }) => severity === 'error' && path === 'global.glooStats'),
      isRefused,
    );
  }
});

test('variables that YAML only reads together arrive as it reads them', () => {
  const cases: readonly (readonly [proxy: ValueMap, arrives: ValueMap])[] = [
    [
      { istioDiscoveryAddress: "' #" },
      {
        CA_ADDR:
          ' # - name: ISTIO_META_MESH_ID value: cluster.local - name: ISTIO_META_CLUSTER_ID value: Kubernetes - name: PROXY_CONFIG value: | {"discoveryAddress": ',
      },
    ],
    [
      { istioMetaMeshId: '&a mesh', istioMetaClusterId: '*a' },
      { ISTIO_META_MESH_ID: 'mesh', ISTIO_META_CLUSTER_ID: 'mesh' },
    ],
    [
      { istioMetaMeshId: '"', istioMetaClusterId: '" # x' },
      { ISTIO_META_MESH_ID: ' - name: ISTIO_META_CLUSTER_ID value: ' },
    ],
  ];
  for (const [proxy, arrives] of cases) {
    const values = { global: { istioSDS: { enabled: true } }, gatewayProxies: { gatewayProxy: proxy } };
    const { workload, codes } = rendered(JSON.stringify(values), '1.19.0-beta15');
    const env = valueAt(workload, 'spec', 'template', 'spec', 'containers', 2, 'env') as readonly ValueMap[];
    const ofMesh = env.filter(({ name, value }) => /^CA_|^ISTIO_META_(MESH|CLUSTER)/.test(`${name}`) && value !== '');
    const found = Object.fromEntries(ofMesh.map(({ name, value }) => [name, value]));
    assert.deepEqual({ ...found, ...arrives }, found);
    assert.ok(codes.includes('bare-text-changed') && !codes.includes('bare-text-breaks-yaml'), JSON.stringify(proxy));
  }
});

test('a string of nothing but <no value> has no type in a block, but breaks a list that is merged', () => {
  rendered('gatewayProxies: {gatewayProxy: {affinity: {podAffinity: <no value>}, extraVolumes: <no value>}}');
  rendered('global: {glooMtls: {enabled: true, sdsResources: {requests: {cpu: <no value>}}}}');
  const override = 'kubeResourceOverride: {metadata: {annotations: {own: x}}}';
  for (const key of ['extraVolumes', 'podTemplate: {tolerations', 'podTemplate: {extraPorts']) {
    const values = `gatewayProxies: {gatewayProxy: {${override}, ${key}: <no value>${'}'.repeat(key.split('{').length + 1)}`;
    const { problems } = renderGatewayProxies({ values, chartVersion: '1.22.0' });
    assert.deepEqual(
      problems.map(({ code, severity }) => [code, severity]),
      [['unsubstituted-variable', 'error']],
      values,
    );
  }
  const quoted = `gatewayProxies: {gatewayProxy: {${override}, extraEnvoyArgs: [<no value>], podTemplate: {extraAnnotations: {a: <no value>}}}}`;
  const { workload } = rendered(quoted);
  assert.equal(valueAt(workload, 'spec', 'template', 'metadata', 'annotations', 'a'), null);
  assert.equal(valueAt(workload, 'spec', 'template', 'spec', 'containers', 0, 'args', 1), null);
});

test('Helm takes blanks off the last string of a manifest', () => {
  for (const [given, arrives] of [
    ['x\u00a0', 'x'],
    ['\u00a0', null],
    ['1\u2003', 1],
    ['a: \u00a0', 'a: \u00a0'],
  ] as const) {
    const extraVolumes = [{ configMap: { name: 'c' }, name: given }];
    const { workload } = rendered(JSON.stringify({ gatewayProxies: { gatewayProxy: { extraVolumes } } }));
    const volumes = valueAt(workload, 'spec', 'template', 'spec', 'volumes') as readonly ValueMap[];
    assert.equal(volumes.at(-1)?.['name'], arrives, JSON.stringify(given));
  }
});

test('the part of an image that has the blank is named', () => {
  const values = 'gatewayProxies: {gatewayProxy: {podTemplate: {image: {tag: "1.2 "}}}}';
  const { problems } = validateValues({ values, chartVersion: '1.22.0' });
  const path = 'gatewayProxies.gatewayProxy.podTemplate.image.tag';
  assert.deepEqual(
    problems.map((problem) => [problem.code, problem.path]),
    [['bare-text-changed', path]],
  );
});

test('of an integer the chart prints the smaller ones as arguments, if it comes from --set', () => {
  const set = ['gatewayProxies.gatewayProxy.extraEnvoyArgs=2'];
  const { manifests } = renderGatewayProxies({ values: '{}', set, chartVersion: '1.9.13', objects: 'workloads' });
  const args = valueAt(manifests[1]?.object, 'spec', 'template', 'spec', 'containers', 0, 'args') as readonly string[];
  assert.deepEqual(args.slice(-2), ['0', '1']);
  const values = { gatewayProxies: { gatewayProxy: { extraEnvoyArgs: 2 } } };
  const { problems } = renderGatewayProxies({ values: JSON.stringify(values), chartVersion: '1.9.13' });
  assert.ok(problems.some(({ code, severity }) => code === 'wrong-type' && severity === 'error'));
});

test('the keys of a map in place of a list are beside it only where no item follows', () => {
  for (const [proxy, isRefused] of [
    [{ kind: { deployment: { customEnv: { a: null } } } }, true],
    [{ podTemplate: { extraContainers: { a: null } } }, true],
    [{ podTemplate: { extraPorts: { a: null } } }, false],
    [{ tracing: { cluster: { a: null } } }, true],
    [{ tracing: { cluster: { a: null } }, stats: { enabled: false } }, false],
  ] as const) {
    const values = JSON.stringify({ gatewayProxies: { gatewayProxy: proxy } });
    const { problems } = renderGatewayProxies({ values, chartVersion: '1.22.0', objects: 'workloads' });
    assert.equal(
      problems.some(({ severity }) => severity === 'error'),
      isRefused,
      values,
    );
  }
});

test('a provider of which nothing is left still makes Envoy trace', () => {
  for (const [values, arrives] of [
    ['provider: <no value>', { provider: null }],
    ['provider: {name: a}', { provider: { name: 'a' } }],
    ['provider: {}', undefined],
  ] as const) {
    const { bootstrap } = rendered(`gatewayProxies: {gatewayProxy: {tracing: {${values}}}}`, '1.5.1');
    const listener = ['static_resources', 'listeners', 0, 'filter_chains', 0, 'filters', 0, 'typed_config', 'tracing'];
    assert.deepEqual(valueAt(bootstrap, ...listener), arrives, values);
  }
});
