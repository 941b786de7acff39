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
  return mapsIn(list?.['items']).map((item) => asObject(kind, item));
}

/** Returns one object; undefined if it does not exist. */
export async function readObject(
  cluster: ClusterClient,
  kind: ReadKind,
  namespace: string,
  name: string,
): Promise<ValueMap | undefined> {
  const found = await cluster.get(`${collectionOf(kind, namespace)}/${encodeURIComponent(name)}`);
  return found === undefined ? undefined : asObject(kind, found);
}

/** List items come without kind and apiVersion. */
function asObject(kind: ReadKind, item: ValueMap): ValueMap {
  return { ...item, apiVersion: readResources[kind].apiVersion, kind };
}
