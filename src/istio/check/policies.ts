import { matchesLabels } from '../../objects/label-selector.ts';
import { describeObject } from '../../objects/object.ts';
import type { ValueMap } from '../../value.ts';
import {
  isForNamespace,
  type MtlsMode,
  modeOfPort,
  type PeerPolicies,
  type PeerPolicy,
  type PodSubject,
  policiesFor,
} from '../peer-authentication.ts';
import type { World } from './world.ts';

/** The policies of a pod, as far as they are known. */
export interface PolicyForm {
  readonly found: PeerPolicies;
  readonly all: readonly PeerPolicy[];
}

export interface PolicyForms {
  /** More than one if something in `missing` would decide. */
  readonly forms: readonly PolicyForm[];
  readonly missing: string | undefined;
}

/** The PeerAuthentications that decide for a pod, or their possible forms if they are not known. */
export function policyForms(pod: PodSubject, world: World): PolicyForms {
  const { rootNamespace } = world;
  const namespaces = [...new Set([pod.namespace, rootNamespace])];
  const read = namespaces.flatMap((namespace) => world.policiesIn(namespace));
  const all = read.filter((policy) => policy !== undefined);
  if (all.length < read.length)
    return {
      forms: anyMode(pod.namespace).map((policy) => formOf(pod, [policy], rootNamespace)),
      missing: `PeerAuthentications of ${namespaces.join(' and ')} that Istio can read: one has a value of the wrong type`,
    };
  const unknown = namespaces.filter((namespace) => !world.knows('PeerAuthentication', namespace));
  if (unknown.length > 0) {
    let mayBe: readonly (readonly PeerPolicy[])[] = [all];
    for (const namespace of unknown)
      mayBe = mayBe.flatMap((policies) => [policies, ...anyMode(namespace).map((policy) => [...policies, policy])]);
    return {
      forms: mayBe.map((policies) => formOf(pod, policies, rootNamespace)),
      missing: `the PeerAuthentications of ${unknown.join(' and ')}`,
    };
  }
  const names = all.map(({ object }) => describeObject(object)).slice(0, 5);
  const missing = `the creationTimestamp of ${names.join(', ')}: the oldest decides`;
  const dropped = choices(pod, all, rootNamespace);
  if (dropped === undefined)
    return { forms: anyMode(pod.namespace).map((policy) => formOf(pod, [policy], rootNamespace)), missing };
  const forms = dropped.map((out) =>
    formOf(
      pod,
      all.filter((policy) => !out.includes(policy)),
      rootNamespace,
    ),
  );
  return { forms, missing: forms.length === 1 ? undefined : missing };
}

function formOf(pod: PodSubject, all: readonly PeerPolicy[], rootNamespace: string): PolicyForm {
  return { found: policiesFor(pod, all, rootNamespace), all };
}

/** The possible policies if none is known: any mode for the whole namespace. */
function anyMode(namespace: string): PeerPolicy[] {
  return (['PERMISSIVE', 'STRICT', 'DISABLE'] as const).map((mode: MtlsMode) => {
    const object: ValueMap = { kind: 'PeerAuthentication', metadata: { namespace, name: '?' } };
    return { object, namespace, name: '?', selector: undefined, mode, ports: undefined };
  });
}

/** No more combinations than this are tried. */
const mostChoices = 16;

/**
 * Files do not show which of several policies of a scope is the oldest. Each choice lists those that are then ignored.
 * Undefined if there are too many choices.
 */
function choices(
  pod: PodSubject,
  all: readonly PeerPolicy[],
  rootNamespace: string,
): readonly (readonly PeerPolicy[])[] | undefined {
  const own = all.filter(({ namespace }) => namespace === pod.namespace && namespace !== rootNamespace);
  const scopes = [
    all.filter((policy) => policy.namespace === rootNamespace && isForNamespace(policy)),
    own.filter(isForNamespace),
    own.filter((policy) => !isForNamespace(policy) && matchesLabels(policy.selector ?? {}, pod.labels)),
  ];
  let found: (readonly PeerPolicy[])[] = [[]];
  for (const scope of scopes) {
    if (scope.length < 2 || scope.every(hasAge)) continue;
    if (found.length * scope.length > mostChoices) return undefined;
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

/** The policy that sets the mode of a port, in words, or Istio's default if none does. */
export function deciderOf(policies: PeerPolicies, port: number | undefined): string {
  const { by } = modeOfPort(policies, port);
  return by === undefined ? "Istio's default" : describeObject(by.object);
}
