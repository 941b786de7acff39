import type { SetKind } from '../helm/set.ts';
import type { Place, Problem } from '../problem.ts';
import { closest } from '../schema/check-closest.ts';
import type { Cluster, Head, Inline, LayerShape } from './shape.ts';

/** The input for rendering a cluster, with all layers combined. */
export interface Combined extends Omit<LayerShape, 'values'> {
  /** From lowest to highest. */
  readonly values: readonly GivenLayer[];
}

/** A file, or values from the fleet file; `own` if the cluster itself has it, rather than the fleet or a group. */
export type GivenLayer = { readonly file: string } | { readonly inline: Inline; readonly own: boolean };

/** The options of the command line, which override everything in the fleet. */
export type Override = Pick<
  Combined,
  'chartVersion' | 'namespace' | 'releaseName' | 'kubeVersion' | 'partialOf' | 'sets'
>;

/**
 * The layers of one cluster: the fleet's, those of its groups in its own order, its own, and above them the command
 * line's options. Helm's order of the kinds of `--set` options applies as on the command line.
 */
export function combine(head: Head, groups: readonly LayerShape[], cluster: Cluster, override: Override): Combined {
  const layers = [head, ...groups, cluster];
  const last = (key: 'chartVersion' | 'namespace' | 'releaseName' | 'kubeVersion' | 'partialOf'): object => {
    const value = override[key] ?? layers.findLast((layer) => layer[key] !== undefined)?.[key];
    return value === undefined ? {} : { [key]: value };
  };
  const values = layers.flatMap((layer) =>
    layer.values.map(
      (given): GivenLayer => (typeof given === 'string' ? { file: given } : { inline: given, own: layer === cluster }),
    ),
  );
  const kinds = Object.keys(override.sets) as SetKind[];
  const sets = kinds.map(
    (kind) => [kind, [...layers.flatMap((layer) => layer.sets[kind]), ...override.sets[kind]]] as const,
  );
  return {
    ...last('chartVersion'),
    ...last('namespace'),
    ...last('releaseName'),
    ...last('kubeVersion'),
    ...last('partialOf'),
    values,
    gateways: layers.flatMap(({ gateways }) => gateways),
    sets: Object.fromEntries(sets) as Combined['sets'],
  };
}

/** The groups that a cluster refers to; unknown ones are problems. */
export function groupsOf(
  cluster: Cluster,
  head: Head,
  file: string,
  place: Place | undefined,
  problems: Problem[],
): LayerShape[] {
  return cluster.groups.flatMap((name) => {
    const group = head.groups.get(name);
    if (group !== undefined) return [group];
    const meant = closest(name, head.groups.keys())?.word;
    const known = [...head.groups.keys()];
    problems.push({
      code: 'fleet-unknown-group',
      severity: 'error',
      message: `The fleet has no group ${JSON.stringify(name)}.`,
      hint:
        meant !== undefined
          ? `did you mean ${meant}?`
          : known.length === 0
            ? 'define groups under the key groups of the fleet file'
            : `there are ${known.slice(0, 10).join(', ')}${known.length > 10 ? ' …' : ''}`,
      file,
      ...place,
    });
    return [];
  });
}
