/** Injecting and removing again, on objects that differ from the usual in one thing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type InjectOptions, injectSidecars } from '../../src/istio/inject.ts';
import { type UninjectOptions, uninjectSidecars } from '../../src/istio/uninject.ts';
import { isList, type Value, type ValueMap } from '../../src/value.ts';
import { after, fileOf, told } from '../support/manifests.ts';
import { configMap, env, object, workload } from '../support/objects.ts';
import { at } from '../support/rendered.ts';

const envoyConfig = { name: 'envoy-config', configMap: { name: 'gateway-proxy-envoy-config' } };
const envoy = { name: 'gateway-proxy', image: 'quay.io/solo-io/gloo-envoy-wrapper:1.17.0' };
const bootstrap =
  'node: {cluster: gateway}\nstatic_resources:\n  clusters:\n  - name: a\n    alt_stat_name: xds_cluster\n  - name: b\n';
const config = configMap({ 'envoy.yaml': bootstrap });

function proxy(options: Parameters<typeof workload>[0] & { readonly volumes?: readonly ValueMap[] } = {}): ValueMap {
  const { volumes = [envoyConfig], pod = {}, ...rest } = options;
  return workload({ containers: [envoy], pod: { volumes, ...pod }, ...rest });
}

function istiod(
  image: string,
  options: {
    readonly name?: string;
    readonly namespace?: string;
    readonly policy?: string;
    readonly container?: string;
  } = {},
): ValueMap {
  const { name = 'istiod', namespace = 'istio-system', policy, container = 'discovery' } = options;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      template: {
        spec: {
          containers: [
            { name: 'first', image: 'x:0' },
            { name: container, image, ...(policy === undefined ? {} : { env: env({ JWT_POLICY: policy }) }) },
          ],
        },
      },
    },
  };
}

function gloo(name: string, image: string, annotations: ValueMap = {}, namespace = 'gloo-system'): ValueMap {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { template: { metadata: { annotations }, spec: { containers: [{ name, image }] } } },
  };
}

/** The resulting objects. */
function inject(objects: readonly ValueMap[], options: InjectOptions = {}) {
  return view(injectSidecars([fileOf(objects)], options));
}

function uninject(objects: readonly ValueMap[], options: UninjectOptions = {}) {
  return view(uninjectSidecars([fileOf(objects)], options));
}

function view(change: ReturnType<typeof injectSidecars>) {
  const objects = after(change);
  const found = objects.find(
    (one) => at(one, 'metadata', 'labels', 'gloo') === 'gateway-proxy' && one['kind'] !== 'ConfigMap',
  );
  const pod = at(found, 'spec', 'template', 'spec');
  const containers = mapsOf(at(pod, 'containers'));
  return {
    changed: change.changed,
    told: told(change.problems),
    codes: change.problems.map(({ code }) => code),
    notes: change.notes,
    images: containers.map(({ name, image }) => `${name} ${image}`),
    volumes: mapsOf(at(pod, 'volumes')).map(({ name }) => name),
    container: (name: string): ValueMap => containers.find((one) => one['name'] === name) ?? {},
    bootstrap: String(
      at(
        objects.find(({ kind }) => kind === 'ConfigMap'),
        'data',
        'envoy.yaml',
      ),
    ),
    objects,
  };
}

function mapsOf(value: Value | undefined): ValueMap[] {
  return isList(value) ? (value as ValueMap[]) : [];
}

function variable(container: ValueMap, name: string): Value | undefined {
  return mapsOf(container['env']).find((one) => one['name'] === name)?.['value'];
}

function mounts(container: ValueMap): (Value | undefined)[] {
  return mapsOf(container['volumeMounts']).map(({ name }) => name);
}

const istioVolumes = ['istio-certs', 'istiod-ca-cert', 'istio-envoy', 'istio-token'];

test('sds and istio-proxy, their volumes and the SDS cluster behind the one for xDS', () => {
  const found = inject([proxy(), config]);
  assert.deepEqual(found.images, [
    'gateway-proxy quay.io/solo-io/gloo-envoy-wrapper:1.17.0',
    'sds quay.io/solo-io/sds:1.17.0',
    'istio-proxy docker.io/istio/proxyv2:1.22.0',
  ]);
  assert.deepEqual(found.volumes, ['envoy-config', ...istioVolumes]);
  assert.deepEqual([found.changed, found.told, found.notes], [2, [], []]);
  assert.deepEqual(
    [...found.bootstrap.matchAll(/^ {2}- name: (\S+)/gm)].map(([, name]) => name),
    ['a', 'gateway_proxy_sds', 'b'],
  );
});

test('which version of Gloo it is: told, annotated, by Gloo’s own images, by the proxy’s', () => {
  const proxied = (image: string, name = 'gateway-proxy'): ValueMap =>
    proxy({
      containers: [
        { name: 'first', image: 'x/first:9.9.9' },
        { name, image },
      ],
    });
  const annotation = (tag: string): ValueMap => ({ 'gloo.solo.io/oss-image-tag': tag });
  const table: readonly (readonly [sds: string | undefined, objects: readonly ValueMap[], options?: InjectOptions])[] =
    [
      ['1.5.1', [proxied('x/gloo-envoy-wrapper:1.5.1')]],
      ['1.5.1', [proxied('x/gloo-envoy-wrapper:v1.5.1')]],
      ['1.5.1', [proxied('r:5000/x/gloo-envoy-wrapper:1.5.1')]],
      ['1.5.1', [proxied('x/gloo-envoy-wrapper:1.5.1@sha256:abc')]],
      ...['distroless', 'fips', 'fips-distroless', 'extended', 'wasm'].map((variant): (typeof table)[number] => [
        // Variants that exist for sds, too.
        `1.5.1${/-(?:distroless|extended)$/.exec(`-${variant}`)?.[0] ?? ''}`,
        [proxied(`x/gloo-envoy-wrapper:1.5.1-${variant}`)],
      ]),
      ['1.5.1-beta2', [proxied('x/gloo-envoy-wrapper:1.5.1-beta2')]],
      // By the name of the container, otherwise by Gloo's own image, otherwise the first one.
      ['1.5.1', [proxied('x/gloo-envoy-wrapper:1.5.1', 'other')]],
      ['9.9.9', [proxied('x/y:1.5.1', 'other')]],
      [
        '1.5.1',
        [
          proxy({
            name: 'edge',
            containers: [
              { name: 'first', image: 'x/first:9.9.9' },
              { name: 'edge', image: 'x/y:1.5.1' },
            ],
          }),
        ],
      ],
      // Enterprise images are numbered differently.
      ['9.9.9', [proxied('x/gloo-ee-envoy-wrapper:1.5.1')]],
      ['9.9.9', [proxied('x/gloo-ee:1.5.1')]],
      ['9.9.9', [proxied('x/y:latest')]],
      ['9.9.9', [proxied('x/y')]],
      ['1.6.1', [proxied('x/y:1.5.1'), gloo('discovery', 'x/discovery:1.6.1')]],
      ['1.6.2', [proxied('x/y:1.5.1'), gloo('gloo', 'x/gloo:1.6.2')]],
      ['1.6.1', [proxied('x/y:1.5.1'), gloo('gloo', 'x/gloo:1.6.2'), gloo('discovery', 'x/discovery:1.6.1')]],
      ['1.6.2', [proxied('x/y:1.5.1'), gloo('gloo', 'x/gloo:1.6.2'), gloo('discovery', 'x/discovery-ee:1.6.1')]],
      ['1.6.3', [proxied('x/y:1.5.1'), gloo('gloo', 'x/gloo:1.6.2', annotation('1.6.3'))]],
      ['1.6.3', [proxied('x/y:1.5.1'), gloo('whatever', 'x/z:1', annotation('v1.6.3'))]],
      ['1.6.2', [proxied('x/y:1.5.1'), gloo('gloo', 'x/gloo:1.6.2', annotation('no tag!'))]],
      // In another namespace, or of a kind that is not a workload.
      ['1.5.1', [proxied('x/y:1.5.1'), gloo('gloo', 'x/gloo:1.6.2', {}, 'other')]],
      ['1.5.1', [proxied('x/y:1.5.1'), { ...gloo('gloo', 'x/gloo:1.6.2'), kind: 'Job' }]],
      ['1.7.1', [proxied('x/y:1.5.1'), gloo('gloo', 'x/gloo:1.6.2')], { glooVersion: '1.7.1' }],
      ['1.7.1', [proxied('x/y:1.5.1')], { glooVersion: 'v1.7.1' }],
      ['vnext', [proxied('x/y:1.5.1')], { glooVersion: 'vnext' }],
      [undefined, [proxy({ containers: [{ name: 'gateway-proxy', image: 'x/y:latest' }] })]],
    ];
  for (const [sds, objects, options] of table) {
    const found = inject([...objects, config], options);
    const image = found.container('sds')['image'];
    assert.equal(
      String(image)
        .split(/\/(?=sds)/)
        .at(-1),
      sds === undefined ? 'undefined' : `sds:${sds}`,
      JSON.stringify(objects),
    );
  }
  const unknown = inject([proxy({ containers: [{ name: 'gateway-proxy', image: 'x/y:latest' }] }), config]);
  assert.deepEqual(unknown.told, [
    'error gloo-version-unknown: Nothing in the input shows which version of Gloo Deployment gloo-system/gateway-proxy belongs to, which is also the version of the sds image. (set it with --gloo-version)',
  ]);
  assert.equal(unknown.changed, 0);
});

test('a version that is not known has the sidecars of the nearest one before it', () => {
  const like = (glooVersion: string) => inject([proxy(), config], { glooVersion }).container('istio-proxy');
  assert.deepEqual(like('1.99.0'), like('1.22.1'));
  assert.deepEqual(like('v1.99.0'), like('1.22.1'));
  assert.deepEqual(like('1.17.999'), inject([proxy(), config], { glooVersion: '1.17.53' }).container('istio-proxy'));
  assert.deepEqual(like('mine'), like('1.22.1'));
});

test('which Istio it is: told, or by the istiod of its namespace and revision', () => {
  const image = 'docker.io/istio/pilot:1.20.3';
  const table: readonly (readonly [
    version: string,
    note: string | undefined,
    codes: readonly string[],
    others: readonly ValueMap[],
    options?: InjectOptions,
  ])[] = [
    ['1.22.0', undefined, [], []],
    ['1.20.3', 'Istio 1.20.3, found in Deployment istio-system/istiod', [], [istiod(image)]],
    ['1.20.3', 'Istio 1.20.3, found in Deployment istio-system/istiod', [], [istiod(`${image}@sha256:abc`)]],
    ['1.19.0', undefined, [], [istiod(image)], { istioVersion: '1.19.0' }],
    // The first container, if none has the usual name.
    ['0', 'Istio 0, found in Deployment istio-system/istiod', ['old-istio'], [istiod(image, { container: 'pilot' })]],
    // In another place, or with another name.
    ['1.22.0', undefined, [], [istiod(image, { namespace: 'mesh' })]],
    [
      '1.20.3',
      'Istio 1.20.3, found in Deployment mesh/istiod',
      [],
      [istiod(image, { namespace: 'mesh' })],
      { istioNamespace: 'mesh' },
    ],
    ['1.22.0', undefined, [], [istiod(image, { name: 'istiodx' })]],
    ['1.22.0', undefined, [], [{ ...istiod(image), kind: 'StatefulSet' }]],
    // Revisions.
    ['1.20.3', 'Istio 1.20.3, found in Deployment istio-system/istiod-a', [], [istiod(image, { name: 'istiod-a' })]],
    [
      '1.20.3',
      'Istio 1.20.3, found in Deployment istio-system/istiod-a',
      [],
      [istiod('x:1.19.1'), istiod(image, { name: 'istiod-a' })],
      { istioRevision: 'a' },
    ],
    [
      '1.19.1',
      'Istio 1.19.1, found in Deployment istio-system/istiod',
      [],
      [istiod('x:1.19.1'), istiod(image, { name: 'istiod-a' })],
    ],
    [
      '1.19.1',
      'Istio 1.19.1, found in Deployment istio-system/istiod',
      [],
      [istiod(image, { name: 'istiod-a' }), istiod('x:1.19.1')],
      { istioRevision: 'default' },
    ],
    ['1.22.0', undefined, ['istio-version-unknown'], [istiod(image, { name: 'istiod-a' })], { istioRevision: 'b' }],
    [
      '1.22.0',
      undefined,
      ['istio-version-unknown'],
      [istiod(image, { name: 'istiod-a' }), istiod(image, { name: 'istiod-b' })],
    ],
  ];
  for (const [version, note, codes, others, options] of table) {
    const found = inject([proxy(), config, ...others], options);
    assert.equal(
      found.container('istio-proxy')['image'],
      `docker.io/istio/proxyv2:${version}`,
      JSON.stringify([others, options]),
    );
    assert.deepEqual(found.notes, note === undefined ? [] : [note]);
    assert.deepEqual(found.codes, codes);
  }
  const two = inject([proxy(), config, istiod(image, { name: 'istiod-a' }), istiod(image, { name: 'istiod-b' })]);
  assert.deepEqual(two.told, [
    'warning istio-version-unknown: None of these is the requested istiod: istiod-a, istiod-b. (choose one with --istio-revision, or set --istio-version and --jwt-policy)',
  ]);
  const untagged = inject([proxy(), config, istiod('docker.io/istio/pilot')]);
  assert.deepEqual(
    [untagged.changed, untagged.told],
    [
      0,
      [
        'error istio-version-unknown spec.template.spec.containers: The image docker.io/istio/pilot of istiod has no tag that shows its version. (set it with --istio-version)',
      ],
    ],
  );
  assert.deepEqual(inject([proxy(), config, istiod('docker.io/istio/pilot')], { istioVersion: '1.20.0' }).told, []);
  // Without a workload it is not needed.
  assert.deepEqual(inject([config, istiod('docker.io/istio/pilot')]).codes, ['no-workload']);
});

test('tags that cannot be tags are refused', () => {
  const found = inject([proxy(), config], { glooVersion: 'a b', istioVersion: '-x' });
  assert.deepEqual(
    [found.changed, found.told],
    [
      0,
      [
        'error bad-version: --gloo-version is the tag of an image, but "a b" is not a valid tag. (write a version such as 1.17.0, or a complete image as in --image sds=registry.example/sds:1.17.0)',
        'error bad-version: --istio-version is the tag of an image, but "-x" is not a valid tag. (write a version such as 1.17.0, or a complete image as in --image sds=registry.example/sds:1.17.0)',
      ],
    ],
  );
  for (const tag of ['', '.a', '-a', 'a/b', 'a:b', 'a'.repeat(129)])
    assert.deepEqual(inject([proxy(), config], { glooVersion: tag }).codes, ['bad-version'], tag);
  for (const tag of ['1', '_a', 'a.b-c_d', 'a'.repeat(128)])
    assert.deepEqual(inject([proxy(), config], { glooVersion: tag }).codes, [], tag);
});

test('an address with which the agent does not start is refused', () => {
  for (const istioDiscoveryAddress of [
    'istiod.istio-system.svc',
    'https://istiod.istio-system.svc:15012',
    'istiod:0',
  ]) {
    const found = inject([proxy(), config], { istioDiscoveryAddress });
    assert.deepEqual([found.changed, found.codes], [0, ['istiod-address']], istioDiscoveryAddress);
  }
  for (const istioDiscoveryAddress of ['istiod.istio-system.svc:15012', '10.0.0.1:15012', '[fd00::1]:15012'])
    assert.deepEqual(inject([proxy(), config], { istioDiscoveryAddress }).codes, [], istioDiscoveryAddress);
});

test('settings of the sidecar', () => {
  const found = (options: InjectOptions, more: readonly ValueMap[] = []) =>
    inject([proxy(), config, ...more], options).container('istio-proxy');
  const plain = found({});
  assert.deepEqual(
    ['CA_ADDR', 'JWT_POLICY', 'ISTIO_META_MESH_ID', 'ISTIO_META_CLUSTER_ID'].map((name) => variable(plain, name)),
    ['istiod.istio-system.svc:15012', 'third-party-jwt', 'cluster.local', 'Kubernetes'],
  );
  assert.equal(variable(found({ istioMetaMeshId: 'm' }), 'ISTIO_META_MESH_ID'), 'm');
  assert.equal(variable(found({ istioMetaClusterId: 'c' }), 'ISTIO_META_CLUSTER_ID'), 'c');
  const addresses: readonly (readonly [address: string, options: InjectOptions])[] = [
    ['istiod.istio-system.svc:15012', {}],
    ['istiod.mesh.svc:15012', { istioNamespace: 'mesh' }],
    ['istiod-a.istio-system.svc:15012', { istioRevision: 'a' }],
    ['istiod-a.mesh.svc:15012', { istioRevision: 'a', istioNamespace: 'mesh' }],
    ['istiod.istio-system.svc:15012', { istioRevision: 'default' }],
    ['istiod.istio-system.svc:15012', { istioRevision: '' }],
    ['x.y:1', { istioDiscoveryAddress: 'x.y:1', istioRevision: 'a' }],
  ];
  for (const [address, options] of addresses) {
    const container = found(options);
    assert.equal(variable(container, 'CA_ADDR'), address);
    assert.equal(variable(container, 'PROXY_CONFIG'), `{"discoveryAddress": ${address}}\n`);
  }
  // Older agents are configured by an argument.
  const old = found({ glooVersion: '1.5.0', istioDiscoveryAddress: 'x.y:1' });
  assert.equal(at(old, 'args', (old['args'] as string[]).indexOf('--discoveryAddress') + 1), 'x.y:1');
  assert.equal(variable(old, 'CA_ADDR'), 'x.y:1');
  assert.equal(variable(old, 'PROXY_CONFIG'), '{"discoveryAddress": x.y:1}\n');
  assert.equal(variable(found({ glooVersion: '1.5.0' }), 'PROXY_CONFIG'), undefined);
});

test('a first-party token is the pod’s own, and needs no volume', () => {
  const check = (found: ReturnType<typeof inject>, hasToken: boolean, policy: string): void => {
    assert.equal(variable(found.container('istio-proxy'), 'JWT_POLICY'), policy);
    assert.equal(mounts(found.container('istio-proxy')).includes('istio-token'), hasToken);
    assert.equal(found.volumes.includes('istio-token'), hasToken);
  };
  check(inject([proxy(), config]), true, 'third-party-jwt');
  check(inject([proxy(), config], { jwtPolicy: 'first-party-jwt' }), false, 'first-party-jwt');
  check(inject([proxy(), config, istiod('x:1.20.0', { policy: 'first-party-jwt' })]), false, 'first-party-jwt');
  check(
    inject([proxy(), config, istiod('x:1.20.0', { policy: 'first-party-jwt' })], { jwtPolicy: 'third-party-jwt' }),
    true,
    'third-party-jwt',
  );
  // Injecting and removing.
  const first = inject([proxy(), config], { jwtPolicy: 'first-party-jwt' }).objects;
  check(inject(first, { jwtPolicy: 'third-party-jwt' }), true, 'third-party-jwt');
  check(inject(first), false, 'first-party-jwt');
  const third = inject([proxy(), config]).objects;
  check(inject(third, { jwtPolicy: 'first-party-jwt' }), false, 'first-party-jwt');
  check(inject(third), true, 'third-party-jwt');
});

test('what is there already is completed, not replaced', () => {
  const sds = {
    name: 'sds',
    image: 'r/sds:1.7.1',
    env: env({ GLOO_MTLS_SDS_ENABLED: 'true', MINE: 'x' }),
    volumeMounts: [{ name: 'gloo-mtls-certs', mountPath: '/etc/envoy/ssl' }],
  };
  const certs = [envoyConfig, { name: 'gloo-mtls-certs', secret: { secretName: 's' } }];
  const withSds = (one: ValueMap): ValueMap => proxy({ containers: [envoy, one], volumes: certs });
  const found = inject([withSds(sds), config]);
  assert.deepEqual(
    found.images.map((text) => text.split(' ')[0]),
    ['gateway-proxy', 'sds', 'istio-proxy'],
  );
  const completed = found.container('sds');
  assert.equal(completed['image'], 'r/sds:1.7.1');
  assert.deepEqual(mounts(completed), ['gloo-mtls-certs', 'istio-certs', 'envoy-config']);
  assert.deepEqual(
    mapsOf(completed['env']).map(({ name }) => name),
    ['GLOO_MTLS_SDS_ENABLED', 'MINE', 'POD_NAME', 'POD_NAMESPACE', 'ISTIO_MTLS_SDS_ENABLED'],
  );
  assert.equal(inject([withSds(sds), config], { glooVersion: '1.7.3' }).container('sds')['image'], 'r/sds:1.7.3');
  const off = { ...sds, env: env({ ISTIO_MTLS_SDS_ENABLED: 'false', POD_NAME: 'mine' }) };
  const on = inject([withSds(off), config]).container('sds');
  assert.equal(variable(on, 'ISTIO_MTLS_SDS_ENABLED'), 'true');
  assert.equal(variable(on, 'POD_NAME'), 'mine');

  const sidecar = (fields: ValueMap): ValueMap => ({
    name: 'istio-proxy',
    image: 'r/proxyv2:1.7.1@sha256:abc',
    ...fields,
  });
  const completedProxy = (fields: ValueMap, options: InjectOptions = {}, others: readonly ValueMap[] = []): ValueMap =>
    inject([proxy({ containers: [envoy, sidecar(fields)] }), config, ...others], options).container('istio-proxy');
  assert.deepEqual(
    completedProxy({}),
    sidecar({ volumeMounts: [{ name: 'istio-certs', mountPath: '/etc/istio-certs/' }] }),
  );
  assert.deepEqual(mounts(completedProxy({ env: env({ OUTPUT_CERTS: '/etc/istio-certs' }) })), ['istio-certs']);
  assert.deepEqual(mounts(completedProxy({ env: env({ OUTPUT_CERTS: '/elsewhere' }) })), []);
  assert.equal(completedProxy({}, { istioVersion: '1.2.0' })['image'], 'r/proxyv2:1.2.0');
  // An image that already has the version stays, with its digest.
  assert.equal(completedProxy({}, { istioVersion: '1.7.1' })['image'], 'r/proxyv2:1.7.1@sha256:abc');
  assert.equal(completedProxy({}, {}, [istiod('x:1.20.0')])['image'], 'r/proxyv2:1.20.0');
  assert.equal(variable(completedProxy({}, { istioMetaMeshId: 'm' }), 'ISTIO_META_MESH_ID'), 'm');
  assert.deepEqual(completedProxy({ env: env({ A: '1', CA_ADDR: 'x', B: '2' }) }, { istioRevision: 'r' })['env'], [
    { name: 'A', value: '1' },
    { name: 'CA_ADDR', value: 'istiod-r.istio-system.svc:15012' },
    { name: 'B', value: '2' },
    { name: 'PROXY_CONFIG', value: '{"discoveryAddress": istiod-r.istio-system.svc:15012}\n' },
  ]);
  assert.equal(
    variable(
      completedProxy(
        { env: env({ PROXY_CONFIG: '{"discoveryAddress": "old:1", "x": 1}' }) },
        { istioDiscoveryAddress: 'new:2' },
      ),
      'PROXY_CONFIG',
    ),
    '{"discoveryAddress": new:2, "x": 1}',
  );
  // sds is inserted before an existing istio-proxy.
  assert.deepEqual(
    inject([proxy({ containers: [envoy, sidecar({}), { name: 'last', image: 'l' }] }), config]).images.map(
      (text) => text.split(' ')[0],
    ),
    ['gateway-proxy', 'sds', 'istio-proxy', 'last'],
  );
  // Both exist, so no version is needed.
  const both = proxy({
    containers: [{ name: 'gateway-proxy', image: 'x/y:latest' }, sds, sidecar({})],
    volumes: certs,
  });
  assert.deepEqual(inject([both, config]).codes, []);
});

test('containers of the user’s own in place of istio-proxy', () => {
  const own: ValueMap = {
    name: 'agent',
    image: 'my/agent:1',
    volumeMounts: [{ name: 'istio-certs', mountPath: '/c' }],
  };
  const found = inject([proxy(), config], { sidecars: [own] });
  assert.deepEqual(
    found.images.map((text) => text.split(' ')[0]),
    ['gateway-proxy', 'sds', 'agent'],
  );
  assert.deepEqual(found.container('agent'), own);
  assert.deepEqual(found.volumes, ['envoy-config', 'istio-certs']);
  // Two agents would write to the same place.
  const replaced = inject(inject([proxy(), config]).objects, { sidecars: [own] });
  assert.deepEqual(
    replaced.images.map((text) => text.split(' ')[0]),
    ['gateway-proxy', 'sds', 'agent'],
  );
  const same = inject(inject([proxy(), config]).objects, { sidecars: [{ ...own, name: 'istio-proxy' }] });
  assert.deepEqual(
    same.images.map((text) => text.split(' ')[0]),
    ['gateway-proxy', 'sds', 'istio-proxy'],
  );
  assert.equal(same.container('istio-proxy')['image'], 'my/agent:1');
  const unknown = inject([proxy(), config], {
    sidecars: [{ ...own, volumeMounts: [{ name: 'mine', mountPath: '/m' }] }],
  });
  assert.deepEqual(
    [unknown.changed, unknown.told],
    [
      0,
      [
        'error unknown-volume: A sidecar mounts the volume mine, which neither the pod has nor glistio adds. (remove the mount from the sidecar, or add the volume to Deployment gloo-system/gateway-proxy)',
      ],
    ],
  );
  const known = proxy({ volumes: [{ name: 'mine', emptyDir: {} }, envoyConfig, { name: 'last', emptyDir: {} }] });
  assert.deepEqual(
    inject([known, config], { sidecars: [{ ...own, volumeMounts: [{ name: 'mine', mountPath: '/m' }] }] }).volumes,
    ['mine', 'envoy-config', 'istio-certs', 'last'],
  );
});

test('volumes stand behind those of their kind', () => {
  const volumes = (...names: string[]) => names.map((name) => ({ name, emptyDir: {} }));
  assert.deepEqual(inject([proxy({ volumes: [...volumes('a'), envoyConfig, ...volumes('z')] }), config]).volumes, [
    'a',
    'envoy-config',
    ...istioVolumes,
    'z',
  ]);
  assert.deepEqual(inject([proxy({ volumes: [envoyConfig, ...volumes('istio-token', 'z')] }), config]).volumes, [
    'envoy-config',
    'istio-token',
    'istio-certs',
    'istiod-ca-cert',
    'istio-envoy',
    'z',
  ]);
  const named = { proxy: 'gateway-proxy' };
  assert.deepEqual(inject([proxy({ volumes: volumes('a') }), config], named).codes, ['unknown-volume']);
});

const notFound = 'a proxy is a Deployment or DaemonSet with the label gloo: gateway-proxy and a volume envoy-config';

test('which objects are gateway proxies', () => {
  const labelled = (labels: ValueMap, podLabels: ValueMap): ValueMap => {
    const given = proxy({ metadata: { labels } });
    const template = at(given, 'spec', 'template') as ValueMap;
    return { ...given, spec: { template: { ...template, metadata: { labels: podLabels } } } };
  };
  const table: readonly (readonly [changed: number, object: ValueMap, options?: InjectOptions])[] = [
    [1, proxy()],
    [1, proxy({ kind: 'DaemonSet' })],
    [0, proxy({ kind: 'StatefulSet' })],
    [1, labelled({ gloo: 'gateway-proxy' }, {})],
    [1, labelled({}, { gloo: 'gateway-proxy' })],
    [1, labelled({}, { 'gateway-proxy-id': 'x' })],
    [0, labelled({}, {})],
    [0, labelled({ gloo: 'gloo' }, {})],
    [0, proxy({ volumes: [] })],
    [1, proxy(), { proxy: 'gateway-proxy' }],
    [0, proxy(), { proxy: 'other' }],
    [1, labelled({ 'gateway-proxy-id': 'id' }, {}), { proxy: 'id' }],
    [1, proxy(), { namespace: 'gloo-system' }],
    [0, proxy(), { namespace: 'other' }],
    [1, proxy({ metadata: { namespace: null } }), { namespace: 'other' }],
  ];
  for (const [changed, given, options] of table)
    assert.equal(inject([given], options).changed, changed, JSON.stringify([given['metadata'], options]));
  assert.deepEqual(inject([]).told, [
    `warning no-proxy: There is no gateway proxy in the input, so nothing is changed. (${notFound})`,
  ]);
  assert.deepEqual(inject([], { namespace: 'n' }).told, [
    `warning no-proxy: There is no gateway proxy in namespace n in the input, so nothing is changed. (${notFound})`,
  ]);
  assert.deepEqual(inject([], { proxy: 'p', namespace: 'n' }).told, [
    'error unknown-proxy: There is no gateway proxy p in namespace n in the input. (use the name of its Deployment or DaemonSet)',
  ]);
});

test('which ConfigMaps are bootstraps of proxies', () => {
  const map = (name: string, metadata: ValueMap = {}): ValueMap => ({
    ...config,
    metadata: { name, namespace: 'gloo-system', labels: { gloo: 'gateway-proxy' }, ...metadata },
  });
  const table: readonly (readonly [changed: number, object: ValueMap, options?: InjectOptions])[] = [
    [1, map('gateway-proxy-envoy-config')],
    [1, map('edge-envoy-config')],
    [0, map('edge-config')],
    [0, map('edge-envoy-config', { labels: {} })],
    [1, map('edge-envoy-config', { labels: { 'gateway-proxy-id': 'x' } })],
    [0, { ...map('edge-envoy-config'), kind: 'Secret' }],
    [1, map('edge-envoy-config'), { proxy: 'edge' }],
    [1, map('edge-envoy-config', { labels: { 'gateway-proxy-id': 'x' } }), { proxy: 'x' }],
    [0, map('edge-envoy-config', { labels: { 'gateway-proxy-id': 'x' } }), { proxy: 'y' }],
    [0, map('edge-envoy-config'), { namespace: 'other' }],
  ];
  for (const [changed, given, options] of table)
    assert.equal(inject([given], options).changed, changed, JSON.stringify([given['metadata'], options]));
  // The ConfigMap that a workload mounts, whatever its name; in the workload's namespace.
  const mounting = proxy({ volumes: [{ name: 'envoy-config', configMap: { name: 'mine' } }] });
  assert.equal(inject([mounting, map('mine', { labels: {} })]).changed, 2);
  assert.deepEqual(inject([mounting, map('mine', { labels: {}, namespace: 'other' })]).codes, ['no-config-map']);
  assert.deepEqual(inject([mounting]).told, [
    "warning no-config-map: The ConfigMap mine with Envoy's bootstrap is not in the input, so it did not get the SDS cluster. (add its file too; without the cluster Envoy gets no certificates)",
  ]);
  assert.deepEqual(inject([config]).told, [
    'warning no-workload: No Deployment or DaemonSet in the input mounts ConfigMap gloo-system/gateway-proxy-envoy-config, so no sidecars were added for it. (add its file too; without the sidecars the SDS cluster serves no certificates)',
  ]);
  const unnamed = proxy({ volumes: [{ name: 'envoy-config' }] });
  assert.deepEqual(inject([unnamed, config]).codes, []);
});

test('bootstraps in either spelling, and invalid ones', () => {
  const clusters = (text: string): string => inject([proxy(), configMap({ 'envoy.yaml': text })]).bootstrap;
  assert.match(
    clusters('static_resources: {clusters: []}'),
    /connect_timeout: 0\.25s.*http2_protocol_options: \{\}.*socket_address: \{address: "?127\.0\.0\.1"?, port_value: 8234\}/,
  );
  assert.match(
    clusters('staticResources: {clusters: []}'),
    /connectTimeout: 0\.250s.*http2ProtocolOptions: \{\}.*socketAddress: \{address: "?127\.0\.0\.1"?, portValue: 8234\}/,
  );
  assert.doesNotMatch(clusters('node: {a: b}') + clusters('layeredRuntime: {}'), /static_?[rR]esources:/);
  assert.match(clusters('layeredRuntime: {}\nstatic_resources: {}'), /static_resources:[\s\S]*connect_timeout/);
  assert.match(
    clusters('staticResources:\n  clusters:\n  - {name: a, altStatName: xds_cluster}\n  - name: b\n'),
    /name: a[\s\S]*gateway_proxy_sds[\s\S]*name: b/,
  );
  // At the end if there is no cluster for xDS.
  assert.match(
    clusters('static_resources:\n  clusters:\n  - name: a\n  - name: b\n'),
    /name: a[\s\S]*name: b[\s\S]*gateway_proxy_sds/,
  );
  const there = 'static_resources: {clusters: [{name: gateway_proxy_sds, x: y}]}\n';
  assert.equal(clusters(there), there);

  const refused = (data: ValueMap): string[] => inject([proxy(), configMap(data)]).told;
  assert.deepEqual(refused({}), [
    'error no-bootstrap data: ConfigMap gloo-system/gateway-proxy-envoy-config has no envoy.yaml with an Envoy bootstrap. (the key must be envoy.yaml and its value a string)',
  ]);
  assert.deepEqual(refused({ 'envoy.yaml': {} }).length, 1);
  assert.deepEqual(refused({ 'envoy.yaml': 'just text' }), [
    "error no-bootstrap data.envoy\\.yaml: This ConfigMap's envoy.yaml does not contain an Envoy bootstrap. (it must be a map with static_resources)",
  ]);
  assert.match(
    refused({ 'envoy.yaml': 'ok: 1\na: [' }).join(),
    /^error no-bootstrap data\.envoy\\\.yaml: Envoy's bootstrap is not valid YAML: .* \(line [23] of the bootstrap\)/,
  );
});

test('taking out what was put in', () => {
  const injected = inject([proxy(), config]).objects;
  const found = uninject(injected);
  assert.deepEqual(
    [found.changed, found.told, found.images, found.volumes],
    [2, [], ['gateway-proxy quay.io/solo-io/gloo-envoy-wrapper:1.17.0'], ['envoy-config']],
  );
  assert.equal(found.bootstrap, bootstrap);
  assert.deepEqual(uninject([proxy(), config]).changed, 0);
  assert.deepEqual(uninject([]).codes, ['no-proxy']);
  assert.deepEqual(uninject([], { proxy: 'p' }).codes, ['unknown-proxy']);
  const own: ValueMap = { name: 'agent', image: 'my/agent:1' };
  const custom = inject([proxy(), config], { sidecars: [own] }).objects;
  assert.deepEqual(
    uninject(custom).images.map((text) => text.split(' ')[0]),
    ['gateway-proxy', 'agent'],
  );
  assert.deepEqual(
    uninject(custom, { sidecars: [own] }).images.map((text) => text.split(' ')[0]),
    ['gateway-proxy'],
  );
});

test('the cluster stays as long as anything but a comment names it', () => {
  const cluster = '  - name: gateway_proxy_sds\n    type: STATIC\n';
  const withCluster = (rest: string): string => `static_resources:\n  clusters:\n  - name: a\n${cluster}${rest}`;
  const left = (text: string): string => uninject([proxy(), configMap({ 'envoy.yaml': text })]).bootstrap;
  const table: readonly (readonly [gone: boolean, rest: string])[] = [
    [true, ''],
    [true, '# gateway_proxy_sds is what Istio needs\n'],
    [true, 'node: {id: x} # as gateway_proxy_sds has it\n'],
    [true, '  # - gateway_proxy_sds\n'],
    [true, 'node: {id: gateway_proxy_sds2}\n'],
    [true, 'node: {id: my_gateway_proxy_sds}\n'],
    [false, 'node: {id: gateway_proxy_sds}\n'],
    [false, 'x: {cluster_name: gateway_proxy_sds} # ours\n'],
    [false, 'x:\n  cluster_name: "gateway_proxy_sds"\n'],
  ];
  for (const [gone, rest] of table) assert.equal(left(withCluster(rest)).includes(cluster), !gone, rest);
  // The list is removed with its last item, whatever its siblings are.
  assert.equal(
    left('static_resources:\n  clusters:\n  - name: gateway_proxy_sds\n  listeners: []\n'),
    'static_resources:\n  listeners: []\n',
  );
  for (const text of [
    'a: b\n',
    'static_resources: 1\n',
    'static_resources: {clusters: 1}\n',
    'static_resources: {clusters: [1]}\n',
  ])
    assert.equal(left(text), text);
});

test('Gloo’s own mTLS keeps its sds container, without what Istio needed in it', () => {
  const sds = {
    name: 'sds',
    image: 'r/sds:1',
    env: env({ GLOO_MTLS_SDS_ENABLED: 'true', ISTIO_MTLS_SDS_ENABLED: 'true' }),
    volumeMounts: [
      { name: 'gloo-mtls-certs', mountPath: '/g' },
      { name: 'istio-certs', mountPath: '/i' },
      { name: 'envoy-config', mountPath: '/e' },
    ],
  };
  const found = uninject([
    proxy({ containers: [envoy, sds], volumes: [envoyConfig, { name: 'istio-certs', emptyDir: {} }] }),
    config,
  ]);
  assert.deepEqual(found.container('sds'), {
    ...sds,
    env: env({ GLOO_MTLS_SDS_ENABLED: 'true' }),
    volumeMounts: [{ name: 'gloo-mtls-certs', mountPath: '/g' }],
  });
  assert.deepEqual(found.volumes, ['envoy-config']);
  const plain = {
    ...sds,
    env: env({ GLOO_MTLS_SDS_ENABLED: 'true' }),
    volumeMounts: [{ name: 'gloo-mtls-certs', mountPath: '/g' }],
  };
  assert.equal(uninject([proxy({ containers: [envoy, plain] }), config]).changed, 0);
});

test('a volume that another container mounts stays', () => {
  const volumes = [envoyConfig, { name: 'istio-certs', emptyDir: {} }, { name: 'istio-envoy', emptyDir: {} }];
  const other = { name: 'other', image: 'o', volumeMounts: [{ name: 'istio-certs', mountPath: '/c' }] };
  const found = uninject([proxy({ containers: [envoy, other, { ...other, name: 'third' }], volumes }), config]);
  assert.deepEqual(
    [found.volumes, found.told],
    [
      ['envoy-config', 'istio-certs'],
      [
        'warning volume-still-used: The volume istio-certs of Deployment gloo-system/gateway-proxy stays, because the container other, third mounts it. (remove the container or its mount if it was only there for the sidecars)',
      ],
    ],
  );
  const init = proxy({ volumes, pod: { initContainers: [other] } });
  assert.deepEqual(uninject([init, config]).volumes, ['envoy-config', 'istio-certs']);
});

test('what still points at the cluster', () => {
  const upstream = (sds: Value, name = 'u'): ValueMap =>
    object('Upstream', name, { spec: { sslConfig: { sds }, kube: {} } }, 'gloo.solo.io/v1');
  const injected = inject([proxy(), config]).objects;
  const pointing = upstream({ clusterName: 'gateway_proxy_sds' });
  const refused = uninject([...injected, pointing]);
  assert.deepEqual(
    [refused.changed, refused.told],
    [
      0,
      [
        'error upstream-points-at-sds spec.sslConfig: Upstream gloo-system/u gets its certificates from gateway_proxy_sds, which would be removed. (remove its sslConfig first (glistio disable-mtls), or use --include-upstreams)',
      ],
    ],
  );
  // The cluster that Gloo uses by default.
  for (const sds of [{}, { clusterName: '' }])
    assert.deepEqual(uninject([...injected, upstream(sds)]).codes, ['upstream-points-at-sds']);
  for (const sds of [{ clusterName: 'other' }, 'text'])
    assert.deepEqual(uninject([...injected, upstream(sds)]).codes, []);
  const included = uninject([...injected, pointing, upstream({ clusterName: 'other' }, 'v')], {
    includeUpstreams: true,
  });
  assert.deepEqual([included.changed, included.told], [3, []]);
  assert.deepEqual(
    included.objects.filter(({ kind }) => kind === 'Upstream').map(({ spec }) => spec),
    [{ kube: {} }, { sslConfig: { sds: { clusterName: 'other' } }, kube: {} }],
  );
  assert.deepEqual(uninject([pointing], { includeUpstreams: true }).told, []);

  const gateway = (apiVersion: string, clusterName: string): ValueMap =>
    object('Gateway', 'g', { spec: { list: [{ deep: { clusterName } }] } }, apiVersion);
  assert.deepEqual(uninject([...injected, gateway('gateway.solo.io/v1', 'gateway_proxy_sds')]).told, [
    'warning points-at-sds: Gateway gloo-system/g refers to the cluster gateway_proxy_sds, which is removed. (configure another source of certificates for it)',
  ]);
  assert.deepEqual(uninject([...injected, gateway('gateway.solo.io/v1', 'x')]).told, []);
  assert.deepEqual(uninject([...injected, gateway('networking.istio.io/v1', 'gateway_proxy_sds')]).told, []);
});
