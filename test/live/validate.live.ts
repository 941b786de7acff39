/** `validate` for installed releases: Helm's record, and the running gateway proxies. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { releaseIn } from '../diff/recorded.ts';
import { proxiesOf, writeChart } from './chart.ts';
import { type LiveCluster, type Result, startCluster } from './cluster.ts';

let cluster: LiveCluster;
const record = releaseIn(readFileSync('test/diff/releases/1.17.0/secret.yaml', 'utf8'));
const deployment = '/apis/apps/v1/namespaces/gloo-system/deployments/gateway-proxy';
const configMap = '/api/v1/namespaces/gloo-system/configmaps/gateway-proxy-envoy-config';
const namespace = '/api/v1/namespaces/gloo-system';

before(async () => {
  cluster = await startCluster();
  const chart = writeChart(cluster.folder, '1.17.0', proxiesOf(record.manifest));
  writeFileSync(join(cluster.folder, 'values.yaml'), JSON.stringify(record.values));
  ok(cluster.helm(['install', 'gloo', chart, '--create-namespace', '-n', 'gloo-system', '-f', 'values.yaml']));
});
after(() => cluster.stop());

function ok(result: Result, status = 0): Result {
  assert.equal(result.status, status, `${result.stdout}\n${result.stderr}`);
  return result;
}

interface Found {
  readonly code: string;
  readonly path?: string;
  readonly subject?: { readonly kind: string; readonly name: string };
}

/** The problems, each as its code and place. */
function found(args: readonly string[], status = 0, env: Readonly<Record<string, string>> = {}): string[] {
  const { stdout } = ok(cluster.glistio(['validate', ...args, '-o', 'json'], env), status);
  const { problems } = JSON.parse(stdout) as { readonly problems: readonly Found[] };
  return problems.map(({ code, path, subject }) => `${code} ${subject === undefined ? '' : `${subject.kind} `}${path}`);
}

async function patch(path: string, body: unknown): Promise<void> {
  const { status } = await cluster.api('PATCH', path, body, 'application/strategic-merge-patch+json');
  assert.equal(status, 200);
}

test('the record is judged by its values and its manifest, which say the same', () => {
  const codes = found(['--from-release']);
  assert.deepEqual(
    codes.filter((code) => code.startsWith('may-be-injected')),
    ['may-be-injected global.istioIntegration.enabled'],
  );
  const { stderr } = ok(cluster.glistio(['validate', '--from-release']));
  assert.match(
    stderr,
    /checked: the values and the manifest of release gloo revision 1 \(gloo 1\.17\.0\), 1 gateway proxy/,
  );
  assert.deepEqual(
    found(['--from-release', '--set', 'global.istioIntegration.disableAutoinjection=true'])
      .join()
      .includes('may-be-injected'),
    false,
  );
  assert.match(
    ok(cluster.glistio(['validate', '--from-release', '--release-name', 'other']), 2).stderr,
    /there is no release other/,
  );
});

test('what runs is judged, with the labels of its Namespace', async () => {
  assert.deepEqual(found(['--live']), []);
  const drawn = ok(cluster.glistio(['explain', '--picture', '--live'])).stdout;
  assert.match(drawn, /^Deployment gloo-system\/gateway-proxy · 1 pod\n[\s\S]*writes \/etc\/istio-certs ▶ istio-certs/);
  assert.doesNotMatch(drawn, /✗/);
  await patch(namespace, { metadata: { labels: { 'istio-injection': 'enabled' } } });
  assert.deepEqual(found(['--live']), ['two-sidecars Deployment spec.template.metadata']);
  const shown = ok(cluster.glistio(['validate', '--live']));
  assert.match(shown.stdout, /^warning Deployment gloo-system\/gateway-proxy spec\.template\.metadata: /);
  assert.match(shown.stderr, /checked: 1 gateway proxy of Gloo 1\.17\.0, in namespace gloo-system/);
  const versions = ['--istio-version', '1.20.3', '--jwt-policy', 'third-party-jwt'];
  const dry = ok(cluster.glistio(['inject', '--cluster', '--dry-run=server', ...versions]));
  assert.match(dry.stderr, /namespace-is-injected/);
  await patch(namespace, { metadata: { labels: { 'istio-injection': 'disabled' } } });
  assert.deepEqual(found(['--live']), []);
  assert.doesNotMatch(
    ok(cluster.glistio(['inject', '--cluster', '--dry-run=server', ...versions])).stderr,
    /namespace-is-injected/,
  );
});

test('manual damage is found like the corresponding values', async () => {
  const env = [{ name: 'OUTPUT_CERTS', value: '/etc/certs' }];
  await patch(deployment, { spec: { template: { spec: { containers: [{ name: 'istio-proxy', env }] } } } });
  const bootstrap = 'node: {cluster: gateway, id: gateway}\nstatic_resources: {clusters: []}\n';
  await patch(configMap, { data: { 'envoy.yaml': bootstrap } });
  const codes = found(['--live', '--strict'], 1).map((line) => line.split(' ').slice(0, 2).join(' '));
  assert.deepEqual(codes.sort(), [
    'bootstrap-without-gloo ConfigMap',
    'bootstrap-without-sds-cluster ConfigMap',
    'certificates-never-written Deployment',
  ]);
  const drawn = ok(cluster.glistio(['explain', '--picture', '--live', '-o', 'json'])).stdout;
  for (const code of ['certificates-never-written', 'bootstrap-without-sds-cluster']) assert.ok(drawn.includes(code));
  const red = ok(cluster.glistio(['explain', '--picture', '--live'])).stdout;
  assert.match(red, /✗ certificates-never-written/);
  // Helm's record is unchanged.
  assert.equal(found(['--from-release']).join().includes('certificates-never-written'), false);
});

test('without permission to read the Namespace, possible problems are reported', async () => {
  const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'proxies' };
  const meta = { namespace: 'gloo-system', name: 'proxies' };
  const rules = [
    { apiGroups: ['', 'apps'], resources: ['configmaps', 'deployments', 'daemonsets'], verbs: ['get', 'list'] },
  ];
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/gloo-system';
  const made = await cluster.api('POST', `${rbac}/roles`, { metadata: meta, rules });
  assert.equal(made.status, 201);
  const subjects = [{ kind: 'User', name: 'nobody', apiGroup: 'rbac.authorization.k8s.io' }];
  const bound = await cluster.api('POST', `${rbac}/rolebindings`, { metadata: meta, roleRef: role, subjects });
  assert.equal(bound.status, 201);
  const kubeconfig = cluster.kubeconfig('nobody', { token: 'nobody-token' });
  const codes = found(['--live', '--kubeconfig', kubeconfig]).map((line) => line.split(' ')[0]);
  assert.ok(codes.includes('may-be-injected'), codes.join());
  const asked = ['diff', '--live', '--chart-version', '1.17.0', '--kubeconfig', kubeconfig];
  assert.match(
    ok(cluster.glistio(asked), 2).stderr,
    /does not allow it[\s\S]*hint: .*--objects workloads leaves it out/,
  );
  assert.match(ok(cluster.glistio([...asked, '--objects', 'workloads']), 1).stdout, /Deployment/);
  assert.match(
    ok(cluster.glistio(['validate', '--live', '-n', 'default', '--kubeconfig', kubeconfig]), 2).stderr,
    /does not allow/,
  );
});

test('a namespace without a gateway proxy has nothing to check', () => {
  assert.match(ok(cluster.glistio(['validate', '--live', '-n', 'default']), 2).stderr, /there is nothing to check/);
  assert.match(ok(cluster.glistio(['explain', '--picture', '--live', '-n', 'default']), 2).stderr, /no gateway proxy/);
});
