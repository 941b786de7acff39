import type { Path } from '../problem.ts';
import type { Decision } from '../proxy/decide.ts';
import { print } from '../proxy/print.ts';
import {
  equal,
  isList,
  isMap,
  listOf,
  lookupTable,
  mapAt,
  mapOf,
  textOf,
  type Value,
  type ValueMap,
} from '../value.ts';
import type { RuleMatch } from './match.ts';
import type { Rule } from './rule.ts';

/** What the API server refuses of the printed objects, and what `kubeResourceOverride` does to them. */
export const overrideRules: readonly Rule[] = [
  {
    code: 'invalid-manifest',
    severity: 'error',
    summary: 'The API server refuses the Deployment, DaemonSet or ConfigMap that comes of this.',
    help:
      'What the values say of the pod, and what `kubeResourceOverride` puts over the workload or the ConfigMap, is checked as a part of the whole ' +
      'object, as the API server does it: fields of the wrong type or in the wrong place (codes of their own), a selector that does not select the ' +
      'labels of the pods, a restart policy other than Always, probes with two ways to ask, numbers that do not go together.',
    find: ({ known }) => known.filter(({ code }) => code === 'invalid-manifest'),
  },
  {
    code: 'invalid-name',
    severity: 'error',
    summary: 'A name that the API server refuses.',
    help:
      'The key of a proxy, in kebab case, is the name of its objects, of its container and of a label: lower-case letters, digits and `-`, at most ' +
      '63 of them. A namespace is the same; names of ports have at most 15.',
    find: ({ known }) => known.filter(({ code }) => code === 'invalid-name'),
  },
  {
    code: 'invalid-label',
    severity: 'error',
    summary: 'The key or value of a label, an annotation or a node selector that the API server refuses.',
    help:
      'A label’s value has at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends; a key may have the name of a domain ' +
      'and a `/` before it. The same holds for `nodeSelector`; the values of annotations are free.',
    find: ({ known }) => known.filter(({ code }) => code === 'invalid-label'),
  },
  {
    code: 'override-replaces-list',
    severity: 'warning',
    summary: 'A list in `kubeResourceOverride` replaces the chart’s own, and something falls away.',
    help:
      'Maps of an override are merged with the chart’s object, lists are not: the list of the override stands alone. To add a container, a volume or ' +
      'a variable there are `extraContainers`, `extraVolumes`, `customEnv` and their like; otherwise the whole list must be repeated.',
    valuesOnly: 'What the chart would have written is not in manifests.',
    *find({ rendered }) {
      for (const { decision } of rendered) yield* replacedLists(decision);
    },
  },
  {
    code: 'override-renames',
    severity: 'warning',
    summary: '`kubeResourceOverride` gives an object another name, namespace or kind.',
    help:
      'The objects of a proxy find each other by name: the pod mounts its ConfigMap, an autoscaler scales the Deployment, `glooctl` looks for both. ' +
      'An override changes only the one object. Helm also deletes what had the old name.',
    valuesOnly: 'The name that the chart would have given is not in manifests.',
    *find({ rendered }) {
      for (const { decision } of rendered) yield* renamed(decision);
    },
  },
];

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
      yield {
        path: [...proxy.own.path, ...at, ...steps],
        message: `This makes ${String(value)} of the ${steps.at(-1)} ${own} that everything else of the proxy goes by${kind === 'ConfigMap' ? ': the pod mounts the old one and does not start' : ''}.`,
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

function* replacedLists(decision: Decision): Iterable<RuleMatch> {
  const { proxy, overrides } = decision;
  if (overrides.workload === undefined && overrides.configMap === undefined) return;
  const whole = print(decision);
  const bare = print({ ...decision, overrides: { workload: undefined, configMap: undefined } });
  if (overrides.workload !== undefined)
    yield* lostIn(overrides.workload, { before: bare.workload?.object, after: whole.workload?.object }, [
      ...proxy.own.path,
      'kubeResourceOverride',
    ]);
  if (overrides.configMap !== undefined)
    yield* lostIn(overrides.configMap, { before: bare.configMap?.object, after: whole.configMap?.object }, [
      ...proxy.own.path,
      'configMap',
      'kubeResourceOverride',
    ]);
}

/** The lists of an override, beside the chart's own in the same place. */
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
    message: `This list replaces the chart’s own as a whole. What falls away: ${lost.join('; ')}.`,
    hint: insteadOf(String(path.at(-1))),
  };
}

/** What of the items of a list is not in another one, by the names of items. */
function lossesOf(before: readonly Value[], after: readonly Value[]): string[] {
  return before.flatMap((item, index) => {
    const name = nameOf(item);
    const other = after.find((one) => (name === undefined ? equal(one, item) : nameOf(one) === name));
    if (other === undefined) return [name ?? (typeof item === 'object' ? `item ${index}` : String(item))];
    const keys = Object.keys(mapOf(item)).filter((key) => !(key in mapOf(other)));
    return keys.length === 0 ? [] : [`${keys.join(', ')} of ${name}`];
  });
}

/** What identifies an item of a list in an object of Kubernetes. */
function nameOf(item: Value): string | undefined {
  const { name, mountPath, key, containerPort } = mapOf(item);
  const found = textOf(mountPath) ?? textOf(name) ?? textOf(key) ?? containerPort;
  return found === undefined || found === null ? undefined : String(found);
}

const instead: Readonly<Record<string, string>> = lookupTable({
  containers: 'podTemplate.extraContainers adds a container; the proxy’s own is changed by the values of podTemplate.',
  initContainers: 'podTemplate.extraInitContainers adds one.',
  volumes: 'extraVolumes adds a volume.',
  volumeMounts: 'extraProxyVolumeMounts adds a mount.',
  env: 'kind.deployment.customEnv adds a variable.',
  ports: 'podTemplate.extraPorts adds a port.',
  args: 'extraEnvoyArgs adds an argument.',
});

function insteadOf(list: string): string {
  return instead[list] ?? 'Repeat here what must stay.';
}
