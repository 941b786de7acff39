/**
 * For each part of a printed workload and ConfigMap the value that decides it, and who wrote each container: on the values of
 * the rules' examples, as far as they differ from those of the chart's defaults.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../src/native.ts';
import { formatPath, type Path } from '../../src/problem.ts';
import { decide } from '../../src/proxy/decide.ts';
import { configMapOriginOf, originsOf } from '../../src/proxy/origins.ts';
import { type Manifest, print } from '../../src/proxy/print.ts';
import { isList, isMap, listOf, type Value, valueAt } from '../../src/value.ts';
import { prepare } from '../../src/verbs/prepare.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';
import { goldenCases } from '../support/golden-cases.ts';
import { exampleCodes, readExample } from '../support/rule-examples.ts';

const pod = 'podTemplate: {extraGatewayProxyLabels: {own: a, istio.io/rev: b}, extraAnnotations: {own: a}}';
/** Values that the examples do not have. */
const more: readonly (readonly [values: string, release: string])[] = [
  '1.5.20',
  '1.8.11',
  '1.11.19',
  '1.17.4',
  '1.22.1',
].flatMap((release) =>
  [
    `gatewayProxies: {gatewayProxy: {${pod}}}`,
    'gatewayProxies: {gatewayProxy: {namespace: edge}}',
    'gatewayProxies: {gatewayProxy: {configMap: {data: {envoy.yaml: "a: b", x: z}}}}',
    'global: {additionalLabels: {team: edge}, istioIntegration: {istioSidecarRevTag: r, labelInstallNamespace: true}}',
    'gatewayProxies: {gatewayProxy: {extraInitContainersHelper: a, extraContainersHelper: b, extraVolumeHelper: c}}',
    'gatewayProxies: {gatewayProxy: {kind: {deployment: null, daemonSet: {hostPort: true, hostNetwork: true}}, affinity: {a: b}}}',
    'gatewayProxies: {gatewayProxy: {kubeResourceOverride: {spec: {template: {spec: {containers: [{name: gateway-proxy}, {name: sds}, {name: istio-proxy}, {name: own}]}}}}}}',
    'gatewayProxies: {gatewayProxy: {kubeResourceOverride: {metadata: {annotations: {a: b}}, spec: {strategy: {}, template: {spec: {dnsPolicy: Default, containers: []}}}}, configMap: {kubeResourceOverride: {metadata: {annotations: {a: b}}, data: {envoy.yaml: "{}"}}}}}',
    `gatewayProxies: {gatewayProxy: {extraProxyVolumeMounts: [{name: v, mountPath: /v}, {name: w, mountPath: /w}], extraVolumes: [{name: v, emptyDir: {}}, {name: w, emptyDir: {}}], kind: {deployment: {customEnv: [{name: A, value: b}], priorityClassName: p, replicas: 3}}, topologySpreadConstraints: [{maxSkew: 1}], podTemplate: {image: {pullPolicy: Always}, nodeName: node, tolerations: [{key: a}], extraInitContainers: [{name: i, image: i}], extraContainers: [{name: e, image: e}], nodeSelector: {a: b}, terminationGracePeriodSeconds: 9, extraPorts: [{name: a, containerPort: 9000}], resources: {limits: {cpu: 1}}, probes: true, customReadinessProbe: {httpGet: {path: /, port: 1}}, customLivenessProbe: {httpGet: {path: /, port: 1}}, runAsUser: 7, fsGroup: 8, disableNetBind: true, runUnprivileged: true}}}`,
    `global: {glooMtls: {enabled: true, sdsResources: {limits: {cpu: 1}}, envoySidecarResources: {limits: {cpu: 1}}}, istioSDS: {enabled: true}, istioIntegration: {enabled: true}, image: {pullSecret: s, pullPolicy: Never}}`,
    'global: {istioSDS: {enabled: true, customSidecars: [{name: istio-proxy, image: i, env: [{name: A, value: b}]}]}}',
    'gatewayProxies: {edge: {}, other: {disabled: true, podTemplate: {httpPort: 9}}}',
    'global: {istioIntegration: {enableIstioSidecarOnGateway: true, istioSidecarRevTag: r}}',
  ].map((values) => [values, release] as const),
);

/** What has no origins, but a text of its own: strings in odd forms, and the Gateways' texts. */
const odd: readonly (readonly [values: string, release: string])[] = [
  ...['1.5.6', '1.6.0-beta5', '1.8.0', '1.22.1'].flatMap((release) =>
    ['x: "a\\nb"', 'x: "a\\nb\\n"', 'x: "a\\nb\\n\\n"', 'x: "a\\nb  "', 'x: a', 'x: "a\\nb", y: c'].flatMap((data) => [
      [`gatewayProxies: {gatewayProxy: {configMap: {data: {envoy.yaml: "a: b", ${data}}}}}`, release] as const,
      [
        `gatewayProxies: {gatewayProxy: {configMap: {data: {envoy.yaml: "a: b", ${data}}}}, edge: {}}`,
        release,
      ] as const,
    ]),
  ),
  ...['1.5.6', '1.14.9', '1.22.1'].flatMap((release) =>
    [
      'settings: {writeNamespace: " # why"}\ngatewayProxies: {gatewayProxy: {configMap: {kubeResourceOverride: {data: {envoy.yaml: "{}"}}}}}',
      'settings: {aws: {enableServiceAccountCredentials: true}}\ngatewayProxies: {gatewayProxy: {stats: {enabled: false}, tracing: {cluster: [{name: "a\\nb\\n"}]}}}',
      ...[
        'tag: {a: b}',
        'tag: 1.2',
        'repository: 5',
        'registry: ~',
        'digest: 7',
        'variant: [a]',
        'fips: a',
        'extended: 1',
        'tag: "a #b"',
        'registry: "\'a\'"',
      ].map((part) => `gatewayProxies: {gatewayProxy: {podTemplate: {image: {${part}}}}}`),
      'global: {wasm: {enabled: true}}\ngatewayProxies: {gatewayProxy: {podTemplate: {image: {tag: 5}}}}',
      ...['"80 # x"', '" "', '~', '"99999"', '8e1', '"8080"', '[1]', '{a: b}', '"a b"', '"\'1\'"'].flatMap((value) =>
        [
          'podTemplate: {httpPort',
          'globalDownstreamMaxConnections',
          'loopBackAddress',
          'podTemplate: {terminationGracePeriodSeconds',
        ].map((key) => `gatewayProxies: {gatewayProxy: {${key}: ${value}}}${key.includes('{') ? '}' : ''}`),
      ),
      ...[
        'disableHttpGateway: true',
        'disableHttpsGateway: true',
        'options: {a: {b: c}}',
        'options: {a: {b: c}}, accessLoggingService: {x: y}',
        'options: text',
        'customHttpGateway: text',
        'customHttpGateway: "a: b"',
        'useProxyProto: "true #"',
        'ipv4Only: true',
        'httpGatewayKubeOverride: {metadata: {labels: {a: b}}}',
        'disableHttpGateway: true, httpsGatewayKubeOverride: {metadata: {labels: {a: b}}}',
      ].map(
        (part) => `gatewayProxies: {gatewayProxy: {gatewaySettings: {${part}}}, edge: {gatewaySettings: {${part}}}}`,
      ),
      'gatewayProxies: {gatewayProxy: {failover: {enabled: true, port: 15443, secretName: s}, tracing: {provider: {name: p}}}}',
      'gatewayProxies: {gatewayProxy: {failover: {enabled: true, port: ~}, disabled: true}}',
      'gateway: {validation: {failurePolicy: Fail}}',
      'gateway: {enabled: false}',
      'gatewayProxies: {gatewayProxy: {podTemplate: {extraAnnotations: {"a b": c, 1: d, "~": e, "x #": f}}}}',
      'gatewayProxies: {gatewayProxy: {podTemplate: {extraAnnotations: text}}}',
      'gatewayProxies: {gatewayProxy: {podTemplate: {probes: false}}}',
      'gatewayProxies: {"a b": {}, "1": {}, "true": {}}',
      'global: {glooMtls: {enabled: true}}\ngateway: ~',
      'kubeGateway: ~',
      ...[
        'settings: {aws: {enableServiceAccountCredentials: true, stsCredentialsRegion: 5}}',
        'settings: {watchNamespaces: ["a #b", 5]}',
      ],
      ...[
        'discovery: ~',
        'discovery: {deployment: ~}',
        'discovery: {serviceAccount: ~}',
        'gateway: {cleanupJob: ~}',
        'gateway: {rolloutJob: {image: ~}}',
      ],
      ...[
        'global: {glooMtls: {sds: ~}}',
        'global: {glooMtls: {enabled: true, sds: ~}}',
        'global: {image: {fips: a}}',
        'global: {image: {variant: [a]}}',
      ],
      'global: {image: {tag: 5}, wasm: {enabled: true}}',
      ...['autoscaling/v1', 'autoscaling/v2'].map(
        (version) =>
          `gatewayProxies: {gatewayProxy: {namespace: edge, horizontalPodAutoscaler: {apiVersion: ${version}, minReplicas: 1, maxReplicas: 2, targetCPUUtilizationPercentage: 5, behavior: {}}}}`,
      ),
      ...[
        'disabled: true, namespace: edge',
        'kubeResourceOverride: {metadata: {labels: {a: b}}}, podTemplate: {extraAnnotations: {a: 5, b: "<no value>"}}',
      ].map((part) => `gatewayProxies: {gatewayProxy: {${part}}}`),
      ...['floatingUserId: true', 'floatingUserId: false, runAsUser: "5"', 'runAsUser: ~'].map(
        (part) => `global: {istioSDS: {enabled: true}}\ngatewayProxies: {gatewayProxy: {podTemplate: {${part}}}}`,
      ),
      `global: {istioSDS: {enabled: true}}\ngatewayProxies: {gatewayProxy: {istioMetaMeshId: '"a', istioMetaClusterId: 'b"'}}`,
      'gatewayProxies: {gatewayProxy: {gatewaySettings: {options: {a: "$HOME"}, customHttpGateway: {b: "$(x)"}}}}',
      'gatewayProxies: {gatewayProxy: ~}',
      'gatewayProxies: {edge: {disabled: true, podTemplate: ~}}',
    ].map((values) => [values, release] as const),
  ),
];

const isWhole = goldenCases('test/golden/printed-origins.txt');

/** Every leaf, and every item of a list. */
function partsOf(value: Value, path: Path): Path[] {
  const own = typeof path.at(-1) === 'number' ? [path] : [];
  if (isList(value)) return [...own, ...value.flatMap((item, index) => partsOf(item, [...path, index]))];
  if (!isMap(value)) return [path];
  return [...own, ...Object.entries(value).flatMap(([key, item]) => partsOf(item, [...path, key]))];
}

/** A line for each part whose origin is not that of the list item that it is in. */
function linesOf({ kind, object }: Manifest, originOf: (part: Path) => Path | undefined, proxy: string): string[] {
  const shown = (part: Path): string => {
    const [first = '', second, ...rest] = originOf(part) ?? [];
    return formatPath(
      second === proxy ? [first, '*', ...rest] : [first, ...(second === undefined ? [] : [second, ...rest])],
    );
  };
  return partsOf(object, [])
    .filter((part) => {
      const item = part.slice(
        0,
        part.findLastIndex((step, at) => typeof step === 'number' && at < part.length - 1) + 1,
      );
      return item.length === 0 || shown(item) !== shown(part);
    })
    .map((part) => `${kind} ${formatPath(part)} ← ${shown(part)}`);
}

function originsIn(values: string, chartVersion: string): string[] {
  const prepared = prepare({ values: [{ name: 'values.yaml', text: values }], chartVersion });
  if (!('proxies' in prepared)) return [];
  return prepared.proxies.flatMap((proxy) => {
    const decision = decide(proxy);
    const { workload, configMap } = print(decision);
    if (decision.problems.some(({ severity }) => severity === 'error') || configMap === undefined) return [];
    const about = linesOf(configMap, configMapOriginOf(decision), proxy.key);
    if (workload === undefined) return about;
    const { of, roleAt } = originsOf(decision, workload.object);
    const roles = listOf(valueAt(workload.object, 'spec', 'template', 'spec', 'containers')).map((_, at) => roleAt(at));
    return [...about, ...linesOf(workload, of, proxy.key), `containers: ${roles.join()}`];
  });
}

const defaults = new Map<string, ReadonlySet<string>>();

function unusualOrigins(values: string, release: string): string[] {
  const usual = defaults.get(release) ?? new Set(originsIn('', release));
  defaults.set(release, usual);
  return originsIn(values, release).filter((line) => !usual.has(line));
}

function check(values: string, release: string): void {
  const { problems, manifests } = renderGatewayProxies({
    values: [{ name: 'values.yaml', text: values }],
    chartVersion: release,
  });
  isWhole(
    [values, release],
    [
      ...unusualOrigins(values, release),
      ...manifests.map(({ kind, name, text }) => `${kind} ${name} ${sha256(text).slice(0, 8)}`),
      ...problems.map(({ severity, code, path }) => `${severity} ${code} ${path}`),
    ],
  );
}

for (const release of ['1.5.20', '1.11.19', '1.17.4', '1.22.1'])
  test(`the origins of the parts that the chart prints by default on ${release}`, () => {
    isWhole(['defaults', release], originsIn('', release));
  });

for (const [values, release] of [...more, ...odd]) test(`${values} on ${release}`, () => check(values, release));

for (const code of exampleCodes())
  test(`the example of ${code}`, () => {
    const { values, release } = readExample(code).fails;
    isWhole(['example', code], unusualOrigins(values, release));
  });

test('an origin is a value that exists, or could', () => {
  const lines = more.flatMap(([values, release]) => originsIn(values, release));
  assert.ok(lines.some((line) => line.endsWith('← gatewayProxies.*.podTemplate.httpPort')));
  assert.deepEqual(
    lines.filter((line) => /undefined|\[object/.test(line)),
    [],
  );
});
