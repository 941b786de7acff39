/**
 * What 0.1.0 reported wrongly about Istio (R1 to R11), and what it did not report (M1 to M20): for each a case in which
 * a code must be reported, and a similar one in which it must not.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMtls } from '../../src/index.ts';
import { injectSidecars } from '../../src/istio/inject.ts';
import type { ValueMap } from '../../src/value.ts';
import type { MtlsWorld } from '../../src/verbs/check.ts';
import { type ValidateOptions, validateValues } from '../../src/verbs/validate.ts';
import { world } from '../support/istio-world.ts';
import { fileOf } from '../support/manifests.ts';
import { configMap, workload } from '../support/objects.ts';

type Said = readonly { readonly code: string; readonly severity?: string; readonly text: string }[];

interface Case {
  readonly rule: string;
  readonly code: string;
  /** What its message or hint must contain, and what it must not. */
  readonly says?: RegExp;
  readonly fails: () => Said;
  readonly passes: () => Said;
}

const values =
  (given: ValueMap, chartVersion = '1.17.0', more: Partial<ValidateOptions> = {}) =>
  (): Said =>
    validateValues({ values: [given], chartVersion, ...more }).problems.map(({ code, severity, message, hint }) => ({
      ...{ code, severity, text: `${message} (${hint ?? ''})` },
    }));

const sds = { global: { istioSDS: { enabled: true } } };
const integration = (more: ValueMap = {}): ValueMap => ({ global: { istioIntegration: { enabled: true, ...more } } });
const tagged = (tag: string): ValueMap => ({
  global: { istioIntegration: { enabled: true }, glooMtls: { istioProxy: { image: { tag } } } },
});
const proxy = (spec: ValueMap): ValueMap => ({ gatewayProxies: { gatewayProxy: spec } });

const mounts: Readonly<Record<string, string>> = {
  'istio-certs': '/etc/istio-certs/',
  'istiod-ca-cert': '/var/run/secrets/istio',
  'istio-token': '/var/run/secrets/tokens',
  'istio-envoy': '/etc/istio/proxy',
};

/** A custom sidecar: its version, additional variables (undefined omits one), volumes that it lacks. */
function own(
  version: string,
  env: Readonly<Record<string, string | undefined>> = {},
  without: readonly string[] = [],
): ValueMap {
  const all = {
    ...{ OUTPUT_CERTS: '/etc/istio-certs', JWT_POLICY: 'third-party-jwt', PILOT_CERT_PROVIDER: 'istiod' },
    ...{ CA_ADDR: 'istiod.istio-system.svc:15012', ISTIO_META_CLUSTER_ID: 'Kubernetes', ...env },
  };
  const sidecar = {
    name: 'istio-proxy',
    image: `docker.io/istio/proxyv2:${version}`,
    env: Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }])),
    volumeMounts: Object.entries(mounts)
      .filter(([name]) => !without.includes(name))
      .map(([name, mountPath]) => ({ name, mountPath })),
  };
  return { global: { istioSDS: { enabled: true, customSidecars: [sidecar] } } };
}

const alone = { DISABLE_ENVOY: 'true' };
const asked = (port: number): ValueMap => ({
  ...proxy({ podTemplate: { probes: true, customReadinessProbe: { tcpSocket: { port } } } }),
});

/** The messages of injecting into a proxy in a Namespace with labels. */
const injecting =
  (glooVersion: string, istioVersion: string, labels: ValueMap = {}, podLabels: ValueMap = {}) =>
  (): Said => {
    const pod = { volumes: [{ name: 'envoy-config', configMap: { name: 'gateway-proxy-envoy-config' } }] };
    const containers = [{ name: 'gateway-proxy', image: `quay.io/solo-io/gloo-envoy-wrapper:${glooVersion}` }];
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gloo-system', labels } };
    const objects = [
      workload({ containers, podLabels, pod }),
      configMap({ 'envoy.yaml': 'static_resources: {clusters: [{name: a}]}\n' }),
      namespace,
    ];
    const { problems } = injectSidecars([fileOf(objects)], { glooVersion, istioVersion });
    return problems.map(({ code, severity, message, hint }) => ({
      code,
      severity,
      text: `${message} (${hint ?? ''})`,
    }));
  };

/** The reasons of check for a working mesh with changes. */
const checked =
  (...changes: Parameters<typeof world>) =>
  (): Said =>
    checkMtls(world(...changes)).rows.flatMap(({ reasons }) => reasons);

const policy = (spec: ValueMap): ValueMap => ({
  ...{
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'p', namespace: 'shop' },
    spec,
  },
});
const from = (principal: string): ValueMap => policy({ rules: [{ from: [{ source: { principals: [principal] } }] }] });
const named = (names: readonly string[]): ValueMap => ({
  matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: names }],
});
/** The mesh's configuration, which selects namespaces by name or otherwise. */
const mesh = (names: readonly string[], selector: ValueMap = named(names)): ValueMap => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' } },
  data: { mesh: JSON.stringify({ discoverySelectors: [selector] }) },
});

const half = { global: { istioSDS: { enabled: true }, istioIntegration: { enableAutoMtls: true } } };
const kube = (istio: ValueMap, more: ValueMap = integration()): ValueMap => ({
  ...more,
  kubeGateway: { enabled: true, gatewayParameters: { glooGateway: { istio } } },
});

const cases: readonly Case[] = [
  {
    rule: 'R1 M4',
    code: 'auto-mtls-needs-integration',
    says: /plain text/,
    fails: values(half),
    passes: values(integration({ enableAutoMtls: true })),
  },
  {
    rule: 'R1',
    code: 'auto-mtls-needs-integration',
    fails: values(half, '1.22.1'),
    passes: values(integration({ enableAutoMtls: true }), '1.22.1'),
  },
  {
    rule: 'R2',
    code: 'auto-mtls-without-certificates',
    fails: values({ global: { istioIntegration: { enableAutoMtls: true } } }, '1.17.0-beta20'),
    passes: values({ global: { istioIntegration: { enableAutoMtls: true } } }, '1.17.0'),
  },
  {
    rule: 'R3',
    code: 'istio-enabled-twice',
    says: /does everything that this one does/,
    fails: values({ global: { istioSDS: { enabled: true }, istioIntegration: { enabled: true } } }),
    passes: values(sds),
  },
  {
    rule: 'R3',
    code: 'deprecated-value',
    says: /also turns on the integration in Gloo’s Settings/,
    fails: values(sds),
    passes: values(integration()),
  },
  {
    rule: 'R4',
    code: 'cluster-id-missing',
    says: /istiod refuses the proxy/,
    fails: values(own('1.6.9', { ISTIO_META_CLUSTER_ID: undefined }), '1.8.0'),
    passes: values(own('1.6.8', { ISTIO_META_CLUSTER_ID: undefined }), '1.8.0'),
  },
  {
    rule: 'R4',
    code: 'cluster-id-missing',
    says: /assumes that the proxy belongs to its own cluster/,
    fails: values(own('1.8.0', { ISTIO_META_CLUSTER_ID: undefined }), '1.8.0'),
    passes: values(own('1.8.0'), '1.8.0'),
  },
  {
    rule: 'R5',
    code: 'unknown-jwt-policy',
    fails: values(own('1.20.3', { JWT_POLICY: 'third-party' })),
    passes: values(own('1.24.1', { JWT_POLICY: 'third-party' })),
  },
  {
    rule: 'R6',
    code: 'unknown-jwt-policy',
    says: /JWT_POLICY "" is not a policy/,
    fails: values(own('1.20.3', { JWT_POLICY: '' })),
    passes: values(own('1.22.0', { JWT_POLICY: '' })),
  },
  {
    rule: 'R6',
    code: 'token-not-mounted',
    says: /but Istio 1\.24\.1 requires one/,
    fails: values(own('1.24.1', { JWT_POLICY: '' }, ['istio-token'])),
    passes: values(own('1.24.1', { JWT_POLICY: '' })),
  },
  {
    rule: 'R7',
    code: 'probe-without-listener',
    fails: values({ ...own('1.11.0', alone), ...asked(15021) }),
    passes: values({ ...own('1.9.5', alone), ...asked(15021) }),
  },
  {
    rule: 'R7',
    code: 'port-conflict',
    fails: values({ ...own('1.9.5', alone), ...proxy({ podTemplate: { httpPort: 15000 } }) }),
    passes: values({ ...own('1.11.0', alone), ...proxy({ podTemplate: { httpPort: 15000 } }) }),
  },
  {
    rule: 'R8',
    code: 'istio-ca-not-mounted',
    fails: values(own('1.20.3', { PILOT_CERT_PROVIDER: undefined }, ['istiod-ca-cert'])),
    passes: values(own('1.20.3', { PILOT_CERT_PROVIDER: 'kubernetes' }, ['istiod-ca-cert'])),
  },
  {
    rule: 'R9',
    code: 'workload-sockets-not-mounted',
    fails: values(own('1.20.3')),
    passes: values(own('1.20.3', alone)),
  },
  {
    rule: 'R10 M10',
    code: 'proxy-config-unknown-field',
    says: /does not know and ignores/,
    fails: values(own('1.20.3', { PROXY_CONFIG: '{"discoveryAdress": "istiod.istio-system.svc:15012"}' })),
    passes: values(own('1.20.3', { PROXY_CONFIG: '{"discoveryAddress": "istiod.istio-system.svc:15012"}' })),
  },
  {
    rule: 'R10',
    code: 'invalid-proxy-config',
    fails: values(own('1.20.3', { PROXY_CONFIG: 'istiod.istio-system.svc:15012' })),
    passes: values(own('1.20.3', { PROXY_CONFIG: '{"discoveryAdress": "istiod.istio-system.svc:15012"}' })),
  },
  {
    rule: 'R11',
    code: 'revision-not-in-address',
    says: /If canary is a revision rather than a tag/,
    fails: values(integration({ whitelistDiscovery: true, istioSidecarRevTag: 'canary' }), '1.18.0'),
    passes: values(
      {
        ...integration({ whitelistDiscovery: true, istioSidecarRevTag: 'canary' }),
        ...proxy({ istioDiscoveryAddress: 'istiod-canary.istio-system.svc:15012' }),
      },
      '1.18.0',
    ),
  },
  { rule: 'M1', code: 'certificates-not-rotated', fails: values(tagged('1.12.9')), passes: values(tagged('1.20.8')) },
  {
    rule: 'M1',
    code: 'certificates-not-rotated',
    fails: values(own('1.6.8'), '1.8.0'),
    passes: values(own('1.6.0'), '1.8.0'),
  },
  { rule: 'M1', code: 'certificates-not-rotated', fails: values(sds, '1.5.0'), passes: values(own('1.6.9'), '1.5.0') },
  { rule: 'M2', code: 'istio-outside-gloo-range', fails: values(tagged('1.30.3')), passes: values(tagged('1.22.3')) },
  {
    rule: 'M2',
    code: 'istio-outside-gloo-range',
    fails: values(tagged('1.6.8'), '1.22.1'),
    passes: values(tagged('1.30.0'), '1.22.1'),
  },
  {
    rule: 'M3',
    code: 'istio-outside-gloo-range',
    says: /its chart’s own sidecar/,
    fails: values(integration(), '1.22.1'),
    passes: values(tagged('1.26.0'), '1.22.1'),
  },
  { rule: 'M3', code: 'istio-outside-gloo-range', fails: values(sds, '1.15.0'), passes: values(sds, '1.17.0') },
  {
    rule: 'M5',
    code: 'auto-mtls-with-sidecar-on-gateway',
    fails: values(integration({ enableAutoMtls: true, enableIstioSidecarOnGateway: true })),
    passes: values(integration({ enableAutoMtls: true })),
  },
  {
    rule: 'M6',
    code: 'gateway-not-deployed',
    says: /customSidecars/,
    fails: values(kube({ customSidecars: [{ name: 'a', image: 'b' }] }), '1.18.5'),
    passes: values(kube({}), '1.18.5'),
  },
  {
    rule: 'M7',
    code: 'kube-sidecars-left-out',
    fails: values(kube({}, sds), '1.18.5'),
    passes: values(kube({}), '1.18.5'),
  },
  {
    rule: 'M7',
    code: 'kube-sidecars-left-out',
    says: /customSidecars/,
    fails: values(
      kube(
        {},
        {
          global: {
            istioIntegration: { enabled: true },
            istioSDS: { customSidecars: [{ name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.22.3' }] },
          },
        },
      ),
      '1.18.5',
    ),
    passes: values(kube({}), '1.18.5'),
  },
  { rule: 'M8', code: 'alpn-not-sent', fails: values(sds, '1.5.19'), passes: values(sds, '1.5.20') },
  { rule: 'M8', code: 'alpn-not-sent', fails: values(sds, '1.7.2'), passes: values(sds, '1.7.3') },
  {
    rule: 'M9',
    code: 'config-path-not-writable',
    fails: values(own('1.20.3', {}, ['istio-envoy'])),
    passes: values(own('1.20.3', alone, ['istio-envoy'])),
  },
  {
    rule: 'M11',
    code: 'sidecar-and-istiod-differ',
    fails: values(tagged('1.20.8'), '1.17.0', { istioVersion: '1.22.3' }),
    passes: values(tagged('1.21.4'), '1.17.0', { istioVersion: '1.22.3' }),
  },
  {
    rule: 'M11',
    code: 'other-istiod',
    fails: values(integration(), '1.17.0', { istioRevision: '1-22' }),
    passes: values(integration(), '1.17.0', { istioRevision: 'default' }),
  },
  { rule: 'M12', code: 'no-such-istio', fails: injecting('1.17.0', '1.99.0'), passes: injecting('1.17.0', '1.20.8') },
  { rule: 'M12', code: 'no-such-istio', fails: injecting('1.17.0', '1.24'), passes: injecting('1.17.0', '1.20.8') },
  {
    rule: 'M12',
    code: 'no-such-istio',
    fails: injecting('1.17.0', 'latest'),
    passes: injecting('1.17.0', '1.20.8-distroless'),
  },
  { rule: 'M13', code: 'gloo-too-old', fails: injecting('1.4.9', '1.6.8'), passes: injecting('1.5.0', '1.7.8') },
  {
    rule: 'M13',
    code: 'gloo-too-old',
    fails: injecting('1.5.0-beta10', '1.6.8'),
    passes: injecting('1.5.0-beta25', '1.7.8'),
  },
  {
    rule: 'M14',
    code: 'namespace-is-injected',
    fails: injecting('1.17.0', '1.20.8', { 'istio-injection': 'enabled' }),
    passes: injecting('1.17.0', '1.20.8', { 'istio-injection': 'enabled' }, { 'sidecar.istio.io/inject': 'false' }),
  },
  {
    rule: 'M15',
    code: 'proxy-is-ambient',
    fails: injecting('1.18.5', '1.22.3', { 'istio.io/dataplane-mode': 'ambient' }),
    passes: injecting(
      '1.18.5',
      '1.22.3',
      { 'istio.io/dataplane-mode': 'ambient' },
      { 'istio.io/dataplane-mode': 'none' },
    ),
  },
  { rule: 'M15', code: 'ambient-does-not-end-mtls', fails: checked({ isAmbient: true }), passes: checked({}) },
  {
    rule: 'M16',
    code: 'sds-binds-loopback',
    fails: values({
      global: { ...(integration()['global'] as ValueMap), glooMtls: { sds: { image: { tag: '1.5.0' } } } },
    }),
    passes: values({
      global: { ...(integration()['global'] as ValueMap), glooMtls: { sds: { image: { tag: '1.12.0' } } } },
    }),
  },
  {
    rule: 'M17',
    code: 'ca-configmap-missing',
    says: /never start/,
    fails: checked({}, mesh(['shop'])),
    passes: checked({}, mesh(['shop', 'gloo-system'])),
  },
  {
    rule: 'M17',
    code: 'ca-configmap-missing',
    fails: checked({ istioVersion: '1.22.0' }, mesh(['shop'])),
    passes: checked({ istioVersion: '1.21.6' }, mesh(['shop'])),
  },
  {
    rule: 'M18',
    code: 'autoscaler-bounds',
    fails: values(proxy({ horizontalPodAutoscaler: { minReplicas: 5, maxReplicas: 2 } })),
    passes: values(proxy({ horizontalPodAutoscaler: { minReplicas: 2, maxReplicas: 5 } })),
  },
  {
    rule: 'M18',
    code: 'autoscaler-version',
    fails: values(proxy({ horizontalPodAutoscaler: { apiVersion: 'autoscaling/v9', minReplicas: 1, maxReplicas: 2 } })),
    passes: values(
      proxy({ horizontalPodAutoscaler: { apiVersion: 'autoscaling/v2', minReplicas: 1, maxReplicas: 2 } }),
    ),
  },
  {
    rule: 'M18',
    code: 'budget-with-both-limits',
    fails: values(proxy({ podDisruptionBudget: { minAvailable: 1, maxUnavailable: 1 } })),
    passes: values(proxy({ podDisruptionBudget: { minAvailable: 1 } })),
  },
  {
    rule: 'M19',
    code: 'authorization-denied',
    fails: checked({}, policy({})),
    passes: checked({}, from('cluster.local/ns/gloo-system/sa/gateway-proxy')),
  },
  {
    rule: 'M19',
    code: 'authorization-denied',
    fails: checked({}, from('cluster.local/ns/shop/sa/web')),
    passes: checked({}, from('*/sa/gateway-proxy')),
  },
  {
    rule: 'M20',
    code: 'values-of-wrapping-chart',
    fails: values({ gloo: { ...sds, ...proxy({ kind: { deployment: { replicas: 3 } } }) } }),
    passes: values({ ...sds, ...proxy({ kind: { deployment: { replicas: 3 } } }) }),
  },
];

for (const { rule, code, says, fails, passes } of cases)
  test(`${rule}: ${code}`, () => {
    const found = fails().find((one) => one.code === code);
    assert.ok(found, JSON.stringify(fails()));
    if (says !== undefined) assert.match(found.text, says);
    const other = passes().find((one) => one.code === code && (says === undefined || says.test(one.text)));
    assert.equal(other, undefined, other?.text);
  });

test('none of the thirty-one is left out', () => {
  const tried = new Set(cases.flatMap(({ rule }) => rule.split(' ')));
  const all = [
    ...Array.from({ length: 11 }, (_, at) => `R${at + 1}`),
    ...Array.from({ length: 20 }, (_, at) => `M${at + 1}`),
  ];
  assert.deepEqual(
    all.filter((rule) => !tried.has(rule)),
    [],
  );
});

test('M17: discoverySelectors decide only where all that they go by is known', () => {
  const verdict = (changes: Partial<MtlsWorld>, ...objects: readonly ValueMap[]): unknown => {
    const [row] = checkMtls({ ...world({}, ...objects), ...changes }).rows;
    return [row?.verdict, row?.reasons.find(({ code }) => code === 'ca-configmap-missing')?.missing];
  };
  const byLabel = mesh([], { matchLabels: { mesh: 'yes' } });
  const labelled = (labels: ValueMap): ValueMap => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'gloo-system', labels },
  });
  const istiod = (value: string): ValueMap => ({
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'istiod', namespace: 'istio-system' } },
    spec: {
      template: {
        spec: {
          containers: [
            {
              name: 'discovery',
              image: 'istio/pilot:1.22.3',
              env: [{ name: 'ENABLE_ENHANCED_RESOURCE_SCOPING', value }],
            },
          ],
        },
      },
    },
  });
  const byHand: ValueMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'istio-ca-root-cert', namespace: 'gloo-system' },
  };
  const withLabels = (labels: ValueMap): MtlsWorld => {
    const { objects, ...rest } = world({}, byLabel);
    const others = (objects as readonly ValueMap[]).filter(
      (one) => JSON.stringify(one['metadata']) !== '{"name":"gloo-system"}',
    );
    return { ...rest, objects: [...others, labelled(labels)] };
  };
  assert.equal(checkMtls(withLabels({ mesh: 'yes' })).rows[0]?.verdict, 'works');
  assert.equal(checkMtls(withLabels({ mesh: 'no' })).rows[0]?.verdict, 'refused');
  assert.deepEqual(verdict({}, mesh(['shop'])), ['refused', undefined]);
  assert.deepEqual(verdict({}, mesh(['shop']), byHand), ['works', undefined]);
  assert.deepEqual(verdict({}, mesh(['shop']), mesh([], {})), ['works', undefined]);
  assert.deepEqual(verdict({}, mesh(['shop']), istiod('false')), ['works', undefined]);
  assert.deepEqual(verdict({ istioVersion: '1.25.0' }, mesh(['shop']), istiod('false')), ['refused', undefined]);
  assert.deepEqual(verdict({ istioVersion: '1.21.6' }, mesh(['shop']), istiod('true')), ['refused', undefined]);
  const { objects } = world({}, byLabel);
  const without = (objects as readonly ValueMap[]).filter(({ kind }) => kind !== 'Namespace');
  const complete = ['Upstream', 'Service', 'Pod', 'PeerAuthentication', 'AuthorizationPolicy'];
  const [open] = checkMtls({ ...world({}), objects: without, complete }).rows;
  assert.equal(open?.verdict, 'unknown');
  assert.match(JSON.stringify(open?.reasons), /Namespace gloo-system \(its labels decide\)/);
});
