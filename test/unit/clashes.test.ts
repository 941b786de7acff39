/** Values that clash or do nothing: each is reported, and its nearest harmless neighbour is not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateValues } from '../../src/index.ts';

const proxy = (text: string): string => `gatewayProxies: {gatewayProxy: {${text}}}`;
const daemonSet = 'kind: {deployment: null, daemonSet: {hostPort: true}}';
const scaler = 'horizontalPodAutoscaler: {apiVersion: autoscaling/v1, minReplicas: 1, maxReplicas: 3}';
const probe = (path: string): string =>
  `podTemplate: {probes: true, customReadinessProbe: {httpGet: {path: ${path}, port: 8080}}}`;
const health = 'gatewaySettings: {customHttpGateway: {options: {healthCheck: {path: /ok}}}}';
const two = (first: string, second: string): string =>
  `gatewayProxies: {gatewayProxy: {${daemonSet}, podTemplate: {${first}}}, p2: {podTemplate: {httpPort: 9080, httpsPort: 9443, ${second}}}}`;
const digest = `digest: "sha256:${'a'.repeat(64)}"`;

/** The values, the code, its place, and what is nearly the same and harmless. */
const table: readonly (readonly [values: string, code: string, path: string, harmless: string])[] = [
  [proxy('kind: {daemonSet: {hostPort: true}}'), 'daemon-set-ignored', 'gatewayProxy.kind.daemonSet', proxy(daemonSet)],
  [two('', ''), 'host-port-conflict', 'gatewayProxy', two('nodeSelector: {pool: a}', 'nodeSelector: {pool: b}')],
  [
    proxy(scaler),
    'autoscaler-with-replicas',
    'gatewayProxy.horizontalPodAutoscaler',
    proxy(`${scaler}, kind: {deployment: {replicas: null, customEnv: [{name: A, value: b}]}}`),
  ],
  [proxy(`${scaler}, ${daemonSet}`), 'value-without-effect', 'gatewayProxy.horizontalPodAutoscaler', proxy(daemonSet)],
  [
    proxy(`${probe('/nope')}, ${health}`),
    'readiness-path-not-served',
    'gatewayProxy.podTemplate.customReadinessProbe.httpGet.path',
    proxy(`${probe('/ok')}, ${health}`),
  ],
  [
    proxy(probe('/ok')),
    'probe-without-health-check',
    'gatewayProxy.podTemplate.customReadinessProbe',
    proxy(`${probe('/ok')}, ${health}`),
  ],
  [
    proxy('antiAffinity: true, affinity: {podAntiAffinity: {}}'),
    'anti-affinity-replaced',
    'gatewayProxy.antiAffinity',
    proxy('antiAffinity: true, affinity: {podAffinity: {}}'),
  ],
  [
    proxy(`podTemplate: {image: {variant: distroless, ${digest}}}`),
    'digest-of-another-variant',
    'gatewayProxy.podTemplate.image.digest',
    proxy(`podTemplate: {image: {variant: standard, ${digest}}}`),
  ],
  [proxy('disabled: true'), 'no-proxy-rendered', 'gatewayProxy.disabled', proxy('disabled: false')],
  ['gatewayProxies: {gateway-proxy: {}}', 'same-name', 'gateway-proxy', 'gatewayProxies: {gateway-proxy2: {}}'],
  ['gatewayProxies: {gatewayProxi: {}}', 'second-proxy', 'gatewayProxi', 'gatewayProxies: {publicGw: {}}'],
];

for (const [values, code, path, harmless] of table)
  test(`${code} at ${path}`, () => {
    for (const chartVersion of ['1.22.0', ...(code === 'digest-of-another-variant' ? [] : ['1.12.13'])]) {
      const found = (text: string) =>
        validateValues({ values: [{ name: 'v.yaml', text }], chartVersion })
          .problems.filter((problem) => problem.code === code)
          .map((problem) => problem.path?.startsWith(`gatewayProxies.${path}`));
      assert.deepEqual([found(values), found(harmless)], [[true], []], chartVersion);
    }
  });

test('a path that is set twice', () => {
  const codes = (set: string[]) => validateValues({ set, chartVersion: '1.22.0' }).problems.map(({ code }) => code);
  const [replicas, args] = [
    'gatewayProxies.gatewayProxy.kind.deployment.replicas',
    'gatewayProxies.gatewayProxy.extraEnvoyArgs',
  ];
  for (const set of [[`${replicas}=2`, `${replicas}=3`], [`${replicas}=2,${replicas}=3`]])
    assert.deepEqual(codes(set), ['set-twice']);
  assert.deepEqual(codes([`${args}[0]=-l`, `${args}[1]=debug`]), []);
});
