/** What Helm 3.19 tells a chart about the cluster for `--kube-version`, and what in charts depends on it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capabilitiesOf } from '../../src/helm/capabilities.ts';
import { renderGatewayProxies, validateValues } from '../../src/index.ts';
import { mapAt } from '../../src/value.ts';

test('versions are read as Helm reads them: two numbers or more, and what stands behind them does not count', () => {
  const read = (text: string): string => {
    const { kube } = capabilitiesOf({ kubeVersion: text }).capabilities;
    return kube === undefined ? 'none' : `${kube.major}.${kube.minor}`;
  };
  const asked = ['1.27', 'v1.27.3', 'v1.20.3-gke.100', '1.27.3+k3s1', ' 1.11', '1.12+', '1', '2', 'many', '01.2', ''];
  assert.deepEqual(asked.map(read), ['1.27', '1.27', '1.20', '1.27', '1.11', '1.12', ...Array(5).fill('none')]);
});

test('the time to live of the Jobs that make certificates, as real Helm writes it', () => {
  const timeFor = (chartVersion: string, kubeVersion: string | undefined, job: object = {}): unknown => {
    const values = { gateway: { certGenJob: job } };
    const asked = { values, chartVersion, controlPlane: true, ...(kubeVersion === undefined ? {} : { kubeVersion }) };
    const { controlPlane = [] } = renderGatewayProxies(asked as never);
    const found = controlPlane.find(({ kind }) => kind === 'Job');
    return mapAt(found, 'spec')['ttlSecondsAfterFinished'];
  };
  assert.equal(timeFor('1.10.7', undefined), 60);
  assert.equal(timeFor('1.10.7', '1.11'), undefined);
  assert.equal(timeFor('1.12.5', '1.11'), 60);
  assert.equal(timeFor('1.12.5', undefined, { setTtlAfterFinished: null }), undefined);
  assert.equal(timeFor('1.16.0', '1.11', { setTtlAfterFinished: null, ttlSecondsAfterFinished: 7 }), 7);
  assert.equal(timeFor('1.16.0', undefined, { setTtlAfterFinished: false }), undefined);
});

test('an invalid version is a problem, and nothing is rendered', () => {
  const { manifests, problems } = renderGatewayProxies({ kubeVersion: 'many' });
  assert.deepEqual([manifests.length, problems.map(({ code }) => code)], [0, ['bad-option']]);
});

test('in 1.7 disableAutoinjection counts for gloo only beside its statistics', () => {
  const annotated = (chartVersion: string, enabled: boolean): boolean => {
    const values = { global: { istioIntegration: { disableAutoinjection: true }, glooStats: { enabled } } };
    const { controlPlane = [] } = renderGatewayProxies({ values, chartVersion, controlPlane: true });
    const gloo = controlPlane.find(({ kind, metadata }) => kind === 'Deployment' && mapAt(metadata)['name'] === 'gloo');
    return mapAt(gloo, 'spec', 'template', 'metadata', 'annotations')['sidecar.istio.io/inject'] === 'false';
  };
  const asked = [
    ['1.7.5', true],
    ['1.7.5', false],
    ['1.8.0', false],
  ] as const;
  assert.deepEqual(
    asked.map(([release, enabled]) => annotated(release, enabled)),
    [true, false, true],
  );
});

test('a null map that other templates read is reported: Helm fails', () => {
  const told = (text: string, chartVersion: string): string[] =>
    validateValues({ values: [{ name: 'values.yaml', text }], chartVersion })
      .problems.filter(({ code }) => code === 'null-map')
      .map(({ path = '' }) => path);
  assert.deepEqual(told('discovery: null', '1.16.0'), ['discovery']);
  // Discovery is off by default in this release, and the Service for its statistics still looks there.
  assert.deepEqual(told('discovery: {deployment: null}', '1.22.1'), ['discovery.deployment']);
  assert.deepEqual(told('discovery: {deployment: null, enabled: false}', '1.10.9'), []);
  assert.deepEqual(told('gateway: {certGenJob: null}', '1.5.0'), ['gateway.certGenJob']);
  assert.deepEqual(told('discovery: {serviceAccount: null}', '1.19.0'), ['discovery.serviceAccount']);
  assert.deepEqual(told('discovery: {serviceAccount: null}', '1.22.1'), []);
  assert.deepEqual(told('gateway: {cleanupJob: null}', '1.11.10'), []);
});
