import { mapAt, textOf, type ValueMap } from '../value.ts';
import { parseImage } from './image-reference.ts';
import { type IstioVersion, parseIstioVersion } from './istio-version.ts';
import { nameOf } from './object.ts';
import { containersOf } from './workload.ts';

/** Whether a Deployment or a Service has a name of istiod: with its revision, unless that is the default one. */
export function isNameOfIstiod(name: string): boolean {
  return /^istiod(?:-|$)/.test(name);
}

/** Whether an object is the Deployment of an istiod. */
export function isIstiod({ object }: { readonly object: ValueMap }): boolean {
  return object['kind'] === 'Deployment' && isNameOfIstiod(nameOf(object));
}

/** The container of an istiod that runs it. */
export function discoveryOf(istiod: ValueMap): ValueMap {
  const containers = containersOf(istiod);
  return containers.find(({ name }) => name === 'discovery') ?? containers[0] ?? {};
}

/** The version of an istiod; undefined if the tag of its image does not show it. */
export function versionOfIstiod(istiod: ValueMap): IstioVersion | undefined {
  return parseIstioVersion(parseImage(textOf(discoveryOf(istiod)['image']) ?? '').tag);
}

/** Whether a revision is a named one rather than the default. */
export function isNamedRevision(revision: string | undefined): revision is string {
  return revision !== undefined && revision !== '' && revision !== 'default';
}

/** The name of an istiod and of its Service, by its revision. */
export function istiodNamed(revision: string | undefined): string {
  return isNamedRevision(revision) ? `istiod-${revision}` : 'istiod';
}

/** The revision of an istiod, if its labels show it. */
export function istioRevisionOf(istiod: ValueMap): string | undefined {
  return textOf(mapAt(istiod, 'metadata', 'labels')['istio.io/rev']);
}
