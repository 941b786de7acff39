import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffArrays } from 'diff';
import { chartOf } from '../../src/chart/chart.ts';
import type { Drawn } from '../../src/explain/drawn.ts';
import { objectLines } from '../../src/explain/lines.ts';
import type { ExplainedValue } from '../../src/explain/value.ts';
import { formatPath, hasErrors, type Path, parsePath } from '../../src/problem.ts';
import { decide } from '../../src/proxy/decide.ts';
import { companionsOf } from '../../src/proxy/objects/companions.ts';
import { print, printCompanion } from '../../src/proxy/print.ts';
import { valuesSchema } from '../../src/schema/schema.ts';
import type { JsonSchema } from '../../src/schema/schema-scalar.ts';
import { type ValueMap, valueAt, withValueAt } from '../../src/value.ts';
import { partialControlPlane } from '../../src/verbs/control-plane.ts';
import { explain } from '../../src/verbs/explain.ts';
import { installedFor } from '../../src/verbs/kube-installed.ts';
import { prepare } from '../../src/verbs/prepare.ts';
import { compareSets, difference, nameOf, others, type Tally } from '../support/explained.ts';

const given: ValueMap = {
  global: { istioSDS: { enabled: true }, istioIntegration: { enabled: true } },
  gatewayProxies: {
    gatewayProxy: {
      podTemplate: { extraAnnotations: { team: 'edge' }, probes: true, resources: { limits: { cpu: '2' } } },
      kind: { deployment: { replicas: 3 } },
    },
  },
};
const internal = { podTemplate: { httpPort: 9080 }, service: { type: 'ClusterIP' } };
/** The same with a proxy that inherits from the other one. */
const two = withValueAt(given, ['gatewayProxies', 'internal'], internal) as ValueMap;

/** Everything rendered for a user's values; undefined if the chart cannot use them. */
function rendered(values: ValueMap, chartVersion: string): Drawn[] | undefined {
  const prepared = prepare({ values: [values], chartVersion });
  if (!('chart' in prepared)) return undefined;
  const { chart, release, proxies, problems } = prepared;
  const decisions = proxies.map(decide);
  const around = companionsOf(prepared.values, chart, release);
  const installed = installedFor(prepared);
  if ([prepared, ...decisions, around, installed.found].some((one) => hasErrors(one.problems)) || hasErrors(problems))
    return undefined;
  const parts = partialControlPlane(prepared).map((object): Drawn => {
    const { name = '', namespace = '' } = object['metadata'] as { name?: string; namespace?: string };
    return { kind: String(object['kind']), name, namespace, proxy: '', text: '', object, partial: true };
  });
  return [
    ...decisions
      .map(print)
      .flatMap(({ configMap, workload }) => [configMap, workload].filter((one) => one !== undefined)),
    ...around.objects.map((object) => printCompanion(object, { chart })),
    ...installed.manifests,
    ...parts,
  ];
}

/** Lines that a plain text diff shows as changed, and that are not in any part of the map. */
function strayLines(before: readonly Drawn[], after: readonly Drawn[], { parts }: ExplainedValue): string[] {
  return before.flatMap((object) => {
    const { kind, namespace, name, text, partial } = object;
    const other = after.find((one) => one.kind === kind && one.namespace === namespace && one.name === name);
    if (partial || other === undefined || other.text === text) return [];
    const own = parts.filter((part) => part.object.kind === kind && part.object.name === name);
    const { paths } = objectLines(text);
    const isNamed = (line: number): boolean =>
      own.some(({ line: first = 0, endLine = 0, change, path }) =>
        change === 'added'
          ? // Where something is added, an empty map or list around it is written differently.
            path.startsWith(formatPath(paths[line - 1] ?? []))
          : line >= first && line <= endLine,
      );
    let line = 1;
    const stray: string[] = [];
    for (const { added, removed, value } of diffArrays(text.split('\n'), other.text.split('\n'))) {
      if (added) continue;
      for (const row of value) {
        if (removed && !isNamed(line)) stray.push(`${kind}/${name}:${line} ${row}`);
        line++;
      }
    }
    return stray;
  });
}

/** Every value of the chart from its exported schema, with one proxy representing all. */
function leavesOf(schema: JsonSchema, root: JsonSchema, path: Path): string[] {
  const [reference] = (schema['allOf'] as { $ref: string }[] | undefined) ?? [];
  const name = reference?.$ref.slice('#/definitions/'.length);
  if (name?.startsWith('gloo.'))
    return leavesOf((root['definitions'] as Record<string, JsonSchema>)[name] ?? {}, root, path);
  const properties = schema['properties'] as Record<string, JsonSchema> | undefined;
  if (properties === undefined || name !== undefined) return [formatPath(path)];
  if (path.at(-1) === 'gatewayProxies')
    return leavesOf(properties['gatewayProxy'] ?? {}, root, [...path, 'gatewayProxy']);
  return Object.entries(properties)
    .filter(([key]) => path.length > 0 || key !== 'enabled')
    .flatMap(([key, inner]) => leavesOf(inner, root, [...path, key]));
}

/** `npm run test:map`: every value, also those without effect, and in more releases. */
const isWhole = process.env['GLISTIO_MAP'] === 'all';
const more = ['1.6.0', '1.8.9', '1.13.20', '1.14.0', '1.16.0', '1.18.5', '1.20.0'].map(
  (release) => [release, given] as const,
);

for (const [chartVersion, values] of [
  ['1.5.0', given],
  ['1.11.10', given],
  ['1.17.0', two],
  ['1.22.1', given],
  ...(isWhole ? more : []),
] as const) {
  test(`changing any value of ${chartVersion} changes exactly the parts that the map names`, (context) => {
    const mapping = explain({ values: [values], chartVersion });
    const prepared = prepare({ values: [values], chartVersion });
    assert.ok('chart' in prepared && mapping.objects.length > 0, JSON.stringify(mapping.problems));
    const before = rendered(values, chartVersion) ?? [];
    const tally: Tally = { right: 0, named: 0, real: 0, tried: 0, wrong: [] };
    const untried: string[] = [];
    const stray: string[] = [];
    const listed = new Set(mapping.values.map(({ path }) => path));
    const schema = valuesSchema(chartOf(chartVersion));
    // Within an override or a Kubernetes type, only what the chart adds to it is a separate value.
    const isListed = (path: string): boolean =>
      path.includes('kubeResourceOverride.') ||
      listed.has(path) ||
      listed.has(path.replace(/\.(?!mergePolicy$)\w+$/, ''));
    assert.deepEqual(
      leavesOf(schema, schema, []).filter((path) => !isListed(path)),
      [],
    );
    for (const [index, value] of mapping.values.entries()) {
      // The others of the chart's values can be tried; these call a template that the chart does not have.
      if (value.effect === 'unknown')
        assert.match(value.why ?? '', /template that only a wrapping chart has$/, value.path);
      // Of those without effect, every tenth is enough.
      if (value.effect === 'unknown' || (value.effect === 'none' && index % 10 !== 0 && !isWhole)) continue;
      const path = parsePath(value.path);
      const now = valueAt(prepared.values, ...path);
      const named = (without: string) =>
        new Set(
          value.parts.filter(({ when }) => when !== without).map((part) => nameOf(part.object, part.path, part.change)),
        );
      const isChoice = (value.enum ?? value.known) !== undefined;
      const real = new Set<string>();
      let isTaken = false;
      for (const other of others(value, now)) {
        const after = rendered(withValueAt(values, path, other) as ValueMap, chartVersion);
        if (after === undefined) continue;
        isTaken = true;
        const found = difference(before, after);
        for (const part of found) real.add(part);
        // An override causes the whole object to be rewritten.
        const isLaidOut = path.at(-1) !== 'kubeResourceOverride';
        if (isLaidOut && (isChoice || found.size > 0))
          stray.push(...strayLines(before, after, value).map((line) => `${value.path}: ${line}`));
        if (!isChoice && found.size > 0) break;
      }
      if (isTaken) compareSets(value.path, named('unset'), real, tally);
      else untried.push(value.path);
    }
    const [precision, recall] = [tally.right / tally.named, tally.right / tally.real];
    context.diagnostic(
      `${chartVersion}: ${tally.tried} of ${mapping.values.length} values tried, ${tally.right} parts; precision ${(100 * precision).toFixed(2)} %, recall ${(100 * recall).toFixed(2)} %; refused with every other value: ${untried.length}`,
    );
    assert.deepEqual(tally.wrong, []);
    assert.ok(tally.right > 80);
    assert.deepEqual(untried, []);
    assert.deepEqual(stray, []);
  });
}

test('a cluster whose name contains the value is not explained as a whole', () => {
  const { values } = explain({ paths: ['gloo.deployment.xdsPort'], chartVersion: '1.17.3' });
  const inBootstrap = values[0]?.parts.filter(({ path }) => path.startsWith('data.')) ?? [];
  const clusters = 'data.envoy\\.yaml.static_resources.clusters[0]';
  const assignment = `${clusters}.load_assignment`;
  assert.deepEqual(
    inBootstrap.map(({ path, change }) => `${path} ${change}`),
    [
      `${clusters}.name changed`,
      `${assignment}.cluster_name changed`,
      `${assignment}.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.port_value changed`,
      'data.envoy\\.yaml.dynamic_resources.ads_config.grpc_services[0].envoy_grpc.cluster_name changed',
    ],
  );
});

test('what is secret among the values is hidden', () => {
  const customEnv = [{ name: 'DB_PASSWORD', value: 'hunter2-in-a-file' }];
  const { values } = explain({
    values: [{ gatewayProxies: { gatewayProxy: { kind: { deployment: { customEnv } } } } }],
    set: ['global.additionalLabels.apiToken=hunter3-in-an-option'],
    paths: ['gatewayProxies.gatewayProxy.kind.deployment.customEnv', 'global.additionalLabels'],
  });
  const said = JSON.stringify(values);
  assert.match(said, /DB_PASSWORD/);
  assert.match(said, /apiToken/);
  assert.doesNotMatch(said, /hunter/);
});

test('if values render very much, not all are tried, which is reported', () => {
  const additionalLabels = { long: 'x'.repeat(400_000) };
  const { values: found, problems } = explain({ values: [{ global: { additionalLabels } }], chartVersion: '1.17.0' });
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['not-explained'],
  );
  assert.ok(found.some(({ effect }) => effect === 'some') && found.some(({ effect }) => effect === 'unknown'));
});

test('values that cannot be rendered have no map, and the reason', () => {
  const { values: found, objects, problems } = explain({ set: ['gatewayProxies.gatewayProxy.podTemplate=1'] });
  assert.deepEqual([found, objects], [[], []]);
  assert.ok(problems.some(({ severity }) => severity === 'error'));
});
