/** One cause gives one message, at the value and with a hint that leads on; found by siblings of public reports. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ValidateOptions, validateValues } from '../../src/index.ts';

/** `code path ~ hint` of every warning and error. */
function told(chartVersion: string, options: ValidateOptions): string[] {
  const { problems } = validateValues({ chartVersion, ...options });
  return problems.flatMap(({ severity, code, path, hint }) =>
    severity === 'info' ? [] : [`${severity} ${code} ${path} ~ ${hint}`],
  );
}

const gateway = 'gatewayProxies.gatewayProxy';

test('a value of another shape: once, with what to write', () => {
  const tables: readonly (readonly [values: string, expected: readonly string[]])[] = [
    ['gatewayProxies: []', ['error wrong-type gatewayProxies ~ Write gatewayProxies: {}.']],
    ['gatewayProxies: {gatewayProxy: {kind: []}}', [`error wrong-type ${gateway}.kind ~ Write kind: {}.`]],
    [
      'gatewayProxies: {gatewayProxy: {kind: {deployment: "null", daemonSet: {}}}}',
      [`error wrong-type ${gateway}.kind.deployment ~ Write deployment: null.`],
    ],
    [
      'gatewayProxies: {gatewayProxy: {kind: {deployment: false, daemonSet: {hostPort: true}}}}',
      [`warning wrong-type ${gateway}.kind.deployment ~ Write deployment: null.`],
    ],
    [
      'gatewayProxies: {gatewayProxy: {kind: {deployment: null, daemonSet: {replicas: 3}}}}',
      [`warning unknown-value ${gateway}.kind.daemonSet.replicas ~ Remove it.`],
    ],
    // What the template only asks for if it is true.
    ['gatewayProxies: {gatewayProxy: {stats: ""}}', [`warning wrong-type ${gateway}.stats ~ Write stats: {}.`]],
    ['gatewayProxies: {gatewayProxy: {tracing: ""}}', [`warning wrong-type ${gateway}.tracing ~ Write tracing: {}.`]],
    ['global: ""', ['error wrong-type global ~ Write global: {}.']],
    [
      'global: {image: quay.io/solo-io}',
      ['error wrong-type global.image ~ Write it as a map: image: {"registry":"quay.io","repository":"solo-io"}.'],
    ],
    [
      'gatewayProxies: {gatewayProxy: {podTemplate: {image: null}}}',
      [`error missing-value ${gateway}.podTemplate.image ~ Give at least its repository, and its tag.`],
    ],
    [
      'gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: ２}}}}',
      [`error wrong-type ${gateway}.kind.deployment.replicas ~ Give it as a number: replicas: 2.`],
    ],
    [
      'global: {istioSDS: "enabled： true"}',
      ['error wrong-type global.istioSDS ~ Write it as a map: istioSDS: {"enabled":true}.'],
    ],
    [
      'gatewayProxies: {gatewayProxy: {envoyLogLevel: off}}',
      [`warning boolean-surprise ${gateway}.envoyLogLevel ~ write false, or "off" if the text is meant`],
    ],
    [
      'gatewayProxies: {gatewayProxy: {kind: {deployment: {replicas: 03}}}}',
      [`warning octal-number ${gateway}.kind.deployment.replicas ~ write 3`],
    ],
  ];
  for (const [values, expected] of tables) assert.deepEqual(told('1.15.10', { values }), expected, values);
});

test('what all proxies inherit, and overrides, are reported where they are set', () => {
  const values = 'gatewayProxies: {edge: {kind: {deployment: {replicas: 2}}}, gatewayProxy: null}';
  assert.deepEqual(told('1.10.7', { values }), [
    `error null-map ${gateway} ~ Write gatewayProxy: {disabled: true}, and disabled: false on every other proxy.`,
  ]);
  const inherited = 'gatewayProxies: {gatewayProxy: {podTemplate: {tolerations: x}}, a: {}, b: {}}';
  assert.deepEqual(told('1.17.3', { values: inherited }), [
    `error wrong-type ${gateway}.podTemplate.tolerations ~ undefined`,
  ]);
  const kind = 'gatewayProxies: {gatewayProxy: {kubeResourceOverride: {kind: DaemonSet}}}';
  assert.deepEqual(told('1.17.3', { values: kind }), [
    `error override-renames ${gateway}.kubeResourceOverride.kind ~ Use kind.deployment and kind.daemonSet.`,
  ]);
});

test('options: keys with dots and maps in braces, whatever the option', () => {
  const dots = 'Put a backslash before each dot of the key:';
  const at = `${gateway}.podTemplate.extraAnnotations`;
  const cases: readonly (readonly [options: ValidateOptions, expected: string])[] = [
    [
      { set: [`${gateway}.configMap.data.envoy.yaml=x`] },
      `error wrong-type ${gateway}.configMap.data.envoy ~ ${dots} --set '${gateway}.configMap.data.envoy\\.yaml=x'.`,
    ],
    [{ setLiteral: [`${at}.a.b=c`] }, `warning wrong-type ${at}.a ~ ${dots} --set-literal '${at}.a\\.b=c'.`],
    [{ setJson: [`${at}.a.b="c"`] }, `warning wrong-type ${at}.a ~ ${dots} --set-json '${at}.a\\.b="c"'.`],
    [
      { set: [`${gateway}.podTemplate.resources={limits: {cpu: 1}}`] },
      `error set-syntax undefined ~ use --set-json '${gateway}.podTemplate.resources={"limits":{"cpu":1}}'`,
    ],
    [
      { setString: [`${gateway}.kind.deployment=null`], set: [`${gateway}.kind.daemonSet.hostPort=true`] },
      `error wrong-type ${gateway}.kind.deployment ~ Write --set ${gateway}.kind.deployment=null.`,
    ],
  ];
  for (const [options, expected] of cases)
    assert.ok(told('1.17.3', options).includes(expected), `${expected}\n${told('1.17.3', options).join('\n')}`);
});

test('placeholders of other tools are named, and what makes the install fail is said', () => {
  const of = (values: string): string => {
    const { problems } = validateValues({ values, chartVersion: '1.17.3' });
    return problems.find(({ code }) => code === 'unsubstituted-variable')?.message ?? '';
  };
  const node = (text: string): string => `gatewayProxies: {gatewayProxy: {podTemplate: {nodeName: "${text}"}}}`;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what the values contain
  assert.match(of(node('${env:NODE}')), /a variable that nothing has replaced/);
  assert.match(of(node('$[[ inputs.node ]]')), /an expression that nothing has replaced/);
  assert.match(of(node('ref+vault://secret/node')), /a reference that nothing has resolved/);
  assert.match(of('global: {image: {registry: "#{registry}#"}}'), /As it is, the install fails\.$/);
});

test('the ConfigMap of a disabled proxy, which old charts write, needs nothing that only Envoy reads', () => {
  const values = 'gatewayProxies: {gatewayProxy: {disabled: true, loopBackAddress: null}}';
  for (const release of ['1.5.4', '1.5.10']) assert.deepEqual(told(release, { values }), []);
});

test('what a disabled proxy passes on is as grave as at the proxy that inherits it', () => {
  for (const [values, path] of [
    ['tracing: text', 'tracing'],
    ['stats: text', 'stats'],
    ['configMap: {data: text}', 'configMap.data'],
    ['podTemplate: {httpPort: text}', 'podTemplate.httpPort'],
  ] as const)
    for (const [edge, severity] of [
      ['edge: {disabled: false}', 'error'],
      ['edge: {disabled: true}', 'warning'],
    ] as const) {
      const text = `gatewayProxies: {gatewayProxy: {disabled: true, ${values}}, ${edge}}`;
      const { problems } = validateValues({ chartVersion: '1.17.3', values: [{ name: 'values.yaml', text }] });
      const found = problems.filter(({ code }) => code === 'wrong-type');
      assert.deepEqual(
        found.map((one) => [one.severity, one.path]),
        [[severity, `${gateway}.${path}`]],
        text,
      );
    }
});
