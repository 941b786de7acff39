/**
 * Follows the hints of inject, uninject, enable-mtls, disable-mtls, route and policy check literally, in objects and
 * options: the problem disappears, no new one appears, and the proxy's own image stays.
 */
import {
  addRoute,
  checkPolicies,
  disableMtls,
  enableMtls,
  injectSidecars,
  renderGatewayProxies,
  uninjectSidecars,
} from '../../src/index.ts';
import { mapAt, mapsIn, textOf, type Value, type ValueMap, valueAt, withValueAt } from '../../src/value.ts';
import {
  argueOthers,
  type Case,
  changed,
  followCases,
  ofKind,
  type World,
  withObject,
  withOption,
  world,
  yaml,
} from './cases.ts';

const printed = (values: object = {}, chartVersion = '1.17.3'): ValueMap[] =>
  renderGatewayProxies({ values: [values as never], chartVersion, objects: 'workloads' }).manifests.map(
    ({ object }) => object,
  );
const isWorkload = ({ kind }: ValueMap): boolean => kind === 'Deployment';
const inPod = (path: readonly (string | number)[], value: Value | undefined): ((given: World) => World) =>
  changed(isWorkload, ['spec', 'template', ...path], value);
/** What another command does to the objects. */
const afterwards =
  (command: typeof enableMtls, options: object) =>
  ({ objects, ...rest }: World): World => {
    const { manifests } = command({ name: 'all.yaml', text: streamOf(objects) }, options as never);
    return {
      ...rest,
      objects: manifests.flatMap(({ text }) =>
        text
          .split(/^---$/m)
          .filter((part) => part.trim())
          .map(yaml),
      ),
    };
  };
const streamOf = (objects: readonly ValueMap[]): string => objects.map((one) => JSON.stringify(one)).join('\n---\n');

const proxy = printed();
const proxyImage = ['spec', 'containers', 0, 'image'];
const labels = ['metadata', 'labels'];
const namespace = (label: string): ValueMap =>
  yaml(`{apiVersion: v1, kind: Namespace, metadata: {name: gloo-system, labels: {${label}}}}`);
const upstream = (spec = '{kube: {serviceName: a, serviceNamespace: default, selector: {app: a}}}'): ValueMap =>
  yaml(
    `{apiVersion: gloo.solo.io/v1, kind: Upstream, metadata: {name: default-a-80, namespace: gloo-system}, spec: ${spec}}`,
  );
const policy = (mode: string): ValueMap =>
  yaml(
    `{apiVersion: security.istio.io/v1beta1, kind: PeerAuthentication, metadata: {name: default, namespace: istio-system}, spec: {mtls: {mode: ${mode}}}}`,
  );
const ofOwnCertificate =
  '{sslConfig: {secretRef: {name: a, namespace: b}}, kube: {serviceName: a, serviceNamespace: default, selector: {app: a}}}';
const istiod = (image: string, name = 'istiod'): ValueMap =>
  yaml(
    `{apiVersion: apps/v1, kind: Deployment, metadata: {name: ${name}, namespace: istio-system}, spec: {template: {spec: {containers: [{name: discovery, image: "${image}"}]}}}}`,
  );
const service = yaml(
  '{apiVersion: gateway.solo.io/v1, kind: VirtualService, metadata: {name: default, namespace: gloo-system}, spec: {virtualHost: {domains: [a.example], routes: [{matchers: [{prefix: /}], routeAction: {single: {upstream: {name: b, namespace: gloo-system}}}}]}}}',
);
const route = { upstream: 'default-a-80', path: { kind: 'prefix', value: '/a' } };
const volumes = (volume: ValueMap): Value => [
  ...mapsIn(valueAt(proxy.find(isWorkload) ?? {}, 'spec', 'template', 'spec', 'volumes')),
  volume,
];
const injected = (): ValueMap[] => [...afterwards(injectSidecars as never, {})(world(proxy)).objects];
const mounts = ['spec', 'containers', 0, 'volumeMounts'];
const own = mapsIn(valueAt(proxy.find(isWorkload) ?? {}, 'spec', 'template', ...mounts));
const withMtls = afterwards(enableMtls, { all: true })(
  world([withValueAt(upstream(), ['metadata', 'name'], 'default-b-80') as ValueMap]),
).objects;
const configMapOnly = proxy.filter(ofKind('ConfigMap'));
const workloadOnly = proxy.filter(isWorkload);

const cases: readonly Case[] = [
  {
    ...{ run: injectSidecars, code: 'no-config-map', world: world(workloadOnly) },
    ...{ hint: /^add its file too; without the cluster/, follow: [withObject(...configMapOnly)] },
  },
  {
    ...{ run: injectSidecars, code: 'no-workload', world: world(configMapOnly, { glooVersion: '1.17.3' }) },
    ...{ hint: /^add its file too; without the sidecars/, follow: [withObject(...workloadOnly)] },
  },
  {
    ...{ run: injectSidecars, code: 'bad-version', world: world(proxy, { glooVersion: 'a b' }) },
    ...{
      hint: /^write a version such as (\S+), or a complete image as in --image sds=(\S+)$/,
      follow: [
        (given, [, version]) => withOption('glooVersion', version)(given),
        (given, [, , image]) => withOption('images', { sds: image })(withOption('glooVersion', undefined)(given)),
      ],
    },
  },
  {
    ...{ run: injectSidecars, code: 'istiod-address', world: world(proxy, { istioDiscoveryAddress: 'istiod' }) },
    ...{
      hint: /^write host and port, as in (\S+)$/,
      follow: [(given, [, address]) => withOption('istioDiscoveryAddress', address)(given)],
    },
  },
  {
    ...{
      run: injectSidecars,
      code: 'no-proxy',
      world: inPod(labels, {})(changed(isWorkload, labels, {})(world(workloadOnly))),
    },
    ...{
      hint: /^a proxy is a Deployment or DaemonSet with the label (\w+): (\S+) and a volume (\S+)$/,
      follow: [
        (given, [, label, value]) =>
          withObject(...configMapOnly)(changed(isWorkload, [...labels, label ?? ''], value ?? '')(given)),
      ],
    },
  },
  {
    ...{ run: injectSidecars, code: 'unknown-proxy', world: world(proxy, { proxy: 'gateway' }) },
    ...{
      hint: /^use the name of its Deployment or DaemonSet$/,
      follow: [withOption('proxy', textOf(mapAt(workloadOnly[0], 'metadata')['name']))],
    },
  },
  {
    ...{
      run: injectSidecars,
      code: 'no-bootstrap',
      world: changed(ofKind('ConfigMap'), ['data'], { 'envoy.yml': '' })(world(proxy)),
    },
    ...{
      hint: /^the key must be (\S+) and its value a string$/,
      follow: [(given) => changed(ofKind('ConfigMap'), ['data'], mapAt(configMapOnly[0], 'data'))(given)],
    },
  },
  {
    ...{
      run: injectSidecars,
      code: 'no-bootstrap',
      world: changed(ofKind('ConfigMap'), ['data', 'envoy.yaml'], 'text')(world(proxy)),
    },
    ...{
      hint: /^it must be a map with static_resources$/,
      follow: [(given) => changed(ofKind('ConfigMap'), ['data'], mapAt(configMapOnly[0], 'data'))(given)],
    },
  },
  {
    ...{
      run: injectSidecars,
      code: 'image-not-pinned',
      world: inPod(proxyImage, `quay.io/solo-io/gloo-envoy-wrapper:1.17.3@sha256:${'a'.repeat(64)}`)(world(proxy)),
    },
    ...{
      hint: /^set it with --image sds=IMAGE@sha256:…$/,
      follow: [withOption('images', { sds: `quay.io/solo-io/sds:1.17.3@sha256:${'b'.repeat(64)}` })],
    },
  },
  {
    ...{
      run: injectSidecars,
      code: 'public-registry',
      world: inPod(
        proxyImage,
        'registry.example/own-envoy:1.17.3',
      )(world(proxy, { istioRegistry: 'registry.example' })),
    },
    ...{
      hint: /^name the registry with --registry, or the image with --image sds=IMAGE$/,
      follow: [
        withOption('registry', 'registry.example'),
        withOption('images', { sds: 'registry.example/sds:1.17.3' }),
      ],
    },
  },
  {
    ...{
      run: injectSidecars,
      code: 'public-registry',
      world: world([...proxy, istiod('registry.example/istio/pilot:1.22.3')]),
    },
    ...{
      hint: /^name the registry with --istio-registry (\S+)$/,
      follow: [(given, [, registry]) => withOption('istioRegistry', registry)(given)],
    },
  },
  {
    ...{
      run: injectSidecars,
      code: 'istio-version-unknown',
      world: world([...proxy, istiod('docker.io/istio/pilot')]),
    },
    ...{ hint: /^set it with --istio-version$/, follow: [withOption('istioVersion', '1.22.3')] },
  },
  {
    ...{
      run: injectSidecars,
      code: 'istio-version-unknown',
      world: world([
        ...proxy,
        istiod('docker.io/istio/pilot:1.22.3', 'istiod-a'),
        istiod('docker.io/istio/pilot:1.22.3', 'istiod-b'),
      ]),
    },
    ...{
      hint: /^choose one with --istio-revision, or set --istio-version and --jwt-policy$/,
      follow: [
        withOption('istioRevision', 'a'),
        (given) => withOption('istioVersion', '1.22.3')(withOption('jwtPolicy', 'third-party-jwt')(given)),
      ],
    },
  },
  {
    ...{ run: injectSidecars, code: 'no-such-istio', world: world(proxy, { istioVersion: 'v1.22.3' }) },
    ...{
      hint: /^write (\S+), as istioctl version prints it; for your own registry use --istio-registry$/,
      follow: [
        (given, [, version]) => withOption('istioVersion', version)(given),
        withOption('istioRegistry', 'registry.example/istio'),
      ],
    },
  },
  {
    ...{ run: injectSidecars, code: 'old-istio', world: world(proxy, { istioVersion: '1.4.3' }) },
    ...{
      hint: /^upgrade Istio, or set a container with --sidecar$/,
      follow: [withOption('istioVersion', '1.22.3'), withOption('sidecars', [{ name: 'own', image: 'a:1' }])],
    },
  },
  {
    ...{
      run: injectSidecars,
      code: 'gloo-too-old',
      world: world(inPod(proxyImage, 'quay.io/solo-io/gloo-envoy-wrapper:1.3.0')(world(proxy)).objects),
    },
    ...{
      hint: /^upgrade Gloo first; if it is newer, set its version with --gloo-version$/,
      follow: [withOption('glooVersion', '1.17.3')],
    },
  },
  {
    ...{
      run: injectSidecars,
      code: 'gloo-version-unknown',
      world: inPod(
        proxyImage,
        'registry.example/own-envoy',
      )(world(proxy, { registry: 'a.example', istioRegistry: 'a.example' })),
    },
    ...{ hint: /^set it with --gloo-version$/, follow: [withOption('glooVersion', '1.17.3')] },
  },
  {
    ...{ run: injectSidecars, code: 'sds-of-newer-gloo', world: world(proxy, { glooVersion: '1.4.12' }) },
    ...{
      hint: /^choose another with --image sds=IMAGE$/,
      follow: [withOption('images', { sds: 'quay.io/solo-io/sds:1.5.20' })],
    },
  },
  {
    ...{
      run: injectSidecars,
      code: 'certificates-not-writable',
      world: inPod(
        ['spec', 'volumes'],
        volumes({ name: 'istio-certs', secret: { secretName: 'istio.default' } }),
      )(world(proxy)),
    },
    ...{
      hint: /^remove it with its mounts first/,
      follow: [inPod(['spec', 'volumes'], valueAt(workloadOnly[0] ?? {}, 'spec', 'template', 'spec', 'volumes'))],
    },
  },
  {
    ...{
      run: injectSidecars,
      code: 'node-agent-socket',
      world: inPod(['spec', 'volumes'], volumes({ name: 'a', hostPath: { path: '/var/run/sds' } }))(world(proxy)),
    },
    ...{
      hint: /^remove the volume, and let Upstreams/,
      follow: [inPod(['spec', 'volumes'], valueAt(workloadOnly[0] ?? {}, 'spec', 'template', 'spec', 'volumes'))],
    },
  },
  {
    ...{
      run: injectSidecars,
      code: 'unknown-volume',
      world: world(proxy, {
        sidecars: [{ name: 'own', image: 'a:1', volumeMounts: [{ name: 'b', mountPath: '/b' }] }],
      }),
    },
    ...{
      hint: /^remove the mount from the sidecar, or add the volume to /,
      follow: [
        withOption('sidecars', [{ name: 'own', image: 'a:1' }]),
        inPod(['spec', 'volumes'], volumes({ name: 'b', emptyDir: {} })),
      ],
    },
  },
  {
    ...{
      run: injectSidecars,
      code: 'pod-is-injected',
      world: inPod([...labels, 'sidecar.istio.io/inject'], 'true')(world(proxy)),
    },
    ...{
      hint: /^label them (\S+): "(\w+)"$/,
      follow: [(given, [, key, value]) => inPod([...labels, key ?? ''], value ?? '')(given)],
    },
  },
  {
    ...{
      run: injectSidecars,
      code: 'namespace-is-injected',
      world: world([...proxy, namespace('istio-injection: enabled')]),
    },
    ...{
      hint: /^label the pods (\S+): "(\w+)", or remove the label from the Namespace$/,
      follow: [
        (given, [, key, value]) => inPod([...labels, key ?? ''], value ?? '')(given),
        changed(ofKind('Namespace'), labels, {}),
      ],
    },
  },
  {
    ...{
      run: injectSidecars,
      code: 'proxy-is-ambient',
      world: world([...proxy, namespace('istio.io/dataplane-mode: ambient')]),
    },
    ...{
      hint: /^label them (\S+): (\w+), or do not add the sidecars$/,
      follow: [(given, [, key, value]) => inPod([...labels, key ?? ''], value ?? '')(given)],
    },
  },
  {
    ...{
      run: uninjectSidecars,
      code: 'upstream-points-at-sds',
      world: world([...injected(), ...afterwards(enableMtls, { all: true })(world([upstream()])).objects]),
    },
    ...{
      hint: /^remove its sslConfig first \(glistio disable-mtls\), or use --include-upstreams$/,
      follow: [afterwards(disableMtls as never, { all: true }), withOption('includeUpstreams', true)],
    },
  },
  {
    ...{
      run: uninjectSidecars,
      code: 'volume-still-used',
      world: inPod(mounts, [...own, { name: 'istio-certs', mountPath: '/certs' }])(world(injected())),
    },
    ...{
      hint: /^remove the container or its mount/,
      follow: [inPod(mounts, own)],
    },
  },
  {
    ...{ run: enableMtls, code: 'other-ssl-config', world: world([upstream(ofOwnCertificate)], { all: true }) },
    ...{ hint: /^use --force to replace it$/, follow: [withOption('force', true)] },
  },
  {
    ...{ run: enableMtls, code: 'unknown-upstream', world: world([upstream()], { upstreams: ['a'] }) },
    ...{ hint: /^it has (\S+)$/, follow: [(given, [, name]) => withOption('upstreams', [name])(given)] },
  },
  {
    ...{
      run: disableMtls,
      code: 'other-ssl-config',
      world: world([upstream(ofOwnCertificate), ...withMtls], { upstreams: ['default-a-80', 'default-b-80'] }),
    },
    ...{
      hint: /^remove it by hand if it is not wanted, or leave the Upstream out$/,
      follow: [(given) => world([upstream(), ...withMtls], given.options), withOption('upstreams', ['default-b-80'])],
      uncovers: ['no-ssl-config', 'then there is nothing left to do'],
    },
  },
  {
    ...{ run: addRoute, code: 'name-taken', world: world([service], { ...route, domains: ['b.example'] }) },
    ...{
      hint: /^name the new one with --name, or choose one of these domains with --domain$/,
      follow: [withOption('name', 'other'), withOption('domains', ['a.example'])],
    },
  },
  {
    ...{ run: addRoute, code: 'no-such-index', world: world([service], { ...route, name: 'default', index: 7 }) },
    ...{ hint: /^use a smaller --index$/, follow: [withOption('index', 0)] },
  },
  {
    ...{ run: addRoute, code: 'unreachable-route', world: world([service], { ...route, name: 'default', index: 1 }) },
    ...{ hint: /^use a smaller --index$/, follow: [withOption('index', 0)] },
  },
  {
    ...{ run: checkPolicies, code: 'mtls-required', world: world([upstream(), policy('STRICT')]) },
    ...{
      hint: /^glistio enable-mtls --upstream (\S+)$/,
      follow: [(given, [, name]) => afterwards(enableMtls, { upstreams: [name] })(given)],
    },
  },
  {
    ...{ run: checkPolicies, code: 'mtls-required', world: world([upstream(ofOwnCertificate), policy('STRICT')]) },
    ...{
      hint: /^glistio enable-mtls --upstream (\S+) --force$/,
      follow: [(given, [, name]) => afterwards(enableMtls, { upstreams: [name], force: true })(given)],
    },
  },
  {
    ...{ run: checkPolicies, code: 'plain-text', world: world([upstream(), policy('PERMISSIVE')]) },
    ...{
      hint: /^glistio enable-mtls --upstream (\S+)$/,
      follow: [(given, [, name]) => afterwards(enableMtls, { upstreams: [name] })(given)],
    },
  },
  {
    ...{
      run: checkPolicies,
      code: 'mtls-disabled',
      world: afterwards(enableMtls, { all: true })(world([upstream(), policy('DISABLE')])),
    },
    ...{
      hint: /^glistio disable-mtls --upstream (\S+), or set (\S+): (\w+) in PeerAuthentication /,
      follow: [
        (given, [, name]) => afterwards(disableMtls as never, { upstreams: [name] })(given),
        (given, [, , path, mode]) =>
          changed(ofKind('PeerAuthentication'), ['spec', ...(path ?? '').split('.')], mode ?? '')(given),
      ],
      uncovers: ['plain-text', 'without mTLS it is plain text'],
    },
  },
  {
    ...{ run: checkPolicies, code: 'plain-text', world: world([upstream(), policy('DISABLE')]) },
    ...{
      hint: /^set (\S+): (\w+) in PeerAuthentication \S+, and then glistio enable-mtls --upstream (\S+)$/,
      follow: [
        (given, [, path, mode, name]) =>
          afterwards(enableMtls, { upstreams: [name] })(
            changed(ofKind('PeerAuthentication'), ['spec', ...(path ?? '').split('.')], mode ?? '')(given),
          ),
      ],
    },
  },
];

/** Hints that objects and options cannot follow, and why. */
const elsewhere: readonly (readonly [RegExp, string])[] = [
  [/^configure its sidecars with global\.istioIntegration/, 'in the values of the chart, which the controller reads'],
  [/^set global\.istioIntegration\.enabled, which adds/, 'in the values of the chart, which the controller reads'],
  [/^check that the image exists$/, 'in the registry'],
  [/^configure another source of certificates for it$/, 'the user’s decision'],
  [/^correct it first$/, 'the syntax is explained by the reader of YAML'],
  [/^the input has no Upstreams$/, 'it says what the input lacks'],
  [/^add the Service and the Deployment behind the Upstream$/, 'objects of the user’s own'],
  [/^choose versions that Gloo supports together/, 'there is no value to test the pair with'],
];

followCases(cases);
argueOthers(
  ['bootstrap', 'route', 'gateway-surroundings', 'sidecar-images', 'versions', 'inject-workload']
    .concat('policy-check', 'istio-tags', 'mtls', 'old-gloo', 'inject', 'uninject')
    .map((name) => `src/istio/${name}.ts`),
  elsewhere,
);
