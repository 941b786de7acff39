/** Follows what `check` names as missing, and its hints: the verdict does not stay unknown for that reason. */
import { checkMtls, type MtlsWorld, type Problem, renderGatewayProxies, renderKubeGateways } from '../../src/index.ts';
import { parsePath } from '../../src/problem.ts';
import { type Value, type ValueMap, valueAt, withValueAt } from '../../src/value.ts';
import { gateway } from '../support/kube-objects.ts';
import {
  argueOthers,
  type Case,
  changed,
  followCases,
  ofKind,
  type World,
  withObject,
  withOption,
  world,
  yaml,
} from './cases.ts';

/** A reason with something missing counts as a problem, with that as its hint. */
function check(objects: MtlsWorld['objects'], options: MtlsWorld): { readonly problems: readonly Problem[] } {
  const { rows, problems } = checkMtls({ ...options, objects: objects ?? [] });
  const open = rows.flatMap(({ verdict, reasons }) =>
    reasons.flatMap(({ code, text, missing }): Problem[] =>
      missing === undefined || verdict !== 'unknown'
        ? []
        : [{ code, severity: 'warning', message: text, hint: missing }],
    ),
  );
  return { problems: [...open, ...problems] };
}

type Follow = Case['follow'][number];
const of = (code: string, given: World, hint: RegExp, ...follow: readonly Follow[]): Case => ({
  ...{ run: check as never, code, world: given, hint, follow },
});
const set = (kind: string, path: string, value: Value | undefined): Follow =>
  changed(ofKind(kind), parsePath(path), value);
const object = (kind: string, apiVersion: string, name: string, namespace: string, rest: ValueMap): ValueMap => ({
  ...{ apiVersion, kind, metadata: { name, namespace }, ...rest },
});
const inKind = (kind: string, path: string, value: Value | undefined, objects: readonly ValueMap[]): ValueMap[] =>
  objects.map((one) => (one['kind'] === kind ? (withValueAt(one, parsePath(path), value) as ValueMap) : one));

// Everything about one Upstream, which works.
const meshed = { app: 'web', 'security.istio.io/tlsMode': 'istio' };
const upstream = object('Upstream', 'gloo.solo.io/v1', 'web', 'gloo-system', {
  spec: { kube: { serviceName: 'web', serviceNamespace: 'shop', servicePort: 80 } },
});
const service = object('Service', 'v1', 'web', 'shop', {
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
});
const pod: ValueMap = {
  ...object('Pod', 'v1', 'web-1', 'shop', {
    spec: { serviceAccountName: 'web', containers: [{ name: 'app' }, { name: 'istio-proxy' }] },
    status: { phase: 'Running' },
  }),
  metadata: { name: 'web-1', namespace: 'shop', labels: meshed },
};
const namespace = (name: string, labels: ValueMap = {}): ValueMap => ({
  ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
});
const peer = (name: string, where: string, spec: ValueMap = { mtls: { mode: 'STRICT' } }): ValueMap =>
  object('PeerAuthentication', 'security.istio.io/v1', name, where, { spec });
const allow = (where: string, rules: Value = [{}]): ValueMap =>
  object('AuthorizationPolicy', 'security.istio.io/v1', 'callers', where, { spec: { rules } });
const istiod = (env: ValueMap[] = [], tag = '1.22.3'): ValueMap =>
  yaml(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: istiod, namespace: istio-system, labels: {app: istiod, istio.io/rev: default}},
spec: {template: {metadata: {labels: {app: istiod}}, spec: {containers: [{name: discovery, image: 'docker.io/istio/pilot:${tag}', env: ${JSON.stringify(env)}}]}}}}`);
const mesh = (config = ''): ValueMap =>
  object('ConfigMap', 'v1', 'istio', 'istio-system', { data: { mesh: config || 'trustDomain: cluster.local' } });
const workload: ValueMap = yaml(
  `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop},
spec: {template: {metadata: {labels: {app: web}}, spec: {serviceAccountName: web, containers: [{name: app}]}}}}`,
);
const integration: ValueMap = { global: { istioIntegration: { enabled: true, enableAutoMtls: true } } };
const settings = object('Settings', 'gloo.solo.io/v1', 'default', 'gloo-system', {
  spec: { gloo: { istioOptions: { enableAutoMtls: true, enableIntegration: true } } },
});
const gloo = (env: ValueMap[] = []): ValueMap =>
  yaml(`{apiVersion: apps/v1, kind: Deployment, metadata: {name: gloo, namespace: gloo-system, labels: {gloo: gloo}},
spec: {template: {metadata: {labels: {gloo: gloo}}, spec: {containers: [{name: gloo, image: 'quay.io/solo-io/gloo:1.18.5', env: ${JSON.stringify(env)}}]}}}}`);
const shop = [service, pod, namespace('gloo-system'), namespace('shop'), peer('default', 'shop')];
const kinds = ['Deployment', 'DaemonSet', 'Service', 'Pod', 'Namespace', 'PeerAuthentication', 'AuthorizationPolicy']
  .concat('Secret', 'ConfigMap', 'Settings', 'Upstream', 'DestinationRule', 'ServiceEntry', 'Sidecar', 'EnvoyFilter')
  .concat('VirtualService', 'Endpoints');
const known: MtlsWorld = { chartVersion: '1.18.5', istioVersion: '1.22.3', complete: true, values: [integration] };
const options = (more: MtlsWorld = {}): World['options'] => ({ ...known, ...more });
/** A world in which objects of a kind were not given. */
const lacking = (
  lacked: readonly string[],
  more: readonly ValueMap[] = [],
  objects: readonly ValueMap[] = [upstream, ...shop],
): World =>
  world(
    [...objects.filter(({ kind }) => !lacked.includes(String(kind))), ...more],
    options({ complete: kinds.filter((kind) => !lacked.includes(kind)) }),
  );
const all = (...objects: readonly ValueMap[]): World => world([upstream, ...shop, ...objects], options());
const given = (objects: readonly ValueMap[], more: MtlsWorld = {}): World => world(objects, options(more));
/** The objects that the chart renders, for a world without values. */
const proxies: readonly ValueMap[] = renderGatewayProxies({
  values: [integration],
  chartVersion: '1.18.5',
}).manifests.map(({ object: one }) => one);
const unvalued = (objects: readonly ValueMap[], more: MtlsWorld): World => {
  const { values: _, chartVersion: __, ...rest } = known;
  return world([upstream, ...shop, ...objects], { ...rest, glooVersion: '1.18.5', ...more });
};
const withValues: Follow = ({ objects, options: { glooVersion: _, ...rest } }) => ({
  objects,
  options: { ...rest, values: [integration], chartVersion: '1.18.5' },
});
const complete =
  (...more: readonly string[]): Follow =>
  (now) =>
    withOption('complete', [...(now.options['complete'] as string[]), ...more])(now);

const sdsConfig: ValueMap = {
  alpnProtocols: ['istio'],
  sds: {
    ...{ certificatesSecretName: 'istio_server_cert', validationContextName: 'istio_validation_context' },
    ...{ clusterName: 'gateway_proxy_sds', targetUri: '127.0.0.1:8234' },
  },
};
/** The Upstream with more in its `spec`. */
const upstreamWith = (spec: ValueMap): ValueMap => ({
  ...upstream,
  spec: { ...(upstream['spec'] as ValueMap), ...spec },
});
const presenting = upstreamWith({ sslConfig: sdsConfig });
const toStatic = (...hosts: readonly ValueMap[]): ValueMap => ({
  ...upstream,
  spec: { static: { hosts }, sslConfig: sdsConfig },
});
const isProxy = ({ kind, metadata }: ValueMap): boolean =>
  kind === 'Deployment' && (metadata as ValueMap)['name'] === 'gateway-proxy';
/** A container of the gateway proxy, changed. */
const inContainer =
  (container: string, change: (one: ValueMap) => ValueMap) =>
  (objects: readonly ValueMap[]): ValueMap[] =>
    objects.map((one) => {
      if (!isProxy(one)) return one;
      const at = parsePath('spec.template.spec.containers');
      const all = valueAt(one, ...at) as ValueMap[];
      return withValueAt(
        one,
        at,
        all.map((each) => (each['name'] === container ? change(each) : each)),
      ) as ValueMap;
    });
const withVariable =
  (name: string, entry: ValueMap) =>
  (container: ValueMap): ValueMap => ({
    ...container,
    env: [...((container['env'] ?? []) as ValueMap[]).filter((one) => one['name'] !== name), { name, ...entry }],
  });
const changing =
  (change: (objects: readonly ValueMap[]) => ValueMap[]): Follow =>
  ({ objects, options: rest }) => ({ objects: change(objects), options: rest });
const both =
  (...steps: readonly Follow[]): Follow =>
  (now, found) =>
    steps.reduce((next, step) => step(next, found), now);
const fromSecret: ValueMap = { valueFrom: { secretKeyRef: { name: 'own', key: 'value' } } };
/** A proxy whose variable is set from elsewhere, then in place. */
const variable = (container: string, name: string, value: string): Case =>
  of(
    'variable-from-elsewhere',
    unvalued(inContainer(container, withVariable(name, fromSecret))([...proxies, settings, gloo()]), {}),
    new RegExp(`^the value of ${name} in ${container} of Deployment gloo-system/gateway-proxy$`),
    changing(inContainer(container, withVariable(name, { value }))),
  );
const outdated = inContainer('istio-proxy', (one) => ({ ...one, image: 'docker.io/istio/proxyv2@sha256:0123' }));
/** Agents of Istio 1.9.1, which write certificates that only their own user can read. */
const ownerOnly = inContainer('istio-proxy', (one) => {
  const { securityContext: _, ...rest } = withVariable('ISTIO_META_CLUSTER_ID', { value: 'Kubernetes' })(one);
  return { ...rest, image: 'docker.io/istio/proxyv2:1.9.1' };
});
const podUser = (objects: readonly ValueMap[]): ValueMap[] =>
  objects.map((one) =>
    isProxy(one) ? (withValueAt(one, parsePath('spec.template.spec.securityContext'), {}) as ValueMap) : one,
  );
const asUser =
  (runAsUser: number) =>
  (one: ValueMap): ValueMap => ({ ...one, securityContext: { runAsUser } });
const audience =
  (wanted: string, before = 'istio-ca') =>
  (objects: readonly ValueMap[]): ValueMap[] =>
    objects.map((one) =>
      isProxy(one)
        ? (JSON.parse(JSON.stringify(one).replaceAll(`"audience":"${before}"`, `"audience":"${wanted}"`)) as ValueMap)
        : one,
    );
const unversioned = (objects: readonly ValueMap[]): ValueMap[] =>
  inContainer('gateway-proxy', (one) => ({ ...one, image: 'quay.io/solo-io/gloo-envoy-wrapper@sha256:0123' }))(objects);

const edge = gateway({
  metadata: { annotations: {} },
  spec: { listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }] },
});
const kubeValues: ValueMap = {
  ...integration,
  kubeGateway: { enabled: true },
  gatewayProxies: { gatewayProxy: { disabled: true } },
};
const kubeProxies = renderKubeGateways({
  values: [kubeValues],
  chartVersion: '1.18.5',
  gateways: [edge],
}).manifests.map(({ object: one }) => one);
const httpRoute = (where: string): ValueMap =>
  object('HTTPRoute', 'gateway.networking.k8s.io/v1', 'web', where, {
    spec: {
      parentRefs: [{ name: 'http', namespace: 'edge' }],
      rules: [{ backendRefs: [{ name: 'web', namespace: 'shop', port: 80 }] }],
    },
  });
const ofGateways = (objects: readonly ValueMap[], services: readonly ValueMap[] = shop): World =>
  given([edge, namespace('edge'), ...services, ...objects], { values: [kubeValues] as MtlsWorld['values'] & object });

const cases: readonly Case[] = [
  // The control plane.
  of(
    'not-given',
    unvalued([...unversioned(proxies), settings], { glooVersion: undefined, istioVersion: '1.22.3' }),
    /^Gloo's release \(its version, or gloo's Deployment\)$/,
    withOption('glooVersion', '1.18.5'),
    withObject(gloo()),
  ),
  of(
    'not-given',
    unvalued([...proxies, gloo()], { complete: kinds.filter((kind) => kind !== 'Settings') }),
    /^Settings gloo-system\/default \(whether auto mTLS is on\), or the values of Gloo's chart$/,
    withObject(settings),
    withValues,
  ),
  of(
    'not-given',
    unvalued([...proxies, settings], { complete: kinds.filter((kind) => kind !== 'Deployment') }),
    /^Deployment gloo-system\/gloo \(the value of ENABLE_ISTIO_SIDECAR_ON_GATEWAY and ENABLE_ISTIO_INTEGRATION in its container gloo\)$/,
    withObject(gloo()),
    withValues,
  ),
  of(
    'not-given',
    given(
      inKind('PeerAuthentication', 'spec.mtls.mode', 'PERMISSIVE', [
        upstreamWith({ sslConfig: { ...sdsConfig, alpnProtocols: ['istio-http/1.1'] } }),
        ...inKind('Service', 'spec.ports[0].name', 'tcp', shop),
      ]),
      { istioVersion: undefined },
    ),
    /^Istio's version \(istioVersion, or istiod's Deployment\)$/,
    withOption('istioVersion', '1.22.3'),
    withObject(istiod()),
  ),
  of(
    'proxies-not-given',
    world([presenting, ...shop], unvalued([], {}).options),
    /^the gateway proxies of gloo-system: Deployment and ConfigMap, or the values of Gloo's chart$/,
    withObject(...proxies),
    withValues,
  ),
  of(
    'no-bootstrap',
    world([presenting, ...shop, ...proxies.filter(isProxy)], unvalued([], {}).options),
    /^the ConfigMap with the envoy\.yaml of Deployment gloo-system\/gateway-proxy$/,
    withObject(...proxies.filter(({ kind }) => kind === 'ConfigMap')),
  ),
  // The certificates of the proxy.
  variable('istio-proxy', 'OUTPUT_CERTS', '/etc/istio-certs'),
  variable('istio-proxy', 'PROXY_CONFIG', '{}'),
  variable('istio-proxy', 'CA_ADDR', 'istiod.istio-system.svc:15012'),
  variable('istio-proxy', 'PILOT_CERT_PROVIDER', 'istiod'),
  variable('istio-proxy', 'ISTIO_META_CLUSTER_ID', 'Kubernetes'),
  variable('sds', 'ISTIO_MTLS_SDS_ENABLED', 'true'),
  of(
    'agent-version-not-given',
    unvalued([...outdated(proxies), settings, gloo()], {}),
    /^the version of Istio in docker\.io\/istio\/proxyv2@sha256:0123 of Deployment gloo-system\/gateway-proxy$/,
    changing(inContainer('istio-proxy', (one) => ({ ...one, image: 'docker.io/istio/proxyv2:1.22.3' }))),
  ),
  of(
    'other-cluster',
    unvalued(
      [
        ...inContainer('istio-proxy', withVariable('ISTIO_META_CLUSTER_ID', { value: 'east' }))(proxies),
        settings,
        gloo(),
      ],
      {},
    ),
    /^CLUSTER_ID of istiod, or whether it knows a cluster east$/,
    withObject(istiod([{ name: 'CLUSTER_ID', value: 'east' }])),
  ),
  of(
    'certificates-not-readable',
    unvalued(
      [
        ...inContainer('sds', (one) => ({ ...one, securityContext: {} }))(podUser(ownerOnly(proxies))),
        settings,
        gloo(),
      ],
      {},
    ),
    /^the users of istio-proxy and sds in Deployment gloo-system\/gateway-proxy$/,
    changing((objects) => inContainer('sds', asUser(1337))(inContainer('istio-proxy', asUser(1337))(objects))),
  ),
  of(
    'token-audience',
    unvalued([...audience('own')(proxies), settings, gloo()], {}),
    /^istiod's TOKEN_AUDIENCES, and the token in istio-token$/,
    withObject(istiod([{ name: 'TOKEN_AUDIENCES', value: 'istio-ca,own' }])),
    changing(audience('istio-ca', 'own')),
  ),
  // The root certificate.
  of(
    'mesh-config-not-given',
    lacking(['ConfigMap'], [], inKind('Upstream', 'spec.sslConfig', sdsConfig, [upstream, ...shop])),
    /^the mesh's configuration \(ConfigMap istio-system\/istio\), or ConfigMap gloo-system\/istio-ca-root-cert$/,
    withObject(mesh()),
    withObject(object('ConfigMap', 'v1', 'istio-ca-root-cert', 'gloo-system', {})),
  ),
  of(
    'ca-configmap-missing',
    lacking(
      ['Namespace'],
      [namespace('shop'), mesh('discoverySelectors: [{matchLabels: {mesh: "yes"}}]')],
      [presenting, ...shop],
    ),
    /^Namespace gloo-system \(its labels decide\)$/,
    withObject(namespace('gloo-system', { mesh: 'yes' })),
  ),
  of(
    'ca-configmap-missing',
    given([presenting, ...shop, mesh('discoverySelectors: [{matchLabels: {mesh: "yes"}}]')], {
      istioVersion: undefined,
    }),
    /^Istio's version$/,
    withOption('istioVersion', '1.21.6'),
  ),
  of(
    'mesh-configs-differ',
    given([
      presenting,
      ...shop,
      mesh('trustDomain: a'),
      withValueAt(mesh('trustDomain: b'), ['metadata', 'name'], 'istio-canary') as ValueMap,
    ]),
    /^which of the mesh's configurations applies to the pods: they differ in (trustDomain)$/,
    (now, found) => withOption(found[1] ?? '', 'a')(now),
  ),
  // The Upstream.
  of(
    'secret-not-given',
    lacking(
      ['Secret'],
      [],
      [
        upstreamWith({ sslConfig: { secretRef: { name: 'own', namespace: 'shop' } } }),
        ...shop.filter(({ kind }) => kind !== 'PeerAuthentication'),
      ],
    ),
    /^Secret shop\/own$/,
    withObject(
      object('Secret', 'v1', 'own', 'shop', {
        type: 'kubernetes.io/tls',
        stringData: { 'tls.crt': 'a', 'tls.key': 'b' },
      }),
    ),
  ),
  of(
    'too-many-hosts',
    given([toStatic(...Array.from({ length: 101 }, () => ({ addr: 'web.shop', port: 80 }))), ...shop]),
    /^fewer hosts per run$/,
    set('Upstream', 'spec.static.hosts', [{ addr: 'web.shop', port: 80 }]),
  ),
  of(
    'alpn-of-other-http',
    given([
      {
        ...presenting,
        spec: {
          ...(presenting['spec'] as ValueMap),
          useHttp2: true,
          sslConfig: { ...sdsConfig, alpnProtocols: ['istio', 'http/1.1'] },
        },
      },
      ...shop,
    ]),
    /^an Upstream whose useHttp2 and alpnProtocols agree$/,
    set('Upstream', 'spec.useHttp2', false),
    set('Upstream', 'spec.sslConfig.alpnProtocols', ['istio', 'h2']),
  ),
  // The Service, the pods.
  of('service-not-given', lacking(['Service']), /^Service shop\/web$/, withObject(service)),
  of(
    'service-not-given',
    lacking(['Service'], [], [toStatic({ addr: 'web.shop.svc.cluster.local', port: 80 }), ...shop]),
    /^the Service with the name web\.shop\.svc\.cluster\.local$/,
    withObject(service),
  ),
  of(
    'service-without-port',
    given([upstream, ...inKind('Service', 'spec.ports[0].port', 81, shop)]),
    /^port 80 of Service shop\/web$/,
    set('Service', 'spec.ports[0].port', 80),
  ),
  of(
    'outside-the-mesh',
    given([toStatic({ addr: '10.9.9.9', port: 80 }), ...shop]),
    /^what 10\.9\.9\.9:80 accepts, or its Service and pods$/,
    set('Service', 'spec.clusterIP', '10.9.9.9'),
  ),
  of(
    'pods-not-given',
    lacking(['Pod']),
    /^pods in shop with the labels app=web, or the workload that creates them$/,
    withObject(pod),
    both(
      withObject(workload),
      changed(({ metadata }) => (metadata as ValueMap)['name'] === 'shop', parsePath('metadata.labels'), {
        'istio-injection': 'enabled',
      }),
    ),
  ),
  of(
    'no-pods',
    given([upstream, ...shop.filter(({ kind }) => kind !== 'Pod')]),
    /^pods in shop with the labels app=web, or the workload that creates them$/,
    withObject(pod),
  ),
  of(
    'no-pods',
    given([upstream, ...inKind('Service', 'spec.selector', undefined, shop)]),
    /^the Endpoints of Service shop\/web and their pods$/,
    withObject(
      object('Endpoints', 'v1', 'web', 'shop', {
        subsets: [{ addresses: [{ ip: '10.1.0.9', targetRef: { kind: 'Pod', name: 'web-1', namespace: 'shop' } }] }],
      }),
    ),
  ),
  of(
    'address-without-pod',
    given([
      upstream,
      ...inKind('Service', 'spec.selector', undefined, shop),
      object('Endpoints', 'v1', 'web', 'shop', { subsets: [{ addresses: [{ ip: '10.1.0.9' }] }] }),
    ]),
    /^the pods at 10\.1\.0\.9$/,
    set('Pod', 'status.podIP', '10.1.0.9'),
  ),
  of(
    'port-not-given',
    given([upstream, ...inKind('Service', 'spec.ports[0].targetPort', 'web', shop)]),
    /^the containerPort that Service web names, in Pod shop\/web-1$/,
    set('Pod', 'spec.containers[0].ports', [{ name: 'web', containerPort: 8080 }]),
  ),
  of(
    'pod-not-ready',
    all(
      withValueAt(
        {
          ...pod,
          metadata: { name: 'web-2', namespace: 'shop', labels: meshed },
          spec: { containers: [{ name: 'app' }] },
        },
        parsePath('status.conditions'),
        [{ type: 'Ready', status: 'False' }],
      ) as ValueMap,
    ),
    /^whether Pod shop\/web-2 becomes ready$/,
    changed(
      ({ metadata }) => (metadata as ValueMap)['name'] === 'web-2',
      parsePath('status.conditions[0].status'),
      'True',
    ),
  ),
  of(
    'too-many-pods',
    all(
      ...Array.from({ length: 201 }, (_, at) => ({
        ...pod,
        metadata: { name: `more-${at}`, namespace: 'shop', labels: meshed },
        spec: { ...(pod['spec'] as ValueMap), serviceAccountName: `more-${at}` },
      })),
    ),
    /^fewer pods per run$/,
    changing((objects) => objects.slice(0, 8)),
  ),
  of(
    'not-given',
    lacking(
      ['Namespace'],
      [namespace('gloo-system')],
      [
        upstreamWith({ disableIstioAutoMtls: true }),
        ...inKind('Pod', 'spec.containers', [{ name: 'app' }], inKind('Pod', 'metadata.labels', { app: 'web' }, shop)),
      ],
    ),
    /^Namespace shop \(its labels decide whether the pods are in ambient\)$/,
    withObject(namespace('shop')),
    withObject(namespace('shop', { 'istio.io/dataplane-mode': 'ambient' })),
  ),
  of(
    'not-given',
    lacking(['Namespace', 'Pod'], [namespace('gloo-system'), workload]),
    /^Namespace shop \(its labels decide whether Istio injects sidecars into the pods of Deployment shop\/web\), or its Pods$/,
    withObject(namespace('shop', { 'istio-injection': 'enabled' })),
    withObject(namespace('shop')),
    withObject(pod),
  ),
  of(
    'not-given',
    lacking(
      ['Pod'],
      [
        workload,
        peer('canary', 'shop', { selector: { matchLabels: { 'pod-template-hash': '1' } }, mtls: { mode: 'DISABLE' } }),
      ],
      [
        upstream,
        ...inKind('Namespace', 'metadata.labels', { 'istio-injection': 'enabled' }, shop).map((one) =>
          one['kind'] === 'Namespace' && (one['metadata'] as ValueMap)['name'] === 'gloo-system'
            ? namespace('gloo-system')
            : one,
        ),
      ],
    ),
    /^the Pods of Deployment shop\/web \(their labels decide which policies apply to them\)$/,
    withObject(pod),
  ),
  of(
    'not-given',
    lacking(
      ['Pod'],
      [workload, istiod()],
      [
        upstream,
        ...shop.filter(({ kind }) => kind !== 'Namespace'),
        namespace('gloo-system'),
        namespace('shop', { 'istio.io/rev': 'canary' }),
      ],
    ),
    /^an istiod, or the MutatingWebhookConfiguration of a tag, for the revision canary of shop$/,
    withObject(
      withValueAt(
        withValueAt(istiod(), ['metadata', 'name'], 'istiod-canary') as ValueMap,
        ['metadata', 'labels', 'istio.io/rev'],
        'canary',
      ) as ValueMap,
    ),
    withObject({
      ...{ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration' },
      metadata: { name: 'istio-revision-tag-canary', labels: { 'istio.io/tag': 'canary', 'istio.io/rev': 'default' } },
    }),
  ),
  // Policies.
  of(
    'not-given',
    lacking(['PeerAuthentication'], [], [upstreamWith({ disableIstioAutoMtls: true }), ...shop]),
    /^the PeerAuthentications of shop and istio-system$/,
    withObject(peer('default', 'shop'), peer('default', 'istio-system')),
    complete('PeerAuthentication'),
  ),
  of(
    'not-given',
    all(peer('other', 'shop', { mtls: { mode: 'DISABLE' } })),
    /^the creationTimestamp of PeerAuthentication shop\/default, PeerAuthentication shop\/other: the oldest decides$/,
    changing((objects) =>
      objects.map((one, at) =>
        one['kind'] === 'PeerAuthentication'
          ? (withValueAt(one, ['metadata', 'creationTimestamp'], `2026-01-0${(at % 9) + 1}T00:00:00Z`) as ValueMap)
          : one,
      ),
    ),
  ),
  of(
    'not-given',
    given([upstreamWith({ disableIstioAutoMtls: true }), ...inKind('PeerAuthentication', 'spec.mtls.mode', {}, shop)]),
    /^PeerAuthentications of shop and istio-system that Istio can read: one has a value of the wrong type$/,
    set('PeerAuthentication', 'spec.mtls.mode', 'STRICT'),
  ),
  of(
    'authorization-not-given',
    lacking(['AuthorizationPolicy']),
    /^the AuthorizationPolicies of shop and istio-system$/,
    withObject(allow('shop'), allow('istio-system')),
    complete('AuthorizationPolicy'),
  ),
  // The gateway.
  of(
    'gateway-may-be-injected',
    lacking(['Namespace'], [namespace('shop')]),
    /^Namespace gloo-system \(its labels decide whether Istio injects a sidecar into the gateway proxies\)$/,
    withObject(namespace('gloo-system')),
  ),
  of(
    'gateway-may-be-ambient',
    lacking(
      ['Namespace'],
      [namespace('shop', { 'istio.io/dataplane-mode': 'ambient' })],
      [
        upstream,
        ...inKind('Pod', 'spec.containers', [{ name: 'app' }], inKind('Pod', 'metadata.labels', { app: 'web' }, shop)),
      ],
    ),
    /^Namespace gloo-system of the gateway proxies \(its labels decide whether they are in ambient\)$/,
    withObject(namespace('gloo-system')),
    withObject(namespace('gloo-system', { 'istio.io/dataplane-mode': 'ambient' })),
  ),
  of(
    'sidecar-on-gateway',
    world(
      [
        upstream,
        ...shop.filter(({ metadata }) => (metadata as ValueMap)['name'] !== 'gloo-system'),
        namespace('gloo-system', { 'istio-injection': 'enabled' }),
      ],
      options({
        complete: kinds.filter((kind) => kind !== 'DestinationRule' && kind !== 'Sidecar'),
        values: [{ global: { istioIntegration: { enableIstioSidecarOnGateway: true } } }],
      }),
    ),
    /^the (DestinationRules), (Sidecars) that configure the sidecar of the gateway$/,
    (now, found) => complete(...found.slice(1).map((kind) => kind.slice(0, -1)))(now, found),
  ),
  of(
    'not-given',
    lacking(
      ['Pod'],
      [
        withValueAt(workload, parsePath('spec.template.metadata.annotations'), {
          'sidecar.istio.io/inject': 'yes',
        }) as ValueMap,
      ],
      [
        upstream,
        ...shop.filter(({ metadata }) => (metadata as ValueMap)['name'] !== 'shop'),
        namespace('shop', { 'istio-injection': 'enabled' }),
      ],
    ),
    /^the Pods of Deployment shop\/web$/,
    withObject(pod),
  ),
  // Gateways of the Kubernetes Gateway API.
  of(
    'reference-not-granted',
    ofGateways([httpRoute('edge')]),
    /^a ReferenceGrant in shop for HTTPRoutes of edge$/,
    withObject(
      object('ReferenceGrant', 'gateway.networking.k8s.io/v1beta1', 'edge', 'shop', {
        spec: {
          from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'edge' }],
          to: [{ group: '', kind: 'Service' }],
        },
      }),
    ),
  ),
  of(
    'service-annotated',
    ofGateways(
      [httpRoute('shop')],
      inKind('Service', 'metadata.annotations', { 'gloo.solo.io/h2_service': 'true' }, shop),
    ),
    /^an Upstream for Service shop\/web instead of the annotation gloo\.solo\.io\/h2_service$/,
    both(
      withObject(upstream),
      set('HTTPRoute', 'spec.rules', [
        { backendRefs: [{ group: 'gloo.solo.io', kind: 'Upstream', name: 'web', namespace: 'gloo-system' }] },
      ]),
    ),
  ),
  of(
    'kube-gateway-not-served',
    ofGateways([httpRoute('shop'), gloo([{ name: 'GG_K8S_GW_CONTROLLER', ...fromSecret }])]),
    /^the value of GG_K8S_GW_CONTROLLER in Deployment gloo-system\/gloo$/,
    changing((objects) => [
      ...objects.filter(({ kind }) => kind !== 'Deployment'),
      gloo([{ name: 'GG_K8S_GW_CONTROLLER', value: 'true' }]),
    ]),
  ),
  of(
    'gateway-without-proxy',
    unvalued([edge], {}),
    /^add values of Gloo's chart with its GatewayParameters, or the Deployment gloo-proxy-… and its ConfigMap$/,
    ({ objects, options: { glooVersion: _, ...rest } }) => ({
      objects,
      options: { ...rest, values: [kubeValues], chartVersion: '1.18.5' },
    }),
    withObject(...kubeProxies),
  ),
  // Versions.
  of(
    'istio-outside-gloo-range',
    given([upstream, ...shop], { istioVersion: '1.24.0' }),
    /^choose versions that Gloo supports together, or test this pair yourself$/,
    withOption('istioVersion', '1.22.3'),
    withOption('chartVersion', '1.19.0'),
  ),
  of(
    'invalid-option',
    given([upstream, ...shop], { istioVersion: 'newest' }),
    /^write it as (1\.22\.3)$/,
    (now, found) => withOption('istioVersion', found[1])(now),
  ),
];

followCases(cases);

/** What `missing` says in the source. */
function literalMissing(text: string): string[] {
  const form = /(?:missing(?: =|:)|either\(|missing = )\s*(?:`((?:\$\{[^}]*\}|[^`])*)`|'([^']*)'|"([^"]*)")/g;
  return [...text.matchAll(form)].map(([, template, plain, quoted]) => template ?? plain ?? quoted ?? '');
}

/** What decides there is no object that `check` reads, and the verdict stays unknown. */
const undecidable: readonly (readonly [RegExp, string])[] = [
  [/^the requests that the routes send/, 'depends on each request'],
  [/^where .* leads$/, 'is filled in when the pod starts'],
  [/^the certificate (?:that istiod itself presents|in )/, 'certificates are not read'],
  [/^the root certificate in the volume/, 'certificates are not read'],
  [/^whether the control plane may read that namespace/, 'depends on releases of Gloo with permissions of their own'],
  [/^what \$\{through\} does with them$/, 'a proxy outside the cluster'],
  [/^whether these select the namespaces/, 'Gloo evaluates the selectors itself'],
  [/^what the hosts of its failover accept$/, 'hosts outside the Upstream'],
  [/^what the waypoint .* allows$/, 'a waypoint has policies of its own'],
  [/^whether \$\{address\} signs for the mesh$/, 'an authority other than istiod'],
  [/^what the sidecar (?:in|of) /, "depends on istiod's configuration of that sidecar"],
  [/^the effect of /, 'configuration that is not modelled'],
  [/^the namespaces that Service/, 'configuration that is not modelled'],
  [/^what \$\{who\} runs$/, 'a program that is not Gloo’s or Istio’s'],
  [/^what \$\{who\} does with \$\{item\}$/, 'an argument whose effect is not modelled'],
  [/^the configuration that \$\{who\} gets from/, 'configuration that istiod sends'],
  [/^the bootstrap that \$\{who\} reads$/, 'a file that no ConfigMap gives'],
  [/^what \$\{cluster\.address\} serves$/, 'a server that is not Gloo’s'],
  [/^what Envoy's own gRPC client receives/, 'is not Gloo’s SDS server as the bootstrap knows it'],
  [/^what \$\{target\.described\} (?:accepts|itself accepts)/, 'depends on the app'],
  [/^whether the app at port/, 'depends on the app'],
  [/^more of the existing objects$/, 'every question with several answers has words of its own'],
  [/^what (?:the addresses in Consul|the \$\{cloud\} destination) accepts?$/, 'a destination outside Kubernetes'],
  [/^the hosts of the Upstream$/, 'Gloo rejects an Upstream without hosts, which is then refused'],
];

const files = ['check', 'kube', 'admitted', 'certificates', 'presented', 'destinations', 'arrival', 'receive-ambient']
  .concat('asked-istiod', 'through-sidecar', 'proxies', 'targets', 'reception', 'receive', 'leaving', 'discovery')
  .concat(
    'policies',
    'control-plane',
    'injection',
    'outcome',
    'world',
    'mesh-config',
    'groups',
    'routed',
    'sent',
    'envoy-program',
  )
  .map((name) => `src/istio/check/${name}.ts`);
argueOthers(files, undecidable, literalMissing);
argueOthers([...files, 'src/verbs/check.ts'], []);
