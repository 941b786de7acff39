import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesSelector } from '../../src/objects/label-selector.ts';
import { injectionSubjectOf, isAmbient, isInjected } from '../../src/objects/mesh-labels.ts';
import type { ValueMap } from '../../src/value.ts';

const pod = (labels: ValueMap, spec: ValueMap = {}, annotations: ValueMap = {}): ValueMap => ({
  metadata: { labels, annotations },
  spec,
});
const mode = (word: string): ValueMap => ({ 'istio.io/dataplane-mode': word });

test('ztunnel carries what the pod asks for, else its Namespace, and nothing on the host network', () => {
  const inAmbient = (template: ValueMap, ofNamespace: ValueMap | undefined): boolean | undefined =>
    isAmbient(injectionSubjectOf(template), ofNamespace);
  assert.equal(inAmbient(pod({}), undefined), undefined);
  assert.equal(inAmbient(pod({}), {}), false);
  assert.equal(inAmbient(pod({}), mode('ambient')), true);
  assert.equal(inAmbient(pod(mode('none')), mode('ambient')), false);
  assert.equal(inAmbient(pod(mode('ambient')), undefined), true);
  assert.equal(inAmbient(pod(mode('other')), mode('ambient')), true);
  assert.equal(inAmbient(pod(mode('ambient'), { hostNetwork: true }), mode('ambient')), false);
  assert.equal(inAmbient(pod({}, {}, { 'ambient.istio.io/redirection': 'enabled' }), {}), true);
});

test('a sidecar is injected as the pod asks, else as its Namespace does', () => {
  const injected = (labels: ValueMap, ofNamespace: ValueMap | undefined, namespace?: string): boolean | undefined =>
    isInjected(injectionSubjectOf(pod(labels), namespace), ofNamespace);
  const wanted = { 'sidecar.istio.io/inject': 'true' };
  const refused = { 'sidecar.istio.io/inject': 'false' };
  assert.equal(injected({}, undefined), undefined);
  assert.equal(injected(wanted, undefined), true);
  assert.equal(injected(refused, undefined), false);
  assert.equal(injected({}, { 'istio-injection': 'enabled' }), true);
  assert.equal(injected(wanted, { 'istio-injection': 'disabled' }), false);
  assert.equal(injected(wanted, {}, 'kube-system'), false);
  assert.equal(injected({ 'sidecar.istio.io/inject': 'on' }, { 'istio-injection': 'enabled' }), undefined);
});

test('label selectors: every operator, and a missing selector', () => {
  const labels = { app: 'web', tier: 'front' };
  const expressions: readonly (readonly [key: string, operator: string, values: string[], matches: boolean])[] = [
    ['app', 'In', ['web'], true],
    ['app', 'In', ['api'], false],
    ['app', 'NotIn', ['api'], true],
    ['other', 'NotIn', ['api'], true],
    ['app', 'Exists', [], true],
    ['other', 'Exists', [], false],
    ['other', 'DoesNotExist', [], true],
    ['app', 'DoesNotExist', [], false],
    ['app', 'Like', ['web'], false],
  ];
  for (const [key, operator, values, matches] of expressions)
    assert.equal(matchesSelector({ matchExpressions: [{ key, operator, values }] }, labels), matches, operator);
  assert.ok(matchesSelector({ matchLabels: { app: 'web' } }, labels) && matchesSelector({}, labels));
  for (const none of [undefined, null, []]) assert.ok(!matchesSelector(none, labels));
});
