import { describeObject } from '../../objects/object.ts';
import type { ValueMap } from '../../value.ts';
import {
  isForNamespace,
  type MtlsMode,
  type PeerPolicies,
  type PeerPolicy,
  type PodSubject,
  policiesFor,
} from '../peer-authentication.ts';
import { matchesLabels } from '../service-ports.ts';
import type { World } from './world.ts';

/** The policies of a pod as they may be. */
export interface PolicyForm {
  readonly found: PeerPolicies;
  readonly all: readonly PeerPolicy[];
}

export interface PolicyForms {
  /** More than one where `missing` would decide. */
  readonly forms: readonly PolicyForm[];
  readonly missing: string | undefined;
}

/** The PeerAuthentications that decide for a pod, and what they may be where that is not known. */
export function policyForms(pod: PodSubject, world: World): PolicyForms {
  const { rootNamespace } = world;
  const where = pod.namespace === rootNamespace ? rootNamespace : `${pod.namespace} and ${rootNamespace}`;
  const read = [...new Set([pod.namespace, rootNamespace])].flatMap((namespace) => world.policiesIn(namespace));
  const all = read.filter((policy) => policy !== undefined);
  if (all.length < read.length)
    return {
      forms: anyMode(pod.namespace),
      missing: `PeerAuthentications of ${where} that Istio can read: one has a value of a wrong type`,
    };
  if (!world.knows('PeerAuthentication'))
    return { forms: anyMode(pod.namespace), missing: `the PeerAuthentications of ${where}` };
  const [first, ...others] = choices(pod, all, rootNamespace).map((dropped) => {
    const left = all.filter((policy) => !dropped.includes(policy));
    return { found: policiesFor(pod, left, rootNamespace), all: left };
  });
  if (first === undefined) return { forms: [{ found: policiesFor(pod, all, rootNamespace), all }], missing: undefined };
  const names = all.map(({ object }) => describeObject(object)).slice(0, 5);
  return {
    forms: [first, ...others],
    missing: others.length === 0 ? undefined : `the creationTimestamp of ${names.join(', ')}: the oldest decides`,
  };
}

/** What there may be where no policy is known: any mode for the whole namespace. */
function anyMode(namespace: string): PolicyForm[] {
  return (['PERMISSIVE', 'STRICT', 'DISABLE'] as const).map((mode: MtlsMode) => {
    const object: ValueMap = { kind: 'PeerAuthentication', metadata: { namespace, name: '?' } };
    const policy: PeerPolicy = { object, namespace, name: '?', selector: undefined, mode, ports: undefined };
    return { found: { mesh: undefined, namespace: policy, workload: undefined }, all: [policy] };
  });
}

/** More combinations than this are not tried; that many policies of one scope without an age are left as they come. */
const mostChoices = 16;

/**
 * Files do not say which of several policies of a scope is the oldest: each choice is the list of those that then do not
 * count.
 */
function choices(
  pod: PodSubject,
  all: readonly PeerPolicy[],
  rootNamespace: string,
): readonly (readonly PeerPolicy[])[] {
  const own = all.filter(({ namespace }) => namespace === pod.namespace && namespace !== rootNamespace);
  const scopes = [
    all.filter((policy) => policy.namespace === rootNamespace && isForNamespace(policy)),
    own.filter(isForNamespace),
    own.filter((policy) => !isForNamespace(policy) && matchesLabels(policy.selector ?? {}, pod.labels)),
  ];
  let found: (readonly PeerPolicy[])[] = [[]];
  for (const scope of scopes) {
    if (scope.length < 2 || scope.every(hasAge) || found.length * scope.length > mostChoices) continue;
    found = found.flatMap((dropped) =>
      scope.map((oldest) => [...dropped, ...scope.filter((policy) => policy !== oldest)]),
    );
  }
  return found;
}

function hasAge({ object }: PeerPolicy): boolean {
  const metadata = object['metadata'];
  return typeof metadata === 'object' && metadata !== null && 'creationTimestamp' in metadata;
}

/** Which policy states the mode of a port; Istio's default where none does. */
export function deciderOf({ mesh, namespace, workload }: PeerPolicies, port: number): string {
  const stated = workload?.ports?.get(port);
  if (workload !== undefined && ((stated !== undefined && stated !== 'UNSET') || workload.mode !== 'UNSET'))
    return describeObject(workload.object);
  const policy = [namespace, mesh].find((candidate) => candidate !== undefined && candidate.mode !== 'UNSET');
  return policy === undefined ? "Istio's default" : describeObject(policy.object);
}
