/**
 * Whether mTLS works from proxies of the Kubernetes Gateway API: a world that works in every release, and what breaks
 * it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MtlsCheck, Verdict } from '../../src/istio/check/types.ts';
import { codes } from '../../src/rules/codes.ts';
import { checkMtls } from '../../src/verbs/check.ts';
import { renderKubeGateways } from '../../src/verbs/render-kube.ts';
import { goldenCases } from '../support/golden-cases.ts';
import { partsOfRows } from '../support/istio-world.ts';
import { gateway, gatewayClass, ownParameters } from '../support/kube-objects.ts';

// Objects of a test, changed in place.
// biome-ignore lint/suspicious/noExplicitAny: every shape of object is changed here.
type Loose = any;

interface World {
  values: Loose;
  objects: Loose[];
  release: string;
  complete: boolean | readonly string[];
}

const namespaceOf = (name: string): Loose => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const listener = { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } };

/** HTTPRoute → Service web, and an Upstream for it; a Gateway in edge with its own parameters; STRICT. */
function works(release: string): World {
  return {
    release,
    complete: true,
    values: {
      kubeGateway: { enabled: true },
      gatewayProxies: { gatewayProxy: { disabled: true } },
      global: { istioIntegration: { enabled: true, enableAutoMtls: true } },
    },
    objects: [
      gateway({ spec: { listeners: [listener] } }),
      ownParameters({ podTemplate: { extraLabels: { team: 'edge' } } }),
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: 'web', namespace: 'shop' },
        spec: {
          parentRefs: [{ name: 'http', namespace: 'edge' }],
          rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
        },
      },
      {
        apiVersion: 'gloo.solo.io/v1',
        kind: 'Upstream',
        metadata: { name: 'web', namespace: 'gloo-system' },
        spec: { kube: { serviceName: 'web', serviceNamespace: 'shop', servicePort: 80 } },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
      },
      podOf('web-1', 'istio'),
      ...['shop', 'edge', 'gloo-system'].map(namespaceOf),
      {
        apiVersion: 'security.istio.io/v1',
        kind: 'PeerAuthentication',
        metadata: { name: 'default', namespace: 'shop' },
        spec: { mtls: { mode: 'STRICT' } },
      },
    ],
  };
}

function podOf(name: string, mode?: string): Loose {
  const labels = { app: 'web', ...(mode === undefined ? {} : { 'security.istio.io/tlsMode': mode, version: 'v2' }) };
  const containers = [{ name: 'app' }, ...(mode === undefined ? [] : [{ name: 'istio-proxy' }])];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels },
    spec: { serviceAccountName: 'web', containers },
    status: { phase: 'Running', podIP: '10.0.0.1' },
  };
}

function find(world: World, kind: string): Loose {
  return world.objects.find((object) => object.kind === kind);
}

function check(world: World): MtlsCheck {
  const found = checked(world);
  isWhole(world, [...partsOfRows(found.rows), ...found.problems]);
  return found;
}

function checked({ values, objects, release, complete }: World): MtlsCheck {
  const istioVersion = { '1.17': '1.20.3', '1.18': '1.22.3' }[release.slice(0, 4)] ?? '1.26.2';
  return checkMtls({
    ...(values === undefined ? { glooVersion: release } : { values: [values], chartVersion: release }),
    objects,
    istioVersion,
    complete,
  });
}

const isWhole = goldenCases('test/golden/check/kube.txt');

const releases = ['1.17.0-rc11', '1.17.0', '1.17.38', '1.18.0-beta22', '1.18.0-beta31', '1.18.0', '1.20.3', '1.22.1'];

for (const release of releases)
  test(`it works from a proxy of a Gateway on ${release}, to the Service of a route and to an Upstream`, () => {
    const { rows, problems } = check(works(release));
    assert.deepEqual(
      rows.map(({ upstream, verdict, proxies, isRouted }) => [upstream.name, verdict, proxies, isRouted]),
      [
        ['web', 'works', 'kube-gateway', false],
        ['kube-svc:shop-web-80', 'works', 'kube-gateway', true],
      ],
      JSON.stringify(rows),
    );
    assert.ok(
      rows.every(({ reasons }) => reasons.some(({ text }) => text.includes('Deployment edge/gloo-proxy-http'))),
    );
    assert.deepEqual(
      problems.filter(({ severity }) => severity !== 'info').map(({ code }) => code),
      [],
    );
  });

interface Break {
  readonly what: string;
  /** Of the route's Service. */
  readonly verdict: Verdict;
  /** Of a reason or a problem. */
  readonly code: string;
  change(world: World): void;
  /** The releases in which it is so; in all others it works. */
  readonly on?: (release: string) => boolean;
}

const bySlices = (release: string): boolean =>
  release === '1.18.0-beta31' || (release >= '1.18.0' && !/beta22/.test(release));
const values =
  (...path: string[]): ((world: World) => Loose) =>
  (world) =>
    path.reduce((map: Loose, key) => (map[key] ??= {}), world.values);
const glooGateway = values('kubeGateway', 'gatewayParameters', 'glooGateway');

const breaks: readonly Break[] = [
  {
    what: 'the integration is off',
    ...{ verdict: 'refused', code: 'auto-mtls-without-integration' },
    change: (w) => delete w.values.global.istioIntegration.enabled,
  },
  {
    what: 'auto mTLS is off',
    ...{ verdict: 'refused', code: 'no-tls' },
    change: (w) => delete w.values.global.istioIntegration.enableAutoMtls,
  },
  {
    what: 'the Kubernetes Gateway API is off',
    ...{ verdict: 'unknown', code: 'gateway-not-deployed' },
    change: (w) => {
      w.values.kubeGateway.enabled = false;
    },
  },
  {
    what: 'the parameters of the Gateway are not there',
    ...{ verdict: 'unknown', code: 'gateway-not-deployed' },
    change: (w) => {
      find(w, 'GatewayParameters').metadata.namespace = 'elsewhere';
    },
  },
  {
    what: 'sidecars of its own stop the control plane',
    ...{ verdict: 'unknown', code: 'gateway-not-deployed' },
    change: (w) => {
      glooGateway(w).istio = { customSidecars: [{ name: 'istio-proxy', image: 'x' }] };
    },
  },
  {
    what: 'two listeners become one port, and the API server refuses the Deployment',
    ...{ verdict: 'unknown', code: 'kube-object-refused' },
    change: (w) => find(w, 'Gateway').spec.listeners.push({ name: 'alt', port: 8080, protocol: 'HTTP' }),
  },
  {
    what: 'somebody else runs the proxy',
    ...{ verdict: 'unknown', code: 'gateway-without-proxy' },
    change: (w) => {
      find(w, 'GatewayParameters').spec = { selfManaged: {} };
    },
  },
  {
    what: 'the Namespace of the Gateway was not given',
    ...{ verdict: 'unknown', code: 'gateway-may-be-injected' },
    change: (w) => {
      w.objects = w.objects.filter((object) => object.metadata.name !== 'edge');
      w.complete = ['Pod', 'ConfigMap', 'PeerAuthentication', 'AuthorizationPolicy', 'Sidecar', 'EnvoyFilter'];
    },
  },
  {
    what: 'the Gateway gets a sidecar of Istio’s',
    ...{ verdict: 'unknown', code: 'sidecar-on-gateway' },
    change: (w) => {
      const { kube } = find(w, 'GatewayParameters').spec;
      // Together with another fault there may be selfManaged instead.
      if (kube !== undefined) kube.podTemplate.extraLabels['sidecar.istio.io/inject'] = 'true';
    },
  },
  {
    what: 'the agent asks no istiod',
    ...{ verdict: 'unknown', code: 'other-authority' },
    change: (w) => {
      glooGateway(w).istio = { istioProxyContainer: { istioDiscoveryAddress: 'ca.example.com:15012' } };
    },
  },
  {
    what: 'the agent is of another cluster',
    ...{ verdict: 'unknown', code: 'other-cluster' },
    change: (w) => {
      glooGateway(w).istio = { istioProxyContainer: { istioMetaClusterId: 'west' } };
    },
  },
  {
    what: 'a policy lets only the proxy of the chart in',
    ...{ verdict: 'refused', code: 'authorization-denied' },
    change: (w) => w.objects.push(allowed('cluster.local/ns/gloo-system/sa/gateway-proxy')),
  },
  {
    what: 'the mesh puts its root certificate into other namespaces',
    ...{ verdict: 'refused', code: 'ca-configmap-missing' },
    on: (release) => !release.startsWith('1.17'),
    change: (w) =>
      w.objects.push({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'istio', namespace: 'istio-system' },
        data: { mesh: 'discoverySelectors: [{matchLabels: {mesh: "on"}}]' },
      }),
  },
  {
    what: 'a route into another namespace is not granted',
    ...{ verdict: 'unknown', code: 'reference-not-granted' },
    change: (w) => {
      const route = find(w, 'HTTPRoute');
      route.metadata.namespace = 'edge';
      route.spec.rules[0].backendRefs[0].namespace = 'shop';
    },
  },
  {
    what: 'an annotation changes what Gloo makes of the Service',
    ...{ verdict: 'unknown', code: 'service-annotated' },
    change: (w) => {
      find(w, 'Service').metadata.annotations = { 'gloo.solo.io/upstream_config': '{}' };
    },
  },
  {
    what: 'a second pod has no sidecar',
    ...{ verdict: 'plain-text', code: 'plain-text-no-sidecar' },
    change: (w) => w.objects.push(podOf('web-2')),
  },
  {
    what: 'pods are known by their address alone',
    ...{ verdict: 'unknown', code: 'address-without-pod' },
    on: bySlices,
    change: (w) => {
      delete find(w, 'Service').spec.selector;
      const subsets = [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ name: 'http', port: 8080 }] }];
      w.objects.push({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web', namespace: 'shop' }, subsets });
    },
  },
  {
    what: 'the control plane takes mTLS alone, for which these proxies have no certificates',
    ...{ verdict: 'unknown', code: 'kube-without-gloo-mtls' },
    on: (release) => release.startsWith('1.17') || release.startsWith('1.18'),
    change: (w) => {
      w.values.global.glooMtls = { enabled: true };
      w.objects.push({
        ...{ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls' },
        metadata: { name: 'gloo-mtls-certs', namespace: 'gloo-system' },
        data: { 'tls.crt': 'YQ==', 'tls.key': 'YQ==', 'ca.crt': 'YQ==' },
      });
    },
  },
  {
    what: 'nobody gave the GatewayParameters of a class of one’s own',
    ...{ verdict: 'unknown', code: 'gateway-not-deployed' },
    change: (w) => {
      find(w, 'Gateway').spec.gatewayClassName = 'own';
      w.objects.push(gatewayClass('own'));
    },
  },
];

function allowed(principal: string): Loose {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { action: 'ALLOW', rules: [{ from: [{ source: { principals: [principal] } }] }] },
  };
}

test('what breaks it is found, in every release', () => {
  const wrong: string[] = [];
  for (const release of releases)
    for (const { what, verdict, code, on, change } of breaks) {
      const world = works(release);
      change(world);
      const { rows, problems } = check(world);
      const row = rows.find(({ upstream }) => upstream.name.startsWith('kube-svc'));
      const isSo = on === undefined || on(release);
      const found = [...(row?.reasons ?? []), ...problems].map((one) => one.code);
      if (row?.verdict !== (isSo ? verdict : 'works'))
        wrong.push(`${release}: ${what}: ${row?.verdict} ${found.join()}`);
      else if (isSo && !found.includes(code)) wrong.push(`${release}: ${what}: without ${code}: ${found.join()}`);
      for (const one of found) assert.ok(codes.has(one), one);
    }
  assert.deepEqual(wrong, []);
});

test('a route leads to Services alone, whatever else it names', () => {
  const named = (backend: Loose): string[] => {
    const world = works('1.22.1');
    find(world, 'HTTPRoute').spec.rules = [
      { backendRefs: [backend], filters: [{ requestMirror: { backendRef: { name: 'web', port: 81 } } }] },
    ];
    const { rows } = check(world);
    return rows.map(({ upstream, isRouted }) => `${upstream.namespace}/${upstream.name} ${isRouted}`);
  };
  const mirrored = ['gloo-system/web false', 'shop/kube-svc:shop-web-81 true'];
  const both = [...mirrored.slice(0, 1), 'shop/kube-svc:shop-web-80 true', ...mirrored.slice(1)];
  const cases: readonly (readonly [Loose, string[]])[] = [
    [{ name: 'web', port: 80 }, both],
    [{ name: 'web', port: 80, kind: 'Service', group: '', namespace: 'shop' }, both],
    [{ name: 'web', port: 80, kind: 'Other' }, mirrored],
    [{ name: 'web', port: 80, group: 'example.com' }, mirrored],
    [{ name: 5, port: 80 }, mirrored],
    [{ name: 'web', port: 80, namespace: 5 }, mirrored],
  ];
  for (const [backend, expected] of cases) assert.deepEqual(named(backend), expected, JSON.stringify(backend));
});

test('what is allowed for the proxy’s own account works, and so does a granted reference', () => {
  const world = works('1.22.1');
  world.objects.push(allowed('cluster.local/ns/edge/sa/gloo-proxy-http'));
  const route = find(world, 'HTTPRoute');
  route.metadata.namespace = 'edge';
  route.spec.rules[0].backendRefs[0].namespace = 'shop';
  world.objects.push({
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: { name: 'edge', namespace: 'shop' },
    spec: {
      from: ['HTTPRoute', 'GRPCRoute'].map((kind) => ({ group: 'gateway.networking.k8s.io', kind, namespace: 'edge' })),
      to: [
        { group: '', kind: 'Secret' },
        { group: '', kind: 'Service' },
      ],
    },
  });
  const verdictsOf = (): unknown => check(world).rows.map(({ verdict }) => verdict);
  assert.deepEqual(verdictsOf(), ['works', 'works']);
  const { spec } = find(world, 'ReferenceGrant');
  spec.to[1].name = 'web';
  assert.deepEqual(verdictsOf(), ['works', 'works']);
  spec.to[1].name = 'other';
  assert.deepEqual(verdictsOf(), ['works', 'unknown']);
  delete spec.to[1].name;
  for (const [list, group] of [
    [spec.to, 'example.com'],
    [spec.from, 'example.com'],
  ]) {
    const before = structuredClone(list);
    for (const one of list) one.group = group;
    assert.deepEqual(verdictsOf(), ['works', 'unknown']);
    list.splice(0, 2, ...before);
  }
  assert.deepEqual(verdictsOf(), ['works', 'works']);
  spec.to.pop();
  assert.deepEqual(verdictsOf(), ['works', 'unknown']);
});

test('a route from another namespace is let in by the listener, or not', () => {
  const isRouted = (namespaces: Loose, routeIn = 'shop'): unknown => {
    const world = works('1.22.1');
    const allowedRoutes = namespaces === undefined ? {} : { namespaces };
    find(world, 'Gateway').spec.listeners = [{ ...listener, allowedRoutes }];
    const route = find(world, 'HTTPRoute');
    route.metadata.namespace = routeIn;
    route.spec.rules[0].backendRefs[0].namespace = 'shop';
    return check(world).rows.find(({ upstream }) => upstream.name.startsWith('kube-svc'))?.isRouted;
  };
  const labelled = (value: string): Loose => ({
    from: 'Selector',
    selector: { matchLabels: { 'kubernetes.io/metadata.name': value } },
  });
  assert.equal(isRouted({ from: 'All' }), true);
  for (const from of ['Same', 'None', undefined]) assert.equal(isRouted(from && { from }), false, from);
  for (const given of [{ from: 'Same' }, undefined]) assert.equal(isRouted(given, 'edge'), true);
  assert.equal(isRouted(labelled('shop')), true);
  assert.equal(isRouted(labelled('other')), false);
});

test('what may change the Upstream that Gloo creates for a Service is named', () => {
  const saidOf = (change: (world: World) => void): readonly unknown[] => {
    const world = works('1.22.1');
    change(world);
    const reasons = check(world).rows.flatMap((row) => row.reasons);
    return reasons
      .filter(({ code }) => code === 'service-annotated')
      .map(({ text, missing }) => ({ ...{ text, missing } }));
  };
  const settings = (globalAnnotations: Loose): Loose => ({
    ...{ apiVersion: 'gloo.solo.io/v1', kind: 'Settings', metadata: { name: 'default', namespace: 'gloo-system' } },
    spec: {
      gloo: { istioOptions: { enableAutoMtls: true, enableIntegration: true } },
      upstreamOptions: { globalAnnotations },
    },
  });
  const annotate = (world: World): void => {
    find(world, 'Service').metadata.annotations = { a: 'b', 'gloo.solo.io/http2': 'true' };
  };
  const said = (what: string): unknown => ({
    text: `Gloo creates an Upstream for Service shop/web, and ${what} may change it.`,
    missing: `an Upstream for Service shop/web instead of ${what}`,
  });
  assert.deepEqual(saidOf(annotate), [said('the annotation gloo.solo.io/http2')]);
  assert.deepEqual(
    saidOf((world) => {
      annotate(world);
      world.objects.push(settings({ 'gloo.solo.io/http2': 'true' }));
    }),
    [said('the annotation gloo.solo.io/http2')],
  );
  assert.deepEqual(
    saidOf((world) => world.objects.push(settings({ 'gloo.solo.io/http2': 'true' }))),
    [said('globalAnnotations of the Settings')],
  );
  assert.deepEqual(
    saidOf((world) => world.objects.push(settings({}))),
    [],
  );
});

test('the selector of an Upstream keeps pods away up to 1.18.0-beta29 alone', () => {
  for (const release of releases) {
    const world = works(release);
    find(world, 'Upstream').spec.kube.selector = { version: 'v2' };
    world.objects.push(podOf('web-2'));
    const [row] = check(world).rows;
    assert.equal(row?.verdict, bySlices(release) ? 'plain-text' : 'works', release);
  }
});

test('the label of the pods must be istio from 1.19.0-beta4 on, and merely exist before', () => {
  for (const [release, verdict] of [
    ['1.17.38', 'works'],
    ['1.18.5', 'works'],
    ['1.19.0-beta3', 'works'],
    ['1.19.0-beta4', 'refused'],
    ['1.22.1', 'refused'],
  ] as const) {
    const world = works(release);
    find(world, 'Pod').metadata.labels['security.istio.io/tlsMode'] = 'disabled';
    assert.deepEqual(
      check(world).rows.map((row) => row.verdict),
      [verdict, verdict],
      release,
    );
  }
});

test('a sidecar on the gateway is for the endpoints of these proxies nothing since 1.18.0-beta30', () => {
  for (const release of releases) {
    const world = works(release);
    world.values.global.istioIntegration.enableIstioSidecarOnGateway = true;
    const { rows } = check(world);
    // The Service's address is then the endpoint, whose labels do not describe the mesh.
    assert.equal(rows[1]?.verdict, bySlices(release) ? 'works' : 'refused', release);
  }
});

test('from manifests alone: the proxy, its ConfigMap, and the control plane that serves it', () => {
  const { values: given, objects } = works('1.22.1');
  const { manifests } = renderKubeGateways({ values: [given], chartVersion: '1.22.1', gateways: objects });
  const settings = {
    apiVersion: 'gloo.solo.io/v1',
    kind: 'Settings',
    metadata: { name: 'default', namespace: 'gloo-system' },
    spec: { gloo: { istioOptions: { enableAutoMtls: true, enableIntegration: true } } },
  };
  const gloo = (value: string): Loose => {
    const env = [{ name: 'GG_K8S_GW_CONTROLLER', value }];
    const container = { name: 'gloo', image: 'quay.io/solo-io/gloo:1.22.1', env };
    const metadata = { name: 'gloo', namespace: 'gloo-system' };
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { template: { spec: { containers: [container] } } },
    };
  };
  const verdictOf = (more: readonly Loose[], kinds: readonly string[] = ['Deployment', 'ConfigMap']): unknown => {
    const deployed = manifests.filter(({ kind }) => kinds.includes(kind)).map(({ object }) => object);
    const world = { values: undefined, objects: [...objects, ...deployed, settings, ...more], release: '1.22.1' };
    const { rows, problems } = check({ ...world, complete: true });
    return [rows[1]?.verdict, ...problems.filter(({ severity }) => severity !== 'info').map(({ code }) => code)];
  };
  assert.deepEqual(verdictOf([gloo('true')]), ['works']);
  assert.deepEqual(verdictOf([gloo('false')]), ['refused']);
  assert.deepEqual(verdictOf([gloo('true')], ['Deployment']), ['unknown']);
  assert.deepEqual(verdictOf([gloo('true')], []), ['unknown', 'gateway-without-proxy']);
});

test('Gateways of another controller are none of Gloo’s, and a release without parameters says so', () => {
  const istio = works('1.22.1');
  find(istio, 'Gateway').spec.gatewayClassName = 'istio';
  istio.objects.push(gatewayClass('istio', 'istio.io/gateway-controller'));
  assert.deepEqual(
    check(istio).rows.map(({ proxies }) => proxies),
    [undefined],
  );
  const beta = check(works('1.17.0-beta20'));
  assert.ok(beta.problems.some(({ code }) => code === 'gateway-without-proxy'));
  assert.ok(beta.rows.every(({ verdict }) => verdict !== 'works'));
});

test('proxies of both kinds have rows of their own', () => {
  const world = works('1.22.1');
  delete world.values.gatewayProxies;
  find(world, 'GatewayParameters').spec = {
    kube: { podTemplate: { extraLabels: { 'sidecar.istio.io/inject': 'true' } } },
  };
  const { rows } = check(world);
  assert.deepEqual(
    rows.map(({ upstream, proxies, verdict }) => [upstream.name, proxies, verdict]),
    [
      ['web', 'gateway-proxy', 'works'],
      ['web', 'kube-gateway', 'unknown'],
      ['kube-svc:shop-web-80', 'kube-gateway', 'unknown'],
    ],
  );
});

test('a namespace that Gloo does not watch: whether these proxies need it watched is only known of older releases', () => {
  for (const [release, verdict, missing] of [
    ['1.17.38', 'refused', undefined],
    ['1.22.1', 'unknown', 'whether the control plane may read that namespace for proxies of Gateways'],
  ] as const) {
    const world = works(release);
    world.values.settings = { watchNamespaces: ['edge'] };
    const [row] = check(world).rows;
    assert.equal(row?.verdict, verdict, release);
    assert.deepEqual(
      row?.reasons.map((reason) => [reason.code, reason.missing]),
      [['namespace-not-watched', missing]],
    );
  }
});

test('every kind of route leads to Services', () => {
  for (const kind of ['HTTPRoute', 'TCPRoute', 'TLSRoute', 'GRPCRoute', 'UDPRoute']) {
    const world = works('1.22.1');
    find(world, 'HTTPRoute').kind = kind;
    assert.deepEqual(
      check(world).rows.map(({ upstream, isRouted }) => [upstream.name, isRouted]),
      kind === 'UDPRoute'
        ? [['web', undefined]]
        : [
            ['web', false],
            ['kube-svc:shop-web-80', true],
          ],
      kind,
    );
  }
});

test('the Upstream in memory speaks HTTP/2 if the port of the Service says so', () => {
  const alpnOf = (port: Loose): unknown => {
    const world = works('1.17.38');
    world.values.global.istioIntegration = { enableIstioSidecarOnGateway: true };
    world.objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === 'edge').metadata.labels = {
      'istio-injection': 'enabled',
    };
    find(world, 'Service').spec.ports = [
      { name: 'grpc', port: 81 },
      { port: 80, targetPort: 8080, ...port },
    ];
    const text = check(world).rows[1]?.reasons.find(({ code }) => code === 'sidecar-sends')?.text ?? '';
    return /with the ALPN (\S+)\.$/.exec(text)?.[1];
  };
  for (const port of [
    ...['http2', 'grpc', 'grpc-web', 'kubernetes.io/h2c'].map((appProtocol) => ({ name: 'web', appProtocol })),
    ...['grpc', 'grpc-web', 'h2', 'h2c', 'http2', 'http2-web'].map((name) => ({ name })),
  ])
    assert.equal(alpnOf(port), 'istio-h2', JSON.stringify(port));
  for (const port of [{ name: 'http' }, { name: 'web-grpc' }, { name: 'web', appProtocol: 'http' }, {}])
    assert.equal(alpnOf(port), 'istio-http/1.1', JSON.stringify(port));
});

test('a route that no listener lets in leads nowhere', () => {
  const routedWith = (namespaces: Loose): unknown => {
    const world = works('1.22.1');
    find(world, 'Gateway').spec.listeners = [{ ...listener, allowedRoutes: { namespaces } }];
    return check(world).rows[1]?.isRouted;
  };
  assert.equal(routedWith({ from: 'All' }), true);
  assert.equal(routedWith(undefined), false);
  const selector = { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } };
  assert.equal(routedWith({ from: 'Selector', selector }), true);
  assert.equal(routedWith({ from: 'Selector', selector: { matchLabels: { a: 'b' } } }), false);
});

test('with values, too, untrusted input never makes it throw', () => {
  const cyclic: Loose = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'edge' } };
  cyclic.data = cyclic;
  const large = { ...cyclic, data: { a: 1n } };
  for (const stranger of [cyclic, large, null, 7, undefined, () => 1, Symbol('a'), { object: cyclic }, { text: 7 }]) {
    const world = works('1.22.1');
    const verdictsOf = (given: World): unknown => checked(given).rows.map(({ verdict }) => verdict);
    assert.deepEqual(verdictsOf({ ...world, objects: [stranger, ...world.objects] }), ['works', 'works']);
    assert.deepEqual(verdictsOf({ ...world, objects: [stranger] }), []);
  }
});

test('of a part of a world nothing is decided that does not hold for the whole', () => {
  const seen: Record<string, number> = {};
  fc.assert(
    fc.property(
      fc.constantFrom(...releases),
      fc.subarray([...breaks.keys()], { maxLength: 2 }),
      fc.array(fc.boolean(), { minLength: 16, maxLength: 16 }),
      (release, broken, kept) => {
        const whole = works(release);
        whole.complete = true;
        for (const index of broken) breaks[index]?.change(whole);
        // Objects that were not given then do not exist.
        whole.complete = true;
        // The given pods of a workload stand for all of them, so they are kept or left out together.
        const pod = whole.objects.findIndex(({ kind }) => kind === 'Pod');
        const isKept = ({ kind }: Loose, index: number): boolean => kept[kind === 'Pod' ? pod : index] !== false;
        const part = { ...whole, complete: false, objects: whole.objects.filter(isKept) };
        const verdicts = new Map(checked(whole).rows.map(({ upstream, verdict }) => [upstream.name, verdict]));
        for (const { upstream, verdict } of checked(part).rows) {
          const ofWhole = verdicts.get(upstream.name);
          const way = `${verdict} → ${ofWhole}`;
          seen[way] = (seen[way] ?? 0) + 1;
          const isSo = verdict === 'unknown' || ofWhole === undefined || verdict === ofWhole || ofWhole === 'unknown';
          assert.ok(
            isSo && !(verdict === 'works' && ofWhole !== 'works'),
            `${release} ${broken.map((one) => breaks[one]?.what).join()}: ${way}`,
          );
        }
      },
    ),
    { numRuns: 120 },
  );
  assert.ok((seen['unknown → works'] ?? 0) > 0, JSON.stringify(seen));
});
