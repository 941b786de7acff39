/** The parts of the chain for proxies that Gloo's control plane deploys for Gateways of the Kubernetes Gateway API. */
import { isTrueText } from '../../go/bool.ts';
import { matchesSelector, namespaceLabels } from '../../objects/label-selector.ts';
import { type KubeObject, kubeObject, nameOf } from '../../objects/object.ts';
import { containersOf, variableOf } from '../../objects/workload.ts';
import type { Problem } from '../../problem.ts';
import { mapAt, mapsIn, textOf, type Value, type ValueMap, wordOf } from '../../value.ts';
import type { GatewayProxy } from './proxies.ts';
import type { Reason } from './types.ts';
import { kubeGateway, namespaceOrDefault, type World } from './world.ts';

/** The kinds of routes that such a proxy serves. */
export const kubeRoutes: readonly string[] = ['HTTPRoute', 'TCPRoute', 'TLSRoute', 'GRPCRoute'];

/** The Gateways that are, or may be, of Gloo's class. */
export function gatewaysOfGloo(world: World): KubeObject[] {
  return world.of(kubeGateway).filter(({ object }) => isOfGloo(object, world) !== false);
}

/** Whether Gloo serves a Gateway; undefined if its class was not given and does not have the chart's name. */
function isOfGloo(gateway: ValueMap, world: World): boolean | undefined {
  const wanted = textOf(mapAt(gateway, 'spec')['gatewayClassName']) ?? '';
  const found = world.of('GatewayClass').find(({ object }) => nameOf(object) === wanted)?.object;
  if (found !== undefined) return mapAt(found, 'spec')['controllerName'] === 'solo.io/gloo-gateway';
  return wanted === 'gloo-gateway' ? true : undefined;
}

/** Gateways whose proxy is unknown, so the verdicts do not cover them. */
export function withoutProxy(world: World, proxies: readonly GatewayProxy[]): Problem[] {
  return gatewaysOfGloo(world).flatMap((gateway) => {
    const [namespace, name] = [namespaceOrDefault(gateway.object), nameOf(gateway.object)];
    if (proxies.some((proxy) => proxy.namespace === namespace && proxy.gateway === name)) return [];
    const message = `The proxy of Gateway ${namespace}/${name} is unknown, so the verdicts do not cover it.`;
    const hint =
      "add values of Gloo's chart with its GatewayParameters, or the Deployment gloo-proxy-… and its ConfigMap";
    return [
      gateway.problem({ code: 'gateway-without-proxy', severity: 'warning', message, hint }, ['metadata', 'name']),
    ];
  });
}

/** Why proxies get no configuration: the control plane does not serve Gateways. */
export function notServed(world: World): Reason | undefined {
  const deployment = world.find('Deployment', world.glooNamespace, 'gloo');
  if (deployment === undefined) return undefined;
  const container = containersOf(deployment.object).find(
    ({ name, image }) => name === 'gloo' && typeof image === 'string',
  );
  // Rendered from values, this Deployment has only the parts about Istio.
  if (container === undefined) return undefined;
  const { value, isOpen } = variableOf(container, served);
  if (isTrueText(value)) return undefined;
  const text = `The control plane does not serve Gateways of the Kubernetes Gateway API: ${served} of its container is not "true".`;
  const about = { code: 'kube-gateway-not-served', text };
  return isOpen ? { ...about, missing: `the value of ${served} in Deployment ${world.glooNamespace}/gloo` } : about;
}

const served = 'GG_K8S_GW_CONTROLLER';

/** An Upstream to check. */
export interface AskedUpstream {
  readonly upstream: KubeObject;
  /** What else would have to be known. */
  readonly open: readonly Reason[];
  /**
   * For one that Gloo creates in memory because a route refers to its Service: whether a Gateway accepts that route.
   */
  readonly isRouted?: boolean;
}

/**
 * The Services to which routes of Gateways lead without an Upstream, each as the Upstream that Gloo creates for it in memory. The
 * effect of annotations is not modelled; with them the verdict is unknown. Source: ServiceToUpstream and its converters.
 */
export function servicesInRoutes(world: World): AskedUpstream[] {
  const found = new Map<string, AskedUpstream>();
  for (const route of kubeRoutes.flatMap((kind) => world.of(kind)).filter((one) => isForGloo(one, world))) {
    const from = namespaceOrDefault(route.object);
    for (const reference of mapsIn(mapAt(route.object, 'spec')['rules']).flatMap(backends)) {
      const { kind = 'Service', group = '', name, namespace = from, port } = reference;
      if (kind !== 'Service' || group !== '' || typeof name !== 'string' || typeof namespace !== 'string') continue;
      const key = `${namespace}/${name}:${wordOf(port)}`;
      const open = [...notGranted(route, namespace, name, world), ...annotated(namespace, name, world)];
      const before = found.get(key);
      const isRouted = before?.isRouted === true || isLetIn(route, world);
      const upstream = inMemory(namespace, name, port, world);
      found.set(key, { upstream, isRouted, open: [...(before?.open ?? []), ...open] });
    }
  }
  return [...found.values()];
}

function backends(rule: ValueMap): ValueMap[] {
  const mirrors = mapsIn(rule['filters']).map((filter) => mapAt(filter, 'requestMirror', 'backendRef'));
  return [...mapsIn(rule['backendRefs']), ...mirrors];
}

/** Whether a route is for a Gateway that may be Gloo's; one without a Gateway is reached by delegation. */
function isForGloo({ object }: KubeObject, world: World): boolean {
  const known = parentsOf(object, world).map(({ gateway }) => gateway);
  return (
    known.length === 0 || known.some((gateway) => gateway === undefined || isOfGloo(gateway.object, world) !== false)
  );
}

/** Whether some Gateway accepts a route, by the namespaces of its listeners; true if that is unknown. */
export function isLetIn({ object }: KubeObject, world: World): boolean {
  const parents = parentsOf(object, world);
  const from = namespaceOrDefault(object);
  return (
    parents.length === 0 ||
    parents.some(({ gateway, sectionName }) => {
      if (gateway === undefined) return true;
      const listeners = mapsIn(mapAt(gateway.object, 'spec')['listeners']);
      return listeners
        .filter(({ name }) => sectionName === undefined || name === sectionName)
        .some((listener) => takes(mapAt(listener, 'allowedRoutes', 'namespaces'), from, gateway, world));
    })
  );
}

/** Source: the Gateway API, where `Same` is the default. */
function takes({ from = 'Same', selector }: ValueMap, namespace: string, gateway: KubeObject, world: World): boolean {
  if (from === 'Same') return namespace === namespaceOrDefault(gateway.object);
  if (from !== 'Selector') return from === 'All';
  const found = world.find('Namespace', 'default', namespace);
  if (found === undefined) return !world.hasAll('Namespace');
  return matchesSelector(selector, namespaceLabels(namespace, found.object));
}

/** The Gateways that a route names; those that were not given are undefined. */
function parentsOf(
  route: ValueMap,
  world: World,
): { readonly gateway: KubeObject | undefined; readonly sectionName: Value | undefined }[] {
  const parents = mapsIn(mapAt(route, 'spec')['parentRefs']).filter(({ kind = 'Gateway' }) => kind === 'Gateway');
  return parents.map(({ name, namespace = namespaceOrDefault(route), sectionName }) => ({
    sectionName,
    gateway: world
      .of(kubeGateway)
      .find((gateway) => nameOf(gateway.object) === name && namespaceOrDefault(gateway.object) === namespace),
  }));
}

function inMemory(namespace: string, name: string, port: ValueMap[string] | undefined, world: World): KubeObject {
  const service = world.find('Service', namespace, name);
  const ports = mapsIn(mapAt(service?.object ?? {}, 'spec')['ports']);
  const { name: portName, appProtocol } = ports.find((one) => one['port'] === port) ?? {};
  const isHttp2 =
    ['http2', 'grpc', 'grpc-web', 'kubernetes.io/h2c'].includes(textOf(appProtocol) ?? '') ||
    /^(?:grpc|h2|http2)/.test(textOf(portName) ?? '');
  return kubeObject({
    apiVersion: 'gloo.solo.io/v1',
    kind: 'Upstream',
    metadata: { name: `kube-svc:${namespace}-${name}-${wordOf(port)}`, namespace },
    spec: {
      kube: { serviceName: name, serviceNamespace: namespace, servicePort: port ?? 0 },
      ...(isHttp2 ? { useHttp2: true } : {}),
    },
  });
}

/** Another namespace must allow the route. */
function notGranted(route: KubeObject, namespace: string, name: string, world: World): Reason[] {
  const [kind, from] = [wordOf(route.object['kind']), namespaceOrDefault(route.object)];
  if (namespace === from) return [];
  const isGranted = world.inNamespace('ReferenceGrant', namespace).some(({ object }) => {
    const spec = mapAt(object, 'spec');
    return (
      mapsIn(spec['from']).some(
        (one) => one['group'] === 'gateway.networking.k8s.io' && one['kind'] === kind && one['namespace'] === from,
      ) &&
      mapsIn(spec['to']).some(
        (one) => (one['group'] ?? '') === '' && one['kind'] === 'Service' && (one['name'] ?? name) === name,
      )
    );
  });
  if (isGranted) return [];
  const text = `${kind} ${from}/${nameOf(route.object)} refers to a Service in ${namespace}, which requires a ReferenceGrant there.`;
  return [{ code: 'reference-not-granted', text, missing: `a ReferenceGrant in ${namespace} for ${kind}s of ${from}` }];
}

function annotated(namespace: string, name: string, world: World): Reason[] {
  const service = world.find('Service', namespace, name)?.object ?? {};
  const found = Object.keys(mapAt(service, 'metadata', 'annotations')).find((key) => key.startsWith('gloo.solo.io/'));
  const settings = world
    .of('Settings')
    .map(({ object }) => mapAt(object, 'spec', 'upstreamOptions', 'globalAnnotations'));
  const isGlobal = settings.some((annotations) => Object.keys(annotations).length > 0);
  if (found === undefined && !isGlobal) return [];
  const what = found === undefined ? 'globalAnnotations of the Settings' : `the annotation ${found}`;
  const text = `Gloo creates an Upstream for Service ${namespace}/${name}, and ${what} may change it.`;
  return [
    { code: 'service-annotated', text, missing: `an Upstream for Service ${namespace}/${name} instead of ${what}` },
  ];
}
