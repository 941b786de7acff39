/** What injecting detects: sidecars with other names, older guides, images, and what Istio itself does to the pods. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { injectSidecars as inject } from '../../src/index.ts';
import { type InjectOptions, injectSidecars } from '../../src/istio/inject.ts';
import { findForeign, isOwnChange } from '../../src/istio/undo.ts';
import { uninjectSidecars } from '../../src/istio/uninject.ts';
import { shapeRelease } from '../../src/istio/versions.ts';
import { isList, type Value, type ValueMap } from '../../src/value.ts';
import { after, fileOf } from '../support/manifests.ts';
import { configMap, env, object, workload } from '../support/objects.ts';
import { at } from '../support/rendered.ts';

const volume = { name: 'envoy-config', configMap: { name: 'gateway-proxy-envoy-config' } };
const certs = { name: 'istio-certs', emptyDir: { medium: 'Memory' } };
const config = configMap({ 'envoy.yaml': 'static_resources: {clusters: [{name: a}]}\n' });
const envoy = { name: 'gateway-proxy', image: 'quay.io/solo-io/gloo-envoy-wrapper:1.17.3' };

interface Given {
  readonly envoy?: ValueMap;
  readonly others?: readonly ValueMap[];
  readonly volumes?: readonly ValueMap[];
  readonly podLabels?: ValueMap;
  readonly objects?: readonly ValueMap[];
  readonly options?: InjectOptions;
}

function injected(given: Given) {
  const { others = [], volumes = [], podLabels = {}, objects = [], options = {} } = given;
  const containers = [{ ...envoy, ...given.envoy }, ...others];
  const proxy = workload({ containers, podLabels, pod: { volumes: [volume, ...volumes] } });
  const change = injectSidecars([fileOf([proxy, config, ...objects])], options);
  const again = injectSidecars(
    change.manifests.map(({ name, text }) => ({ name, text })),
    options,
  );
  assert.equal(again.changed, 0, 'a second run changes nothing');
  return { ...view(change), codes: change.problems.map(({ code, severity }) => `${severity} ${code}`) };
}

function view(change: ReturnType<typeof injectSidecars>) {
  const [found] = after(change).filter(({ kind }) => kind === 'Deployment');
  const containers = mapsOf(at(found, 'spec', 'template', 'spec', 'containers'));
  return {
    notes: change.notes,
    changed: change.changed,
    names: containers.map(({ name }) => name),
    container: (name: string): ValueMap => containers.find((one) => one['name'] === name) ?? {},
    volumes: mapsOf(at(found, 'spec', 'template', 'spec', 'volumes')).map(({ name }) => name),
  };
}

function mapsOf(value: Value | undefined): ValueMap[] {
  return isList(value) ? (value as ValueMap[]) : [];
}

test('the SDS server by its image, a variable or its port, and nothing else', () => {
  const servers: readonly ValueMap[] = [
    { image: 'quay.io/solo-io/sds:1.5.0' },
    { image: 'registry.local:5000/mirror/sds@sha256:abc' },
    { image: 'quay.io/solo-io/sds-ee:1.5.0' },
    { image: 'own/rotator:7', env: env({ ISTIO_MTLS_SDS_ENABLED: 'false' }) },
    { image: 'own/rotator:7', env: env({ GLOO_MTLS_SDS_ENABLED: 'true' }) },
    { image: 'own/rotator:7', ports: [{ containerPort: 8234 }] },
  ];
  for (const server of servers) {
    const found = injected({ others: [{ name: 'rotator', ...server }] });
    assert.deepEqual(found.names, ['gateway-proxy', 'rotator', 'istio-proxy'], JSON.stringify(server));
    const told = mapsOf(found.container('rotator')['env']).find(({ name }) => name === 'ISTIO_MTLS_SDS_ENABLED');
    assert.equal(told?.['value'], 'true');
    assert.equal(found.container('rotator')['image'], server['image']);
    assert.deepEqual(found.notes, ['container rotator is the SDS server of Deployment gloo-system/gateway-proxy']);
  }
  for (const other of [
    { image: 'own/sds-exporter:1' },
    { image: 'own/asds:1' },
    { ports: [{ containerPort: 8235 }] },
  ]) {
    const found = injected({ others: [{ name: 'other', image: 'x:1', ...other }] });
    assert.deepEqual(found.names, ['gateway-proxy', 'other', 'sds', 'istio-proxy'], JSON.stringify(other));
  }
  // Only the image of Gloo's SDS server has Gloo's version.
  const options = { glooVersion: '1.17.5' };
  const own = injected({ others: [{ name: 'rotator', image: 'a/sds:1.5.0' }], options });
  assert.equal(own.container('rotator')['image'], 'a/sds:1.17.5');
  const foreign = injected({ others: [{ name: 'r', image: 'own/r:7', ports: [{ containerPort: 8234 }] }], options });
  assert.equal(foreign.container('r')['image'], 'own/r:7');
});

test('Istio’s agent under another name, and what a newer Istio wants of an old one', () => {
  const agent = {
    name: 'agent',
    image: 'istio/proxyv2:1.5.1',
    args: ['proxy', 'sidecar', '--discoveryAddress', 'istio-pilot.istio-system.svc:15012'],
    env: env({ OUTPUT_CERTS: '/etc/istio-certs', JWT_POLICY: 'first-party-jwt' }),
  };
  const found = injected({ others: [agent], volumes: [certs], options: { istioVersion: '1.9.5' } });
  assert.deepEqual(found.names, ['gateway-proxy', 'sds', 'agent']);
  const next = found.container('agent');
  assert.equal(next['image'], 'istio/proxyv2:1.9.5');
  assert.equal(at(next, 'args', 3), 'istiod.istio-system.svc:15012');
  assert.ok(mapsOf(next['env']).some(({ name }) => name === 'ISTIO_META_CLUSTER_ID'));
  assert.deepEqual(found.notes, ["container agent is Istio's agent of Deployment gloo-system/gateway-proxy"]);
  // Whatever was recognized is removed again.
  const proxy = workload({
    containers: [envoy, { name: 'rotator', image: 'a/sds:1' }, agent, { name: 'more', image: 'istio/proxyv2:1.9.5' }],
    pod: { volumes: [volume, certs] },
  });
  const left = view(uninjectSidecars([fileOf([proxy, config])]));
  assert.deepEqual([left.names, left.volumes], [['gateway-proxy', 'more'], ['envoy-config']]);
});

test('what older guides left behind', () => {
  const secret = injected({ volumes: [{ name: 'istio-certs', secret: { secretName: 'istio.default' } }] });
  assert.deepEqual([secret.codes, secret.changed], [['error certificates-not-writable'], 0]);
  const socket = injected({ volumes: [{ name: 'sds-uds-path', hostPath: { path: '/var/run/sds' } }] });
  assert.deepEqual(socket.codes, ['warning node-agent-socket']);
  assert.deepEqual(injected({ volumes: [{ name: 'logs', hostPath: { path: '/var/log' } }, certs] }).codes, []);
});

test('the sds image is of the proxy’s registry, variant and pull policy', () => {
  const table: readonly (readonly [image: string, sds: string, codes: readonly string[]])[] = [
    ['quay.io/solo-io/gloo-envoy-wrapper:1.17.3', 'quay.io/solo-io/sds:1.17.3', []],
    ['quay.io/solo-io/gloo-envoy-wrapper:1.17.3-distroless', 'quay.io/solo-io/sds:1.17.3-distroless', []],
    ['r:5001/gloo-envoy-wrapper:1.17.3', 'r:5001/sds:1.17.3', ['warning public-registry']],
    ['r.io/a/b/gloo-ee-envoy-wrapper:1.17.3', 'r.io/a/b/sds:1.17.3', ['warning public-registry']],
    ['gloo-envoy-wrapper:1.17.3', 'sds:1.17.3', []],
    [
      'quay.io/solo-io/gloo-envoy-wrapper:1.17.3@sha256:abc',
      'quay.io/solo-io/sds:1.17.3',
      ['warning image-not-pinned'],
    ],
    ['r.io/edge:1.17.3', 'quay.io/solo-io/sds:1.17.3', ['warning public-registry', 'warning public-registry']],
  ];
  for (const [image, sds, codes] of table) {
    const glooVersion = image.includes('-ee-') ? { options: { glooVersion: '1.17.3' } } : {};
    const found = injected({ envoy: { image, imagePullPolicy: 'Always' }, ...glooVersion });
    assert.deepEqual([found.container('sds')['image'], found.codes], [sds, codes], image);
    assert.equal(found.container('sds')['imagePullPolicy'], 'Always');
  }
  assert.equal(injected({}).container('sds')['imagePullPolicy'], 'IfNotPresent');
  // A requested version keeps the variant.
  const image = 'quay.io/solo-io/gloo-envoy-wrapper:1.17.3-distroless';
  const asked = injected({ envoy: { image }, options: { glooVersion: '1.17.3' } });
  assert.equal(asked.container('sds')['image'], 'quay.io/solo-io/sds:1.17.3-distroless');
});

test('registries and images that are named, also of sidecars that are there', () => {
  const options = { registry: 'r.io/solo', istioRegistry: 'r.io/istio' };
  const fresh = injected({ envoy: { image: 'x.io/edge:1.17.3' }, options });
  assert.equal(fresh.container('sds')['image'], 'r.io/solo/sds:1.17.3');
  assert.equal(fresh.container('istio-proxy')['image'], 'r.io/istio/proxyv2:1.22.0');
  assert.deepEqual(fresh.codes, []);
  const others = [
    { name: 'sds', image: 'quay.io/solo-io/sds:1.17.3' },
    { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.20.3', env: env({ OUTPUT_CERTS: '/etc/istio-certs' }) },
  ];
  const there = injected({ others, volumes: [certs], options });
  assert.equal(there.container('sds')['image'], 'r.io/solo/sds:1.17.3');
  assert.equal(there.container('istio-proxy')['image'], 'r.io/istio/proxyv2:1.20.3');
  const images = { sds: 'a/sds@sha256:1', 'istio-proxy': 'a/proxyv2@sha256:2' };
  const whole = injected({ envoy: { image: 'x.io/edge:1.17.3@sha256:3' }, options: { images } });
  assert.deepEqual([whole.container('sds')['image'], whole.container('istio-proxy')['image']], Object.values(images));
  assert.deepEqual(whole.codes, []);
  assert.deepEqual(injected({ options: { images: { envoy: 'x' } } }).codes, ['error bad-version']);
  assert.deepEqual(
    inject(fileOf([config]), { images: { sds: 7 } } as never).problems.map(({ code }) => code),
    ['bad-option'],
  );
});

test('an istiod from a registry of one’s own', () => {
  const istiod = (image: string): ValueMap => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'istiod', namespace: 'istio-system' },
    spec: { template: { spec: { containers: [{ name: 'discovery', image }] } } },
  });
  const own = injected({ objects: [istiod('r.io/mesh/pilot:1.20.3')] });
  assert.deepEqual(own.codes, ['warning public-registry']);
  assert.equal(own.container('istio-proxy')['image'], 'docker.io/istio/proxyv2:1.20.3');
  const envoyImage = { image: 'r:5001/gloo-envoy-wrapper:1.17.3' };
  assert.deepEqual(injected({ envoy: envoyImage, objects: [istiod('docker.io/istio/pilot:1.20.3')] }).codes, []);
});

test('versions of Istio that have no image, and Gloo that is too old', () => {
  const istio: readonly (readonly [version: string, codes: readonly string[]])[] = [
    ['1.24.2', []],
    ['1.24.2-distroless', []],
    ['1.24.0-rc.1', []],
    ['1.24', ['error no-such-istio']],
    ['latest', ['error no-such-istio']],
    ['v1.22.3', ['error no-such-istio']],
    ['1.22.3-foo', ['error no-such-istio']],
    ['1.6.99', ['warning no-such-istio']],
    ['1.22.99', ['warning no-such-istio']],
    ['1.99.0', ['warning no-such-istio']],
    ['1.50.0', ['warning no-such-istio']],
    ['1.5.10', ['warning old-istio']],
  ];
  for (const [istioVersion, codes] of istio) {
    assert.deepEqual(injected({ options: { istioVersion } }).codes, codes, istioVersion);
    const elsewhere = injected({ options: { istioVersion, istioRegistry: 'r.io/istio' } }).codes;
    assert.deepEqual(elsewhere, codes.includes('warning old-istio') ? codes : [], istioVersion);
  }
  const gloo: readonly (readonly [version: string, sds: string | undefined, codes: readonly string[]])[] = [
    ['1.4.9', undefined, ['error gloo-too-old']],
    ['1.4.10', '1.5.0', ['warning sds-of-newer-gloo']],
    ['1.4.17', '1.5.0', ['warning sds-of-newer-gloo']],
    ['1.5.0-beta1', undefined, ['error gloo-too-old']],
    ['1.5.0-beta24', undefined, ['error gloo-too-old']],
    ['1.5.0-beta25', '1.5.0-beta25', []],
    ['1.5.0', '1.5.0', []],
  ];
  for (const [version, sds, codes] of gloo) {
    const found = injected({ envoy: { image: `quay.io/solo-io/gloo-envoy-wrapper:${version}` } });
    assert.deepEqual(found.codes, codes, version);
    assert.equal(found.container('sds')['image'], sds === undefined ? undefined : `quay.io/solo-io/sds:${sds}`);
    assert.deepEqual(injected({ options: { glooVersion: version } }).codes, codes, version);
  }
  const other: Record<string, string> = { sds: 'r.io/sds:1.5.0', envoy: 'r.io/envoy:1' };
  assert.deepEqual(injected({ options: { glooVersion: '1.5.0', images: other } }).codes, ['error bad-version']);
  const chosen = { glooVersion: '1.4.10', images: { sds: 'r.io/sds:1.5.0' } };
  assert.deepEqual(injected({ options: chosen }).codes, []);
});

test('what Istio does to the pods by their labels and those of their Namespace', () => {
  const namespace = (labels: ValueMap): ValueMap => {
    const { metadata, ...rest } = object('Namespace', 'gloo-system');
    return { ...rest, metadata: { ...(metadata as ValueMap), labels } };
  };
  const table: readonly (readonly [podLabels: ValueMap, labels: ValueMap | undefined, codes: readonly string[]])[] = [
    [{}, undefined, []],
    [{}, {}, []],
    [{ 'sidecar.istio.io/inject': 'true' }, undefined, ['warning pod-is-injected']],
    [{ 'istio.io/rev': 'a' }, undefined, ['warning pod-is-injected']],
    [{}, { 'istio-injection': 'enabled' }, ['warning namespace-is-injected']],
    [{}, { 'istio.io/rev': 'a' }, ['warning namespace-is-injected']],
    [{ 'sidecar.istio.io/inject': 'false' }, { 'istio-injection': 'enabled' }, []],
    [{}, { 'istio-injection': 'disabled' }, []],
    [{}, { 'istio.io/dataplane-mode': 'ambient' }, ['warning proxy-is-ambient']],
    [{ 'istio.io/dataplane-mode': 'none' }, { 'istio.io/dataplane-mode': 'ambient' }, []],
    [{ 'istio.io/dataplane-mode': 'ambient' }, undefined, ['warning proxy-is-ambient']],
  ];
  for (const [podLabels, labels, codes] of table) {
    const objects = labels === undefined ? [] : [namespace(labels)];
    assert.deepEqual(injected({ podLabels, objects }).codes, codes, JSON.stringify([podLabels, labels]));
  }
});

test('what the commands change themselves can be undone, and nothing else', () => {
  const proxy = workload({ containers: [envoy], pod: { volumes: [volume] } });
  const [withSidecars = {}] = after(injectSidecars([fileOf([proxy, config])], {}));
  const sds = (variables: Readonly<Record<string, string>>): ValueMap =>
    workload({
      containers: [
        envoy,
        {
          name: 'sds',
          image: 'quay.io/solo-io/sds:1.17.3',
          env: env({ GLOO_MTLS_SDS_ENABLED: 'true', ...variables }),
          volumeMounts: [],
        },
      ],
      pod: { volumes: [volume, { name: 'gloo-mtls-certs', secret: { secretName: 'gloo-mtls-certs' } }] },
    });
  const text = (clusters: string): ValueMap =>
    configMap({ 'envoy.yaml': `static_resources: {clusters: [${clusters}]}\n` });
  const cluster = '{name: gateway_proxy_sds, connect_timeout: 0.25s}';
  const upstream = (spec: ValueMap): ValueMap => ({ ...object('Upstream', 'u'), apiVersion: 'gloo.solo.io/v1', spec });
  const ssl = { sds: { certificatesSecretName: 'istio_server_cert' } };
  const table: readonly (readonly [string, before: ValueMap, after: ValueMap, isOwn: boolean])[] = [
    ['sidecars', proxy, withSidecars, true],
    ['another number of pods', workload({ spec: { replicas: 1 } }), workload({ spec: { replicas: 2 } }), true],
    ['another image', workload({ container: { image: 'a' } }), workload({ container: { image: 'b' } }), false],
    ['where the pod runs', sds({ POD_NAME: 'a' }), sds({ POD_NAME: 'b' }), true],
    ['another variable', sds({ XPOD_NAME: 'a' }), sds({ XPOD_NAME: 'b' }), false],
    ['the same bootstrap in other words', text('{name: a}'), text('{"name": "a"}'), true],
    ['the SDS cluster', text('{name: a}'), text(`{name: a}, ${cluster}`), true],
    ['another cluster', text('{name: a}'), text('{name: b}'), false],
    ['no bootstrap', configMap({ a: 'b' }), configMap({ a: 'b' }), false],
    ['a bootstrap that is not YAML', configMap({ 'envoy.yaml': 'a: [' }), configMap({ 'envoy.yaml': 'a: [' }), false],
    ['sslConfig', upstream({ kube: {} }), upstream({ kube: {}, sslConfig: ssl }), true],
    ['another Upstream', upstream({ kube: {} }), upstream({ static: {} }), false],
    ['a Service', object('Service', 's'), object('Service', 's'), false],
  ];
  for (const [what, from, to, isOwn] of table) assert.equal(isOwnChange({ before: from, after: to }), isOwn, what);
  const service = object('Service', 's');
  assert.equal(findForeign([proxy, config, upstream({}), service]), service);
  assert.equal(findForeign([proxy, config, upstream({})]), undefined);
});

test('the SDS server by its name first, wherever it stands', () => {
  const [older, named] = [
    { name: 'other', image: 'quay.io/solo-io/sds:1.5.0' },
    { name: 'sds', image: 'own/server:1' },
  ];
  for (const others of [
    [older, named],
    [named, older],
  ])
    assert.deepEqual(injected({ others }).notes, injected({ others: [named] }).notes);
});

test('the release whose sidecars a version gets: the nearest before it', () => {
  const table: Readonly<Record<string, string>> = {
    '1.17.3': '1.17.3',
    'v1.17.3': '1.17.3',
    'v1.20.0-beta99': '1.20.0-beta12',
    '1.20.0-beta99': '1.20.0-beta12',
    '1.17.3-custom': '1.17.3',
    'v1.17.3.4': '1.17.3',
    '1.0.0': '1.5.0-beta25',
  };
  for (const [version, release] of Object.entries(table)) assert.equal(shapeRelease(version), release, version);
});
