/**
 * "works" needs a proof: a working world with one change that breaks it or makes it undecided must no longer work,
 * whatever harmless changes come with it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkWorld } from '../../src/istio/check/check.ts';
import type { ValueMap } from '../../src/value.ts';
import { goldenCases } from '../support/golden-cases.ts';
import { partsOfRows } from '../support/istio-world.ts';
import {
  add,
  agent,
  allow,
  annotate,
  bootstrap,
  container,
  dropMount,
  endpoints,
  find,
  gateway,
  inAmbient,
  istiod,
  type Json,
  label,
  leadTo,
  meshConfig,
  meshed,
  onVersion,
  openEnv,
  own,
  policy,
  requests,
  rightWorld,
  service,
  setEnv,
  toCamel,
  toHost,
  toPods,
  users,
  volume,
  type World,
  web,
} from '../support/proof-world.ts';

interface Change {
  readonly what: string;
  readonly apply: (world: World) => void;
  /** Harmless changes that would fix it. */
  readonly not?: readonly string[];
}

const breaks: readonly Change[] = [
  // The path of the certificates
  {
    what: 'the SDS cluster without HTTP/2',
    apply: (w) =>
      bootstrap(w, /(name: gateway_proxy_sds\n +connect_timeout: \S+\n) +http2_protocol_options: \{\}\n/, '$1'),
  },
  {
    what: 'the SDS cluster over TLS',
    apply: (w) =>
      bootstrap(
        w,
        /( +)(- name: gateway_proxy_sds\n)/,
        '$1$2$1  transport_socket: {name: envoy.transport_sockets.tls, typed_config: {"@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext}}\n',
      ),
  },
  { what: 'the SDS cluster at another port', apply: (w) => bootstrap(w, 'port_value: 8234', 'port_value: 8235') },
  { what: 'no SDS cluster', apply: (w) => bootstrap(w, 'name: gateway_proxy_sds', 'name: other_sds') },
  {
    what: 'sds reads nothing of the mesh',
    apply: (w) => setEnv(container(w, 'sds'), 'ISTIO_MTLS_SDS_ENABLED', 'false'),
  },
  {
    what: 'istio-certs is mounted read-only',
    apply: (w) => {
      for (const mount of agent(w).volumeMounts) if (mount.name === 'istio-certs') mount.readOnly = true;
    },
  },
  {
    what: 'istio-certs is a ConfigMap',
    apply: (w) => {
      gateway(w).spec.volumes = gateway(w).spec.volumes.map((one: Json) =>
        one.name === 'istio-certs' ? { name: 'istio-certs', configMap: { name: 'x' } } : one,
      );
    },
  },
  {
    what: 'istio-certs by subPathExpr',
    apply: (w) => {
      for (const mount of agent(w).volumeMounts) if (mount.name === 'istio-certs') mount.subPathExpr = '$(POD_NAME)';
    },
  },
  {
    what: 'OUTPUT_CERTS from elsewhere',
    apply: (w) => {
      const entry = agent(w).env.find((item: Json) => item.name === 'OUTPUT_CERTS');
      delete entry.value;
      entry.valueFrom = { configMapKeyRef: { name: 'x', key: 'y' } };
    },
  },
  { what: 'a later OUTPUT_CERTS wins', apply: (w) => agent(w).env.push({ name: 'OUTPUT_CERTS', value: '/tmp' }) },
  {
    what: 'the token is for another audience',
    apply: (w) => {
      for (const { projected } of gateway(w).spec.volumes)
        if (projected) projected.sources[0].serviceAccountToken.audience = 'vault';
    },
  },
  {
    what: 'the token has another path',
    apply: (w) => {
      for (const { projected } of gateway(w).spec.volumes)
        if (projected) projected.sources[0].serviceAccountToken.path = 'token';
    },
  },
  { what: 'no token', apply: (w) => dropMount(agent(w), 'istio-token') },
  { what: 'no root certificate', apply: (w) => dropMount(agent(w), 'istiod-ca-cert') },
  {
    what: 'first-party tokens, which istiod no longer takes',
    apply: (w) => {
      agent(w).image = 'docker.io/istio/proxyv2:1.21.0';
      setEnv(agent(w), 'JWT_POLICY', 'first-party-jwt');
    },
  },
  {
    what: 'an empty JWT_POLICY before 1.22',
    apply: (w) => {
      agent(w).image = 'docker.io/istio/proxyv2:1.20.3';
      setEnv(agent(w), 'JWT_POLICY', '');
    },
  },
  {
    what: 'an agent of unknown version',
    apply: (w) => {
      agent(w).image =
        'example.com/istio/proxyv2@sha256:0000000000000000000000000000000000000000000000000000000000000000';
    },
  },
  {
    what: 'an agent that writes once',
    apply: (w) => {
      agent(w).image = 'docker.io/istio/proxyv2:1.12.9';
    },
  },
  {
    what: 'files that only their owner reads',
    apply: (w) => {
      agent(w).image = 'docker.io/istio/proxyv2:1.9.1';
      agent(w).env = agent(w).env.filter((item: Json) => item.name !== 'DISABLE_ENVOY');
      agent(w).securityContext = { runAsUser: 1337 };
    },
  },
  {
    what: 'istio-pilot, which is gone',
    apply: (w) => setEnv(agent(w), 'CA_ADDR', 'istio-pilot.istio-system.svc:15012'),
  },
  { what: 'another authority', apply: (w) => setEnv(agent(w), 'CA_ADDR', 'ca.example.com:443') },
  {
    what: 'an istiod of a revision that is not asked',
    not: ['an istiod'],
    apply: (w) => add(w, istiod({ 'istio.io/rev': '1-22' }, 'istiod-1-22')),
  },
  {
    what: 'an istiod in another namespace',
    not: ['an istiod'],
    apply: (w) => add(w, istiod({ 'istio.io/rev': 'default' }, 'istiod', 'mesh')),
  },
  // The gateway's own pod
  { what: 'the gateway is injected by a label of its pod', apply: (w) => label(gateway(w), 'istio.io/rev', 'default') },
  {
    what: 'the gateway is injected by its Namespace',
    apply: (w) => label(find(w, 'Namespace', 'gloo-system'), 'istio-injection', 'enabled'),
  },
  {
    what: 'the gateway is injected by another word that is none',
    apply: (w) => {
      label(find(w, 'Namespace', 'gloo-system'), 'istio-injection', 'enabled');
      label(gateway(w), 'sidecar.istio.io/inject', 'no');
    },
  },
  // Gloo
  {
    what: 'Gloo does not watch the namespace of the Upstream',
    apply: (w) => {
      find(w, 'Settings').spec.watchNamespaces = ['edge'];
      for (const one of w.objects) if (one.kind === 'Upstream') one.metadata.namespace = 'other';
    },
  },
  {
    what: 'Gloo does not watch the namespace of the Service',
    not: ['Gloo watches both namespaces'],
    apply: (w) => {
      find(w, 'Settings').spec.watchNamespaces = ['gloo-system'];
    },
  },
  {
    what: 'a proxy for the connections',
    apply: (w) => {
      for (const one of w.objects) if (one.kind === 'Upstream') one.spec.httpProxyHostname = 'proxy.example.com:3128';
    },
  },
  {
    what: 'failover to elsewhere',
    apply: (w) => {
      for (const one of w.objects)
        if (one.kind === 'Upstream')
          one.spec.failover = {
            prioritizedLocalities: [{ localityEndpoints: [{ lbEndpoints: [{ address: '192.0.2.1', port: 80 }] }] }],
          };
    },
  },
  // The pods
  {
    what: 'injection is refused by a word of the pod',
    apply: (w) => label(web(w), 'sidecar.istio.io/inject', 'false'),
  },
  {
    what: 'the Namespace asks a revision that is not there',
    apply: (w) => {
      add(w, istiod());
      find(w, 'Namespace', 'shop').metadata.labels = { 'istio.io/rev': '1-21' };
    },
  },
  {
    what: 'the Namespace asks the default injector, which is not there',
    not: ['an istiod'],
    apply: (w) => {
      add(w, istiod({ 'istio.io/rev': '1-22' }, 'istiod-1-22'));
      setEnv(agent(w), 'CA_ADDR', 'istiod-1-22.istio-system.svc:15012');
      setEnv(agent(w), 'PROXY_CONFIG', '{"discoveryAddress": "istiod-1-22.istio-system.svc:15012"}');
    },
  },
  { what: 'no redirection', apply: (w) => annotate(web(w), 'sidecar.istio.io/interceptionMode', 'NONE') },
  {
    what: 'a gRPC agent in place of a sidecar',
    apply: (w) => annotate(web(w), 'inject.istio.io/templates', 'grpc-agent'),
  },
  {
    what: 'an Istio gateway in place of a sidecar',
    apply: (w) => toPods(w, meshed('web-1', { args: ['proxy', 'router', '--domain', 'x'] })),
  },
  {
    what: 'another Gloo proxy, whose istio-proxy ends nothing',
    apply: (w) => toPods(w, meshed('web-1', { env: [{ name: 'DISABLE_ENVOY', value: 'true' }] })),
  },
  {
    what: 'a port of the sidecar itself',
    apply: (w) => {
      find(w, 'Service', 'web').spec.ports[0].targetPort = 15021;
    },
  },
  {
    what: 'one pod of many without a sidecar',
    apply: (w) => {
      const bare = meshed('web-999');
      bare.spec.containers.pop();
      toPods(
        w,
        ...Array.from({ length: 300 }, (_, at) => {
          const one = meshed(`web-${at}`);
          one.spec.serviceAccountName = `sa-${at}`;
          return one;
        }),
        bare,
      );
    },
  },
  {
    what: 'an address without a pod',
    apply: (w) => {
      toPods(w, meshed());
      delete find(w, 'Service', 'web').spec.selector;
      add(w, {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name: 'web', namespace: 'shop' },
        subsets: [{ addresses: [{ ip: '10.1.0.1' }, { ip: '192.0.2.7' }], ports: [{ port: 8080 }] }],
      });
    },
  },
  {
    what: 'a host of many outside the mesh',
    apply: (w) => {
      const hosts = Array.from({ length: 150 }, (_, at) => ({
        addr: at === 149 ? 'api.example.com' : 'web.shop.svc.cluster.local',
        port: 80,
      }));
      for (const one of w.objects)
        if (one.kind === 'Upstream') one.spec = { ...one.spec, kube: undefined, static: { hosts } };
    },
  },
  {
    what: 'an app that ends TLS itself',
    not: ['a port of another name'],
    apply: (w) => {
      find(w, 'Service', 'web').spec.ports[0].name = 'https';
    },
  },
  // Policies
  { what: 'the mode is DISABLE', apply: (w) => add(w, policy('PeerAuthentication', { mtls: { mode: 'DISABLE' } })) },
  {
    what: 'the port is DISABLE',
    apply: (w) =>
      add(
        w,
        policy('PeerAuthentication', {
          selector: { matchLabels: { app: 'web' } },
          portLevelMtls: { 8080: { mode: 'DISABLE' } },
        }),
      ),
  },
  {
    what: 'DISABLE for a label that only the injector writes',
    apply: (w) =>
      add(
        w,
        policy('PeerAuthentication', {
          selector: { matchLabels: { 'service.istio.io/canonical-name': 'web' } },
          mtls: { mode: 'DISABLE' },
        }),
      ),
  },
  {
    what: 'DISABLE for a label that only a controller writes',
    apply: (w) =>
      add(
        w,
        policy('PeerAuthentication', {
          selector: { matchLabels: { 'pod-template-hash': '7d9f' } },
          mtls: { mode: 'DISABLE' },
        }),
      ),
  },
  {
    what: 'one of many policies without an age is DISABLE',
    apply: (w) => {
      add(
        w,
        ...Array.from({ length: 20 }, (_, at) => {
          const one = policy('PeerAuthentication', { mtls: { mode: at === 11 ? 'DISABLE' : 'STRICT' } });
          one.metadata.name = `p-${at}`;
          return one;
        }),
      );
    },
  },
  {
    what: 'a policy without rules',
    not: ['the gateway is let in'],
    apply: (w) => add(w, policy('AuthorizationPolicy', {})),
  },
  {
    what: 'a policy that denies the gateway',
    apply: (w) =>
      add(
        w,
        policy('AuthorizationPolicy', {
          action: 'DENY',
          rules: [{ from: [{ source: { namespaces: ['gloo-system'] } }] }],
        }),
      ),
  },
  {
    what: 'a policy that wants a JWT',
    not: ['the gateway is let in'],
    apply: (w) =>
      add(w, policy('AuthorizationPolicy', { rules: [{ from: [{ source: { requestPrincipals: ['*'] } }] }] })),
  },
  {
    what: 'a policy that wants a header',
    not: ['the gateway is let in'],
    apply: (w) =>
      add(w, policy('AuthorizationPolicy', { rules: [{ when: [{ key: 'request.headers[x-key]', values: ['*'] }] }] })),
  },
  {
    what: 'a policy that wants a claim',
    not: ['the gateway is let in'],
    apply: (w) =>
      add(
        w,
        policy('AuthorizationPolicy', { rules: [{ when: [{ key: 'request.auth.claims[iss]', values: ['*'] }] }] }),
      ),
  },
  {
    what: 'a policy of the root namespace that asks somebody else',
    apply: (w) =>
      add(w, policy('AuthorizationPolicy', { action: 'CUSTOM', provider: { name: 'x' }, rules: [{}] }, 'istio-system')),
  },
  {
    what: 'DENY for a label that only the injector writes',
    apply: (w) =>
      add(
        w,
        policy('AuthorizationPolicy', {
          selector: { matchLabels: { 'service.istio.io/canonical-name': 'web' } },
          action: 'DENY',
          rules: [{}],
        }),
      ),
  },
  {
    what: 'a Sidecar with listeners of its own',
    apply: (w) =>
      add(
        w,
        policy('Sidecar', {
          ingress: [{ port: { number: 8080, protocol: 'HTTP' }, defaultEndpoint: '127.0.0.1:8080' }],
        }),
      ),
  },
  {
    what: 'an EnvoyFilter on the inbound listener',
    apply: (w) =>
      add(
        w,
        policy('EnvoyFilter', {
          configPatches: [
            { applyTo: 'FILTER_CHAIN', match: { context: 'SIDECAR_INBOUND' }, patch: { operation: 'REMOVE' } },
          ],
        }),
      ),
  },
  // Objects of other groups with the same kind
  {
    what: 'a STRICT that is not Istio’s, a DISABLE that is',
    apply: (w) => {
      find(w, 'PeerAuthentication').apiVersion = 'example.com/v1';
      add(w, policy('PeerAuthentication', { mtls: { mode: 'DISABLE' } }, 'istio-system'));
    },
  },
  // Settings of the whole mesh, and of Gloo's control plane
  {
    what: 'another root namespace, where nothing is STRICT',
    apply: (w) => {
      meshConfig(w, 'rootNamespace: mesh');
      add(w, policy('PeerAuthentication', { mtls: { mode: 'DISABLE' } }, 'mesh'));
    },
  },
  {
    what: 'another trust domain, and a policy that lets in another one',
    not: ['the gateway is let in'],
    apply: (w) => {
      meshConfig(w, 'trustDomain: corp.example');
      const principals = ['corp.other/ns/gloo-system/sa/gateway-proxy'];
      add(w, policy('AuthorizationPolicy', { rules: [{ from: [{ source: { principals } }] }] }));
    },
  },
  {
    what: 'two revisions with different root namespaces',
    apply: (w) => {
      const second = structuredClone(find(w, 'ConfigMap', 'istio'));
      second.metadata.name = 'istio-canary';
      second.data.mesh = 'rootNamespace: mesh';
      add(w, second);
    },
  },
  {
    what: 'a policy for nobody, and one for the gateway that is a dry run',
    not: ['the gateway is let in'],
    apply: (w) => {
      const dry = policy('AuthorizationPolicy', { rules: [{}] });
      dry.metadata = { ...dry.metadata, name: 'dry', annotations: { 'istio.io/dry-run': 'true' } };
      add(w, policy('AuthorizationPolicy', {}), dry);
    },
  },
  {
    what: 'Istio’s sidecar on the gateway, for which the endpoints are addresses of Services',
    apply: (w) => {
      find(w, 'Deployment', 'gloo').spec.template.spec.containers[0].env = [
        { name: 'ENABLE_ISTIO_SIDECAR_ON_GATEWAY', value: 'true' },
      ];
      w.objects = w.objects.filter((one) => one.metadata.name !== 'ssl');
    },
  },
  {
    what: 'whether Gloo serves Istio’s sidecar comes from elsewhere',
    apply: (w) => {
      find(w, 'Deployment', 'gloo').spec.template.spec.containers[0].env = [
        { name: 'ENABLE_ISTIO_SIDECAR_ON_GATEWAY', valueFrom: { configMapKeyRef: { name: 'x', key: 'y' } } },
      ];
      w.objects = w.objects.filter((one) => one.metadata.name !== 'ssl');
    },
  },
  {
    what: 'a Gloo before the Settings knew the integration, whose variable is not set',
    apply: (w) => {
      w.options['glooVersion'] = '1.17.0-beta20';
      w.objects = w.objects.filter((one) => one.metadata.name !== 'ssl');
    },
  },
  {
    what: 'the same, without its Deployment',
    apply: (w) => {
      w.options['glooVersion'] = '1.17.0-beta20';
      w.objects = w.objects.filter((one) => !['ssl', 'gloo'].includes(one.metadata.name));
    },
  },
  {
    what: 'a namespace of Kubernetes itself, into whose pods nothing is injected',
    apply: (w) => {
      w.objects = JSON.parse(JSON.stringify(w.objects).replaceAll('"shop"', '"kube-system"'));
    },
  },
  { what: 'an agent of another cluster', apply: (w) => setEnv(agent(w), 'ISTIO_META_CLUSTER_ID', 'east') },
  {
    what: 'an istiod of another cluster',
    not: ['an istiod'],
    apply: (w) => {
      const other = istiod();
      other.spec.template.spec.containers[0].env = [{ name: 'CLUSTER_ID', value: 'east' }];
      add(w, other);
    },
  },
  {
    what: 'a headless Service by its name, whose pods have another mode at the port of the host',
    apply: (w) => {
      find(w, 'Service', 'web').spec.clusterIP = 'None';
      find(w, 'Upstream', 'ssl').spec = {
        ...find(w, 'Upstream', 'ssl').spec,
        kube: undefined,
        static: { hosts: [{ addr: 'web.shop.svc.cluster.local.', port: 80 }] },
      };
      w.objects = w.objects.filter((one) => one.metadata.name !== 'auto');
      add(
        w,
        policy('PeerAuthentication', {
          selector: { matchLabels: { app: 'web' } },
          portLevelMtls: { 80: { mode: 'DISABLE' } },
        }),
      );
    },
  },
  {
    what: 'a pod of the Service, and a workload whose pods were not given',
    apply: (w) => {
      w.options['complete'] = [
        'PeerAuthentication',
        'AuthorizationPolicy',
        'Namespace',
        'Settings',
        'ConfigMap',
        'Deployment',
      ];
      const old = structuredClone(find(w, 'Deployment', 'web'));
      old.metadata.name = 'web-old';
      old.spec.template.metadata.labels = { app: 'web', track: 'old', 'sidecar.istio.io/inject': 'false' };
      toPods(w, meshed(), old);
    },
  },
  {
    what: 'a pod that is not ready and has no sidecar',
    apply: (w) => {
      const bare = meshed('web-2');
      bare.spec.containers.pop();
      bare.status.conditions = [{ type: 'Ready', status: 'False' }];
      toPods(w, meshed(), bare);
    },
  },
  // What is unknown
  {
    what: 'no configuration of the mesh',
    apply: (w) => {
      w.options['complete'] = ['PeerAuthentication', 'AuthorizationPolicy', 'Namespace', 'Settings', 'Deployment'];
      w.objects = w.objects.filter((one) => one.metadata.name !== 'istio');
    },
  },
  {
    what: 'no Deployment of Gloo',
    apply: (w) => {
      w.options['complete'] = ['PeerAuthentication', 'AuthorizationPolicy', 'Namespace', 'Settings'];
      w.objects = w.objects.filter((one) => !['ssl', 'gloo'].includes(one.metadata.name));
    },
  },
  {
    what: 'no gateway proxies',
    apply: (w) => {
      w.objects = w.objects.filter((one) => one.metadata.name !== 'gateway-proxy');
    },
  },
  {
    what: 'policies of the root namespace alone',
    not: ['a policy for other pods'],
    apply: (w) => {
      w.options['complete'] = ['AuthorizationPolicy', 'Namespace', 'Settings'];
      find(w, 'PeerAuthentication').spec.mtls.mode = 'PERMISSIVE';
    },
  },
  {
    what: 'AuthorizationPolicies of another namespace alone',
    not: ['the gateway is let in'],
    apply: (w) => {
      w.options['complete'] = ['PeerAuthentication', 'Namespace', 'Settings'];
      add(w, policy('AuthorizationPolicy', {}, 'other'));
    },
  },
  {
    what: 'no Settings',
    apply: (w) => {
      w.options['complete'] = ['PeerAuthentication', 'AuthorizationPolicy', 'Namespace'];
      w.objects = w.objects.filter((one) => one.kind !== 'Settings' && one.metadata.name !== 'ssl');
    },
  },
  {
    what: 'Settings of another name',
    apply: (w) => {
      find(w, 'Settings').metadata.name = 'other';
      w.objects = w.objects.filter((one) => one.metadata.name !== 'ssl');
    },
  },
];

const harmless: readonly Change[] = [
  { what: 'more labels', apply: (w) => label(web(w), 'version', 'v1') },
  { what: 'an istiod', apply: (w) => add(w, istiod()) },
  {
    what: 'PERMISSIVE',
    apply: (w) => {
      find(w, 'PeerAuthentication').spec.mtls.mode = 'PERMISSIVE';
    },
  },
  {
    what: 'a policy for other pods',
    apply: (w) =>
      add(w, policy('PeerAuthentication', { selector: { matchLabels: { app: 'other' } }, mtls: { mode: 'DISABLE' } })),
  },
  {
    what: 'the gateway is let in',
    apply: (w) =>
      add(
        w,
        policy(
          'AuthorizationPolicy',
          { rules: [{ from: [{ source: { principals: ['cluster.local/ns/gloo-system/sa/gateway-proxy'] } }] }] },
          'shop',
        ),
      ),
  },
  {
    what: 'a port of another name',
    apply: (w) => {
      find(w, 'Service', 'web').spec.ports[0].name = 'grpc-web';
    },
  },
  {
    what: 'Gloo watches both namespaces',
    apply: (w) => {
      find(w, 'Settings').spec.watchNamespaces = ['shop', 'gloo-system'];
    },
  },
  {
    what: 'an object of another group',
    apply: (w) =>
      w.objects.unshift(
        {
          apiVersion: 'serving.knative.dev/v1',
          kind: 'Service',
          metadata: { name: 'web', namespace: 'shop' },
          spec: {},
        },
        {
          apiVersion: 'policy.linkerd.io/v1alpha1',
          kind: 'AuthorizationPolicy',
          metadata: { name: 'web', namespace: 'shop' },
          spec: {},
        },
      ),
  },
  {
    what: 'Istio 1.30',
    apply: (w) => {
      w.options['istioVersion'] = '1.30.3';
    },
  },
];

function copy(world: World): World {
  return structuredClone(world);
}

const isWhole = goldenCases('test/golden/check/proof.txt');

function verdicts({ objects, options }: World): readonly string[] {
  const { rows, problems } = checkWorld({ objects, ...options });
  assert.ok(rows.length > 0);
  isWhole([objects, options], [...partsOfRows(rows), ...problems]);
  return rows.map(
    ({ upstream, verdict, reasons }) => `${upstream.name} ${verdict} ${reasons.map(({ code }) => code).join()}`,
  );
}

const works = (line: string): boolean => / works /.test(line);

test('the world that is changed works, and harmless changes leave it so', () => {
  for (const change of [undefined, ...harmless]) {
    const world = copy(rightWorld());
    change?.apply(world);
    const lines = verdicts(world);
    assert.ok(lines.every(works), `${change?.what}: ${lines.join('; ')}`);
  }
});

test('a pod that is not ready does not change what holds for those that are', () => {
  const world = copy(rightWorld());
  const unready = meshed('web-2');
  unready.status.conditions = [{ type: 'Ready', status: 'False' }];
  toPods(world, meshed(), unready);
  assert.ok(verdicts(world).every(works));
});

test('a bootstrap in camel case has the same clusters', () => {
  const world = copy(rightWorld());
  const { data } = find(world, 'ConfigMap', 'gateway-proxy-envoy-config');
  data['envoy.yaml'] = data['envoy.yaml'].replace('static_resources:', 'staticResources:');
  assert.ok(verdicts(world).every(works));
});

for (let start = 0; start < breaks.length; start += 10) {
  const some = breaks.slice(start, start + 10);
  test(`no "works" without a proof: ${some[0]?.what} … ${some.at(-1)?.what}`, () => {
    for (const { what, apply } of some) {
      const world = copy(rightWorld());
      apply(world);
      const lines = verdicts(world);
      assert.ok(!lines.some(works), `${what}: ${lines.join('; ')}`);
    }
  });
}

// Each with a third of them, and each of them with a third of what breaks it.
for (const [place, change] of breaks.entries())
  test(`no "works" without a proof, with harmless changes: ${change.what}`, () => {
    const some = harmless.filter((_, at) => (place + at) % 3 === 0);
    for (const extra of some.filter(({ what }) => !change.not?.includes(what))) {
      const both = copy(rightWorld());
      change.apply(both);
      try {
        extra.apply(both);
      } catch {
        continue;
      }
      const found = verdicts(both);
      assert.ok(!found.some(works), `${extra.what}: ${found.join('; ')}`);
    }
  });

/** Each kind that may be incomplete, and what of it was given nevertheless. */
const kinds = [
  ...['AuthorizationPolicy', 'ConfigMap', 'DaemonSet', 'Deployment', 'DestinationRule', 'EnvoyFilter', 'Gateway'],
  ...['MutatingWebhookConfiguration', 'Namespace', 'PeerAuthentication', 'Pod', 'Secret', 'Service', 'ServiceEntry'],
  ...['Settings', 'Sidecar', 'Upstream', 'VirtualService'],
];
const agentFaults: Readonly<Record<string, (world: World) => void>> = {
  'without a token': (w) => dropMount(agent(w), 'istio-token'),
  'without a root certificate': (w) => dropMount(agent(w), 'istiod-ca-cert'),
  'without a name of its cluster': (w) => setEnv(agent(w), 'ISTIO_META_CLUSTER_ID', ''),
  'with another name of its cluster': (w) => setEnv(agent(w), 'ISTIO_META_CLUSTER_ID', 'east'),
  'with an Envoy': (w) => setEnv(agent(w), 'DISABLE_ENVOY', 'false'),
  'with another user': (w) => {
    agent(w).securityContext = { runAsUser: 1337 };
    container(w, 'sds').securityContext = { runAsUser: 101 };
  },
  'with the address of istio-pilot': (w) => setEnv(agent(w), 'CA_ADDR', 'istio-pilot.istio-system.svc:15012'),
};

/** Worlds that differ from the right one in one thing; test/golden/check/proof.txt has all that is said of them. */
const others: readonly (readonly [what: string, change: (world: World) => void])[] = [
  ...['ISTIO_MTLS_SDS_ENABLED'].map(
    (name) => [`${name} of sds is open`, (w: World) => openEnv(container(w, 'sds'), name)] as const,
  ),
  ...['JWT_POLICY', 'PILOT_CERT_PROVIDER', 'PROXY_CONFIG', 'CA_ADDR', 'ISTIO_META_CLUSTER_ID'].flatMap((name) =>
    ['1.7.3', '1.16.0', '1.21.6', '1.22.3'].map(
      (tag) =>
        [
          `${name} is open, on Istio ${tag}`,
          (w: World) => {
            onVersion(w, tag);
            openEnv(agent(w), name);
          },
        ] as const,
    ),
  ),
  [
    'first-party tokens that istiod still takes',
    (w) => {
      onVersion(w, '1.16.0');
      w.options['istioVersion'] = '1.16.0';
      setEnv(agent(w), 'JWT_POLICY', 'first-party-jwt');
    },
  ],
  ['another provider of the root certificate', (w) => setEnv(agent(w), 'PILOT_CERT_PROVIDER', 'kubernetes')],
  ['the root certificate is in a Secret', (w) => volume(w, 'istiod-ca-cert', { secret: { secretName: 'ca' } })],
  ['the token is in a Secret', (w) => volume(w, 'istio-token', { secret: { secretName: 'token' } })],
  ...['configMap', 'secret', 'projected', 'downwardAPI', 'emptyDir', 'hostPath'].map(
    (kind) =>
      [`istio-certs is a volume of kind ${kind}`, (w: World) => volume(w, 'istio-certs', { [kind]: {} })] as const,
  ),
  ...['1.6.8', '1.6.9', '1.7.0', '1.7.8', '1.8.0'].map(
    (tag) =>
      [
        `no name of the cluster, on Istio ${tag}`,
        (w: World) => {
          onVersion(w, tag);
          setEnv(agent(w), 'ISTIO_META_CLUSTER_ID', '');
        },
      ] as const,
  ),
  ['istio-certs is no volume', (w) => volume(w, 'other', {})],
  [
    'istio-certs is gone',
    (w) => {
      gateway(w).spec.volumes = gateway(w).spec.volumes.filter((one: Json) => one.name !== 'istio-certs');
    },
  ],
  ['another name of the cluster', (w) => setEnv(agent(w), 'ISTIO_META_CLUSTER_ID', 'east')],
  [
    'another name of the cluster, which istiod has too',
    (w) => {
      const one = istiod();
      one.spec.template.spec.containers[0].env = [{ name: 'CLUSTER_ID', value: 'east' }];
      add(w, one);
      setEnv(agent(w), 'ISTIO_META_CLUSTER_ID', 'east');
    },
  ],
  [
    'the sidecar is native',
    (w) => {
      const native = { ...agent(w), restartPolicy: 'Always', env: [] };
      gateway(w).spec.containers = gateway(w).spec.containers.filter((one: Json) => one.name !== 'istio-proxy');
      gateway(w).spec.initContainers = [native];
    },
  ],
  ...(
    [
      [1337, 1337],
      [1337, 101],
      [1337, 0],
      [1337, undefined],
      [undefined, 101],
      [undefined, undefined],
    ] as const
  ).map(
    ([writer, reader]) => [`user ${writer} writes, ${reader} reads`, (w: World) => users(w, writer, reader)] as const,
  ),
  ...[
    'istiod.istio-system',
    'istiod.istio-system.svc.cluster.local:15012',
    'x/istiod.istio-system.svc:15012',
    'istiod:15012',
    'istiodx.istio-system.svc',
    'istiod-a.istio-system.svc:15012',
    'istiod.istio-system.svc:15012/x',
  ].map((address) => [`certificates from ${address}`, (w: World) => setEnv(agent(w), 'CA_ADDR', address)] as const),
  [
    'the bootstrap in camel case',
    (w) => bootstrap(w, /[\s\S]+/, toCamel(find(w, 'ConfigMap', 'gateway-proxy-envoy-config').data['envoy.yaml'])),
  ],
  ...(
    [
      ['sds', { name: 'certificates' }],
      ['sds', { image: 'example.com/mine:1' }],
      ['sds', { name: 'certificates', image: 'quay.io/solo-io/sds-ee-fips:1.18.5' }],
      ['sds', { name: 'certificates', image: 'example.com/sdsx:1' }],
      ['sds', { name: 'certificates', image: 'example.com/my-sds:1' }],
      ['istio-proxy', { name: 'agent' }],
      ['istio-proxy', { image: 'example.com/agent:1.22.3' }],
      ['istio-proxy', { name: 'agent', image: 'example.com/proxyv2x:1.22.3' }],
    ] as const
  ).map(
    ([name, changed]) =>
      [
        `the container ${name} with ${JSON.stringify(changed)}`,
        (w: World) => Object.assign(container(w, name), changed),
      ] as const,
  ),
  ...(
    [
      ['istio-proxy', { mountPath: '/' }],
      ['both', { mountPath: '/etc' }],
      ['both', { mountPath: '/etc/istio' }],
      ['both', { subPath: 'a' }],
      ['sds', { subPath: 'a' }],
    ] as const
  ).map(
    ([which, changed]) =>
      [
        `istio-certs mounted in ${which} with ${JSON.stringify(changed)}`,
        (w: World) => {
          for (const name of which === 'both' ? ['sds', 'istio-proxy'] : [which])
            Object.assign(
              container(w, name).volumeMounts.find((mount: Json) => mount.name === 'istio-certs'),
              changed,
            );
        },
      ] as const,
  ),
  [
    'an agent that lacks several things',
    (w) => {
      onVersion(w, '1.9.1');
      dropMount(agent(w), 'istio-token');
      dropMount(agent(w), 'istiod-ca-cert');
      setEnv(agent(w), 'ISTIO_META_CLUSTER_ID', '');
      setEnv(agent(w), 'CA_ADDR', 'istio-pilot.istio-system.svc:15012');
    },
  ],
  // Destinations.
  ...['consul', 'aws', 'pipe', 'none'].map(
    (kind) =>
      [`a destination of kind ${kind}`, (w: World) => leadTo(w, kind === 'none' ? {} : { [kind]: {} })] as const,
  ),
  ...[
    'web',
    'web.shop',
    'WEB.shop.',
    'web.shop.svc',
    'web.shop.svc.cluster.local',
    'a.web.shop.svc',
    'web.shop.example.com',
    'api.example.com',
    '10.1.0.1',
    '10.9.9.9',
    '10.96.0.7',
  ].map(
    (addr) =>
      [
        `the host ${addr}`,
        (w: World) => {
          toHost(w, addr, addr === '10.1.0.1' ? 8080 : 80);
          service(w).spec.clusterIP = '10.96.0.7';
        },
      ] as const,
  ),
  ...[undefined, 'web.shop'].map(
    (sniAddr) =>
      [
        `the hosts web.shop, with the server name ${sniAddr}, and another`,
        (w: World) => {
          const { sslConfig } = find(w, 'Upstream', 'ssl').spec;
          toHost(w, 'web.shop');
          const hosts = [
            { addr: 'web.shop', port: 80, ...(sniAddr ? { sniAddr } : {}) },
            { addr: '10.1.0.1', port: 80 },
          ];
          leadTo(w, { static: { hosts }, sslConfig });
        },
      ] as const,
  ),
  ['a port that the Service of the host does not have', (w) => toHost(w, 'web.shop', 81)],
  [
    'a headless Service',
    (w) => {
      toHost(w, 'web.shop', 8080);
      service(w).spec.clusterIP = 'None';
    },
  ],
  [
    'too many hosts',
    (w) => leadTo(w, { static: { hosts: Array.from({ length: 101 }, () => ({ addr: 'web.shop', port: 80 })) } }),
  ],
  [
    'as many hosts as are checked',
    (w) => leadTo(w, { static: { hosts: Array.from({ length: 100 }, () => ({ addr: 'web.shop', port: 80 })) } }),
  ],
  [
    'a port that the Service does not have',
    (w) => leadTo(w, { kube: { serviceName: 'web', serviceNamespace: 'shop', servicePort: 81 } }),
  ],
  [
    'a Service that is not there',
    (w) => leadTo(w, { kube: { serviceName: 'none', serviceNamespace: 'shop', servicePort: 80 } }),
  ],
  [
    'a Service that is not there, and TLS that Gloo refuses',
    (w) =>
      leadTo(w, {
        kube: { serviceName: 'none', serviceNamespace: 'shop', servicePort: 80 },
        sslConfig: { secretRef: { name: 'none', namespace: 'shop' } },
      }),
  ],
  ...[
    ['True', 'True'],
    ['False', 'True'],
    ['True', 'False'],
    ['False', 'False'],
  ].map(
    ([web = '', bare = '']) =>
      [
        `a pod without sidecar that is ready: ${bare}, beside one with: ${web}`,
        (w: World) => {
          const [one, two] = [meshed(), meshed('web-2')];
          two.spec.containers = [{ name: 'app' }];
          one.status.conditions = [
            { type: 'PodScheduled', status: 'True' },
            { type: 'Ready', status: web },
          ];
          two.status.conditions = [
            { type: 'Ready', status: bare },
            { type: 'Initialized', status: 'False' },
          ];
          toPods(w, one, two);
        },
      ] as const,
  ),
  [
    'a selector of the Upstream',
    (w) =>
      leadTo(w, {
        kube: { serviceName: 'web', serviceNamespace: 'shop', servicePort: 80, selector: { app: 'other' } },
      }),
  ],
  [
    'Endpoints with the name of a pod',
    (w) => endpoints(w, { ip: '10.1.0.9', targetRef: { kind: 'Pod', name: 'web-1', namespace: 'shop' } }),
  ],
  ['Endpoints with the address of a pod', (w) => endpoints(w, { ip: '10.1.0.1' })],
  ['Endpoints with an address of no pod', (w) => endpoints(w, { ip: '10.1.0.9' })],
  [
    'Endpoints with the address of a pod, in an older Gloo',
    (w) => {
      endpoints(w, { ip: '10.1.0.1' });
      w.options['glooVersion'] = '1.9.0';
    },
  ],
  [
    'a port by a name that no container has',
    (w) => {
      service(w).spec.ports[0].targetPort = 'web';
    },
  ],
  [
    'a port by the name that a container has',
    (w) => {
      service(w).spec.ports[0].targetPort = 'web';
      web(w).spec.containers[0].ports = [{ name: 'web', containerPort: 8080 }];
    },
  ],
  [
    'a port by a number in a string',
    (w) => {
      service(w).spec.ports[0].targetPort = '8080';
    },
  ],
  [
    'Gloo watches namespaces by selector',
    (w) => {
      find(w, 'Settings').spec.watchNamespaceSelectors = [{ expressions: [] }];
    },
  ],
  ...[['istio'], ['istio', 'h2'], ['istio', 'http/1.1'], ['h2', 'http/1.1', 'istio-http/1.1'], ['h2'], []].flatMap(
    (alpnProtocols) =>
      [true, false].map(
        (useHttp2) =>
          [
            `the ALPN ${alpnProtocols.join()} with useHttp2: ${useHttp2}`,
            (w: World) => {
              const { sslConfig } = find(w, 'Upstream', 'ssl').spec;
              leadTo(w, { ...find(w, 'Upstream', 'auto').spec, useHttp2, sslConfig: { ...sslConfig, alpnProtocols } });
            },
          ] as const,
      ),
  ),
  ...[['h2'], ['http/1.1'], ['h2', 'http/1.1'], ['istio'], []].flatMap((alpnProtocols) =>
    ['1.9.0', '1.22.3'].map(
      (istioVersion) =>
        [
          `TLS without the mesh's certificate, with the ALPN ${alpnProtocols.join()}, to a port of no Service: ${istioVersion}`,
          (w: World) => {
            toHost(w, '10.1.0.1', 9999);
            w.options['istioVersion'] = istioVersion;
            find(w, 'PeerAuthentication').spec.mtls.mode = 'PERMISSIVE';
            find(w, 'Upstream', 'auto').spec.sslConfig = { alpnProtocols };
          },
        ] as const,
    ),
  ),
  ...(
    [
      ['default', 'other', false],
      ['own', 'gloo-system', false],
      ['own', 'gloo-system', ['Settings']],
      ['default', 'other', ['Settings']],
    ] as const
  ).map(
    ([name, namespace, complete]) =>
      [
        `Settings ${namespace}/${name}, complete: ${complete}`,
        (w: World) => {
          find(w, 'Settings').metadata = { name, namespace };
          w.options['complete'] = complete;
        },
      ] as const,
  ),
  [
    "Istio's version and a Namespace are not given",
    (w) => {
      delete w.options['istioVersion'];
      w.options['complete'] = ['Pod', 'Service', 'PeerAuthentication', 'Deployment'];
      find(w, 'PeerAuthentication').spec.mtls.mode = 'PERMISSIVE';
      w.objects = w.objects.filter((one) => one.kind !== 'Namespace' && one.kind !== 'Settings');
    },
  ],
  ...[
    'root_namespace: mesh',
    'trust_domain: own',
    'trust_domain_aliases: [own]',
    'discovery_selectors: [{matchLabels: {mesh: "on"}}]',
    'discoverySelectors: [{matchLabels: {mesh: "on"}}]',
  ].map((text) => [`the mesh with ${text}`, (w: World) => meshConfig(w, text)] as const),
  ...['rootNamespace: mesh', 'trustDomain: own', 'trustDomainAliases: [own]'].map(
    (text) =>
      [
        `two meshes, one of which has ${text}`,
        (w: World) =>
          add(w, {
            ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio-old', namespace: 'istio-system' } },
            data: { mesh: `${text}\n` },
          }),
      ] as const,
  ),
  [
    'Settings in two other namespaces',
    (w) => {
      const settings = find(w, 'Settings');
      settings.metadata.namespace = 'a';
      add(w, { ...settings, metadata: { name: 'default', namespace: 'b' } });
      w.options['complete'] = ['Pod', 'Service', 'Namespace', 'PeerAuthentication', 'AuthorizationPolicy'];
    },
  ],
  [
    'a Service without a selector, and no Endpoints',
    (w) => {
      delete service(w).spec.selector;
    },
  ],
  ...['stringData', 'data', 'plain data'].map(
    (how) =>
      [
        `a certificate from a Secret with ${how}`,
        (w: World) => {
          const pem = (label: string): string => `-----BEGIN ${label}-----\nAA==\n-----END ${label}-----\n`;
          const texts = { 'tls.crt': pem('CERTIFICATE'), 'tls.key': pem('PRIVATE KEY'), 'ca.crt': pem('CERTIFICATE') };
          const encoded = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
          add(w, {
            ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'own', namespace: 'shop' } },
            [how.split(' ').at(-1) ?? '']: how === 'data' ? Object.fromEntries(encoded) : texts,
          });
          leadTo(w, {
            ...find(w, 'Upstream', 'auto').spec,
            sslConfig: { secretRef: { name: 'own', namespace: 'shop' } },
          });
        },
      ] as const,
  ),
  ...['UNSET', 'STRICT', 'PERMISSIVE', 'DISABLE'].flatMap((mode) =>
    ['STRICT', 'PERMISSIVE'].map(
      (port) =>
        [
          `in ambient ${mode}, and ${port} for the port`,
          (w: World) => {
            inAmbient(w);
            const selector = { matchLabels: { app: 'web' } };
            add(w, policy('PeerAuthentication', { selector, mtls: { mode }, portLevelMtls: { 8080: { mode: port } } }));
          },
        ] as const,
    ),
  ),
  // Policies.
  ...[{ mode: 5 }, { mode: 'strict' }, { mode: 3 }, 'STRICT', null].map(
    (mtls) =>
      [
        `mtls: ${JSON.stringify(mtls)}`,
        (w: World) => add(w, policy('PeerAuthentication', { mtls } as ValueMap)),
      ] as const,
  ),
  ...[{ 8080: { mode: 'DISABLE' } }, { http: { mode: 'DISABLE' } }, { 8080: { mode: 'NONE' } }, [8080]].map(
    (portLevelMtls) =>
      [
        `portLevelMtls: ${JSON.stringify(portLevelMtls)}`,
        (w: World) =>
          add(
            w,
            policy('PeerAuthentication', { selector: { matchLabels: { app: 'web' } }, portLevelMtls } as ValueMap),
          ),
      ] as const,
  ),
  ...['web', { matchLabels: 'web' }, { matchLabels: { app: 1 } }].map(
    (selector) =>
      [
        `selector: ${JSON.stringify(selector)}`,
        (w: World) => add(w, policy('PeerAuthentication', { selector, mtls: { mode: 'DISABLE' } } as ValueMap)),
      ] as const,
  ),
  [
    'a policy for pods of one ReplicaSet',
    (w) =>
      add(
        w,
        policy('PeerAuthentication', {
          selector: { matchLabels: { 'pod-template-hash': 'a' } },
          mtls: { mode: 'DISABLE' },
        }),
      ),
  ],
  ...['ALLOW', 'DENY'].flatMap((action) =>
    (
      [
        { from: [{ source: { principals: [own] } }] },
        { from: [{ source: { notPrincipals: [own] } }] },
        { from: [{ source: { principals: [`spiffe://${own}`] } }] },
        { from: [{ source: { namespaces: ['gloo-*'] } }] },
        { from: [{ source: { requestPrincipals: ['*'] } }] },
        { from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] },
        requests('ports', '8080'),
        requests('notPorts', '8080'),
        requests('methods', 'GET'),
        requests('hosts', '*'),
        { when: [{ key: 'source.principal', values: [own] }] },
        { when: [{ key: 'source.namespace', notValues: ['gloo-system'] }] },
        { when: [{ key: 'destination.port', values: ['8080'] }] },
        { when: [{ key: 'request.headers[x]', values: ['a'] }] },
        { when: [{ key: 'remote.ip', values: ['10.0.0.1'] }] },
        { when: [{ key: 'connection.sni', values: ['a'] }] },
        { from: [] },
      ] as ValueMap[]
    ).map((rule) => [`${action} ${JSON.stringify(rule)}`, (w: World) => allow(w, rule, action)] as const),
  ),
  ...['AUDIT', 'CUSTOM'].map((action) => [`any ${action}`, (w: World) => allow(w, {}, action)] as const),
  [
    'what asks for requests, on a TCP port',
    (w) => {
      service(w).spec.ports[0].name = 'tcp';
      allow(w, requests('methods', 'GET'));
    },
  ],
  [
    'what asks for claims, on a TCP port',
    (w) => {
      service(w).spec.ports[0].name = 'tcp';
      allow(w, { when: [{ key: 'request.auth.claims[a]', values: ['b'] }] }, 'DENY');
    },
  ],
  ...['ALLOW', 'DENY'].map(
    (action) =>
      [
        `${action} for the gateway, of policies that were not all given`,
        (w: World) => {
          w.options['complete'] = ['Pod', 'Namespace', 'Service', 'PeerAuthentication', 'Upstream', 'Settings'];
          allow(w, { from: [{ source: { principals: [own] } }] }, action);
        },
      ] as const,
  ),
  [
    'a policy for a waypoint',
    (w) => add(w, policy('AuthorizationPolicy', { targetRefs: [{ kind: 'Gateway', name: 'w' }] })),
  ],
  [
    'a policy that is only logged',
    (w) => {
      const one = policy('AuthorizationPolicy', {});
      one.metadata.annotations = { 'istio.io/dry-run': 'true' };
      add(w, one);
    },
  ],
  ...['ANY', 'SIDECAR_INBOUND', 'SIDECAR_OUTBOUND'].flatMap((context) =>
    ['LISTENER', 'FILTER_CHAIN', 'LISTENER_FILTER', 'HTTP_ROUTE'].map(
      (applyTo) =>
        [
          `an EnvoyFilter for ${applyTo} in ${context}`,
          (w: World) => add(w, policy('EnvoyFilter', { configPatches: [{ applyTo, match: { context } }] })),
        ] as const,
    ),
  ),
  // Ambient.
  ['all in ambient', inAmbient],
  [
    'the pods in ambient, the gateway not',
    (w) => {
      inAmbient(w);
      delete find(w, 'Namespace', 'gloo-system').metadata.labels;
    },
  ],
  ...(['Namespace', 'Service', 'pods'] as const).flatMap((where) =>
    ['own', 'none'].map(
      (name) =>
        [
          `the waypoint ${name} by the ${where}`,
          (w: World) => {
            inAmbient(w);
            label(
              where === 'pods' ? web(w) : find(w, where, where === 'Namespace' ? 'shop' : 'web'),
              'istio.io/use-waypoint',
              name,
            );
          },
        ] as const,
    ),
  ),
  [
    'a gateway that is not in the ambient of its Namespace',
    (w) => {
      inAmbient(w);
      label(gateway(w), 'istio.io/dataplane-mode', 'none');
    },
  ],
  [
    'an AuthorizationPolicy in ambient',
    (w) => {
      inAmbient(w);
      allow(w, { from: [{ source: { principals: ['cluster.local/ns/other/sa/x'] } }] });
    },
  ],
  // Sidecars.
  ...(
    [
      { 'inject.istio.io/templates': 'grpc-agent' },
      { 'inject.istio.io/templates': 'gateway' },
      { 'inject.istio.io/templates': 'sidecar' },
      { 'sidecar.istio.io/status': '{}' },
      { 'sidecar.istio.io/interceptionMode': 'NONE' },
      { 'sidecar.istio.io/interceptionMode': 'TPROXY' },
    ] as ValueMap[]
  ).map(
    (annotations) =>
      [
        `pods with ${JSON.stringify(annotations)}`,
        (w: World) => {
          web(w).metadata.annotations = annotations;
        },
      ] as const,
  ),
  ['a sidecar that is a router', (w) => toPods(w, meshed('web-1', { args: ['proxy', 'router'] }))],
  [
    'a sidecar that only writes certificates',
    (w) => toPods(w, meshed('web-1', { env: [{ name: 'DISABLE_ENVOY', value: 'true' }] })),
  ],
  [
    'a policy for the name that Istio gives pods',
    (w) => {
      web(w).metadata.labels['app.kubernetes.io/name'] = `${'a'.repeat(62)}-b`;
      const matchLabels = { 'service.istio.io/canonical-name': 'a'.repeat(62) };
      add(w, policy('PeerAuthentication', { selector: { matchLabels }, mtls: { mode: 'DISABLE' } }));
    },
  ],
  ...(
    [
      [{ 'app.kubernetes.io/name': '' }, { 'service.istio.io/canonical-name': 'web' }],
      [{ 'app.kubernetes.io/name': `${'a'.repeat(63)}b` }, { 'service.istio.io/canonical-name': 'a'.repeat(63) }],
      [{ 'service.istio.io/canonical-name': 'own' }, { 'service.istio.io/canonical-name': 'own' }],
      [{ 'service.istio.io/canonical-revision': 'own' }, { 'service.istio.io/canonical-revision': 'own' }],
      [{ 'app.kubernetes.io/version': 'v3', version: 'v2' }, { 'service.istio.io/canonical-revision': 'v3' }],
      [{ version: 'v2' }, { 'service.istio.io/canonical-revision': 'v2' }],
      [{}, { 'service.istio.io/canonical-revision': 'latest' }],
      [{ 'security.istio.io/tlsMode': '' }, { 'security.istio.io/tlsMode': 'istio' }],
      [{}, { 'topology.istio.io/subzone': 'a' }],
      [{}, { 'topology.kubernetes.io/zone': 'a' }],
    ] as const
  ).map(
    ([labels, matchLabels]) =>
      [
        `labels ${JSON.stringify(labels)} and a policy for ${JSON.stringify(matchLabels)}`,
        (w: World) => {
          Object.assign(web(w).metadata.labels, labels);
          add(w, policy('PeerAuthentication', { selector: { matchLabels }, mtls: { mode: 'DISABLE' } }));
        },
      ] as const,
  ),
  // Versions.
  ...[
    'docker.io/istio/pilot:1.20.1',
    'docker.io/istio/pilot:1.20.1@sha256:abc',
    'docker.io/istio/pilot@sha256:abc',
    'istio/pilot:1.20.1-distroless',
  ].map(
    (image) =>
      [
        `istiod of ${image}`,
        (w: World) => {
          delete w.options['istioVersion'];
          find(w, 'PeerAuthentication').spec.mtls.mode = 'PERMISSIVE';
          const one = istiod();
          one.spec.template.spec.containers[0].image = image;
          add(w, one);
        },
      ] as const,
  ),
  ...kinds.flatMap((kind) =>
    (kind === 'Upstream' ? [false] : [false, true]).map(
      (isGone) =>
        [
          `not every ${kind} is given${isGone ? ', and none that is there' : ''}`,
          (w: World) => {
            w.options['complete'] = kinds.filter((other) => other !== kind);
            const proxy = w.objects.filter((one) => one.metadata.name.startsWith('gateway-proxy'));
            if (isGone) w.objects = w.objects.filter((one) => one.kind !== kind || proxy.includes(one));
          },
        ] as const,
    ),
  ),
  ...Object.entries(agentFaults).flatMap(([what, change]) =>
    ['latest', '1.12.9', '1.20.0'].map(
      (tag) =>
        [
          `an agent ${tag} ${what}`,
          (w: World) => {
            onVersion(w, tag);
            change(w);
          },
        ] as const,
    ),
  ),
  // Workloads of every kind, whose pods have a Service.
  ...['StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout', 'ReplicationController', 'Job', 'CronJob'].map(
    (kind) =>
      [
        `a ${kind} behind the Service`,
        (w: World) => {
          find(w, 'Deployment', 'web').kind = kind;
        },
      ] as const,
  ),
  [
    'the gateway is a DaemonSet',
    (w) => {
      find(w, 'Deployment', 'gateway-proxy').kind = 'DaemonSet';
    },
  ],
  ...['8080x', '080', '', 'none'].map(
    (targetPort) =>
      [
        `a port by the name ${targetPort}, beside ports that are incomplete`,
        (w: World) => {
          service(w).spec.ports[0].targetPort = targetPort;
          web(w).spec.containers[0].ports = [{ name: 'none' }, { containerPort: 8080 }, { name: 5, containerPort: 9 }];
        },
      ] as const,
  ),
  ...[4, 5].flatMap((count) =>
    ['STRICT', 'DISABLE'].map(
      (mode) =>
        [
          `two times ${count} policies without an age, one with ${mode}`,
          (w: World) => {
            const policies = (namespace: string): Json[] =>
              Array.from({ length: count }, (_, at) => ({
                ...policy('PeerAuthentication', { mtls: { mode: at === 0 ? mode : 'STRICT' } }, namespace),
                metadata: { name: `p${at}`, namespace },
              }));
            w.objects = w.objects.filter((one) => one.kind !== 'PeerAuthentication');
            add(w, ...policies('shop'), ...policies('istio-system'));
          },
        ] as const,
    ),
  ),
  [
    'requests that may go elsewhere in every way',
    (w) => {
      find(w, 'Settings').spec.watchNamespaceSelectors = [{ expressions: [] }];
      const { spec } = find(w, 'Upstream', 'auto');
      Object.assign(spec, { httpProxyHostname: 'proxy:3128', failover: { prioritizedLocalities: [] } });
    },
  ],
  ...[{ hostNetwork: true }, {}].flatMap((spec) =>
    ['ambient', 'none', 'other'].map(
      (mode) =>
        [
          `pods that ask for ${mode}, with ${JSON.stringify(spec)}`,
          (w: World) => {
            label(web(w), 'istio.io/dataplane-mode', mode);
            label(web(w), 'sidecar.istio.io/inject', 'false');
            Object.assign(web(w).spec, spec);
          },
        ] as const,
    ),
  ),
  ...['tls.crt', 'tls.key', 'ca.crt'].map(
    (gone) =>
      [
        `a certificate from a Secret without ${gone}`,
        (w: World) => {
          const pem = (what: string): string => `-----BEGIN ${what}-----\nAA==\n-----END ${what}-----\n`;
          const texts = { 'tls.crt': pem('CERTIFICATE'), 'tls.key': pem('PRIVATE KEY'), 'ca.crt': pem('CERTIFICATE') };
          const stringData = Object.fromEntries(Object.entries(texts).filter(([key]) => key !== gone));
          add(w, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'own', namespace: 'shop' }, stringData });
          const sslConfig = { secretRef: { name: 'own', namespace: 'shop' } };
          leadTo(w, { ...find(w, 'Upstream', 'auto').spec, sslConfig });
        },
      ] as const,
  ),
  ...['api.example.com', '10.9.9.9'].map(
    (addr) =>
      [
        `TLS to the host ${addr} outside`,
        (w: World) => {
          const { sslConfig } = find(w, 'Upstream', 'ssl').spec;
          leadTo(w, { static: { hosts: [{ addr, port: 443, sniAddr: 'b' }] }, sslConfig });
        },
      ] as const,
  ),
  [
    'istiod beside another container',
    (w) => {
      delete w.options['istioVersion'];
      find(w, 'PeerAuthentication').spec.mtls.mode = 'PERMISSIVE';
      const one = istiod();
      one.spec.template.spec.containers.unshift({ name: 'other', image: 'example.com/other:1.9.0' });
      add(w, one);
    },
  ],
  ...['rootNamespace: mesh', 'trustDomain: own', 'trustDomainAliases: [own]'].map(
    (text) =>
      [
        `two meshes, one of which has ${text}, where all but aliases is given`,
        (w: World) => {
          Object.assign(w.options, { rootNamespace: 'istio-system', trustDomain: 'cluster.local' });
          add(w, {
            ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio-old', namespace: 'istio-system' } },
            data: { mesh: `${text}\n` },
          });
        },
      ] as const,
  ),
  [
    'two gateways that may be injected',
    (w) => {
      const second = w.objects
        .filter((one) => one.metadata.name.startsWith('gateway-proxy'))
        .map((one) => ({ ...structuredClone(one), metadata: { ...one.metadata, namespace: 'edge' } }));
      add(w, ...second);
      w.options['complete'] = kinds.filter((kind) => kind !== 'Namespace');
      w.objects = w.objects.filter((one) => one.kind !== 'Namespace' || one.metadata.name === 'shop');
    },
  ],
  [
    'two istiods that differ',
    (w) => {
      delete w.options['istioVersion'];
      const old = istiod({ 'istio.io/rev': 'old' }, 'istiod-old');
      old.spec.template.spec.containers[0].image = 'docker.io/istio/pilot:1.10.0';
      add(w, istiod(), old);
    },
  ],
];

// Together they take little longer than alone.
for (let start = 0; start < others.length; start += 20) {
  const some = others.slice(start, start + 20);
  test(`worlds in which something else is: ${some[0]?.[0]} … ${some.at(-1)?.[0]}`, () => {
    for (const [, change] of some) {
      const world = rightWorld();
      change(world);
      verdicts(world);
    }
  });
}

/** By kind: its API group, and an object that changes the verdict on the correct world. */
const telling: Readonly<Record<string, readonly [group: string, object: ValueMap]>> = {
  Service: ['v1', { metadata: { name: 'web', namespace: 'shop' }, spec: {} }],
  Pod: ['v1', { metadata: { name: 'bare', namespace: 'shop', labels: { app: 'web' } }, spec: { containers: [] } }],
  Namespace: ['v1', { metadata: { name: 'gloo-system', labels: { 'istio-injection': 'enabled' } } }],
  ConfigMap: ['v1', { metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: 'trustDomain: other' } }],
  Upstream: ['gloo.solo.io/v1', { metadata: { name: 'more', namespace: 'gloo-system' }, spec: {} }],
  Settings: [
    'gloo.solo.io/v1',
    { metadata: { name: 'default', namespace: 'gloo-system' }, spec: { watchNamespaces: ['edge'] } },
  ],
  PeerAuthentication: [
    'security.istio.io/v1',
    { metadata: { name: 'own', namespace: 'shop' }, spec: { mtls: { mode: 'DISABLE' } } },
  ],
  AuthorizationPolicy: ['security.istio.io/v1', { metadata: { name: 'none', namespace: 'shop' }, spec: {} }],
  Sidecar: [
    'networking.istio.io/v1',
    { metadata: { name: 'own', namespace: 'shop' }, spec: { ingress: [{ port: { number: 9 } }] } },
  ],
  EnvoyFilter: [
    'networking.istio.io/v1alpha3',
    { metadata: { name: 'own', namespace: 'shop' }, spec: { configPatches: [{ applyTo: 'LISTENER' }] } },
  ],
};

for (const [kind, [apiVersion, object]] of Object.entries(telling))
  test(`a ${kind} counts in its own API group, and in no other`, () => {
    const beside = (group: string): readonly string[] => {
      const world = rightWorld();
      world.objects.unshift({ apiVersion: group, kind, ...object });
      return verdicts(world);
    };
    const without = verdicts(rightWorld());
    assert.notDeepEqual(beside(apiVersion), without);
    assert.deepEqual(beside(`example.com/${apiVersion.split('/').at(-1)}`), without);
    assert.deepEqual(beside(`${apiVersion.split('/')[0]}.example.com/v1`), without);
    assert.deepEqual(beside(`x.${apiVersion}`), without);
  });
