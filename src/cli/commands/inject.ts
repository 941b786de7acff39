import type { InjectOptions } from '../../istio/inject.ts';
import type { Io } from '../../node/io.ts';
import { CannotDo } from '../../outcome.ts';
import { defineChange } from '../change.ts';
import type { Args } from '../command.ts';
import { readSidecars, sidecarOption } from '../own-sidecars.ts';

const options = {
  proxy: { kind: 'text', value: 'NAME', summary: 'Only the gateway proxy with this name (default: all)' },
  namespace: { kind: 'text', alias: 'n', value: 'NAME', summary: 'Only proxies in this namespace' },
  'gloo-version': {
    kind: 'text',
    value: 'VERSION',
    summary:
      "Version of Gloo, and tag of the sds image (default: found in the input's Gloo objects or the proxy's image)",
  },
  'istio-version': {
    kind: 'text',
    value: 'VERSION',
    summary: "Version of Istio, and tag of istio-proxy (default: that of an istiod in the input, else of Gloo's chart)",
  },
  'istio-namespace': {
    kind: 'text',
    value: 'NAME',
    summary: 'Namespace of istiod (default: istio-system)',
  },
  'istio-revision': {
    kind: 'text',
    value: 'NAME',
    summary: 'Revision of istiod, whose Service is then called istiod-NAME',
  },
  'jwt-policy': {
    kind: 'text',
    value: 'POLICY',
    summary: 'Kind of token that istiod accepts (default: that of an istiod in the input, else third-party-jwt)',
    choices: ['third-party-jwt', 'first-party-jwt'],
  },
  'istio-meta-mesh-id': { kind: 'text', value: 'ID', summary: 'Id of the mesh (default: cluster.local)' },
  'istio-meta-cluster-id': { kind: 'text', value: 'ID', summary: 'Id of the cluster (default: Kubernetes)' },
  'istio-discovery-address': {
    kind: 'text',
    value: 'HOST:PORT',
    summary: 'Address of istiod (default: by --istio-namespace and --istio-revision)',
  },
  registry: {
    kind: 'text',
    value: 'REGISTRY',
    summary: "Registry and path of the sds image (default: those of the proxy's own image)",
  },
  'istio-registry': {
    kind: 'text',
    value: 'REGISTRY',
    summary: 'Registry of the istio-proxy image (default: docker.io/istio)',
  },
  image: {
    kind: 'texts',
    value: 'NAME=IMAGE',
    summary: 'Full image reference for sds or istio-proxy; repeatable',
  },
  like: {
    kind: 'text',
    value: 'WHICH',
    summary: 'Sidecars as glooctl injects them, or as the chart makes them with global.istioSDS (default: glooctl)',
    choices: ['glooctl', 'chart'],
  },
  sidecar: {
    ...sidecarOption,
    summary: 'Your own containers in place of istio-proxy: one, a list, or values with customSidecars',
  },
} as const;

export const inject = defineChange({
  name: 'inject',
  summary:
    'Add the sds and istio-proxy containers, their volumes and the SDS cluster to the gateway proxies in manifests',
  options,
  examples: {
    'glistio inject manifests.yaml --istio-version 1.17.2': 'Print them with the sidecars',
    'glistio inject -i deploy/*.yaml': 'Change the files; existing sidecars stay as they are',
    'helm template gloo gloo/gloo | glistio inject | kubectl apply -f -': 'In a pipe',
    'helm install gloo gloo/gloo --post-renderer glistio --post-renderer-args inject': 'As a post-renderer of Helm 3',
    'glistio inject --cluster --dry-run=server':
      'What would change in the cluster; without --dry-run it asks first, then makes the change',
    'glistio inject all.yaml --istio-registry registry.example/istio --image sds=registry.example/sds@sha256:…':
      'From your own registries',
    'glistio inject --istio-revision canary --jwt-policy first-party-jwt <all.yaml': 'For a revision',
  },
  // A proxy with the SDS cluster but no sidecars works; one with only the sidecars gets no certificates.
  order: ['ConfigMap', 'Deployment', 'DaemonSet'],
  async load(cluster, { namespace, istioVersion, istioNamespace, jwtPolicy }) {
    const { readIstiods, readNamespace, readProxies } = await import('../cluster/read.ts');
    const isKnown = istioVersion !== undefined && jwtPolicy !== undefined;
    const proxies = [...(await readProxies(cluster, namespace)), ...(await readNamespace(cluster, namespace))];
    return isKnown ? proxies : [...proxies, ...(await readIstiods(cluster, istioNamespace ?? 'istio-system'))];
  },
  settings: settingsOf,
  plan: async () => (await import('../../istio/inject.ts')).planInjection,
});

async function settingsOf(args: Args<typeof options>, io: Io): Promise<InjectOptions> {
  return {
    proxy: args.proxy,
    namespace: args.namespace,
    glooVersion: args['gloo-version'],
    istioVersion: args['istio-version'],
    istioNamespace: args['istio-namespace'],
    istioRevision: args['istio-revision'],
    jwtPolicy: args['jwt-policy'],
    istioMetaMeshId: args['istio-meta-mesh-id'],
    istioMetaClusterId: args['istio-meta-cluster-id'],
    istioDiscoveryAddress: args['istio-discovery-address'],
    registry: args.registry,
    istioRegistry: args['istio-registry'],
    images: imagesOf(args.image),
    like: args.like,
    ...(args.sidecar === undefined ? {} : { sidecars: await readSidecars(args.sidecar, io) }),
  };
}

/** `sds=IMAGE` and `istio-proxy=IMAGE` as images by container name. */
function imagesOf(given: readonly string[]): Record<string, string> {
  const pairs = given.map((text) => {
    const [, name, image] = /^([\w-]+)=(\S+)$/.exec(text) ?? [];
    if (name === undefined || image === undefined)
      throw new CannotDo(`--image cannot be "${text}"`, 'write sds=IMAGE or istio-proxy=IMAGE');
    return [name, image] as const;
  });
  return Object.fromEntries(pairs);
}
