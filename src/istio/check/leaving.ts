import type { Istio } from '../../objects/istio-version.ts';
import { mapAt, type ValueMap } from '../../value.ts';
import { firstWords } from '../../words.ts';
import { inboundPort } from '../effective-mtls.ts';
import type { Gloo } from '../gloo/release.ts';
import type { PortKind } from '../service-ports.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Destination } from './destinations.ts';
import type { CheckOutcome } from './outcome.ts';
import type { PolicyForms } from './policies.ts';
import type { Presentation } from './presented.ts';
import { type GatewayProxy, obstaclesFor } from './proxies.ts';
import type { Sent } from './sent.ts';
import type { PodForm } from './targets.ts';
import { takenOver } from './through-sidecar.ts';
import type { Reason } from './types.ts';
import type { World } from './world.ts';

/** What is the same for all Upstreams. */
export interface CheckContext {
  readonly world: World;
  readonly gloo: Gloo;
  readonly proxies: readonly GatewayProxy[];
  readonly controlPlane: ControlPlane;
  /**
   * Whether the control plane sends these proxies every pod in the EndpointSlices of a Service, with the pod's labels,
   * regardless of an Upstream's selector and of what runs on the gateway.
   */
  readonly followsSlices: boolean;
  /** More than one if Istio's version is unknown. */
  readonly istios: readonly Istio[];
}

interface Leaving {
  readonly destination: Destination & { kind: 'pods' };
  readonly presentation: Presentation;
  readonly pod: PodForm;
  readonly kinds: ReadonlyMap<number, PortKind>;
  readonly port: number | undefined;
  readonly policies: PolicyForms;
}

/** What leaves the gateway's pod: what Envoy sends, or what the Istio sidecar turns it into. */
export function leaving(
  sent: Sent,
  { destination, presentation, pod, kinds, port, policies }: Leaving,
  context: CheckContext,
): { readonly sent: Sent; readonly carried: CheckOutcome } {
  const { proxies, world } = context;
  const unserved = proxies.find(({ isServed }) => !isServed);
  if (unserved !== undefined) {
    const text = `Envoy of ${unserved.described} requests no clusters from Gloo: its bootstrap has no dynamic_resources.cds_config, so no Upstream reaches it.`;
    return { sent, carried: { verdict: 'refused', reasons: [{ code: 'upstreams-not-requested', text }] } };
  }
  const isTaken =
    proxies.length > 0 &&
    proxies.every(({ isInjected }) => isInjected === true) &&
    sent.kind === 'plain' &&
    !sent.isProxyProtocol &&
    destination.host === undefined &&
    isServiceAddress(destination.service, presentation);
  if (!isTaken || port === undefined) return { sent, carried: fromProxies(sent, context) };
  const isDisabled = policies.forms.some(({ found }) => inboundPort(port, found, kinds).mode === 'DISABLE');
  const isHttp2 = presentation.spec['useHttp2'] === true;
  const { service } = destination;
  return takenOver({ sent, service, pod, kind: kinds.get(port), isHttp2, isDisabled }, proxies, world);
}

/** Whether the one endpoint is the Service's address, as it is when Gloo leaves the rest to Istio's sidecar. */
export function isServiceAddress(service: ValueMap, { env, gloo }: Presentation): boolean {
  return env.hasSidecar && gloo.has('sidecarEndpoints') && mapAt(service, 'spec')['clusterIP'] !== 'None';
}

/** Whether the proxies can send this: they need the secrets, and no other sidecar may take over. */
export function fromProxies(sent: Sent, { proxies, world }: CheckContext): CheckOutcome {
  const injected = proxies.find(({ isInjected }) => isInjected === true);
  if (injected !== undefined) {
    // No sidecar sends what Envoy itself cannot load.
    const broken = sent.sds === undefined ? [] : obstaclesFor(sent.sds, injected);
    const reasons = broken.map(({ reason }) => reason).filter(({ code }) => stopsEnvoy.has(code));
    if (reasons.length > 0) return { verdict: 'refused', reasons };
    const missing = `what the sidecar in ${injected.described} does with the connections (its DestinationRules among others)`;
    const text = `Istio injects its own sidecar into ${injected.described}, which takes over what the proxy sends.`;
    return { verdict: 'unknown', reasons: [{ code: 'sidecar-on-gateway', text, missing, ...injected.place([]) }] };
  }
  if (sent.sds === undefined) return stopsAfterADay(sent, proxies);
  if (proxies.length === 0) {
    const missing = `the gateway proxies of ${world.glooNamespace}: Deployment and ConfigMap, or the values of Gloo's chart`;
    const text = 'It is unknown whether the proxies get the mesh’s certificates: no proxy was given.';
    return { verdict: 'unknown', reasons: [{ code: 'proxies-not-given', text, missing }] };
  }
  const sds = sent.sds;
  const found = proxies.flatMap((proxy) => obstaclesFor(sds, proxy));
  const decisive = (['refused', 'unknown'] as const).find((verdict) => found.some((one) => one.verdict === verdict));
  if (decisive !== undefined)
    return {
      verdict: decisive,
      reasons: found.filter(({ verdict }) => verdict === decisive).map(({ reason }) => reason),
    };
  const names = proxies.map(({ described }) => described);
  const text = `${firstWords(names, 3)}: istio-proxy writes certificates where sds reads them, and Envoy asks it by ${sds.cluster ?? sds.target ?? ''}.`;
  return { verdict: 'works', reasons: [{ code: 'certificates-served', text }] };
}

/** What keeps Envoy from a cluster with the mesh's certificates, whatever runs beside it. */
const stopsEnvoy: ReadonlySet<string> = new Set([
  ...['no-sds-cluster', 'no-such-secret', 'sds-cluster-without-http2', 'sds-cluster-over-tls'],
]);

/** Certificates in files are read once, even if they are renewed there. */
function stopsAfterADay({ ownCertificate, file }: Sent, proxies: readonly GatewayProxy[]): CheckOutcome {
  if (ownCertificate !== 'files') return { verdict: 'works', reasons: [] };
  const isMesh = /(?:^|\/)cert-chain\.pem$/.test(file ?? '');
  const reason: Reason = isMesh
    ? {
        code: 'certificates-in-files',
        text: `Envoy reads ${file ?? ''} only once: with the mesh's certificate, requests work at first and are refused when it expires, after 24 hours by default.`,
      }
    : {
        code: 'certificates-in-files',
        text: `Envoy reads ${file ?? ''} only once, and not again when it is renewed.`,
        missing: `the certificate in ${file ?? ''} of ${proxies[0]?.described ?? 'the gateway proxies'}`,
      };
  return { verdict: isMesh ? 'refused' : 'unknown', reasons: [reason] };
}
