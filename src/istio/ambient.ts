import type { Istio } from '../objects/istio-version.ts';
import { compareCreated } from './created.ts';
import type { PeerPolicies, PeerPolicy, StatedMode } from './peer-authentication.ts';

/** Whether ztunnel accepts what arrives at a port directly, and what arrives through HBONE. */
export interface AmbientPort {
  readonly plain: 'accepted' | 'refused';
  readonly hbone: 'accepted' | 'refused';
}

/** One condition of a converted policy; all conditions of a group must hold for it to deny. */
interface Condition {
  /** Applies to connections without an identity. */
  readonly anonymous?: true;
  readonly port?: number;
  readonly notPort?: number;
}
type Group = readonly Condition[];

export interface AmbientPolicies {
  readonly groups: readonly Group[];
  /** The number of converted policies that the workload refers to but istiod does not create; ztunnel skips them. */
  readonly missing: number;
}

/**
 * The policies for a workload in ambient. Source: istiod's conversion of PeerAuthentications; ztunnel enforces the
 * result.
 */
export function ambientPolicies(
  found: PeerPolicies,
  policies: readonly PeerPolicy[],
  rootNamespace: string,
  istio: Istio,
): AmbientPolicies {
  const isMerged = istio.has('ambientPoliciesMerged');
  const { isStrict, namesOwn } = namedPolicies(found, isMerged);
  const own =
    !namesOwn || found.workload === undefined
      ? []
      : isMerged
        ? mergedGroups(found.workload, inheritedFrom(found.workload.namespace, policies, rootNamespace))
        : separateGroups(found.workload);
  return {
    groups: [...(isStrict ? [[{ anonymous: true } as const]] : []), ...(own ?? [])],
    missing: own === undefined ? 1 : 0,
  };
}

export function ambientPort({ groups }: AmbientPolicies, port: number): AmbientPort {
  const isDenied = (hasIdentity: boolean): boolean =>
    groups.some((group) =>
      group.every(
        (condition) =>
          (condition.anonymous === undefined || !hasIdentity) &&
          (condition.port === undefined || condition.port === port) &&
          (condition.notPort === undefined || condition.notPort !== port),
      ),
    );
  return { plain: isDenied(false) ? 'refused' : 'accepted', hbone: isDenied(true) ? 'refused' : 'accepted' };
}

/**
 * The policies that a workload refers to: the one that requires an identity everywhere, and the converted form of its
 * own.
 */
function namedPolicies(
  { mesh, namespace, workload }: PeerPolicies,
  isMerged: boolean,
): { readonly isStrict: boolean; readonly namesOwn: boolean } {
  const inherited = [namespace?.mode, mesh?.mode].find((mode) => mode !== undefined && mode !== 'UNSET');
  const mode = workload?.mode ?? 'UNSET';
  const isStrict = mode === 'UNSET' ? inherited === 'STRICT' : mode === 'STRICT';
  if (workload?.ports === undefined) return { isStrict, namesOwn: false };
  const has = (...wanted: readonly StatedMode[]): boolean =>
    [...(workload.ports?.values() ?? [])].some((stated) => wanted.includes(stated));
  if (mode === 'STRICT') {
    const namesOwn = has('PERMISSIVE', 'DISABLE');
    return { isStrict: !namesOwn, namesOwn };
  }
  if (mode !== 'UNSET' || !isStrict) return { isStrict, namesOwn: has('STRICT') };
  const namesOwn = has('PERMISSIVE');
  return { isStrict: !(namesOwn && isMerged), namesOwn };
}

/** Before the merge, all ports of a policy become conditions of one group. Undefined if no policy is created. */
function separateGroups({ mode, ports = new Map() }: PeerPolicy): readonly Group[] | undefined {
  const conditions: Condition[] = mode === 'STRICT' ? [{ anonymous: true }] : [];
  let isMixed = false;
  for (const [port, stated] of ports) {
    if (stated === 'STRICT') conditions.push({ anonymous: true, port });
    else if (stated !== 'UNSET' && (mode === 'STRICT' || mode === 'UNSET')) {
      isMixed = true;
      conditions.push({ notPort: port });
    }
  }
  if (conditions.length === 0 || (mode === 'STRICT' && !isMixed)) return undefined;
  return [conditions];
}

interface Inherited {
  readonly namespace: PeerPolicy | undefined;
  readonly root: PeerPolicy | undefined;
}

/** The conversion only finds policies without any selector, unlike the choice of the effective policies. */
function inheritedFrom(namespace: string, policies: readonly PeerPolicy[], rootNamespace: string): Inherited {
  const oldestIn = (wanted: string): PeerPolicy | undefined =>
    policies
      .filter((policy) => policy.namespace === wanted && policy.selector === undefined)
      .sort((a, b) => compareCreated(a.object, b.object))[0];
  return { namespace: oldestIn(namespace), root: oldestIn(rootNamespace) };
}

/** Since the merge, each STRICT port is a group of its own, and exceptions carry the strictness that they inherit. */
function mergedGroups(
  { mode, ports = new Map() }: PeerPolicy,
  { namespace, root }: Inherited,
): readonly Group[] | undefined {
  const isStrictRoot = root?.mode === 'STRICT';
  const isStrictAbove =
    namespace?.mode === 'STRICT' || ((namespace === undefined || namespace.mode === 'UNSET') && isStrictRoot);
  // For exceptions, a namespace policy with UNSET counts as not STRICT, whatever the mesh's mode is.
  const takesExceptions = mode === 'STRICT' || (namespace === undefined ? isStrictRoot : namespace.mode === 'STRICT');
  const strictPorts: Group[] = [];
  const conditions: Condition[] = mode === 'STRICT' ? [{ anonymous: true }] : [];
  let isMixed = false;
  for (const [port, stated] of ports) {
    if (stated === 'STRICT') {
      const isStrictAnyway =
        mode === 'STRICT' ||
        (mode === 'UNSET' && namespace?.mode === 'STRICT') ||
        ((namespace === undefined || namespace.mode === 'UNSET') && isStrictRoot);
      if (!isStrictAnyway) strictPorts.push([{ anonymous: true, port }]);
    } else if (stated !== 'UNSET' && (mode === 'STRICT' || mode === 'UNSET') && takesExceptions) {
      isMixed = true;
      conditions.push({ notPort: port });
    }
  }
  if (mode === 'STRICT' && !isMixed) return undefined;
  if (conditions.length === 0 && strictPorts.length === 0) return undefined;
  if (isStrictAbove && isMixed) conditions.push({ anonymous: true });
  return conditions.length === 0 ? strictPorts : [...strictPorts, conditions];
}
