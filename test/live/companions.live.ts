import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { renderGatewayProxies } from '../../src/index.ts';
import { companionVerdicts } from '../support/companion-verdicts.ts';
import { type LiveCluster, startCluster } from './cluster.ts';

/** Values that render an object of every kind and form around the proxies, each with a release that has it. */
const shapes: readonly (readonly [release: string, values: object])[] = [
  ['1.22.1', {}],
  ['1.5.0', { gatewayProxies: { gatewayProxy: { service: { type: 'ClusterIP', clusterIP: 'None' } } } }],
  ['1.17.3', { gatewayProxies: { gatewayProxy: { service: { type: 'NodePort', httpNodePort: 31500 } } } }],
  [
    '1.20.9',
    {
      gatewayProxies: {
        gatewayProxy: {
          readConfig: true,
          readConfigMulticluster: true,
          stats: { enabled: true, serviceMonitorEnabled: true },
          failover: { enabled: true, port: 15443, secretName: 'failover' },
          kind: { deployment: { replicas: 3 } },
          podDisruptionBudget: { minAvailable: '50%' },
          horizontalPodAutoscaler: {
            apiVersion: 'autoscaling/v1',
            minReplicas: 2,
            maxReplicas: 4,
            targetCPUUtilizationPercentage: 70,
          },
          service: {
            httpsFirst: true,
            externalIPs: ['192.0.2.1'],
            externalTrafficPolicy: 'Local',
            loadBalancerIP: '192.0.2.9',
            loadBalancerSourceRanges: ['198.51.100.0/24'],
            extraAnnotations: { number: 5 },
            customPorts: [{ name: 'tcp', port: 9000, targetPort: 9000, protocol: 'TCP' }],
            kubeResourceOverride: { metadata: { annotations: { note: 'a' } } },
          },
        },
      },
    },
  ],
  [
    '1.22.1',
    {
      gateway: { proxyServiceAccount: { disableAutomount: true, extraAnnotations: { role: 'a' } } },
      global: { additionalLabels: { team: 'edge' } },
      gatewayProxies: {
        gatewayProxy: {
          podDisruptionBudget: { maxUnavailable: 1 },
          horizontalPodAutoscaler: {
            apiVersion: 'autoscaling/v2',
            minReplicas: 2,
            maxReplicas: 4,
            metrics: [
              { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
            ],
            behavior: { scaleDown: { stabilizationWindowSeconds: 600 } },
          },
        },
      },
    },
  ],
];

const places: Readonly<Record<string, string>> = {
  ServiceAccount: '/api/v1/namespaces/default/serviceaccounts',
  Service: '/api/v1/namespaces/default/services',
  HorizontalPodAutoscaler: '/apis/VERSION/namespaces/default/horizontalpodautoscalers',
  PodDisruptionBudget: '/apis/VERSION/namespaces/default/poddisruptionbudgets',
};

/** Versions that the cluster no longer serves, with the same fields in their successors. */
const successors: Readonly<Record<string, string>> = {
  'autoscaling/v2beta2': 'autoscaling/v2',
  'policy/v1beta1': 'policy/v1',
};

let cluster: LiveCluster;

before(async () => {
  cluster = await startCluster();
});
after(() => cluster.stop());

test('the API server takes an object of every kind and shape, without a field that it does not know', async () => {
  for (const [chartVersion, values] of shapes) {
    const { manifests, problems } = renderGatewayProxies({ values: [values], chartVersion, namespace: 'default' });
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
    );
    for (const { kind, name, object } of manifests) {
      const answer = await asked(kind, object);
      if (answer !== undefined)
        assert.equal(answer.status, 201, `${chartVersion} ${kind} ${name}: ${JSON.stringify(answer.body)}`);
    }
  }
});

test('the API server judges wrong values as it did when they were recorded', async () => {
  for (const { release, values, refused } of companionVerdicts()) {
    // The cluster has no CRD of Gateways.
    if (refused === 'Gateway' || release !== undefined) continue;
    const { manifests } = renderGatewayProxies({ values: [values], chartVersion: '1.22.1', namespace: 'default' });
    let found: string | null = null;
    for (const { kind, object } of manifests)
      if (found === null && ((await asked(kind, object))?.status ?? 201) !== 201) found = kind;
    assert.equal(found, refused, JSON.stringify(values));
  }
});

/** The answer to a strict dry run; undefined for kinds of which the cluster has no type, and for workloads. */
async function asked(kind: string, object: object): Promise<Awaited<ReturnType<LiveCluster['api']>> | undefined> {
  const place = places[kind];
  if (place === undefined) return undefined;
  const { apiVersion } = object as { readonly apiVersion?: unknown };
  const version = successors[String(apiVersion)] ?? String(apiVersion);
  const posted = { ...object, apiVersion: version };
  return cluster.api('POST', `${place.replace('VERSION', version)}?dryRun=All&fieldValidation=Strict`, posted);
}
