/**
 * Random values for comparisons of whole proxies with a chart: Services, autoscalers, budgets, Gateways, and what the
 * values for Istio and mTLS change elsewhere. The same seed generates the same values.
 */
import { isMap, type Value, type ValueMap } from '../src/value.ts';
import { completeProxy } from './compare-chart-fragments.ts';
import { generator, pick, type Random, type RandomCase } from './compare-chart-values.ts';

/** Possible values of a field, or the fields of a map. */
type Pool = readonly Value[] | Pools;
interface Pools {
  readonly [key: string]: Pool;
}
type OpenMap = Record<string, Value>;

/** Of a type that a field does not have. */
const odd: readonly Value[] = [
  ...['', '7', 'text', 'yes', true, false, 0, 1234567, 0.5, [], {}, [1], { a: 1 }, null, 'a: b', '"q"', 'x # y'],
  ...['0x1F', '~', ' pad ', -1, 'gloo.omitOverwrite'],
];
const either: readonly Value[] = [true, false];
const mostly: readonly Value[] = [true, true, false];
const overrides: readonly Value[] = [
  { metadata: { labels: { x: 'y' }, annotations: { a: 'b' } } },
  { spec: { x: 1 } },
  { spec: null },
  { metadata: { name: 'other' } },
  {},
  { spec: { ports: [{ port: 1 }], minReplicas: 3, bindPort: 7 } },
  { metadata: { labels: { app: null } } },
];
const own: readonly Value[] = [{ a: 'b', n: '7' }, {}];
const utilization = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 5 } },
};

const ofProxy: Pools = {
  service: {
    type: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'],
    httpPort: [80, 8080, '80', 1],
    httpsPort: [443, '8443', 8443],
    httpNodePort: [30080, 31000],
    httpsNodePort: [30443, 31001],
    httpsFirst: either,
    clusterIP: ['10.0.0.1', 'None'],
    loadBalancerIP: ['192.0.2.4'],
    loadBalancerSourceRanges: [['10.0.0.0/8'], ['192.0.2.4/32', '::/0'], []],
    externalTrafficPolicy: ['Local', 'Cluster'],
    externalIPs: [['192.0.2.1'], ['192.0.2.1', '::1'], []],
    extraAnnotations: [{ a: 'b' }, { 'x/y': 7, t: true }, { 'k q': 'v: w' }, {}],
    name: ['edge', 'MySvc', 'a-b'],
    customPorts: [
      [{ name: 'tcp', port: 9000, protocol: 'TCP', targetPort: 9000 }],
      [{ port: 1 }, { name: 'x', port: 2, nodePort: 30001 }],
      [],
    ],
    kubeResourceOverride: overrides,
    configDumpService: [{ kubeResourceOverride: { metadata: { labels: { x: 'y' } } } }, {}],
  },
  horizontalPodAutoscaler: {
    apiVersion: ['autoscaling/v1', 'autoscaling/v2', 'autoscaling/v2beta2', 'autoscaling/v2beta1'],
    minReplicas: [1, 2, '2'],
    maxReplicas: [3, 10, '4'],
    targetCPUUtilizationPercentage: [50, 80],
    metrics: [[utilization], []],
    behavior: [{ scaleDown: { stabilizationWindowSeconds: 300 } }, {}],
    kubeResourceOverride: overrides,
  },
  podDisruptionBudget: {
    minAvailable: [1, 2, '50%'],
    maxUnavailable: [1, '25%', 0],
    kubeResourceOverride: overrides,
  },
  gatewaySettings: {
    enabled: either,
    disableGeneratedGateways: either,
    disableHttpGateway: either,
    disableHttpsGateway: either,
    ipv4Only: either,
    useProxyProto: either,
    httpHybridGateway: [{ delegatedHttpGateways: { ref: { name: 'a' } } }, {}],
    httpsHybridGateway: [{ matchedGateways: [] }],
    customHttpGateway: [{ virtualServiceSelector: { a: 'b' } }, { options: { healthCheck: { path: '/h' } } }, {}],
    customHttpsGateway: [{ virtualServiceNamespaces: ['*'] }, {}],
    accessLoggingService: [{ accessLog: [{ fileSink: { path: '/dev/stdout', stringFormat: '' } }] }, {}],
    options: [{ socketOptions: [] }, { perConnectionBufferLimitBytes: 32000, a: { b: 'c' } }, {}],
    httpGatewayKubeOverride: overrides,
    httpsGatewayKubeOverride: overrides,
    kubeResourceOverride: overrides,
  },
  failover: {
    enabled: either,
    port: [15443, 15444],
    nodePort: [32000, 0],
    secretName: ['failover-downstream', 'x'],
    kubeResourceOverride: overrides,
  },
  stats: {
    enabled: either,
    serviceMonitorEnabled: either,
    podMonitorEnabled: either,
    routePrefixRewrite: ['/stats/prometheus'],
  },
  podTemplate: {
    httpPort: [8080, 80, 9080],
    httpsPort: [8443, 443],
    probes: either,
    extraPorts: [[{ containerPort: 9000, name: 'tcp' }]],
  },
  tracing: { provider: [{ name: 'p', zipkinConfig: { collectorUpstreamRef: { name: 'z' } } }], cluster: [[]] },
  disabled: either,
  namespace: ['other-ns', 'third', ''],
  readConfig: either,
  readConfigMulticluster: either,
  kind: [
    { deployment: { replicas: 2 } },
    { deployment: null, daemonSet: { hostPort: true } },
    { deployment: { replicas: 0 } },
    { deployment: {} },
  ],
};

const contexts: readonly Value[] = [
  { runAsUser: 6 },
  {},
  { mergePolicy: 'helm-merge', runAsUser: 9 },
  { mergePolicy: 'no-merge', runAsGroup: 3 },
];
const elsewhere: Pools = {
  gateway: {
    enabled: mostly,
    proxyServiceAccount: { extraAnnotations: own, disableAutomount: either, kubeResourceOverride: overrides },
    rolloutJob: { enabled: mostly },
    validation: { enabled: either, failurePolicy: ['Ignore', 'Fail'], webhook: { enabled: either } },
    certGenJob: {
      enabled: either,
      setTtlAfterFinished: either,
      ttlSecondsAfterFinished: [60, 5],
      cron: {
        enabled: either,
        schedule: ['* * * * *'],
        mtlsKubeResourceOverride: overrides,
        validationWebhookKubeResourceOverride: overrides,
      },
      kubeResourceOverride: overrides,
      mtlsKubeResourceOverride: overrides,
    },
    deployment: { kubeResourceOverride: overrides },
  },
  settings: {
    create: either,
    singleNamespace: either,
    writeNamespace: ['w-ns'],
    watchNamespaces: [['a', 'b'], []],
    enableRestEds: either,
    kubeResourceOverride: [
      ...overrides,
      { spec: { gloo: { xdsBindAddr: 'x', istioOptions: { appendXForwardedHost: false } } } },
    ],
  },
  global: {
    glooStats: { enabled: either, serviceMonitor: either, serviceMonitorEnabled: either },
    additionalLabels: [{ team: 'a' }, { 'a.b/c': 'd', n: 'x' }, {}, { team: '7' }],
    glooRbac: { create: either, namespaced: either },
    istioIntegration: {
      enabled: either,
      labelInstallNamespace: either,
      disableAutoinjection: either,
      whitelistDiscovery: either,
      enableIstioSidecarOnGateway: either,
      istioSidecarRevTag: ['canary', '', '1-20'],
      appendXForwardedHost: either,
      enableAutoMtls: either,
    },
    istioSDS: { enabled: either },
    securitySettings: { floatingUserId: either },
    podSecurityStandards: {
      container: {
        enableRestrictedContainerDefaults: either,
        defaultSeccompProfileType: ['Localhost', 'RuntimeDefault'],
      },
    },
    glooMtls: {
      enabled: mostly,
      envoySidecarResources: [{ limits: { cpu: '1' } }],
      sdsResources: [{ requests: { memory: '1Gi' } }],
      sds: {
        securityContext: contexts,
        logLevel: ['debug'],
        image: [{ tag: '1.2' }, { registry: 'r', digest: 'sha256:1' }],
      },
      envoy: {
        securityContext: contexts,
        image: [{ tag: '1.2', pullPolicy: 'Always' }, { variant: 'distroless' }, { repository: 'x' }],
      },
      istioProxy: {},
    },
  },
  namespace: { create: either },
  gloo: {
    deployment: {
      xdsPort: [9977, 19977],
      restXdsPort: [9976],
      validationPort: [9988],
      kubeResourceOverride: overrides,
      livenessProbeEnabled: either,
      floatingUserId: either,
      runAsUser: [10101, 7],
    },
  },
  discovery: { enabled: either, deployment: { kubeResourceOverride: overrides } },
  kubeGateway: { enabled: either },
};

/** Values of one to five proxies, sometimes with some of another type. */
export function proxyCases(seed: number, count: number): RandomCase[] {
  const random = generator(seed);
  return Array.from({ length: count }, (_, index) => ({
    id: `seed-${seed}-${index}`,
    files: [JSON.stringify(proxyValues(random, pick(random, [0, 0, 0, 0.03, 0.08])))],
    set: [],
    release: pick(random, ['gloo', 'gloo', 'edge']),
    namespace: pick(random, ['gloo-system', 'gloo-system', 'edge-gateways']),
  }));
}

function proxyValues(random: Random, oddity: number): ValueMap {
  const values: OpenMap = {};
  for (let left = Math.floor(random() * 6); left > 0; left--) touch(values, elsewhere, random, oddity);
  const names = ['publicGw', 'a1', 'internal2Proxy', 'zz', 'my-proxy'].filter(() => random() < 0.2);
  const proxies = ['gatewayProxy', ...names].map((name) => {
    const proxy: OpenMap = name !== 'gatewayProxy' && random() < 0.85 ? structuredClone(completeProxy) : {};
    for (let left = Math.floor(random() * 7); left > 0; left--) touch(proxy, ofProxy, random, oddity);
    return [name, random() < 0.01 ? null : proxy] as const;
  });
  return { ...values, gatewayProxies: Object.fromEntries(proxies) };
}

/** Sets one of the fields, or up to four inside it. */
function touch(map: OpenMap, pool: Pools, random: Random, oddity: number): void {
  const [key, inner] = pick(random, Object.entries(pool));
  if (random() < oddity) map[key] = structuredClone(pick(random, odd));
  else if (isChoice(inner)) map[key] = structuredClone(pick(random, inner));
  else {
    const known = map[key];
    const fields: OpenMap = isMap(known) ? { ...known } : {};
    map[key] = fields;
    if (Object.keys(inner).length === 0) return;
    for (let left = 1 + Math.floor(random() * 4); left > 0; left--) touch(fields, inner, random, oddity);
  }
}

function isChoice(pool: Pool): pool is readonly Value[] {
  return Array.isArray(pool);
}
