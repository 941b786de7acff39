import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { releaseIn } from '../diff/recorded.ts';
import { proxiesOf, writeChart } from './chart.ts';
import { type LiveCluster, type Result, startCluster } from './cluster.ts';

let cluster: LiveCluster;
const record = releaseIn(readFileSync('test/diff/releases/1.17.0/secret.yaml', 'utf8'));
const gloo = '/api/v1/namespaces/gloo-system';
const apps = '/apis/apps/v1/namespaces/gloo-system/deployments';
const upstreams = '/apis/gloo.solo.io/v1/namespaces/gloo-system/upstreams';
const services = '/apis/gateway.solo.io/v1/namespaces/gloo-system/virtualservices';

type Json = Readonly<Record<string, unknown>>;

before(async () => {
  cluster = await startCluster();
  // A release whose proxies have no sidecars yet.
  const chart = writeChart(cluster.folder, '1.17.0', proxiesOf(record.manifest));
  ok(cluster.helm(['install', 'gloo', chart, '--create-namespace', '-n', 'gloo-system']));
  await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } });
  await post('/apis/apps/v1/namespaces/istio-system/deployments', istiod);
  for (const [group, version, kind] of [
    ['gloo.solo.io', 'v1', 'Upstream'],
    ['gateway.solo.io', 'v1', 'VirtualService'],
    ['security.istio.io', 'v1beta1', 'PeerAuthentication'],
  ] as const) {
    await post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definitionOf(group, version, kind));
  }
  for (const name of ['books', 'shop']) await untilMade(upstreams, upstreamOf(name));
  ok(cluster.glistio(['uninject', '--cluster', '--yes']));
});
after(() => cluster.stop());

const istiod = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'istiod', namespace: 'istio-system' },
  spec: {
    selector: { matchLabels: { app: 'istiod' } },
    template: {
      metadata: { labels: { app: 'istiod' } },
      spec: {
        containers: [
          {
            name: 'discovery',
            image: 'docker.io/istio/pilot:1.19.3',
            env: [{ name: 'JWT_POLICY', value: 'first-party-jwt' }],
          },
        ],
      },
    },
  },
};

function definitionOf(group: string, version: string, kind: string): Json {
  const singular = kind.toLowerCase();
  const plural = `${singular}s`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, singular, plural },
      scope: 'Namespaced',
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
}

function upstreamOf(name: string): Json {
  return {
    apiVersion: 'gloo.solo.io/v1',
    kind: 'Upstream',
    metadata: { name, namespace: 'gloo-system' },
    spec: { kube: { serviceName: name, serviceNamespace: 'default', servicePort: 80 } },
  };
}

function ok(result: Result, status = 0): Result {
  assert.equal(result.status, status, `${result.stdout}\n${result.stderr}`);
  return result;
}

async function post(path: string, body: Json): Promise<void> {
  const reply = await cluster.api('POST', path, body);
  assert.equal(reply.status, 201, JSON.stringify(reply.body));
}

/** A new kind takes a moment until it is served. */
async function untilMade(path: string, body: Json): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await cluster.api('POST', path, body)).status === 201) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  assert.fail(`${path} is never served`);
}

/** What objects say, without what the API server counts. */
async function state(): Promise<Json> {
  const found: Record<string, unknown> = {};
  for (const path of [`${gloo}/configmaps`, apps, upstreams, services]) {
    const { body } = await cluster.api('GET', path);
    for (const item of body['items'] as { metadata: Json; data?: Json; spec?: Json }[]) {
      if (item.metadata['name'] !== 'kube-root-ca.crt')
        found[`${path}/${item.metadata['name']}`] = item.data ?? item.spec;
    }
  }
  return found;
}

async function containersOf(): Promise<string[]> {
  const { body } = await cluster.api('GET', `${apps}/gateway-proxy`);
  const { spec } = body as { spec: { template: { spec: { containers: { name: string; image: string }[] } } } };
  return spec.template.spec.containers.map(({ name, image }) => `${name} ${image.split(':').at(-1)}`);
}

test('inject: a dry run changes nothing; then all of it; then nothing more to do; uninject takes all of it out', async () => {
  const plain = await state();
  const dry = ok(cluster.glistio(['inject', '--cluster', '--dry-run=server']));
  assert.match(dry.stdout, /gateway_proxy_sds/);
  assert.match(dry.stderr, /the API server accepts 2 objects; nothing was changed/);
  assert.deepEqual(await state(), plain);
  const asked = ok(cluster.glistio(['inject', '--cluster']), 2);
  assert.match(asked.stderr, /no terminal to ask on/);
  assert.deepEqual(await state(), plain);

  const done = ok(cluster.glistio(['inject', '--cluster', '--yes']));
  assert.match(done.stderr, /Istio 1\.19\.3, found in Deployment istio-system\/istiod/);
  assert.match(done.stderr, /2 objects changed/);
  assert.deepEqual(await containersOf(), ['gateway-proxy 1.17.0', 'sds 1.17.0', 'istio-proxy 1.19.3']);
  const { body } = await cluster.api('GET', `${apps}/gateway-proxy`);
  const { managedFields } = body['metadata'] as { managedFields: { manager: string }[] };
  assert.deepEqual(managedFields.map(({ manager }) => manager).sort(), ['glistio', 'helm']);
  const injected = await state();
  assert.match(ok(cluster.glistio(['inject', '--cluster', '--yes'])).stderr, /nothing to change/);
  assert.deepEqual(await state(), injected);

  ok(cluster.glistio(['uninject', '--cluster', '--yes']));
  assert.deepEqual(await state(), plain);
});

test('mTLS on Upstreams: enabled, kept from an uninject that would break it, disabled', async () => {
  const plain = await state();
  ok(cluster.glistio(['inject', '--cluster', '--yes']));
  ok(cluster.glistio(['enable-mtls', '--cluster', '--all', '--yes']));
  const { body } = await cluster.api('GET', `${upstreams}/books`);
  assert.equal((body['spec'] as { sslConfig: { sds: Json } }).sslConfig.sds['targetUri'], '127.0.0.1:8234');
  assert.match(ok(cluster.glistio(['uninject', '--cluster', '--yes']), 1).stderr, /upstream-points-at-sds/);
  ok(cluster.glistio(['disable-mtls', '--cluster', '--upstream', 'shop', '--yes']));
  ok(cluster.glistio(['uninject', '--cluster', '--include-upstreams', '--yes']));
  assert.deepEqual(await state(), plain);
});

test('a policy and a route: made, changed, and then the same', async () => {
  ok(cluster.glistio(['policy', '--cluster', '--yes', '-n', 'default']));
  ok(cluster.glistio(['policy', '--cluster', '--yes', '-n', 'default', '--mode', 'PERMISSIVE']));
  const path = '/apis/security.istio.io/v1beta1/namespaces/default/peerauthentications/default';
  assert.deepEqual((await cluster.api('GET', path)).body['spec'], { mtls: { mode: 'PERMISSIVE' } });
  const route = ['route', '--cluster', '--yes', '--upstream', 'books', '--path-prefix'];
  ok(cluster.glistio([...route, '/']));
  ok(cluster.glistio([...route, '/api']));
  assert.match(ok(cluster.glistio([...route, '/api'])).stderr, /has this route already/);
  const { body } = await cluster.api('GET', `${services}/default`);
  assert.equal((body['spec'] as { virtualHost: { routes: unknown[] } }).virtualHost.routes.length, 2);
  await cluster.api('DELETE', `${services}/default`);
});

test('what the API server refuses is said, and nothing is changed', async () => {
  const plain = await state();
  // Somebody who may read everything, and write ConfigMaps only.
  const rules = [
    { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'update', 'delete'] },
  ];
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  await post(`${rbac}/clusterroles`, { apiVersion, kind: 'ClusterRole', metadata: { name: 'reader' }, rules });
  await post(`${rbac}/clusterrolebindings`, {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'reader' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'reader' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'nobody' }],
  });
  const nobody = cluster.kubeconfig('reader', { token: 'nobody-token' });
  const denied = ok(cluster.glistio(['inject', '--cluster', '--yes', '--kubeconfig', nobody]), 2);
  assert.match(denied.stderr, /refuses it: .*cannot update resource "deployments".*\n {2}hint: nothing was changed/);
  assert.deepEqual(await state(), plain);
  // Admission that lets no sidecar through.
  const bad = ['inject', '--cluster', '--yes', '--istio-version', '1.19.3'];
  const admission = '/apis/admissionregistration.k8s.io/v1';
  await post(`${admission}/validatingadmissionpolicies`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'no-sidecars' },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['deployments'] },
        ],
      },
      validations: [{ expression: 'size(object.spec.template.spec.containers) < 2', message: 'one container only' }],
    },
  });
  await post(`${admission}/validatingadmissionpolicybindings`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'no-sidecars' },
    spec: { policyName: 'no-sidecars', validationActions: ['Deny'] },
  });
  for (let attempt = 0; attempt < 50; attempt++) {
    if (cluster.glistio([...bad, '--dry-run=server']).status === 2) break;
    await new Promise((done) => setTimeout(done, 200));
  }
  assert.match(ok(cluster.glistio(bad), 2).stderr, /one container only/);
  assert.deepEqual(await state(), plain);
  await cluster.api('DELETE', `${admission}/validatingadmissionpolicybindings/no-sidecars`);
  await cluster.api('DELETE', `${admission}/validatingadmissionpolicies/no-sidecars`);
  for (let attempt = 0; attempt < 50; attempt++) {
    if (cluster.glistio([...bad, '--dry-run=server']).status === 0) break;
    await new Promise((done) => setTimeout(done, 200));
  }
});

/** What stands between the command and the API server, and does something at the `at`th request that changes anything. */
interface Between {
  readonly at: number;
  /** Whether the request still gets through. */
  readonly passes: boolean;
  readonly fails?: boolean;
}

/** Runs the command; at the request in question it is killed, or gets an error. Tells how often it asked for changes. */
async function runBetween(args: readonly string[], { at, passes, fails = false }: Between) {
  let asked = 0;
  let kill = (): void => {};
  const proxy = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    const changes = incoming.method !== 'GET' && !incoming.url?.includes('dryRun=All');
    const isIt = changes && ++asked === at;
    if (isIt && fails) {
      outgoing.writeHead(500, { 'Content-Type': 'application/json' });
      outgoing.end('{"kind":"Status","message":"the disk is full"}');
      return;
    }
    if (isIt && !passes) return kill();
    const headers = { ...incoming.headers, host: new URL(cluster.server).host };
    const method = incoming.method ?? 'GET';
    const call = request(
      `${cluster.server}${incoming.url}`,
      { method, headers, rejectUnauthorized: false },
      (reply) => {
        reply.once('data', () => isIt && kill());
        outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
        reply.pipe(outgoing);
      },
    );
    call.on('error', () => outgoing.destroy());
    incoming.pipe(call);
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  const address = proxy.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const kubeconfig = cluster.kubeconfig('between', { token: 'admin-token' }, `http://127.0.0.1:${port}`);
  const child = spawn(process.execPath, [resolve('dist/cli.cjs'), ...args, '--kubeconfig', kubeconfig], {
    cwd: cluster.folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: cluster.folder },
  });
  kill = () => child.kill('SIGKILL');
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const status = await new Promise<number | null>((done) => child.on('close', done));
  proxy.closeAllConnections();
  proxy.close();
  return { status, stderr, asked };
}

test('a write that fails half way: what was written is put back', async () => {
  const plain = await state();
  // The record, the ConfigMap, and then the Deployment.
  const { status, stderr } = await runBetween(['inject', '--cluster', '--yes'], { at: 3, passes: false, fails: true });
  assert.equal(status, 2, stderr);
  assert.match(stderr, /ConfigMap gloo-system\/gateway-proxy-envoy-config is put back\n/);
  assert.match(stderr, /the disk is full\n {2}hint: nothing is changed/);
  assert.deepEqual(await state(), plain);
});

test('killed at every request of inject and of uninject: the next run puts back or keeps all, and works', async () => {
  const plain = await state();
  const short = ['--timeout', '1500ms'];
  const inject = ['inject', '--cluster', '--yes', ...short];
  const uninject = ['uninject', '--cluster', '--yes', ...short];
  ok(cluster.glistio(inject));
  const injected = await state();
  ok(cluster.glistio(uninject));
  // Four requests: the record, two objects, and the record's end.
  for (const [command, from, to] of [
    [inject, plain, injected],
    [uninject, injected, plain],
  ] as const) {
    if (from === injected) ok(cluster.glistio(inject));
    for (let at = 1; at <= 4; at++) {
      for (const passes of [false, true]) {
        const where = `${command[0]}, request ${at}, ${passes ? 'after' : 'before'} it`;
        const { status } = await runBetween(command, { at, passes });
        assert.equal(status, null, `${where}: was not killed`);
        // A command that has nothing to do itself finishes what was begun.
        const next = cluster.glistio(['disable-mtls', '--cluster', '--all', '--yes', ...short]);
        ok(next);
        const isWritten = at === 4 || (at === 3 && passes);
        assert.deepEqual(await state(), isWritten ? to : from, `${where}\n${next.stderr}`);
        if (isWritten) ok(cluster.glistio([from === plain ? 'uninject' : 'inject', '--cluster', '--yes']));
      }
    }
    ok(cluster.glistio([...command]));
    assert.deepEqual(await state(), to);
  }
  const { body } = await cluster.api('GET', `${gloo}/configmaps/glistio-unfinished`);
  assert.equal(body['code'], 404);
});

test('the number of replicas is left as it is', async () => {
  const scaled = { spec: { replicas: 3 } };
  await cluster.api('PATCH', `${apps}/gateway-proxy`, scaled, 'application/merge-patch+json');
  ok(cluster.glistio(['inject', '--cluster', '--yes']));
  const { body } = await cluster.api('GET', `${apps}/gateway-proxy`);
  assert.equal((body['spec'] as Json)['replicas'], 3);
});
