import { podOf } from '../objects/workload.ts';
import type { ObjectRef, Path } from '../problem.ts';
import { isMap, mapsIn, type ValueMap, valueAt } from '../value.ts';
import type { ChangedObject, Restart } from './report.ts';
import type { Pair } from './scope.ts';

const workloads: readonly string[] = ['Deployment', 'DaemonSet'];

/** Whether pods are replaced, for each workload that differs or whose configuration differs. */
export function restartsOf(pairs: readonly Pair[], changed: readonly ChangedObject[]): Restart[] {
  const places = new Map<string, number>();
  for (const [place, object] of changed.entries()) if (!places.has(keyOf(object))) places.set(keyOf(object), place);
  return pairs.flatMap(({ left, right }): Restart[] => {
    const some = right ?? left;
    if (some === undefined || !workloads.includes(some.kind)) return [];
    const { kind, namespace, name } = some;
    const own = changed[places.get(keyOf(some)) ?? -1];
    const mounted = configMapsOf(some.object).map((map) =>
      places.get(keyOf({ kind: 'ConfigMap', namespace, name: map })),
    );
    const configMap =
      changed[mounted.reduce<number>((first, place) => Math.min(first, place ?? first), changed.length)];
    if (own === undefined && configMap === undefined) return [];
    return [{ object: { kind, namespace, name }, ...decide(own, configMap, some.object) }];
  });
}

type Decision = Omit<Restart, 'object'>;

function decide(own: ChangedObject | undefined, configMap: ChangedObject | undefined, right: ValueMap): Decision {
  if (own?.change === 'added') return { pods: true, because: 'the workload is new' };
  if (own?.change === 'removed') return { pods: true, because: 'the workload is removed, and its pods with it' };
  const inTemplate = own?.changes.find(({ path }) => path[0] === 'spec' && path[1] === 'template');
  const follows = configMap !== undefined && hasChecksum(right);
  if (inTemplate === undefined && !follows) {
    if (configMap === undefined) return { pods: false, because: 'the pod template stays as it is' };
    return {
      pods: false,
      because: `running pods keep the old ConfigMap ${configMap.name} until they are restarted (kubectl rollout restart)`,
    };
  }
  if (valueAt(right, 'spec', 'updateStrategy', 'type') === 'OnDelete') {
    return { pods: false, because: 'updateStrategy is OnDelete: pods only change when they are deleted' };
  }
  if (inTemplate !== undefined)
    return { pods: true, because: `the pod template changes (${shortPath(inTemplate.path)})` };
  return { pods: true, because: `the pods follow ConfigMap ${configMap?.name} by its checksum` };
}

function keyOf({ kind, namespace, name }: ObjectRef): string {
  return [kind, namespace, name].join('\u0000');
}

/** The names of the ConfigMaps that a workload's pods mount. */
function configMapsOf(workload: ValueMap): string[] {
  const volumes = mapsIn(podOf(workload)['volumes']);
  const names = volumes.map((volume) => valueAt(volume, 'configMap', 'name'));
  return names.filter((name) => typeof name === 'string');
}

function hasChecksum(workload: ValueMap): boolean {
  const annotations = valueAt(workload, 'spec', 'template', 'metadata', 'annotations');
  return isMap(annotations) && Object.keys(annotations).some((key) => key.startsWith('checksum/'));
}

function shortPath(path: Path): string {
  const steps = path.slice(2).filter((step) => step !== 'spec' && step !== 'metadata');
  return steps.slice(0, 3).join(' ');
}
