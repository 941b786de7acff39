/**
 * What users with a problem were not told before, case by case: public reports that concern hints and single
 * messages for one cause.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Problem, renderGatewayProxies, type ValidateOptions, validateValues } from '../../src/index.ts';
import { isMap } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { exampleCodes, readExample } from '../support/rule-examples.ts';

const problemsOf = (text: string, chartVersion: string, more: ValidateOptions = {}): readonly Problem[] =>
  validateValues({ values: [{ name: 'values.yaml', text }], chartVersion, ...more }).problems;
const codesOf = (problems: readonly Problem[]): string[] => problems.map(({ code, path }) => `${code} ${path ?? ''}`);
const proxy = 'gatewayProxies.gatewayProxy';

test('A09, B22: no hint to label the namespace while its Jobs would be injected', () => {
  const asked = 'global: {istioIntegration: {labelInstallNamespace: true, whitelistDiscovery: true}}';
  for (const release of ['1.11.27', '1.12.12', '1.13.0-beta11']) {
    const found = problemsOf(asked, release).find(({ code }) => code === 'namespace-not-labelled');
    assert.match(
      found?.hint ?? '',
      /^Remove it.* Do not label the namespace: the chart’s Jobs would get a sidecar/,
      release,
    );
    assert.doesNotMatch(found?.hint ?? '', /kubectl/, release);
  }
  for (const release of ['1.9.27', '1.10.38', '1.11.34', '1.12.13', '1.13.0', '1.22.1']) {
    const found = problemsOf(asked, release).find(({ code }) => code === 'namespace-not-labelled');
    assert.match(found?.hint ?? '', /kubectl label namespace gloo-system/, release);
  }
  const made = problemsOf(`${asked}\nnamespace: {create: true}\n`, '1.11.27');
  assert.ok(made.some(({ code }) => code === 'jobs-never-end'));
});

test('A27, B19: for what --set splits, the hint names the option that does not', () => {
  const hintOf = (...set: string[]): string | undefined =>
    problemsOf('', '1.17.3', { set }).find(({ severity }) => severity !== 'info')?.hint;
  const annotations = `${proxy}.podTemplate.extraAnnotations`;
  assert.equal(
    hintOf(`${annotations}.prometheus.io/scrape=false`),
    `Put a backslash before each dot of the key: --set '${annotations}.prometheus\\.io/scrape=false'.`,
  );
  assert.equal(
    hintOf(`${annotations}={"a":"b","c":"d"}`),
    `Give the map as JSON: --set-json '${annotations}={"a":"b","c":"d"}'.`,
  );
  assert.equal(
    hintOf(`${annotations}={"a":{"b":"c"},"d":"e"}`),
    `use --set-json '${annotations}={"a":{"b":"c"},"d":"e"}'`,
  );
  assert.equal(hintOf(`${annotations}.a=b,c`), `use --set-literal '${annotations}.a=b,c'`);
});

test('A28: an unusable value is reported once', () => {
  const text = `gatewayProxies:
  gatewayProxy:
    podTemplate: ""
    gatewaySettings: true
    service: null
`;
  const problems = problemsOf(text, '1.17.3');
  assert.deepEqual(codesOf(problems), [
    `wrong-type ${proxy}.podTemplate`,
    `wrong-type ${proxy}.gatewaySettings`,
    `null-map ${proxy}.service`,
  ]);
});

test('A47: enabled is not renamed to what means the opposite', () => {
  const hintOf = (value: string): string | undefined =>
    problemsOf(`gatewayProxies: {gatewayProxy: {enabled: ${value}}}`, '1.19.0').find(
      ({ code }) => code === 'unknown-value',
    )?.hint;
  assert.equal(hintOf('true'), 'Remove it: a proxy is there unless disabled is true.');
  assert.equal(hintOf('false'), 'Set disabled: true instead.');
});

test('A51: what is quoted is quoted as it was written', () => {
  const image = (tag: string): string => `gatewayProxies: {gatewayProxy: {podTemplate: {image: {tag: ${tag}}}}}`;
  for (const tag of ['1.20', '1e3', '0x10', '1_000', '12345678901234567', '-1.50', 'true', '1.0']) {
    const found = problemsOf(image(tag), '1.17.3');
    assert.deepEqual(
      found.map(({ path, hint }) => [path, hint]),
      [[`${proxy}.podTemplate.image.tag`, `Quote it: ${JSON.stringify(tag)}.`]],
    );
  }
  const given = (more: ValidateOptions): string | undefined =>
    problemsOf('', '1.17.3', more).find(({ code }) => code === 'loose-type' || code === 'not-a-truth-value')?.hint;
  const mesh = `${proxy}.istioMetaClusterId`;
  assert.equal(given({ set: [`${mesh}=123`] }), `Quote it: --set-string ${mesh}=123.`);
  assert.equal(given({ setJson: [`${mesh}=1.50`] }), `Quote it: --set ${mesh}=1.50.`);
  assert.equal(
    given({ values: [{ gatewayProxies: { gatewayProxy: { istioMetaClusterId: 123 as never } } }] }),
    'Quote it: "123".',
  );
  const port = `${proxy}.podTemplate.httpPort`;
  assert.equal(given({ setString: [`${port}=8080`] }), `Give it as a number: --set ${port}=8080.`);
  assert.equal(
    given({ setString: [`${proxy}.disabled=false`] }),
    `Give it as a boolean: --set ${proxy}.disabled=false.`,
  );
});

test('E01: characters that only look like blanks, and unfilled placeholders, are reported as such and nothing else', () => {
  const nbsp = 'global:\n\u00a0\u00a0istioSDS:\n\u00a0\u00a0\u00a0\u00a0enabled: true\n';
  assert.deepEqual(
    problemsOf(nbsp, '1.18.11').map(({ code }) => code),
    ['odd-blank'],
  );
  assert.match(
    problemsOf('gatewayProxies:\n  gatewayProxy:\u00a0\n    readConfig: true\n', '1.18.11')[0]?.message ?? '',
    /U\+00A0/,
  );
  const open = `global: {image: {registry: "$\{registry}"}}
gatewayProxies:
  gatewayProxy:
    istioMetaMeshId: $MESH
    kind: {deployment: {replicas: <REPLICAS>}}
    podTemplate: {nodeName: "{{ .Values.node }}"}
`;
  assert.deepEqual(codesOf(problemsOf(open, '1.18.11')), [
    'unsubstituted-variable global.image.registry',
    `unsubstituted-variable ${proxy}.istioMetaMeshId`,
    `unsubstituted-variable ${proxy}.kind.deployment.replicas`,
    `unsubstituted-variable ${proxy}.podTemplate.nodeName`,
  ]);
});

test('what should have been filled in is named once, at its place, and nothing that follows from it', () => {
  const words = [
    ...[
      '$' + '{VAR}',
      '$' + '{env.TAG}',
      '$' + '{VAR:-x}',
      '$' + '{{ secrets.TAG }}',
      '$(TAG)',
      '$(Build.BuildId)',
      '$((TAG))',
      '$[var.x]',
      '$TAG',
    ],
    ...[
      '{{ .Values.x }}',
      '{{ tag }}',
      '{{ requiredEnv "TAG" }}',
      '<REPLACE_ME>',
      '<your-tag>',
      '<<TAG>>',
      '[[TAG]]',
      '((tag))',
    ],
    ...['__TAG__', '@TAG@', '%TAG%', '#{TAG}#', 'CHANGEME', 'REPLACE_ME', 'TODO'],
  ];
  for (const path of ['global.image.registry', `${proxy}.podTemplate.image.tag`, `${proxy}.kind.deployment.replicas`]) {
    for (const word of words) {
      const text = path.split('.').reduceRight((inner, step) => `{${step}: ${inner}}`, JSON.stringify(word));
      assert.deepEqual(codesOf(problemsOf(text, '1.17.3')), [`unsubstituted-variable ${path}`], word);
    }
  }
  // Kubernetes, Envoy and agents expand these.
  const meant = `gatewayProxies:
  gatewayProxy:
    kind: {deployment: {customEnv: [{name: A, value: "$(POD_NAME)"}]}}
    podTemplate: {extraAnnotations: {a: "{{ .Data.x }}"}}
    gatewaySettings: {accessLoggingService: {accessLog: [{fileSink: {path: /dev/stdout, jsonFormat: {a: "%PROTOCOL%"}}}]}}
`;
  assert.deepEqual(codesOf(problemsOf(meant, '1.17.3')), []);
});

test('names of other charts lead to the right ones, with all that they need there', () => {
  for (const [release, place, key, value, hint] of otherNames) {
    const text = [...place.split('.'), key].reduceRight(
      (inner, step) => (step === '' ? inner : `{${step}: ${inner}}`),
      value,
    );
    const found = problemsOf(text, release).find(({ code }) => code === 'unknown-value');
    assert.equal(found?.hint?.replaceAll(proxy, 'PROXY'), hint, `${release} ${place} ${key}`);
  }
});

const since = '>=1.11.46 <1.12.0-0 || >=1.12.39 <1.13.0-0 || >=1.13.1 <1.14.0-0 || >=1.14.0-beta3';
const otherNames: readonly (readonly [
  release: string,
  place: string,
  key: string,
  value: string,
  hint: string | undefined,
])[] = [
  ['1.18.5', proxy, 'labels', '{a: b}', 'Did you mean PROXY.podTemplate.extraGatewayProxyLabels?'],
  ['1.18.5', proxy, 'env', '[{name: A, value: b}]', 'Did you mean PROXY.kind.deployment.customEnv?'],
  ['1.18.5', proxy, 'env', '{A: b}', 'Write PROXY.kind.deployment.customEnv: [{"name":"A","value":"b"}] instead.'],
  [
    '1.5.0',
    proxy,
    'hpa',
    '{maxReplicas: 3}',
    'Did you mean PROXY.horizontalPodAutoscaler? The chart has it in >=1.7.0-beta21.',
  ],
  [
    '1.22.1',
    proxy,
    'autoscaling',
    '{enabled: true, maxReplicas: 3}',
    'Write PROXY.horizontalPodAutoscaler: {"maxReplicas":3} instead. Then: Set apiVersion: autoscaling/v2. Set PROXY.podTemplate.resources.requests.cpu: 100m. Set kind.deployment.replicas: null.',
  ],
  ['1.18.5', proxy, 'pdb', '{maxUnavailable: 1}', 'Did you mean PROXY.podDisruptionBudget?'],
  // Not every release that lists it reads it.
  [
    '1.14.10',
    proxy,
    'priorityClassName',
    'high',
    'Did you mean PROXY.kubeResourceOverride.spec.template.spec.priorityClassName?',
  ],
  ['1.18.5', proxy, 'priorityClassName', 'high', 'Did you mean PROXY.kind.deployment.priorityClassName?'],
  [
    '1.18.5',
    `${proxy}.service`,
    'loadBalancerClass',
    'x',
    'Did you mean PROXY.service.kubeResourceOverride.spec.loadBalancerClass?',
  ],
  ['1.18.5', `${proxy}.service`, 'annotations', '{a: b}', 'Did you mean PROXY.service.extraAnnotations?'],
  [
    '1.18.5',
    `${proxy}.podTemplate`,
    'hostname',
    'x',
    'Did you mean PROXY.kubeResourceOverride.spec.template.spec.hostname?',
  ],
  ['1.18.5', '', 'replicaCount', '3', 'Did you mean PROXY.kind.deployment.replicas?'],
  ['1.18.5', '', 'nodeSelector', '{a: b}', 'Did you mean PROXY.podTemplate.nodeSelector?'],
  ['1.18.5', 'global', 'imageRegistry', 'quay.io/x', 'Did you mean global.image.registry?'],
  [
    '1.18.5',
    proxy,
    'image',
    'quay.io/x/y:1',
    'Write PROXY.podTemplate.image: {"registry":"quay.io/x","repository":"y","tag":"1"} instead.',
  ],
  ['1.18.5', proxy, 'imagePullSecrets', '[{name: a}]', 'Write PROXY.podTemplate.image.pullSecret: a instead.'],
  [
    '1.18.5',
    proxy,
    'imagePullSecrets',
    '[{name: a}, {name: b}]',
    'The chart has PROXY.podTemplate.image.pullSecret for it, which takes a single value.',
  ],
  [
    '1.11.30',
    proxy,
    'sidecars',
    '[{name: a, image: "b:1"}]',
    `Did you mean PROXY.podTemplate.extraContainers? The chart has it in ${since}.`,
  ],
  ['1.18.5', proxy, 'useDaemonSet', 'true', 'Write PROXY.kind.daemonSet: {} instead. Then: Set kind.deployment: null.'],
  [
    '1.18.5',
    proxy,
    'serviceAccount',
    '{annotations: {a: b}}',
    'Write gateway.proxyServiceAccount: {"extraAnnotations":{"a":"b"}} instead.',
  ],
  ['1.18.5', proxy, 'nodePort', '30000', undefined],
  [
    '1.18.5',
    proxy,
    'sds',
    '{enabled: true}',
    'Did you mean global.istioSDS? Then: Use global.istioIntegration.enabled, which also turns on the integration in Gloo’s Settings.',
  ],
];

test('what is set in the right place, too, is not moved there', () => {
  const text = `gatewayProxies: {gatewayProxy: {replicaCount: 3, kind: {deployment: {replicas: 2}}}}`;
  const [found] = problemsOf(text, '1.18.5');
  assert.equal(found?.hint, `Remove it: ${proxy}.kind.deployment.replicas is set, too.`);
});

test('a value for another place is written as it was given', () => {
  const hintOf = (options: ValidateOptions): string | undefined =>
    problemsOf('', '1.18.5', options).find(({ code }) => code === 'unknown-value')?.hint;
  assert.equal(hintOf({ set: [`${proxy}.imageTag[0]=v1`] }), `Write --set ${proxy}.podTemplate.image.tag=v1 instead.`);
  assert.equal(
    hintOf({ setJson: [`${proxy}.env={"A":"b"}`] }),
    `Write --set-json '${proxy}.kind.deployment.customEnv=[{"name":"A","value":"b"}]' instead.`,
  );
  const [found] = validateValues({
    values: [{ name: 'values.yaml', text: `gloo: {${proxy.replace('.', ': {')}: {env: {A: b}}}}` }],
    partialOf: ['gloo'],
    chartVersion: '1.18.5',
  }).problems;
  assert.equal(found?.hint, `Write gloo.${proxy}.kind.deployment.customEnv: [{"name":"A","value":"b"}] instead.`);
});

test('what is still to do at the other place is written as the value was given', () => {
  for (const [set, rest] of [
    [{ setString: [`${proxy}.daemonSet.hostPort=true`] }, `Use --set ${proxy}.kind.deployment=null.`],
    [
      { set: [`${proxy}.replicaCount.a=5`, `${proxy}.autoscaling.maxReplicas=3`] },
      `Use --set ${proxy}.horizontalPodAutoscaler.apiVersion=autoscaling/v2. Use --set ${proxy}.podTemplate.resources.requests.cpu=100m. Use --set ${proxy}.kind.deployment.replicas=0, which this chart leaves out.`,
    ],
    [{ setJson: [`${proxy}.imageTag=5`] }, `Quote it: --set-string ${proxy}.podTemplate.image.tag=5.`],
  ] as const)
    assert.ok(
      problemsOf('', '1.18.5', set as ValidateOptions).some(({ hint }) => hint?.endsWith(` Then: ${rest}`)),
      JSON.stringify(problemsOf('', '1.18.5', set as ValidateOptions).map(({ hint }) => hint)),
    );
});

test('integers in maps and lists of options are written as they were given', () => {
  const [found] = problemsOf('', '1.18.5', { set: [`${proxy}.podTemplate.nodeSelector[0].a=9007199254740991`] });
  assert.equal(
    found?.hint,
    `Write it as a map: --set-json '${proxy}.podTemplate.nodeSelector={"a":9007199254740991}'.`,
  );
});

test('E01: keys for anchors are not values', () => {
  assert.deepEqual(
    codesOf(
      problemsOf('x-common: &c {probes: true}\ngatewayProxies: {gatewayProxy: {podTemplate: {<<: *c}}}', '1.18.5'),
    ),
    [],
  );
  assert.deepEqual(codesOf(problemsOf('common: &c {probes: true}', '1.18.5')), ['unknown-value common']);
});

test('A20: the message of an extension is recognised by its name and its fields', () => {
  const manager = (text: string): string =>
    `gatewayProxies: {gatewayProxy: {envoyOverloadManager: {enabled: true, buffer_factory_config: {minimum_account_to_track_power_of_two: 20}, resourceMonitors: [${text}]}}}`;
  const type = 'type.googleapis.com/envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig';
  for (const [text, hint] of [
    ['{name: envoy.resource_monitors.fixed_heap, typed_config: {max_heap_size_bytes: 1}}', `Add "@type": ${type}.`],
    ['{name: heap, typed_config: {max_heap_size_bytes: 1}}', `Add "@type": ${type}.`],
    ['{name: envoy.resource_monitors.fixed_heap, typed_config: {}}', `Add "@type": ${type}.`],
    ['{name: heap, typed_config: {}}', undefined],
    ['{name: envoy.resource_monitors.fixed_heap}', `Add typed_config: {"@type": "${type}"}.`],
  ] as const)
    assert.equal(
      problemsOf(manager(text), '1.18.5').find(({ code }) => code === 'invalid-bootstrap')?.hint,
      hint,
      text,
    );
});

test('A11: a list that replaces the chart’s, and what it lacks because of that, is one problem', () => {
  const text = `gatewayProxies: {gatewayProxy: {kubeResourceOverride: {spec: {template: {spec: {containers: [{name: gateway-proxy, env: []}]}}}}}}`;
  const [found, ...others] = problemsOf(text, '1.9.0');
  assert.deepEqual([found?.code, found?.severity, others], ['override-replaces-list', 'error', []]);
  assert.match(found?.message ?? '', /image is missing/);
  // Without the rules, the hint of what is missing names the cause.
  const { problems } = renderGatewayProxies({ values: [{ name: 'values.yaml', text }], chartVersion: '1.9.0' });
  assert.match(problems.find(({ severity }) => severity === 'error')?.hint ?? '', /^This list replaces the chart’s: /);
});

test('the release’s namespace is reported if YAML reads it as another type', () => {
  assert.ok(problemsOf('', '1.18.5', { namespace: '123' }).some(({ code }) => code === 'bare-name'));
});

test('a value of another shape: what is meant, in the shape that the chart takes', () => {
  const hintOf = (text: string): string | undefined =>
    problemsOf(text, '1.17.3').find(({ code }) => code === 'wrong-type')?.hint;
  for (const [text, hint] of [
    ['global: {istioSDS: true}', 'Write it as a map: istioSDS: {"enabled":true}.'],
    [
      `gatewayProxies: {gatewayProxy: {gatewaySettings: false}}`,
      'Write it as a map: gatewaySettings: {"enabled":false}.',
    ],
    ['gatewayProxies: {gatewayProxy: {kind: {deployment: true}}}', 'Write it as a map: deployment: {}.'],
    ['gatewayProxies: {gatewayProxy: {horizontalPodAutoscaler: true}}', undefined],
    [
      'gatewayProxies: [{edge: {readConfig: true}}]',
      'Write it as a map: gatewayProxies: {"edge":{"readConfig":true}}.',
    ],
    [
      'gatewayProxies: [{name: edge, readConfig: true}]',
      'Write it as a map: gatewayProxies: {"edge":{"readConfig":true}}.',
    ],
    ['gatewayProxies: [{readConfig: true}]', undefined],
    [
      'gatewayProxies: {gatewayProxy: {podTemplate: {nodeSelector: [{a: b}, {c: d}]}}}',
      'Write it as a map: nodeSelector: {"a":"b","c":"d"}.',
    ],
    [
      'gatewayProxies: {gatewayProxy: {extraVolumes: {name: a, emptyDir: {}}}}',
      'Write it as a list: extraVolumes: [{"name":"a","emptyDir":{}}].',
    ],
    ['gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: [3]}}}}', 'Write replicas: 3.'],
  ] as const)
    assert.equal(hintOf(text), hint, text);
  assert.equal(
    problemsOf('', '1.17.3', { set: ['global.istioIntegration=true'] })[0]?.hint,
    `Write it as a map: --set-json 'global.istioIntegration={"enabled":true}'.`,
  );
  assert.deepEqual(codesOf(problemsOf('gateway: true', '1.17.3')), ['wrong-type gateway']);
});

test('A50 and its like: output of Helm that is given as values is named, once', () => {
  const own = 'gatewayProxies: {gatewayProxy: {readConfig: true}}';
  for (const [text, severity, message] of [
    [`USER-SUPPLIED VALUES:\n${own}`, 'info', /printed by helm get values, and is not a value/],
    [`USER-SUPPLIED VALUES:\n  ${own}`, 'warning', /what is indented below it belongs to it and has no effect/],
    [`COMPUTED VALUES:\n${own}`, 'warning', /helm get values --all/],
    [
      `NAME: gloo\nLAST DEPLOYED: today\nSTATUS: deployed\nUSER-SUPPLIED VALUES:\n${own}`,
      'warning',
      /^NAME is printed by helm get all/,
    ],
  ] as const) {
    const [found, ...more] = problemsOf(text, '1.17.3');
    assert.equal(more.length, 0, text);
    assert.equal(found?.severity, severity, text);
    assert.match(found?.message ?? '', message, text);
  }
});

test('hints say how to set a value in the way in which the values were given', () => {
  const hintsOf = (...set: string[]): (string | undefined)[] =>
    problemsOf('', '1.15.10', { set }).map(({ hint }) => hint);
  assert.deepEqual(hintsOf(`${proxy}.kind.daemonSet.hostPort=true`), [`Use --set ${proxy}.kind.deployment=null.`]);
  assert.deepEqual(hintsOf(`${proxy}.useDaemonSet=true`), [
    `Write --set-json '${proxy}.kind.daemonSet={}' instead. Then: Use --set ${proxy}.kind.deployment=null.`,
  ]);
  // In every example of the rules, with all values in options.
  const inFile = /\b[Ss]et [\w.]+: (?!…)\S/;
  for (const code of exampleCodes()) {
    const { fails } = readExample(code);
    const { value } = readYaml({ name: code, text: fails.values });
    if (!isMap(value)) continue;
    const setJson = Object.entries(value).map(([key, one]) => `${key}=${JSON.stringify(one)}`);
    for (const { hint = '', path } of validateValues({ setJson, chartVersion: fails.release, ...fails.mesh }).problems)
      assert.doesNotMatch(hint, inFile, `${code} ${path}`);
  }
});

test('A51, E01 and their like: one value, one message, and a hint that leads somewhere', () => {
  const told = (text: string): string[] =>
    problemsOf(text, '1.17.3').map(({ code, severity, hint = '' }) => `${severity} ${code}: ${hint}`);
  const inProxy = (text: string): string => `gatewayProxies: {gatewayProxy: {${text}}}`;
  for (const [text, word] of [
    ['nodeName: on', 'on'],
    ['nodeName: 1.20', '1.20'],
    ['nodeName: 010', '010'],
  ])
    assert.deepEqual(told(inProxy(`podTemplate: {${text}}`)), [
      `error wrong-type: Put quotes into the value: nodeName: '"${word}"'.`,
    ]);
  assert.deepEqual(told(inProxy('kind: {deployment: {replicas: yes}}')), ['error wrong-type: ']);
  assert.deepEqual(told(inProxy('podTemplate: {runAsUser: 010101}')), [
    'warning octal-number: write 4161, or 10101 if it is not meant as octal',
  ]);
  const secret = '"ENC[AES256_GCM,data:x]"';
  assert.deepEqual(
    told(
      `sops: {mac: ${secret}}\nglobal: {image: {registry: ${secret}}}\n${inProxy(`kind: {deployment: {replicas: ${secret}}}`)}`,
    ),
    ['error unsubstituted-variable: Decrypt the file before Helm reads it (sops -d), or have helm secrets do it.'],
  );
});
