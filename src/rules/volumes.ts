import { repeatedIn } from '../apiserver/type-rule.ts';
import { podPath, tidied } from '../objects/workload.ts';
import type { Path } from '../problem.ts';
import { isMap, textOf } from '../value.ts';
import { type Item, isChart } from './pod.ts';
import type { RuleChecks } from './rule.ts';

const volumesOfPod: Path = [...podPath, 'volumes'];

function volumeName({ value }: Pick<Item, 'value'>): string {
  return textOf(value['name']) ?? '';
}

function mountPathOf({ value }: Item): string {
  return textOf(value['mountPath']) ?? '';
}

/** Volumes and their mounts. */
export const volumeRules = {
  'unknown-volume': function* ({ pods, chart }) {
    for (const { containers, volumes, name: pod, at } of pods) {
      const names = volumes.map(volumeName);
      for (const { name, mounts } of containers) {
        for (const { value, path } of mounts) {
          const wanted = volumeName({ value });
          if (wanted === '' || names.includes(wanted)) continue;
          // What the chart mounts by itself is missing where an override has replaced the list.
          const isOwn = typeof path.at(-1) === 'number';
          yield {
            path: isOwn ? [...path, 'name'] : at(['kubeResourceOverride', ...volumesOfPod], volumesOfPod),
            message: `${name} mounts the volume ${wanted}, which the pod of ${pod} does not have: the API server rejects it.`,
            hint: chart.has('extraVolumes')
              ? `Add ${wanted} to ${path.includes('volumeMounts') || path.includes('extraProxyVolumeMounts') ? 'extraVolumes' : 'the volumes of the override'}${names.length === 0 ? '' : `, or mount one of ${[...new Set(names)].join(', ')}`}.`
              : `Mount one of ${names.join(', ')}; chart ${chart.release} has no value for further volumes.`,
          };
        }
      }
    }
  },
  'unused-volume': function* ({ pods }) {
    for (const { containers, volumes } of pods) {
      const mounted = new Set(containers.flatMap(({ mounts }) => mounts.map(({ value }) => value['name'])));
      for (const { value, path, isChart } of volumes) {
        if (path === undefined || isChart || mounted.has(value['name'] ?? null)) continue;
        yield {
          path: [...path, 'name'],
          message: `No container mounts the volume ${textOf(value['name']) ?? ''}.`,
          hint: 'Mount it (the proxy: extraProxyVolumeMounts) or remove it.',
        };
      }
    }
  },
  'duplicate-volume': function* ({ pods }) {
    for (const { volumes, name: pod } of pods) {
      for (const { item, first } of repeatedIn(volumes, volumeName)) {
        if (item.path === undefined) continue;
        yield {
          path: [...item.path, 'name'],
          message: `The pod of ${pod} already has a volume ${volumeName(item)}${first.isChart ? ' of the chart’s own' : ''}: the API server rejects a second one.`,
          hint: first.isChart
            ? 'Remove it to use the chart’s, or give it another name.'
            : 'Give one of them another name.',
        };
      }
    }
  },
  'duplicate-mount-path': function* ({ pods }) {
    for (const { containers } of pods) {
      for (const { name, mounts } of containers) {
        for (const { item, first } of repeatedIn(mounts, (mount) => mountPathOf(mount) && tidied(mountPathOf(mount)))) {
          const [mountPath, other] = [mountPathOf(item), mountPathOf(first)];
          const path = [...item.path, 'mountPath'];
          const hint = 'Choose another path for one of them.';
          if (mountPath === other)
            yield { path, hint, message: `${name} mounts two volumes at ${mountPath}: the API server rejects that.` };
          else
            yield {
              path,
              hint,
              severity: 'warning',
              message: `${name} mounts one volume at ${other} and another at ${mountPath}, which is the same folder: one hides the other.`,
            };
        }
      }
    }
  },
} satisfies RuleChecks;

/** Rules about the containers of a pod and their variables. */
export const containerRules = {
  'duplicate-container': function* ({ pods }) {
    for (const { containers, name: pod } of pods) {
      for (const { item, first: other } of repeatedIn(containers, ({ name }) => name)) {
        const { name, path, role } = item;
        // The chart's containers cannot be renamed; those that clash with them can.
        const [culprit, taken] = isChart(role) ? [other, role] : [{ path }, other.role];
        yield {
          path: [...culprit.path, 'name'],
          message: `The pod of ${pod} would have two containers called ${name}: the API server rejects that.`,
          hint: isChart(taken) ? `${name} is the chart’s own container; choose another name.` : 'Rename one of them.',
        };
      }
    }
  },
  'duplicate-env': function* ({ pods }) {
    for (const { containers } of pods) {
      for (const container of containers) {
        const last = new Map(container.env.map(({ value, path }) => [value['name'], path]));
        for (const { value, path } of container.env) {
          const winner = last.get(value['name']);
          if (winner === undefined || winner === path || !isMap(value)) continue;
          const isOwn = !winner.some((step) => typeof step === 'number');
          yield {
            path: [...path, 'name'],
            message: `${container.name} has the variable ${textOf(value['name']) ?? ''} twice; ${isOwn ? 'the chart’s own' : 'the last one'} counts.`,
            hint: 'Remove this one.',
          };
        }
      }
    }
  },
} satisfies RuleChecks;
