import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { renderGatewayProxies } from '../../src/verbs/render.ts';
import { type LiveCluster, type Result, startCluster } from './cluster.ts';
import { definitionOf, type Json, ok, untilMade } from './gloo.ts';

let cluster: LiveCluster;
const release = '1.18.5';
const kinds = [
  ['gloo.solo.io', 'v1', 'Upstream', 'upstreams'],
  ['gloo.solo.io', 'v1', 'Settings', 'settings'],
  ['gateway.solo.io', 'v1', 'VirtualService', 'virtualservices'],
  ['security.istio.io', 'v1beta1', 'PeerAuthentication', 'peerauthentications'],
  ['security.istio.io', 'v1beta1', 'AuthorizationPolicy', 'authorizationpolicies'],
] as const;
/** API paths of the kinds that the cluster has. EnvoyFilters and Sidecars are not installed. */
const lists = [
  ...['namespaces', 'services', 'endpoints', 'pods', 'configmaps'].map((name) => `/api/v1/${name}`),
  '/apis/apps/v1/deployments',
  ...kinds.map(([group, version, , plural]) => `/apis/${group}/${version}/${plural}`),
];
const options = ['--istio-version', '1.22.3'];

before(async () => {
  cluster = await startCluster();
  for (const [group, version, kind, plural] of kinds)
    await make('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definitionOf(group, version, kind, plural));
  for (const name of ['gloo-system', 'istio-system'])
    await make('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const labels = { 'istio-injection': 'enabled' };
  await make('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } });
  const values = [{ global: { istioIntegration: { enabled: true, enableAutoMtls: true } } }];
  const { manifests } = renderGatewayProxies({ values, chartVersion: release, objects: 'workloads' });
  for (const { kind, object } of manifests) {
    // The newest sidecar works like the chart's here, and writes renewed certificates.
    const body = JSON.parse(JSON.stringify(object).replace(/(proxyv2:)[\w.-]+/g, '$11.22.3'));
    await make(
      `${kind === 'ConfigMap' ? '/api/v1' : '/apis/apps/v1'}/namespaces/gloo-system/${kind.toLowerCase()}s`,
      body,
    );
  }
  await make(
    '/apis/apps/v1/namespaces/gloo-system/deployments',
    deploymentOf('gloo', `quay.io/solo-io/gloo:${release}`),
  );
  await make(
    '/apis/apps/v1/namespaces/istio-system/deployments',
    deploymentOf('istiod', 'docker.io/istio/pilot:1.22.3'),
  );
  await untilMade(cluster, '/apis/gloo.solo.io/v1/namespaces/gloo-system/settings', {
    ...{ apiVersion: 'gloo.solo.io/v1', kind: 'Settings', metadata: { name: 'default', namespace: 'gloo-system' } },
    spec: { gloo: { istioOptions: { enableAutoMtls: true, enableIntegration: true } } },
  });
  for (const [name, containers, mode] of [
    ['web', ['app', 'istio-proxy'], 'STRICT'],
    ['bare', ['app'], 'STRICT'],
    ['open', ['app'], 'PERMISSIVE'],
  ] as const)
    await makeApp(name, containers, mode);
  await untilMade(cluster, '/apis/gloo.solo.io/v1/namespaces/gloo-system/upstreams', {
    ...{ apiVersion: 'gloo.solo.io/v1', kind: 'Upstream', metadata: { name: 'gone', namespace: 'gloo-system' } },
    spec: { kube: { serviceName: 'gone', serviceNamespace: 'shop', servicePort: 80 } },
  });
});
after(() => cluster.stop());

async function make(path: string, body: Json): Promise<void> {
  const reply = await cluster.api('POST', path, body);
  assert.equal(reply.status, 201, JSON.stringify(reply.body).slice(0, 1000));
}

function deploymentOf(name: string, image: string): Json {
  const labels = { app: name };
  const namespace = name === 'gloo' ? 'gloo-system' : 'istio-system';
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, labels } },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: name === 'gloo' ? name : 'discovery', image }] } },
    },
  };
}

/** An Upstream with its Service, a pod with these containers, and a policy for them. */
async function makeApp(name: string, containers: readonly string[], mode?: string): Promise<void> {
  const isMeshed = containers.includes('istio-proxy');
  const labels = { app: name, ...(isMeshed ? { 'security.istio.io/tlsMode': 'istio' } : {}) };
  const selector = { app: name };
  await make('/api/v1/namespaces/shop/services', {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' } },
    spec: { selector, clusterIP: 'None', ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  });
  await make('/api/v1/namespaces/shop/pods', {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels } },
    spec: { containers: containers.map((container) => ({ name: container, image: `example.com/${container}:1.0.0` })) },
  });
  if (mode !== undefined)
    await untilMade(cluster, '/apis/security.istio.io/v1beta1/namespaces/shop/peerauthentications', {
      ...{ apiVersion: 'security.istio.io/v1beta1', kind: 'PeerAuthentication', metadata: { name, namespace: 'shop' } },
      spec: { selector: { matchLabels: selector }, mtls: { mode } },
    });
  await untilMade(cluster, '/apis/gloo.solo.io/v1/namespaces/gloo-system/upstreams', {
    ...{ apiVersion: 'gloo.solo.io/v1', kind: 'Upstream', metadata: { name, namespace: 'gloo-system' } },
    spec: { kube: { serviceName: name, serviceNamespace: 'shop', servicePort: 80 } },
  });
}

interface Row {
  readonly upstream: { readonly name: string };
  readonly verdict: string;
  readonly reasons: readonly { readonly code: string; readonly text: string; readonly missing?: string }[];
}

/** Rows without places, which only texts have. */
function rowsOf(result: Result): readonly Row[] {
  const { rows } = JSON.parse(result.stdout) as { readonly rows: readonly Row[] };
  return rows.map(({ upstream, verdict, reasons }) => ({
    upstream,
    verdict,
    reasons: reasons.map(({ code, text, missing }) => ({ code, text, ...(missing === undefined ? {} : { missing }) })),
  }));
}

test('the answer of a cluster is that of its objects in files', async () => {
  const live = rowsOf(ok(cluster.glistio(['check', '--live', ...options, '-o', 'json']), 1));
  assert.deepEqual(
    live.map(({ upstream, verdict }) => `${upstream.name} ${verdict}`),
    ['bare plain-text', 'gone refused', 'open plain-text', 'web works'],
  );
  const items: unknown[] = [];
  for (const path of lists) {
    const { body } = await cluster.api('GET', path);
    const kind = String(body['kind']).replace(/List$/, '');
    for (const item of body['items'] as Json[]) items.push({ apiVersion: body['apiVersion'], kind, ...item });
  }
  writeFileSync(join(cluster.folder, 'all.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const files = rowsOf(ok(cluster.glistio(['check', 'all.json', '--complete', ...options, '-o', 'json']), 1));
  assert.deepEqual(files, live);
});

test('with values, the proxies and Settings are those of the values', () => {
  writeFileSync(join(cluster.folder, 'values.yaml'), 'global: {istioIntegration: {enabled: true}}\n');
  const rows = rowsOf(
    ok(cluster.glistio(['check', '--live', 'values.yaml', '--chart-version', release, ...options, '-o', 'json']), 1),
  );
  assert.deepEqual(
    rows.map(({ upstream, verdict }) => `${upstream.name} ${verdict}`),
    ['bare plain-text', 'gone refused', 'open plain-text', 'web refused'],
  );
});

test('the configuration of the mesh counts, and each revision has its own', async () => {
  const path = '/api/v1/namespaces/istio-system/configmaps';
  const configMap = (name: string, mesh: string): Json => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'istio-system' }, data: { mesh } },
  });
  const web = (): Row | undefined =>
    rowsOf(cluster.glistio(['check', '--live', '--istio-version', '1.22.3', '-o', 'json'])).find(
      ({ upstream }) => upstream.name === 'web',
    );
  const namesOf = (names: readonly string[]): string =>
    JSON.stringify({
      discoverySelectors: [
        { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: names }] },
      ],
    });
  await make(path, configMap('istio', namesOf(['shop'])));
  const left = web();
  assert.equal(left?.verdict, 'refused');
  assert.deepEqual(
    left?.reasons.map(({ code }) => code).filter((code) => code === 'ca-configmap-missing'),
    ['ca-configmap-missing'],
  );
  await cluster.api('PUT', `${path}/istio`, configMap('istio', namesOf(['shop', 'gloo-system'])));
  assert.equal(web()?.verdict, 'works');
  await cluster.api('PUT', `${path}/istio`, configMap('istio', 'rootNamespace: mesh-root\n'));
  assert.equal(web()?.verdict, 'works');
  await make('/apis/apps/v1/namespaces/istio-system/deployments', {
    ...deploymentOf('istiod', 'docker.io/istio/pilot:1.22.3'),
    metadata: { name: 'istiod-canary', namespace: 'istio-system', labels: { 'istio.io/rev': 'canary' } },
  });
  const both = web();
  assert.equal(both?.verdict, 'unknown');
  assert.match(JSON.stringify(both?.reasons), /differ in rootNamespace/);
  await cluster.api('DELETE', '/apis/apps/v1/namespaces/istio-system/deployments/istiod-canary');
  await cluster.api('DELETE', `${path}/istio`);
});

test('what may not be read is left open', async () => {
  const rules = [
    {
      apiGroups: ['', 'apps'],
      resources: ['services', 'pods', 'namespaces', 'endpoints', 'deployments'],
      verbs: ['list', 'get'],
    },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'get'] },
    { apiGroups: ['apps'], resources: ['daemonsets'], verbs: ['list', 'get'] },
    { apiGroups: ['gloo.solo.io'], resources: ['upstreams', 'settings'], verbs: ['list', 'get'] },
  ];
  const metadata = { name: 'reader' };
  const group = 'rbac.authorization.k8s.io';
  await make(`/apis/${group}/v1/clusterroles`, { apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata, rules });
  await make(`/apis/${group}/v1/clusterrolebindings`, {
    ...{ apiVersion: `${group}/v1`, kind: 'ClusterRoleBinding', metadata },
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'reader' },
    subjects: [{ apiGroup: group, kind: 'User', name: 'nobody' }],
  });
  const KUBECONFIG = cluster.kubeconfig('nobody', { token: 'nobody-token' });
  const result = cluster.glistio(['check', '--live', ...options, '-o', 'json'], { KUBECONFIG });
  assert.match(result.stderr, /PeerAuthentication is treated as unknown: .*does not allow/);
  const web = rowsOf(result).find(({ upstream }) => upstream.name === 'web');
  assert.equal(web?.verdict, 'unknown');
  assert.match(web?.reasons.map(({ missing }) => missing ?? '').join(), /PeerAuthentications of shop/);
});

test('two thousand Upstreams', async (t) => {
  const names = Array.from({ length: 2000 }, (_, at) => `app-${at}`);
  const work = async (): Promise<void> => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) await makeApp(name, ['app', 'istio-proxy']);
  };
  await Promise.all(Array.from({ length: 16 }, work));
  const result = ok(cluster.glistio(['check', '--live', ...options, '-o', 'json']), 1);
  const works = rowsOf(result).filter(({ verdict }) => verdict === 'works');
  assert.equal(works.length, 2001);
  t.diagnostic(`${result.seconds.toFixed(2)} s`);
});
