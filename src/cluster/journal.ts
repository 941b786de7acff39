import { gunzipSync, gzipSync } from 'node:zlib';
import {
  type Changer,
  change,
  isSameBody,
  isSameObject,
  metadataOf,
  pathOf,
  Refusal,
  type ServerObject,
  saidBy,
  type Write,
  wordsOf,
} from './change.ts';
import type { Reply } from './client.ts';

/** A change with the state that it leads to, as the API server's dry run gave it. */
export interface CheckedWrite extends Write {
  readonly before: ServerObject;
}

/** A change of several objects that has begun: what was there before is kept in the cluster until all of it is done. */
export interface Journal {
  readonly command: string;
  /** How long the run that began it may still be at work, in milliseconds from its beginning. */
  readonly lifetime: number;
  readonly writes: readonly CheckedWrite[];
  /** The ConfigMap that holds it. */
  readonly object: ServerObject;
  readonly namespace: string;
  /** How long it has been there by the server's clock, in milliseconds. */
  readonly age: number;
}

/** The ConfigMap that tells of a change that is not finished. */
export const journalName = 'glistio-unfinished';
/** etcd takes a megabyte and a half, the API server a megabyte of data. */
const mostBytes = 900_000;

/** The ConfigMap that stands in the cluster while several objects are changed. */
export function journalOf(
  namespace: string,
  { command, lifetime, writes }: Pick<Journal, 'command' | 'lifetime' | 'writes'>,
): ServerObject {
  const kept = writes.map(({ name, collection, before, after }) => ({
    name,
    collection,
    before: withoutNoise(before),
    after: withoutNoise(after),
  }));
  const data = gzipSync(JSON.stringify(kept)).toString('base64');
  if (data.length > mostBytes) {
    throw new Refusal(`${writes.length} objects are too much for one change; choose fewer of them`);
  }
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: journalName, namespace, labels: { 'app.kubernetes.io/managed-by': 'glistio' } },
    data: {
      about: `glistio ${command} is changing ${writes.length} objects. If it was interrupted, the next glistio --cluster here puts them back.`,
      command,
      lifetime: String(lifetime),
    },
    binaryData: { writes: data },
  };
}

function withoutNoise(object: ServerObject): ServerObject {
  const { status: _, ...rest } = object;
  const { name, namespace, uid } = metadataOf(object);
  return { ...rest, metadata: { name, namespace, uid } };
}

/** The change that was begun in a namespace and not finished. Who may not look has none to finish, either. */
export async function findJournal(cluster: Changer, namespace: string): Promise<Journal | undefined> {
  const reply = await cluster.send('GET', `${collectionOf(namespace)}/${journalName}`);
  if (reply.status === 404 || reply.status === 403) return undefined;
  if (reply.status !== 200 || reply.body === undefined) throw new Refusal(saidBy(reply));
  return readJournal(reply, reply.body, namespace);
}

function readJournal({ time }: Reply, object: ServerObject, namespace: string): Journal {
  try {
    const { data, binaryData } = object as { data: Record<string, string>; binaryData: Record<string, string> };
    const writes = JSON.parse(gunzipSync(Buffer.from(binaryData['writes'] ?? '', 'base64')).toString('utf8'));
    const begun = Date.parse(String(metadataOf(object)['creationTimestamp']));
    const age = time === undefined ? Number.POSITIVE_INFINITY : time - begun;
    const lifetime = Number(data['lifetime']);
    return { command: data['command'] ?? '', lifetime, writes, object, namespace, age };
  } catch {
    throw new Refusal(`ConfigMap ${namespace}/${journalName} cannot be read; look at it, and delete it`);
  }
}

/** Puts the journal into the cluster. There is one for a namespace, so no two changes are made at once. */
export async function openJournal(cluster: Changer, object: ServerObject, isDry = false): Promise<ServerObject> {
  const collection = collectionOf(String(metadataOf(object)['namespace']));
  return await change(
    cluster,
    { name: 'the record of the change', collection, before: undefined, after: object },
    isDry,
  );
}

/** Takes the journal out of the cluster, if it is still this one. */
export async function closeJournal(cluster: Changer, object: ServerObject): Promise<void> {
  const { uid, namespace } = metadataOf(object);
  const path = `${collectionOf(String(namespace))}/${journalName}`;
  const reply = await cluster.send('DELETE', path, { preconditions: { uid } });
  if (![200, 202, 404, 409].includes(reply.status)) throw new Refusal(`${journalName}: ${saidBy(reply)}`);
}

function collectionOf(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`;
}

/** What has become of a change. */
export interface Restored {
  /** Everything had been written, so that it stays. */
  readonly isComplete: boolean;
  readonly restored: readonly string[];
  /** What somebody else has changed since then, so that it was left alone. */
  readonly foreign: readonly string[];
  /** What could not be put back, and why. */
  readonly stuck: readonly string[];
}

/**
 * Puts back what a change has written, the last first; a change that was written as a whole stays, unless `isWanted` says
 * that it must go. What is there decides, not what anybody remembers of it: an answer may have been lost.
 */
export async function putBack(cluster: Changer, writes: readonly CheckedWrite[], isWanted = false): Promise<Restored> {
  const restored: string[] = [];
  const foreign: string[] = [];
  const stuck: string[] = [];
  const found: { readonly write: CheckedWrite; readonly current: ServerObject }[] = [];
  for (const write of writes) {
    try {
      const { status, body } = await cluster.send('GET', pathOf(write));
      if (status === 200 && body !== undefined && isSameObject(body, write.before))
        found.push({ write, current: body });
      else if (status === 200 || status === 404) foreign.push(write.name);
      else stuck.push(`${write.name}: ${saidBy({ status, body })}`);
    } catch (error) {
      stuck.push(`${write.name}: ${wordsOf(error)}`);
    }
  }
  const written = found.filter(({ write, current }) => isSameBody(current, write.after));
  const isComplete = !isWanted && written.length === writes.length;
  if (isComplete) return { isComplete, restored, foreign, stuck };
  for (const { write, current } of found.reverse()) {
    if (isSameBody(current, write.before)) continue;
    if (!isSameBody(current, write.after)) {
      foreign.push(write.name);
      continue;
    }
    try {
      // What is there goes, whoever owns it: without an intent the object is written as a whole.
      await change(cluster, { ...write, before: current, after: write.before, intent: undefined });
      restored.push(write.name);
    } catch (error) {
      stuck.push(wordsOf(error));
    }
  }
  return { isComplete, restored, foreign, stuck };
}
