/** enable-mtls, disable-mtls, policy and policy check: which objects change, how, and which problems are reported. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  disableMtls,
  type EnableMtlsOptions,
  enableMtls,
  meshSslConfig,
  type UpstreamSelection,
} from '../../src/istio/mtls.ts';
import { modeOfPort, policiesFor, readPeerPolicy } from '../../src/istio/peer-authentication.ts';
import { peerAuthentication } from '../../src/istio/policy.ts';
import { checkPolicies } from '../../src/istio/policy-check.ts';
import type { Value, ValueMap } from '../../src/value.ts';
import { after, fileOf, told } from '../support/manifests.ts';
import { object } from '../support/objects.ts';
import { at } from '../support/rendered.ts';

function upstream(name: string, spec: ValueMap = {}, metadata: ValueMap = {}): ValueMap {
  return {
    apiVersion: 'gloo.solo.io/v1',
    kind: 'Upstream',
    metadata: { name, namespace: 'gloo-system', ...metadata },
    spec,
  };
}

const other = { secretRef: { name: 's' } };
const misspelt = { ...meshSslConfig, sds: { ...(meshSslConfig['sds'] as ValueMap), targetUri: '127.0.01:8234' } };

function enable(objects: readonly ValueMap[], options: EnableMtlsOptions) {
  return view(enableMtls([fileOf(objects)], options));
}

function disable(objects: readonly ValueMap[], options: UpstreamSelection) {
  return view(disableMtls([fileOf(objects)], options));
}

function view(change: ReturnType<typeof enableMtls>) {
  return {
    changed: change.changed,
    told: told(change.problems),
    configs: after(change).map((one) => at(one, 'spec', 'sslConfig')),
  };
}

test('the sslConfig is the one that glooctl writes', () => {
  assert.deepEqual(meshSslConfig, {
    alpnProtocols: ['istio'],
    sds: {
      certificatesSecretName: 'istio_server_cert',
      clusterName: 'gateway_proxy_sds',
      targetUri: '127.0.0.1:8234',
      validationContextName: 'istio_validation_context',
    },
  });
  const { changed, configs } = enable([upstream('a', { kube: {} })], { all: true });
  assert.deepEqual([changed, configs], [1, [meshSslConfig]]);
});

test('which Upstreams are chosen: by name, by labels, all; in one namespace', () => {
  const objects = [
    upstream('a', {}, { labels: { team: 'x', tier: '1' } }),
    upstream('b', {}, { labels: { team: 'x' } }),
    upstream('c', {}, { namespace: 'other' }),
    upstream('d', {}, { namespace: null }),
    object('Service', 'a'),
  ];
  const chosen = (options: EnableMtlsOptions): string =>
    enable(objects, options)
      .configs.map((config, index) => (config === undefined ? '' : 'abcd'[index]))
      .join('');
  const table: readonly (readonly [chosen: string, options: EnableMtlsOptions])[] = [
    ['abcd', { all: true }],
    ['abd', { all: true, namespace: 'gloo-system' }],
    ['cd', { all: true, namespace: 'other' }],
    ['a', { upstreams: ['a'] }],
    ['ac', { upstreams: ['a', 'c'] }],
    ['ab', { selector: { team: 'x' } }],
    ['a', { selector: { team: 'x', tier: '1' } }],
    ['abc', { selector: { team: 'x' }, upstreams: ['c'] }],
    ['abcd', { selector: {} }],
  ];
  for (const [names, options] of table) assert.equal(chosen(options), names, JSON.stringify(options));
});

test('what is asked for and not there', () => {
  assert.deepEqual(enable([upstream('a'), upstream('b')], { upstreams: ['x'] }), {
    changed: 0,
    told: ['error unknown-upstream: There is no Upstream x in the input. (it has a, b)'],
    configs: [undefined, undefined],
  });
  assert.deepEqual(enable([], { upstreams: ['x'] }).told, [
    'error unknown-upstream: There is no Upstream x in the input. (the input has no Upstreams)',
  ]);
  const many = Array.from({ length: 12 }, (_, index) => upstream(`u${index}`));
  assert.match(enable(many, { upstreams: ['x'] }).told.join(), /\(it has u0, .*, u9\)$/);
  assert.deepEqual(enable([upstream('a')], {}).told, ['error no-upstream: No Upstream is named.']);
  for (const options of [{ all: true }, { selector: { a: 'b' } }])
    assert.deepEqual(enable([], options).told, [
      'warning no-upstream: No Upstream of the input is selected, so nothing is changed.',
    ]);
  // If there is an error, nothing is changed at all.
  assert.equal(enable([upstream('a')], { upstreams: ['a', 'x'] }).changed, 0);
});

test('another sslConfig is replaced by force only', () => {
  const refused = enable([upstream('a', { sslConfig: other })], { all: true });
  assert.deepEqual(
    [refused.changed, refused.told],
    [
      0,
      [
        'error other-ssl-config spec.sslConfig: Upstream gloo-system/a has a different sslConfig: {"secretRef":{"name":"s"}} (use --force to replace it)',
      ],
    ],
  );
  assert.deepEqual(enable([upstream('a', { sslConfig: other })], { all: true, force: true }).configs, [meshSslConfig]);
  assert.equal(enable([upstream('a', { sslConfig: null })], { all: true }).changed, 1);
  assert.equal(enable([upstream('a', { sslConfig: meshSslConfig })], { all: true, force: true }).changed, 0);
  assert.deepEqual(enable([upstream('a', { sslConfig: misspelt })], { all: true }).configs, [meshSslConfig]);
  // A typo in the address together with another difference means a custom config.
  assert.match(
    enable([upstream('a', { sslConfig: { ...misspelt, sni: 'x' } })], { all: true }).told.join(),
    /other-ssl-config/,
  );
  assert.match(enable([upstream('a', { sslConfig: { sds: 'x' } })], { all: true }).told.join(), /other-ssl-config/);
});

test('disabling takes out what enabling put in, and nothing else', () => {
  for (const config of [meshSslConfig, misspelt]) {
    const { changed, configs, told: said } = disable([upstream('a', { kube: {}, sslConfig: config })], { all: true });
    assert.deepEqual([changed, configs, said], [1, [undefined], []]);
  }
  const objects = [upstream('a', { sslConfig: other }), upstream('b')];
  assert.deepEqual(disable(objects, { all: true }), { changed: 0, told: [], configs: [other, undefined] });
  assert.deepEqual(disable(objects, { upstreams: ['a', 'b'] }).told, [
    'error other-ssl-config spec.sslConfig: Upstream gloo-system/a has a different sslConfig: {"secretRef":{"name":"s"}} (remove it by hand if it is not wanted, or leave the Upstream out)',
    'warning no-ssl-config: Upstream gloo-system/b has no sslConfig, so there is nothing to remove.',
  ]);
});

test('a policy for the mesh, a namespace, a workload', () => {
  const table: readonly (readonly [
    options: Parameters<typeof peerAuthentication>[0],
    name: string,
    namespace: string,
    spec: ValueMap,
  ])[] = [
    [{}, 'default', 'istio-system', { mtls: { mode: 'STRICT' } }],
    [{ istioNamespace: 'root' }, 'default', 'root', { mtls: { mode: 'STRICT' } }],
    [{ namespace: 'shop', mode: 'PERMISSIVE' }, 'default', 'shop', { mtls: { mode: 'PERMISSIVE' } }],
    [{ workload: {} }, 'default', 'istio-system', { mtls: { mode: 'STRICT' } }],
    [
      { workload: { app: 'cart' } },
      'cart',
      'default',
      { selector: { matchLabels: { app: 'cart' } }, mtls: { mode: 'STRICT' } },
    ],
    [
      { workload: { tier: 'web', app: 'cart' }, namespace: 'shop' },
      'cart',
      'shop',
      { selector: { matchLabels: { tier: 'web', app: 'cart' } }, mtls: { mode: 'STRICT' } },
    ],
  ];
  for (const [options, name, namespace, spec] of table)
    assert.deepEqual(peerAuthentication(options), {
      apiVersion: 'security.istio.io/v1beta1',
      kind: 'PeerAuthentication',
      metadata: { name, namespace },
      spec,
    });
  const names: readonly (readonly [workload: Readonly<Record<string, string>>, name: string])[] = [
    [{ 'app.kubernetes.io/name': 'x', tier: 'y' }, 'x'],
    [{ 'app.kubernetes.io/name': 'x', app: 'y' }, 'y'],
    [{ tier: 'y', other: 'z' }, 'y'],
    [{ app: 'My App_1' }, 'my-app-1'],
    [{ app: '-a.b-' }, 'a.b'],
    [{ app: '--a__b..' }, 'a-b'],
    [{ app: '___' }, 'default'],
    [{ app: '' }, 'default'],
  ];
  for (const [workload, name] of names)
    assert.equal(at(peerAuthentication({ workload }), 'metadata', 'name'), name, JSON.stringify(workload));
});

function policy(name: string, namespace: string, spec: ValueMap): ValueMap {
  return { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name, namespace }, spec };
}

test('of several policies the first of the nearest level that says a mode', () => {
  const pods = { namespace: 'shop', labels: { app: 'cart' }, port: 80 };
  const mode = (word: string): ValueMap => ({ mtls: { mode: word } });
  const forCart = { selector: { matchLabels: { app: 'cart' } } };
  const table: readonly (readonly [
    mode: string,
    by: string | undefined,
    policies: readonly ValueMap[],
    pods?: Partial<typeof pods>,
  ])[] = [
    ['PERMISSIVE', undefined, []],
    ['STRICT', 'a', [policy('a', 'shop', mode('STRICT')), policy('b', 'shop', mode('DISABLE'))]],
    ['DISABLE', 'b', [policy('a', 'istio-system', mode('STRICT')), policy('b', 'shop', mode('DISABLE'))]],
    ['STRICT', 'c', [policy('b', 'shop', mode('DISABLE')), policy('c', 'shop', { ...forCart, ...mode('STRICT') })]],
    ['DISABLE', 'b', [policy('b', 'shop', mode('DISABLE')), policy('c', 'other', { ...forCart, ...mode('STRICT') })]],
    ['PERMISSIVE', undefined, [policy('a', 'other', mode('STRICT'))]],
    ['STRICT', 'a', [policy('a', 'istio-system', mode('STRICT')), policy('b', 'shop', mode('UNSET'))]],
    ['STRICT', 'a', [policy('a', 'istio-system', mode('STRICT')), policy('b', 'shop', {})]],
    ['STRICT', 'b', [policy('b', 'shop', { selector: {}, ...mode('STRICT') })]],
    ['STRICT', 'b', [policy('b', 'shop', { selector: { matchLabels: {} }, ...mode('STRICT') })]],
    // In the root namespace a policy for some pods applies to pods in that namespace only.
    ['PERMISSIVE', undefined, [policy('a', 'istio-system', { ...forCart, ...mode('STRICT') })]],
    [
      'STRICT',
      'p',
      [policy('p', 'shop', { ...forCart, portLevelMtls: { '80': { mode: 'STRICT' } }, ...mode('DISABLE') })],
    ],
    [
      'DISABLE',
      'p',
      [policy('p', 'shop', { ...forCart, portLevelMtls: { '81': { mode: 'STRICT' } }, ...mode('DISABLE') })],
    ],
  ];
  for (const [wanted, by, policies] of table) {
    const read = policies.map(readPeerPolicy).filter((one) => one !== undefined);
    const found = modeOfPort(policiesFor(pods, read, 'istio-system'), pods.port);
    assert.deepEqual([found.mode, found.by?.name], [wanted, by], JSON.stringify(policies));
  }
});

/** The problems of an Upstream of a Service in namespace shop. */
function check(sslConfig: Value | undefined, ...others: readonly ValueMap[]) {
  const kube = { serviceName: 'cart', serviceNamespace: 'shop', servicePort: 80 };
  const spec = { kube, ...(sslConfig === undefined ? {} : { sslConfig }) };
  return verdicts([upstream('cart', spec), ...others]);
}

function verdicts(objects: readonly ValueMap[]) {
  const { upstreams, problems } = checkPolicies([fileOf(objects)]);
  return {
    row: upstreams.map(
      ({ namespace, name, sends, mode, policy: by, verdict }) =>
        `${namespace}/${name} ${sends} ${mode} ${by} ${verdict}`,
    ),
    told: told(problems),
  };
}

test("what happens to the proxy's requests", () => {
  const mode = (word: string): ValueMap => policy('p', 'shop', { mtls: { mode: word } });
  const by = 'PeerAuthentication shop/p';
  const enableIt = 'glistio enable-mtls --upstream cart';
  const plain = (text: string, code: string, hint = enableIt): string =>
    `${code} spec.sslConfig: Upstream gloo-system/cart ${text} (${hint})`;
  const table: readonly (readonly [
    row: string,
    told: readonly string[],
    sslConfig: Value | undefined,
    ...others: readonly ValueMap[],
  ])[] = [
    [
      `plain STRICT ${by} refused`,
      [plain(`sends plain text, which its pods refuse: ${by} is STRICT.`, 'error mtls-required')],
      undefined,
      mode('STRICT'),
    ],
    [
      `plain STRICT ${by} refused`,
      [plain(`sends plain text, which its pods refuse: ${by} is STRICT.`, 'error mtls-required')],
      null,
      mode('STRICT'),
    ],
    [
      `tls STRICT ${by} refused`,
      [
        plain(
          `sends TLS without the certificates of the mesh, which its pods refuse: ${by} is STRICT.`,
          'error mtls-required',
          `${enableIt} --force`,
        ),
      ],
      other,
      mode('STRICT'),
    ],
    [`mtls STRICT ${by} works`, [], meshSslConfig, mode('STRICT')],
    [`mtls STRICT ${by} works`, [], { sds: { clusterName: 'gateway_proxy_sds' } }, mode('STRICT')],
    [
      `plain PERMISSIVE ${by} plain text`,
      [plain(`sends plain text, which its pods accept: ${by} is PERMISSIVE.`, 'warning plain-text')],
      undefined,
      mode('PERMISSIVE'),
    ],
    [
      `plain DISABLE ${by} plain text`,
      [
        plain(
          `sends plain text, which its pods accept: ${by} is DISABLE.`,
          'warning plain-text',
          `set mtls.mode: STRICT in ${by}, and then ${enableIt}`,
        ),
      ],
      undefined,
      mode('DISABLE'),
    ],
    [
      'plain PERMISSIVE undefined plain text',
      [plain("sends plain text, which its pods accept: Istio's default is PERMISSIVE.", 'warning plain-text')],
      undefined,
    ],
    [`tls PERMISSIVE ${by} unknown`, [], other, mode('PERMISSIVE')],
    [`mtls PERMISSIVE ${by} works`, [], meshSslConfig, mode('PERMISSIVE')],
    [
      `mtls DISABLE ${by} refused`,
      [
        `error mtls-disabled spec.sslConfig: Upstream gloo-system/cart sends mTLS, but ${by} turns it off for its pods, which then cannot terminate it. (glistio disable-mtls --upstream cart, or set mtls.mode: STRICT in ${by})`,
      ],
      meshSslConfig,
      mode('DISABLE'),
    ],
  ];
  for (const [row, said, sslConfig, ...others] of table)
    assert.deepEqual(check(sslConfig, ...others), { row: [`gloo-system/cart ${row}`], told: said }, row);
});

test('an input without Upstreams', () => {
  assert.deepEqual(verdicts([]).told, [
    'warning no-upstream: There is no Upstream in the input, so there is nothing to check.',
  ]);
  assert.match(
    told(checkPolicies([{ name: 'x', text: 'a: [' }]).problems).join(),
    /^warning no-upstream.*error |^error .*/,
  );
});

test('which pods are behind an Upstream', () => {
  const strict = policy('p', 'shop', { mtls: { mode: 'STRICT' } });
  const hosts = (addr: Value): ValueMap => ({ static: { hosts: [{ addr, port: 80 }] } });
  const table: readonly (readonly [mode: string, spec: ValueMap])[] = [
    ['STRICT', { kube: { serviceName: 'cart', serviceNamespace: 'shop' } }],
    ['PERMISSIVE', { kube: { serviceName: 'cart', serviceNamespace: 'other' } }],
    ['undefined', { kube: { serviceName: 'cart' } }],
    ['undefined', { kube: { serviceNamespace: 'shop' } }],
    ['STRICT', hosts('cart.shop.svc')],
    ['STRICT', hosts('cart.shop.svc.cluster.local')],
    ['undefined', hosts('cart.shop')],
    ['undefined', hosts('cart.shop.svcx')],
    ['undefined', hosts('a.cart.shop.svc')],
    ['undefined', hosts('cart.shop.com')],
    ['undefined', hosts(1)],
    ['undefined', { static: { hosts: [] } }],
    ['undefined', {}],
  ];
  for (const [mode, spec] of table)
    assert.match(
      verdicts([upstream('u', spec), strict]).row.join(),
      new RegExp(`^gloo-system/u plain ${mode} `),
      JSON.stringify(spec),
    );
});

test('Services and workloads say which pods and ports these are', () => {
  const service = (spec: ValueMap, namespace = 'shop'): ValueMap => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'cart', namespace },
    spec,
  });
  const deployment = (labels: ValueMap, namespace: string | null = 'shop'): ValueMap => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart', namespace },
    spec: { template: { metadata: { labels } } },
  });
  const forTier = policy('t', 'shop', { selector: { matchLabels: { tier: 'web' } }, mtls: { mode: 'STRICT' } });
  const onPort = policy('o', 'shop', {
    selector: { matchLabels: { app: 'cart' } },
    portLevelMtls: { '8080': { mode: 'STRICT' } },
  });
  const row = (...others: readonly ValueMap[]): string =>
    check(undefined, ...others)
      .row.join()
      .replace('gloo-system/cart plain ', '');
  const selecting = {
    selector: { app: 'cart' },
    ports: [
      { port: 80, targetPort: 8080 },
      { port: 81, targetPort: 9 },
    ],
  };
  const table: readonly (readonly [row: string, ...others: readonly ValueMap[]])[] = [
    ['PERMISSIVE undefined plain text', service(selecting), forTier],
    ['STRICT PeerAuthentication shop/t refused', service(selecting), deployment({ app: 'cart', tier: 'web' }), forTier],
    ['PERMISSIVE undefined plain text', service(selecting), deployment({ app: 'other', tier: 'web' }), forTier],
    ['PERMISSIVE undefined plain text', service(selecting), deployment({ app: 'cart', tier: 'web' }, 'other'), forTier],
    ['PERMISSIVE undefined plain text', service(selecting), deployment({ app: 'cart', tier: 'web' }, null), forTier],
    ['PERMISSIVE undefined plain text', service({ selector: {} }), deployment({ app: 'cart', tier: 'web' }), forTier],
    ['STRICT PeerAuthentication shop/o refused', service(selecting), onPort],
    ['PERMISSIVE undefined plain text', service(selecting, 'other'), onPort],
    ['PERMISSIVE undefined plain text', service({ ...selecting, ports: [{ port: 80, targetPort: 'http' }] }), onPort],
    ['PERMISSIVE undefined plain text', service({ ...selecting, ports: [{ port: 80 }] }), onPort],
    ['PERMISSIVE undefined plain text', service({ ...selecting, ports: [{ port: 81, targetPort: 8080 }] }), onPort],
    [
      'STRICT PeerAuthentication shop/o refused',
      service({ ...selecting, ports: [{ port: 80, targetPort: 8080 }] }),
      policy('o', 'shop', {
        selector: { matchLabels: { app: 'cart' } },
        portLevelMtls: { '8080': { mode: 'STRICT' } },
      }),
    ],
  ];
  for (const [expected, ...others] of table) assert.equal(row(...others), expected, JSON.stringify(others));
  // A Service's port is the pods' port unless another one is set.
  const same = policy('o', 'shop', {
    selector: { matchLabels: { app: 'cart' } },
    portLevelMtls: { '80': { mode: 'STRICT' } },
  });
  assert.equal(
    row(service({ selector: { app: 'cart' }, ports: [{ port: 80 }] }), same),
    'STRICT PeerAuthentication shop/o refused',
  );
  // The Upstream's own selector narrows the Service's.
  const narrowed = upstream('cart', {
    kube: { serviceName: 'cart', serviceNamespace: 'shop', servicePort: 80, selector: { tier: 'web' } },
  });
  assert.match(verdicts([narrowed, forTier]).row.join(), / STRICT PeerAuthentication shop\/t refused/);
});

test('a policy for labels that are not known may hold', () => {
  const forTier = policy('t', 'shop', { selector: { matchLabels: { tier: 'web' } }, mtls: { mode: 'STRICT' } });
  assert.deepEqual(check(meshSslConfig, forTier).told, [
    'info policy-may-apply spec.sslConfig: PeerAuthentication shop/t may apply to the pods of Upstream gloo-system/cart too: not all of their labels are known. (add the Service and the Deployment behind the Upstream)',
  ]);
  assert.deepEqual(check(undefined, forTier).told.length, 2);
  const strict = policy('p', 'shop', { mtls: { mode: 'STRICT' } });
  assert.deepEqual(
    check(undefined, forTier, strict)
      .told.map((text) => text.split(' ')[1])
      .sort(),
    ['mtls-required', 'policy-may-apply'],
  );
  const off = policy('p', 'shop', { mtls: { mode: 'DISABLE' } });
  assert.deepEqual(
    check(meshSslConfig, forTier, off)
      .told.map((text) => text.split(' ')[1])
      .sort(),
    ['mtls-disabled', 'policy-may-apply'],
  );
});
