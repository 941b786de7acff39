/** What values configure in Envoy itself: where problems are reported, and what they mean for a rendering. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { releases } from '../../src/chart/releases.ts';
import { type Problem, renderGatewayProxies, validateValues } from '../../src/index.ts';
import { decide } from '../../src/proxy/decide.ts';
import { print } from '../../src/proxy/print.ts';
import { bootstrapFindings } from '../../src/rules/envoy.ts';
import { prepare } from '../../src/verbs/prepare.ts';

function found(text: string, chartVersion = '1.22.1'): readonly Problem[] {
  return validateValues({ values: [{ name: 'values.yaml', text }], chartVersion }).problems.filter(
    ({ severity }) => severity === 'error',
  );
}

function proxy(text: string): string {
  return `gatewayProxies:\n  gatewayProxy:\n${text.replace(/^(?=.)/gm, '    ')}`;
}

const base = 'gatewayProxies.gatewayProxy.';
const monitor = `envoyOverloadManager:
  enabled: true
  resourceMonitors:
  - name: envoy.resource_monitors.fixed_heap
    typed_config:
      "@type": type.googleapis.com/envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig
      max_heap_size_bytes: 350000000
`;

/** Values, the only place with a problem, and its message. */
const cases: readonly (readonly [what: string, values: string, path: string, message: RegExp])[] = [
  [
    'a message without its type',
    monitor.replace(/ +"@type".*\n/, ''),
    'envoyOverloadManager.resourceMonitors[0].typed_config',
    /needs an "@type"/,
  ],
  [
    'a type that does not exist',
    monitor.replace('FixedHeapConfig', 'FixedHeap'),
    'envoyOverloadManager.resourceMonitors[0].typed_config.@type',
    /no message .*FixedHeap/,
  ],
  [
    'a type for another place',
    monitor
      .replace('resource_monitors.fixed_heap.v3.FixedHeapConfig', 'filters.http.router.v3.Router')
      .replace(/ +max_heap.*\n/, ''),
    'envoyOverloadManager.resourceMonitors[0].typed_config.@type',
    /a resource monitor/,
  ],
  [
    'an overload manager without monitors',
    'envoyOverloadManager: {enabled: true, actions: []}',
    'envoyOverloadManager.resourceMonitors',
    /must not be empty/,
  ],
  [
    'a trigger of no monitor',
    `${monitor}  actions: [{name: envoy.overload_actions.shrink_heap, triggers: [{name: heap, threshold: {value: 0.9}}]}]`,
    'envoyOverloadManager.actions[0].triggers[0].name',
    /no resource monitor "heap"/,
  ],
  [
    'a duration in other words',
    `${monitor}  refreshInterval: 1m`,
    'envoyOverloadManager.refreshInterval',
    /seconds such as 5s/,
  ],
  [
    'API v2',
    'envoyStaticClusters: [{name: audit, connect_timeout: 5s, tls_context: {}}]',
    'envoyStaticClusters[0].tls_context',
    /no field tls_context: it is API v2/,
  ],
  [
    'a field of another name',
    'envoyStaticClusters: [{name: audit, connect_timout: 5s}]',
    'envoyStaticClusters[0].connect_timout',
    /no field connect_timout/,
  ],
  [
    'a cluster without a name',
    'envoyStaticClusters: [{connect_timeout: 5s}]',
    'envoyStaticClusters[0].name',
    /name must not be empty/,
  ],
  [
    'a name for an address',
    'envoyStaticClusters: [{name: a, load_assignment: {cluster_name: a, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: a.b, port_value: 1}}}}]}]}}]',
    'envoyStaticClusters[0].load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.address',
    /must be an IP address/,
  ],
  [
    'statistics',
    'envoyStatsConfig: {stats_tags: [{tag_name: a, regexp: b}]}',
    'envoyStatsConfig.stats_tags[0].regexp',
    /no field regexp/,
  ],
  [
    'a tracing cluster',
    'tracing: {cluster: [{name: zipkin, connect_timeout: 5}]}',
    'tracing.cluster[0].connect_timeout',
    /seconds such as 5s/,
  ],
  [
    'a bootstrap extension',
    'envoyBootstrapExtensions: [{name: a, typed_config: {"@type": type.googleapis.com/envoy.extensions.wasm.v3.WasmService, single: true}}]',
    'envoyBootstrapExtensions[0].typed_config.single',
    /no field single/,
  ],
  ['the runtime', 'customStaticLayer: {a: [1]}', 'customStaticLayer.a', /runtime accepts numbers/],
  ['no limit', 'globalDownstreamMaxConnections: null', 'globalDownstreamMaxConnections', /runtime accepts numbers/],
  ['no threshold', 'healthyPanicThreshold: null', 'healthyPanicThreshold', /runtime accepts numbers/],
  ['an old protocol', 'envoyApiVersion: V2', 'envoyApiVersion', /only speaks xDS version 3/],
  ['a protocol that is none', 'envoyApiVersion: V9', 'envoyApiVersion', /must be one of AUTO, V2, V3/],
  [
    'a protocol that is a map',
    "envoyApiVersion: '{a: b}'",
    'envoyApiVersion',
    /must be one of AUTO, V2, V3, but is \{"a":"b"\}/,
  ],
  ['a loopback by name', 'loopBackAddress: localhost', 'loopBackAddress', /must be an IP address/],
  ['a negative time', 'tcpKeepaliveTimeSeconds: -1', 'tcpKeepaliveTimeSeconds', /from 0 to 4294967295/],
  [
    'a bootstrap as text',
    'configMap: {data: {envoy.yaml: "node: {id: 5}"}}',
    'configMap.data.envoy\\.yaml',
    /id must be a string, but is 5 \(node\.id\)/,
  ],
];

for (const [what, values, path, message] of cases) {
  test(`${what} is complained of once, where it stands`, () => {
    const problems = found(proxy(values));
    assert.deepEqual(
      problems.map((problem) => `${problem.code} ${problem.path}`),
      [`invalid-bootstrap ${base}${path}`],
    );
    const [problem] = problems;
    assert.match(problem?.message ?? '', message);
    assert.ok((problem?.line ?? 0) > 2, 'has a place');
  });
}

test('what Gloo fills in is as good as filled in', () => {
  assert.deepEqual(found(proxy('loopBackAddress: "{{.PodIp}}"')), []);
});

test('what a release does not print is not complained of', () => {
  assert.deepEqual(found(proxy('envoyOverloadManager: {enabled: false, resourceMonitors: [1]}')), []);
  assert.deepEqual(found(proxy('envoyStaticClusters: [{nothing: 1}]'), '1.5.0'), []);
});

test('what no Envoy can read stops a rendering, what only the server refuses is printed with a warning', () => {
  const render = (text: string): ReturnType<typeof renderGatewayProxies> =>
    renderGatewayProxies({ values: [{ name: 'v', text: proxy(text) }], chartVersion: '1.22.1' });
  const stopped = render('envoyStaticClusters: [{name: a, tls_context: {}}]');
  assert.deepEqual([stopped.manifests.length, stopped.problems[0]?.severity], [0, 'error']);
  for (const text of ['globalDownstreamMaxConnections: null', 'configMap: {data: {envoy.yaml: "a: 1"}}']) {
    const printed = render(text);
    assert.deepEqual(
      printed.problems.map(({ code, severity }) => [code, severity]),
      [['invalid-bootstrap', 'warning']],
    );
    assert.deepEqual(
      printed.manifests.filter(({ kind }) => kind === 'ConfigMap').map(({ name }) => name),
      ['gateway-proxy-envoy-config'],
    );
  }
});

test('a type from an unknown project is a warning: Gloo’s Envoy may have it', () => {
  const text = proxy(
    'envoyBootstrapExtensions: [{name: a, typed_config: {"@type": type.googleapis.com/envoy.config.filter.http.transformation.v2.FilterTransformations}}]',
  );
  const { problems } = validateValues({ values: [{ name: 'v', text }], chartVersion: '1.22.1' });
  assert.deepEqual(
    problems.map(({ code, severity }) => [code, severity]),
    [['invalid-bootstrap', 'warning']],
  );
});

test('the chart’s own bootstrap is one that the Envoy of each release starts with', () => {
  const text =
    'global: {istioSDS: {enabled: true}, glooStats: {enabled: true}}\naccessLogger: {enabled: true}\ngatewayProxies: {gatewayProxy: {readConfig: true}}';
  const wrong = releases
    .filter((_, index) => index % 5 === 0)
    .flatMap((chartVersion) => {
      const prepared = prepare({ values: [{ name: 'v', text }], chartVersion });
      if (!('chart' in prepared)) return [chartVersion];
      return prepared.proxies
        .map(decide)
        .flatMap((decision) => bootstrapFindings(decision, print(decision)))
        .map(({ message }) => `${chartVersion}: ${message}`);
    });
  assert.deepEqual(wrong, []);
});
