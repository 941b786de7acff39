/**
 * What is known about Gloo and the mesh, and what is missing: one case for each condition.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkWorld } from '../../src/istio/check/check.ts';
import type { ValueMap } from '../../src/value.ts';
import { auto, autoWorks, type Case, casesIn, ssl, sslWorks } from '../support/proof-cases.ts';
import {
  add,
  allow,
  besides,
  find,
  gateway,
  inAmbient,
  istiod,
  type Json,
  label,
  leadTo,
  meshConfig,
  objectOf,
  onlySsl,
  onVersion,
  plainly,
  policy,
  rightWorld,
  service,
  type World,
  without,
  withSidecar,
} from '../support/proof-world.ts';

const holds = casesIn('test/golden/check/given.txt');

const second = (world: World, mesh: string, name = 'istio-b'): void =>
  add(world, objectOf('ConfigMap', 'v1', name, 'istio-system', { data: { mesh } }));
const envOfGloo = (world: World, env: readonly ValueMap[]): void => {
  find(world, 'Deployment', 'gloo').spec.template.spec.containers[0].env = env;
};
const sidecarVariable = (more: ValueMap): ValueMap => ({ name: 'ENABLE_ISTIO_SIDECAR_ON_GATEWAY', ...more });
const integrationVariable = (more: ValueMap): ValueMap => ({ name: 'GG_EXPERIMENTAL_ISTIO_MTLS_SDS_ENABLED', ...more });
const noGloo = (world: World): void => without(world, 'Deployment', 'gloo');
const withoutIntegration = 'auto refused auto-mtls-without-integration plain-text-refused';

holds('The configuration of the mesh', [
  ['two meshes that say the same', ssl((w) => second(w, 'enableTracing: true')), sslWorks],
  ['a ConfigMap of another name', ssl((w) => second(w, 'rootNamespace: mesh', 'istiox')), sslWorks],
  [
    'a ConfigMap whose name ends with that of the mesh',
    ssl((w) => second(w, 'rootNamespace: mesh', 'my-istio')),
    sslWorks,
  ],
  ['a mesh that is no map', ssl((w) => second(w, '[rootNamespace]')), sslWorks],
  ['an empty root namespace', ssl((w) => meshConfig(w, 'rootNamespace: ""')), sslWorks],
  ['an empty trust domain', ssl((w) => meshConfig(w, 'trustDomain: ""')), sslWorks],
  ...[
    'rootNamespace: mesh',
    'trustDomain: own',
    'trustDomainAliases: [own]',
    'rootNamespace: mesh\ntrustDomain: own\ntrustDomainAliases: [own]',
  ].map(
    (mesh): Case => [
      `two meshes of which one has ${mesh.replaceAll('\n', ', ')}`,
      ssl((w) => second(w, mesh)),
      'ssl unknown certificates-served presents-certificate mtls-ended mesh-configs-differ',
    ],
  ),
  [
    'two meshes that differ in what the caller says',
    ssl((w) => {
      second(w, 'rootNamespace: mesh\ntrustDomain: own');
      Object.assign(w.options, { rootNamespace: 'istio-system', trustDomain: 'cluster.local' });
    }),
    sslWorks,
  ],
  [
    'two meshes that differ in the names of a trust domain, which the caller cannot say',
    ssl((w) => {
      second(w, 'trustDomainAliases: [own]');
      Object.assign(w.options, { rootNamespace: 'istio-system', trustDomain: 'cluster.local' });
    }),
    'ssl unknown certificates-served presents-certificate mtls-ended mesh-configs-differ',
  ],
  [
    'another root namespace by the caller',
    ssl((w) => {
      w.options['rootNamespace'] = 'mesh';
      add(w, policy('PeerAuthentication', { mtls: { mode: 'DISABLE' } }, 'mesh'));
    }),
    'ssl refused certificates-served presents-certificate mtls-not-ended',
  ],
  [
    'another trust domain by the caller',
    ssl((w) => {
      w.options['trustDomain'] = 'own';
      find(w, 'Upstream', 'ssl').spec.sslConfig.verifySubjectAltName = ['spiffe://own/ns/shop/sa/default'];
    }),
    sslWorks,
  ],
  [
    'the trust domain of the mesh',
    ssl((w) => {
      meshConfig(w, 'trustDomain: own');
      find(w, 'Upstream', 'ssl').spec.sslConfig.verifySubjectAltName = ['spiffe://own/ns/shop/sa/default'];
    }),
    sslWorks,
  ],
  ...[
    'enableAutoMtls: false',
    'enable_auto_mtls: false',
    'defaultServiceExportTo: ["."]',
    'defaultDestinationRuleExportTo: ["."]',
    'defaultVirtualServiceExportTo: ["."]',
  ].map(
    (mesh): Case => [
      `a sidecar on the gateway, and a mesh with ${mesh}`,
      (w) => {
        withSidecar(w);
        meshConfig(w, mesh);
      },
      'auto unknown no-tls sidecar-on-gateway',
    ],
  ),
  ...['enableAutoMtls: true', 'defaultServiceExportTo: []', 'enableTracing: false'].map(
    (mesh): Case => [
      `a sidecar on the gateway, and a usual mesh with ${mesh}`,
      (w) => {
        withSidecar(w);
        meshConfig(w, mesh);
      },
      'auto works sidecar-sends no-tls mtls-ended',
    ],
  ),
]);

/** Pods in ambient, which there is from Istio 1.18 on. */
const istiodOf =
  (...images: readonly (string | undefined)[]) =>
  (w: World): void => {
    delete w.options['istioVersion'];
    inAmbient(w);
    for (const [at, image] of images.entries()) {
      const one = istiod({ 'istio.io/rev': at === 0 ? 'default' : `r${at}` }, `istiod-${at}`);
      one.spec.template.spec.containers[0].image = image;
      add(w, one);
    }
  };
const newer = 'auto works no-tls ambient-hbone';
const older = 'auto plain-text no-tls plain-text-no-sidecar';
const unclear = 'auto unknown not-given';
holds('Versions of Istio and Gloo', [
  ['istiod of 1.20', istiodOf('docker.io/istio/pilot:1.20.1'), newer],
  ['istiod of 1.17', istiodOf('docker.io/istio/pilot:1.17.8'), older],
  ['istiod of 1.17 with a digest', istiodOf('docker.io/istio/pilot:1.17.8@sha256:abc'), older],
  ['istiod of a registry with a port', istiodOf('localhost:5000/istio/pilot:1.17.8-distroless'), older],
  ['two istiods that differ', istiodOf('docker.io/istio/pilot:1.20.1', 'docker.io/istio/pilot:1.17.8'), unclear],
  [
    'two istiods of one version',
    istiodOf('docker.io/istio/pilot:1.17.8', 'docker.io/istio/pilot:1.17.8-distroless'),
    older,
  ],
  ['istiod without a tag', istiodOf('docker.io/istio/pilot'), unclear],
  ['istiod without an image', istiodOf(undefined), unclear],
  ['two istiods of which one has no tag', istiodOf('docker.io/istio/pilot:1.17.8', 'docker.io/istio/pilot'), unclear],
  [
    'istiod with a container before its own',
    (w) => {
      istiodOf('docker.io/istio/pilot:1.17.8')(w);
      find(w, 'Deployment', 'istiod-0').spec.template.spec.containers.unshift({
        name: 'other',
        image: 'example.com/other:1.20.0',
      });
    },
    older,
  ],
  [
    'istiod with a container of another name',
    (w) => {
      istiodOf('docker.io/istio/pilot:1.17.8')(w);
      find(w, 'Deployment', 'istiod-0').spec.template.spec.containers[0].name = 'pilot';
    },
    older,
  ],
  ['no istiod', istiodOf(), unclear],
  [
    'a version that the caller says over that of istiod',
    (w) => {
      istiodOf('docker.io/istio/pilot:1.17.8')(w);
      w.options['istioVersion'] = '1.20.1';
    },
    newer,
  ],
  [
    'Gloo’s release from the image of the proxy, not from what an older one left',
    auto((w) => {
      delete w.options['glooVersion'];
      noGloo(w);
      const old = structuredClone(find(w, 'Deployment', 'gateway-proxy'));
      Object.assign(old, { kind: 'ReplicaSet', metadata: { name: 'old', namespace: 'gloo-system' } });
      for (const one of old.spec.template.spec.containers)
        if (one.name === 'gateway-proxy') one.image = 'quay.io/solo-io/gloo-envoy-wrapper:1.5.0';
      w.objects.unshift(old);
      for (const one of gateway(w).spec.containers)
        if (one.name === 'gateway-proxy') one.image = 'quay.io/solo-io/gloo-envoy-wrapper:1.18.5';
    }),
    autoWorks,
  ],
  [
    'Gloo’s release is unknown',
    auto((w) => {
      delete w.options['glooVersion'];
      for (const one of gateway(w).spec.containers)
        if (one.name !== 'istio-proxy') one.image = 'example.com/own:latest';
    }),
    'auto unknown not-given other-program other-program',
  ],
]);

holds('Gloo’s control plane', [
  [
    'Settings of another namespace, which are the only ones',
    auto((w) => {
      find(w, 'Settings').metadata.namespace = 'other';
    }),
    autoWorks,
  ],
  [
    'Settings of another name',
    auto((w) => {
      find(w, 'Settings').metadata.name = 'other';
    }),
    'auto refused no-tls plain-text-refused',
  ],
  [
    'Settings of another name, and perhaps more',
    auto((w) => {
      find(w, 'Settings').metadata.name = 'other';
      besides(w, 'Settings');
    }),
    'auto unknown not-given',
  ],
  [
    'Settings of two other namespaces, and perhaps more',
    auto((w) => {
      const other = structuredClone(find(w, 'Settings'));
      find(w, 'Settings').metadata.namespace = 'a';
      other.metadata.namespace = 'b';
      add(w, other);
      besides(w, 'Settings');
    }),
    'auto unknown not-given',
  ],
  [
    'Settings that were not given, in a Gloo without auto mTLS',
    auto((w) => {
      without(w, 'Settings');
      besides(w, 'Settings');
      w.options['glooVersion'] = '1.16.0';
    }),
    'auto refused no-tls plain-text-refused',
  ],
  [
    'a sidecar that Gloo is told of',
    auto((w) => envOfGloo(w, [sidecarVariable({ value: 'true' })])),
    'auto refused auto-mtls-unmarked plain-text-refused',
  ],
  [
    'a sidecar that Gloo is told of in other letters',
    auto((w) => envOfGloo(w, [sidecarVariable({ value: 'True' })])),
    'auto refused auto-mtls-unmarked plain-text-refused',
  ],
  [
    'a sidecar that Gloo is told of by a word that is none',
    auto((w) => envOfGloo(w, [sidecarVariable({ value: '1' })])),
    autoWorks,
  ],
  [
    'a sidecar that Gloo may be told of',
    auto((w) => envOfGloo(w, [sidecarVariable({ valueFrom: {} })])),
    'auto unknown not-given',
  ],
  [
    'a sidecar that Gloo may be told of, without auto mTLS',
    auto((w) => {
      plainly(w);
      envOfGloo(w, [sidecarVariable({ valueFrom: {} })]);
    }),
    'auto refused no-tls plain-text-refused',
  ],
  [
    'two variables that Gloo may have',
    auto((w) =>
      envOfGloo(w, [sidecarVariable({ valueFrom: {} }), { name: 'ENABLE_ISTIO_INTEGRATION', valueFrom: {} }]),
    ),
    'auto unknown not-given',
  ],
  [
    'variables of another container',
    auto((w) => {
      find(w, 'Deployment', 'gloo').spec.template.spec.containers.unshift({
        name: 'other',
        env: [sidecarVariable({ value: 'true' })],
      });
    }),
    autoWorks,
  ],
  ['Gloo’s Deployment is not there', auto(noGloo), autoWorks],
  [
    'Gloo’s Deployment was not given',
    auto((w) => {
      noGloo(w);
      besides(w, 'Deployment');
    }),
    'auto unknown not-given',
  ],
  ...(
    [
      [{ value: 'true' }, autoWorks],
      [{ value: 'false' }, withoutIntegration],
    ] as const
  ).map(
    ([value, expected]): Case => [
      `a Gloo whose integration is a variable: ${JSON.stringify(value)}`,
      auto((w) => {
        w.options['glooVersion'] = '1.17.0-beta20';
        envOfGloo(w, [integrationVariable(value)]);
      }),
      expected,
    ],
  ),
  [
    'a Gloo whose integration is a variable, without its Deployment',
    auto((w) => {
      w.options['glooVersion'] = '1.17.0-beta20';
      noGloo(w);
    }),
    'auto unknown not-given',
  ],
  [
    'a Gloo whose integration is a variable, and Settings that say it',
    auto((w) => {
      w.options['glooVersion'] = '1.17.0-beta20';
      envOfGloo(w, []);
    }),
    withoutIntegration,
  ],
]);

holds('What was not given', [
  [
    'neither policies nor the mode, for plain text',
    (w) => {
      plainly(w);
      besides(w, 'PeerAuthentication');
      without(w, 'PeerAuthentication');
    },
    'auto unknown no-tls not-given',
  ],
  [
    'neither policies nor the mode, for TLS that no mode takes',
    ssl((w) => {
      besides(w, 'PeerAuthentication');
      without(w, 'PeerAuthentication');
      find(w, 'Upstream', 'ssl').spec.sslConfig = { sni: 'web' };
    }),
    'ssl refused other-tls tls-refused',
  ],
  [
    'whether a proxy in another namespace is in ambient',
    (w) => {
      inAmbient(w);
      const edge = structuredClone(find(w, 'Deployment', 'gateway-proxy'));
      edge.metadata.namespace = 'edge';
      add(w, edge);
      besides(w, 'Namespace');
    },
    'auto unknown no-tls gateway-may-be-ambient',
  ],
  [
    'no proxies, for an sslConfig',
    ssl((w) => without(w, 'Deployment', 'gateway-proxy')),
    'ssl unknown presents-certificate proxies-not-given',
  ],
  [
    'no proxies, for an sslConfig that pods refuse',
    ssl((w) => {
      without(w, 'Deployment', 'gateway-proxy');
      label(find(w, 'Deployment', 'web').spec.template, 'sidecar.istio.io/inject', 'false');
    }),
    'ssl refused presents-certificate no-sidecar',
  ],
  [
    'no proxies, and a policy that lets nobody in',
    ssl((w) => {
      without(w, 'Deployment', 'gateway-proxy');
      allow(w, { from: [{ source: { principals: ['x'] } }] });
    }),
    'ssl unknown presents-certificate proxies-not-given',
  ],
  [
    'a part of the certificates, for a policy that lets nobody in',
    ssl((w) => {
      onVersion(w, 'latest');
      allow(w, { from: [{ source: { principals: ['x'] } }] });
    }),
    'ssl unknown presents-certificate agent-version-not-given',
  ],
  [
    'certificates that are unknown, and policies that were not given',
    ssl((w) => {
      onVersion(w, 'latest');
      besides(w, 'AuthorizationPolicy');
    }),
    'ssl unknown presents-certificate agent-version-not-given authorization-not-given',
  ],
  [
    'a port name that no container has',
    ssl((w) => {
      service(w).spec.ports[0].targetPort = 'web';
    }),
    'ssl unknown presents-certificate port-not-given',
  ],
  [
    'two sidecars on gateways that are not usual',
    (w) => {
      withSidecar(w);
      gateway(w).metadata.annotations = { 'inject.istio.io/templates': 'own' };
      const two = structuredClone(find(w, 'Deployment', 'gateway-proxy'));
      two.metadata.name = 'gateway-proxy-two';
      add(w, two);
    },
    'auto unknown no-tls sidecar-on-gateway',
  ],
  [
    'a policy that lets the gateway in, and the certificates are read from files',
    (w) => {
      w.options['glooVersion'] = '1.9.0';
      const sslFiles = { tlsCert: '/c/cert-chain.pem', tlsKey: '/c/key.pem', rootCa: '/c/root-cert.pem' };
      leadTo(w, { kube: { serviceName: 'web', serviceNamespace: 'shop', servicePort: 80 }, sslConfig: { sslFiles } });
    },
    'auto refused other-tls certificates-in-files',
  ],
  [
    'certificates of another name in files',
    (w) => {
      w.options['glooVersion'] = '1.9.0';
      const sslFiles = { tlsCert: '/c/tls.crt', tlsKey: '/c/tls.key', rootCa: '/c/ca.crt' };
      leadTo(w, { kube: { serviceName: 'web', serviceNamespace: 'shop', servicePort: 80 }, sslConfig: { sslFiles } });
    },
    'auto unknown other-tls certificates-in-files own-certificate',
  ],
  ...(
    [
      [{ httpProxyHostname: 'proxy:3128' }, 'through-http-proxy'],
      [{ httpProxyHostname: '' }, undefined],
      [{ failover: { prioritizedLocalities: [] } }, 'fails-over'],
      [{ failover: {} }, undefined],
    ] as const
  ).map(
    ([more, code]): Case => [
      `requests that may go elsewhere by ${JSON.stringify(more)}`,
      ssl((w) => Object.assign(find(w, 'Upstream', 'ssl').spec, more)),
      code === undefined ? sslWorks : `ssl unknown certificates-served presents-certificate mtls-ended ${code}`,
    ],
  ),
]);

test('routes of the Kubernetes Gateway API lead to Services, those of Gloo are of the other proxies', () => {
  const routed = (kind: string, more: readonly Json[] = []): unknown => {
    const world = rightWorld();
    onlySsl(world);
    const gatewaySpec = { gatewayClassName: 'gloo-gateway', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] };
    const rules = [{ backendRefs: [{ name: 'web', port: 80 }] }];
    add(
      world,
      objectOf('Gateway', 'gateway.networking.k8s.io/v1', 'edge', 'shop', { spec: gatewaySpec }),
      objectOf(kind, 'gateway.networking.k8s.io/v1', 'web', 'shop', {
        spec: { parentRefs: [{ name: 'edge' }], rules },
      }),
      ...more,
    );
    const { objects, options } = world;
    return checkWorld({ objects, ...options }).rows.map(({ upstream, proxies, isRouted }) =>
      [upstream.name, proxies, isRouted].join(' '),
    );
  };
  const rows = ['ssl gateway-proxy false', 'ssl kube-gateway false', 'kube-svc:shop-web-80 kube-gateway true'];
  for (const kind of ['HTTPRoute', 'TCPRoute', 'TLSRoute', 'GRPCRoute']) assert.deepEqual(routed(kind), rows, kind);
  assert.deepEqual(routed('UDPRoute'), ['ssl gateway-proxy false', 'ssl kube-gateway ']);
  const routes = [{ routeAction: { single: { upstream: { name: 'ssl' } } } }];
  const ofGloo = objectOf('VirtualService', 'gateway.solo.io/v1', 'web', 'gloo-system', {
    spec: { virtualHost: { routes } },
  });
  assert.deepEqual(routed('HTTPRoute', [ofGloo]), ['ssl gateway-proxy true', ...rows.slice(1)]);
});

test('no more reasons are given than a reader can take in', () => {
  const world = rightWorld();
  onlySsl(world);
  const template = find(world, 'Deployment', 'gateway-proxy');
  for (let at = 0; at < 25; at++) {
    const one: Json = structuredClone(template);
    one.metadata.name = `gateway-proxy-${at}`;
    one.spec.template.spec.containers = [one.spec.template.spec.containers[0]];
    add(world, one);
  }
  const { objects, options } = world;
  const [row] = checkWorld({ objects, ...options }).rows;
  assert.equal(row?.verdict, 'refused');
  assert.equal(row?.reasons.length, 20);
  assert.deepEqual([...new Set(row?.reasons.slice(1).map(({ code }) => code))], ['no-sds-container']);
});
