import type { Path } from '../problem.ts';
import type { Decision } from '../proxy/decision.ts';
import type { Companion, CompanionKind } from '../proxy/objects/object.ts';
import { print, printCompanion } from '../proxy/print.ts';
import { equal, isList, isMap, listOf, mapAt, mapOf, textOf, type Value, type ValueMap } from '../value.ts';
import type { RuleMatch } from './match.ts';
import { insteadOf } from './refused.ts';
import type { RuleChecks, Subject } from './rule.ts';

/** What the API server refuses in the printed objects, and the effects of `kubeResourceOverride` on them. */
export const overrideRules = {
  'invalid-manifest': ({ known }) => known.filter(({ code }) => code === 'invalid-manifest'),
  'invalid-name': ({ known }) => known.filter(({ code }) => code === 'invalid-name'),
  'invalid-label': ({ known }) => known.filter(({ code }) => code === 'invalid-label'),
  'override-replaces-list': function* (subject) {
    for (const { override, before, after, path } of overriddenIn(subject))
      yield* lostIn(override, { before, after }, path);
  },
  'override-renames': function* ({ rendered, companions }) {
    for (const { decision } of rendered) yield* renamed(decision);
    for (const { decided } of companions) yield* renamedCompanion(decided);
  },
} satisfies RuleChecks;

/** The kinds that the API server accepts with the apiVersion of a Deployment. */
const workloads: ReadonlySet<string> = new Set(['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet']);

function* renamed({ proxy, workload, configMap, overrides }: Decision): Iterable<RuleMatch> {
  const places: readonly (readonly [ValueMap | undefined, Path, string, string])[] = [
    [overrides.workload, ['kubeResourceOverride'], workload?.name ?? '', workload?.kind ?? ''],
    [overrides.configMap, ['configMap', 'kubeResourceOverride'], configMap?.name ?? '', 'ConfigMap'],
  ];
  for (const [override, at, name, kind] of places) {
    const metadata = mapAt(override, 'metadata');
    const changes: readonly (readonly [Path, Value | undefined, string])[] = [
      [['metadata', 'name'], metadata['name'], name],
      [['metadata', 'namespace'], metadata['namespace'], proxy.namespace],
      [['kind'], override?.['kind'], kind],
    ];
    for (const [steps, value, own] of changes) {
      if (textOf(value) === undefined || value === own) continue;
      // The API server refuses any other kind, and that is reported.
      if (steps[0] === 'kind' && (kind === 'ConfigMap' || !workloads.has(String(value)))) continue;
      const isUnknown = steps[0] === 'kind' && value !== 'DaemonSet' && value !== 'Deployment';
      yield {
        path: [...proxy.own.path, ...at, ...steps],
        message: `This changes the ${steps.at(-1)} from ${own} to ${String(value)}, but the proxy’s other objects refer to ${own}${kind === 'ConfigMap' ? ': the pod mounts the old one and does not start' : ''}${isUnknown ? '; whether its fields fit that kind is not checked' : ''}.`,
        hint:
          steps[0] === 'kind'
            ? 'Use kind.deployment and kind.daemonSet.'
            : steps.at(-1) === 'name'
              ? 'Choose the key of the proxy instead.'
              : 'Set namespace on the proxy.',
      };
    }
  }
}

/** What breaks if an object around a workload is renamed or moved. */
const broken: Readonly<Record<CompanionKind, { readonly name?: string; readonly namespace?: string }>> = {
  Gateway: {},
  HorizontalPodAutoscaler: { namespace: 'it finds no workload to scale there' },
  PodDisruptionBudget: { namespace: 'it protects no pods there' },
  Service: { name: 'clients and glooctl look for the old name', namespace: 'it selects no pods there' },
  ServiceAccount: {
    name: 'the pods use the old name and are not created',
    namespace: 'the pods do not find it there and are not created',
  },
};

function* renamedCompanion({ kind, name, namespace, override, overridden }: Companion): Iterable<RuleMatch> {
  const metadata = mapAt(override, 'metadata');
  for (const [key, own] of [
    ['name', name],
    ['namespace', namespace],
  ] as const) {
    const [value, follows] = [textOf(metadata[key]), broken[kind][key]];
    if (value === undefined || value === own || follows === undefined) continue;
    yield {
      path: [...overridden.path, 'metadata', key],
      message: `This moves the ${kind} ${name} ${key === 'name' ? 'to the name' : 'into the namespace'} ${value}: ${follows}.`,
      hint:
        key === 'namespace'
          ? 'Set namespace on the proxy.'
          : kind === 'Service'
            ? 'Use service.name.'
            : 'Choose the key of the proxy instead.',
    };
  }
}

/** An override, with the object as the chart would have printed it and as it is. */
interface Overridden {
  readonly override: ValueMap;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
  readonly path: Path;
}

function* overriddenIn({ rendered, companions, chart }: Subject): Iterable<Overridden> {
  for (const { decision, printed } of rendered) {
    const { proxy, overrides } = decision;
    const override = overrides.workload;
    // The chart's ConfigMap has no lists.
    if (override === undefined) continue;
    const { workload } = print({ ...decision, overrides: { workload: undefined, configMap: undefined } });
    const path = [...proxy.own.path, 'kubeResourceOverride'];
    yield { override, before: workload?.object, after: printed.workload?.object, path };
  }
  for (const { decided, object } of companions) {
    if (decided.override === undefined) continue;
    const before = printCompanion({ ...decided, override: undefined }, { chart }).object;
    yield { override: decided.override, before, after: object, path: decided.overridden.path };
  }
}

/** The lists of an override, with the chart's own in the same place. */
function* lostIn(
  override: Value,
  { before, after }: { readonly before: Value | undefined; readonly after: Value | undefined },
  path: Path,
): Iterable<RuleMatch> {
  if (isMap(override)) {
    for (const [key, value] of Object.entries(override))
      yield* lostIn(value, { before: mapOf(before)[key], after: mapOf(after)[key] }, [...path, key]);
    return;
  }
  if (!isList(override) || !isList(before) || equal(before, after)) return;
  const lost = lossesOf(before, listOf(after));
  if (lost.length === 0) return;
  yield {
    path,
    at: 'key',
    message: `This list replaces the chart’s, which drops: ${lost.join('; ')}.`,
    hint: insteadOf(path),
  };
}

/** The items of a list that another one lacks, by the names of items. */
function lossesOf(before: readonly Value[], after: readonly Value[]): string[] {
  return before.flatMap((item, index) => {
    const name = nameOf(item);
    const other = after.find((one) => (name === undefined ? equal(one, item) : nameOf(one) === name));
    if (other === undefined) return [name ?? (typeof item === 'object' ? `item ${index}` : String(item))];
    // TCP is Kubernetes' default.
    const own = Object.entries(mapOf(item)).filter(([key, value]) => key !== 'protocol' || value !== 'TCP');
    const keys = own.map(([key]) => key).filter((key) => !(key in mapOf(other)));
    return keys.length === 0 ? [] : [`${keys.join(', ')} of ${name}`];
  });
}

/** What identifies an item of a list in a Kubernetes object. */
function nameOf(item: Value): string | undefined {
  const { name, mountPath, key, containerPort } = mapOf(item);
  const found = textOf(mountPath) ?? textOf(name) ?? textOf(key) ?? containerPort;
  return found === undefined || found === null ? undefined : String(found);
}
