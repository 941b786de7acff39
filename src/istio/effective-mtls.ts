import { type Istio, istioOf, parseIstioVersion } from '../objects/istio-version.ts';
import { defined, isList, isMap, mapAt, textOf, type ValueMap } from '../value.ts';
import { type AmbientPort, ambientPolicies, ambientPort } from './ambient.ts';
import { type CallResult, calls, type InboundCall, type InboundPort, resultOfCall } from './inbound.ts';
import {
  isRefusedPolicy,
  type MtlsMode,
  modeOfPort,
  type PeerPolicies,
  type PeerPolicy,
  policiesFor,
  readPeerPolicy,
} from './peer-authentication.ts';
import { kindsOfPorts, type PortKind, selectsPod } from './service-ports.ts';

/** What happens to each kind of call to a port; `mode` is missing if no sidecar would know the port. */
interface PortAnswer {
  readonly calls: Readonly<Record<InboundCall, CallResult>>;
  readonly mode?: MtlsMode;
}

export interface EffectiveMtls {
  readonly id?: string;
  /** By the port of the pod. */
  readonly ports?: Readonly<Record<string, PortAnswer | AmbientPort>>;
  /** False for a workload in ambient with a release that has no ambient mode. */
  readonly ambient?: boolean;
  /** Whether the answer is certain without Istio's code: there is no proxy. */
  readonly derived?: true;
  /** Policies that Istio's webhook rejects; the answer is valid if they exist. */
  readonly invalid?: readonly string[];
  /** Whether a policy has a value that the API's types cannot read, so that nothing is known. */
  readonly unreadable?: true;
  /** The number of converted policies that the workload refers to but istiod does not create. */
  readonly missing?: number;
  /** Why there is no answer at all. */
  readonly error?: string;
}

/**
 * What a workload accepts on each of its ports.
 *
 * `input` has `objects` (Services and PeerAuthentications), `workload` (`namespace`, `labels`, `dataplane`: `sidecar`,
 * `ambient` or `none`), `ports` of the pod, `rootNamespace` (default `istio-system`) and optionally an `id`, which is
 * returned. `release` is Istio's. Never throws: an input that cannot be answered returns `error`.
 */
export function effectiveMtls(input: unknown, release: string): EffectiveMtls {
  const version = parseIstioVersion(release);
  if (version === undefined) return { error: `"${String(release)}" is not a version of Istio, such as 1.22.3.` };
  const whole = asMap(input);
  const id = textOf(whole['id']);
  return { ...defined({ id }), ...answer(whole, istioOf(version)) };
}

/** An untrusted value as the map that it should be. */
function asMap(input: unknown): ValueMap {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as ValueMap) : {};
}

function answer(input: ValueMap, istio: Istio): EffectiveMtls {
  const workload = mapAt(input, 'workload');
  const objects = isList(input['objects']) ? input['objects'].filter(isMap) : [];
  const ports = isList(input['ports']) ? input['ports'].filter((port) => typeof port === 'number') : [];
  const subject = { namespace: textOf(workload['namespace']) ?? 'default', labels: mapAt(workload, 'labels') };
  const rootNamespace = textOf(input['rootNamespace']) ?? 'istio-system';
  const read = objects.filter(({ kind }) => kind === 'PeerAuthentication').map(readPeerPolicy);
  const policies = read.filter((policy) => policy !== undefined);
  if (policies.length < read.length) return { unreadable: true };
  const refused = policies.filter((policy) => isRefusedPolicy(policy, istio));
  const invalid =
    refused.length === 0
      ? {}
      : { invalid: refused.map(({ namespace, name }) => `PeerAuthentication/${namespace}/${name}`) };
  const dataplane = workload['dataplane'];
  if (dataplane === 'ambient' && istio.has('ambient')) {
    const found = policiesFor(subject, policies, rootNamespace);
    return { ...invalid, ...ambientAnswer(found, policies, rootNamespace, ports, istio) };
  }
  if (dataplane !== 'sidecar') {
    const isAmbient = dataplane === 'ambient';
    return {
      ...(isAmbient ? { ambient: false } : {}),
      derived: true,
      ...invalid,
      ports: byPort(ports, () => ({ calls: byCall(() => 'app') })),
    };
  }
  const services = objects.filter(
    (object) =>
      object['kind'] === 'Service' &&
      (textOf(mapAt(object, 'metadata')['namespace']) ?? 'default') === subject.namespace &&
      selectsPod(object, subject.labels),
  );
  const kinds = kindsOfPorts(services, istio);
  const found = policiesFor(subject, policies, rootNamespace);
  return { ...invalid, ports: byPort(ports, (port) => sidecarPort(port, found, kinds, istio)) };
}

/** What happens to each kind of call to a port of a pod with a sidecar. */
function sidecarPort(
  port: number,
  policies: PeerPolicies,
  kinds: ReadonlyMap<number, PortKind>,
  istio: Istio,
): PortAnswer & { readonly mode: MtlsMode } {
  const inbound = inboundPort(port, policies, kinds);
  return { calls: byCall((call) => resultOfCall(call, inbound, istio)), mode: inbound.mode };
}

/** A port as the sidecar's listener sees it. */
export function inboundPort(port: number, policies: PeerPolicies, kinds: ReadonlyMap<number, PortKind>): InboundPort {
  return {
    mode: modeOfPort(policies, port).mode,
    kind: kinds.get(port) ?? 'none',
    passthrough: {
      // The listener asks for port 0, which only a policy that fails validation can have.
      mode: modeOfPort(policies, 0).mode,
      detectsTls: [...kinds.keys()].some((known) => modeOfPort(policies, known).mode !== 'DISABLE'),
    },
  };
}

function ambientAnswer(
  found: PeerPolicies,
  policies: readonly PeerPolicy[],
  rootNamespace: string,
  ports: readonly number[],
  istio: Istio,
): EffectiveMtls {
  const converted = ambientPolicies(found, policies, rootNamespace, istio);
  const answers = byPort(ports, (port) => ambientPort(converted, port));
  return converted.missing === 0 ? { ports: answers } : { missing: converted.missing, ports: answers };
}

function byPort<T>(ports: readonly number[], answerOf: (port: number) => T): Record<string, T> {
  return Object.fromEntries(ports.map((port) => [String(port), answerOf(port)]));
}

function byCall(resultOf: (call: InboundCall) => CallResult): Readonly<Record<InboundCall, CallResult>> {
  // The keys are all calls, which the type of fromEntries cannot express.
  return Object.fromEntries(calls.map((call) => [call, resultOf(call)])) as Record<InboundCall, CallResult>;
}
