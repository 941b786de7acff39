/**
 * Proxies of the Kubernetes Gateway API against a real API server: it accepts the chart's GatewayParameters and what
 * glistio says the control plane applies (by server-side apply, as Gloo does), and afterwards there is no difference.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readStream } from '../../src/objects/stream.ts';
import type { ValueMap } from '../../src/value.ts';
import { gateway, ownParameters } from '../support/kube-objects.ts';
import { type LiveCluster, type Result, startCluster } from './cluster.ts';
import { definitionOf } from './gloo.ts';

let cluster: LiveCluster;
const file = (name: string): string => join(cluster.folder, name);
const release = ['--chart-version', '1.22.1', '-f', 'values.yaml'];

const http = gateway({
  spec: {
    listeners: [
      { name: 'http', port: 80, protocol: 'HTTP' },
      { name: 'https', port: 443, protocol: 'HTTPS' },
    ],
  },
});
const own = ownParameters({
  deployment: { replicas: 2 },
  envoyContainer: { resources: { requests: { cpu: '0.5', memory: '1024Mi' } } },
  podTemplate: { tolerations: [{ key: 'edge', operator: 'Exists' }] },
});
const collections: Readonly<Record<string, string>> = {
  GatewayClass: '/apis/gateway.networking.k8s.io/v1/gatewayclasses',
  Gateway: '/apis/gateway.networking.k8s.io/v1/namespaces/edge/gateways',
  GatewayParameters: '/apis/gateway.gloo.solo.io/v1alpha1/namespaces/NAMESPACE/gatewayparameters',
  Deployment: '/apis/apps/v1/namespaces/edge/deployments',
  ConfigMap: '/api/v1/namespaces/edge/configmaps',
  Service: '/api/v1/namespaces/edge/services',
  ServiceAccount: '/api/v1/namespaces/edge/serviceaccounts',
};

before(async () => {
  cluster = await startCluster();
  for (const name of ['edge', 'gloo-system'])
    await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const [group, version, kind, scope] of [
    ['gateway.networking.k8s.io', 'v1', 'Gateway', 'Namespaced'],
    ['gateway.networking.k8s.io', 'v1', 'GatewayClass', 'Cluster'],
    ['gateway.gloo.solo.io', 'v1alpha1', 'GatewayParameters', 'Namespaced'],
  ] as const)
    await post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', kubeDefinition(group, version, kind, scope));
  writeFileSync(
    file('values.yaml'),
    JSON.stringify({ kubeGateway: { enabled: true }, global: { istioIntegration: { enabled: true } } }),
  );
});
after(() => cluster.stop());

/** A CRD with the plural that is really served; the API server requires an approval for its own groups. */
function kubeDefinition(group: string, version: string, kind: string, scope: string): unknown {
  const plurals: Readonly<Record<string, string>> = {
    GatewayParameters: 'gatewayparameters',
    GatewayClass: 'gatewayclasses',
  };
  const usual = definitionOf(group, version, kind, plurals[kind]);
  const annotations = { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/2466' };
  return {
    ...usual,
    metadata: { ...(usual['metadata'] as object), annotations },
    spec: { ...(usual['spec'] as object), scope },
  };
}

async function post(path: string, body: unknown): Promise<void> {
  for (let tries = 0; ; tries++) {
    const reply = await cluster.api('POST', path, body);
    // A new kind takes a moment until it is served.
    if (reply.status === 404 && tries < 100) await new Promise((resolve) => setTimeout(resolve, 100));
    else return assert.equal(reply.status, 201, JSON.stringify(reply.body));
  }
}

function ok(result: Result, status = 0): Result {
  assert.equal(result.status, status, `${result.stdout}\n${result.stderr}`);
  return result;
}

function objectsOf(text: string): readonly ValueMap[] {
  return readStream({ name: 'output', text }).objects.map(({ object }) => object);
}

/** Applies what is rendered, as the control plane does. */
async function apply(object: ValueMap): Promise<void> {
  const { kind, metadata } = object as { readonly kind: string; readonly metadata: { readonly name: string } };
  const path = `${collections[kind]}/${metadata.name}?fieldManager=solo.io/gloo-gateway&force=true&fieldValidation=Strict`;
  const reply = await cluster.api('PATCH', path, object, 'application/apply-patch+yaml');
  assert.ok(reply.status === 200 || reply.status === 201, JSON.stringify(reply.body));
}

async function live(): Promise<string> {
  const items: unknown[] = [];
  for (const kind of ['Deployment', 'ConfigMap', 'Service', 'ServiceAccount']) {
    const { body } = await cluster.api('GET', `${collections[kind]}?labelSelector=gloo%3Dkube-gateway`);
    const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'v1';
    items.push(...(body['items'] as object[]).map((item) => ({ apiVersion, kind, ...item })));
  }
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

test('Gateways and parameters of the cluster: what is printed is what the API server takes, strictly', async () => {
  await post(collections['GatewayParameters']?.replace('NAMESPACE', 'edge') ?? '', own);
  await post(collections['Gateway'] ?? '', http);
  const { stdout, stderr } = ok(cluster.glistio(['render', ...release, '--gateway', 'cluster']));
  assert.equal(stderr, '');
  const objects = objectsOf(stdout);
  assert.deepEqual(
    objects.map(({ kind }) => kind),
    ['ServiceAccount', 'ConfigMap', 'Service', 'Deployment'],
  );
  assert.match(stdout, /replicas: 2/);
  for (const object of objects) await apply(object);
  writeFileSync(file('live.json'), await live());
});

test('what is there and what would be there are the same', () => {
  writeFileSync(file('rendered.yaml'), ok(cluster.glistio(['render', ...release, '--gateway', 'cluster'])).stdout);
  ok(cluster.glistio(['diff', 'live.json', 'rendered.yaml']));
  // The chart's own objects are not installed here.
  const whole = ok(cluster.glistio(['diff', '--live', ...release, '--gateway', 'cluster']), 1);
  assert.match(whole.stdout, /Deployment gloo-system\/gateway-proxy/);
  assert.doesNotMatch(whole.stdout, /gloo-proxy-http/);
});

test('a change of the parameters is what differs, and nothing else', async () => {
  const path = `${collections['GatewayParameters']?.replace('NAMESPACE', 'edge')}/own`;
  const patch = { spec: { kube: { service: { type: 'ClusterIP' }, deployment: { replicas: 3 } } } };
  assert.equal((await cluster.api('PATCH', path, patch, 'application/merge-patch+json')).status, 200);
  writeFileSync(file('rendered.yaml'), ok(cluster.glistio(['render', ...release, '--gateway', 'cluster'])).stdout);
  const { stdout } = ok(cluster.glistio(['diff', 'live.json', 'rendered.yaml', '-o', 'json']), 1);
  const { changes } = JSON.parse(stdout) as { changes: { path: (string | number)[] }[] };
  assert.deepEqual(changes.map(({ path: steps }) => steps.join('.')).sort(), ['spec.replicas', 'spec.type']);
  const whole = ok(cluster.glistio(['diff', '--live', ...release, '--gateway', 'cluster']), 1);
  assert.match(whole.stdout, /^~ Service edge\/gloo-proxy-http/m);
  assert.match(whole.stdout, /^~ Deployment edge\/gloo-proxy-http/m);
});

test('what validate calls refused, the API server refuses', async () => {
  const path = `${collections['Gateway']}/http`;
  const listeners = [
    { name: 'http', port: 80, protocol: 'HTTP' },
    { name: 'alt', port: 8080, protocol: 'HTTP' },
  ];
  assert.equal((await cluster.api('PATCH', path, { spec: { listeners } }, 'application/merge-patch+json')).status, 200);
  const { stdout } = ok(
    cluster.glistio(['validate', 'values.yaml', '--chart-version', '1.22.1', '--gateway', 'cluster']),
    1,
  );
  assert.match(stdout, /kube-object-refused/);
  const rendering = ok(cluster.glistio(['render', ...release, '--gateway', 'cluster']));
  const deployment = objectsOf(rendering.stdout).find(({ kind }) => kind === 'Deployment');
  const reply = await cluster.api(
    'PATCH',
    `${collections['Deployment']}/gloo-proxy-http?fieldManager=solo.io/gloo-gateway&force=true`,
    deployment,
    'application/apply-patch+yaml',
  );
  assert.equal(reply.status, 500);
  assert.match(JSON.stringify(reply.body), /duplicate entries for key/);
});

test('check answers for the proxies that run, by the cluster alone and with the values that it will have', async () => {
  const route = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'web', namespace: 'edge' },
    spec: { parentRefs: [{ name: 'http' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'edge' },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] },
  };
  await post(
    '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    kubeDefinition('gateway.networking.k8s.io', 'v1', 'HTTPRoute', 'Namespaced'),
  );
  await post('/apis/gateway.networking.k8s.io/v1/namespaces/edge/httproutes', route);
  await post('/api/v1/namespaces/edge/services', service);
  const rowOf = ({ stdout }: Result): { verdict: string; proxies: string; reasons: { missing?: string }[] } => {
    const { rows } = JSON.parse(stdout) as {
      rows: { upstream: { name: string }; verdict: string; proxies: string; reasons: [] }[];
    };
    const row = rows.find(({ upstream }) => upstream.name === 'kube-svc:edge-web-80');
    assert.ok(row !== undefined, stdout);
    return row;
  };
  // The listeners of the previous test are rejected with these values: there is no working proxy.
  const future = cluster.glistio(['check', '--live', ...release, '--istio-version', '1.26.2', '-o', 'json']);
  assert.equal(rowOf(future).verdict, 'unknown');
  assert.match(future.stderr, /kube-object-refused/);
  assert.equal(future.status, 1);
  const now = ok(
    cluster.glistio(['check', '--live', '--chart-version', '1.22.1', '--istio-version', '1.26.2', '-o', 'json']),
  );
  assert.equal(rowOf(now).proxies, 'kube-gateway');
  assert.ok(rowOf(now).reasons.some(({ missing }) => missing !== undefined));
});

test('a proxy without its Gateway is reported and counts as a difference', async () => {
  assert.equal((await cluster.api('DELETE', `${collections['Gateway']}/http`)).status, 200);
  const { stdout, stderr } = ok(cluster.glistio(['diff', '--live', ...release, '--gateway', 'cluster']), 1);
  assert.match(stderr, /Deployment edge\/gloo-proxy-http runs for no Gateway/);
  assert.match(stdout, /gateway-proxy/);
});
