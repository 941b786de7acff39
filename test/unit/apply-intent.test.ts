import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyIntent } from '../../src/diff/intent.ts';
import type { ValueMap } from '../../src/value.ts';

const identity = { name: 'gateway-proxy', namespace: 'gloo-system', uid: 'u', resourceVersion: '7' };
const head = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: identity };

function deployment(containers: readonly ValueMap[], managedFields: readonly ValueMap[] = []): ValueMap {
  return {
    ...head,
    metadata: { ...identity, generation: 3, labels: { gloo: 'gateway-proxy' }, managedFields },
    spec: { replicas: 2, template: { spec: { containers, terminationGracePeriodSeconds: 30 } } },
    status: { replicas: 2 },
  };
}

function managed(manager: string, operation: string, containers: ValueMap): ValueMap {
  const fieldsV1 = { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': containers } } } };
  return { manager, operation, apiVersion: 'apps/v1', fieldsType: 'FieldsV1', fieldsV1 };
}

function intent(before: ValueMap, after: ValueMap): ValueMap {
  return applyIntent(before, after, 'glistio');
}

const said = (...containers: ValueMap[]): ValueMap => ({ ...head, spec: { template: { spec: { containers } } } });
const envoy = { name: 'gateway-proxy', image: 'envoy:1', args: ['--x'], env: [{ name: 'A', value: '1' }] };
const sds = { name: 'sds', image: 'sds:1', ports: [{ containerPort: 8234, protocol: 'TCP' }] };
const sdsFields = {
  '.': {},
  'f:name': {},
  'f:image': {},
  'f:ports': { 'k:{"containerPort":8234,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} } },
};

test('what is new is said, with what was read as precondition, and nothing else', () => {
  assert.deepEqual(intent(deployment([envoy]), deployment([envoy, sds])), said(sds));
});

test('an item that changes says its key; a list without keys is said whole', () => {
  const after = { ...envoy, args: ['--x', '--y'], env: [...envoy.env, { name: 'B', value: '2' }] };
  assert.deepEqual(
    intent(deployment([envoy]), deployment([after])),
    said({ name: 'gateway-proxy', args: ['--x', '--y'], env: [{ name: 'B', value: '2' }] }),
  );
});

test('what was applied before and is still wanted is said again; what is not wanted any more is left out', () => {
  const fields = { 'k:{"name":"sds"}': sdsFields, 'k:{"name":"old"}': { '.': {}, 'f:name': {}, 'f:image': {} } };
  const before = deployment([envoy, sds, { name: 'old', image: 'o' }], [managed('glistio', 'Apply', fields)]);
  const newer = { ...sds, image: 'sds:2' };
  assert.deepEqual(intent(before, deployment([envoy, newer])), said(newer));
  assert.deepEqual(intent(before, deployment([envoy])), head);
});

test('what others own, or the same manager by updates, is not taken', () => {
  const fields = { 'k:{"name":"sds"}': sdsFields };
  for (const [manager, operation] of [
    ['helm', 'Update'],
    ['glistio', 'Update'],
    ['other', 'Apply'],
  ] as const) {
    const before = deployment([envoy, sds], [managed(manager, operation, fields)]);
    assert.deepEqual(intent(before, deployment([envoy, sds])), head);
  }
  const status = { ...managed('glistio', 'Apply', fields), subresource: 'status' };
  assert.deepEqual(intent(deployment([sds], [status]), deployment([sds])), head);
});

test('a map that is applied as a whole is said whole; one in which others own something is only a place', () => {
  const upstream = (spec: ValueMap, managedFields: readonly ValueMap[] = []): ValueMap => ({
    apiVersion: 'gloo.solo.io/v1',
    kind: 'Upstream',
    metadata: { ...identity, managedFields },
    spec,
  });
  const entry = (manager: string, fieldsV1: ValueMap): ValueMap => ({
    manager,
    operation: 'Apply',
    apiVersion: 'gloo.solo.io/v1',
    fieldsV1,
  });
  const spec = { kube: { name: 'a' }, sslConfig: { alpn: ['istio'] } };
  const place = entry('glistio', { 'f:spec': {} });
  const theirs = entry('other', { 'f:spec': { '.': {}, 'f:kube': {} } });
  const { metadata: _, ...rest } = upstream(spec);
  assert.deepEqual(intent(upstream(spec, [place]), upstream(spec)), { ...rest, metadata: identity });
  const { spec: __, ...bare } = rest;
  assert.deepEqual(intent(upstream(spec, [place, theirs]), upstream(spec)), { ...bare, metadata: identity });
  // Lists of unknown kinds are applied as a whole.
  const routes = { routes: [{ name: 'a' }, { name: 'b' }] };
  assert.deepEqual(intent(upstream({ routes: [{ name: 'a' }] }), upstream(routes))['spec'], routes);
});

test('labels and annotations that were applied stay', () => {
  const entry = {
    manager: 'glistio',
    operation: 'Apply',
    apiVersion: 'apps/v1',
    fieldsV1: { 'f:metadata': { 'f:labels': { 'f:gloo': {} } } },
  };
  const metadata = { ...identity, labels: { gloo: 'gateway-proxy' } };
  assert.deepEqual(intent(deployment([envoy], [entry]), deployment([envoy])), { ...head, metadata });
});
