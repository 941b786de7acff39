/** What is reported for values that the chart cannot use: code, place, message and hint. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartOf } from '../../src/chart/chart.ts';
import { coalesce } from '../../src/helm/coalesce.ts';
import { validateValues } from '../../src/index.ts';
import type { Problem } from '../../src/problem.ts';
import { decide } from '../../src/proxy/decide.ts';
import { proxiesOf } from '../../src/proxy/proxies.ts';
import type { ValueMap } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';

/** The model's problems without the schema, which would report many of them first. */
function told(text: string, release: string): string[] {
  const chart = chartOf(release);
  const given = (readYaml({ name: 'v', text }).value ?? {}) as ValueMap;
  const problems: Problem[] = [];
  const { values } = coalesce(given, chart.defaults());
  const found = proxiesOf(values, chart, { name: 'gloo', namespace: 'gloo-system' });
  problems.push(...found.problems, ...found.proxies.flatMap((proxy) => decide(proxy).problems));
  return [
    ...new Set(
      problems.map(
        ({ severity, code, path, message, hint }) =>
          `${severity} ${code} ${path}: ${message}${hint === undefined ? '' : ` ${hint}`}`,
      ),
    ),
  ];
}

const gp = (fields: string): string => `gatewayProxies: {gatewayProxy: {${fields}}}`;
const p = 'gatewayProxies.gatewayProxy';
const newest = '1.22.1';

const table: readonly (readonly [values: string, told: readonly string[], release?: string])[] = [
  ['{}', []],
  // Proxies.
  [
    'gatewayProxies: {a: 1}',
    [
      'error wrong-type gatewayProxies.a: A proxy must be a map, but a is the number 1. Leave it out, or set disabled: true.',
    ],
  ],
  [
    'gatewayProxies: {a: [x]}',
    ['error wrong-type gatewayProxies.a: A proxy must be a map, but a is a list. Leave it out, or set disabled: true.'],
  ],
  [
    'gateway: {updateValues: true}',
    [
      'error needs-wrapping-chart gateway.updateValues: gateway.updateValues calls a template that only a wrapping chart has. Remove it.',
    ],
  ],
  [
    'gateway: {enabled: false, updateValues: true}',
    [
      'error needs-wrapping-chart gateway.updateValues: gateway.updateValues calls a template that only a wrapping chart has. Remove it.',
    ],
  ],
  ...[
    'extraInitContainersHelper',
    'extraContainersHelper',
    'extraProxyVolumeMountHelper',
    'extraVolumeHelper',
    'extraListenersHelper',
  ].map((key): (typeof table)[number] => [
    gp(`${key}: x`),
    [`error needs-wrapping-chart ${p}.${key}: ${key} refers to a template that only a wrapping chart has. Remove it.`],
  ]),
  [gp('extraListenersHelper: ""'), []],
  // Kinds of workloads.
  [gp('kind: {deployment: null}'), []],
  [gp('kind: {deployment: null, daemonSet: {}}'), []],
  [
    gp('kind: {workloadType: StatefulSet}'),
    [`error unknown-choice ${p}.kind.workloadType: workloadType must be Deployment or DaemonSet, but is StatefulSet.`],
  ],
  [gp('kind: {workloadType: StatefulSet}'), [], '1.21.0'],
  [gp('kind: {workloadType: DaemonSet}'), []],
  [gp('kind: {workloadType: ""}'), []],
  // Texts, numbers, ports.
  [
    gp('podTemplate: {nodeName: 1}'),
    [
      `error wrong-type ${p}.podTemplate.nodeName: nodeName must be a string, but is the number 1. Put quotes into the value: {0}.`,
    ],
  ],
  [gp('podTemplate: {nodeName: 0}'), []],
  [gp('podTemplate: {nodeName: ""}'), []],
  [
    gp('kind: {deployment: {replicas: 1.5}}'),
    [`error wrong-type ${p}.kind.deployment.replicas: replicas must be an integer, but is the number 1.5.`],
  ],
  [gp('kind: {deployment: {replicas: "3"}}'), []],
  [
    gp('kind: {deployment: {replicas: "x"}}'),
    [`error wrong-type ${p}.kind.deployment.replicas: replicas must be an integer, but is the string "x".`],
  ],
  [
    gp('podTemplate: {httpPort: 0}'),
    [`error out-of-range ${p}.podTemplate.httpPort: httpPort must be a port from 1 to 65535, but is 0.`],
  ],
  [gp('podTemplate: {httpPort: 1}'), []],
  [gp('podTemplate: {httpPort: 65535}'), []],
  [
    gp('podTemplate: {httpPort: 65536}'),
    [`error out-of-range ${p}.podTemplate.httpPort: httpPort must be a port from 1 to 65535, but is 65536.`],
  ],
  [
    gp('podTemplate: {httpsPort: ""}'),
    [`error missing-value ${p}.podTemplate.httpsPort: httpsPort must be a port number, but is missing.`],
  ],
  [
    gp('podTemplate: {httpsPort: x}'),
    [`error wrong-type ${p}.podTemplate.httpsPort: httpsPort must be an integer, but is the string "x".`],
  ],
  ['gloo: {deployment: {xdsPort: 0}}', []],
  [
    'gloo: {deployment: {xdsPort: -1}}',
    ['error out-of-range gloo.deployment.xdsPort: xdsPort must be a port from 0 to 65535, but is -1.'],
  ],
  [
    gp('loopBackAddress: ""'),
    [`error missing-value ${p}.loopBackAddress: loopBackAddress is missing, but Envoy does not start without it.`],
  ],
  [
    gp('loopBackAddress: 1'),
    [
      `error wrong-type ${p}.loopBackAddress: loopBackAddress must be a string, but is the number 1. Put quotes into the value: {0}.`,
    ],
  ],
  [
    gp('globalDownstreamMaxConnections: [1]'),
    [
      `error wrong-type ${p}.globalDownstreamMaxConnections: globalDownstreamMaxConnections must be a single value, but is a list.`,
    ],
  ],
  [gp('globalDownstreamMaxConnections: "1"'), []],
  // Lists and maps.
  [
    gp('podTemplate: {tolerations: x}'),
    [
      `error wrong-type ${p}.podTemplate.tolerations: tolerations must be a list of tolerations, but is the string "x".`,
    ],
  ],
  [
    gp('podTemplate: {tolerations: [x, {key: a}]}'),
    [
      `error wrong-type ${p}.podTemplate.tolerations[0]: Each item of tolerations must be a map that describes one of the tolerations, but this is the string "x".`,
    ],
  ],
  [
    gp('podTemplate: {extraPorts: [1]}'),
    [
      `error wrong-type ${p}.podTemplate.extraPorts[0]: Each item of extraPorts must be a map that describes one of the ports, but this is the number 1.`,
    ],
  ],
  [
    gp('podTemplate: {extraContainers: [1]}'),
    [
      `error wrong-type ${p}.podTemplate.extraContainers[0]: Each item of extraContainers must be a map that describes one of the containers, but this is the number 1.`,
    ],
  ],
  [
    gp('podTemplate: {extraInitContainers: [1]}'),
    [
      `error wrong-type ${p}.podTemplate.extraInitContainers[0]: Each item of extraInitContainers must be a map that describes one of the containers, but this is the number 1.`,
    ],
  ],
  [
    gp('extraVolumes: [1]'),
    [
      `error wrong-type ${p}.extraVolumes[0]: Each item of extraVolumes must be a map that describes one of the volumes, but this is the number 1.`,
    ],
  ],
  [
    gp('extraProxyVolumeMounts: [1]'),
    [
      `error wrong-type ${p}.extraProxyVolumeMounts[0]: Each item of extraProxyVolumeMounts must be a map that describes one of the volume mounts, but this is the number 1.`,
    ],
  ],
  [
    gp('kind: {deployment: {customEnv: [1]}}'),
    [
      `error wrong-type ${p}.kind.deployment.customEnv[0]: Each item of customEnv must be a map that describes one of the environment variables, but this is the number 1.`,
    ],
  ],
  [
    gp('topologySpreadConstraints: [1]'),
    [
      `error wrong-type ${p}.topologySpreadConstraints[0]: Each item of topologySpreadConstraints must be a map that describes one of the constraints, but this is the number 1.`,
    ],
  ],
  [
    gp('tracing: {cluster: [1]}'),
    [
      `error wrong-type ${p}.tracing.cluster[0]: Each item of cluster must be a map that describes one of the clusters, but this is the number 1.`,
    ],
  ],
  [
    gp('envoyStaticClusters: [1]'),
    [
      `error wrong-type ${p}.envoyStaticClusters[0]: Each item of envoyStaticClusters must be a map that describes one of the clusters, but this is the number 1.`,
    ],
  ],
  [
    gp('envoyBootstrapExtensions: [1]'),
    [
      `error wrong-type ${p}.envoyBootstrapExtensions[0]: Each item of envoyBootstrapExtensions must be a map that describes one of the extensions, but this is the number 1.`,
    ],
  ],
  [
    'global: {istioSDS: {enabled: true, customSidecars: [1]}}',
    [
      'error wrong-type global.istioSDS.customSidecars[0]: Each item of customSidecars must be a map that describes one of the containers, but this is the number 1.',
    ],
  ],
  ['global: {istioSDS: {enabled: false, customSidecars: [1]}}', []],
  [
    gp('podTemplate: {nodeSelector: x}'),
    [`error wrong-type ${p}.podTemplate.nodeSelector: nodeSelector must be a map, but is the string "x".`],
  ],
  [
    gp('podTemplate: {resources: [x]}'),
    [`error wrong-type ${p}.podTemplate.resources: resources must be a map, but is a list.`],
  ],
  [gp('podTemplate: {resources: ""}'), []],
  [
    gp('podTemplate: x'),
    [
      `error wrong-type ${p}.podTemplate: podTemplate must be a map, but is the string "x".`,
      `error missing-value ${p}.podTemplate.image: image does not name an image. Give at least its repository, and its tag.`,
      `error missing-value ${p}.podTemplate.httpPort: httpPort must be a port number, but is missing.`,
      `error missing-value ${p}.podTemplate.httpsPort: httpsPort must be a port number, but is missing.`,
    ],
  ],
  [gp('extraEnvoyArgs: x'), [`error wrong-type ${p}.extraEnvoyArgs: extraEnvoyArgs must be a list of arguments.`]],
  [gp('extraEnvoyArgs: {a: x}'), []],
  // ConfigMaps of the user's own.
  [
    gp('configMap: {data: {a: 1, b: text, c: null}}'),
    [`error wrong-type ${p}.configMap.data.a: A ConfigMap holds strings, but a is not one.`],
  ],
  // Images.
  [
    gp('podTemplate: {image: x}'),
    [
      `error missing-value ${p}.podTemplate.image: image does not name an image. Give at least its repository, and its tag.`,
    ],
  ],
  [
    gp('podTemplate: {image: {tag: ""}}'),
    [`error missing-value ${p}.podTemplate.image.tag: The image has no tag, which this release requires. Set tag.`],
    '1.5.0',
  ],
  [gp('podTemplate: {image: {tag: ""}}'), []],
  [
    'global: {image: {registry: null}}',
    [
      'error missing-value gatewayProxies.gatewayProxy.podTemplate.image.registry: The image has no registry. Set registry here.',
    ],
  ],
  // Security contexts.
  [
    gp('podTemplate: {glooContainerSecurityContext: {mergePolicy: x}}'),
    [
      `error unknown-choice ${p}.podTemplate.glooContainerSecurityContext.mergePolicy: mergePolicy must be no-merge or helm-merge, but is x. Write no-merge to replace the defaults (the default), or helm-merge to keep those that are not set here.`,
    ],
  ],
  ...['no-merge', 'helm-merge', '""'].map((policy): (typeof table)[number] => [
    gp(`podTemplate: {glooContainerSecurityContext: {mergePolicy: ${policy}}}`),
    [],
  ]),
  [
    'global: {podSecurityStandards: {container: {defaultSeccompProfileType: x}}}',
    [
      'error unknown-choice global.podSecurityStandards.container.defaultSeccompProfileType: defaultSeccompProfileType must be RuntimeDefault or Localhost, but is x.',
    ],
  ],
  ...['RuntimeDefault', 'Localhost', '""'].map((type): (typeof table)[number] => [
    `global: {podSecurityStandards: {container: {defaultSeccompProfileType: ${type}}}}`,
    [],
  ]),
];

for (const [values, expected, release = newest] of table)
  test(`${release}: ${values}`, () => assert.deepEqual(told(values, release), expected));

test('a profile that other templates of the chart refuse is an error without any proxy, too', () => {
  const text =
    'gatewayProxies: {gatewayProxy: {disabled: true}}\nglobal: {podSecurityStandards: {container: {defaultSeccompProfileType: x}}}';
  const codesIn = (chartVersion: string): string[] => {
    const { problems } = validateValues({ values: [{ name: 'v', text }], chartVersion });
    return problems.flatMap(({ severity, code }) => (severity === 'error' ? [code] : []));
  };
  assert.deepEqual(codesIn(newest), ['unknown-choice']);
  assert.deepEqual(codesIn('1.15.0'), []);
});
