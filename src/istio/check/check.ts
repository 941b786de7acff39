import { type Istio, istioOf, parseIstioVersion } from '../../objects/istio-version.ts';
import { type KubeObject, nameOf } from '../../objects/object.ts';
import { type Problem, sortProblems } from '../../problem.ts';
import { isOutsideSupport, supportedIstio } from '../../rules/istio-support.ts';
import { isMap, mapAt, textOf, type ValueMap } from '../../value.ts';
import { indexPods } from '../gloo/endpoints.ts';
import { glooOf } from '../gloo/release.ts';
import { translate } from '../upstream-tls.ts';
import { atPods } from './arrival.ts';
import { type ControlPlaneForm, controlPlaneOf } from './control-plane.ts';
import { type Addresses, addressesOf, type Destination, destinationsOf } from './destinations.ts';
import { type ProxyGroup, proxyGroupsOf } from './groups.ts';
import { notServed, withoutProxy } from './kube.ts';
import { type CheckContext, fromProxies } from './leaving.ts';
import { type CheckOutcome, distinct, type Question, whatever, worst } from './outcome.ts';
import { type Presentation, rejection, whySent } from './presented.ts';
import type { GatewayProxy } from './proxies.ts';
import { routedUpstreams } from './routed.ts';
import { sentTo } from './sent.ts';
import type { KnownWorld, MtlsCheck, Reason, UpstreamRow } from './types.ts';
import { namespaceOrDefault, placeOf, readWorld, type World } from './world.ts';

interface Context extends CheckContext {
  readonly addresses: Addresses;
}

/**
 * Whether requests to each Upstream arrive over the mesh's mutual TLS: the proxy has the SDS cluster → its sidecar
 * writes certificates there → the Upstream presents them → the pod terminates mTLS → policies let the gateway in.
 * Whatever is unknown is tried in every form that it may have; if the verdict depends on it, the verdict is `unknown`
 * and names what is missing.
 */
export function checkWorld(known: KnownWorld): MtlsCheck {
  const world = readWorld(known);
  const groups = proxyGroupsOf(world);
  const addresses = addressesOf(world);
  const rows = groups.flatMap((group) => rowsOf(group, world, addresses));
  const ofGateways = groups.find(({ kind }) => kind === 'kube-gateway')?.proxies ?? [];
  return {
    rows,
    problems: sortProblems([...world.problems, ...aboutWorld(rows.length, world), ...withoutProxy(world, ofGateways)]),
  };
}

function rowsOf(
  { kind, proxies, routes, upstreams }: ProxyGroup,
  world: World,
  known: ReturnType<typeof addressesOf>,
): UpstreamRow[] {
  const istios = world.istio === undefined ? istiosThatDiffer : [world.istio];
  const gloos = world.gloo === undefined ? gloosThatDiffer.map(glooOf) : [world.gloo];
  const contexts = gloos.map((gloo): Context => {
    const followsSlices = kind === 'kube-gateway' && gloo.has('kubeEndpointSlices');
    const addresses = { ...known, knowsPodsByAddress: !followsSlices };
    const controlPlane = controlPlaneOf(world, gloo, followsSlices);
    return { world, gloo, proxies, addresses, istios, controlPlane, followsSlices };
  });
  const found = routes && routedUpstreams(routes);
  // A Service only has a row because a route refers to it.
  const inMemory = upstreams.filter(({ isRouted }) => isRouted).map(({ upstream }) => keyOf(upstream));
  const routed = found === undefined ? undefined : new Set([...found, ...inMemory]);
  const unserved = kind === 'kube-gateway' ? notServed(world) : undefined;
  return upstreams.map(({ upstream, open }) => {
    const row = rowOf(upstream, contexts, routed);
    const judged = unserved === undefined ? unlessOpen(sentByEnvoy(row, proxies), open) : notServedRow(row, unserved);
    return kind === undefined ? judged : { ...judged, proxies: kind };
  });
}

/** A verdict other than `refused` becomes `unknown` if it depends on something that was not given. */
function unlessOpen(row: UpstreamRow, open: readonly Reason[]): UpstreamRow {
  return row.verdict === 'refused' || open.length === 0
    ? row
    : { ...row, verdict: 'unknown', reasons: distinct([...row.reasons, ...open]) };
}

/** What a proxy sends is only known if its container is Gloo's Envoy with the proxy's bootstrap. */
function sentByEnvoy(row: UpstreamRow, proxies: readonly GatewayProxy[]): UpstreamRow {
  const found = proxies.flatMap(({ program }) => program);
  const reasonsOf = (verdict: 'refused' | 'unknown'): Reason[] =>
    found.filter((one) => one.verdict === verdict).map(({ reason }) => reason);
  const [refused, open] = [reasonsOf('refused'), reasonsOf('unknown')];
  if (refused.length > 0) return { ...row, verdict: 'refused', reasons: distinct(refused) };
  if (row.verdict === 'refused' || open.length === 0) return row;
  const others = row.verdict === 'unknown' ? row.reasons : [];
  return { ...row, verdict: 'unknown', reasons: distinct([...others, ...open]) };
}

function notServedRow(row: UpstreamRow, reason: Reason): UpstreamRow {
  return { ...row, verdict: reason.missing === undefined ? 'refused' : 'unknown', reasons: [reason] };
}

/** One version for each distinct way in which Istio receives requests. */
export const istiosThatDiffer: readonly Istio[] = [
  ...['1.30.3', '1.24.2', '1.23.5', '1.23.4', '1.22.8', '1.22.3', '1.18.7', '1.16.7', '1.8.2', '1.7.8'],
]
  .map(parseIstioVersion)
  .filter((version) => version !== undefined)
  .map(istioOf);

/** One release for each distinct way in which Gloo translates an Upstream. */
const gloosThatDiffer = [
  ...['1.22.1', '1.20.0', '1.18.5', '1.17.0', '1.17.0-beta20', '1.16.22'],
  ...['1.9.8', '1.8.0', '1.5.20', '1.5.0'],
];

function aboutWorld(upstreams: number, { gloo, istio }: World): Problem[] {
  const problems: Problem[] = [];
  if (upstreams === 0)
    problems.push({
      code: 'no-upstream',
      severity: 'warning',
      message: 'There is no Upstream in the input, so there is nothing to check.',
    });
  const range = gloo === undefined ? undefined : supportedIstio(gloo.release);
  if (gloo !== undefined && istio !== undefined && isOutsideSupport(gloo.release, istio.version[1]))
    problems.push({
      code: 'istio-outside-gloo-range',
      severity: 'warning',
      message: `Gloo ${gloo.release} supports Istio ${(range ?? []).join(' to ')}, but the mesh is Istio ${istio.version.join('.')}.`,
      hint: 'choose versions that Gloo supports together, or test this pair yourself',
    });
  return problems;
}

function rowOf(
  upstream: KubeObject,
  contexts: readonly Context[],
  routed: ReadonlySet<string> | undefined,
): UpstreamRow {
  const question = { size: contexts.length, missing: "Gloo's release (its version, or gloo's Deployment)" };
  const found = whatever([question], ([at = 0]) => {
    const context = contexts[at];
    return context === undefined ? nothingKnown : judge(upstream, context);
  });
  const { verdict, reasons } = withoutContradiction(found, contexts[0]?.world.contradiction);
  const { object } = upstream;
  return {
    upstream: { namespace: namespaceOrDefault(object), name: nameOf(object) },
    verdict,
    ...(routed === undefined ? {} : { isRouted: routed.has(keyOf(upstream)) }),
    reasons: distinct(reasons),
  };
}

function keyOf({ object }: KubeObject): string {
  return `${namespaceOrDefault(object)}/${nameOf(object)}`;
}

/** If the mesh's configurations differ, the outcome depends on the istiod of each pod. */
function withoutContradiction(outcome: CheckOutcome, contradiction: string | undefined): CheckOutcome {
  if (contradiction === undefined) return outcome;
  const missing = `which of the mesh's configurations applies to the pods: they differ in ${contradiction}`;
  const text = `The ConfigMaps of the mesh differ in ${contradiction}.`;
  return { verdict: 'unknown', reasons: [...outcome.reasons, { code: 'mesh-configs-differ', text, missing }] };
}

function judge(upstream: KubeObject, context: Context): CheckOutcome {
  const given = mapAt(upstream.object, 'spec');
  // Those proxies get every pod of a Service, whatever selector the Upstream has.
  const { kube } = given;
  const spec = context.followsSlices && isMap(kube) ? { ...given, kube: { ...kube, selector: null } } : given;
  const destinations = destinationsOf(spec, context.world, context.addresses);
  const presentations = context.controlPlane.forms.map((form) => present(upstream, form, destinations, context));
  const question = { size: presentations.length, missing: context.controlPlane.missing };
  const outcomes = destinations.flatMap((destination) => outcomesAt(destination, presentations, question, context));
  if (outcomes.length > 0) return worst(outcomes) ?? nothingKnown;
  return whatever([question], ([at = 0]) => {
    const presentation = presentations[at];
    return (presentation === undefined ? undefined : rejection(presentation, context.world)) ?? nothingKnown;
  });
}

const nothingKnown: CheckOutcome = {
  verdict: 'unknown',
  reasons: [{ code: 'no-destination', text: 'The Upstream has no destination.', missing: 'the hosts of the Upstream' }],
};

/** How Gloo translates the Upstream under these Settings. */
function present(
  upstream: KubeObject,
  { settings, env }: ControlPlaneForm,
  destinations: readonly Destination[],
  { world, gloo, followsSlices }: Context,
): Presentation {
  const services = destinations.flatMap((one) => (one.kind === 'pods' ? [one.service] : []));
  const surroundings = {
    ...{ gloo, settings, env },
    secrets: secretsOf(mapAt(upstream.object, 'spec', 'sslConfig', 'secretRef'), world),
    objects: { services, endpoints: [], pods: indexPods([]) },
  };
  return {
    readsAllNamespaces: followsSlices,
    ...{ gloo, settings, env, spec: mapAt(upstream.object, 'spec'), namespace: namespaceOrDefault(upstream.object) },
    translated: translate(upstream.object, surroundings),
    place: (path) => placeOf(upstream, path),
  };
}

/** The Secret that an Upstream refers to. */
function secretsOf({ name, namespace }: ValueMap, world: World): readonly ValueMap[] {
  const found = world.find('Secret', textOf(namespace) ?? '', textOf(name) ?? '');
  return found === undefined ? [] : [tlsSecret(found.object)];
}

/** A Kubernetes Secret as Gloo reads it. */
function tlsSecret(secret: ValueMap): ValueMap {
  const read = (key: string): string => {
    const plain = mapAt(secret, 'stringData')[key];
    return textOf(plain) ?? decoded(textOf(mapAt(secret, 'data')[key]) ?? '');
  };
  const tls = { certChain: read('tls.crt'), privateKey: read('tls.key'), rootCa: read('ca.crt') };
  return { metadata: mapAt(secret, 'metadata'), tls };
}

/** Decodes base64; anything else is returned as it is, such as a value that was redacted by hand. */
function decoded(text: string): string {
  try {
    return atob(text);
  } catch {
    return text;
  }
}

function outcomesAt(
  destination: Destination,
  presentations: readonly Presentation[],
  settings: Question,
  context: Context,
): readonly CheckOutcome[] {
  // There is one for each answer to the question about the Settings, so there is at least one.
  const presented = (at: number | undefined): Presentation => presentations[at ?? 0] as Presentation;
  if (destination.kind === 'missing')
    return [whatever([settings], ([at]) => withoutPods(presented(at), destination, context))];
  if (destination.kind === 'outside') {
    return [whatever([settings], ([at]) => outside(presented(at), destination, context))];
  }
  return atPods(destination, presented, settings, context);
}

/**
 * What is true whatever the pods are: whether Gloo accepts the Upstream, and whether the proxies can send what it asks
 * for.
 */
function withoutPods(
  presentation: Presentation,
  destination: Destination & { kind: 'missing' },
  context: Context,
): CheckOutcome {
  const { code, text, missing } = destination;
  const isGone = code === 'service-not-given' && context.world.hasAll('Service');
  const rejected = rejection(withoutMissingService(presentation, isGone), context.world);
  if (rejected !== undefined) return rejected;
  const unknown: CheckOutcome = { verdict: 'unknown', reasons: [{ code, text, missing }] };
  // With auto mTLS, what is sent depends on the endpoints.
  if (!isMap(presentation.spec['sslConfig'])) return unknown;
  const sent = sentTo(presentation.translated.cluster ?? {}, {});
  const carried = fromProxies(sent, context);
  const why = whySent(presentation, sent, undefined);
  if (carried.verdict === 'refused') return { verdict: 'refused', reasons: [...why, ...carried.reasons] };
  return { verdict: 'unknown', reasons: [...why, ...carried.reasons, ...unknown.reasons] };
}

/**
 * Gloo's error about a Service counts only if the Service is known not to exist, and one about an empty cluster not for
 * kinds of Upstreams whose addresses are not known.
 */
function withoutMissingService(presentation: Presentation, isGone: boolean): Presentation {
  if (isGone) return presentation;
  const errors = (presentation.translated.errors ?? []).filter(
    (error) => !/references the service|LoadAssignment was empty/.test(error),
  );
  return { ...presentation, translated: { ...presentation.translated, errors } };
}

/** A destination that is known from the Upstream alone. */
function outside(
  presentation: Presentation,
  destination: Destination & { kind: 'outside' },
  context: Context,
): CheckOutcome {
  const rejected = rejection(presentation, context.world);
  if (rejected !== undefined) return rejected;
  const sent = sentTo(presentation.translated.cluster ?? {}, {});
  const reasons = whySent(presentation, sent, undefined);
  if (sent.kind === 'plain') {
    const text = `${destination.described} appears to be outside the mesh and gets plain text.`;
    return { verdict: 'plain-text', reasons: [...reasons, { code: 'plain-text-outside-mesh', text }] };
  }
  const missing = `what ${destination.described} accepts, or its Service and pods`;
  const text = `${destination.described} appears to be outside the mesh.`;
  return { verdict: 'unknown', reasons: [...reasons, { code: 'outside-the-mesh', text, missing }] };
}
