import { isMap, mapAt, mapsIn, textOf, type Value, type ValueMap, wordOf } from '../value.ts';

/** Where a workload has its pod spec. */
export const podPath = ['spec', 'template', 'spec'] as const;

/** The spec of a workload's pods. */
export function podOf(workload: Value | undefined): ValueMap {
  return mapAt(workload, ...podPath);
}

/** The containers of a workload's pods, without init containers. */
export function containersOf(workload: Value | undefined): ValueMap[] {
  return mapsIn(podOf(workload)['containers']);
}

/** The value of a container's environment variable. */
export interface Variable {
  /** Undefined if the container does not set it; empty if it is set without a value. */
  readonly value: string | undefined;
  /** Whether its value is, or may be, set from another object. */
  readonly isOpen: boolean;
}

/** A variable of a container: its last entry counts. */
export function variableOf(container: ValueMap, name: string): Variable {
  const entry = mapsIn(container['env']).findLast((one) => one['name'] === name);
  if (entry === undefined) return { value: undefined, isOpen: mapsIn(container['envFrom']).length > 0 };
  return { value: wordOf(entry['value']), isOpen: isMap(entry['valueFrom']) };
}

/** Whether a variable has, or may have, a value. */
export function isSet(container: ValueMap, name: string): boolean {
  const { value, isOpen } = variableOf(container, name);
  return isOpen || Boolean(value);
}

/** Where a path in a container leads. */
export interface Spot {
  readonly volume: string;
  /** Relative to the root of the volume. */
  readonly rest: string;
  readonly isReadOnly: boolean;
  /** A part of it is filled in when the pod starts. */
  readonly isOpen: boolean;
}

/** Where a path in a container leads; undefined if no volume is mounted there or above it. */
export function spotOf(container: ValueMap, path: string): Spot | undefined {
  const wanted = tidied(path);
  let best: { readonly at: string; readonly spot: Spot } | undefined;
  for (const mount of mapsIn(container['volumeMounts'])) {
    const at = tidied(textOf(mount['mountPath']) ?? '');
    // No runtime mounts a volume over the whole file system.
    if (at === '' || at === '/' || (wanted !== at && !wanted.startsWith(`${at}/`))) continue;
    if (best !== undefined && best.at.length >= at.length) continue;
    const sub = textOf(mount['subPath']) ?? '';
    const spot: Spot = {
      volume: textOf(mount['name']) ?? '',
      rest: tidied(`/${sub}/${wanted.slice(at.length)}`),
      isReadOnly: mount['readOnly'] === true,
      isOpen: Boolean(textOf(mount['subPathExpr'])),
    };
    best = { at, spot };
  }
  return best?.spot;
}

/** The volume in a pod's spec that a path leads to. */
export function volumeAt(spec: ValueMap, spot: Spot): ValueMap | undefined {
  return mapsIn(spec['volumes']).find(({ name }) => name === spot.volume);
}

/** A path without `.`, doubled and trailing slashes. */
export function tidied(path: string): string {
  const steps = path.split('/').filter((step) => step !== '' && step !== '.');
  return path === '' ? '' : `/${steps.join('/')}`;
}
