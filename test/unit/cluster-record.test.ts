import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { run } from '../../src/cli/run.ts';
import { addressOf } from '../../src/cluster/address.ts';
import { journalName, journalOf } from '../../src/cluster/journal.ts';
import { collectionOf, type Kind } from '../../src/cluster/kinds.ts';
import { readRecord } from '../../src/cluster/record.ts';
import { sealerOf } from '../../src/cluster/record-seal.ts';
import { requester } from '../../src/cluster/request.ts';
import { findForeign, isOwnChange } from '../../src/istio/undo.ts';
import { planUninjection } from '../../src/istio/uninject.ts';
import { kubeObject } from '../../src/objects/object.ts';
import type { Printable } from '../../src/printable.ts';
import { mapAt, type Value, type ValueMap } from '../../src/value.ts';
import { mapIn } from '../diff/recorded.ts';
import { fakeServer, listen, type Stored } from '../support/fake-api-server.ts';
import { memoryIo } from '../support/memory-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'glistio-record-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const read = (name: string): ValueMap => mapIn(readFileSync(`test/diff/releases/1.17.0/${name}`, 'utf8'));

/** A running gateway proxy with sidecars, and its state without them. */
const running = [read('live-deployment.yaml'), read('live-configmap.yaml')].map((object, index) => ({
  ...object,
  metadata: { ...mapAt(object, 'metadata'), uid: `uid-of-${index}` },
}));
const injected = running.map((object) => kubeObject(object));
const { changes } = planUninjection(injected, {});
const pairs = injected.map((one) => ({ before: changes.get(one) ?? one.object, after: one.object }));

type Json = Record<string, Value>;

/** An object as stored in a record. */
function kept({ status: _, ...object }: ValueMap): ValueMap {
  const { name = null, namespace = null, uid = null } = mapAt(object, 'metadata');
  return { ...object, metadata: { name, namespace, uid } };
}

const genuine = pairs.map(({ before, after }) => ({ before: kept(before), after: kept(after) }));

function record(writes: unknown, data: Json = {}): Json {
  const packed = writes instanceof Buffer ? writes : gzipSync(JSON.stringify(writes));
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: journalName, namespace: 'gloo-system' },
    data: { command: 'inject', lifetime: '1000', ...data },
    binaryData: { writes: packed.toString('base64') },
  };
}

const [deployment, configMap] = genuine as [(typeof genuine)[0], (typeof genuine)[0]];
const binding = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'all', uid: 'u' },
};
const withMetadata = (metadata: Json): unknown[] => [
  ...genuine.slice(1),
  Object.fromEntries(
    Object.entries(deployment).map(([side, object]) => [
      side,
      { ...object, metadata: { ...mapAt(object, 'metadata'), ...metadata } },
    ]),
  ),
];
const levels = 20_000;
const deep = JSON.stringify([deployment, { ...configMap, after: { ...configMap.after, deep: 'HERE' } }]).replace(
  '"HERE"',
  `${'{"deep":'.repeat(levels)}1${'}'.repeat(levels)}`,
);

test('a genuine record is read, and its addresses are computed', () => {
  const recorded = readRecord(record(genuine), 'gloo-system');
  assert.ok(typeof recorded !== 'string', String(recorded));
  assert.deepEqual(
    recorded.writes.map(({ name, collection }) => `${name} ${collection}`),
    [
      'Deployment gloo-system/gateway-proxy /apis/apps/v1/namespaces/gloo-system/deployments',
      'ConfigMap gloo-system/gateway-proxy-envoy-config /api/v1/namespaces/gloo-system/configmaps',
    ],
  );
});

test('what glistio cannot have written is refused in one printable line, and no shape crashes', () => {
  const forged: readonly (readonly [Json, RegExp])[] = [
    [{}, /no data/],
    [{ data: null, binaryData: null }, /no data/],
    [{ data: [], binaryData: [] }, /no data/],
    [{ data: 'x', binaryData: 7 }, /no data/],
    [{ ...record(genuine), binaryData: {} }, /no objects/],
    [{ ...record(genuine), binaryData: { writes: 7 } }, /no objects/],
    [{ ...record(genuine), binaryData: { writes: 'A'.repeat(1_000_000) } }, /larger than a record/],
    [record(genuine, { command: 'route' }), /no command "route"/],
    [record(genuine, { command: 'constructor' }), /no command/],
    [record(genuine, { command: '\u001b[31m\u202e\n' }), /no command/],
    [record(genuine, { command: null }), /no command/],
    ...['0', '-1', 'NaN', 'Infinity', '1e9', '99999999', '999999999999', ' 1', '', '0x10', null, 7].map(
      (lifetime) => [record(genuine, { lifetime }), /no change takes/] as const,
    ),
    [record(Buffer.from('no gzip')), /not compressed JSON/],
    [record(gzipSync('{')), /not compressed JSON/],
    [record(gzipSync(Buffer.alloc(100_000_000, ' '))), /more than a record can hold/],
    [record(gzipSync('['.repeat(3_000_000))), /nested too deep/],
    ...[null, {}, 'x', 7, true].map((writes) => [record(writes), /not a list/] as const),
    [record([]), /fewer than two/],
    [record([deployment]), /fewer than two/],
    ...[null, [], 'x', {}, { before: null, after: null }, { before: [], after: [] }].map(
      (entry) => [record([deployment, entry]), /not a pair of before and after/] as const,
    ),
    [record([deployment, { before: configMap.before }]), /not a pair/],
    [record([deployment, deployment]), /in it twice/],
    [record([deployment, { before: binding, after: binding }]), /is a "ClusterRoleBinding", which glistio inject/],
    [record(genuine, { command: 'enable-mtls' }), /is a "Deployment", which glistio enable-mtls does not change/],
    [record(withMetadata({ namespace: 'kube-system' })), /in namespace kube-system, but the record is in gloo-system/],
    [record(withMetadata({ namespace: '..' })), /is in namespace/],
    [record(withMetadata({ name: '../../secrets/x' })), /with the name/],
    [record(withMetadata({ name: 'a..b' })), /with the name/],
    [record(withMetadata({ uid: null })), /has the uid/],
    [record(withMetadata({ labels: { a: 'b' } })), /metadata/],
    [
      record([{ ...deployment, before: { ...deployment.before, kind: 'DaemonSet' } }, configMap]),
      /a different one after/,
    ],
    [
      record([
        { before: { ...deployment.before, apiVersion: 'v1' }, after: { ...deployment.after, apiVersion: 'v1' } },
        configMap,
      ]),
      /is a Deployment of "v1"/,
    ],
    [record([deployment, { ...configMap, collection: '@127.0.0.1:9/api' }]), /has "@127.0.0.1:9\/api" as its coll/],
    [record([deployment, { ...configMap, collection: null }]), /as its collection/],
    [record([deployment, { ...configMap, name: 'harmless' }]), /has "harmless" as its name/],
    [record(gzipSync(deep)), /nested too deep/],
  ];
  for (const [object, why] of forged) {
    const said = readRecord(object, 'gloo-system');
    assert.ok(typeof said === 'string', `taken: ${why}`);
    assert.match(said, why);
    assert.match(said, /^[ -~]{1,300}$/, said);
  }
});

test('no value in a record makes judging it crash', () => {
  const part = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(null, [], {}, [null], [[]], 'x', '\u0000', 1e300),
  );
  const spec = fc.record({ selector: part, replicas: part, template: fc.oneof(part, fc.record({ spec: part })) });
  const containers = fc.array(
    fc.record({ name: fc.constantFrom('sds', 'istio-proxy', 'x', null), env: part, image: part }),
  );
  const pods = fc.record({ template: fc.record({ spec: fc.record({ containers, volumes: part }) }) });
  const data = fc.oneof(part, fc.record({ 'envoy.yaml': fc.oneof(part, fc.string(), fc.constant('a: &a [*a]')) }));
  const body = fc.record({ spec: fc.oneof(part, spec, pods), data });
  const sides = fc.tuple(fc.constantFrom('Deployment', 'DaemonSet', 'ConfigMap', 'Upstream'), body, body);
  fc.assert(
    fc.property(sides, ([kind, before, after]) => {
      const made = (side: object): ValueMap => ({ kind, metadata: { name: 'n', namespace: 'n' }, ...side }) as ValueMap;
      isOwnChange({ before: made(before), after: made(after) });
      isOwnChange({ before: made(before), after: made(before) });
      findForeign([made(before), made(after)]);
    }),
    { seed: 12, numRuns: 2000 },
  );
});

test('every request goes to the origin of the kubeconfig and to the API', () => {
  const server = 'https://host:6443';
  for (const good of [
    '/api/v1/pods',
    '/apis/apps/v1/namespaces/n/deployments/d?fieldManager=glistio&dryRun=All',
    '/api/v1/namespaces/n/secrets?labelSelector=owner%3Dhelm%2Cname%3Dgloo',
  ]) {
    assert.equal(addressOf(server, good).href, `${server}${good}`);
    assert.equal(addressOf(`${server}/k8s/clusters/c-1/`, good).href, `${server}/k8s/clusters/c-1${good}`);
  }
  for (const bad of [
    '@evil:1/api/v1',
    '.evil/api/v1',
    ':1/api/v1',
    '//evil/api/v1',
    'https://evil/api/v1',
    '/\\evil/api/v1/pods',
    '/api',
    '/api/',
    '/apis//v1',
    '/healthz',
    '/api/../version',
    '/api/v1/..',
    '/api/v1/%2e%2e/%2E./version',
    '/api/v1/namespaces/a%2f..%2fb/pods',
    '/api/v1/namespaces/a%5cb/pods',
    '/api/v1/na me',
    '/api/v1/a\tb',
    '/api/v1/a%0d%0ab',
    '/api/v1/%zz',
    '/api/v1/a#b',
    '/api/v1/a?b#c',
    '/api/v1/a?b?c',
    '/api/v1/a?b\r\nc: d',
    `/api/v1/${'a'.repeat(5000)}`,
    '',
  ])
    assert.throws(() => addressOf(server, bad), /not a path of the Kubernetes API/, bad);
  for (const bad of ['', 'host', 'ftp://host', 'https://host?x', 'https://host#x', 'file:///etc/passwd'])
    assert.throws(() => addressOf(bad, '/api/v1/pods'), /not the address of an API server/, bad);
});

test('a redirect is not followed, and no credentials go where it leads', async () => {
  const reached: string[] = [];
  const other = createServer((request, response) => {
    reached.push(request.headers['authorization'] ?? 'nobody');
    response.end('{}');
  });
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const portOf = (of: typeof other): number => (of.address() as { port: number }).port;
  const first = createServer((_, response) => {
    response.writeHead(307, { Location: `http://127.0.0.1:${portOf(other)}/api/v1/pods` });
    response.end();
  });
  await new Promise<void>((done) => first.listen(0, '127.0.0.1', done));
  const ask = requester(
    { server: `http://127.0.0.1:${portOf(first)}`, proxyUrl: undefined, env: {} },
    AbortSignal.timeout(10_000),
  );
  const answer = await ask({ method: 'GET', path: '/api/v1/pods' }, { headers: { Authorization: 'Bearer secret' } });
  assert.equal(answer.status, 307);
  assert.deepEqual(reached, []);
  for (const server of [first, other]) {
    server.closeAllConnections();
    server.close();
  }
});

test('a seal is this user’s own, for this text, at this time', () => {
  const env = { HOME: join(folder, 'home') };
  const sealer = sealerOf(env);
  assert.ok(sealer !== undefined);
  const seal = sealer.seal('a');
  assert.ok(sealer.isOwn('a', seal, 0));
  assert.ok(sealerOf(env)?.isOwn('a', seal, 5000), 'the key stays');
  assert.ok(!sealer.isOwn('b', seal, 0));
  assert.ok(!sealer.isOwn('a', seal, 7_200_000), 'long before the record');
  assert.ok(!sealer.isOwn('a', seal, Number.NaN));
  assert.ok(!sealer.isOwn('a', seal, Number.POSITIVE_INFINITY));
  for (const other of ['', '.', 'x', seal.slice(1), seal.replace(/.$/, (last) => (last === '0' ? '1' : '0'))])
    assert.ok(!sealer.isOwn('a', other, 0), other);
  assert.ok(!sealerOf({ HOME: join(folder, 'other') })?.isOwn('a', seal, 0));
  const key = join(folder, 'home/.local/state/glistio/record.key');
  assert.equal(statSync(key).mode & 0o777, 0o600);
  chmodSync(key, 0o644);
  assert.equal(sealerOf(env), undefined, 'a key that others can read');
  chmodSync(key, 0o600);
  writeFileSync(key, 'short');
  assert.equal(sealerOf(env), undefined);
});

const pathOf = (object: ValueMap): string => {
  const { name, namespace } = mapAt(object, 'metadata');
  return `${collectionOf(object['kind'] as Kind, String(namespace))}/${String(name)}`;
};
const recordPath = `/api/v1/namespaces/gloo-system/configmaps/${journalName}`;

/**
 * A cluster in which the Deployment was written and the ConfigMap was not, with a record of it; and a command that runs
 * in it.
 */
async function halfway(left: Json | undefined, answer: string | undefined, ...argv: readonly string[]) {
  const asked: string[] = [];
  const fake = fakeServer([], (request) => {
    asked.push(request);
    return undefined;
  });
  const states = [deployment.after, configMap.before].map((object) => ({
    ...object,
    metadata: {
      ...mapAt(object, 'metadata'),
      labels: { gloo: 'gateway-proxy' },
      resourceVersion: '1',
    },
  }));
  for (const object of states) fake.store.set(pathOf(object), object as Stored);
  if (left !== undefined) {
    const metadata = { name: journalName, namespace: 'gloo-system', uid: 'r', creationTimestamp: now() };
    fake.store.set(recordPath, { ...left, metadata } as Stored);
  }
  const { url, stop } = await listen(fake);
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server: url } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      users: [{ name: 'u', user: { token: 't' } }],
    }),
  );
  const io = memoryIo({ env: { HOME: join(folder, 'user') } });
  const questions: string[] = [];
  const ask = async (question: Printable): Promise<string> => {
    questions.push(String(question));
    return answer ?? '';
  };
  const status = await run(['disable-mtls', '--cluster', '--all', '--kubeconfig', kubeconfig, ...argv], {
    ...io,
    ...(answer === undefined ? {} : { ask }),
  });
  stop();
  const written = asked.filter((line) => !line.startsWith('GET'));
  return { status, ...io.printed, written, questions, store: fake.store };
}

const now = (): string => new Date(Date.now() - 60_000).toISOString();
const recovered = [`PUT ${pathOf(deployment.after)}`, `DELETE ${recordPath}`];

test('a forged record is refused by every command, and nothing is written', async () => {
  const pod = mapAt(deployment.before, 'spec', 'template', 'spec');
  const evil = {
    ...deployment.before,
    spec: {
      ...mapAt(deployment.before, 'spec'),
      template: { ...mapAt(deployment.before, 'spec', 'template'), spec: { ...pod, hostPID: true } },
    },
  };
  const stranger = (object: ValueMap): ValueMap => ({
    ...object,
    metadata: { ...mapAt(object, 'metadata'), name: 'other' },
  });
  const forged: readonly (readonly [Json, RegExp])[] = [
    [
      record([{ ...deployment, before: evil }, configMap]),
      /differs between before and after in more than glistio inject/,
    ],
    [record([{ before: binding, after: binding }, configMap]), /ClusterRoleBinding/],
    [record(withMetadata({ namespace: 'kube-system' })), /kube-system/],
    [record([deployment, { ...configMap, collection: '@127.0.0.1:9/api/v1' }]), /collection/],
    [record(null), /not a list/],
    [
      record([deployment, { before: stranger(configMap.before), after: { ...stranger(configMap.after), data: {} } }]),
      /differs between before and after/,
    ],
  ];
  for (const [left, why] of forged) {
    for (const argv of [['--yes'], ['--dry-run=server']]) {
      const { status, stdout, stderr, written, store } = await halfway(left, undefined, ...argv);
      assert.equal(status, 2, stderr);
      assert.match(stderr, /^glistio: ConfigMap gloo-system\/glistio-unfinished is not a record that glistio wrote: /);
      assert.match(stderr, why);
      assert.ok(stderr.split('\n').length <= 3, stderr);
      assert.deepEqual([stdout, written], ['', []]);
      assert.ok(store.has(recordPath));
    }
  }
});

test('what would be restored is shown and needs confirmation; --yes does not cover a record of someone else', async () => {
  const refused = await halfway(record(genuine), 'no');
  assert.equal(refused.status, 1, refused.stderr);
  assert.match(refused.stdout, /istio-proxy/);
  assert.deepEqual(refused.questions, ['Restore 1 object? [y/N] ']);
  assert.deepEqual(refused.written, []);

  const unasked = await halfway(record(genuine), undefined, '--yes');
  assert.equal(unasked.status, 2);
  assert.match(unasked.stdout, /istio-proxy/);
  assert.match(unasked.stderr, /was not written by this user on this machine, so --yes does not cover it\n/);
  assert.deepEqual(unasked.written, []);

  const agreed = await halfway(record(genuine), 'y');
  assert.deepEqual(agreed.written, recovered, agreed.stderr);
  assert.match(agreed.stderr, /Deployment gloo-system\/gateway-proxy was restored/);
  assert.deepEqual(agreed.store.get(pathOf(deployment.after))?.['spec'], deployment.before['spec']);
});

test('the user’s own record needs no question under --yes', async () => {
  const writes = pairs.map(({ before, after }) => {
    const { name, namespace } = mapAt(after, 'metadata');
    const kind = after['kind'] as Kind;
    const named = `${kind} ${String(namespace)}/${String(name)}`;
    return { name: named, collection: collectionOf(kind, String(namespace)), before, after };
  });
  const sealer = sealerOf({ HOME: join(folder, 'user') });
  const own = journalOf('gloo-system', { command: 'inject', lifetime: 1000, writes }, sealer) as Json;
  const done = await halfway(own, undefined, '--yes');
  assert.deepEqual(done.written, recovered, done.stderr);
  const changed = { ...own, data: { ...(own['data'] as Json), lifetime: '1001' } };
  assert.deepEqual((await halfway(changed, undefined, '--yes')).written, []);
});

test('what someone else has changed or recreated stays as it is', async () => {
  const other = { ...deployment, after: { ...deployment.after, metadata: mapAt(deployment.after, 'metadata') } };
  const renewed = [other, configMap].map(({ before, after }) => ({
    before: { ...before, metadata: { ...mapAt(before, 'metadata'), uid: 'earlier' } },
    after: { ...after, metadata: { ...mapAt(after, 'metadata'), uid: 'earlier' } },
  }));
  const { written, stderr } = await halfway(record(renewed), undefined, '--yes');
  assert.deepEqual(written, [`DELETE ${recordPath}`], stderr);
  assert.match(stderr, /Deployment gloo-system\/gateway-proxy was changed by someone else since/);
});

test('--check and --dry-run=client show what would change in a cluster, and ask the API server for nothing', async () => {
  const asked: string[] = [];
  const upstream = {
    apiVersion: 'gloo.solo.io/v1',
    kind: 'Upstream',
    metadata: { name: 'a', namespace: 'here', resourceVersion: '1' },
    spec: { kube: { serviceName: 'a' } },
  };
  const fake = fakeServer([upstream], (request) => {
    asked.push(request);
    return undefined;
  });
  const { url, stop } = await listen(fake);
  const env = {
    HOME: join(folder, 'user'),
    HELM_KUBEAPISERVER: url,
    HELM_NAMESPACE: 'here',
    KUBECONFIG: join(folder, 'no'),
  };
  const start = async (...argv: readonly string[]) => {
    const io = memoryIo({ env });
    return { status: await run(['enable-mtls', '--cluster', '--all', ...argv], io), ...io.printed };
  };
  const checked = await start('--check');
  const dry = await start('--dry-run=client');
  stop();
  assert.deepEqual([checked.status, dry.status], [1, 0], checked.stderr + dry.stderr);
  for (const { stdout } of [checked, dry]) assert.match(stdout, /istio_server_cert/);
  assert.deepEqual(
    asked.filter((line) => !line.startsWith('GET')),
    [],
  );
});
