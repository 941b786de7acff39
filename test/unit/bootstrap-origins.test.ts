/**
 * The value that each part of a bootstrap is reported at when Envoy refuses it, for values that set all of them; what
 * follows from the part around it is only counted.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPath, hasErrors, type Path } from '../../src/problem.ts';
import { decide } from '../../src/proxy/decide.ts';
import { print } from '../../src/proxy/print.ts';
import { bootstrapOriginsOf } from '../../src/rules/bootstrap-origin.ts';
import { childrenOf, equal, mapAt, type Value } from '../../src/value.ts';
import { prepare } from '../../src/verbs/prepare.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { matchGolden } from '../support/golden.ts';

const cluster = (name: string) => `{name: ${name}, connect_timeout: 1s, load_assignment: {cluster_name: ${name}}}`;
const everything = `
accessLogger: {enabled: true, port: 8083}
settings: {aws: {enableServiceAccountCredentials: true, stsCredentialsRegion: r}, enableRestEds: true}
global: {glooMtls: {enabled: true}, glooStats: {enabled: true, statsPrefixRewrite: /s, routePrefixRewrite: /r}, istioSDS: {enabled: true}}
gatewayProxies:
  gatewayProxy:
    customStaticLayer: {a: {b: 1}}
    envoyApiVersion: V3
    envoyBootstrapExtensions: [{name: e, typed_config: {"@type": t}}]
    envoyOverloadManager: {enabled: true, refreshInterval: {seconds: 1}, resourceMonitors: [{name: m}], actions: [{name: a, triggers: []}]}
    envoyStaticClusters: [${cluster('own')}]
    envoyStatsConfig: {use_all_default_tags: true}
    globalDownstreamMaxConnections: 5
    healthyPanicThreshold: 50
    loopBackAddress: 127.0.0.2
    pathWithEscapedSlashesAction: REJECT_REQUEST
    readConfig: true
    stats: {enabled: true, routePrefixRewrite: /own}
    tcpKeepaliveTimeSeconds: 60
    tracing: {provider: {name: p, typed_config: {"@type": t, collector_cluster: z}}, cluster: [${cluster('zipkin')}]}
`;
const own = 'xdsServiceAddress: x, xdsServicePort: 9978';

const cases = [
  ...['1.6.20', '1.11.19', '1.14.9', '1.20.0', '1.22.1'].map((release) => ({ release, values: everything })),
  {
    release: '1.22.1',
    values: everything.replace('loopBackAddress', `${own.replace(', ', '\n    ')}\n    loopBackAddress`),
  },
  { release: '1.22.1', values: '{}' },
  { release: '1.22.1', values: `gatewayProxies: {gatewayProxy: {${own}}}` },
];

test('the parts of a bootstrap are reported at the values that they come from', () => {
  const blocks = cases.map(({ release, values }, index) => {
    const prepared = prepare({ values: [{ name: 'values.yaml', text: values }], chartVersion: release });
    assert.ok('chart' in prepared, JSON.stringify(prepared.problems));
    const [proxy] = prepared.proxies;
    assert.ok(proxy !== undefined);
    const decision = decide(proxy);
    assert.ok(!hasErrors(decision.problems), JSON.stringify(decision.problems));
    assert.ok(decision.configMap?.bootstrap !== undefined);
    const text = String(mapAt(print(decision).configMap?.object, 'data')['envoy.yaml']);
    const originOf = bootstrapOriginsOf(decision.proxy, decision.configMap.bootstrap);
    let others = 0;
    // What follows from the part around it is not listed.
    const isImplied = (path: Path): boolean =>
      path.length > 1 &&
      [[], path.slice(-1)].some((step) => equal([...originOf(path.slice(0, -1)), ...step], originOf(path)));
    const lines: string[] = [];
    const visit = (value: Value, path: Path): void => {
      const origin = formatPath(originOf(path));
      if (isImplied(path)) others++;
      else lines.push(`  ${formatPath(path)} ← ${origin}`);
      for (const [step, inner] of childrenOf(value)) visit(inner, [...path, step]);
    };
    visit(readYaml({ name: 'envoy.yaml', text }).value ?? null, []);
    return `${index + 1}: ${release}\n${lines.join('\n')}\n  ${others} parts of these\n`;
  });
  matchGolden('test/golden/bootstrap-origins.txt', blocks.join(''));
});
