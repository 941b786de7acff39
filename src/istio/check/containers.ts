import { parseImage } from '../../objects/image-reference.ts';
import { tidied } from '../../rules/certificates.ts';
import { isMap, mapsIn, textOf, type ValueMap } from '../../value.ts';

/** Whether a container is Gloo's SDS server. */
export function isSds(container: ValueMap): boolean {
  const { name } = parseImage(textOf(container['image']) ?? '');
  return container['name'] === 'sds' || /^sds(?:-ee|-fips)*$/.test(name);
}

/** A variable of a container: its last entry counts. `isOpen` if its value is, or may be, set from another object. */
export function variableOf(
  container: ValueMap,
  name: string,
): { readonly value: string | undefined; readonly isOpen: boolean } {
  const entry = mapsIn(container['env']).findLast((one) => one['name'] === name);
  if (entry === undefined) return { value: undefined, isOpen: mapsIn(container['envFrom']).length > 0 };
  return { value: textOf(entry['value']), isOpen: isMap(entry['valueFrom']) };
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

/** Where a path in a container leads; undefined if no volume is mounted there. */
export function spotOf(container: ValueMap, path: string): Spot | undefined {
  const wanted = tidied(path);
  let best: { readonly at: string; readonly spot: Spot } | undefined;
  for (const mount of mapsIn(container['volumeMounts'])) {
    const at = tidied(textOf(mount['mountPath']) ?? '');
    if (wanted !== at && !wanted.startsWith(`${at === '/' ? '' : at}/`)) continue;
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
