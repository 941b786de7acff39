/**
 * Which invalid values prevent a rendering: those that would reach the proxies' objects. All others are only reported.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'js-yaml';
import { releases } from '../../src/chart/releases.ts';
import { renderGatewayProxies, validateValues } from '../../src/index.ts';
import { setsBootstrap } from '../../src/rules/envoy.ts';
import { setsObjects } from '../../src/rules/refused.ts';
import type { ValueMap } from '../../src/value.ts';

const sds = 'istioSDS: {enabled: true}';
const mtls = 'glooMtls: {enabled: true';

const own = (place: string, values: string) =>
  [`gatewayProxies.gatewayProxy.${place}`, `gatewayProxies: {gatewayProxy: {${values}}}`] as const;
const twice = 'extraVolumes: [{name: v, emptyDir: {}}, {name: v, emptyDir: {}}]';

const refused: readonly (readonly [place: string, values: string])[] = [
  [
    'global.istioSDS.customSidecars[0].ports[0].containerPort',
    `global: {istioSDS: {enabled: true, customSidecars: [{name: a, image: b, ports: [{containerPort: many}]}]}}`,
  ],
  [
    'global.istioSDS.customSidecars[0].name',
    'global: {istioSDS: {enabled: true, customSidecars: [{name: [a], image: b}]}}',
  ],
  ['global.image.pullPolicy', 'global: {image: {pullPolicy: Sometimes}}'],
  [
    'gatewayProxies.gatewayProxy.podTemplate.resources.limits',
    'gatewayProxies: {gatewayProxy: {podTemplate: {resources: {limits: [a]}}}}',
  ],
  [
    'gatewayProxies.gatewayProxy.podTemplate.tolerations[0].tolerationSeconds',
    'gatewayProxies: {gatewayProxy: {podTemplate: {tolerations: [{tolerationSeconds: soon}]}}}',
  ],
  [
    'gatewayProxies.gatewayProxy.kind.deployment.replicas',
    'gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: many}}}}',
  ],
  ['gatewayProxies.gatewayProxy.extraVolumes[0].name', 'gatewayProxies: {gatewayProxy: {extraVolumes: [{name: {}}]}}'],
  [
    'gatewayProxies.gatewayProxy.extraProxyVolumeMounts[0].readOnly',
    'gatewayProxies: {gatewayProxy: {extraProxyVolumeMounts: [{name: a, mountPath: /a, readOnly: {}}]}}',
  ],
  [
    'gatewayProxies.gatewayProxy.affinity.nodeAffinity',
    'gatewayProxies: {gatewayProxy: {affinity: {nodeAffinity: [a]}}}',
  ],
  [
    'gatewayProxies.gatewayProxy.topologySpreadConstraints[0].maxSkew',
    'gatewayProxies: {gatewayProxy: {topologySpreadConstraints: [{maxSkew: far}]}}',
  ],
  // A proxy's name may contain characters that paths escape.
  ['gatewayProxies.a\\.b.extraVolumes[0].name', 'gatewayProxies: {a.b: {extraVolumes: [{name: {}}]}}'],
  ['global.glooMtls.sdsResources.limits', `global: {${mtls}, sdsResources: {limits: [a]}}}`],
  [
    'global.glooMtls.sds.securityContext.runAsUser',
    `global: {${sds}, glooMtls: {sds: {securityContext: {runAsUser: me}}}}`,
  ],
  [
    'global.glooMtls.istioProxy.securityContext.runAsUser',
    `global: {${sds}, glooMtls: {istioProxy: {securityContext: {runAsUser: me}}}}`,
  ],
  // Names and labels, wherever they come from.
  ['gatewayProxies.Bad_Name\\.', 'gatewayProxies: {Bad_Name.: {}}'],
  ['gatewayProxies.gatewayProxy.namespace', 'gatewayProxies: {gatewayProxy: {namespace: Bad_NS}}'],
  ['global.additionalLabels.a', 'global: {additionalLabels: {a: "b c"}}'],
  ['global.additionalLabels.a', 'global: {additionalLabels: {a: 1}}'],
  [
    'gatewayProxies.gatewayProxy.podTemplate.extraGatewayProxyLabels.a',
    'gatewayProxies: {gatewayProxy: {podTemplate: {extraGatewayProxyLabels: {a: "b c"}}}}',
  ],
  ...(
    [
      ['kubeResourceOverride.spec.replicas', 'kubeResourceOverride: {spec: {replicas: -1}}'],
      ['kubeResourceOverride.metadata.labels.a', 'kubeResourceOverride: {metadata: {labels: {a: "b c"}}}'],
      ['configMap.kubeResourceOverride.metadata.name', 'configMap: {kubeResourceOverride: {metadata: {name: A_B}}}'],
    ] as const
  ).map(([place, values]) => own(place, values)),
];

const told: readonly (readonly [place: string, values: string])[] = [
  // Other parts of the chart.
  ['gloo.deployment.replicas', 'gloo: {deployment: {replicas: many}}'],
  ['discovery.deployment.resources.limits', 'discovery: {deployment: {resources: {limits: [a]}}}'],
  // Sidecars that are disabled.
  ['global.glooMtls.sdsResources.limits', 'global: {glooMtls: {sdsResources: {limits: [a]}}}'],
  [
    'global.glooMtls.istioProxy.securityContext.runAsUser',
    'global: {glooMtls: {istioProxy: {securityContext: {runAsUser: me}}}}',
  ],
  // What stops the pods of an override, not the rendering.
  own(
    'configMap.kubeResourceOverride.metadata.labels.a',
    'configMap: {kubeResourceOverride: {metadata: {labels: {a: "b c"}}}}',
  ),
  own('extraVolumes[1].name', `kubeResourceOverride: {metadata: {annotations: {a: b}}}, ${twice}`),
];

function render(text: string) {
  const { manifests, problems } = renderGatewayProxies({ values: [{ name: 'v.yaml', text }], chartVersion: '1.20.0' });
  return {
    manifests,
    problems: problems.map(({ severity, path, file, line }) => `${severity} ${path} ${file}:${line}`),
  };
}

for (const [place, values] of refused)
  test(`${place} stops it`, () => {
    const { manifests, problems } = render(values);
    assert.ok(problems.includes(`error ${place} v.yaml:1`), problems.join());
    assert.deepEqual(manifests, []);
  });

for (const [place, values] of told)
  test(`${place} is only told: ${values}`, () => {
    const { manifests, problems } = render(values);
    assert.ok(problems.includes(`warning ${place} v.yaml:1`), problems.join());
    assert.ok(manifests.length > 2);
  });

test('what stops only pods is printed with a warning', () => {
  const { manifests, problems } = render(`gatewayProxies: {gatewayProxy: {${twice}}}`);
  const told = ['warning gatewayProxies.gatewayProxy.extraVolumes[1].name v.yaml:1'];
  assert.deepEqual([manifests.length > 2, problems], [true, told]);
});

test('what a sidecar’s own value says is printed as the chart prints it, whatever else the values set', () => {
  const policy = `global: {${sds}, glooMtls: {sds: {securityContext: {mergePolicy: helm-merge}}}}`;
  for (const others of ['', '\ngatewayProxies: {gatewayProxy: {podTemplate: {fsGroup: 5}}}']) {
    const values = [{ name: 'v.yaml', text: policy + others }];
    const { manifests } = renderGatewayProxies({ values, chartVersion: '1.15.10' });
    assert.ok(manifests.some(({ text }) => text.includes('mergePolicy: helm-merge')));
    const { problems } = validateValues({ values, chartVersion: '1.15.10' });
    assert.deepEqual(
      problems.flatMap(({ severity, code }) => (severity === 'error' ? [code] : [])),
      ['unread-merge-policy'],
    );
  }
});

test('what stops Helm elsewhere is said even if only the workloads are shown', () => {
  for (const [values, code] of [
    ['discovery: ~', 'null-map'],
    ['settings: {writeNamespace: 1}', 'wrong-type'],
    ['gatewayProxies: {gatewayProxy: {service: {type: "a: b: c"}}}', 'bare-text-breaks-yaml'],
  ] as const) {
    const { manifests, problems } = renderGatewayProxies({ values, chartVersion: '1.17.5', show: 'deployment' });
    assert.equal(manifests.length, 1, values);
    assert.ok(
      problems.some((problem) => problem.code === code && problem.severity === 'warning'),
      values,
    );
  }
});

test('a value of the wrong type has one message, and what follows from it none', () => {
  for (const values of [
    'global: {istioSDS: {enabled: true, customSidecars: {a: b}}}',
    'global: {istioSDS: {enabled: true}, glooMtls: {sds: {securityContext: {runAsUser: x}}}}',
    'gatewayProxies: {gatewayProxy: {podTemplate: {podSecurityContext: {fsGroup: abc}}}}',
  ]) {
    const { problems } = validateValues({ values, chartVersion: '1.16.20' });
    const told = problems.filter(({ severity }) => severity !== 'info');
    assert.deepEqual(
      told.map(({ severity }) => severity),
      ['error'],
      values,
    );
  }
});

test('objects that are not looked at while rendering are accepted, whatever the release', () => {
  const usual: readonly ValueMap[] = [
    { kind: { deployment: { replicas: 3 } } },
    { podTemplate: { httpPort: 80, httpsPort: 80 } },
    {
      podTemplate: { resources: { requests: { cpu: '250m', memory: '512Mi' } } },
      kind: { deployment: { replicas: 0 } },
    },
    { podTemplate: { extraAnnotations: { 'example.com/cluster': 'eu-1', owner: 'https://example.com' } } },
  ];
  for (const [index, release] of releases.entries()) {
    const gatewayProxy = usual[index % usual.length];
    if (index % 23 !== 0 || gatewayProxy === undefined) continue;
    const values = { gatewayProxies: { gatewayProxy } };
    assert.equal(setsObjects(values), false);
    const { problems } = validateValues({ values, chartVersion: release });
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
      release,
    );
  }
});

const annotations = (count: number): string =>
  `{podTemplate: {extraAnnotations: {${Array.from({ length: count }, (_, at) => `a${at}: b`).join(', ')}}}}`;

test('what is looked at, at its bounds', () => {
  const looked: Readonly<Record<string, boolean>> = {
    ...{ '{kind: {deployment: {replicas: 999}}}': false, '{kind: {deployment: {replicas: 1000}}}': true },
    ...{ '{kind: {deployment: {replicas: 0.5}}}': true, '{kind: {}}': false, '{kind: []}': true },
    ...{ '{podTemplate: {httpPort: 0}}': true, '{podTemplate: {httpPort: 1}}': false },
    ...{ '{podTemplate: {httpsPort: 65535}}': false, '{podTemplate: {httpsPort: 65536}}': true },
    ...{ '{podTemplate: {httpsPort: 1.5}}': true, '{podTemplate: {httpsPort: "80"}}': true },
    ...{ '{podTemplate: {resources: {requests: {cpu: 2}}}}': false },
    ...{ '{podTemplate: {resources: {requests: {cpu: "123456m"}}}}': false },
    ...{ '{podTemplate: {resources: {requests: {cpu: "1234567m"}}}}': true },
    ...{ '{podTemplate: {resources: {requests: {memory: x1Gi}}}}': true },
    ...{ '{podTemplate: {resources: {requests: {memory: 1Gix}}}}': true },
    ...{ [annotations(99)]: false, [annotations(100)]: true, '{podTemplate: {extraAnnotations: [a]}}': true },
    ...{ [`{podTemplate: {extraAnnotations: {a: ${'b'.repeat(999)}}}}`]: false },
    ...{ [`{podTemplate: {extraAnnotations: {a: ${'b'.repeat(1000)}}}}`]: true },
    ...{ '{podTemplate: {extraAnnotations: {a: b, c: 1}}}': true, '{readConfig: true}': false },
  };
  for (const [text, isLooked] of Object.entries(looked))
    assert.equal(setsObjects({ gatewayProxies: { gatewayProxy: load(text) as ValueMap } }), isLooked, text);
  assert.ok(setsObjects({ gatewayProxies: { other: {} } }));
  assert.ok(setsObjects({ global: { additionalLabels: {} } }));
  assert.ok(setsObjects({ global: { istioIntegration: { istioSidecarRevTag: 'a' } } }));
  assert.equal(setsObjects({ global: { istioIntegration: { enabled: true } } }), false);
});

test('which values reach a bootstrap', () => {
  const ofProxy = ['accessLogger', 'k8s', 'settings'].map((key): ValueMap => ({ [key]: {} }));
  for (const values of [...ofProxy, { gloo: { deployment: {} } }, { global: { glooStats: {} } }])
    assert.ok(setsBootstrap(values), JSON.stringify(values));
  for (const key of ['configMap', 'stats', 'tracing', 'xdsServicePort', 'loopBackAddress'])
    assert.ok(setsBootstrap({ gatewayProxies: { a: 5, b: { [key]: null } } }), key);
  for (const values of [{}, { gloo: {} }, { global: {} }, { gatewayProxies: { a: { podTemplate: {} }, b: 5 } }])
    assert.equal(setsBootstrap(values as ValueMap), false, JSON.stringify(values));
});

for (const values of [
  '{kind: {deployment: {replicas: -1}}}',
  '{kind: {deployment: {replicas: "3"}}}',
  '{kind: {deployment: ~}}',
  '{kind: {daemonSet: {}}}',
  '{podTemplate: {httpPort: 70000}}',
  '{podTemplate: {resources: {limits: {cpu: 1}}}}',
  '{podTemplate: {resources: {requests: {cpu: 1 core}}}}',
  '{podTemplate: {extraAnnotations: {a: "true"}}}',
  '{podTemplate: {extraAnnotations: {"a b": c}}}',
  '{podTemplate: {extraAnnotations: {constructor: 1}}}',
  '{podTemplate: {constructor: a}}',
])
  test(`an object with ${values} is looked at`, () => {
    assert.ok(setsObjects({ gatewayProxies: { gatewayProxy: load(values) as ValueMap } }));
  });
