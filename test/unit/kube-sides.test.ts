/** Proxies of Kubernetes Gateways in comparisons and fleets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderPlan } from '../../src/cli/fleet/render.ts';
import { run } from '../../src/cli/run.ts';
import type { ClusterClient } from '../../src/cluster/client.ts';
import { readDeployed } from '../../src/cluster/kube-world.ts';
import { readProxyObjects } from '../../src/cluster/objects.ts';
import type { ClusterRequest, Requests } from '../../src/fleet/request.ts';
import { renderGatewayProxies, renderKubeGateways, validateManifests } from '../../src/index.ts';
import { type ValueMap, wordOf } from '../../src/value.ts';
import { type MemoryIo, memoryIo } from '../support/memory-io.ts';

const values = { kubeGateway: { enabled: true } };
const gateway = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'http', namespace: 'edge' },
  spec: { gatewayClassName: 'gloo-gateway', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
};
const render = (chartVersion: string, given: object = values): string =>
  renderGatewayProxies({ values: [given], chartVersion })
    .manifests.map(({ text }) => `---\n${text}`)
    .join('');
const record = (chartVersion: string, given: object = values): string =>
  JSON.stringify({
    name: 'gloo',
    namespace: 'gloo-system',
    version: 3,
    info: { status: 'deployed' },
    chart: { metadata: { name: 'gloo', version: chartVersion } },
    config: given,
    manifest: render(chartVersion, given),
  });
const deployed = renderKubeGateways({ values: [values], chartVersion: '1.21.11', gateways: gateway }).manifests;
const files = {
  'values.yaml': JSON.stringify(values),
  'gateway.yaml': JSON.stringify(gateway),
  'record.json': record('1.21.11'),
  'old.json': record('1.16.0', {}),
  'manifests.yaml': `${render('1.21.11')}${deployed.map(({ text }) => `---\n${text}`).join('')}`,
};

async function told(...args: string[]): Promise<MemoryIo['printed'] & { readonly status: number }> {
  const io = memoryIo({ files });
  const status = await run(['diff', ...args], io);
  return { ...io.printed, status };
}

const proxy = /Deployment edge\/gloo-proxy-http\n(?: .*\n)*? {6}\+ quay\.io\/solo-io\/gloo-envoy-wrapper:1\.22\.1/;

test('two renderings differ in what is deployed for a Gateway', async () => {
  const both = ['values:values.yaml@1.21.11', 'values:values.yaml@1.22.1'];
  const { stdout, stderr, status } = await told(...both, '--gateway', 'gateway.yaml');
  assert.equal(status, 1, stderr);
  assert.match(stdout, proxy);
  assert.doesNotMatch((await told(...both)).stdout, /gloo-proxy-http/);
});

test('upgrade release names what brought the changes of proxies of Gateways, too', async () => {
  const io = memoryIo({ files });
  const argv = [
    'upgrade',
    'release',
    '1.20.9',
    '1.20.10',
    '-f',
    'values.yaml',
    '--gateway',
    'gateway.yaml',
    '-o',
    'json',
  ];
  assert.equal(await run(argv, io), 1, io.printed.stderr);
  const { changes } = JSON.parse(io.printed.stdout) as {
    changes: { object: string; path: string; release?: string }[];
  };
  assert.ok(
    changes.some(({ object, path }) => object === 'Deployment edge/gloo-proxy-http' && path.includes('gloo-gateway')),
  );
  const replicas = changes.find(
    ({ object, path }) => object.startsWith('GatewayParameters') && /deployment/.test(path),
  );
  assert.equal(replicas?.release, '1.20.10');
});

test('a record is completed by what its control plane deployed, manifests are taken as they are', async () => {
  for (const installed of ['record.json', 'manifests.yaml']) {
    const asked = ['--installed', installed, '-f', 'values.yaml', '--gateway', 'gateway.yaml'];
    const { stdout } = await told(...asked, '--chart-version', '1.22.1');
    assert.match(stdout, proxy, installed);
    assert.doesNotMatch(stdout, /^\+ /m, installed);
    const same = await told(...asked, '--chart-version', '1.21.11');
    assert.equal(same.status, 0, same.stdout + same.stderr);
  }
});

test('a release that deploys nothing for Gateways says so, and all of it is new', async () => {
  const asked = [
    '--installed',
    'old.json',
    '-f',
    'values.yaml',
    '--chart-version',
    '1.22.1',
    '--gateway',
    'gateway.yaml',
  ];
  const { stdout, stderr } = await told(...asked);
  assert.match(
    stderr,
    /release gloo revision 3 .*: the objects deployed for the Gateways are unknown: Release 1\.16\.0 deploys nothing/,
  );
  assert.match(stdout, /^\+ Deployment edge\/gloo-proxy-http/m);
});

test('Gateways for nothing, and parameters for no Gateway, are refused', async () => {
  const two = await told('manifests.yaml', 'manifests.yaml', '--gateway', 'gateway.yaml');
  assert.deepEqual([two.status, two.stdout], [2, '']);
  assert.match(two.stderr, /--gateway is for renderings and records/);
  const alone = await told('record.json', '-f', 'values.yaml', '--parameters', 'gateway.yaml');
  assert.match(alone.stderr, /--parameters is for --gateway/);
});

/** What `render --fleet` would do for a cluster with these values. */
async function inFleet(args: object): Promise<readonly string[]> {
  const io = memoryIo({ files });
  const usual = { 'show-only': [], objects: 'all', output: 'yaml', gateway: ['gateway.yaml'], parameters: [] };
  // Omitted arguments and session members are not used.
  const plan = await renderPlan({ ...usual, ...args } as never, { io, grading: {} } as never);
  const request = { options: { values: [values], chartVersion: '1.22.1' } } as unknown as ClusterRequest;
  const { manifests = [] } = await plan.work(request, 'a', {} as Requests);
  return manifests.map(({ kind, name }) => `${kind} ${name}`);
}

test('a fleet has the same Gateways in every cluster', async () => {
  assert.deepEqual(await inFleet({}), [
    'ServiceAccount gloo-proxy-http',
    'ConfigMap gloo-proxy-http',
    'Service gloo-proxy-http',
    'Deployment gloo-proxy-http',
  ]);
  for (const name of ['cluster', '-'])
    await assert.rejects(inFleet({ gateway: [name] }), /with --fleet, .* take files, not/);
});

/** A namespace of a cluster with these objects. */
function clusterOf(objects: readonly ValueMap[]): ClusterClient {
  const get: ClusterClient['get'] = async (path) => {
    const [plural = '', query = ''] = (path.split('/').at(-1) ?? '').split('?');
    const items = objects.filter((object) => `${wordOf(object['kind']).toLowerCase()}s` === plural);
    const isKube = decodeURIComponent(query).includes('kube-gateway');
    return { items: plural === 'configmaps' && !isKube ? [] : items };
  };
  // Only this is used.
  return { get } as ClusterClient;
}

test('what is judged live has the proxies of Gateways in it, what is compared those that are named', async () => {
  const objects = deployed.map(({ object }) => object);
  const kindsOf = async (withKube: boolean): Promise<unknown[]> =>
    (await readProxyObjects(clusterOf(objects), 'edge', [], 'all', { withKube })).map(({ kind }) => kind);
  assert.deepEqual(await kindsOf(false), []);
  assert.deepEqual((await kindsOf(true)).sort(), ['ConfigMap', 'Deployment', 'Service', 'ServiceAccount']);
  const { proxies } = validateManifests(objects);
  assert.equal(proxies, 1);
});

test('what control planes deployed is read in all namespaces by its label', async () => {
  const asked: string[] = [];
  const labels = { gloo: 'kube-gateway' };
  const cluster = {
    get: (path: string) => {
      asked.push(path);
      const items = path.includes('/deployments')
        ? [{ metadata: { name: 'gloo-proxy-old', namespace: 'edge', labels } }]
        : [];
      return Promise.resolve({ items });
    },
  } as unknown as ClusterClient; // Nothing else of it is used.
  const found = await readDeployed(cluster);
  assert.deepEqual(
    found.map(({ kind, apiVersion }) => [kind, apiVersion]),
    [['Deployment', 'apps/v1']],
  );
  assert.equal(asked.length, 4);
  assert.ok(
    asked.every((path) => path.endsWith('?labelSelector=gloo%3Dkube-gateway') && !path.includes('/namespaces/')),
  );
});
