import { nameOf } from '../../objects/object.ts';
import { mapAt, mapsIn, textOf, type ValueMap } from '../../value.ts';
import { tlsModeLabel } from '../gloo/endpoints.ts';
import type { Gloo } from '../gloo/release.ts';
import { endsTlsItself, kindsOfPorts, targetPortOf } from '../service-ports.ts';
import type { Istio } from '../version.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Destination } from './destinations.ts';
import { type CheckOutcome, type Question, whatever, worst } from './outcome.ts';
import { policyForms } from './policies.ts';
import { metadataOfHost, type Presentation, rejection, whySent } from './presented.ts';
import { type GatewayProxy, obstaclesFor } from './proxies.ts';
import { receive } from './receive.ts';
import { type Sent, sentTo } from './sent.ts';
import { isExcluded, type PodForm, type Target } from './targets.ts';
import type { Reason } from './types.ts';
import type { World } from './world.ts';

/** What is the same for all Upstreams. */
export interface CheckContext {
  readonly world: World;
  readonly gloo: Gloo;
  readonly proxies: readonly GatewayProxy[];
  readonly controlPlane: ControlPlane;
  /** More than one where Istio's version is not known. */
  readonly istios: readonly Istio[];
}

/** What becomes of requests to the pods behind a destination; the Settings are a question where they were not given. */
export function atPods(
  destination: Destination & { kind: 'pods' },
  presented: (at: number | undefined) => Presentation,
  settings: Question,
  context: CheckContext,
): readonly CheckOutcome[] {
  const { targets, isWhole } = groups(destination.targets, context.world);
  const isAnyReady = targets.some(({ isReady }) => isReady);
  const outcomes = targets.map((target) => {
    const outcome = atTarget(destination, target, presented, settings, context);
    return target.isReady || !isAnyReady ? outcome : whenReady(outcome, target);
  });
  if (isWhole) return outcomes;
  const text = `There are more different pods behind Service ${nameOf(destination.service)} than are looked at.`;
  return [
    ...outcomes,
    { verdict: 'unknown', reasons: [{ code: 'too-many-pods', text, missing: 'fewer pods at a time' }] },
  ];
}

/** A pod that is not ready gets its requests later, or never. */
function whenReady({ verdict, reasons }: CheckOutcome, { described }: Target): CheckOutcome {
  if (verdict !== 'refused') return { verdict, reasons };
  const text = `${described} is not ready: what it refuses it is not sent as yet.`;
  const reason: Reason = { code: 'pod-not-ready', text, missing: `whether ${described} becomes ready` };
  return { verdict: 'unknown', reasons: [...reasons, reason] };
}

/** Pods that differ in nothing that matters, once. */
function groups(
  targets: readonly Target[],
  world: World,
): { readonly targets: readonly Target[]; readonly isWhole: boolean } {
  const found = new Map<string, Target>();
  for (const target of targets.slice(0, mostPods)) {
    const { namespace, serviceAccount, forms, namedPorts, redirected, excluded, open, isReady } = target;
    const asked = world.labelsAsked(namespace);
    const seen = forms.map(({ dataplane, labels }) => [
      dataplane,
      Object.entries(labels).filter(([key]) => asked.has(key)),
    ]);
    const key = JSON.stringify([namespace, serviceAccount, seen, [...namedPorts], redirected, excluded, open, isReady]);
    if (!found.has(key)) found.set(key, target);
  }
  const different = [...found.values()];
  return {
    targets: different.slice(0, mostDifferent),
    isWhole: targets.length <= mostPods && different.length <= mostDifferent,
  };
}

const mostPods = 10_000;
const mostDifferent = 200;

function atTarget(
  destination: Destination & { kind: 'pods' },
  target: Target,
  presented: (at: number | undefined) => Presentation,
  settings: Question,
  context: CheckContext,
): CheckOutcome {
  const port = destination.port === undefined ? destination.podPort : targetPortOf(destination.port, target.namedPorts);
  const questions = [
    settings,
    { size: context.istios.length, missing: "Istio's version (istioVersion, or istiod's Deployment)" },
    { size: target.forms.length, missing: target.missing },
  ];
  const places = target.forms.map((form) => placeOf(form, target, context));
  return whatever(questions, ([setting, version = 0, form = 0]) => {
    const presentation = presented(setting);
    const [istio, pod, place] = [context.istios[version], target.forms[form], places[form]];
    if (istio === undefined || pod === undefined || place === undefined) return nothingKnown;
    const rejected = rejection(presentation, context.world);
    if (rejected !== undefined) return rejected;
    const sent = sentTo(presentation.translated.cluster ?? {}, metadataFor(destination, pod, presentation, context));
    const why = whySent(presentation, sent, pod.labels);
    const carried = fromProxies(sent, context);
    const isTakenOver = carried.reasons.some(({ code }) => code === 'sidecar-on-gateway');
    if (carried.verdict === 'refused' || isTakenOver)
      return { verdict: carried.verdict, reasons: [...why, ...carried.reasons] };
    if (port === undefined) {
      const missing = `the containerPort that Service ${nameOf(destination.service)} names, in ${target.described}`;
      const text = `${target.described} names no port of the Service, so its number is not known.`;
      return { verdict: 'unknown', reasons: [...why, { code: 'port-not-given', text, missing }] };
    }
    const { world, proxies } = context;
    const received = whatever(
      [{ size: place.policies.forms.length, missing: place.policies.missing }],
      ([policy = 0]) => {
        const policies = place.policies.forms[policy];
        if (policies === undefined) return nothingKnown;
        return receive({
          ...{ world, proxies, istio, target, port, policies, sent },
          // What is not redirected to the sidecar reaches the app as it comes.
          pod: isExcluded(target, port) && pod.dataplane === 'sidecar' ? { ...pod, dataplane: 'none' } : pod,
          kinds: kindsOfPorts(place.services, istio, target.namedPorts),
          isHttp2: presentation.spec['useHttp2'] === true,
          endsTlsItself: endsTlsItself(place.services, port, target.namedPorts),
          service: destination.service,
        });
      },
    );
    // Certificates that may not come, or be others, change nothing for a pod that refuses whatever they are.
    const isRefusal = received.verdict === 'refused' && !received.reasons.some(({ code }) => code === byIdentity);
    if (carried.verdict === 'unknown' && !isRefusal)
      return { verdict: 'unknown', reasons: [...why, ...carried.reasons, ...open(received)] };
    const told = carried.verdict === 'unknown' ? [] : carried.reasons;
    const whole = { verdict: received.verdict, reasons: [...told, ...why, ...received.reasons] };
    return maybeInjected(maybeElsewhere(whole, presentation), context);
  });
}

/** The refusal that depends on whose certificate it is. */
const byIdentity = 'authorization-denied';

/** The reasons for which a thing is not known. */
function open({ verdict, reasons }: CheckOutcome): readonly Reason[] {
  return verdict === 'unknown' ? reasons.filter(({ missing }) => missing !== undefined) : [];
}

/** What holds for pods with the labels of a form: their policies and the Services that select them. */
function placeOf({ labels }: PodForm, { namespace }: Target, { world }: CheckContext) {
  return { policies: policyForms({ namespace, labels }, world), services: world.servicesOf(namespace, labels) };
}

const nothingKnown: CheckOutcome = { verdict: 'unknown', reasons: [] };

/** What works here may still go elsewhere: through a proxy, or to other hosts when these are down. */
function maybeElsewhere(outcome: CheckOutcome, { spec, settings, place }: Presentation): CheckOutcome {
  if (outcome.verdict !== 'works') return outcome;
  const through = textOf(spec['httpProxyHostname']);
  const reasons: Reason[] = [];
  if (through !== undefined && through !== '')
    reasons.push({
      code: 'through-http-proxy',
      text: `The Upstream sends its requests through the HTTP proxy ${through}.`,
      missing: `what ${through} does with them`,
      ...place(['spec', 'httpProxyHostname']),
    });
  if (mapsIn(settings['watchNamespaceSelectors']).length > 0)
    reasons.push({
      code: 'namespaces-by-selector',
      text: 'Gloo watches namespaces by watchNamespaceSelectors of its Settings.',
      missing: 'whether these select the namespaces of the Upstream and of what is behind it',
    });
  if (Object.keys(mapAt(spec, 'failover')).length > 0)
    reasons.push({
      code: 'fails-over',
      text: 'The Upstream fails over to other hosts, with TLS of their own.',
      missing: 'what the hosts of its failover accept',
      ...place(['spec', 'failover']),
    });
  return reasons.length === 0 ? outcome : { verdict: 'unknown', reasons: [...outcome.reasons, ...reasons] };
}

/** The metadata by which Envoy chooses the socket of an endpoint. */
function metadataFor(
  { host, service }: Destination & { kind: 'pods' },
  pod: PodForm,
  presentation: Presentation,
  { gloo }: CheckContext,
): ValueMap {
  if (host !== undefined) return metadataOfHost(presentation, host);
  const { enableAutoMtls } = mapAt(presentation.settings, 'gloo', 'istioOptions');
  if (!gloo.has('autoMtls') || enableAutoMtls !== true) return {};
  const isClusterIp =
    presentation.env.hasSidecar && gloo.has('sidecarEndpoints') && mapAt(service, 'spec')['clusterIP'] !== 'None';
  const labels = isClusterIp ? mapAt(service, 'metadata', 'labels') : pod.labels;
  return Object.hasOwn(labels, tlsModeLabel) ? { tlsMode: 'istio' } : {};
}

/** Whether the proxies can send this: they need the secrets, and must not have a sidecar that takes over. */
export function fromProxies(sent: Sent, { proxies, world }: CheckContext): CheckOutcome {
  const injected = proxies.find(({ isInjected }) => isInjected === true);
  if (injected !== undefined) {
    // What Envoy itself cannot load is sent by no sidecar.
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
    const text = 'Whether the proxies get the certificates of the mesh is not known: none was given.';
    return { verdict: 'unknown', reasons: [{ code: 'proxies-not-given', text, missing }] };
  }
  const sds = sent.sds;
  const found = proxies.flatMap((proxy) => obstaclesFor(sds, proxy));
  const decisive = worst(found.map(({ verdict, reason }) => ({ verdict, reasons: [reason] })));
  if (decisive !== undefined) {
    const same = found.filter(({ verdict }) => verdict === decisive.verdict).map(({ reason }) => reason);
    return { verdict: decisive.verdict, reasons: same };
  }
  const names = proxies.map(({ described }) => described);
  const shown = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  const text = `${shown}: istio-proxy writes certificates where sds reads them, and Envoy asks it by ${sds.cluster ?? sds.target ?? ''}.`;
  return { verdict: 'works', reasons: [{ code: 'certificates-served', text }] };
}

/** What keeps Envoy from a cluster with the mesh's certificates whatever runs beside it. */
const stopsEnvoy: ReadonlySet<string> = new Set([
  ...['no-sds-cluster', 'no-such-secret', 'sds-cluster-without-http2', 'sds-cluster-over-tls'],
]);

/** What works may not, where the gateway's Namespace may ask for a sidecar of Istio's. */
function maybeInjected(outcome: CheckOutcome, { proxies }: CheckContext): CheckOutcome {
  const open = proxies.find(({ isInjected }) => isInjected === undefined);
  if (outcome.verdict !== 'works' || open === undefined) return outcome;
  const missing = `Namespace ${open.namespace} (its labels say whether Istio injects a sidecar into the gateway proxies)`;
  const text = `This holds unless Istio injects its own sidecar into ${open.described}, which its Namespace decides.`;
  return { verdict: 'unknown', reasons: [...outcome.reasons, { code: 'gateway-may-be-injected', text, missing }] };
}

/** Certificates in files are read once, whether or not somebody renews them there. */
function stopsAfterADay({ ownCertificate, file }: Sent, proxies: readonly GatewayProxy[]): CheckOutcome {
  if (ownCertificate !== 'files') return { verdict: 'works', reasons: [] };
  const isMesh = /(?:^|\/)cert-chain\.pem$/.test(file ?? '');
  const reason: Reason = isMesh
    ? {
        code: 'certificates-in-files',
        text: `Envoy reads ${file ?? ''} once: with the mesh's certificate requests work at first and are refused when it expires, after 24 hours by default.`,
      }
    : {
        code: 'certificates-in-files',
        text: `Envoy reads ${file ?? ''} once, and not again when it is renewed.`,
        missing: `the certificate in ${file ?? ''} of ${proxies[0]?.described ?? 'the gateway proxies'}`,
      };
  return { verdict: isMesh ? 'refused' : 'unknown', reasons: [reason] };
}
