/** The chart's Gateways if their text, or a map that other templates read, is malformed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderGatewayProxies } from '../../src/index.ts';
import { isList, mapAt, type Value } from '../../src/value.ts';

type Rendered = ReturnType<typeof renderGatewayProxies>;

function rendered(chartVersion: string, values: Value): Rendered {
  return renderGatewayProxies({ values: [{ name: 'values.yaml', text: JSON.stringify(values) }], chartVersion });
}

function gateways({ manifests }: Rendered): string[] {
  const found = manifests.filter(({ kind }) => kind === 'Gateway');
  return found.map(({ name, object }) => {
    const names = mapAt(object, 'spec')['proxyNames'];
    return `${name} of ${isList(names) ? names.join() : ''}`;
  });
}

/** Severity and place of the problems with one code. */
function told({ problems }: Rendered, code: string): string[] {
  return problems.filter((one) => one.code === code).map(({ severity, path }) => `${severity} ${path ?? ''}`);
}

const off = { gatewaySettings: { enabled: false } };
const whole = ['gateway-proxy of gateway-proxy', 'gateway-proxy-ssl of gateway-proxy'];

test('without a line break before the marker, a Gateway is overwritten by the next one', () => {
  const both = rendered('1.13.20', { gatewayProxies: { zz: {} } });
  assert.deepEqual(gateways(both), [whole[0], 'zz of zz', 'zz-ssl of zz']);
  assert.deepEqual(told(both, 'gateways-run-together'), ['warning gatewayProxies.gatewayProxy.gatewaySettings']);
  assert.equal(gateways(rendered('1.13.23', { gatewayProxies: { zz: {} } })).length, 4);
});

test('or takes the marker into the name of its proxy, if the next one is off', () => {
  const last = rendered('1.13.20', { gatewayProxies: { zz: off } });
  assert.deepEqual(gateways(last), [whole[0], 'gateway-proxy-ssl of gateway-proxy---']);
  assert.equal(told(last, 'gateways-run-together').length, 1);
  assert.deepEqual(gateways(rendered('1.13.19', { gatewayProxies: { zz: off } })), whole);
});

test('two markers on a line are refused, and told', () => {
  const first = rendered('1.14.7', { gatewayProxies: { a1: off } });
  assert.deepEqual(told(first, 'gateway-marker-twice'), ['warning gatewayProxies']);
  assert.deepEqual(gateways(first), whole);
  const halfOff = { gatewaySettings: { enabled: false, disableHttpsGateway: true } };
  const between = rendered('1.14.7', { gatewayProxies: { yy: halfOff, zz: {} } });
  assert.deepEqual(told(between, 'gateway-marker-twice'), []);
  assert.deepEqual(gateways(between), [whole[0], 'zz of zz', 'zz-ssl of zz']);
});

test('an override there is on no line of its own, so its apiVersion is that of the Gateway before it', () => {
  const override = { gatewaySettings: { httpGatewayKubeOverride: { metadata: { labels: { a: 'b' } } } } };
  assert.equal(told(rendered('1.13.20', { gatewayProxies: { zz: override } }), 'gateway-override-on-marker').length, 0);
  assert.equal(told(rendered('1.13.20', { gatewayProxies: { a1: override } }), 'gateway-override-on-marker').length, 1);
});

test('before the API server knew their fields, Gateways have what Gloo cannot read', () => {
  const values = {
    gatewayProxies: {
      gatewayProxy: { gatewaySettings: { accessLoggingService: 'x' }, failover: { enabled: true, secretName: 7 } },
    },
  };
  const places = ['gatewaySettings.accessLoggingService', 'failover.secretName'].map(
    (place) => `gatewayProxies.gatewayProxy.${place}`,
  );
  assert.deepEqual(
    told(rendered('1.8.0-beta2', values), 'wrong-type').sort(),
    places.map((place) => `warning ${place}`).sort(),
  );
  assert.deepEqual(
    told(rendered('1.8.1', values), 'wrong-type').sort(),
    places.map((place) => `error ${place}`).sort(),
  );
});

const nulls: readonly (readonly [path: string, release: string, beside?: Record<string, Value>])[] = [
  ['gateway.validation.webhook', '1.18.0'],
  ['discovery.deployment.image', '1.5.0'],
  ['gloo.deployment.image', '1.22.1'],
  ['gateway.certGenJob.cron', '1.12.0'],
  ['gateway.rolloutJob.image', '1.16.0'],
  ['settings.integrations.knative', '1.9.0'],
  ['global.glooMtls.envoy', '1.19.0', { global: { glooMtls: { enabled: true } } }],
  ['global.istioIntegration', '1.18.0', { gateway: { enabled: false } }],
  ['gatewayProxies', '1.18.0', { gateway: { enabled: false } }],
  ['accessLogger', '1.18.0', { gateway: { enabled: false } }],
];

/** `beside` with null at a path. */
function withNull(path: readonly string[], beside: Record<string, Value>): Record<string, Value> {
  const [key = '', ...rest] = path;
  return { ...beside, [key]: rest.length === 0 ? null : withNull(rest, { ...mapAt(beside, key) }) };
}

test('a map that another template reads is missed, at any depth', () => {
  for (const [path, release, beside = {}] of nulls)
    assert.deepEqual(told(rendered(release, withNull(path.split('.'), beside)), 'null-map'), [`warning ${path}`], path);
});

test('and not where that template is off', () => {
  const unread: Value[] = [
    { gateway: { validation: { enabled: false, webhook: null } } },
    { discovery: { enabled: false, deployment: { image: null } } },
    { global: { glooMtls: { envoy: null } } },
    { gateway: { enabled: false, proxyServiceAccount: null }, k8s: null },
    {
      gateway: { enabled: false },
      gatewayProxies: { gatewayProxy: { configMap: null, service: null, stats: 'text' } },
    },
    { gatewayProxies: { gatewayProxy: { gatewaySettings: null } } },
  ];
  for (const values of unread) {
    const result = rendered('1.18.0', values);
    assert.deepEqual(told(result, 'null-map'), [], JSON.stringify(values));
    assert.ok(
      result.problems.every(({ severity }) => severity !== 'error'),
      JSON.stringify(values),
    );
  }
});

test('hooks are labelled as their release labels them', () => {
  const webhook = { gateway: { validation: { failurePolicy: 'Fail' } } };
  for (const [release, label] of [
    ['1.12.0-beta9', 'created-by'],
    ['1.12.0-beta11', 'created_by'],
  ] as const) {
    const gateway = rendered(release, webhook).manifests.find(({ kind }) => kind === 'Gateway');
    assert.equal(mapAt(gateway?.object, 'metadata', 'labels')[label], 'gloo-install', release);
  }
});

test('invalid YAML in the Settings is reported, although no proxy contains it', () => {
  const port = { gloo: { deployment: { validationPort: null } } };
  const over = { settings: { kubeResourceOverride: { spec: { linkerd: true } } } };
  const broken: readonly (readonly [release: string, values: Value, path: string])[] = [
    ['1.7.0', port, 'gloo.deployment.validationPort'],
    ['1.22.1', { ...port, ...over }, 'gloo.deployment.validationPort'],
    ['1.8.0', { settings: { writeNamespace: 'a: b' } }, 'settings.writeNamespace'],
    ['1.13.23', { settings: { enableRestEds: 'a: b' } }, 'settings.enableRestEds'],
    ['1.18.0', { global: { istioIntegration: { enableAutoMtls: 'a: b' } } }, 'global.istioIntegration.enableAutoMtls'],
  ];
  for (const [release, values, path] of broken) {
    assert.deepEqual(told(rendered(release, values), 'bare-text-breaks-yaml'), [`warning ${path}`], path);
    const off = { ...mapAt(values), settings: { ...mapAt(values, 'settings'), create: false } };
    if (path !== 'settings.writeNamespace')
      assert.deepEqual(told(rendered(release, off), 'bare-text-breaks-yaml'), [], path);
  }
  assert.deepEqual(told(rendered('1.22.1', port), 'bare-text-breaks-yaml'), []);
});

test('an empty enableRestEds stays empty in some releases', () => {
  for (const [chartVersion, arrives] of [
    ['1.5.6', false],
    ['1.6.0-beta23', null],
    ['1.6.4', false],
    ['1.6.5', null],
    ['1.7.0-beta8', false],
    ['1.7.3', null],
    ['1.8.0', false],
  ] as const) {
    const values = [{ name: 'values.yaml', text: 'settings: {enableRestEds: ""}' }];
    const { controlPlane = [] } = renderGatewayProxies({ values, chartVersion, controlPlane: true });
    const settings = controlPlane.find(({ kind }) => kind === 'Settings');
    assert.equal(mapAt(settings, 'spec', 'gloo')['enableRestEds'], arrives, chartVersion);
  }
});

test('what the API server refuses in the Settings or as a label is reported, unless an override replaces it', () => {
  const mesh = (values: Value): Value => ({ global: { istioIntegration: values } });
  const tagged = { istioSidecarRevTag: 7, whitelistDiscovery: true };
  const refused: readonly (readonly [values: Value, code: string, path: string])[] = [
    [{ settings: { watchNamespaces: ['a', 7] } }, 'wrong-type', 'settings.watchNamespaces[1]'],
    [{ settings: { watchNamespaces: [null, 'a'] } }, 'wrong-type', 'settings.watchNamespaces[0]'],
    [{ settings: { writeNamespace: true } }, 'wrong-type', 'settings.writeNamespace'],
    [{ settings: { enableRestEds: 'x' } }, 'wrong-type', 'settings.enableRestEds'],
    [mesh({ appendXForwardedHost: 7 }), 'wrong-type', 'global.istioIntegration.appendXForwardedHost'],
    [
      { ...mapAt(mesh(tagged)), discovery: { enabled: true } },
      'wrong-type',
      'global.istioIntegration.istioSidecarRevTag',
    ],
    [
      { ...mapAt(mesh({ istioSidecarRevTag: 'a b', labelInstallNamespace: true })), namespace: { create: true } },
      'invalid-label',
      'global.istioIntegration.istioSidecarRevTag',
    ],
  ];
  for (const [values, code, path] of refused) {
    assert.deepEqual(told(rendered('1.20.1', values), code), [`error ${path}`], path);
    const spec = { watchNamespaces: [], discoveryNamespace: 'a', gloo: { enableRestEds: true } };
    if (!path.startsWith('settings')) continue;
    const settings = { ...mapAt(values, 'settings'), kubeResourceOverride: { spec } };
    assert.deepEqual(told(rendered('1.20.1', { settings }), code), [], path);
  }
  assert.deepEqual(told(rendered('1.20.1', mesh(tagged)), 'wrong-type'), []);
  const digits = { settings: { watchNamespaces: ['7', ''], writeNamespace: '8' } };
  assert.deepEqual(told(rendered('1.20.1', digits), 'bare-text-read-as-another-type'), [
    'warning settings.watchNamespaces[0]',
    'warning settings.watchNamespaces[1]',
    'warning settings.writeNamespace',
  ]);
  assert.deepEqual(told(rendered('1.7.0', digits), 'bare-text-read-as-another-type'), []);
});

test('a Gateway without a pod may have no port, and before its schema any name of a Secret', () => {
  const failover = { enabled: true, port: null, secretName: ['a'] };
  const values = { gateway: { enabled: false }, gatewayProxies: { gatewayProxy: { failover } } };
  const alone = rendered('1.7.3', values);
  assert.deepEqual(told(alone, 'missing-value'), ['warning gatewayProxies.gatewayProxy.failover.port']);
  const found = alone.manifests.find(({ name }) => name === 'gateway-proxy-failover');
  assert.equal(mapAt(found?.object, 'spec')['bindPort'], null);
  assert.deepEqual(told(alone, 'wrong-type'), ['warning gatewayProxies.gatewayProxy.failover.secretName']);
  assert.match(alone.manifests.map(({ text }) => text).join(''), /secretRef:\n +name:\n +- a\n +namespace: /);
  const whole = rendered('1.7.3', { ...values, gateway: {} });
  assert.deepEqual(told(whole, 'missing-value'), ['error gatewayProxies.gatewayProxy.failover.port']);
});

test('an override that is filled in gets no null for rules of an autoscaler that are not set', () => {
  const hpa = { apiVersion: 'autoscaling/v2beta2', minReplicas: 1, maxReplicas: 2, metrics: [{ type: 'Resource' }] };
  const rules = (release: string, kubeResourceOverride: Value): string => {
    const values = { gatewayProxies: { gatewayProxy: { horizontalPodAutoscaler: { ...hpa, kubeResourceOverride } } } };
    const found = rendered(release, values).manifests.find(({ kind }) => kind === 'HorizontalPodAutoscaler');
    return Object.keys(mapAt(found?.object, 'spec')).sort().join(' ');
  };
  const filledIn = 'maxReplicas metrics minReplicas scaleTargetRef';
  assert.equal(rules('1.8.7', { metadata: { labels: { a: 'b' } }, spec: {} }), filledIn);
  assert.equal(rules('1.8.7', null), `behavior ${filledIn}`);
  assert.equal(rules('1.13.0', { spec: {} }), `behavior ${filledIn}`);
});
