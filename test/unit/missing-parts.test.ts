/** Overrides with null that remove a required part of an object, as a real API server rejects it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateValues } from '../../src/index.ts';

const parts: readonly (readonly [override: string, at: string])[] = [
  ['{spec: null}', 'spec'],
  ['{spec: {template: null}}', 'spec'],
  ['{spec: {template: {spec: null}}}', 'spec.template.spec'],
  ['{spec: {template: {spec: {containers: null}}}}', 'spec.template.spec'],
  ['{spec: {template: {metadata: null}}}', 'spec.template.metadata'],
  ['{spec: {template: {metadata: {labels: null}}}}', 'spec.template.metadata.labels'],
  ['{spec: {selector: null}}', 'spec'],
  ['{metadata: null}', 'metadata'],
  ['{metadata: {name: null}}', 'metadata.name'],
  ['{kind: null}', 'kind'],
  ['{apiVersion: null}', 'apiVersion'],
];

for (const [override, at] of parts)
  test(`kubeResourceOverride: ${override} is an error in its place`, () => {
    const values = `gatewayProxies: {gatewayProxy: {kubeResourceOverride: ${override}}}`;
    const { problems } = validateValues({ values, chartVersion: '1.17.0' });
    assert.deepEqual(
      problems.flatMap(({ severity, path }) => (severity === 'error' ? [path] : [])),
      [`gatewayProxies.gatewayProxy.kubeResourceOverride.${at}`],
    );
  });

test('optional parts may be removed', () => {
  for (const override of [
    '{metadata: {namespace: null}}',
    '{metadata: {labels: null}}',
    '{spec: {replicas: null}}',
    '{spec: {}}',
  ]) {
    const values = `gatewayProxies: {gatewayProxy: {kubeResourceOverride: ${override}}}`;
    const { problems } = validateValues({ values, chartVersion: '1.17.0' });
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
      override,
    );
  }
});
