import assert from 'node:assert/strict';
import type { ValueMap } from '../../src/value.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';

// biome-ignore lint/suspicious/noExplicitAny: worlds are changed at any depth
export type Json = any;

export interface World {
  objects: Json[];
  options: Record<string, unknown>;
}

const release = '1.18.5';

/** The proxies of the chart, rendered once for all tests of a file. */
function renderedProxies(): string {
  if (rendered === undefined) {
    const values = [{ global: { istioIntegration: { enabled: true, enableAutoMtls: true } } }];
    const proxies = renderGatewayProxies({ values, chartVersion: release }).manifests.map(({ object }) => object);
    rendered = JSON.stringify(proxies).replace(/(proxyv2:)[\w.-]+/g, '$11.22.3');
  }
  return rendered;
}

let rendered: string | undefined;

/** Everything known and correct: auto mTLS, an sslConfig in addition, and a Deployment instead of pods. */
export function rightWorld(): World {
  const sslConfig = {
    alpnProtocols: ['istio'],
    sds: {
      certificatesSecretName: 'istio_server_cert',
      validationContextName: 'istio_validation_context',
      clusterName: 'gateway_proxy_sds',
    },
  };
  const upstream = (name: string, more: ValueMap): Json => ({
    apiVersion: 'gloo.solo.io/v1',
    kind: 'Upstream',
    metadata: { name, namespace: 'gloo-system' },
    spec: { kube: { serviceName: 'web', serviceNamespace: 'shop', servicePort: 80 }, ...more },
  });
  return {
    objects: [
      ...JSON.parse(renderedProxies()),
      {
        apiVersion: 'gloo.solo.io/v1',
        kind: 'Settings',
        metadata: { name: 'default', namespace: 'gloo-system' },
        spec: { gloo: { istioOptions: { enableAutoMtls: true, enableIntegration: true } } },
      },
      upstream('auto', {}),
      upstream('ssl', { sslConfig }),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
      },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app' }] } } },
      },
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } },
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gloo-system' } },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'gloo', namespace: 'gloo-system' },
        spec: { template: { spec: { containers: [{ name: 'gloo', env: [] }] } } },
      },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'istio', namespace: 'istio-system' },
        data: { mesh: 'enableTracing: false\n' },
      },
      {
        apiVersion: 'security.istio.io/v1',
        kind: 'PeerAuthentication',
        metadata: { name: 'default', namespace: 'istio-system' },
        spec: { mtls: { mode: 'STRICT' } },
      },
    ],
    options: { complete: true, istioVersion: '1.22.3', glooVersion: release },
  };
}

export const find = ({ objects }: World, kind: string, name?: string): Json =>
  objects.find((one) => one.kind === kind && (name === undefined || one.metadata.name === name));
export const gateway = (world: World): Json => find(world, 'Deployment', 'gateway-proxy').spec.template;
export const container = (world: World, name: string): Json =>
  gateway(world).spec.containers.find((one: Json) => one.name === name);
export const agent = (world: World): Json => container(world, 'istio-proxy');
export const setEnv = (one: Json, name: string, value: string): void => {
  const entry = one.env.find((item: Json) => item.name === name);
  if (entry === undefined) one.env.push({ name, value });
  else entry.value = value;
};
export const bootstrap = (world: World, from: string | RegExp, to: string): void => {
  const { data } = find(world, 'ConfigMap', 'gateway-proxy-envoy-config');
  const changed = data['envoy.yaml'].replace(from, to);
  assert.notEqual(changed, data['envoy.yaml']);
  data['envoy.yaml'] = changed;
};
export const meshConfig = (world: World, text: string): void => {
  find(world, 'ConfigMap', 'istio').data.mesh = `${text}\n`;
};
export const web = (world: World): Json => find(world, 'Deployment', 'web').spec.template;
export const annotate = (template: Json, key: string, value: string): void => {
  template.metadata.annotations = { ...template.metadata.annotations, [key]: value };
};
export const label = (object: Json, key: string, value: string): void => {
  object.metadata.labels = { ...object.metadata.labels, [key]: value };
};
export const add = (world: World, ...objects: Json[]): void => {
  world.objects.push(...objects);
};
export const policy = (kind: string, spec: ValueMap, namespace = 'shop'): Json => ({
  apiVersion: kind === 'EnvoyFilter' || kind === 'Sidecar' ? 'networking.istio.io/v1alpha3' : 'security.istio.io/v1',
  ...{ kind, metadata: { name: 'more', namespace }, spec },
});
export const dropMount = (one: Json, name: string): void => {
  one.volumeMounts = one.volumeMounts.filter((mount: Json) => mount.name !== name);
};
export const toPods = (world: World, ...pods: Json[]): void => {
  world.objects = world.objects.filter((one) => one !== find(world, 'Deployment', 'web'));
  add(world, ...pods);
};
export const meshed = (name = 'web-1', more: ValueMap = {}): Json => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', labels: { app: 'web', 'security.istio.io/tlsMode': 'istio' } },
  spec: { serviceAccountName: 'web', containers: [{ name: 'app' }, { name: 'istio-proxy', ...more }] },
  status: { phase: 'Running', podIP: '10.1.0.1' },
});
export const istiod = (
  labels: ValueMap = { 'istio.io/rev': 'default' },
  name = 'istiod',
  namespace = 'istio-system',
): Json => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, labels } },
  spec: { template: { spec: { containers: [{ name: 'discovery', image: 'docker.io/istio/pilot:1.22.3' }] } } },
});

export const openEnv = (one: Json, name: string): void => {
  one.env = one.env.filter((item: Json) => item.name !== name);
  one.env.push({ name, valueFrom: { configMapKeyRef: { name: 'x', key: 'y' } } });
};
export const onVersion = (world: World, tag: string): void => {
  agent(world).image = `docker.io/istio/proxyv2:${tag}`;
};
export const volume = (world: World, name: string, next: ValueMap): void => {
  gateway(world).spec.volumes = gateway(world).spec.volumes.map((one: Json) =>
    one.name === name ? { name, ...next } : one,
  );
};
export const users = (world: World, writer: number | undefined, reader: number | undefined): void => {
  onVersion(world, '1.9.1');
  agent(world).env = agent(world).env.filter((item: Json) => item.name !== 'DISABLE_ENVOY');
  gateway(world).spec.securityContext = {};
  agent(world).securityContext = writer === undefined ? {} : { runAsUser: writer };
  container(world, 'sds').securityContext = reader === undefined ? {} : { runAsUser: reader };
};
export const service = (world: World): Json => find(world, 'Service', 'web');
export const leadTo = (world: World, spec: ValueMap): void => {
  world.objects = world.objects.filter((one) => one.metadata.name !== 'ssl');
  find(world, 'Upstream', 'auto').spec = spec;
};
export const toHost = (world: World, addr: string, port = 80): void => {
  toPods(world, meshed());
  leadTo(world, { static: { hosts: [{ addr, port }] } });
};
export const endpoints = (world: World, address: ValueMap): void => {
  toPods(world, meshed());
  delete service(world).spec.selector;
  const subsets = [{ addresses: [address], ports: [{ name: 'http', port: 8080 }] }];
  add(world, { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web', namespace: 'shop' }, subsets });
};
export const inAmbient = (world: World): void => {
  for (const name of ['shop', 'gloo-system'])
    find(world, 'Namespace', name).metadata.labels = { 'istio.io/dataplane-mode': 'ambient' };
  find(world, 'Settings').spec.gloo.istioOptions = {};
  leadTo(world, { kube: { serviceName: 'web', serviceNamespace: 'shop', servicePort: 80 } });
};
export const allow = (world: World, rule: ValueMap, action = 'ALLOW'): void =>
  add(world, policy('AuthorizationPolicy', { action, rules: [rule] }));
export const own = 'cluster.local/ns/gloo-system/sa/gateway-proxy';
export const requests = (field: string, value: string): ValueMap => ({ to: [{ operation: { [field]: [value] } }] });
export const toCamel = (text: string): string =>
  text.replace(/\b[a-z]+(?:_[a-z0-9]+)+(?=:)/g, (name) => name.replace(/_([a-z0-9])/g, (_, one) => one.toUpperCase()));
/** Auto mTLS is off, so that the proxies send plain text. */
export const plainly = (world: World): void => {
  find(world, 'Settings').spec.gloo.istioOptions = {};
  world.objects = world.objects.filter((one) => one.metadata.name !== 'ssl');
};
/** Istio's own sidecar on the gateway, which Gloo knows about. */
export const withSidecar = (world: World): void => {
  plainly(world);
  find(world, 'Deployment', 'gloo').spec.template.spec.containers[0].env = [
    { name: 'ENABLE_ISTIO_SIDECAR_ON_GATEWAY', value: 'true' },
  ];
  label(find(world, 'Namespace', 'gloo-system'), 'istio-injection', 'enabled');
  const { spec } = gateway(world);
  spec.containers = spec.containers.filter((one: Json) => one.name === 'gateway-proxy');
};
/** One object less. */
export const without = (world: World, kind: string, name?: string): void => {
  const gone = find(world, kind, name);
  world.objects = world.objects.filter((one) => one !== gone);
};
/** Everything is known but these kinds. */
export const besides = (world: World, ...kinds: readonly string[]): void => {
  const all = ['AuthorizationPolicy', 'ConfigMap', 'DaemonSet', 'Deployment', 'DestinationRule', 'EnvoyFilter', 'Pod'];
  const more = ['MutatingWebhookConfiguration', 'Namespace', 'PeerAuthentication', 'Secret', 'Service', 'ServiceEntry'];
  const complete = [...all, ...more, 'Settings', 'Sidecar', 'Upstream', 'VirtualService', 'Gateway'];
  world.options['complete'] = complete.filter((kind) => !kinds.includes(kind));
};
export const kubeTo = (more: ValueMap = {}): ValueMap => ({
  serviceName: 'web',
  serviceNamespace: 'shop',
  servicePort: 80,
  ...more,
});
export const objectOf = (
  kind: string,
  apiVersion: string,
  name: string,
  namespace: string,
  rest: ValueMap = {},
): Json => ({
  ...{ apiVersion, kind, metadata: { name, namespace }, ...rest },
});
export const sdsOf = (world: World): Json => find(world, 'Upstream', 'ssl').spec.sslConfig.sds;
/** Only the Upstream with an sslConfig. */
export const onlySsl = (world: World): void => without(world, 'Upstream', 'auto');
