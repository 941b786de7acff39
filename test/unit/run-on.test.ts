/** What real Helm renders for a multi-line string at the end of a block: the chart’s template continues after it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderGatewayProxies } from '../../src/index.ts';
import { isMap, type Value, type ValueMap, valueAt } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';

const strings = ['z\nq', 'z\nq\n\n'] as const;
const gp = (proxy: ValueMap): ValueMap => ({ gatewayProxies: { gatewayProxy: proxy } });
const override: ValueMap = { metadata: { annotations: { own: 'x' } } };

/** The values for a string, by the block that it ends. */
const blocks: Readonly<Record<string, (end: string) => ValueMap>> = {
  extraVolumes: (end) => gp({ extraVolumes: [{ name: 'v', secret: { secretName: end } }] }),
  'extraVolumes under an override': (end) =>
    gp({ extraVolumes: [{ name: 'v', secret: { secretName: end } }], kubeResourceOverride: override }),
  'an override': (end) =>
    gp({
      kubeResourceOverride: { spec: { template: { spec: { volumes: [{ name: 'v', secret: { secretName: end } }] } } } },
    }),
  extraProxyVolumeMounts: (end) => gp({ extraProxyVolumeMounts: [{ mountPath: '/x', name: 'v', subPath: end }] }),
  envoyStaticClusters: (end) => gp({ envoyStaticClusters: [{ name: end }] }),
  'tracing.cluster': (end) => gp({ tracing: { cluster: [{ name: end }] } }),
  'tracing.cluster before the STS cluster': (end) => ({
    ...gp({ tracing: { cluster: [{ name: end }] } }),
    settings: { aws: { enableServiceAccountCredentials: true } },
  }),
  'tracing.cluster behind all others': (end) =>
    gp({ tracing: { cluster: [{ name: end }] }, stats: { enabled: false } }),
  'tracing.provider': (end) => gp({ tracing: { provider: { name: end } } }),
  customSidecars: (end) => ({
    global: { istioSDS: { enabled: true, customSidecars: [{ image: 'i', name: 'istio-proxy', workingDir: end }] } },
  }),
  podSecurityContext: (end) =>
    gp({ podTemplate: { enablePodSecurityContext: true, podSecurityContext: { seLinuxOptions: { user: end } } } }),
  'podSecurityContext before an affinity': (end) =>
    gp({
      antiAffinity: true,
      podTemplate: { enablePodSecurityContext: true, podSecurityContext: { seLinuxOptions: { user: end } } },
    }),
  'podSecurityContext of a DaemonSet': (end) =>
    gp({
      kind: { deployment: null, daemonSet: {} },
      podTemplate: { enablePodSecurityContext: true, podSecurityContext: { seLinuxOptions: { user: end } } },
    }),
  glooContainerSecurityContext: (end) =>
    gp({ podTemplate: { glooContainerSecurityContext: { seLinuxOptions: { user: end } } } }),
};

/** How both strings arrive, if changed. */
const table: readonly (readonly [block: string, release: string, stripped: string, kept: string])[] = [
  ['extraVolumes', '1.22.1', 'z\nq', 'z\nq'],
  ['extraVolumes', '1.7.0-beta14', 'z\nq', 'z\nq'],
  ['extraVolumes under an override', '1.8.0-beta14', 'z\nq ', 'z\nq'],
  ['an override', '1.18.7', 'z\nq', 'z\nq'],
  ['extraProxyVolumeMounts', '1.8.0-beta11', 'z\nq   ', 'z\nq\n\n'],
  ['extraProxyVolumeMounts', '1.8.0-beta12', 'z\nq', 'z\nq\n\n'],
  ['envoyStaticClusters', '1.22.1', 'z\nq', 'z\nq\n\n\n'],
  [
    'tracing.cluster',
    '1.5.7',
    'z\nq # if $spec.tracing.cluster # if $spec.tracing # if $.Values.settings.aws.enableServiceAccountCredentials',
    'z\nq\n',
  ],
  ['tracing.cluster', '1.8.0-beta11', 'z\nq   ', 'z\nq\n\n'],
  ['tracing.cluster', '1.8.0-beta12', 'z\nq', 'z\nq\n\n'],
  ['tracing.cluster before the STS cluster', '1.7.19', 'z\nq  ', 'z\nq\n\n'],
  ['tracing.cluster behind all others', '1.7.19', 'z\nq    ', 'z\nq\n\n\n'],
  [
    'tracing.provider',
    '1.5.11',
    'z\nq # if $spec.tracing.provider # if $spec.tracing # if $statsConfig.enabled # if $spec.readConfig',
    'z\nq\n',
  ],
  ['tracing.provider', '1.5.22', 'z\nq # if $spec.tracing.provider # if $spec.tracing', 'z\nq\n'],
  ['tracing.provider', '1.6.0-beta13', 'z\nq    ', 'z\nq\n  \n'],
  ['customSidecars', '1.8.0-beta13', 'z\nq', 'z\nq\n\n'],
  ['customSidecars', '1.22.1', 'z\nq ', 'z\nq\n\n'],
  ['podSecurityContext', '1.22.1', 'z\nq', 'z\nq\n\n\n\n'],
  ['podSecurityContext before an affinity', '1.22.1', 'z\nq', 'z\nq\n\n\n'],
  ['podSecurityContext of a DaemonSet', '1.22.1', 'z\nq', 'z\nq\n\n'],
  ['glooContainerSecurityContext', '1.16.13', 'z\nq', 'z\nq\n\n\n'],
  ['glooContainerSecurityContext', '1.16.14', 'z\nq', 'z\nq\n\n'],
];

for (const [block, release, ...arrives] of table) {
  test(`${block} in ${release}`, () => {
    strings.forEach((end, index) => {
      const values = [blocks[block]?.(end) ?? {}];
      const { manifests, problems } = renderGatewayProxies({ values, chartVersion: release, objects: 'workloads' });
      const found = manifests.map(({ object }) => withBootstrap(object)).flatMap((object) => [...ends(object)]);
      assert.deepEqual(new Set(found), new Set([arrives[index]]));
      const isTold = problems.some(({ code }) => code === 'bare-text-changed');
      assert.equal(isTold, arrives[index] !== end && block !== 'an override');
    });
  });
}

function withBootstrap(object: ValueMap): Value {
  const text = valueAt(object, 'data', 'envoy.yaml');
  return typeof text === 'string' ? readYaml({ name: 'envoy.yaml', text }).value : object;
}

function* ends(value: Value): Generator<string> {
  if (typeof value === 'string' && value.startsWith('z\nq')) yield value;
  else if (Array.isArray(value) || isMap(value)) for (const item of Object.values(value)) yield* ends(item as Value);
}
