import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { releaseIn } from '../diff/recorded.ts';
import { proxiesOf, writeChart } from './chart.ts';
import { type LiveCluster, type Result, startCluster } from './cluster.ts';

/** JSON from the API server. */
export type Json = Readonly<Record<string, unknown>>;

const record = releaseIn(readFileSync('test/diff/releases/1.17.0/secret.yaml', 'utf8'));

/** The API paths of the objects that the tests read. */
export const paths = {
  gloo: '/api/v1/namespaces/gloo-system',
  apps: '/apis/apps/v1/namespaces/gloo-system/deployments',
  daemonSets: '/apis/apps/v1/namespaces/gloo-system/daemonsets',
  upstreams: '/apis/gloo.solo.io/v1/namespaces/gloo-system/upstreams',
  services: '/apis/gateway.solo.io/v1/namespaces/gloo-system/virtualservices',
} as const;

/** A cluster with Gloo, installed by Helm and without sidecars, with istiod's Deployment and two Upstreams. */
export interface GlooCluster extends LiveCluster {
  /** What is installed. */
  readonly manifest: string;
  post(path: string, body: Json): Promise<void>;
  /** The objects without what the API server counts. */
  state(): Promise<Json>;
  /** The containers of the proxy, with the tags of their images. */
  containers(): Promise<string[]>;
}

/** Starts the cluster that the tests change. */
export async function startGloo(): Promise<GlooCluster> {
  const cluster = await startCluster();
  const manifest = proxiesOf(record.manifest);
  const post = async (path: string, body: Json): Promise<void> => {
    const reply = await cluster.api('POST', path, body);
    assert.equal(reply.status, 201, JSON.stringify(reply.body));
  };
  ok(
    cluster.helm(['install', 'gloo', writeChart(cluster.folder, '1.17.0', manifest), '--create-namespace', ...inGloo]),
  );
  await post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } });
  await post('/apis/apps/v1/namespaces/istio-system/deployments', istiod);
  for (const [group, version, kind] of kinds) {
    await post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definitionOf(group, version, kind));
  }
  for (const name of ['books', 'shop']) await untilMade(cluster, paths.upstreams, upstreamOf(name));
  ok(cluster.glistio(['uninject', '--cluster', '--yes']));
  return { ...cluster, manifest, post, state: () => stateOf(cluster), containers: () => containersOf(cluster) };
}

const inGloo = ['-n', 'gloo-system'];
const kinds = [
  ['gloo.solo.io', 'v1', 'Upstream'],
  ['gateway.solo.io', 'v1', 'VirtualService'],
  ['security.istio.io', 'v1beta1', 'PeerAuthentication'],
] as const;

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

/** The CRD of a kind whose objects may have any fields. */
export function definitionOf(group: string, version: string, kind: string, plural = `${kind.toLowerCase()}s`): Json {
  const singular = kind.toLowerCase();
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

/** An Upstream without mTLS. */
export function upstreamOf(name: string): Json {
  return {
    apiVersion: 'gloo.solo.io/v1',
    kind: 'Upstream',
    metadata: { name, namespace: 'gloo-system' },
    spec: { kube: { serviceName: name, serviceNamespace: 'default', servicePort: 80 } },
  };
}

/** The result, if it has the expected status. */
export function ok(result: Result, status = 0): Result {
  assert.equal(result.status, status, `${result.stdout}\n${result.stderr}`);
  return result;
}

/** A new kind takes a moment until it is served. */
/** Creates an object of a kind that was just defined. */
export async function untilMade(cluster: LiveCluster, path: string, body: Json): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await cluster.api('POST', path, body)).status === 201) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  assert.fail(`${path} is never served`);
}

async function stateOf(cluster: LiveCluster): Promise<Json> {
  const found: Record<string, unknown> = {};
  for (const path of [`${paths.gloo}/configmaps`, paths.apps, paths.daemonSets, paths.upstreams, paths.services]) {
    const { body } = await cluster.api('GET', path);
    for (const item of body['items'] as { metadata: Json; data?: Json; spec?: Json }[]) {
      if (item.metadata['name'] !== 'kube-root-ca.crt')
        found[`${path}/${item.metadata['name']}`] = item.data ?? item.spec;
    }
  }
  return found;
}

async function containersOf(cluster: LiveCluster): Promise<string[]> {
  const { body } = await cluster.api('GET', `${paths.apps}/gateway-proxy`);
  const { spec } = body as { spec: { template: { spec: { containers: { name: string; image: string }[] } } } };
  return spec.template.spec.containers.map(({ name, image }) => `${name} ${image.split(':').at(-1)}`);
}
