/** What depends on Istio's version, on both sides of each bound. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateValues } from '../../src/index.ts';
import { injectSidecars } from '../../src/istio/inject.ts';
import type { ValueMap } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { at } from '../support/rendered.ts';

const workload = `apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway-proxy, namespace: gloo-system, labels: {gloo: gateway-proxy}}
spec:
  template:
    metadata: {labels: {gloo: gateway-proxy}}
    spec:
      containers: [{name: gateway-proxy, image: 'quay.io/solo-io/gloo-envoy-wrapper:1.5.0'}]
      volumes: [{name: envoy-config, configMap: {name: gateway-proxy-envoy-config}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: gateway-proxy-envoy-config, namespace: gloo-system, labels: {gloo: gateway-proxy}}
data: {envoy.yaml: 'static_resources: {clusters: []}'}
`;

/** The injected istio-proxy, and the codes of the problems. */
function injected(glooVersion: string, istioVersion: string, like: 'glooctl' | 'chart' = 'glooctl') {
  const { manifests, problems } = injectSidecars([{ name: 'in.yaml', text: workload }], {
    glooVersion,
    istioVersion,
    // A custom registry may have any tag.
    istioRegistry: 'mirror/istio',
    like,
  });
  const { value } = readYaml({ name: 'out', text: manifests[0]?.text.split('\n---\n')[0] ?? '' });
  const sidecar = at(value, 'spec', 'template', 'spec', 'containers', 2) as ValueMap;
  return { text: JSON.stringify(sidecar), image: sidecar['image'], codes: problems.map(({ code }) => code) };
}

test('from 1.6.9 and 1.7.1 on the sidecar must name its cluster', () => {
  const table: readonly (readonly [istio: string, named: boolean])[] = [
    ['1.6.0', false],
    ['1.6.8', false],
    ['1.6.9', true],
    ['1.6.10', true],
    ['1.6.14', true],
    ['1.7.0', false],
    ['1.7.1', true],
    ['1.7.8', true],
    ['1.8.0', true],
    ['1.10.0', true],
    ['1.16.0-distroless', true],
    ['latest', false],
  ];
  for (const [istio, named] of table) {
    assert.equal(injected('1.5.0-beta25', istio).text.includes('ISTIO_META_CLUSTER_ID'), named, istio);
    assert.equal(injected('1.5.0-beta26', istio).text.includes('ISTIO_META_CLUSTER_ID'), true, istio);
  }
});

test('the name of the cluster stands behind the mesh’s', () => {
  assert.match(
    injected('1.5.0', '1.7.1').text,
    /"ISTIO_META_MESH_ID","value":"cluster\.local"\},\{"name":"ISTIO_META_CLUSTER_ID","value":"Kubernetes"\}/,
  );
});

test('istio-pilot as the address of istiod is gone from 1.8 on', () => {
  for (const [istio, address] of [
    ['1.6.8', 'istio-pilot'],
    ['1.7.9', 'istio-pilot'],
    ['1.8.0', 'istiod'],
    ['1.10.1', 'istiod'],
    ['latest', 'istio-pilot'],
  ] as const)
    assert.match(
      injected('1.5.0-beta25', istio).text,
      new RegExp(`"--discoveryAddress","${address}\\.istio-system`),
      istio,
    );
});

test('an Istio before 1.6 is warned of', () => {
  for (const istio of ['0.8.0', '1.0.1', '1.5', '1.5.0', '1.5.10']) {
    assert.deepEqual(injected('1.17.0', istio).codes, ['old-istio'], istio);
    assert.equal(injected('1.17.0', istio).image, `mirror/istio/proxyv2:${istio}`);
  }
  for (const istio of ['1.6', '1.6.0', '1.10.0', '1.50.0', '1.22.3', '2.0.0', 'latest', '0a', '1.5x'])
    assert.deepEqual(injected('1.17.0', istio).codes, [], istio);
});

/** The codes reported for a custom sidecar. */
function codesOf(image: string, sidecar: ValueMap = {}): string[] {
  const customSidecars = [{ name: 'istio-proxy', image, ...sidecar }];
  const text = JSON.stringify({ global: { istioSDS: { enabled: true, customSidecars } } });
  return validateValues({ values: [{ name: 'v', text }], chartVersion: '1.20.0' }).problems.map(({ code }) => code);
}

test('cluster-id-missing: 1.6.9 and later, 1.7.1 and later', () => {
  const bounds = {
    '1.6.8': false,
    '1.6.9': true,
    '1.6.14': true,
    '1.7.0': false,
    '1.7.1': true,
    '1.8.0': true,
    '1.22.3': true,
  };
  for (const [version, found] of Object.entries(bounds)) {
    assert.equal(codesOf(`istio/proxyv2:${version}`).includes('cluster-id-missing'), found, version);
    const env = [{ name: 'ISTIO_META_CLUSTER_ID', value: 'c' }];
    assert.equal(codesOf(`istio/proxyv2:${version}`, { env }).includes('cluster-id-missing'), false, version);
  }
});

test('discovery-istio-pilot: 1.6 and later, or a version that is not known', () => {
  const env = [{ name: 'CA_ADDR', value: 'istio-pilot.istio-system.svc:15012' }];
  const bounds = { '1.5.0': false, '1.5.9': false, '1.6.0': true, '1.6': true, '1.8.0': true, latest: true };
  for (const [version, found] of Object.entries(bounds))
    assert.equal(codesOf(`istio/proxyv2:${version}`, { env }).includes('discovery-istio-pilot'), found, version);
});

test('ignored-arguments: most since 1.6, the trust domain since 1.8', () => {
  const args = (...list: string[]): ValueMap => ({ args: ['proxy', 'sidecar', ...list] });
  const table: readonly (readonly [version: string, args: ValueMap, found: boolean])[] = [
    ['1.5.9', args('--connectTimeout', '10s'), false],
    ['1.6.0', args('--connectTimeout', '10s'), true],
    ['1.6.0', args('--domain', 'x'), false],
    ['1.7.9', args('--trust-domain=cluster.local'), false],
    ['1.8.0', args('--trust-domain=cluster.local'), true],
    ['latest', args('--connectTimeout', '10s'), false],
  ];
  for (const [version, given, found] of table)
    assert.equal(
      codesOf(`istio/proxyv2:${version}`, given).includes('ignored-arguments'),
      found,
      `${version} ${JSON.stringify(given)}`,
    );
});

test('what only some versions of Istio do is found at the first and the last of them, and not beside them', () => {
  const sidecar = (env: Readonly<Record<string, string>>, more: ValueMap = {}): ValueMap => ({
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    ...more,
  });
  const certs = { OUTPUT_CERTS: '/etc/istio-certs' };
  const user = { securityContext: { runAsUser: 1000 } };
  const alone = { ...certs, DISABLE_ENVOY: 'true' };
  const table: readonly (readonly [code: string, given: ValueMap, found: string, not: string])[] = [
    ['certificates-not-rotated', sidecar(certs), '1.6.1 1.6.8', '1.5.10 1.6.0 1.6.9 1.10.0 1.11.0 1.13.9 1.14.0'],
    ['certificates-not-rotated', sidecar(alone), '1.6.1 1.6.8 1.11.0 1.13.9', '1.6.0 1.6.9 1.10.9 1.14.0'],
    ['certificates-not-rotated', sidecar({ DISABLE_ENVOY: 'true' }), '', '1.6.8 1.12.0'],
    ['certificates-unreadable', sidecar(certs, user), '1.9 1.9.0 1.9.3', '1.8.6 1.9.4 1.10.0'],
    ['certificates-unreadable', sidecar({}, user), '', '1.9.3'],
    ['first-party-jwt-removed', sidecar({ JWT_POLICY: 'first-party-jwt' }), '1.22.0 1.30.1', '1.6.0 1.21.9'],
    ['first-party-jwt-removed', sidecar({ JWT_POLICY: 'third-party-jwt' }), '', '1.21.9 1.22.0'],
    ['unknown-jwt-policy', sidecar({ JWT_POLICY: 'none' }), '1.6.0 1.21.9', '1.22.0'],
    ['token-not-mounted', sidecar({ JWT_POLICY: 'first-party-jwt' }), '1.22.0', '1.21.9'],
    ['workload-sockets-not-mounted', sidecar({}), '1.14.0 1.22.3', '1.13.9'],
    ['workload-sockets-not-mounted', sidecar({ DISABLE_ENVOY: 'true' }), '', '1.14.0'],
    ['config-path-not-writable', sidecar(alone, user), '1.10.9', '1.11.0 1.22.3'],
    ['config-path-not-writable', sidecar(certs, user), '1.10.9 1.11.0', ''],
    ['istio-outside-gloo-range', sidecar({}), '1.22.9 1.28.0', '1.23.0 1.27.9'],
  ];
  for (const [code, given, found, not] of table)
    for (const [versions, wanted] of [
      [found, true],
      [not, false],
    ] as const)
      for (const version of versions.split(' ').filter((one) => one !== ''))
        assert.equal(
          codesOf(`istio/proxyv2:${version}`, given).includes(code),
          wanted,
          `${code} ${version} ${JSON.stringify(given)}`,
        );
});
