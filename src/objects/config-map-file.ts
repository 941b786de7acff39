import { isMap, listOf, mapOf, mapsIn, textOf, type ValueMap } from '../value.ts';
import { spotOf, tidied, volumeAt } from './workload.ts';

/** A file in a pod that an entry of a ConfigMap gives. */
export interface ConfigMapFile {
  readonly configMap: string;
  readonly key: string;
}

/** The entry of a ConfigMap that a container finds at a path; undefined if no volume of a ConfigMap gives one. */
export function configMapFileAt(spec: ValueMap, container: ValueMap, path: string): ConfigMapFile | undefined {
  const spot = spotOf(container, path);
  if (spot === undefined || spot.isOpen) return undefined;
  const source = volumeAt(spec, spot)?.['configMap'];
  const configMap = isMap(source) ? textOf(source['name']) : undefined;
  if (configMap === undefined) return undefined;
  const items = listOf(mapOf(source)['items']);
  const item = mapsIn(items).find((one) => tidied(`/${textOf(one['path']) ?? ''}`) === spot.rest);
  const key = items.length === 0 ? spot.rest.slice(1) : textOf(item?.['key']);
  return key === undefined || key === '' || key.includes('/') ? undefined : { configMap, key };
}
