/** Values of the wrong type that an override replaces, or that are printed nowhere, stop nothing; those that make Helm fail do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderGatewayProxies, validateValues } from '../../src/index.ts';
import type { Problem } from '../../src/problem.ts';
import { valueAt } from '../../src/value.ts';

const newest = '1.22.1';

function requestFor(fields: string, chartVersion = newest) {
  const text = fields.startsWith('gatewayProxies') ? fields : `gatewayProxies: {gatewayProxy: {${fields}}}`;
  return { values: [{ name: 'v', text }], chartVersion };
}

/** The errors that stop a rendering, which a check reports, too. */
function errorsOf(fields: string, chartVersion?: string): string[] {
  const request = requestFor(fields, chartVersion);
  const errorsIn = (problems: readonly Problem[]): string[] =>
    problems.flatMap(({ severity, code, path = '' }) =>
      severity === 'error' ? [`${code} ${path.replace('gatewayProxies.gatewayProxy.', '')}`] : [],
    );
  const [rendered, validated] = [renderGatewayProxies, validateValues].map((verb) => errorsIn(verb(request).problems));
  assert.deepEqual(
    rendered?.filter((error) => !validated?.includes(error)),
    [],
  );
  assert.equal(validated?.length === 0, rendered?.length === 0);
  return rendered ?? [];
}

const containers = 'spec: {template: {spec: {containers: [{name: gateway-proxy, image: "a/b:c"}]}}}';
const labels = 'metadata: {labels: {x: a}}';
const file = 'configMap: {kubeResourceOverride: {data: {envoy.yaml: "node: {id: a, cluster: b}"}}}';

/** A value, the override that replaces what it becomes, and the error without that. */
const replaced: readonly (readonly [value: string, override: string, error: string])[] = [
  [
    'kind: {deployment: {replicas: 1.5}}',
    'kubeResourceOverride: {spec: {replicas: 5}}',
    'wrong-type kind.deployment.replicas',
  ],
  [
    'kind: {deployment: {replicas: [1]}}',
    'kubeResourceOverride: {spec: {replicas: 5}}',
    'wrong-type kind.deployment.replicas',
  ],
  [
    'podTemplate: {httpPort: text}',
    `kubeResourceOverride: {${containers}}, service: {kubeResourceOverride: {spec: {ports: [{port: 80}]}}}, gatewaySettings: {enabled: false}`,
    'wrong-type podTemplate.httpPort',
  ],
  ['podTemplate: {resources: text}', `kubeResourceOverride: {${containers}}`, 'wrong-type podTemplate.resources'],
  [
    'podTemplate: {resources: {limit: {}}}',
    `kubeResourceOverride: {${containers}}`,
    'unknown-field podTemplate.resources.limit',
  ],
  [
    'podTemplate: {image: {pullPolicy: text}}',
    `kubeResourceOverride: {${containers}}`,
    'unknown-choice podTemplate.image.pullPolicy',
  ],
  [
    'podTemplate: {nodeName: 7}',
    'kubeResourceOverride: {spec: {template: {spec: {nodeName: one}}}}',
    'wrong-type podTemplate.nodeName',
  ],
  [
    'affinity: text',
    'kubeResourceOverride: {spec: {template: {spec: {affinity: {nodeAffinity: {}}}}}}',
    'wrong-type affinity',
  ],
  [
    'podTemplate: {tolerations: [text]}',
    'kubeResourceOverride: {spec: {template: {spec: {tolerations: [{operator: Exists}]}}}}',
    'wrong-type podTemplate.tolerations[0]',
  ],
  ['globalDownstreamMaxConnections: [1]', file, 'wrong-type globalDownstreamMaxConnections'],
  ['envoyStaticClusters: text', file, 'wrong-type envoyStaticClusters'],
  ['service: {httpPort: text', 'kubeResourceOverride: {spec: {ports: [{port: 80}]}}}', 'wrong-type service.httpPort'],
  [
    'horizontalPodAutoscaler: {apiVersion: autoscaling/v2, maxReplicas: 3, minReplicas: text',
    'kubeResourceOverride: {spec: {minReplicas: 1}}}',
    'wrong-type horizontalPodAutoscaler.minReplicas',
  ],
  [
    'podDisruptionBudget: {minAvailable: [1]',
    'kubeResourceOverride: {spec: {minAvailable: 1}}}',
    'wrong-type podDisruptionBudget.minAvailable',
  ],
];

for (const [value, override, error] of replaced)
  test(`${value} is replaced by ${override}`, () => {
    assert.deepEqual(errorsOf(`${value}, ${override}`), []);
    const [code, path] = error.split(' ');
    const { problems } = validateValues(requestFor(`${value}, ${override}`));
    const told = problems.filter((one) => one.code === code && one.path === `gatewayProxies.gatewayProxy.${path}`);
    assert.deepEqual(
      told.map(({ severity }) => severity),
      ['warning'],
    );
    // Another override replaces nothing; that of an object around the proxy is in the same map as the value.
    const isInside = value.split('{').length > value.split('}').length;
    const other = `kubeResourceOverride: {${labels}}${isInside ? '}' : ''}`;
    assert.ok(errorsOf(`${value}, ${other}`).includes(error));
  });

test('what an override replaces is not in the object', () => {
  const { manifests } = renderGatewayProxies(
    requestFor('kind: {deployment: {replicas: text}}, kubeResourceOverride: {spec: {replicas: 5}}'),
  );
  const object = manifests.find(({ kind }) => kind === 'Deployment')?.object;
  assert.equal(valueAt(object ?? {}, 'spec', 'replicas'), 5);
});

test('an override does not help where Helm fails before it is merged', () => {
  // Below its key, as far to the left: no YAML.
  const tolerations = 'kubeResourceOverride: {spec: {template: {spec: {tolerations: [{operator: Exists}]}}}}';
  assert.deepEqual(errorsOf(`podTemplate: {tolerations: text}, ${tolerations}`), [
    'wrong-type podTemplate.tolerations',
  ]);
  // Compared with strings.
  assert.deepEqual(errorsOf('service: {type: 5, kubeResourceOverride: {spec: {type: ClusterIP}}}'), [
    'wrong-type service.type',
  ]);
  assert.deepEqual(
    errorsOf('horizontalPodAutoscaler: {apiVersion: {a: b}, kubeResourceOverride: {apiVersion: autoscaling/v2}}'),
    ['wrong-type horizontalPodAutoscaler.apiVersion'],
  );
});

test('a stand-in that is not printed as a whole replaces nothing', () => {
  const errors = errorsOf(`customStaticLayer: text, configMap: {kubeResourceOverride: {${labels}}}`);
  assert.deepEqual(errors, ['wrong-type customStaticLayer']);
});

test('a value that ends the file in a ConfigMap is reported, although an override replaces that file', () => {
  const codes = (loopback: string): string[] =>
    renderGatewayProxies(
      requestFor(`loopBackAddress: ${loopback}, podTemplate: {probes: false}, ${file}`),
    ).problems.map(({ code }) => code);
  assert.ok(codes('"\\na"').includes('bare-text-breaks-yaml'));
  assert.ok(!codes('"[a"').includes('bare-text-breaks-yaml'));
});

test('values of a proxy without objects stop nothing', () => {
  for (const kind of ['{deployment: text}', '{daemonSet: [a]}', '{deployment: {replicas: text}}'])
    for (const release of ['1.9.30', '1.19.18'])
      assert.deepEqual(
        errorsOf(`gatewayProxies: {gatewayProxy: {disabled: true, kind: ${kind}}, edge: {}}`, release),
        [],
      );
});

test('configDumpService is read even if there is no such Service', () => {
  const values = 'disabled: true, service: {configDumpService: text}';
  assert.deepEqual(errorsOf(values, '1.19.18'), ['wrong-type service.configDumpService']);
  assert.deepEqual(errorsOf(values, '1.8.0-beta13'), []);
});
