/** Values whose objects are looked at only if something in them could be refused: looking is most of the work. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setsBootstrap } from '../../src/rules/envoy.ts';
import { setsObjects } from '../../src/rules/refused.ts';
import { mapOf } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';

const valuesOf = (text: string) => mapOf(readYaml({ name: 'values.yaml', text }).value);
const proxy = (text: string): string => `gatewayProxies: {gatewayProxy: {${text}}}`;
const pod = (text: string): string => proxy(`podTemplate: {${text}}`);
const annotations = (count: number): string =>
  pod(`extraAnnotations: {${Array.from({ length: count }, (_, at) => `a${at}: b`).join(', ')}}`);

/** What most users set: the API server refuses none of it. */
const plain: readonly string[] = [
  ...['', 'gatewayProxies: {}', 'gatewayProxies: {gatewayProxy: {}}', proxy('stats: {enabled: false}')],
  ...['global: {istioSDS: {enabled: true}}', 'global: {istioIntegration: {enabled: true}}'],
  ...['0', '1', '999'].map((count) => proxy(`kind: {deployment: {replicas: ${count}}}`)),
  ...['httpPort', 'httpsPort'].flatMap((key) => ['1', '8080', '65535'].map((port) => pod(`${key}: ${port}`))),
  ...['0', '2', '999', '"1"', '100m', '64Mi', '1Gi', '999999Mi'].flatMap((amount) => [
    pod(`resources: {requests: {cpu: ${amount}}}`),
    pod(`resources: {requests: {memory: ${amount}}}`),
  ]),
  ...['{}', '{a: b}', '{example.com/a: some text}', `{a: ${'x'.repeat(999)}}`].map((map) =>
    pod(`extraAnnotations: ${map}`),
  ),
  annotations(99),
  proxy('kind: {deployment: {replicas: 2}}, podTemplate: {httpPort: 80, resources: {requests: {cpu: 1, memory: 1Mi}}}'),
];

const others: readonly string[] = [
  ...['global: {additionalLabels: {}}', 'global: {istioIntegration: {istioSidecarRevTag: a}}'],
  ...['gatewayProxies: {edge: {}}', 'gatewayProxies: {gatewayProxy: {}, edge: {}}'],
  ...['kubeResourceOverride', 'configMap', 'affinity', 'topologySpreadConstraints', 'extraVolumes'].map((key) =>
    proxy(`${key}: x`),
  ),
  ...['extraEnvoyArgs', 'extraProxyVolumeMounts', 'kind', 'namespace', 'podTemplate'].map((key) => proxy(`${key}: x`)),
  ...['-1', '1.5', '"2"', '1000', 'x', 'null', '[1]'].map((count) => proxy(`kind: {deployment: {replicas: ${count}}}`)),
  ...['kind: {daemonSet: {}}', 'kind: {deployment: x}', 'kind: {deployment: {replicas: 1, customEnv: []}}'].map(proxy),
  ...['httpPort', 'httpsPort'].flatMap((key) =>
    ['0', '-1', '65536', '1.5', '"80"', 'x'].map((port) => pod(`${key}: ${port}`)),
  ),
  ...['-1', '1.5', '1000', '1k', 'x1', '1Mix', '10000000', '""', 'true', 'Mi'].flatMap((amount) => [
    pod(`resources: {requests: {cpu: ${amount}}}`),
    pod(`resources: {requests: {memory: ${amount}}}`),
  ]),
  ...['{requests: {disk: 1}}', '{limits: {cpu: 1}}', '{requests: {cpu: 1}, limits: {}}', 'x'].map((map) =>
    pod(`resources: ${map}`),
  ),
  ...['{"a b": c}', '{a: b, "-": c}', '{a: 5}', '{a: "true"}', '{a: "x: y"}', `{a: ${'x'.repeat(1000)}}`, '[]'].map(
    (map) => pod(`extraAnnotations: ${map}`),
  ),
  ...['{a: b, c: 5}', '{c: 5, a: b}', '{"true": a}', 'x'].map((map) => pod(`extraAnnotations: ${map}`)),
  annotations(100),
  pod('httpPort: 80, runAsUser: 5'),
];

test('objects are looked at if their values are not among the plain ones', () => {
  assert.deepEqual(
    plain.filter((text) => setsObjects(valuesOf(text))),
    [],
  );
  assert.deepEqual(
    others.filter((text) => !setsObjects(valuesOf(text))),
    [],
  );
});

test('a bootstrap is looked at if a value ends up in it', () => {
  const ofProxy = [
    ...['configMap', 'customStaticLayer', 'envoyApiVersion', 'envoyBootstrapExtensions', 'envoyOverloadManager'],
    ...['envoyStaticClusters', 'envoyStatsConfig', 'globalDownstreamMaxConnections', 'healthyPanicThreshold'],
    ...['loopBackAddress', 'pathWithEscapedSlashesAction', 'stats', 'tcpKeepaliveTimeSeconds', 'tracing'],
    ...['xdsServiceAddress', 'xdsServicePort'],
  ];
  const elsewhere = [
    'accessLogger: {}',
    'k8s: {}',
    'settings: {}',
    'gloo: {deployment: {}}',
    'global: {glooStats: {}}',
  ];
  const inIt = [...ofProxy.map((key) => `gatewayProxies: {a: {}, b: {${key}: x}}`), ...elsewhere];
  assert.deepEqual(
    inIt.filter((text) => !setsBootstrap(valuesOf(text))),
    [],
  );
  const notInIt = [
    ...['', 'gatewayProxies: {}', 'gatewayProxies: x', 'gatewayProxies: {a: stats}', 'gloo: {}', 'global: {}'],
    ...['gloo: {logLevel: debug}', 'global: {istioSDS: {enabled: true}}', proxy('podTemplate: {httpPort: 80}')],
  ];
  assert.deepEqual(
    notInIt.filter((text) => setsBootstrap(valuesOf(text))),
    [],
  );
});
