import { mapsIn, type ValueMap } from '../value.ts';
import type { ClusterClient } from './client.ts';
import { collectionOf, type ReadKind, readResources } from './kinds.ts';

/** Returns every object of a kind, in one namespace or in all; an empty list if the cluster does not know the kind. */
export async function listObjects(
  cluster: ClusterClient,
  kind: ReadKind,
  namespace?: string,
  labels?: string,
): Promise<ValueMap[]> {
  const query = labels === undefined ? '' : `?labelSelector=${encodeURIComponent(labels)}`;
  const list = await cluster.get(`${collectionOf(kind, namespace)}${query}`);
  return mapsIn(list?.['items']).map((item) => asObject(kind, item, readResources[kind].apiVersion));
}

/** Returns one object; undefined if it does not exist. */
export async function readObject(
  cluster: ClusterClient,
  kind: ReadKind,
  namespace: string | undefined,
  name: string,
): Promise<ValueMap | undefined> {
  const found = await cluster.get(`${collectionOf(kind, namespace)}/${encodeURIComponent(name)}`);
  return found && asObject(kind, found, readResources[kind].apiVersion);
}

/** List items come without kind and apiVersion. */
export function asObject(kind: string, item: ValueMap, apiVersion: string): ValueMap {
  return { ...item, apiVersion, kind };
}
