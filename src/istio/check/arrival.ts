import { nameOf } from '../../objects/object.ts';
import { mapAt, mapsIn, textOf, type ValueMap } from '../../value.ts';
import { tlsModeLabel } from '../gloo/endpoints.ts';
import { endsTlsItself, kindsOfPorts, targetPortOf } from '../service-ports.ts';
import type { Destination } from './destinations.ts';
import { type CheckContext, isServiceAddress, leaving } from './leaving.ts';
import { type CheckOutcome, type Question, whatever } from './outcome.ts';
import { policyForms } from './policies.ts';
import { type Presentation, rejection, whySent } from './presented.ts';
import { receive } from './receive.ts';
import { sentTo } from './sent.ts';
import { isExcluded, type PodForm, type Target } from './targets.ts';
import type { Reason } from './types.ts';
import type { World } from './world.ts';

/**
 * What happens to requests to the pods behind a destination; if the Settings were not given, they are an open question.
 */
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
  const text = `Service ${nameOf(destination.service)} has more different pods than can be checked.`;
  return [
    ...outcomes,
    { verdict: 'unknown', reasons: [{ code: 'too-many-pods', text, missing: 'fewer pods per run' }] },
  ];
}

/** A pod that is not ready gets its requests later, or never. */
function whenReady(outcome: CheckOutcome, { described }: Target): CheckOutcome {
  if (outcome.verdict !== 'refused') return outcome;
  const text = `${described} is not ready, so it does not yet get the requests that it would refuse.`;
  const reason: Reason = { code: 'pod-not-ready', text, missing: `whether ${described} becomes ready` };
  return { verdict: 'unknown', reasons: [...outcome.reasons, reason] };
}

/** One of each kind of pod; pods that differ in nothing that matters are listed once. */
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
    const meant = sentTo(presentation.translated.cluster ?? {}, metadataFor(destination, pod, presentation, context));
    const why = whySent(presentation, meant, pod.labels);
    const kinds = kindsOfPorts(place.services, istio, target.namedPorts);
    const { sent, carried } = leaving(
      meant,
      { destination, presentation, pod, kinds, port, policies: place.policies },
      context,
    );
    const isTakenOver = carried.reasons.some(({ code }) => code === 'sidecar-on-gateway');
    if (carried.verdict === 'refused' || isTakenOver)
      return { verdict: carried.verdict, reasons: [...why, ...carried.reasons] };
    if (port === undefined) return withoutPort(destination, target, why);
    const { world, proxies } = context;
    const received = whatever(
      [{ size: place.policies.forms.length, missing: place.policies.missing }],
      ([policy = 0]) => {
        const policies = place.policies.forms[policy];
        if (policies === undefined) return nothingKnown;
        return receive({
          ...{ world, proxies, istio, target, port, policies, sent },
          // Traffic that is not redirected to the sidecar reaches the app unchanged.
          pod: isExcluded(target, port) && pod.dataplane === 'sidecar' ? { ...pod, dataplane: 'none' } : pod,
          kinds,
          isHttp2: presentation.spec['useHttp2'] === true,
          endsTlsItself: endsTlsItself(place.services, port, target.namedPorts),
          service: destination.service,
        });
      },
    );
    // Certificates that may be missing or different do not matter to a pod that refuses the connection in any case.
    const isRefusal = received.verdict === 'refused' && !received.reasons.some(({ code }) => code === byIdentity);
    if (carried.verdict === 'unknown' && !isRefusal)
      return { verdict: 'unknown', reasons: [...why, ...carried.reasons, ...open(received)] };
    const told = carried.verdict === 'unknown' ? [] : carried.reasons;
    const whole = { verdict: received.verdict, reasons: [...told, ...why, ...received.reasons] };
    return maybeInjected(maybeElsewhere(whole, presentation), context);
  });
}

function withoutPort(
  { service }: Destination & { kind: 'pods' },
  { described }: Target,
  why: readonly Reason[],
): CheckOutcome {
  const missing = `the containerPort that Service ${nameOf(service)} names, in ${described}`;
  const text = `${described} has no container port with the name that the Service uses, so its number is unknown.`;
  return { verdict: 'unknown', reasons: [...why, { code: 'port-not-given', text, missing }] };
}

/** The refusal that depends on which certificate is presented. */
const byIdentity = 'authorization-denied';

/** The reasons why something is unknown. */
function open({ verdict, reasons }: CheckOutcome): readonly Reason[] {
  return verdict === 'unknown' ? reasons.filter(({ missing }) => missing !== undefined) : [];
}

/** What applies to pods with the labels of a form: their policies and the Services that select them. */
function placeOf({ labels }: PodForm, { namespace }: Target, { world }: CheckContext) {
  return { policies: policyForms({ namespace, labels }, world), services: world.servicesOf(namespace, labels) };
}

const nothingKnown: CheckOutcome = { verdict: 'unknown', reasons: [] };

/** Requests that would work here may still go elsewhere: through a proxy, or to other hosts when these are down. */
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
      text: 'Gloo watches the namespaces that watchNamespaceSelectors of its Settings select.',
      missing: 'whether these select the namespaces of the Upstream and of its destination',
    });
  if (Object.keys(mapAt(spec, 'failover')).length > 0)
    reasons.push({
      code: 'fails-over',
      text: 'The Upstream fails over to other hosts, which have their own TLS.',
      missing: 'what the hosts of its failover accept',
      ...place(['spec', 'failover']),
    });
  return reasons.length === 0 ? outcome : { verdict: 'unknown', reasons: [...outcome.reasons, ...reasons] };
}

/**
 * The metadata by which Envoy chooses an endpoint's transport socket. The sockets of static hosts differ in their SNI
 * alone, which no verdict depends on.
 */
function metadataFor(
  { host, service }: Destination & { kind: 'pods' },
  pod: PodForm,
  presentation: Presentation,
  { gloo, followsSlices }: CheckContext,
): ValueMap {
  if (host !== undefined) return {};
  const { enableAutoMtls } = mapAt(presentation.settings, 'gloo', 'istioOptions');
  if (!gloo.has('autoMtls') || enableAutoMtls !== true) return {};
  const labels = isServiceAddress(service, presentation) ? mapAt(service, 'metadata', 'labels') : pod.labels;
  const isMarked =
    followsSlices && gloo.has('kubeTlsModeValue')
      ? labels[tlsModeLabel] === 'istio'
      : Object.hasOwn(labels, tlsModeLabel);
  return isMarked ? { tlsMode: 'istio' } : {};
}

/** A verdict of `works` is not certain if the gateway's Namespace may request Istio's own sidecar. */
function maybeInjected(outcome: CheckOutcome, { proxies }: CheckContext): CheckOutcome {
  const open = proxies.find(({ isInjected }) => isInjected === undefined);
  if (outcome.verdict !== 'works' || open === undefined) return outcome;
  const missing = `Namespace ${open.namespace} (its labels decide whether Istio injects a sidecar into the gateway proxies)`;
  const text = `This is true unless Istio injects its own sidecar into ${open.described}, which depends on the labels of its Namespace.`;
  return { verdict: 'unknown', reasons: [...outcome.reasons, { code: 'gateway-may-be-injected', text, missing }] };
}
