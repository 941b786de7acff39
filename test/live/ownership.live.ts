import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeChart } from './chart.ts';
import { type GlooCluster, type Json, ok, paths, startGloo } from './gloo.ts';

let cluster: GlooCluster;
let plain: Json;
const deployment = `${paths.apps}/gateway-proxy`;
const bootstrap = `${paths.gloo}/configmaps/gateway-proxy-envoy-config`;

/** Gloo as Helm installs it, with and without sidecars. */
const charts = { sidecars: '', plain: '', newer: '' };

before(async () => {
  cluster = await startGloo();
  writeFileSync(join(cluster.folder, 'manifest.yaml'), cluster.manifest);
  const manifest = ok(cluster.glistio(['uninject', 'manifest.yaml'])).stdout;
  const newer = manifest.replaceAll(':1.17.0', ':1.17.1').replaceAll('5.000s', '6.000s');
  charts.sidecars = writeChart(cluster.folder, '1.17.0', cluster.manifest);
  charts.plain = writeChart(cluster.folder, '1.17.2', manifest);
  charts.newer = writeChart(cluster.folder, '1.17.3', newer);
  upgrade(charts.plain);
  plain = await cluster.state();
});
after(() => cluster.stop());

async function managersOf(path: string): Promise<string[]> {
  const { body } = await cluster.api('GET', path);
  const { managedFields } = body['metadata'] as { managedFields: { manager: string; operation: string }[] };
  return managedFields.map(({ manager, operation }) => `${manager} ${operation}`).sort();
}

/**
 * Runs a command with --cluster and the same command on the objects as files, and checks that the cluster then equals
 * the files, apart from what the API server fills in.
 */
async function both(...args: readonly string[]): Promise<void> {
  const { gloo, apps, daemonSets, upstreams, services } = paths;
  const kinds = [`${gloo}/configmaps`, apps, daemonSets, upstreams, services];
  const lists = await Promise.all(kinds.map((path) => cluster.api('GET', path)));
  const names = ['ConfigMap', 'Deployment', 'DaemonSet', 'Upstream', 'VirtualService'];
  const versions = ['v1', 'apps/v1', 'apps/v1', 'gloo.solo.io/v1', 'gateway.solo.io/v1'];
  const items = lists.flatMap(({ body }, at) =>
    (body['items'] as Json[]).map((item) => ({ apiVersion: versions[at], kind: names[at], ...item })),
  );
  const istiod = await cluster.api('GET', '/apis/apps/v1/namespaces/istio-system/deployments/istiod');
  writeFileSync(
    join(cluster.folder, 'live.json'),
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...items, istiod.body] }),
  );
  const printed = ok(cluster.glistio([...args, 'live.json'])).stdout;
  const expected: Record<string, unknown> = {};
  for (const item of JSON.parse(printed).items as (Json & { metadata: Record<string, string>; kind: string })[]) {
    const { name, namespace } = item.metadata;
    if (namespace !== 'gloo-system' || name === 'kube-root-ca.crt') continue;
    const path = `${kinds[names.indexOf(item.kind)]}/${name}`;
    const reply = await cluster.api('PUT', `${path}?dryRun=All`, item);
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    expected[path] = reply.body['data'] ?? reply.body['spec'];
  }
  ok(cluster.glistio([...args, '--cluster', '--yes']));
  assert.deepEqual(await cluster.state(), expected, args.join(' '));
}

function upgrade(chart: string): void {
  ok(cluster.helm(['upgrade', 'gloo', chart, '-n', 'gloo-system']));
}

test('inject, other versions of Istio, uninject: each a server-side apply, of which nothing stays', async () => {
  const before = await managersOf(deployment);
  await both('inject');
  assert.deepEqual(await managersOf(deployment), ['glistio Apply', ...before]);
  assert.ok((await managersOf(bootstrap)).includes('glistio Apply'));
  for (const version of ['1.16.7', '1.6.8', '1.22.3']) {
    await both('inject', '--istio-version', version);
    assert.deepEqual(await managersOf(deployment), ['glistio Apply', ...before], version);
  }
  await both('inject', '--jwt-policy', 'third-party-jwt', '--istio-meta-mesh-id', 'mine');
  await both('inject', '--like', 'chart');
  await both('inject');
  await both('uninject');
  assert.deepEqual(await managersOf(deployment), before);
  assert.deepEqual(await cluster.state(), plain);
});

test('sidecars written by Helm are removed as well, and an apply adds them again', async () => {
  upgrade(charts.sidecars);
  await both('uninject');
  assert.deepEqual(await cluster.state(), plain);
  await both('inject');
  assert.ok((await managersOf(deployment)).includes('glistio Apply'));
  await both('uninject');
  assert.deepEqual(await cluster.state(), plain);
});

test('an upgrade by Helm between two injections', async () => {
  upgrade(charts.plain);
  await both('inject');
  upgrade(charts.newer);
  // Helm restores its bootstrap and leaves the containers.
  assert.equal((await cluster.containers()).length, 3);
  await both('inject');
  upgrade(charts.sidecars);
  await both('inject', '--istio-version', '1.22.3');
  await both('uninject');
  upgrade(charts.newer);
  await both('inject', '--gloo-version', '1.17.1');
  assert.ok((await cluster.containers()).includes('sds 1.17.1'));
  await both('uninject');
  upgrade(charts.plain);
  assert.deepEqual(await cluster.state(), plain);
});

test('a second proxy, a DaemonSet: alone, and both at once', async () => {
  const kind = 'gatewayProxies.edge.kind.daemonSet.hostPort=true,gatewayProxies.edge.kind.deployment=null';
  const values = ['--set', kind, '--proxy', 'edge', '--objects', 'workloads', '-o', 'json'];
  const rendered = JSON.parse(ok(cluster.glistio(['render', '--chart-version', '1.17.0', ...values])).stdout);
  for (const object of rendered.items as (Json & { kind: string })[])
    await cluster.post(object.kind === 'ConfigMap' ? `${paths.gloo}/configmaps` : paths.daemonSets, object);
  const before = await cluster.state();
  await both('inject', '--proxy', 'edge');
  assert.equal((await cluster.containers()).length, 1);
  assert.ok((await managersOf(`${paths.daemonSets}/edge`)).includes('glistio Apply'));
  await both('inject', '--istio-version', '1.22.3');
  assert.equal((await cluster.containers()).length, 3);
  await both('uninject', '--proxy', 'edge');
  await both('uninject');
  assert.deepEqual(await cluster.state(), before);
  await cluster.api('DELETE', `${paths.daemonSets}/edge`);
  await cluster.api('DELETE', `${paths.gloo}/configmaps/edge-envoy-config`);
});

test('what others own as well, or edit, is left to them', async () => {
  await both('inject');
  const apply = 'application/apply-patch+yaml';
  const theirs = (image: string): Json => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'gateway-proxy', namespace: 'gloo-system' },
    spec: { template: { spec: { containers: [{ name: 'istio-proxy', image }] } } },
  });
  const by = `${deployment}?fieldManager=somebody&force=true`;
  assert.equal((await cluster.api('PATCH', by, theirs('example.com/proxy:1'), apply)).status, 200);
  await both('inject', '--istio-version', '1.19.3');
  assert.ok((await cluster.containers()).includes('istio-proxy 1.19.3'));
  assert.equal((await cluster.api('PATCH', by, theirs('docker.io/istio/proxyv2:1.19.3'), apply)).status, 200);
  // Half of a container would be left, which the API server rejects, so the whole object is replaced.
  await both('uninject');
  assert.deepEqual(await cluster.state(), plain);
});

test('restored objects can be changed again', async () => {
  await both('inject');
  const injected = await cluster.state();
  const before = (await cluster.api('GET', deployment)).body;
  await both('inject', '--istio-version', '1.22.3');
  // The same as restoring: the previous object as a whole.
  const { body } = await cluster.api('GET', deployment);
  const back = { ...before, metadata: { ...(body['metadata'] as Json), managedFields: undefined } };
  assert.equal((await cluster.api('PUT', `${deployment}?fieldManager=glistio`, back)).status, 200);
  assert.deepEqual(await cluster.state(), injected);
  await both('inject', '--istio-version', '1.22.3');
  await both('uninject');
  assert.deepEqual(await cluster.state(), plain);
  await both('inject');
  assert.deepEqual(await cluster.state(), injected);
  await both('uninject');
});

test('mTLS on Upstreams, and routes', async () => {
  const before = await managersOf(`${paths.upstreams}/books`);
  await both('enable-mtls', '--upstream', 'books');
  assert.deepEqual(await managersOf(`${paths.upstreams}/books`), ['glistio Apply', ...before]);
  await both('disable-mtls', '--upstream', 'books');
  assert.deepEqual(await managersOf(`${paths.upstreams}/books`), before);
  // Written by another manager, and then removed.
  const sslConfig = { secretRef: { name: 'own', namespace: 'default' } };
  const patch = { spec: { sslConfig } };
  await cluster.api('PATCH', `${paths.upstreams}/books`, patch, 'application/merge-patch+json');
  await both('enable-mtls', '--all', '--force');
  await both('disable-mtls', '--all');
  assert.deepEqual(await cluster.state(), plain);
  ok(cluster.glistio(['route', '--cluster', '--yes', '--upstream', 'books', '--path-prefix', '/']));
  assert.deepEqual(await managersOf(`${paths.services}/default`), ['glistio Apply']);
  await both('route', '--upstream', 'shop', '--path-prefix', '/shop');
  await both('route', '--upstream', 'shop', '--path-exact', '/login', '--index', '1', '--method', 'post');
  await both('route', '--upstream', 'shop', '--path-prefix', '/', '--index', '3');
  assert.deepEqual(await managersOf(`${paths.services}/default`), ['glistio Apply']);
});

test('a policy: made and changed by apply', async () => {
  const path = '/apis/security.istio.io/v1beta1/namespaces/default/peerauthentications/default';
  for (const mode of ['STRICT', 'PERMISSIVE', 'STRICT']) {
    ok(cluster.glistio(['policy', '--cluster', '--yes', '-n', 'default', '--mode', mode]));
    assert.deepEqual((await cluster.api('GET', path)).body['spec'], { mtls: { mode } });
    assert.deepEqual(await managersOf(path), ['glistio Apply']);
  }
});
