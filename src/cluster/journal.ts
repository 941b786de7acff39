import { mapAt, type ValueMap, valueAt, wordOf } from '../value.ts';
import {
  type Changer,
  change,
  isSameBody,
  isSameObject,
  messageOf,
  pathOf,
  Refusal,
  saidBy,
  type Write,
} from './change.ts';
import type { Reply } from './client.ts';
import { collectionOf } from './kinds.ts';
import { packWrites, type Recorded, readRecord } from './record.ts';
import type { Sealer } from './record-seal.ts';

/** A change with its resulting state, as returned by the API server's dry run. */
export interface CheckedWrite extends Write {
  readonly before: ValueMap;
}

/** A change of several objects in progress: their previous state stays in the cluster until all of them are written. */
export interface Journal extends Recorded {
  /** The ConfigMap that holds the journal. */
  readonly object: ValueMap;
  readonly namespace: string;
  /** Its age by the server's clock, in milliseconds. */
  readonly age: number;
}

/** Returns the name of the ConfigMap that records an unfinished change. */
export const journalName = 'glistio-unfinished';

/**
 * The ConfigMap that exists in the cluster while several objects are changed. It is immutable, so it cannot be edited
 * in the meantime.
 */
export function journalOf(
  namespace: string,
  { command, lifetime, writes }: { command: string; lifetime: number; writes: readonly CheckedWrite[] },
  sealer: Sealer | undefined,
): ValueMap {
  const packed = packWrites(writes);
  if (packed === undefined) throw new Refusal(`${writes.length} objects are too many for one change; choose fewer`);
  const text = sealedText(namespace, { command, lifetime: wordOf(lifetime), writes: packed });
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: journalName, namespace, labels: { 'app.kubernetes.io/managed-by': 'glistio' } },
    immutable: true,
    data: {
      about: `glistio ${command} is changing ${writes.length} objects. If it was interrupted, the next glistio --cluster here restores them.`,
      command,
      lifetime: wordOf(lifetime),
      ...(sealer === undefined ? {} : { seal: sealer.seal(text) }),
    },
    binaryData: { writes: packed },
  };
}

function sealedText(namespace: string, fields: Readonly<Record<'command' | 'lifetime' | 'writes', unknown>>): string {
  return JSON.stringify([namespace, fields.command, fields.lifetime, fields.writes]);
}

/** Whether this user wrote the journal on this machine, and not someone else who may write ConfigMaps. */
export function isOwnJournal({ object, namespace, age }: Journal, sealer: Sealer | undefined): boolean {
  const { command, lifetime, seal } = mapAt(object, 'data');
  const writes = valueAt(object, 'binaryData', 'writes');
  if (typeof seal !== 'string' || sealer === undefined) return false;
  return sealer.isOwn(sealedText(namespace, { command, lifetime, writes }), seal, age);
}

/** Requests the record of a namespace; undefined if there is none. A user who may not read it has none to finish. */
async function readJournal(cluster: Changer, namespace: string): Promise<Reply | undefined> {
  const reply = await cluster.send('GET', journalPath(namespace));
  if (reply.status === 404 || reply.status === 403) return undefined;
  if (reply.status !== 200 || reply.body === undefined) throw new Refusal(saidBy(reply));
  return reply;
}

/** Whether an unfinished change exists in a namespace, whatever its record contains. */
export async function hasJournal(cluster: Changer, namespace: string): Promise<boolean> {
  return (await readJournal(cluster, namespace)) !== undefined;
}

/** Returns the unfinished change of a namespace; refuses a record that glistio cannot have written. */
export async function findJournal(cluster: Changer, namespace: string): Promise<Journal | undefined> {
  const reply = await readJournal(cluster, namespace);
  if (reply?.body === undefined) return undefined;
  const { body: object, time } = reply;
  const recorded = readRecord(object, namespace);
  if (typeof recorded === 'string') throw new Refusal(notOurs(namespace, recorded));
  const begun = Date.parse(wordOf(mapAt(object, 'metadata')['creationTimestamp']));
  const age = time === undefined || Number.isNaN(begun) ? Number.POSITIVE_INFINITY : time - begun;
  return { ...recorded, object, namespace, age };
}

/** The message for a record that must not be trusted. */
export function notOurs(namespace: string, why: string): string {
  return `ConfigMap ${namespace}/${journalName} is not a record that glistio wrote: ${why}; find out who created it, and delete it`;
}

/** Stores the journal in the cluster. There is one per namespace, so two changes never run at once. */
export async function openJournal(cluster: Changer, object: ValueMap, isDry = false): Promise<ValueMap> {
  const collection = collectionOf('ConfigMap', wordOf(mapAt(object, 'metadata')['namespace']));
  return await change(
    cluster,
    { name: 'the record of the change', collection, before: undefined, after: object },
    isDry,
  );
}

/** Removes the journal from the cluster, if it is still the same one. */
export async function closeJournal(cluster: Changer, object: ValueMap): Promise<void> {
  const { uid, namespace } = mapAt(object, 'metadata');
  const reply = await cluster.send('DELETE', journalPath(wordOf(namespace)), { preconditions: { uid } });
  if (![200, 202, 404, 409].includes(reply.status)) throw new Refusal(`${journalName}: ${saidBy(reply)}`);
}

function journalPath(namespace: string): string {
  return `${collectionOf('ConfigMap', namespace)}/${journalName}`;
}

/** The outcome of restoring a change. */
export interface Restored {
  /** Everything had been written, so it stays. */
  readonly isComplete: boolean;
  readonly restored: readonly string[];
  /** Objects that others have changed since, and that were therefore left alone. */
  readonly foreign: readonly string[];
  /** What could not be restored, and why. */
  readonly stuck: readonly string[];
}

/** How much of a change is found in the cluster. */
export interface Traces {
  /** Everything was written. */
  readonly isComplete: boolean;
  /** The objects that were written, as they are now. */
  readonly written: readonly Trace[];
  /** Objects that others have changed since, or that were replaced by new ones. */
  readonly foreign: readonly string[];
  /** What could not be read, and why. */
  readonly stuck: readonly string[];
}

interface Trace {
  readonly write: CheckedWrite;
  readonly current: ValueMap;
}

/** Finds out how much of a change was written. The cluster's state decides, because an answer may have been lost. */
export async function tracesOf(cluster: Changer, writes: readonly CheckedWrite[]): Promise<Traces> {
  const written: Trace[] = [];
  const foreign: string[] = [];
  const stuck: string[] = [];
  let complete = 0;
  for (const write of writes) {
    try {
      const { status, body } = await cluster.send('GET', pathOf(write));
      if (status === 200 && body !== undefined && isSameObject(body, write.before)) {
        const isWritten = isSameBody(body, write.after);
        if (isWritten) complete += 1;
        if (isSameBody(body, write.before)) continue;
        if (isWritten) written.push({ write, current: body });
        else foreign.push(write.name);
      } else if (status === 200 || status === 404) foreign.push(write.name);
      else stuck.push(`${write.name}: ${saidBy({ status, body })}`);
    } catch (error) {
      stuck.push(`${write.name}: ${messageOf(error)}`);
    }
  }
  return { isComplete: complete === writes.length, written, foreign, stuck };
}

/**
 * Restores what a change has written, last object first. Objects are replaced as a whole, regardless of field
 * ownership.
 */
export async function putBack(cluster: Changer, { written, foreign, stuck }: Traces): Promise<Restored> {
  const restored: string[] = [];
  const failed = [...stuck];
  for (const { write, current } of [...written].reverse()) {
    try {
      await change(cluster, { ...write, before: current, after: write.before, intent: undefined });
      restored.push(write.name);
    } catch (error) {
      failed.push(messageOf(error));
    }
  }
  return { isComplete: false, restored, foreign, stuck: failed };
}
