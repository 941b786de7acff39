import assert from 'node:assert/strict';
import { test } from 'node:test';
import generateTypes from '../../scripts/gen-types.ts';
import type { GlooValues, KubernetesContainer } from '../../src/schema/types.gen.ts';

// The compiler is the test here: `npm run check` fails if an expectation does not hold.
const sidecar: KubernetesContainer = {
  name: 'istio-proxy',
  image: 'docker.io/istio/proxyv2:1.18.0',
  env: [{ name: 'OUTPUT_CERTS', value: '/etc/istio-certs' }],
  resources: { limits: { cpu: 1, memory: '64Mi', 'nvidia.com/gpu': 1 } },
  readinessProbe: { httpGet: { port: 'http', path: null } },
};

const accepted: GlooValues = {
  global: {
    istioSDS: { enabled: true, customSidecars: [sidecar] },
    istioIntegration: { enabled: 'true' },
    image: { pullPolicy: 'Always', variant: 'some-build', tag: 1.5 },
  },
  gatewayProxies: {
    gatewayProxy: { kind: { deployment: null, daemonSet: { hostPort: true } } },
    edge: {
      kind: { deployment: { replicas: '3' } },
      podTemplate: {
        httpPort: 8081n,
        extraAnnotations: { order: 5 },
        podSecurityContext: { runAsUser: 1, mergePolicy: 'helm-merge' },
      },
      affinity: { nodeAffinity: {} },
    },
  },
  settings: null,
};

const refused: readonly GlooValues[] = [
  // @ts-expect-error a mistyped key
  { global: { istioSds: {} } },
  // @ts-expect-error the chart takes this text as true
  { global: { istioSDS: { enabled: 'false' } } },
  // @ts-expect-error no number
  { gatewayProxies: { edge: { kind: { deployment: { replicas: 'many' } } } } },
  // @ts-expect-error none of the choices
  { global: { image: { pullPolicy: 'Sometimes' } } },
  // @ts-expect-error Kubernetes takes only texts here
  { global: { istioSDS: { customSidecars: [{ name: 'a', image: 'b', env: [{ name: 'c', value: 1 }] }] } } },
  // @ts-expect-error a container needs an image
  { global: { istioSDS: { customSidecars: [{ name: 'a' }] } } },
  // @ts-expect-error a map, not a list
  { gatewayProxies: [] },
  // @ts-expect-error undefined is not a value
  { settings: undefined },
];

test('values are typed as loosely as Helm takes them', () => {
  assert.ok(accepted.gatewayProxies);
  assert.equal(refused.length, 8);
});

test('making the types again makes the same', () => {
  const [first, second] = [generateTypes(), generateTypes()];
  assert.deepEqual(first, second);
  assert.match(first[0]?.text ?? '', /@deprecated Use global\.istioIntegration\.enabled\./);
});
