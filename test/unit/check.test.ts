import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { chartOf } from '../../src/chart/chart.ts';
import { releases } from '../../src/chart/releases.ts';
import { errorsBySchema } from '../../src/schema/check-object.ts';
import { kubernetesSchemaOf } from '../../src/schema/kubernetes.ts';
import type { Value, ValueMap } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { type Answer, hasAnswers, readAnswers, readCases, readClasses, verdictsOf } from '../parity/suite.ts';
import { valueProblems } from '../support/value-problems.ts';

function read(text: string): ValueMap {
  return (readYaml({ name: 'values.yaml', text }).value ?? {}) as ValueMap;
}

/** Problems in short form: severity, code, path, and what was probably meant. */
function found(text: string, release = '1.22.1'): string[] {
  return valueProblems(read(text), chartOf(release)).map(
    ({ severity, code, path, suggestion }) => `${severity} ${code} ${path}${suggestion ? ` → ${suggestion}` : ''}`,
  );
}

test('the default values of every release have no problem', () => {
  for (const release of releases) {
    const chart = chartOf(release);
    assert.deepEqual(valueProblems(chart.defaults(), chart), [], release);
  }
});

test('for an unknown key the intended one is suggested, at any depth', () => {
  const cases: readonly [text: string, suggestion: string][] = [
    ['istioSDS: {}', 'global.istioSDS'],
    ['global: {istioSds: {}}', 'global.istioSDS'],
    ['global: {customSidecars: []}', 'global.istioSDS.customSidecars'],
    ['gatewayProxies: {gatewayProxy: {httpPort: 1}}', 'gatewayProxies.gatewayProxy.podTemplate.httpPort'],
    ['gatewayProxies: {edge: {replicas: 2}}', 'gatewayProxies.edge.kind.deployment.replicas'],
    ['gatewayProxies: {edge: {podTemplate: {affinity: {}}}}', 'gatewayProxies.edge.affinity'],
    ['gatewayProxy: {}', 'gatewayProxies.gatewayProxy'],
    ['global: {glooMtls: {sds: {resources: {}}}}', 'global.glooMtls.sdsResources'],
    ['gatewayProxies: {a: {podTemplate: {annotations: {}}}}', 'gatewayProxies.a.podTemplate.extraAnnotations'],
    ['gatewayProxies: {a: {podTemplate: {volumes: []}}}', 'gatewayProxies.a.extraVolumes'],
    ['gatewayProxies: {a: {loopbackAddress: localhost}}', 'gatewayProxies.a.loopBackAddress'],
  ];
  for (const [text, suggestion] of cases) {
    const [first] = valueProblems(read(text), chartOf('1.22.1'));
    assert.deepEqual(
      [first?.code, first?.severity, first?.at, first?.suggestion],
      ['unknown-value', 'warning', 'key', suggestion],
      text,
    );
  }
});

test('nothing is suggested where nothing is near; global may hold what other charts share', () => {
  assert.deepEqual(found('whatever: 1'), ['warning unknown-value whatever']);
  assert.deepEqual(found('global: {storageClass: fast}'), ['info unknown-value global.storageClass']);
  assert.deepEqual(found('constructor: 1\n__proto__: {a: 1}\ntoString: {}'), [
    'warning unknown-value constructor',
    'warning unknown-value __proto__',
    'warning unknown-value toString',
  ]);
});

test('a value of another release says which releases have it', () => {
  const text = 'gatewayProxies: {edge: {podTemplate: {podSecurityContext: {mergePolicy: helm-merge}}}}';
  assert.deepEqual(found(text, '1.14.5'), []);
  const [early] = valueProblems(read('global: {istioIntegration: {enabled: true}}'), chartOf('1.16.0'));
  assert.equal(early?.code, 'value-of-another-release');
  assert.match(early?.message ?? '', /since 1\.17\.0-rc1, so 1\.16\.0 ignores it/);
  const [late] = valueProblems(read('crds: {create: true}'), chartOf('1.22.1'));
  assert.match(late?.message ?? '', /until 1\.8\.0-beta11/);
  assert.deepEqual(found('gatewayProxies: {edge: {logLevel: debug}}', '1.20.0'), [
    'warning value-of-another-release gatewayProxies.edge.logLevel → gatewayProxies.edge.envoyLogLevel',
  ]);
});

test('some values work before the chart lists them', () => {
  assert.deepEqual(found('gatewayProxies: {edge: {istioMetaClusterId: c1}}', '1.7.10'), []);
  assert.deepEqual(found('gatewayProxies: {edge: {istioMetaClusterId: c1}}', '1.5.0'), [
    'warning value-of-another-release gatewayProxies.edge.istioMetaClusterId',
  ]);
});

test('for a value that no template reads, the right place is suggested', () => {
  assert.deepEqual(found('gatewayProxies: {edge: {kind: {deployment: {nodeSelector: {a: b}}}}}', '1.20.0'), [
    'warning ignored-value gatewayProxies.edge.kind.deployment.nodeSelector → gatewayProxies.edge.podTemplate.nodeSelector',
  ]);
});

test('deprecated values still work; the chart’s own default is not reported', () => {
  assert.deepEqual(found('global: {istioSDS: {enabled: true}}', '1.16.0'), []);
  assert.deepEqual(found('global: {istioSDS: {enabled: true}}', '1.17.0'), [
    'warning deprecated-value global.istioSDS.enabled → global.istioIntegration.enabled',
  ]);
  assert.deepEqual(found('global: {istioSDS: {enabled: false}}', '1.17.0'), []);
});

test('what Helm accepts and the chart renders properly is not an error', () => {
  assert.deepEqual(
    found('gatewayProxies: {a: {kind: {deployment: {replicas: "3"}}, podTemplate: {extraAnnotations: {order: 5}}}}'),
    [
      'info loose-type gatewayProxies.a.kind.deployment.replicas',
      'info loose-type gatewayProxies.a.podTemplate.extraAnnotations.order',
    ],
  );
  assert.deepEqual(found('gatewayProxies: {a: {podTemplate: {extraAnnotations: {order: 12345678, ok: null}}}}'), [
    'warning loose-type gatewayProxies.a.podTemplate.extraAnnotations.order',
  ]);
});

test('every text is true to the chart', () => {
  const [problem, ...others] = valueProblems(read('gatewayProxies: {a: {readConfig: "false"}}'), chartOf('1.22.1'));
  assert.deepEqual(others, []);
  assert.deepEqual([problem?.code, problem?.severity], ['not-a-truth-value', 'warning']);
  assert.match(problem?.message ?? '', /turns readConfig on/);
  assert.deepEqual(found('gatewayProxies: {a: {readConfig: "true"}, b: {readConfig: 1}, c: {readConfig: ""}}'), [
    'info loose-type gatewayProxies.a.readConfig',
    'warning not-a-truth-value gatewayProxies.b.readConfig',
  ]);
});

test('types that no template can print are errors', () => {
  assert.deepEqual(
    found(
      'gatewayProxies: {a: {kind: {deployment: {replicas: many}}, podTemplate: [], service: {type: Loadbalancer}}}',
    ),
    [
      'error wrong-type gatewayProxies.a.kind.deployment.replicas',
      'error wrong-type gatewayProxies.a.podTemplate',
      'error unknown-choice gatewayProxies.a.service.type',
    ],
  );
  assert.deepEqual(found('global: 5\ndiscovery: {enabled: true, deployment: {replicas: 1.5}}'), [
    'error wrong-type global',
    'error wrong-type discovery.deployment.replicas',
  ]);
});

test('a text that means nothing is a warning where nothing refuses it', () => {
  assert.deepEqual(found('gatewayProxies: {a: {envoyLogLevel: verbose}}'), [
    'warning unknown-choice gatewayProxies.a.envoyLogLevel',
  ]);
});

test('what Kubernetes gives the shape of is checked as Kubernetes does', () => {
  const text = `global:
  istioIntegration: {enabled: true}
  istioSDS:
    customSidecars:
    - name: istio-proxy
      image: proxyv2
      imagePullPolicy: ifNotPresent
      env: [{name: A, value: 1}, {nam: B}]
      ports: [{containerPort: "80"}, {containerPort: 99999}]
      resources: {limits: {cpu: 1, memory: 64MB, tpus: 1, nvidia.com/gpu: 1}}
      readinessProbe: {httpGet: {port: http, path: null}}
      volumeMount: []
    - {name: x}
    - just text
`;
  const at = 'global.istioSDS.customSidecars';
  assert.deepEqual(found(text).sort(), [
    `error missing-value ${at}[0].env[1]`,
    `error missing-value ${at}[1]`,
    `error out-of-range ${at}[0].ports[1].containerPort`,
    `error unknown-choice ${at}[0].imagePullPolicy`,
    `error unknown-field ${at}[0].env[1].nam → ${at}[0].env[1].name`,
    `error unknown-field ${at}[0].resources.limits.tpus`,
    `error unknown-field ${at}[0].volumeMount → ${at}[0].volumeMounts`,
    `error wrong-type ${at}[0].env[0].value`,
    `error wrong-type ${at}[0].ports[0].containerPort`,
    `error wrong-type ${at}[0].resources.limits.memory`,
    `error wrong-type ${at}[2]`,
  ]);
});

test('what does not reach a cluster is not an error', () => {
  const sidecars = 'customSidecars: [{name: x, image: img, foo: 1}]';
  assert.deepEqual(found(`global: {istioSDS: {${sidecars}}}`, '1.5.0'), [
    'warning unknown-field global.istioSDS.customSidecars[0].foo',
  ]);
  assert.deepEqual(found(`global: {istioSDS: {enabled: true, ${sidecars}}}`, '1.5.0'), [
    'error unknown-field global.istioSDS.customSidecars[0].foo',
  ]);
  assert.deepEqual(found('gatewayProxies: {a: {disabled: true, extraVolumes: [{name: 1}]}}'), [
    'warning wrong-type gatewayProxies.a.extraVolumes[0].name',
  ]);
});

test('what the chart adds to a type of Kubernetes belongs to it', () => {
  const context = (policy: string) =>
    `gatewayProxies: {a: {podTemplate: {glooContainerSecurityContext: {runAsUser: 1, ${policy}: no-merge}}}}`;
  assert.deepEqual(found(context('mergePolicy')), []);
  assert.deepEqual(found(context('mergepolicy')), [
    'error unknown-field gatewayProxies.a.podTemplate.glooContainerSecurityContext.mergepolicy → gatewayProxies.a.podTemplate.glooContainerSecurityContext.mergePolicy',
  ]);
});

test('null removes a default and is valid; integers of --set are numbers', () => {
  assert.deepEqual(
    found(
      'gatewayProxies: {gatewayProxy: {kind: {deployment: null, daemonSet: {hostPort: true}}, tracing: null}}\nsettings: null',
    ),
    [],
  );
  const values: ValueMap = {
    gatewayProxies: {
      a: { podTemplate: { httpPort: 8081n, extraPorts: [{ containerPort: 9000n }] }, extraVolumes: [{ name: 5n }] },
    },
  };
  assert.deepEqual(
    valueProblems(values, chartOf('1.22.1')).map(({ code, path }) => `${code} ${path}`),
    ['wrong-type gatewayProxies.a.extraVolumes[0].name'],
  );
});

const skip = hasAnswers ? false : 'the recorded answers are not beside this checkout';

test('no recorded case gets an error unless the real chart, Kubernetes or Envoy refuses it', {
  skip,
  timeout: 120_000,
}, (context) => {
  const cases = readCases().map(({ id, files }) => ({ id, values: read(files.at(-1) ?? '') }));
  // Half of the cases of every fourth class: all of them take ten seconds.
  const [classStep, caseStep] = process.env['GLISTIO_EXHAUSTIVE'] ? [1, 1] : [4, 2];
  let asked = 0;
  const wrong: string[] = [];
  readClasses().forEach(({ release }, position) => {
    if (position % classStep !== 0) return;
    const chart = chartOf(release);
    const answers = readAnswers(release);
    cases.forEach(({ id, values }, index) => {
      const answer = answers.get(id);
      if (answer === undefined || (index + position / classStep) % caseStep !== 0) return;
      asked++;
      const errors = valueProblems(values, chart).filter(({ severity }) => severity === 'error');
      if (errors.length > 0 && verdictsOf(JSON.parse(answer) as Answer).length === 0)
        wrong.push(...errors.map(({ path, message }) => `${release} ${id}: ${path}: ${message}`));
    });
  });
  context.diagnostic(`${asked} cases`);
  assert.deepEqual(wrong, []);
});

test('values of Kubernetes’ types are refused where ajv refuses them, with its errors', () => {
  const { definitions, roots } = JSON.parse(readFileSync('schema/kubernetes.json', 'utf8')) as {
    readonly definitions: Readonly<Record<string, object>>;
    readonly roots: readonly string[];
  };
  const ajv = new Ajv({ allErrors: true, strict: false });
  ajv.addSchema({ $id: 'kubernetes', definitions });
  const junk: readonly Value[] = [null, 1, 1.5, 'text', true, [], {}, [{}], { a: 1 }, ['x'], { 'x/~y': ' 1' }];
  const keys = [
    ...new Set(
      Object.values(definitions).flatMap((one) => Object.keys((one as { properties?: object }).properties ?? {})),
    ),
  ];
  for (const name of roots) {
    const isValid = ajv.getSchema(`kubernetes#/definitions/${name}`);
    assert.ok(isValid, name);
    const samples = [...junk, ...keys.flatMap((key) => junk.map((value) => ({ [key]: value })))];
    for (const sample of samples) {
      const ours = errorsBySchema(kubernetesSchemaOf(name), sample, '');
      assert.equal(ours.length === 0, isValid(sample), `${name} ${JSON.stringify(sample)}`);
      const short = (errors: readonly { instancePath: string; keyword: string; params: object }[] | null | undefined) =>
        (errors ?? []).map(({ instancePath, keyword, params }) => ({ instancePath, keyword, params }));
      assert.deepEqual(short(ours), short(isValid.errors), `${name} ${JSON.stringify(sample)}`);
    }
  }
});
