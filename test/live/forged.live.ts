import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type GlooCluster, type Json, ok, paths, startGloo } from './gloo.ts';

// Records forged by a user who may write ConfigMaps in gloo-system, and an administrator who runs a command.
let cluster: GlooCluster;
/** A host to which glistio must never connect. */
let trap: Server;
let trapPort = 0;
const caught: string[] = [];
const record = `${paths.gloo}/configmaps/glistio-unfinished`;
const roles = '/apis/rbac.authorization.k8s.io/v1';

before(async () => {
  cluster = await startGloo();
  trap = createServer((socket) => {
    caught.push('a connection');
    socket.on('data', (data) => caught.push(data.toString('latin1')));
    socket.on('error', () => {});
  });
  await new Promise<void>((done) => trap.listen(0, '127.0.0.1', done));
  const address = trap.address();
  trapPort = typeof address === 'object' && address !== null ? address.port : 0;
  await cluster.post('/apis/apps/v1/namespaces/kube-system/deployments', {
    ...(await bodyOf(`${paths.apps}/gateway-proxy`)),
    metadata: { name: 'system', namespace: 'kube-system', labels: { gloo: 'gateway-proxy' } },
  });
});
after(() => {
  trap.close();
  cluster.stop();
});

interface Live extends Json {
  readonly metadata: Json;
  readonly spec: Json;
}

async function bodyOf(path: string): Promise<Live> {
  return (await cluster.api('GET', path)).body as unknown as Live;
}

/** An object as stored in a record. */
async function kept(path: string): Promise<Live> {
  const { status: _, ...object } = await bodyOf(path);
  const { name, namespace, uid } = object.metadata;
  return { ...object, metadata: { name, namespace, uid } };
}

function withPod(object: Live, changes: Json): Live {
  const template = object.spec['template'] as Json;
  return {
    ...object,
    spec: { ...object.spec, template: { ...template, spec: { ...(template['spec'] as Json), ...changes } } },
  };
}

async function leave(writes: unknown, command = 'inject', data: Json = {}): Promise<void> {
  await cluster.post(`${paths.gloo}/configmaps`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'glistio-unfinished', namespace: 'gloo-system' },
    data: { command, lifetime: '1', ...data },
    binaryData: { writes: gzipSync(JSON.stringify(writes)).toString('base64') },
  });
}

/** Everything that a record could be about, with its version. */
async function everything(): Promise<unknown> {
  const lists = [
    '/apis/apps/v1/deployments',
    `${roles}/clusterrolebindings`,
    `${paths.gloo}/configmaps`,
    paths.upstreams,
  ];
  const found: unknown[] = [];
  for (const path of lists) {
    const { body } = await cluster.api('GET', path);
    for (const { metadata } of body['items'] as Live[])
      found.push([path, metadata['name'], metadata['resourceVersion']]);
  }
  return found;
}

const commands = [
  ['inject', '--cluster', '--yes'],
  ['uninject', '--cluster', '--yes'],
  ['enable-mtls', '--cluster', '--all', '--yes'],
  ['disable-mtls', '--cluster', '--all', '--yes'],
  ['route', '--cluster', '--yes', '--upstream', 'books', '--path-prefix', '/'],
  ['inject', '--cluster', '--dry-run=server'],
];

async function refused(writes: unknown, why: RegExp, command?: string, data?: Json): Promise<void> {
  await leave(writes, command, data);
  const plain = await everything();
  for (const args of commands) {
    const { stdout, stderr } = ok(cluster.glistio(args), 2);
    assert.match(
      stderr,
      /^glistio: ConfigMap gloo-system\/glistio-unfinished is not a record that glistio wrote: [ -~]+\n/,
    );
    assert.match(stderr, why);
    assert.equal(stdout, '');
    assert.deepEqual(await everything(), plain, args.join(' '));
  }
  await cluster.api('DELETE', record);
  assert.deepEqual(caught, []);
}

const harmless = (): Promise<Live> => kept(`${paths.gloo}/configmaps/gateway-proxy-envoy-config`);
const pair = (after: Live, before: Live = after): Json => ({ before, after });

test('a Deployment in kube-system, with hostPID', async () => {
  const live = await kept('/apis/apps/v1/namespaces/kube-system/deployments/system');
  const collection = '/apis/apps/v1/namespaces/kube-system/deployments';
  const evil = pair(live, withPod(live, { hostPID: true }));
  for (const write of [evil, { ...evil, collection, name: 'Deployment kube-system/system' }])
    await refused([pair(await harmless()), write], /in namespace kube-system, but the record is in gloo-system/);
  // With the address of one object and the name of another.
  const proxy = await kept(`${paths.apps}/gateway-proxy`);
  await refused([pair(await harmless()), { ...pair(proxy), collection }], /as its collection/);
});

test('the gateway proxy, with hostPID or another container', async () => {
  const live = await kept(`${paths.apps}/gateway-proxy`);
  const containers = ((live.spec['template'] as Json)['spec'] as Json)['containers'] as Json[];
  for (const changes of [
    { hostPID: true },
    { containers: [...containers, { name: 'miner', image: 'example.com/miner' }] },
    { containers: containers.map((one) => ({ ...one, image: 'example.com/envoy' })) },
    { serviceAccountName: 'gloo' },
  ])
    await refused([pair(await harmless()), pair(live, withPod(live, changes))], /in more than glistio inject changes/);
});

test('a ClusterRoleBinding', async () => {
  const made = await cluster.api('POST', `${roles}/clusterrolebindings`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'view' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [],
  });
  assert.equal(made.status, 201);
  const live = await kept(`${roles}/clusterrolebindings/view`);
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'nobody' }];
  const write = { ...pair(live, { ...live, subjects } as Live), collection: `${roles}/clusterrolebindings` };
  for (const command of ['inject', 'uninject', 'policy', 'route'])
    await refused([pair(await harmless()), write], /ClusterRoleBinding|no command/, command);
});

test('an address that is another host’s', async () => {
  const live = await kept(`${paths.apps}/gateway-proxy`);
  for (const collection of [
    `@127.0.0.1:${trapPort}/api/v1/things`,
    `.127.0.0.1:${trapPort}/api`,
    `http://127.0.0.1:${trapPort}/api/v1`,
    `//127.0.0.1:${trapPort}/api/v1`,
    '/api/v1/namespaces/gloo-system/../kube-system/secrets',
  ])
    await refused([pair(await harmless()), { ...pair(live), collection }], /as its collection/);
});

test('data that is not a record', async () => {
  const live = await harmless();
  for (const writes of [null, {}, [], [null, null], [pair(live)], [{ before: live }, { after: live }], 'x'])
    await refused(writes, /not a list|fewer than two|not a pair/);
  for (const lifetime of ['NaN', '-5', '99999999999', '1e300'])
    await refused([pair(live), pair(live)], /no change takes/, 'inject', { lifetime });
});

test('what a record could be, if it were one: shown, and not followed under --yes', async () => {
  const live = await kept(`${paths.apps}/gateway-proxy`);
  const containers = ((live.spec['template'] as Json)['spec'] as Json)['containers'] as Json[];
  const sidecar = { name: 'istio-proxy', image: 'example.com/evil', securityContext: { privileged: true } };
  const evil = withPod(live, { containers: [...containers, sidecar] });
  const upstream = await kept(`${paths.upstreams}/books`);
  const other = { ...upstream, spec: { ...upstream.spec, sslConfig: { alpnProtocols: ['istio'] } } };
  // It claims that one of two objects was written and must be restored.
  await leave([pair(other, upstream), pair(live, evil)], 'uninject');
  const plain = await everything();
  const { stdout, stderr } = ok(cluster.glistio(['inject', '--cluster', '--yes']), 2);
  assert.match(stdout, /example\.com\/evil/);
  assert.match(stderr, /was not written by this user on this machine, so --yes does not cover it/);
  assert.deepEqual(await everything(), plain);
  await cluster.api('DELETE', record);
});
