import { type KubeObject, nameOf } from '../../objects/object.ts';
import type { Problem } from '../../problem.ts';
import { sortProblems } from '../../problem.ts';
import { isMap, mapAt, textOf, type ValueMap } from '../../value.ts';
import { supportedIstioJson } from '../data.gen.ts';
import { indexPods, tlsModeLabel } from '../gloo/endpoints.ts';
import { type Gloo, glooOf } from '../gloo/release.ts';
import { kindsOfPorts, targetPortOf } from '../service-ports.ts';
import { translate } from '../upstream-tls.ts';
import { type Istio, istioOf } from '../version.ts';
import { type ControlPlane, controlPlaneOf } from './control-plane.ts';
import { type Addresses, addressesOf, type Destination, destinationsOf } from './destinations.ts';
import { type CheckOutcome, distinct, whatever, worst } from './outcome.ts';
import { policyForms } from './policies.ts';
import { metadataOfHost, type Presentation, rejection, whySent } from './presented.ts';
import { type GatewayProxy, gatewayProxies, obstaclesFor } from './proxies.ts';
import { receive } from './receive.ts';
import { type Sent, sentTo } from './sent.ts';
import { isExcluded, type PodForm, type Target } from './targets.ts';
import type { KnownWorld, MtlsCheck, Reason, UpstreamRow } from './types.ts';
import { namespaceOrDefault, readWorld, type World } from './world.ts';

/** What is the same for all Upstreams. */
interface Context {
  readonly world: World;
  readonly gloo: Gloo;
  readonly proxies: readonly GatewayProxy[];
  readonly controlPlane: ControlPlane;
  readonly addresses: Addresses;
  /** More than one where Istio's version is not known. */
  readonly istios: readonly Istio[];
}

/**
 * Whether requests to each Upstream arrive over the mesh's mutual TLS: the proxy has the SDS cluster → its sidecar writes
 * certificates there → the Upstream presents them → the pod ends mTLS → policies let the gateway in. What is not known is
 * tried in every form that it may have; where the verdict depends on it, it is `unknown` and says what is missing.
 */
export function checkWorld(known: KnownWorld): MtlsCheck {
  const world = readWorld(known);
  const upstreams = world.of('Upstream');
  const proxies = gatewayProxies(world);
  const addresses = addressesOf(world);
  const istios = world.istio === undefined ? istiosThatDiffer : [world.istio];
  const contexts = (world.gloo === undefined ? gloosThatDiffer.map(glooOf) : [world.gloo]).map(
    (gloo): Context => ({
      world,
      gloo,
      proxies,
      addresses,
      istios,
      controlPlane: controlPlaneOf(world, gloo, proxies),
    }),
  );
  return {
    rows: upstreams.map((upstream) => rowOf(upstream, contexts)),
    problems: sortProblems([...world.problems, ...aboutWorld(upstreams.length, world)]),
  };
}

/** One version for each way in which Istio answers. */
const istiosThatDiffer: readonly Istio[] = [
  istioOf([1, 30, 3]),
  istioOf([1, 22, 3]),
  istioOf([1, 16, 7]),
  istioOf([1, 8, 2]),
];

/** One release for each way in which Gloo treats an Upstream. */
const gloosThatDiffer = [
  ...['1.22.1', '1.20.0', '1.17.0', '1.17.0-beta20', '1.16.22'],
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
  if (gloo !== undefined && istio !== undefined && range !== undefined) {
    const [lowest, highest] = range.map((line) => Number(line.split('.')[1]));
    const [, minor] = istio.version;
    if (minor < (lowest ?? 0) || minor > (highest ?? Number.POSITIVE_INFINITY))
      problems.push({
        code: 'istio-outside-gloo-range',
        severity: 'warning',
        message: `Gloo ${gloo.release} supports Istio ${range.join(' to ')}, but the mesh is Istio ${istio.version.join('.')}.`,
        hint: 'choose versions that Gloo names together, or test this pair yourself',
      });
  }
  return problems;
}

/** The first and the last minor version of Istio that Gloo names for a release; undefined where it names none. */
export function supportedIstio(release: string): readonly string[] | undefined {
  const table = JSON.parse(supportedIstioJson) as Readonly<Record<string, readonly string[]>>;
  return table[release.split('.', 2).join('.')];
}

function rowOf(upstream: KubeObject, contexts: readonly Context[]): UpstreamRow {
  const question = { size: contexts.length, missing: "Gloo's release (its version, or gloo's Deployment)" };
  const { verdict, reasons } = whatever([question], ([at = 0]) => {
    const context = contexts[at];
    return context === undefined ? nothingKnown : judge(upstream, context);
  });
  const { object } = upstream;
  return {
    upstream: { namespace: namespaceOrDefault(object), name: nameOf(object) },
    verdict,
    reasons: distinct(reasons),
  };
}

function judge(upstream: KubeObject, context: Context): CheckOutcome {
  const spec = mapAt(upstream.object, 'spec');
  const destinations = destinationsOf(spec, context.world, context.addresses);
  const presentations = context.controlPlane.settings.map((settings) =>
    present(upstream, settings, destinations, context),
  );
  const question = { size: presentations.length, missing: context.controlPlane.missing };
  const outcomes = destinations.flatMap((destination) =>
    outcomesAt(destination, presentations, question, context, spec),
  );
  if (outcomes.length > 0) return worst(outcomes) ?? outcomes[0] ?? nothingKnown;
  return whatever([question], ([at = 0]) => {
    const presentation = presentations[at];
    return (presentation === undefined ? undefined : rejection(presentation, context.world)) ?? nothingKnown;
  });
}

const nothingKnown: CheckOutcome = {
  verdict: 'unknown',
  reasons: [
    { code: 'no-destination', text: 'The Upstream names no destination.', missing: 'the hosts of the Upstream' },
  ],
};

/** What Gloo makes of the Upstream under these Settings. */
function present(
  upstream: KubeObject,
  settings: ValueMap,
  destinations: readonly Destination[],
  { world, gloo, controlPlane }: Context,
): Presentation {
  const services = destinations.flatMap((one) => (one.kind === 'pods' ? [one.service] : []));
  const surroundings = {
    ...{ gloo, settings, env: controlPlane.env },
    secrets: secretsOf(mapAt(upstream.object, 'spec', 'sslConfig', 'secretRef'), world),
    objects: { services, endpoints: [], pods: indexPods([]) },
  };
  return {
    ...{ gloo, settings, spec: mapAt(upstream.object, 'spec') },
    translated: translate(upstream.object, surroundings),
    place(path) {
      const { path: where, file, line } = upstream.problem({ code: '', severity: 'info', message: '' }, path);
      return {
        ...(where === undefined ? {} : { path: where }),
        ...(file === undefined ? {} : { file }),
        ...(line === undefined ? {} : { line }),
      };
    },
  };
}

/** The Secret that an Upstream names. */
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

/** A text in base64; what is none is taken as it is, as where somebody has hidden it. */
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
  settings: { readonly size: number; readonly missing: string | undefined },
  context: Context,
  spec: ValueMap,
): readonly CheckOutcome[] {
  // There is one for each answer to the question about the Settings, of which there is at least one.
  const presented = (at: number | undefined): Presentation => presentations[at ?? 0] as Presentation;
  if (destination.kind === 'missing')
    return [whatever([settings], ([at]) => withoutPods(presented(at), destination, context))];
  if (destination.kind === 'outside') {
    return [whatever([settings], ([at]) => outside(presented(at), destination, context))];
  }
  return groups(destination.targets).map((target) => atTarget(destination, target, presented, settings, context, spec));
}

/** What holds whatever the pods are: whether Gloo accepts the Upstream, and whether the proxies can send what it says. */
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
  // With auto mTLS the endpoints decide what is sent.
  if (!isMap(presentation.spec['sslConfig'])) return unknown;
  const sent = sentTo(presentation.translated.cluster ?? {}, {});
  const carried = fromProxies(sent, context);
  const why = whySent(presentation, sent, undefined);
  if (carried.verdict === 'refused') return { verdict: 'refused', reasons: [...why, ...carried.reasons] };
  return { verdict: 'unknown', reasons: [...why, ...carried.reasons, ...unknown.reasons] };
}

/** Gloo's error about a Service counts only where it is known that there is none. */
function withoutMissingService(presentation: Presentation, isGone: boolean): Presentation {
  if (isGone) return presentation;
  const errors = (presentation.translated.errors ?? []).filter(
    (error) => !/references the service|LoadAssignment was empty/.test(error),
  );
  return { ...presentation, translated: { ...presentation.translated, errors } };
}

/** A destination of which no object says more than the Upstream. */
function outside(
  presentation: Presentation,
  destination: Destination & { kind: 'outside' },
  context: Context,
): CheckOutcome {
  const rejected = rejection(presentation, context.world);
  if (rejected !== undefined) return rejected;
  const metadata = destination.host === undefined ? {} : metadataOfHost(presentation, destination.host);
  const sent = sentTo(presentation.translated.cluster ?? {}, metadata);
  const reasons = whySent(presentation, sent, undefined);
  if (sent.kind === 'plain') {
    const text = `${destination.described} is outside the mesh as far as is known, and gets plain text.`;
    return { verdict: 'plain-text', reasons: [...reasons, { code: 'plain-text-outside-mesh', text }] };
  }
  const missing = `what ${destination.described} accepts, or the Service and the pods that it is`;
  const text = `${destination.described} is outside the mesh as far as is known.`;
  return { verdict: 'unknown', reasons: [...reasons, { code: 'outside-the-mesh', text, missing }] };
}

/** Pods that differ in nothing that matters, once. */
function groups(targets: readonly Target[]): readonly Target[] {
  const found = new Map<string, Target>();
  for (const target of targets.slice(0, 10_000)) {
    const { namespace, serviceAccount, forms, namedPorts, redirected, excluded } = target;
    const key = JSON.stringify([namespace, serviceAccount, forms, [...namedPorts], redirected, excluded]);
    if (!found.has(key)) found.set(key, target);
  }
  return [...found.values()].slice(0, 200);
}

function atTarget(
  destination: Destination & { kind: 'pods' },
  target: Target,
  presented: (at: number | undefined) => Presentation,
  settings: { readonly size: number; readonly missing: string | undefined },
  context: Context,
  spec: ValueMap,
): CheckOutcome {
  const { world, istios } = context;
  const port = destination.port === undefined ? destination.podPort : targetPortOf(destination.port, target.namedPorts);
  const subject = { namespace: target.namespace, labels: target.forms[0]?.labels ?? {} };
  const policies = policyForms(subject, world);
  const questions = [
    settings,
    { size: istios.length, missing: "Istio's version (istioVersion, or istiod's Deployment)" },
    { size: target.forms.length, missing: target.missing },
    { size: policies.forms.length, missing: policies.missing },
  ];
  const services = world.servicesOf(target.namespace, subject.labels);
  const kinds = istios.map((istio) => kindsOfPorts(services, istio, target.namedPorts));
  return whatever(questions, ([setting, version = 0, form = 0, policy = 0]) => {
    const presentation = presented(setting);
    const [istio, pod, chosen] = [istios[version], target.forms[form], policies.forms[policy]];
    if (istio === undefined || pod === undefined || chosen === undefined) return nothingKnown;
    const rejected = rejection(presentation, world);
    if (rejected !== undefined) return rejected;
    const sent = sentTo(presentation.translated.cluster ?? {}, metadataFor(destination, pod, presentation, context));
    const why = whySent(presentation, sent, pod.labels);
    const carried = fromProxies(sent, context);
    if (carried.verdict !== 'works') return { verdict: carried.verdict, reasons: [...why, ...carried.reasons] };
    if (port === undefined) {
      const missing = `the containerPort that Service ${nameOf(destination.service)} names, in ${target.described}`;
      const text = `${target.described} names no port of the Service, so its number is not known.`;
      return { verdict: 'unknown', reasons: [...why, { code: 'port-not-given', text, missing }] };
    }
    const received = receive({
      ...{ world, proxies: context.proxies, istio, target, port, policies: chosen, sent },
      // What is not redirected to the sidecar reaches the app as it comes.
      pod: isExcluded(target, port) && pod.dataplane === 'sidecar' ? { ...pod, dataplane: 'none' } : pod,
      kinds: kinds[version] ?? new Map(),
      isHttp2: spec['useHttp2'] === true,
    });
    return maybeInjected(
      { verdict: received.verdict, reasons: [...carried.reasons, ...why, ...received.reasons] },
      context,
    );
  });
}

/** The metadata by which Envoy chooses the socket of an endpoint. */
function metadataFor(
  { host, service }: Destination & { kind: 'pods' },
  pod: PodForm,
  presentation: Presentation,
  { gloo, controlPlane }: Context,
): ValueMap {
  if (host !== undefined) return metadataOfHost(presentation, host);
  const { enableAutoMtls } = mapAt(presentation.settings, 'gloo', 'istioOptions');
  if (!gloo.has('autoMtls') || enableAutoMtls !== true) return {};
  const isClusterIp =
    controlPlane.env.hasSidecar && gloo.has('sidecarEndpoints') && mapAt(service, 'spec')['clusterIP'] !== 'None';
  const labels = isClusterIp ? mapAt(service, 'metadata', 'labels') : pod.labels;
  return Object.hasOwn(labels, tlsModeLabel) ? { tlsMode: 'istio' } : {};
}

/** Whether the proxies can send this: they need the secrets, and must not have a sidecar that takes over. */
function fromProxies(sent: Sent, { proxies, world }: Context): CheckOutcome {
  const injected = proxies.find(({ isInjected }) => isInjected === true);
  if (injected !== undefined) {
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

/** What works may not, where the gateway's Namespace may ask for a sidecar of Istio's. */
function maybeInjected(outcome: CheckOutcome, { proxies }: Context): CheckOutcome {
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
