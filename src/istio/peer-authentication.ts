import type { Istio } from '../objects/istio-version.ts';
import { matchesLabels } from '../objects/label-selector.ts';
import { isMap, mapAt, textOf, type Value, type ValueMap, wordOf } from '../value.ts';
import { compareCreated } from './created.ts';

export type MtlsMode = 'DISABLE' | 'PERMISSIVE' | 'STRICT';
/** A mode as a policy states it; UNSET inherits. */
export type StatedMode = MtlsMode | 'UNSET';

/** A PeerAuthentication, as far as it decides the mode of a port. */
export interface PeerPolicy {
  readonly object: ValueMap;
  readonly namespace: string;
  readonly name: string;
  /** Undefined without a selector, empty for a selector without labels. */
  readonly selector: ValueMap | undefined;
  readonly mode: StatedMode;
  /** Undefined if the policy does not mention ports. */
  readonly ports: ReadonlyMap<number, StatedMode> | undefined;
}

/** The policies that decide for one workload, one for each scope. */
export interface PeerPolicies {
  readonly mesh: PeerPolicy | undefined;
  readonly namespace: PeerPolicy | undefined;
  readonly workload: PeerPolicy | undefined;
}

export interface PodSubject {
  readonly namespace: string;
  readonly labels: ValueMap;
}

const modes: readonly StatedMode[] = ['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT'];

/** A policy as Istio's types read it; undefined if they cannot, for example because of a mode in lower case. */
export function readPeerPolicy(object: ValueMap): PeerPolicy | undefined {
  const metadata = mapAt(object, 'metadata');
  const spec = object['spec'] ?? {};
  if (!isMap(spec)) return undefined;
  const selector = readSelector(spec['selector']);
  const mode = readMode(spec['mtls']);
  const ports = readPorts(spec['portLevelMtls']);
  if (selector === null || mode === undefined || ports === null) return undefined;
  return {
    object,
    namespace: textOf(metadata['namespace']) ?? 'default',
    name: textOf(metadata['name']) ?? '',
    selector,
    mode,
    ports,
  };
}

/** Null if it cannot be read. */
function readSelector(value: Value | undefined): ValueMap | undefined | null {
  if (value === undefined || value === null) return undefined;
  if (!isMap(value)) return null;
  const labels = value['matchLabels'] ?? {};
  if (!isMap(labels)) return null;
  return Object.values(labels).every((label) => typeof label === 'string') ? labels : null;
}

/** A protobuf enum in JSON: its name, or its number. */
function readMode(value: Value | undefined): StatedMode | undefined {
  if (value === undefined || value === null) return 'UNSET';
  if (!isMap(value)) return undefined;
  const mode = value['mode'];
  if (mode === undefined || mode === null) return 'UNSET';
  if (typeof mode === 'number' || typeof mode === 'bigint') return modes[Number(mode)];
  return modes.find((known) => known === mode);
}

function readPorts(value: Value | undefined): ReadonlyMap<number, StatedMode> | undefined | null {
  if (value === undefined || value === null) return undefined;
  if (!isMap(value)) return null;
  const ports = new Map<number, StatedMode>();
  for (const [key, entry] of Object.entries(value)) {
    const mode = readMode(entry);
    if (!/^\d{1,10}$/.test(key) || Number(key) > 0xffff_ffff || mode === undefined) return null;
    ports.set(Number(key), mode);
  }
  return ports;
}

/** Whether Istio's webhook would reject the policy. If it exists, it applies nevertheless. */
export function isRefusedPolicy(policy: PeerPolicy, istio: Istio): boolean {
  const { selector = {}, ports } = policy;
  const labels = Object.entries(selector);
  if (ports !== undefined && (labels.length === 0 || ports.size === 0)) return true;
  const highest = istio.has('policyPortsUpTo65535') ? 65_535 : Number.POSITIVE_INFINITY;
  if ([...(ports?.keys() ?? [])].some((port) => port === 0 || port > highest)) return true;
  return labels.some(([key, value]) => key === '' || key.includes('*') || wordOf(value).includes('*'));
}

/** Whether a policy applies to a whole namespace, or to the mesh if it is in the root namespace. */
export function isForNamespace(policy: PeerPolicy): boolean {
  return policy.selector === undefined || Object.keys(policy.selector).length === 0;
}

/**
 * The policies that decide for a workload:
 * 1. In each scope (mesh, namespace, workload) only the oldest policy counts, even one with UNSET; nothing is merged.
 * 2. A policy without labels in its selector applies to its namespace; in the root namespace, to the mesh.
 * 3. A policy with labels in the root namespace applies to no pod, not even to pods there.
 * Source: Istio's composePeerAuthentication.
 */
export function policiesFor(
  { namespace, labels }: PodSubject,
  policies: readonly PeerPolicy[],
  rootNamespace: string,
): PeerPolicies {
  const own = policies.filter((policy) => policy.namespace === namespace && namespace !== rootNamespace);
  return {
    mesh: oldest(policies.filter((policy) => policy.namespace === rootNamespace && isForNamespace(policy))),
    namespace: oldest(own.filter(isForNamespace)),
    workload: oldest(own.filter((policy) => !isForNamespace(policy) && matchesLabels(policy.selector ?? {}, labels))),
  };
}

function oldest(policies: readonly PeerPolicy[]): PeerPolicy | undefined {
  const [first, ...others] = policies;
  return others.reduce<PeerPolicy | undefined>(
    (found, one) => (found !== undefined && compareCreated(one.object, found.object) < 0 ? one : found),
    first,
  );
}

/**
 * The policy that sets the mode of a workload's port, and that mode: the narrowest scope that sets one wins. Without
 * any it is PERMISSIVE, Istio's default. `port` is undefined if it is unknown.
 */
export function modeOfPort(
  { mesh, namespace, workload }: PeerPolicies,
  port: number | undefined,
): { readonly mode: MtlsMode; readonly by: PeerPolicy | undefined } {
  const ownMode = port === undefined ? undefined : workload?.ports?.get(port);
  const stated = [
    { mode: ownMode, by: workload },
    ...[workload, namespace, mesh].map((policy) => ({ mode: policy?.mode, by: policy })),
  ];
  for (const { mode, by } of stated) if (mode !== undefined && mode !== 'UNSET') return { mode, by };
  return { mode: 'PERMISSIVE', by: undefined };
}
