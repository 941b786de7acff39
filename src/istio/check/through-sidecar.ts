import { describeObject, type KubeObject, nameOf } from '../../objects/object.ts';
import { mapAt, textOf, type ValueMap } from '../../value.ts';
import type { PortKind } from '../service-ports.ts';
import type { CheckOutcome } from './outcome.ts';
import type { GatewayProxy } from './proxies.ts';
import type { Sent } from './sent.ts';
import type { PodForm } from './targets.ts';
import { istioVirtualService, namespaceOrDefault, type World } from './world.ts';

/** Plain text to a Service's address, which Istio's own sidecar on the gateway takes over. */
interface Taken {
  readonly sent: Sent;
  readonly service: ValueMap;
  readonly pod: PodForm;
  /** The pod's port, as a sidecar reads it. */
  readonly kind: PortKind | undefined;
  readonly isHttp2: boolean;
  readonly isDisabled: boolean;
}

/**
 * What Istio's sidecar on the gateway turns plain text to a Service's address into: mTLS to pods that are labelled for
 * it, whether or not they have a sidecar, unless configured otherwise. `missing` if that is unknown. Source: auto mTLS
 * of istiod's clusters and endpoints.
 */
function throughSidecar(
  taken: Taken,
  proxies: readonly GatewayProxy[],
  world: World,
): Sent | { readonly missing: string } {
  const { sent, service, pod, kind, isHttp2, isDisabled } = taken;
  const odd = proxies.find(({ isPlainlyInjected }) => !isPlainlyInjected);
  const missing =
    odd === undefined
      ? otherRules(service, proxies, world)
      : `what the sidecar in ${odd.described} does with the connections`;
  if (missing !== undefined) return { missing };
  if (pod.dataplane === 'ambient' || isDisabled)
    return { missing: 'what the sidecar of the gateway sends to pods in ambient, or whose mode is DISABLE' };
  if (pod.labels['security.istio.io/tlsMode'] !== 'istio') return sent;
  const alpn = kind === 'tcp' ? 'istio' : isHttp2 ? 'istio-h2' : 'istio-http/1.1';
  const sds = { cluster: undefined, target: undefined, certificate: 'default', validation: 'ROOTCA' };
  return { ...sent, kind: 'sds', alpn: [alpn], sds };
}

/** What may make a sidecar send something else to a Service. */
function otherRules(service: ValueMap, proxies: readonly GatewayProxy[], world: World): string | undefined {
  const kinds = ['DestinationRule', 'ServiceEntry', 'Sidecar', 'EnvoyFilter', 'VirtualService', 'ConfigMap'];
  const unknown = kinds.filter((kind) => !world.hasAll(kind));
  if (unknown.length > 0) return `the ${unknown.join('s, ')}s that configure the sidecar of the gateway`;
  const near = new Set([...proxies.map(({ namespace }) => namespace), world.rootNamespace]);
  const [found] = [
    ...world.of('DestinationRule').filter((rule) => isFor(rule, service)),
    ...[...world.of('ServiceEntry'), ...world.of(istioVirtualService)],
    ...[...world.of('Sidecar'), ...world.of('EnvoyFilter')].filter(({ object }) =>
      near.has(namespaceOrDefault(object)),
    ),
  ];
  if (found !== undefined) return `the effect of ${describeObject(found.object)} on the sidecar of the gateway`;
  if ('networking.istio.io/exportTo' in mapAt(service, 'metadata', 'annotations'))
    return `the namespaces that Service ${namespaceOrDefault(service)}/${nameOf(service)} is exported to`;
  const isUsual = world.meshConfigs.every(({ changesOutbound }) => !changesOutbound);
  return isUsual ? undefined : "what the sidecar of the gateway sends under the mesh's configuration";
}

/** Whether the host of a DestinationRule may be a Service. */
function isFor({ object }: KubeObject, service: ValueMap): boolean {
  const host = textOf(mapAt(object, 'spec')['host']) ?? '';
  const whole = `${nameOf(service)}.${namespaceOrDefault(service)}.svc.cluster.local`;
  if (host.startsWith('*')) return whole.endsWith(host.slice(1));
  const full = host.includes('.') ? host : `${host}.${namespaceOrDefault(object)}`;
  return whole === full || whole.startsWith(`${full}.`);
}

/** The connections of a gateway with Istio's own sidecar: what leaves the pod and why, or what is missing to tell. */
export function takenOver(
  taken: Taken,
  proxies: readonly GatewayProxy[],
  world: World,
): { readonly sent: Sent; readonly carried: CheckOutcome } {
  const found = throughSidecar(taken, proxies, world);
  const names = proxies
    .map(({ described }) => described)
    .slice(0, 3)
    .join(', ');
  if ('missing' in found) {
    const text = `Istio injects its own sidecar into ${names}, which takes over what the proxy sends.`;
    const reasons = [{ code: 'sidecar-on-gateway', text, missing: found.missing }];
    return { sent: taken.sent, carried: { verdict: 'unknown', reasons } };
  }
  const what =
    found.kind === 'plain' ? 'passes on unchanged' : `turns into the mesh's mTLS, with the ALPN ${found.alpn.join()}`;
  const text = `Istio's own sidecar in ${names} takes over what the proxy sends to the Service's address, which it ${what}.`;
  return { sent: found, carried: { verdict: 'works', reasons: [{ code: 'sidecar-sends', text }] } };
}
