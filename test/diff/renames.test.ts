import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffManifests, patchManifests } from '../../src/index.ts';

function proxy(...containers: readonly (readonly [name: string, image: string, args?: readonly string[]])[]): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'gateway-proxy', namespace: 'gloo-system', labels: { gloo: 'gateway-proxy' } },
    spec: {
      selector: { matchLabels: { gloo: 'gateway-proxy' } },
      template: {
        metadata: { labels: { gloo: 'gateway-proxy' } },
        spec: { containers: containers.map(([name, image, args]) => ({ name, image, ...(args ? { args } : {}) })) },
      },
    },
  };
}

/** One line per change: the path from the containers on, the kind of change, and its meaning. */
function changesOf(left: object, right: object): string[] {
  return diffManifests([left as never], [right as never]).changes.map(
    ({ path, change, meaning }) => `${change} ${path.slice(4).join('.')}${meaning === undefined ? '' : `: ${meaning}`}`,
  );
}

const envoy = ['gateway-proxy', 'quay.io/solo-io/gloo-envoy-wrapper:1.17.3'] as const;

test('a renamed container is a renamed container', () => {
  const before = proxy(envoy, ['sds', 'quay.io/solo-io/sds:1.17.3']);
  const after = proxy(envoy, ['cert-rotator', 'quay.io/solo-io/sds:1.17.3']);
  assert.deepEqual(changesOf(before, after), ['changed sds.name: SDS sidecar: the same container under another name']);
  assert.deepEqual(changesOf(after, before), [
    'changed cert-rotator.name: container cert-rotator: the same container under another name',
  ]);
  const { restarts } = diffManifests([before as never], [after as never]);
  assert.equal(restarts[0]?.pods, true);
});

test('other changes in it are reported, too', () => {
  const before = proxy(envoy, ['sds', 'quay.io/solo-io/sds:1.17.3']);
  const after = proxy(envoy, ['cert-rotator', 'registry.local/solo-io/sds:1.18.0', ['--log']]);
  assert.deepEqual(changesOf(before, after), [
    'changed sds.name: SDS sidecar: the same container under another name',
    'changed sds.image: SDS sidecar image solo-io/sds 1.17.3 → 1.18.0, from registry.local instead of quay.io',
    'added sds.args',
  ]);
});

test('changes beside it are reported, too', () => {
  const before = proxy(['gateway-proxy', 'x/envoy:1'], ['sds', 'quay.io/solo-io/sds:1.17.3']);
  const after = proxy(['gateway-proxy', 'x/envoy:2'], ['cert-rotator', 'quay.io/solo-io/sds:1.17.3']);
  assert.deepEqual(changesOf(before, after), [
    'changed gateway-proxy.image: Envoy proxy image x/envoy 1 → 2',
    'changed sds.name: SDS sidecar: the same container under another name',
  ]);
});

test('another container in its place came, and the old one went', () => {
  const before = proxy(envoy, ['sds', 'quay.io/solo-io/sds:1.17.3']);
  const after = proxy(envoy, ['istio-proxy', 'docker.io/istio/proxyv2:1.22.3']);
  assert.deepEqual(changesOf(before, after), [
    'removed sds: SDS sidecar removed: upstreams with sslConfig.sds get no certificates',
    'added istio-proxy: Istio sidecar added (docker.io/istio/proxyv2:1.22.3)',
  ]);
  // Two with the same image: it is ambiguous which was renamed.
  const two = proxy(envoy, ['a', 'x/app:1'], ['b', 'x/app:1']);
  const others = proxy(envoy, ['c', 'x/app:1'], ['d', 'x/app:1']);
  assert.deepEqual(
    changesOf(two, others).map((line) => line.split(':')[0]),
    ['removed a', 'removed b', 'added c', 'added d'],
  );
});

test('a patch of a renamed container leads to the right', () => {
  const before = proxy(envoy, ['sds', 'quay.io/solo-io/sds:1.17.3']);
  const after = proxy(envoy, ['cert-rotator', 'quay.io/solo-io/sds:1.17.3']);
  assert.ok(patchManifests([before as never], [after as never]).length > 0);
});

test('labels and annotations that Argo CD and Flux write are not compared', () => {
  const plain = proxy(envoy) as { metadata: { labels: object }; spec: { template: { metadata: { labels: object } } } };
  const tracked = structuredClone(plain);
  const own = { 'app.kubernetes.io/instance': 'edge', 'argocd.argoproj.io/instance': 'edge' };
  const flux = {
    'kustomize.toolkit.fluxcd.io/name': 'a',
    'kustomize.toolkit.fluxcd.io/namespace': 'b',
    'helm.toolkit.fluxcd.io/name': 'c',
    'helm.toolkit.fluxcd.io/namespace': 'd',
  };
  Object.assign(tracked.metadata.labels, own, flux);
  Object.assign(tracked.metadata, {
    annotations: {
      'argocd.argoproj.io/tracking-id': 'edge:apps/Deployment:gloo-system/gateway-proxy',
      'argocd.argoproj.io/installation-id': 'x',
      'reconcile.fluxcd.io/requestedAt': '2024-01-01',
      'kustomize.toolkit.fluxcd.io/checksum': 'abc',
    },
  });
  Object.assign(tracked.spec.template.metadata.labels, own);
  const report = diffManifests([plain as never], [tracked as never]);
  assert.deepEqual([report.identical, report.changes, report.restarts], [true, [], []]);
  const all = diffManifests([plain as never], [tracked as never], { defaultIgnores: false });
  assert.equal(all.changes.length >= 6, true);
  const kept = structuredClone(plain);
  Object.assign(kept.metadata.labels, { team: 'edge' });
  assert.equal(diffManifests([plain as never], [kept as never]).identical, false);
});

test('so is a renamed init container, but none that became a container', () => {
  const named = (name: string, list: 'initContainers' | 'containers'): object => {
    const base = proxy(envoy) as { spec: { template: { spec: Record<string, object[]> } } };
    const spec = base.spec.template.spec;
    spec[list] = [...(spec[list] ?? []), { name, image: 'busybox:1' }];
    return base;
  };
  assert.deepEqual(changesOf(named('a', 'initContainers'), named('b', 'initContainers')), [
    'changed a.name: container a: the same container under another name',
  ]);
  assert.equal(changesOf(named('a', 'initContainers'), named('a', 'containers')).length, 2);
});
