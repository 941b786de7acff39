/** When a disruption budget never permits an eviction: Kubernetes rounds a percentage of the pods up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderGatewayProxies, validateValues } from '../../src/index.ts';

function messages(proxy: object): string[] {
  const text = JSON.stringify({ gatewayProxies: { gatewayProxy: proxy } });
  const { problems } = validateValues({ values: [{ name: 'values.yaml', text }], chartVersion: '1.18.0' });
  return problems.filter(({ code }) => code === 'budget-without-eviction').map(({ message }) => message);
}

const replicas = (count: number): object => ({ kind: { deployment: { replicas: count } } });
const scaled = (least?: number): object => ({
  horizontalPodAutoscaler: { apiVersion: 'autoscaling/v1', minReplicas: least, maxReplicas: 9 },
});
const least = (minAvailable: number | string): object => ({ podDisruptionBudget: { minAvailable } });

test('a share of the pods that rounds up to all of them', () => {
  for (const proxy of [
    least('1%'),
    least('51%'),
    { ...least('90%'), ...replicas(3) },
    { ...least('51%'), ...scaled(2), ...replicas(0) },
    { ...least('67%'), ...replicas(3) },
    least('100%'),
  ])
    assert.equal(messages(proxy).length, 1, JSON.stringify(proxy));
  assert.deepEqual(messages({ ...least('90%'), ...replicas(3) }), [
    'gateway-proxy-pdb needs 90% of 3 pods, which is 3, so no pod can ever be evicted.',
  ]);
});

test('and one that does not', () => {
  for (const proxy of [
    least('0%'),
    { ...least('50%'), ...replicas(2) },
    { ...least('66%'), ...replicas(3) },
    { ...least('90%'), ...replicas(10) },
    { podDisruptionBudget: { maxUnavailable: '1%' } },
    { ...least(2), ...scaled(3), ...replicas(0) },
  ])
    assert.deepEqual(messages(proxy), [], JSON.stringify(proxy));
});

test('an autoscaler without a minimum may leave one pod, and an override counts', () => {
  assert.equal(messages({ ...least(2), ...scaled(), ...replicas(3) }).length, 1);
  const override = { kubeResourceOverride: { spec: { maxUnavailable: 0 } } };
  assert.equal(messages({ podDisruptionBudget: override, ...replicas(3) }).length, 1);
  const { manifests } = renderGatewayProxies({
    values: [{ gatewayProxies: { gatewayProxy: { podDisruptionBudget: override } } }],
    chartVersion: '1.18.0',
  });
  const budget = manifests.find(({ kind }) => kind === 'PodDisruptionBudget');
  assert.match(budget?.text ?? '', /maxUnavailable: 0/);
});
