import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as library from '../../src/index.ts';
import {
  diffManifests,
  formatPath,
  injectSidecars,
  isProblem,
  type Problem,
  parsePath,
  patchManifests,
  peerAuthentication,
  renderGatewayProxies,
  sharedSource,
  validateValues,
  virtualServiceOf,
} from '../../src/index.ts';

// The library as JavaScript calls it: with anything.
type Anything = (...given: unknown[]) => unknown;
const functions = new Map(
  Object.entries(library).flatMap(([name, one]): [string, Anything][] =>
    // Called with arbitrary arguments, which is what is tested.
    typeof one === 'function' ? [[name, one as Anything]] : [],
  ),
);

function nested(levels: number): object {
  let value = {};
  for (let level = 0; level < levels; level++) value = { a: value };
  return value;
}

function thrower(): object {
  const fail = (): never => {
    throw new Error('a trap');
  };
  return new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail, getOwnPropertyDescriptor: fail });
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const cycle: Record<string, unknown> = { a: 1 };
cycle['self'] = cycle;
const bomb = Array.from({ length: 40 }).reduce<unknown[]>((inner) => [inner, inner], ['x']);
class Values {
  global = {};
}

/** Values that are not data, with the code that is reported wherever they occur. */
const noData: Readonly<Record<string, readonly [unknown, string]>> = {
  undefined: [undefined, 'not-a-value'],
  NaN: [Number.NaN, 'number-not-finite'],
  Infinity: [Number.POSITIVE_INFINITY, 'number-not-finite'],
  'a large BigInt': [2n ** 64n, 'out-of-range'],
  'a symbol': [Symbol('s'), 'not-a-value'],
  'a key that is a symbol': [{ [Symbol('s')]: 1 }, 'not-a-value'],
  'a function': [() => 1, 'not-a-value'],
  'a Date': [new Date(0), 'not-a-value'],
  'a Map': [new Map([['a', 1]]), 'not-a-value'],
  'an instance': [new Values(), 'not-a-value'],
  'a boxed string': [new String('x'), 'not-a-value'],
  'a hole': [new Array(3).fill(1, 0, 1), 'not-a-value'],
  'billions of holes': [new Array(4_000_000_000), 'not-a-value'],
  'a getter that throws': [Object.defineProperty({}, 'a', { enumerable: true, get: thrower as never }), 'not-a-value'],
  'a Proxy that throws': [thrower(), 'not-a-value'],
  'a revoked Proxy': [revoked({}), 'not-a-value'],
  'a revoked list': [revoked([]), 'not-a-value'],
  'half of a pair': ['\ud800', 'not-utf8'],
  'half of a pair in a key': [{ '\udc00': 1 }, 'not-utf8'],
  'a cycle': [cycle, 'cyclic-value'],
  '20,000 levels': [nested(20_000), 'nested-too-deep'],
  'a bomb of shared lists': [bomb, 'too-long'],
  'a long string': ['x'.repeat(5_000_000), 'too-long'],
};

test('what is not plain data is a problem with its path, anywhere in values', () => {
  for (const [words, [given, code]] of Object.entries(noData)) {
    const values = { gatewayProxies: { gatewayProxy: { podTemplate: { extraAnnotations: { key: given } } } } } as never;
    for (const problems of [
      renderGatewayProxies({ values }).problems,
      validateValues({ values: [{}, values] }).problems,
    ]) {
      const [found] = problems;
      assert.equal(found?.code, code, words);
      assert.equal(found.severity, 'error', words);
      if (code !== 'too-long') assert.match(found.path ?? '', /^gatewayProxies\.gatewayProxy\.podTemplate/, words);
      assert.match(found.file ?? '', /^values\[[01]\]$/, words);
    }
  }
});

test('what is not plain data is a problem in objects that are compared or changed', () => {
  for (const [words, [given, code]] of Object.entries(noData)) {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: given } as never;
    assert.equal(diffManifests(object, []).problems[0]?.code, code, words);
    assert.equal(diffManifests([], [object]).identical, false, words);
    assert.equal(patchManifests([object], '').problems[0]?.code, code, words);
    const change = injectSidecars(['a: 1\n', object]);
    assert.equal(change.problems[0]?.code, code, words);
    assert.deepEqual(
      change.manifests.map(({ text }) => text),
      ['a: 1\n'],
      'the others are as they were',
    );
  }
});

test('data of every kind is taken: frozen, without a prototype, with BigInt, shared, from another realm', async () => {
  const { runInNewContext } = await import('node:vm');
  const annotations = Object.freeze(Object.assign(Object.create(null), { a: 'b', __proto__: 'c' }));
  const given = [
    { gatewayProxies: { gatewayProxy: { podTemplate: { httpPort: 8081n, extraAnnotations: annotations } } } },
    runInNewContext('({ gatewayProxies: { gatewayProxy: { podTemplate: { httpsPort: 8444 } } } })'),
  ];
  const { manifests, problems } = renderGatewayProxies({ values: given, show: 'deployment', chartVersion: '1.5.0' });
  assert.deepEqual(problems, []);
  assert.match(manifests[0]?.text ?? '', /containerPort: 8081[\s\S]*containerPort: 8444/);
});

const junk: readonly unknown[] = [
  // The two largest take long to read, and are tested above.
  ...Object.values(noData).flatMap(([given, code]) => (code === 'too-long' ? [] : [given])),
  ...[
    null,
    true,
    0,
    1n,
    'x',
    '',
    [],
    {},
    [[]],
    [null],
    { name: thrower(), text: 'a: 1' },
    { text: 5 },
    { object: cycle },
  ],
  ...[
    new Error('e'),
    /x/,
    Buffer.from('x'),
    globalThis,
    { kind: 'List', items: [null, 7] },
    { object: thrower(), text: '' },
  ],
];
const options = [
  ...['values', 'set', 'setFile', 'files', 'chartVersion', 'namespace', 'proxy', 'show', 'lint', 'ignore', 'include'],
  ...['names', 'showSecrets', 'sidecars', 'like', 'upstreams', 'selector', 'all', 'workload', 'mode', 'upstream'],
  ...['path', 'methods', 'headers', 'domains', 'index', 'istioNamespace', 'glooVersion'],
];

test('no exported function throws, whatever stands in whatever place', () => {
  assert.ok(functions.size >= 17);
  let calls = 0;
  for (const [name, call] of functions) {
    for (const given of junk) {
      const inOptions = options.flatMap((option): unknown[][] => {
        // The map of all values takes long, and is tested elsewhere.
        const one = { ...(name === 'explain' ? { paths: [], chartVersion: '0' } : {}), [option]: given };
        return [[one], ['', one], ['', '', one], ['', { ...one, [option]: [given] }]];
      });
      const anywhere = [
        [],
        [given],
        [given, given],
        ['', given],
        ['', '', given],
        [[given]],
        [[given, given], [given]],
      ];
      for (const args of [...(name === 'explain' ? [['', given]] : anywhere), ...inOptions]) {
        calls++;
        assert.doesNotThrow(() => call(...args), `${name}, call ${calls}`);
      }
    }
  }
});

test('an option of the wrong type is a problem that names it', () => {
  const bad: readonly (readonly [keyof typeof library, readonly unknown[], RegExp])[] = [
    ['renderGatewayProxies', [null], /^options must be an object, but is null/],
    ['renderGatewayProxies', ['x'], /^options must be an object, but is a string/],
    ['renderGatewayProxies', [{ chartVersion: 1.5 }], /^chartVersion must be a string, but is a number/],
    ['renderGatewayProxies', [{ show: 'secret' }], /^show must be 'deployment' or 'configmap' or .*, but is "secret"/],
    ['renderGatewayProxies', [{ set: [null] }], /^set\[0\] must be a string, but is null/],
    [
      'renderGatewayProxies',
      [{ values: [{ name: 'a.yaml', text: undefined }] }],
      /^values\[0\]\.text must be a string/,
    ],
    ['renderGatewayProxies', [{ values: 7 }], /^Values must be a map at the top level, but this is a number/],
    ['renderGatewayProxies', [{ values: null }], /^Values must be a map at the top level, but this is null/],
    ['validateValues', [{ lint: 'false' }], /^lint must be true or false, but is a string/],
    ['diffManifests', ['', '', { names: { left: 1 } }], /^names\.left must be a string/],
    ['diffManifests', [undefined, ''], /^left must be a string, a named text or an object, but is undefined/],
    ['injectSidecars', ['', { sidecars: ['x'] }], /^sidecars\[0\] must be a map/],
    ['enableMtls', ['', { selector: { a: 1 } }], /^selector\.a must be a string, but is a number/],
    ['addRoute', ['', { upstream: 'u' }], /^path\.kind is missing/],
    ['addRoute', ['', { upstream: 'u', path: { kind: 'prefix', value: '/' }, index: -1 }], /^index must be an integer/],
  ];
  for (const [name, args, message] of bad) {
    // The functions of this table all return problems.
    const result = functions.get(name)?.(...args) as { readonly problems: readonly Problem[] };
    assert.match(result.problems[0]?.message ?? '', message, name);
    assert.equal(result.problems[0]?.severity, 'error', name);
  }
});

test('an unknown option is reported', () => {
  const { manifests, problems } = renderGatewayProxies({ valeus: [], chartVersion: '1.5.0' } as never);
  assert.deepEqual(
    problems.map(({ code, severity }) => [code, severity]),
    [['bad-option', 'warning']],
  );
  assert.equal(manifests.length, 6);
  // Without its labels the policy would apply to the whole mesh.
  assert.ok(isProblem(peerAuthentication({ workloads: { app: 'a' } } as never)));
});

test('functions that return one thing return a problem in its place', () => {
  const returned = [
    peerAuthentication(7 as never),
    virtualServiceOf({} as never),
    library.findRelease(null as never),
    sharedSource(5),
    formatPath([1, null]),
    parsePath(undefined),
  ];
  for (const one of returned) assert.ok(isProblem(one), JSON.stringify(one));
  assert.equal(isProblem(peerAuthentication()), false);
  // A problem passed as a source is reported there.
  assert.deepEqual(
    renderGatewayProxies({ values: [sharedSource(5) as never] }).problems.map(({ code }) => code),
    ['bad-option'],
  );
});

test('one source or a list of it is the same everywhere', () => {
  const text = 'global:\n  istioSDS:\n    enabled: true\n';
  const rendered = (values: unknown): readonly string[] =>
    renderGatewayProxies({ values, chartVersion: '1.5.0' } as never).manifests.map((manifest) => manifest.text);
  const wanted = rendered([{ name: 'values[0]', text }]);
  assert.equal(wanted.length, 6);
  const same = [
    text,
    [text],
    { text },
    { name: 'v', text },
    sharedSource({ name: 'v', text }),
    { global: { istioSDS: { enabled: true } } },
  ];
  for (const one of same) assert.deepEqual(rendered(one), wanted);
  assert.deepEqual(
    renderGatewayProxies({ set: 'global.istioSDS.enabled=true', chartVersion: '1.5.0' }).manifests.map(
      (one) => one.text,
    ),
    wanted,
  );
  const { manifests } = renderGatewayProxies({ chartVersion: '1.17.0' });
  const stream = manifests.map((manifest) => `---\n${manifest.text}`).join('');
  const objects = manifests.map(({ object }) => object);
  for (const side of [
    stream,
    { name: 's', text: stream },
    [stream],
    manifests,
    objects,
    { apiVersion: 'v1', kind: 'List', items: objects },
  ]) {
    const report = diffManifests(side, stream);
    assert.deepEqual([report.identical, report.compared, report.problems], [true, 6, []]);
    const injected = injectSidecars(side);
    assert.deepEqual(
      injected.problems.map(({ code }) => code),
      ['istio-version-unknown'].slice(injected.problems.length === 0 ? 1 : 0),
    );
    assert.equal(injected.changed, 2);
  }
});

test('a patch is a list of operations, and says beside it why it is empty', () => {
  const patch = patchManifests('a: [', '');
  assert.equal(JSON.stringify(patch), '[]');
  assert.equal(patch.problems[0]?.severity, 'error');
  assert.deepEqual(Object.keys(patch), []);
});

test('every code of a problem that the library finds is explained', async () => {
  const { codes } = await import('../../src/rules/codes.ts');
  for (const [, code] of Object.values(noData)) assert.ok(codes.has(code), code);
  for (const code of ['bad-option', 'internal-error']) assert.ok(codes.has(code), code);
});

test('the parts beside the proxies are there where they are asked for, and none with errors', () => {
  const values = { global: { istioIntegration: { enabled: true, enableIstioSidecarOnGateway: true } } };
  const { manifests, controlPlane = [] } = renderGatewayProxies({ values, chartVersion: '1.16.4', controlPlane: true });
  assert.ok(manifests.length > 0);
  assert.deepEqual(
    controlPlane.map(({ kind }) => kind),
    ['Settings', 'Deployment', 'Deployment', 'Job'],
  );
  assert.match(JSON.stringify(controlPlane[1]), /"glistio\/partial".*"ENABLE_ISTIO_INTEGRATION","value":"true"/);
  assert.equal('controlPlane' in renderGatewayProxies({ values }), false);
  const broken = 'gatewayProxies: {gatewayProxy: 5}';
  assert.deepEqual(renderGatewayProxies({ values: broken, controlPlane: true }).controlPlane, []);
});
