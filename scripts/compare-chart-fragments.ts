/** What random values consist of where the values model only says "a map", "a string" or "a number". */
import type { Value, ValueMap } from '../src/value.ts';

export const proxyNames = [
  'publicGw',
  'internal2Proxy',
  'a1',
  'gw_two',
  'EdgeHTTP2',
  'zz',
  'HTTP2xx',
  'my-proxy',
  'Proxy9',
];

/**
 * Strings that keep their meaning when a chart prints them without quotes, and some that do not and are usually
 * rejected.
 */
export const texts: readonly string[] = [
  ...[
    'info',
    'debug',
    'text',
    'a-b',
    'gloo-system',
    'other-ns',
    '127.0.0.1',
    'example.com',
    'V3',
    '',
    'a b',
    'key:value',
  ],
  ...['a#b', 'a,b', 'a=b', "it's", 'say "x"', 'a%s', '1.2.3', '5s', '/stats', '$(POD_NAME)', 'ü✓', 'x'.repeat(90)],
  ...['true', '7', '1e3'],
];

export const numbers: readonly number[] = [
  0, 1, 2, 7, 80, 443, 8080, 10101, 65535, 65536, 0.5, 1.5, 1000000, 1234567, 123456789012, 1e21, -1,
];

/** Strings whose type changes when a chart prints them without quotes. */
export const twists: readonly ((text: string) => string)[] = [
  ...[(text: string) => `"${text}"`, (text: string) => `'${text}'`, (text: string) => `${text} # why`],
  ...[
    (text: string) => ` ${text} `,
    (text: string) => `${text}\n`,
    (text: string) => `&a ${text}`,
    (text: string) => `!!str ${text}`,
  ],
  ...[
    '~',
    'null',
    'yes',
    'n',
    '123',
    '"123"',
    '1.10',
    '0x1F',
    '- a',
    'a: b',
    '[a]',
    '{}',
    '*a',
    '@a',
    '`',
    '%a',
    '#',
    ' ',
  ].map((word) => () => word),
];

export const oddValues: readonly Value[] = [
  ...['', '7', 'text', 'yes', 'false', 'gloo.omitOverwrite'],
  ...[true, false, 0, 1234567, 0.5],
  ...[[], {}, [1], { a: 1 }],
];

const image = (repository: string): ValueMap => ({ repository, tag: '2.3.4' });
const cluster = (name: string): ValueMap => ({
  name,
  connect_timeout: '1s',
  type: 'STRICT_DNS',
  load_assignment: { cluster_name: name, endpoints: [] },
});

/** What a proxy that inherits nothing needs. */
export const completeProxy: ValueMap = {
  kind: { deployment: { replicas: 2 } },
  podTemplate: {
    ...{ httpPort: 8081, httpsPort: 8444, probes: false, runAsUser: 10101, fsGroup: 10101, runUnprivileged: true },
    ...{ disableNetBind: true, floatingUserId: false, gracefulShutdown: { enabled: false, sleepTimeSeconds: 25 } },
    ...{ extraAnnotations: { own: 'yes' }, image: { repository: 'gloo-envoy-wrapper', tag: '1.2.3' } },
  },
  configMap: { data: null },
  service: { type: 'ClusterIP', httpPort: 80, httpsPort: 443 },
  gatewaySettings: { disableGeneratedGateways: false },
  loopBackAddress: '127.0.0.1',
  globalDownstreamMaxConnections: 250000,
  readConfig: true,
  tracing: {},
  stats: { enabled: true },
};

/** By the name of the value: lists to choose from, or one list as a whole. */
export const fragments: Readonly<Record<string, ValueMap | readonly Value[]>> = {
  data: [
    { 'envoy.yaml': 'a: 1\n' },
    { 'envoy.yaml': 'node: {}\n', 'other.txt': 'x' },
    { 'a.txt': 'two\nlines' },
    { 'a.txt': 'two\nlines\n' },
    { 'a.txt': ' one\n\n', a10: 'x', a9: 'y\n' },
    {},
  ],
  kubeResourceOverride: [
    { spec: { replicas: 5 } },
    { metadata: { labels: { x: 'y', app: 'other' }, annotations: { a: 'b' } } },
    {
      spec: {
        template: { spec: { dnsPolicy: 'Default', containers: [{ name: 'only' }] }, metadata: { labels: { a: 1 } } },
      },
    },
    {
      spec: {
        template: { spec: { serviceAccountName: '', securityContext: null, hostNetwork: false, tolerations: [] } },
      },
    },
    { data: { 'envoy.yaml': 'a: 1\n' } },
    { metadata: { finalizers: ['x'] }, spec: null },
    { spec: { template: { spec: { big: 1234567, list: [], map: {}, float: 0.5, text: '1e3', zero: 0, no: false } } } },
    {},
  ],
  customSidecars: [
    [{ name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.7.2', args: ['proxy', 'sidecar'] }],
    [
      { name: 'a', image: 'a:1', env: [{ name: 'A', value: '1' }] },
      { name: 'b', image: 'b:1', ports: [{ containerPort: 1234567 }] },
    ],
    [
      {
        name: 'x',
        image: 'x',
        command: ['sh', '-c', 'a: b\n# c\n'],
        resources: { limits: { cpu: 0.5, memory: 1234567 } },
      },
    ],
    [],
  ],
  securityContext: [
    { runAsUser: 1000 },
    { mergePolicy: 'helm-merge', runAsUser: 1234567 },
    { mergePolicy: 'no-merge', runAsNonRoot: false },
    {},
  ],
  glooContainerSecurityContext: [
    { runAsUser: 1000 },
    { mergePolicy: 'helm-merge', capabilities: { drop: [], add: ['SYS_TIME'] }, readOnlyRootFilesystem: false },
    { mergePolicy: 'no-merge' },
    { mergePolicy: 'helm-merge' },
    { seccompProfile: { type: 'Localhost', localhostProfile: 'p' }, runAsGroup: 1e6 },
  ],
  podSecurityContext: [
    { fsGroup: 1 },
    { mergePolicy: 'helm-merge', runAsNonRoot: true, sysctls: [{ name: 'a', value: '1' }] },
    { mergePolicy: 'no-merge', runAsUser: 0 },
    { mergePolicy: 'helm-merge', fsGroup: null },
  ],
  defaultSeccompProfileType: ['RuntimeDefault', 'Localhost', ''],
  image: [
    image('gloo-envoy-wrapper'),
    { variant: 'distroless' },
    { ...image('sds-ee'), fips: true, fipsDigest: 'sha256:ab' },
    { tag: 1.5 },
  ],
  repository: [
    'gloo-envoy-wrapper',
    'gloo-ee-envoy-wrapper',
    'sds',
    'sds-ee',
    'proxyv2',
    'gloo',
    'rate-limit-ee',
    'extauth-ee',
    'certgen',
    'kubectl',
    '',
  ],
  registry: ['quay.io/solo-io', 'gcr.io/gloo', 'localhost:5000/x', ''],
  tag: ['1.2.3', '1.22.1-distroless', 'latest', 1.5, 7, '7', '', 'v1.2.3-rc1'],
  digest: ['sha256:0123', '', 'sha256:abc'],
  fipsDigest: ['sha256:f1p5', ''],
  distrolessDigest: ['sha256:d15', ''],
  fipsDistrolessDigest: ['sha256:fd', ''],
  variant: ['standard', 'fips', 'distroless', 'fips-distroless', '', 'other'],
  pullPolicy: ['Always', 'IfNotPresent', 'Never', ''],
  pullSecret: ['my-secret', 'two', ''],
  additionalLabels: [{ team: 'edge', cost: '7' }, { gloo: 'mine', app: 'x' }, { num: 1234567, b: true }, {}],
  extraAnnotations: [
    { a: 'b' },
    { 'prometheus.io/port': '9', 'x/y': 'true', num: 1234567, f: 0.5, b: false },
    { 'checksum/a': 'x', e: '' },
    { n: '1', '"q"': 'x' },
    { 'a #b': 'c' },
    { '- x': 'y' },
    {},
  ],
  extraGatewayProxyLabels: [{ a: 'b' }, { num: 7, 'a.b/c': 'd', t: true, big: 1234567 }, { gloo: 'other' }],
  nodeSelector: [{ disk: 'ssd' }, { 'kubernetes.io/os': 'linux', num: 1, b: true }, { zone: 'b' }, {}],
  nodeName: ['node-1', ''],
  tolerations: [
    [{ key: 'a', operator: 'Exists' }],
    [{ key: 'b', value: 'c', effect: 'NoExecute', tolerationSeconds: 1234567 }],
    [],
  ],
  affinity: [
    { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
    { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
    { podAffinity: {} },
    {},
  ],
  topologySpreadConstraints: [
    [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
    [{ maxSkew: 1234567 }],
    [],
  ],
  extraPorts: [
    [{ containerPort: 9000, name: 'tcp', protocol: 'TCP' }],
    [{ containerPort: 1 }, { containerPort: 2, name: 'x' }],
    [],
  ],
  customEnv: [
    [{ name: 'A', value: 'b' }],
    [
      { name: 'B', valueFrom: { fieldRef: { fieldPath: 'a' } } },
      { name: 'N', value: '1e3' },
    ],
    [],
  ],
  extraEnvoyArgs: [['--concurrency', '2'], ['-l debug'], [7, true, 0.5, 1234567], { b: 'x', a: 'y' }, []],
  resources: [{ limits: { cpu: '1', memory: '1Gi' } }, { requests: { cpu: 0.5, memory: 1234567 } }, {}],
  sdsResources: [{ limits: { cpu: '200m' } }, { requests: { cpu: 1, memory: 123456789012 } }, {}],
  envoySidecarResources: [{ limits: { cpu: '200m' } }, { requests: { memory: '1' } }, {}],
  customReadinessProbe: [
    { httpGet: { path: '/r', port: 1 } },
    { exec: { command: ['x'] }, periodSeconds: 1234567 },
    {},
  ],
  customLivenessProbe: [{ httpGet: { path: '/l', port: 'http' } }, {}],
  readinessProbe: [{ tcpSocket: { port: 8234 }, periodSeconds: 5 }, { exec: { command: ['true'] } }, {}],
  extraVolumes: [[{ name: 'extra', emptyDir: {} }], [{ name: 'c', configMap: { name: 'x', defaultMode: 420 } }], []],
  extraProxyVolumeMounts: [
    [{ name: 'extra', mountPath: '/x' }],
    [{ name: 'c', mountPath: '/c', readOnly: true, subPath: '7' }],
    [],
  ],
  extraContainers: [[{ name: 'extra', image: 'x:1' }], [{ name: 'n', image: 'n', args: ['1', 'a: b'], env: [] }], []],
  extraInitContainers: [[{ name: 'init', image: 'i:1', command: ['sh'] }], []],
  customStaticLayer: [
    { overload: { x: 1 }, other: true },
    { upstream: { healthy_panic_threshold: 1 } },
    { envoy: { reloadable_features: { a: false } } },
    { num: 1234567, f: 0.5, t: 'yes' },
    {},
  ],
  envoyStaticClusters: [[cluster('one')], [cluster('a'), { ...cluster('b'), max: 1234567 }], []],
  envoyBootstrapExtensions: [[{ name: 'ext', typed_config: { '@type': 'x' } }], []],
  envoyStatsConfig: [
    { stats_tags: [{ tag_name: 'a', regex: '^a((b)\\.)' }] },
    { use_all_default_tags: false, num: 1234567 },
    {},
  ],
  envoyOverloadManager: [
    { enabled: true, refreshInterval: '2s', resourceMonitors: [{ name: 'm' }], actions: [] },
    { enabled: true, bufferFactoryConfig: { minimum_account_to_track_power_of_two: 20 }, refreshInterval: '0.25s' },
    { enabled: true },
    { enabled: false, refreshInterval: '9s' },
    {},
  ],
  tracing: [
    {
      provider: { name: 'envoy.tracers.zipkin', typed_config: { '@type': 'x', num: 1234567 } },
      cluster: [cluster('zipkin')],
    },
    { provider: { name: 'p' } },
    { cluster: [cluster('z')] },
    {},
  ],
  stats: [
    { enabled: false },
    { enabled: true, podMonitorEnabled: true, routePrefixRewrite: '/x' },
    { routePrefixRewrite: '/stats' },
    {},
  ],
  kind: [
    { deployment: null, daemonSet: { hostPort: true } },
    { deployment: null, daemonSet: { hostPort: true, hostNetwork: false } },
    { deployment: null, daemonSet: {} },
    { deployment: { replicas: 3, customEnv: [{ name: 'A', value: 'b' }] }, daemonSet: { hostPort: true } },
    { workloadType: 'DaemonSet' },
    { deployment: {} },
  ],
  workloadType: ['Deployment', 'DaemonSet', ''],
  loopBackAddress: ['127.0.0.1', '::1', 'localhost', '0.0.0.0'],
  xdsServiceAddress: ['gloo.other.svc', '10.0.0.1', ''],
  stsCredentialsRegion: ['us-east-1', ''],
  writeNamespace: ['gloo-system', 'write-here', ''],
  namespace: ['other-ns', ''],
  clusterName: ['cluster.local', 'corp.example', ''],
  httpPort: [8080, 80, '8080', 65535],
  httpsPort: [8443, 443, '8443'],
  xdsPort: [9977, 19977, '9977'],
  restXdsPort: [9976, 1, '9976'],
};
