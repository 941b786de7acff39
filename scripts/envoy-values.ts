/** Bootstraps that the newest release renders for every value that affects them, set to edge cases. */
import { renderGatewayProxies } from '../src/index.ts';
import { isMap, type Value } from '../src/value.ts';
import { readYaml } from '../src/yaml/read.ts';
import type { NamedBootstrap } from './envoy-bootstraps.ts';

const proxy = 'gatewayProxies.gatewayProxy';
const paths = [
  ...[
    'globalDownstreamMaxConnections',
    'healthyPanicThreshold',
    'envoyApiVersion',
    'loopBackAddress',
    'tcpKeepaliveTimeSeconds',
  ],
  ...[
    'customStaticLayer',
    'customStaticLayer.a',
    'xdsServiceAddress',
    'xdsServicePort',
    'envoyStatsConfig',
    'envoyOverloadManager',
  ],
  ...['envoyOverloadManager.refreshInterval', 'envoyOverloadManager.resourceMonitors', 'envoyOverloadManager.actions'],
  ...['envoyOverloadManager.bufferFactoryConfig', 'envoyStaticClusters', 'envoyBootstrapExtensions', 'tracing.cluster'],
]
  .map((path) => `${proxy}.${path}`)
  .concat('gloo.deployment.xdsPort', 'gloo.deployment.restXdsPort', 'accessLogger.port', 'settings.writeNamespace')
  .concat(
    'settings.aws.stsCredentialsRegion',
    'k8s.clusterName',
    'global.glooStats.routePrefixRewrite',
    'global.glooStats.statsPrefixRewrite',
  );
const edges: readonly Value[] = [
  ...[
    null,
    true,
    false,
    0,
    1,
    -1,
    1.5,
    65535,
    65536,
    2 ** 31,
    2 ** 32,
    1e21,
    [],
    {},
    [1],
    ['a'],
    { a: 1 },
    { a: null },
    { a: [1] },
    [{}],
  ],
  ...[
    '',
    ' ',
    'abc',
    'true',
    '5',
    '-1',
    '1e3',
    '0x10',
    '5s',
    '-1s',
    '0s',
    '1m',
    'V2',
    'v3',
    'AUTO',
    '2',
    '127.0.0.1',
    '::1',
    'localhost',
  ],
  ...['256.1.1.1', '[::1]', '10.0.0.1 ', '~', '"5"', '# a', '{{.PodIp}}', '300000000000s'],
];

/** Values that render every part of a bootstrap that values can add. */
const around = {
  accessLogger: { enabled: true },
  settings: { aws: { enableServiceAccountCredentials: true }, enableRestEds: true },
  global: { glooStats: { enabled: true, enableStatsRoute: true } },
  gatewayProxies: {
    gatewayProxy: {
      envoyOverloadManager: {
        enabled: true,
        resourceMonitors: [
          {
            name: 'envoy.resource_monitors.fixed_heap',
            typed_config: {
              '@type': 'type.googleapis.com/envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig',
              max_heap_size_bytes: 1000000,
            },
          },
        ],
      },
    },
  },
};

/** Distinct ones; values that fail to render have none. */
export function bootstrapsOfValues(): readonly NamedBootstrap[] {
  const found = new Map<string, NamedBootstrap>();
  for (const path of paths) {
    for (const edge of edges) {
      const values = [
        { name: 'around.yaml', text: JSON.stringify(around) },
        { name: 'edge.yaml', text: JSON.stringify(nested(path, edge)) },
      ];
      for (const { kind, object } of renderGatewayProxies({ values, chartVersion: '1.22.1', show: 'configmap' })
        .manifests) {
        const data = kind === 'ConfigMap' ? object['data'] : undefined;
        const yaml = isMap(data) ? data['envoy.yaml'] : undefined;
        if (typeof yaml !== 'string') continue;
        const { value } = readYaml({ name: path, text: yaml });
        found.set(yaml, { from: `${path}: ${JSON.stringify(edge)}`, value, text: yaml });
      }
    }
  }
  return [...found.values()];
}

function nested(path: string, value: Value): Value {
  return path.split('.').reduceRight<Value>((inner, key) => ({ [key]: inner }), value);
}
