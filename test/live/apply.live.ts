import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type GlooCluster, type Json, ok, paths, startGloo } from './gloo.ts';

let cluster: GlooCluster;
const { apps, upstreams, services } = paths;
const state = (): Promise<Json> => cluster.state();

before(async () => {
  cluster = await startGloo();
});
after(() => cluster.stop());

test('inject: a dry run changes nothing; then all of it; then nothing more to do; uninject takes all of it out', async () => {
  const plain = await state();
  const dry = ok(cluster.glistio(['inject', '--cluster', '--dry-run=server']));
  assert.match(dry.stdout, /gateway_proxy_sds/);
  assert.match(dry.stderr, /the API server accepts 2 objects; nothing was changed/);
  assert.deepEqual(await state(), plain);
  const asked = ok(cluster.glistio(['inject', '--cluster']), 2);
  assert.match(asked.stderr, /no terminal on which to ask/);
  assert.deepEqual(await state(), plain);

  const done = ok(cluster.glistio(['inject', '--cluster', '--yes']));
  assert.match(done.stderr, /Istio 1\.19\.3, found in Deployment istio-system\/istiod/);
  assert.match(done.stderr, /2 objects changed/);
  assert.deepEqual(await cluster.containers(), ['gateway-proxy 1.17.0', 'sds 1.17.0', 'istio-proxy 1.19.3']);
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
  const table = ok(cluster.glistio(['policy', 'check', '--cluster'])).stdout;
  assert.match(table, /gloo-system\/books +mtls +PERMISSIVE +- +works/);
  assert.match(ok(cluster.glistio(['uninject', '--cluster', '--yes']), 1).stderr, /upstream-points-at-sds/);
  ok(cluster.glistio(['disable-mtls', '--cluster', '--upstream', 'shop', '--yes']));
  ok(cluster.glistio(['uninject', '--cluster', '--include-upstreams', '--yes']));
  assert.deepEqual(await state(), plain);
});

test('a policy and a route: made, changed, and then the same', async () => {
  ok(cluster.glistio(['policy', '--cluster', '--yes', '-n', 'default']));
  ok(cluster.glistio(['policy', '--cluster', '--yes', '-n', 'default', '--mode', 'PERMISSIVE']));
  ok(cluster.glistio(['policy', '--cluster', '--yes', '-n', 'default']));
  const check = ok(cluster.glistio(['policy', 'check', '--cluster']), 1);
  assert.match(check.stdout, /gloo-system\/books +plain +STRICT +default\/default +refused/);
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
  // A user who may read everything, but write only ConfigMaps.
  const rules = [
    { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'update', 'delete'] },
  ];
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  await cluster.post(`${rbac}/clusterroles`, { apiVersion, kind: 'ClusterRole', metadata: { name: 'reader' }, rules });
  await cluster.post(`${rbac}/clusterrolebindings`, {
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
  // An admission policy that rejects sidecars.
  const bad = ['inject', '--cluster', '--yes', '--istio-version', '1.19.3'];
  const admission = '/apis/admissionregistration.k8s.io/v1';
  await cluster.post(`${admission}/validatingadmissionpolicies`, {
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
  await cluster.post(`${admission}/validatingadmissionpolicybindings`, {
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

test('the number of replicas is left as it is', async () => {
  const scaled = { spec: { replicas: 3 } };
  await cluster.api('PATCH', `${apps}/gateway-proxy`, scaled, 'application/merge-patch+json');
  ok(cluster.glistio(['inject', '--cluster', '--yes']));
  const { body } = await cluster.api('GET', `${apps}/gateway-proxy`);
  assert.equal((body['spec'] as Json)['replicas'], 3);
});

test('the credentials of a plugin serve the process that writes, too', async () => {
  const plugin = join(cluster.folder, 'credentials.sh');
  const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential' };
  const answer = JSON.stringify({ ...credential, status: { token: 'admin-token' } });
  writeFileSync(plugin, `#!/bin/sh\necho '${answer}'\n`);
  chmodSync(plugin, 0o755);
  const exec = { apiVersion: credential.apiVersion, command: plugin, interactiveMode: 'Never' };
  const kubeconfig = ['--kubeconfig', cluster.kubeconfig('exec', { exec })];
  for (const command of ['uninject', 'inject'])
    assert.match(ok(cluster.glistio([command, '--cluster', '--yes', ...kubeconfig])).stderr, /2 objects changed/);
});
