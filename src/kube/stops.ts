import type { KubeObject } from '../objects/object.ts';
import type { Path, Problem } from '../problem.ts';
import { described, wrongType } from '../schema/check-words.ts';
import { isList, isMap, type Value, type ValueMap, valueAt } from '../value.ts';
import { shorten } from '../words.ts';
import { type GatewayPort, portsOf } from './gateway.ts';
import type { ProxySource } from './proxy.ts';
import { mtlsSecret } from './service.ts';

/** Why the control plane stops with an error; `path` is in the parameters, or in the Gateway. */
interface Stop {
  readonly of: 'gateway' | 'parameters';
  readonly path: Path;
  readonly message: string;
  readonly hint: string;
}

/** Why the control plane deploys nothing for a Gateway although its parameters exist; empty if nothing prevents it. */
export function stopsOf(source: ProxySource, sourceOf: (path: Path) => KubeObject): Problem[] {
  const found = [
    ...listenerStops(source.gateway),
    nameStop(source),
    mtlsStop(source),
    ...parameterStops(source),
  ].filter((stop) => stop !== undefined);
  return found.map(({ of, path, ...words }) => {
    const object = of === 'gateway' ? source.gateway : sourceOf(path);
    return object.problem({ ...words, code: 'gateway-not-deployed', severity: 'error' }, path);
  });
}

/** Listeners that the Gateway's CRD rejects, so that there is no such Gateway. */
function listenerStops({ object }: KubeObject): Stop[] {
  const refuse = (path: Path, wanted: string, value: Value): Stop => ({
    of: 'gateway',
    path,
    message: `${wrongType(path.at(-1) ?? '', wanted, value)} The API server does not accept such a Gateway.`,
    hint: 'A listener is like {name: http, port: 80, protocol: HTTP}.',
  });
  const listeners = valueAt(object, 'spec', 'listeners') ?? [];
  if (!isList(listeners)) return [refuse(['spec', 'listeners'], 'a list of listeners', listeners)];
  return listeners.flatMap((listener, index): Stop[] => {
    const path = ['spec', 'listeners', index];
    if (!isMap(listener)) return [refuse(path, 'a map', listener)];
    const { name = null, port = null } = listener;
    const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535;
    return [
      ...(typeof name === 'string' ? [] : [refuse([...path, 'name'], 'a string', name)]),
      ...(isPort ? [] : [refuse([...path, 'port'], 'an integer from 1 to 65535', port)]),
    ];
  });
}

/** The control plane installs its chart with the Gateway's name as the release name. */
function nameStop({ gateway }: ProxySource): Stop | undefined {
  const { name } = gateway;
  if (name.length <= 53 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/.test(name))
    return undefined;
  return {
    of: 'gateway',
    path: ['metadata', 'name'],
    message:
      name.length > 53
        ? `The name of a Gateway may have at most 53 characters, but this one has ${name.length}: the control plane fails, and the Gateway gets no proxy.`
        : 'The control plane does not accept such a name for a Gateway, so it gets no proxy.',
    hint: `Choose a ${name.length > 53 ? 'shorter ' : ''}name of lower-case letters, digits and hyphens.`,
  };
}

function mtlsStop({ chart, control, world }: ProxySource): Stop | undefined {
  if (!control.glooMtls || !chart.has('kubeGlooMtls') || world.secrets === undefined) return undefined;
  const secret = mtlsSecret(world.secrets, control.namespace);
  if (secret?.object['type'] === 'kubernetes.io/tls') return undefined;
  return {
    of: 'gateway',
    path: ['metadata', 'name'],
    message:
      secret === undefined
        ? `With global.glooMtls the control plane needs the Secret gloo-mtls-certs in namespace ${shorten(control.namespace, 100)}, which does not exist: no Gateway gets a proxy.`
        : `The Secret gloo-mtls-certs must be of type kubernetes.io/tls, but is of type ${described(secret.object['type'] ?? null)}: no Gateway gets a proxy.`,
    hint: 'The chart’s certgen Job creates it; a copy must keep its type and namespace.',
  };
}

/** Proxies without the certificates that the control plane requires; undefined if they have them, or need none. */
export function lacksGlooMtls(
  { glooMtls }: ProxySource['control'],
  chart: ProxySource['chart'],
): Pick<Problem, 'message' | 'hint'> | undefined {
  if (!glooMtls || chart.has('kubeGlooMtls')) return undefined;
  // The same commit added this variable of gloo and the deployer's own mTLS.
  const message = chart.has('sdsVariableOfGloo')
    ? 'With global.glooMtls the source of this release adds certificates for the control plane to proxies of the Kubernetes Gateway API, but the recorded output of its deployer, which is shown here, has none. In a cluster expect a Secret gloo-mtls-certs, an sds container and TLS to the control plane in addition.'
    : 'With global.glooMtls the control plane only accepts mTLS, but this release adds no certificates for it to proxies of the Kubernetes Gateway API: they never get a configuration.';
  return {
    message,
    hint: 'Use 1.19.0 or newer.',
  };
}

function parameterStops(source: ProxySource): (Stop | undefined)[] {
  const { spec, control, chart } = source;
  const kube = spec['kube'];
  if (!isMap(kube)) {
    const panics = chart.has('floatingUserEverywhere') && !chart.has('kubeDefaults');
    const message =
      'GatewayParameters without kube cause a nil pointer in the control plane: the Gateway gets no proxy.';
    return [panics ? stop([], message, 'Set spec.kube with envoyContainer.image.') : sidecarStop({}, control, chart)];
  }
  return [sidecarStop(kube, control, chart), aiStop(kube), nodePortStop(kube, source), logLevelStop(kube)];
}

function stop(path: readonly string[], message: string, hint: string): Stop {
  return { of: 'parameters', path: ['spec', 'kube', ...path], message, hint };
}

function sidecarStop(
  kube: ValueMap,
  { istioIntegration, glooMtls }: ProxySource['control'],
  chart: ProxySource['chart'],
): Stop | undefined {
  const needsSds = istioIntegration || (glooMtls && chart.has('kubeGlooMtls'));
  if (needsSds && kube['sdsContainer'] === undefined) {
    const cause = istioIntegration ? 'Istio integration' : 'global.glooMtls';
    const message = `With ${cause} the parameters need an sdsContainer: without it the control plane fails with a nil pointer, and no Gateway with these parameters gets a proxy.`;
    return stop(
      ['sdsContainer'],
      message,
      'Leave the default of kubeGateway.gatewayParameters.glooGateway.sdsContainer. Parameters of your own need its image.',
    );
  }
  const istio = kube['istio'];
  if (!istioIntegration || valueAt(istio, 'istioProxyContainer') !== undefined) return undefined;
  const custom = valueAt(istio, 'customSidecars');
  const hasCustom = isList(custom) && custom.length > 0;
  const message = hasCustom
    ? 'customSidecars replace istioProxyContainer in the parameters, but the control plane only reads istioProxyContainer: it fails with a nil pointer, and no Gateway with these parameters gets a proxy.'
    : 'With Istio integration the parameters need an istioProxyContainer: without it the control plane fails with a nil pointer, and no Gateway with these parameters gets a proxy.';
  const hint = hasCustom
    ? 'Remove customSidecars: no release adds them to these proxies. Set istioProxyContainer.image.tag to the version of your mesh instead.'
    : 'Leave the default of kubeGateway.gatewayParameters.glooGateway.istio.istioProxyContainer. Parameters of your own need its image.';
  return stop(['istio', hasCustom ? 'customSidecars' : 'istioProxyContainer'], message, hint);
}

function aiStop({ aiExtension }: ValueMap): Stop | undefined {
  if (!isMap(aiExtension) || aiExtension['enabled'] !== undefined) return undefined;
  const message = 'aiExtension without enabled causes a nil pointer in the control plane: the Gateway gets no proxy.';
  return stop(['aiExtension'], message, 'Set enabled to true or false.');
}

function nodePortStop({ service }: ValueMap, { gateway, world, chart }: ProxySource): Stop | undefined {
  const given = valueAt(service, 'ports');
  if (valueAt(service, 'type') !== 'NodePort' || !isList(given)) return undefined;
  const isNil = ({ port }: GatewayPort): boolean => {
    const named = given.find((one) => valueAt(one, 'port') === port);
    return named !== undefined && valueAt(named, 'nodePort') === undefined;
  };
  if (!portsOf(gateway, world, chart, () => undefined).some((port) => port.listener !== undefined && isNil(port)))
    return undefined;
  const message = 'A port without nodePort causes a nil pointer in the control plane: the Gateway gets no proxy.';
  return stop(['service', 'ports'], message, 'Set nodePort, or remove the port.');
}

function logLevelStop({ envoyContainer }: ValueMap): Stop | undefined {
  const levels = valueAt(envoyContainer, 'bootstrap', 'componentLogLevels');
  if (!isMap(levels) || Object.entries(levels).every(([key, level]) => key !== '' && level !== '')) return undefined;
  const message =
    'A component or a level in componentLogLevels is empty: the control plane fails, and the Gateway gets no proxy.';
  return stop(['envoyContainer', 'bootstrap', 'componentLogLevels'], message, 'Write them as component: level.');
}
