/**
 * Follows the hints for proxies of the Kubernetes Gateway API literally, in the objects and in the values of the chart:
 * the problem disappears, and no new one appears.
 */
import { type Problem, validateValues } from '../../src/index.ts';
import { type Path, parsePath } from '../../src/problem.ts';
import { type Value, type ValueMap, valueAt, withValueAt } from '../../src/value.ts';
import { gateway, gatewayClass, ownParameters } from '../support/kube-objects.ts';
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

function validateGateways(
  gateways: readonly ValueMap[],
  { values = {}, chartVersion = '1.22.1' }: { readonly values?: ValueMap; readonly chartVersion?: string },
): { readonly problems: readonly Problem[] } {
  return validateValues({
    ...{ values: [{ kubeGateway: { enabled: true }, ...values }], chartVersion, objects: { gateways } },
  });
}

type Follow = Case['follow'][number];

const own = (kube: ValueMap): ValueMap[] => [gateway(), ownParameters(kube)];
const integration: ValueMap = { global: { istioIntegration: { enabled: true } } };
const glooMtls: ValueMap = { global: { glooMtls: { enabled: true } } };
const options = (values: ValueMap, chartVersion = '1.22.1'): World['options'] => ({ values, chartVersion });
const glooGateway = ['kubeGateway', 'gatewayParameters', 'glooGateway'];
/** Values of the chart's own GatewayParameters. */
const chartOf = (kube: Value, more: ValueMap = {}, chartVersion = '1.22.1'): World['options'] =>
  options({ kubeGateway: { enabled: true, gatewayParameters: { glooGateway: kube } }, ...more }, chartVersion);

const inGateway = (path: string, value: Value | undefined): Follow =>
  changed(ofKind('Gateway'), parsePath(path), value);
const inOwn = (path: string, value: Value | undefined): Follow =>
  changed(ofKind('GatewayParameters'), ['spec', 'kube', ...parsePath(path)], value);
const inValues =
  (path: Path, value: Value | undefined): Follow =>
  ({ objects, options: { values, ...rest } }) => ({
    objects,
    options: { ...rest, values: withValueAt(values as ValueMap, path, value) },
  });
const inChart = (path: string, value: Value | undefined): Follow =>
  inValues([...glooGateway, ...parsePath(path)], value);
const both =
  (...steps: readonly Follow[]): Follow =>
  (given, found) =>
    steps.reduce((now, step) => step(now, found), given);

const listening = (...listeners: ValueMap[]): ValueMap[] => [gateway({ spec: { listeners } }), ownParameters({})];
const http = (name: string, port: Value): ValueMap => ({ name, port, protocol: 'HTTP' });
const ofClass = (name: string, spec: ValueMap = {}): ValueMap =>
  gateway({ metadata: { annotations: {} }, spec: { gatewayClassName: name, ...spec } });
const named = (name: string): ValueMap => gateway({ metadata: { name, annotations: {} } });
const reference = { group: 'gateway.gloo.solo.io', kind: 'GatewayParameters', name: 'own', namespace: 'edge' };
/** A Gateway of a class with parameters of its own. */
const ofOwnClass = (kube: ValueMap): ValueMap[] => [
  ofClass('mine'),
  gatewayClass('mine', undefined, { parametersRef: reference }),
  ownParameters(kube),
];
const secret: ValueMap = {
  ...{ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls' },
  metadata: { name: 'gloo-mtls-certs', namespace: 'gloo-system' },
};
const listener = /^A listener is like (.*)\.$/;

const of = (code: string, given: World, hint: RegExp, ...follow: readonly Follow[]): Case => ({
  ...{ run: validateGateways as never, code, world: given, hint, follow },
});
const refused = 'kube-object-refused';
const ignored = 'kube-part-ignored';
const none = 'gateway-not-deployed';
/** Parameters of a class need what the chart's have by default. */
const image: ValueMap = { registry: 'quay.io/solo-io', repository: 'gloo-envoy-wrapper', tag: '1.22.1' };
const agent: ValueMap = { registry: 'docker.io/istio', repository: 'proxyv2', tag: '1.28.0' };
const envoy: ValueMap = { envoyContainer: { image } };
const http2: ValueMap = { httpGet: { port: 8082, path: '/ready' } };
const spread: ValueMap = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' };
const toHint =
  (follow: (word: string) => Follow): Follow =>
  (given, found) =>
    follow(found[1] ?? '')(given, found);
const proxyImage = 'istio.istioProxyContainer.image';

const cases: readonly Case[] = [
  // The parameters, the class.
  of(
    none,
    world([gateway(), withValueAt(ownParameters({}), ['metadata', 'namespace'], 'other') as ValueMap]),
    /^GatewayParameters must be in the namespace of the Gateway/,
    changed(ofKind('GatewayParameters'), ['metadata', 'namespace'], 'edge'),
  ),
  of(
    none,
    world([gateway()]),
    /^Give them too, or remove the annotation/,
    withObject(ownParameters({})),
    inGateway('metadata.annotations', {}),
  ),
  of(
    none,
    world([ofClass('')]),
    /^Set it to (gloo-gateway)\.$/,
    toHint((name) => inGateway('spec.gatewayClassName', name)),
  ),
  of(
    none,
    world([ofClass('gloo-gateway')], options({ kubeGateway: { enabled: false } })),
    /^(kubeGateway\.enabled) installs it/,
    toHint((path) => inValues(parsePath(path), true)),
  ),
  of(
    none,
    world([ofClass('mine')]),
    /^Set it to (gloo-gateway), or give its GatewayClass too\.$/,
    toHint((name) => inGateway('spec.gatewayClassName', name)),
    withObject(...ofOwnClass(envoy).slice(1)),
  ),
  ...[{}, { parametersRef: { ...reference, name: 'none' } }, { parametersRef: { ...reference, namespace: '' } }].map(
    (spec) =>
      of(
        none,
        world([ofClass('mine'), gatewayClass('mine', undefined, spec), ownParameters(envoy)]),
        /^Set (\S+) of GatewayClass mine to existing GatewayParameters, with name and namespace/,
        toHint((path) => changed(ofKind('GatewayClass'), parsePath(path), reference)),
      ),
  ),
  of(
    ignored,
    world([
      gateway({ metadata: { annotations: {} } }),
      { ...ownParameters({}), apiVersion: 'gateway.gloo.solo.io/v1' },
    ]),
    /^Gloo's are of (\S+)\.$/,
    toHint((version) => changed(ofKind('GatewayParameters'), ['apiVersion'], version)),
  ),
  // Listeners, names.
  of(none, world(listening({ port: 80, protocol: 'HTTP' })), listener, inGateway('spec.listeners[0].name', 'http')),
  of(none, world(listening(http('a', '80'))), listener, inGateway('spec.listeners[0].port', 80)),
  of(
    none,
    world([gateway({ spec: { listeners: { http: 80 } } }), ownParameters({})]),
    listener,
    toHint((one) => inGateway('spec.listeners', [yaml(one)])),
  ),
  of(
    refused,
    world(listening(http('a', 80), http('b', 8080))),
    /^Choose another port: those below 1024 are moved up by 8000/,
    inGateway('spec.listeners[1].port', 8081),
  ),
  ...[http('a', 81), http('A_b', 81), http('', 81)].map((second) =>
    of(
      refused,
      world(listening(http('a', 80), second)),
      /^Name the listener with at most 15 lower-case letters, digits and hyphens/,
      inGateway('spec.listeners[1].name', 'b'),
    ),
  ),
  of(none, world([named('x'.repeat(54))]), /^Choose a shorter name of lower-case/, inGateway('metadata.name', 'http')),
  of(none, world([named('A_b')]), /^Choose a name of lower-case/, inGateway('metadata.name', 'http')),
  of(refused, world([named('a.b')]), /^Choose a name of lower-case/, inGateway('metadata.name', 'a-b')),
  // What nothing reads.
  ...[{ infrastructure: { labels: { a: 'b' } } }, { addresses: [{ value: '1.2.3.4' }] }].map((spec) =>
    of(
      ignored,
      world([gateway({ spec }), ownParameters({})]),
      /^Set service and podTemplate \(extraLabels, extraAnnotations, type\) in GatewayParameters instead/,
      both(
        inGateway(`spec.${Object.keys(spec)[0]}`, undefined),
        inOwn('podTemplate', { extraLabels: { a: 'b' } }),
        inOwn('service', { extraLabels: { a: 'b' }, type: 'ClusterIP' }),
      ),
    ),
  ),
  of(
    ignored,
    world([
      gateway({ metadata: { annotations: { 'gateway.gloo.solo.io/gateway-parameter-name': 'own' } } }),
      ownParameters({}),
    ]),
    /^Write (\S+)\.$/,
    toHint((key) => changed(ofKind('Gateway'), ['metadata', 'annotations'], { [key]: 'own' })),
  ),
  of(
    ignored,
    world(own({ istio: { customSidecars: [{ name: 'a', image: 'b:1' }] } })),
    /^Remove them, and change istioProxyContainer instead/,
    both(inOwn('istio.customSidecars', undefined), inOwn('istio.istioProxyContainer', { logLevel: 'info' })),
  ),
  of(
    ignored,
    world(own({ service: { type: 'ClusterIP', ports: [{ port: 80, nodePort: 30080 }] } })),
    /^Set service\.type: (\w+), or remove them/,
    toHint((type) => inOwn('service.type', type)),
    inOwn('service.ports', undefined),
  ),
  of(
    ignored,
    world(own({ service: { type: 'NodePort', ports: [{ port: 81, nodePort: 30080 }] } })),
    /^Use the port of a listener/,
    inOwn('service.ports[0].port', 80),
  ),
  of(
    ignored,
    world(own({ istio: { istioProxyContainer: { istioMetaMeshId: 'm' } } }), chartOf({})),
    /^Set (\S+), or use your own GatewayClass/,
    both(
      toHint((path) => inValues(parsePath(path), 'm')),
      inOwn('istio', undefined),
    ),
    ({ options: rest }) =>
      world(ofOwnClass({ ...envoy, istio: { istioProxyContainer: { istioMetaMeshId: 'm' } } }), rest),
  ),
  of(
    ignored,
    world([
      gateway({ spec: { gatewayClassName: 'mine' } }),
      gatewayClass('mine', undefined, { parametersRef: { ...reference, name: 'theirs' } }),
      ownParameters({ istio: { istioProxyContainer: { istioMetaMeshId: 'm' } } }),
      withValueAt(
        ownParameters({ ...envoy, istio: { istioProxyContainer: { istioMetaMeshId: 'n' } } }),
        ...([['metadata', 'name'], 'theirs'] as const),
      ) as ValueMap,
    ]),
    /^Set it in GatewayParameters (\S+)\/(\S+)\.$/,
    both(
      inOwn('istio', undefined),
      changed(
        ({ metadata }) => valueAt(metadata, 'name') === 'theirs',
        ['spec', 'kube', 'istio', 'istioProxyContainer', 'istioMetaMeshId'],
        'm',
      ),
    ),
  ),
  of(
    'unknown-choice',
    world(own({ envoyContainer: { bootstrap: { logLevel: 'loud', componentLogLevels: { http: 'info' } } } })),
    /^Use .*, (\w+) or off\.$/,
    toHint((level) => inOwn('envoyContainer.bootstrap.logLevel', level)),
  ),
  of(
    none,
    world(own({ envoyContainer: { bootstrap: { componentLogLevels: { '': 'debug' } } } })),
    /^Write them as component: level/,
    inOwn('envoyContainer.bootstrap.componentLogLevels', { http: 'debug' }),
  ),
  of(
    ignored,
    world([gateway()], chartOf({ proxyDeployment: { replicas: 0 } })),
    /^Set 1 or more\. To remove the proxy/,
    inChart('proxyDeployment.replicas', 1),
  ),
  of(
    ignored,
    world(own({ deployment: { replicas: 0 } }), options({}, '1.18.7')),
    /^Set 1 or more\. To remove the proxy, delete its Gateway/,
    inOwn('deployment.replicas', 1),
    ({ options: rest }) => world([], rest),
  ),
  of(
    refused,
    world(own({ deployment: { replicas: 0 } })),
    /^Remove replicas, or set it to 1 or more/,
    inOwn('deployment.replicas', undefined),
    inOwn('deployment.replicas', 1),
  ),
  // The control plane's own mTLS.
  ...[withValueAt(secret, ['type'], 'Opaque'), withValueAt(secret, ['metadata', 'namespace'], 'edge')].map((one) =>
    of(
      none,
      world([...own({}), one as ValueMap], options(glooMtls)),
      /^The chart’s certgen Job creates it; a copy must keep its type and namespace/,
      ({ options: rest }) => world([...own({}), secret], rest),
    ),
  ),
  ...['1.18.0', '1.18.7'].map((release) =>
    of(
      'kube-without-gloo-mtls',
      world(own({}), options(glooMtls, release)),
      /^Use (\S+) or newer\.$/,
      toHint((version) => withOption('chartVersion', version)),
    ),
  ),
  // Parts without which there is no proxy.
  of(
    none,
    world(
      [
        { ...ofOwnClass({})[0] } as ValueMap,
        ...ofOwnClass({}).slice(1, 2),
        withValueAt(ownParameters({}), ['spec', 'kube'], null) as ValueMap,
      ],
      options({}, '1.17.30'),
    ),
    /^Set spec\.kube with (\S+)\.$/,
    toHint((path) => both(inOwn('', {}), inOwn(path, image))),
  ),
  of(
    none,
    world([gateway()], chartOf({ sdsContainer: null }, integration, '1.18.5')),
    /^Leave the default of (\S+)\. /,
    toHint((path) => inValues(parsePath(path), undefined)),
  ),
  of(
    none,
    world(ofOwnClass({ ...envoy, istio: { istioProxyContainer: { image: agent } } }), options(integration)),
    /sdsContainer\. Parameters of your own need its image/,
    inOwn('sdsContainer.image', { ...image, repository: 'sds' }),
  ),
  of(
    none,
    world([gateway()], chartOf({ istio: { istioProxyContainer: null } }, integration, '1.18.5')),
    /^Leave the default of (\S+)\. /,
    toHint((path) => inValues(parsePath(path), undefined)),
  ),
  of(
    none,
    world(ofOwnClass({ ...envoy, sdsContainer: { image: { ...image, repository: 'sds' } } }), options(integration)),
    /istioProxyContainer\. Parameters of your own need its image/,
    inOwn(proxyImage, agent),
  ),
  of(
    none,
    world([gateway()], chartOf({ istio: { customSidecars: [{ name: 'a', image: 'b:1' }] } }, integration)),
    /^Remove customSidecars: .* Set (\S+) to the version of your mesh instead/,
    both(
      inChart('istio.customSidecars', undefined),
      toHint((path) => inChart(`istio.${path}`, '1.28.0')),
    ),
  ),
  of(
    none,
    world(ofOwnClass({ ...envoy, aiExtension: {} })),
    /^Set enabled to true or false/,
    inOwn('aiExtension.enabled', false),
  ),
  of(
    none,
    world(own({ service: { type: 'NodePort', ports: [{ port: 80 }] } })),
    /^Set nodePort, or remove the port/,
    inOwn('service.ports[0].nodePort', 30080),
    inOwn('service.ports', []),
  ),
  // The Service.
  of(
    refused,
    world(own({ service: { type: 'Foo' } })),
    /^Choose (\w+), NodePort or LoadBalancer/,
    toHint((type) => inOwn('service.type', type)),
  ),
  of(
    refused,
    world(own({ service: { type: 'ExternalName' } })),
    /^Choose ClusterIP, (\w+) or LoadBalancer/,
    toHint((type) => inOwn('service.type', type)),
  ),
  of(
    refused,
    world(own({ service: { clusterIP: 'None' } })),
    /^Remove clusterIP, or set type: (\w+)\.$/,
    inOwn('service.clusterIP', undefined),
    toHint((type) => inOwn('service.type', type)),
  ),
  of(
    refused,
    world(own({ service: { clusterIP: 'abc' } })),
    /^Remove clusterIP, or use an address in the cluster’s range/,
    inOwn('service.clusterIP', undefined),
    inOwn('service.clusterIP', '10.0.0.4'),
  ),
  of(
    refused,
    world(own({ service: { externalTrafficPolicy: 'Foo' } })),
    /^Choose (\w+) or Local/,
    toHint((policy) => inOwn('service.externalTrafficPolicy', policy)),
  ),
  of(
    refused,
    world(own({ service: { type: 'ClusterIP', externalTrafficPolicy: 'Local' } })),
    /^Remove externalTrafficPolicy, or choose another type/,
    inOwn('service.externalTrafficPolicy', undefined),
    inOwn('service.type', 'LoadBalancer'),
  ),
  of(
    refused,
    world(own({ service: { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] } })),
    /^Choose a port in the cluster’s range/,
    inOwn('service.ports[0].nodePort', 30080),
  ),
  of(
    refused,
    world(own({ service: { extraAnnotations: { 'service.beta.kubernetes.io/load-balancer-source-ranges': 'a' } } })),
    /^Separate ranges such as (\S+) with commas; only a Service of type LoadBalancer may have the annotation\.$/,
    toHint((range) =>
      inOwn('service.extraAnnotations', { 'service.beta.kubernetes.io/load-balancer-source-ranges': range }),
    ),
  ),
  // The pod.
  of(
    refused,
    world(own({ podTemplate: { extraLabels: { 'app.kubernetes.io/name': 'x' } } })),
    /^Choose another label/,
    inOwn('podTemplate.extraLabels', { app: 'x' }),
  ),
  of(
    refused,
    world(own({ envoyContainer: { securityContext: { privileged: true } } })),
    /^Set allowPrivilegeEscalation: true, or remove privileged/,
    inOwn('envoyContainer.securityContext.allowPrivilegeEscalation', true),
    inOwn('envoyContainer.securityContext.privileged', undefined),
  ),
  of(
    refused,
    world([gateway()], chartOf({ envoyContainer: { securityContext: { privileged: true } } })),
    /^Set allowPrivilegeEscalation: true, or remove privileged/,
    inChart('envoyContainer.securityContext.allowPrivilegeEscalation', true),
    inChart('envoyContainer.securityContext.privileged', undefined),
  ),
  of(
    refused,
    world(own({ podTemplate: { readinessProbe: { periodSeconds: 3 } } })),
    /^Set one of them/,
    inOwn('podTemplate.readinessProbe', http2),
  ),
  of(
    refused,
    world(own({ podTemplate: { livenessProbe: { ...http2, exec: { command: ['true'] } } } })),
    /^Remove all but one/,
    inOwn('podTemplate.livenessProbe.exec', undefined),
    inOwn('podTemplate.livenessProbe.httpGet', undefined),
  ),
  of(
    refused,
    world(
      [gateway()],
      chartOf({ podTemplate: { probes: true, customReadinessProbe: { ...http2, exec: { command: ['true'] } } } }),
    ),
    /^Remove all but one/,
    inChart('podTemplate.customReadinessProbe.exec', undefined),
  ),
  of(
    refused,
    world(
      own({ podTemplate: { readinessProbe: { exec: { command: ['true'] } } } }),
      chartOf({ podTemplate: { probes: true } }),
    ),
    /^Use the handler of the class, or your own GatewayClass/,
    inOwn('podTemplate.readinessProbe', { ...http2 }),
    ({ options: rest }) =>
      world(ofOwnClass({ ...envoy, podTemplate: { readinessProbe: { exec: { command: ['true'] } } } }), rest),
  ),
  of(
    refused,
    world(own({ podTemplate: { livenessProbe: { ...http2, successThreshold: 2 } } })),
    /^Remove it\.$/,
    inOwn('podTemplate.livenessProbe.successThreshold', undefined),
  ),
  of(
    refused,
    world(own({ podTemplate: { topologySpreadConstraints: [spread, spread] } })),
    /^Remove one of them/,
    inOwn('podTemplate.topologySpreadConstraints', [spread]),
  ),
  of(
    refused,
    world(
      own({
        aiExtension: {
          enabled: true,
          ports: [
            { containerPort: 8001, name: 'a' },
            { containerPort: 8001, name: 'a' },
          ],
        },
      }),
    ),
    /^Remove one of them/,
    inOwn('aiExtension.ports', [{ containerPort: 8001, name: 'a' }]),
  ),
  of(
    refused,
    world(
      own({ podTemplate: { topologySpreadConstraints: [spread] } }),
      chartOf({ podTemplate: { topologySpreadConstraints: [spread] } }),
    ),
    /^Remove the items that the parameters of the class already have/,
    inOwn('podTemplate.topologySpreadConstraints', undefined),
  ),
  ...[{}, { selfManaged: {}, kube: {} }].map((spec) =>
    of(
      refused,
      world([gateway(), { ...ownParameters({}), spec }]),
      /^Set kube \(even to \{\}\) or selfManaged/,
      changed(ofKind('GatewayParameters'), ['spec'], { kube: {} }),
      changed(ofKind('GatewayParameters'), ['spec'], { selfManaged: {} }),
    ),
  ),
  // What Go cannot read, or drops.
  of(
    'wrong-type',
    world(own({ envoyContainer: { image: { tag: 5 } } })),
    /^Quote it: tag: ("5")\.$/,
    toHint((text) => inOwn('envoyContainer.image.tag', JSON.parse(text) as string)),
  ),
  of(
    'wrong-type',
    world(
      own({ aiExtension: { enabled: true, listenAddr: 5, env: [{ name: 'A', value: 'b' }], image: { tag: true } } }),
    ),
    /^Quote it: tag: ("true")\.$/,
    toHint((text) => inOwn('aiExtension.image.tag', JSON.parse(text) as string)),
  ),
  of(
    'unknown-field',
    world(own({ podTemplat: { extraLabels: { a: 'b' } } })),
    /^Did you mean (\w+)\?$/,
    both(
      inOwn('podTemplat', undefined),
      toHint((key) => inOwn(key, { extraLabels: { a: 'b' } })),
    ),
  ),
];

/** Hints that objects and values cannot follow, and why. */
const elsewhere: readonly (readonly [RegExp, string])[] = [];

followCases(cases);
argueOthers(
  ['gateway', 'stops', 'refusals', 'ignored', 'no-replicas', 'decode'].map((name) => `src/kube/${name}.ts`),
  elsewhere,
);
