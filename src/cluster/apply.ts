import type { ValueMap } from '../value.ts';
import { type Changer, change, checkWrite, messageOf, Refusal, type Write } from './change.ts';
import {
  type CheckedWrite,
  closeJournal,
  hasJournal,
  type Journal,
  journalOf,
  openJournal,
  putBack,
  type Restored,
  type Traces,
  tracesOf,
} from './journal.ts';
import type { Sealer } from './record-seal.ts';

/** The objects to change together, in the order in which they are written. */
export interface ApplyJob {
  readonly command: string;
  /** The namespace that holds the change record while the change is in progress. */
  readonly namespace: string;
  /** How long writing may take, in milliseconds; restoring may take as long again. */
  readonly timeout: number;
  readonly writes: readonly Write[];
}

/** A job that passed the API server's dry run, with the result for each object. */
export interface CheckedJob extends ApplyJob {
  readonly journal: ValueMap | undefined;
}

/** The outcome of a job that had passed the dry run. */
export type Applied =
  | { readonly kind: 'applied' }
  /** Everything was written, but the change record could not be removed. */
  | { readonly kind: 'unrecorded'; readonly because: string }
  | { readonly kind: 'put-back'; readonly because: string; readonly restored: Restored }
  /** The writer ended without an answer. If anything was written, the change record exists. */
  | { readonly kind: 'unknown'; readonly because: string };

/**
 * Dry-runs every object of a job on the API server and reports every refusal. `sealer` marks the change record as
 * written by this user.
 */
export async function checkJob(
  cluster: Changer,
  job: ApplyJob,
  sealer?: Sealer,
): Promise<CheckedJob | readonly string[]> {
  const checked: (Write | Refusal)[] = [];
  for (let from = 0; from < job.writes.length; from += atOnce) {
    const some = job.writes.slice(from, from + atOnce).map((write) => checkedOr(cluster, write));
    checked.push(...(await Promise.all(some)));
  }
  const refused = checked.flatMap((one) => (one instanceof Refusal ? [one.message] : []));
  const writes = checked.filter((one): one is Write => !(one instanceof Refusal));
  if (refused.length > 0) return refused;
  try {
    // A single object is changed by one atomic request, so there is nothing to record.
    const isMore = writes.length > 1;
    const journal = isMore
      ? journalOf(job.namespace, { ...job, lifetime: 2 * job.timeout, writes: writes.filter(isChecked) }, sealer)
      : undefined;
    if (journal !== undefined) await openJournal(cluster, journal, true);
    return { ...job, writes, journal };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [error.message];
  }
}

/** The number of concurrent requests that an API server takes from one client without throttling it. */
const atOnce = 8;

async function checkedOr(cluster: Changer, write: Write): Promise<Write | Refusal> {
  try {
    return await checkWrite(cluster, write);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/**
 * Writes a job: either all of it, or what was written is restored. `open` returns a connection with a fresh time limit,
 * because restoring must still be possible after a timeout.
 */
export async function applyJob(
  open: () => Changer,
  { namespace, writes, journal, timeout }: CheckedJob,
): Promise<Applied> {
  const cluster = open();
  const end = Date.now() + timeout;
  const opened = journal === undefined ? undefined : await openJournal(cluster, journal);
  // A single object needs no record, but another, unfinished change may include it.
  if (journal === undefined && (await hasJournal(cluster, namespace))) {
    throw new Refusal('another glistio has begun a change here');
  }
  const begun: Write[] = [];
  try {
    for (const write of writes) {
      begun.push(write);
      // Timers stop while a machine sleeps, so another run may have restored objects by now.
      if (Date.now() > end) throw new Refusal('the time for this change ran out');
      await change(cluster, write);
    }
  } catch (error) {
    const because = messageOf(error);
    // A refused write was not made by us even if the object has the content we wanted: a concurrent run may have
    // written the same.
    if (error instanceof Refusal && !error.isUncertain) begun.pop();
    const again = open();
    const restored = await putBack(again, await tracesOf(again, begun.filter(isChecked)));
    if (opened !== undefined && restored.stuck.length === 0) await quietly(closeJournal(again, opened));
    return { kind: 'put-back', because, restored };
  }
  try {
    if (opened !== undefined) await closeJournal(cluster, opened);
    return { kind: 'applied' };
  } catch (error) {
    return { kind: 'unrecorded', because: messageOf(error) };
  }
}

/** If the record cannot be removed, the next run finds it and only has to delete it. */
async function quietly(closing: Promise<void>): Promise<void> {
  try {
    await closing;
  } catch (error) {
    messageOf(error);
  }
}

function isChecked(write: Write): write is CheckedWrite {
  return write.before !== undefined;
}

/** How long to wait, in milliseconds, until the run that began the change must have ended. */
export function waitFor({ age, lifetime }: Pick<Journal, 'age' | 'lifetime'>): number {
  // The API server's timestamps have a resolution of one second.
  return Math.min(lifetime, Math.max(0, lifetime + 2000 - age));
}

/**
 * Finishes a change that an interrupted run left behind: a complete change stays, a partial one is undone. Only objects
 * in `traces` that have not changed since are restored.
 */
export async function recover(cluster: Changer, journal: Journal, traces: Traces): Promise<Restored> {
  const { foreign, stuck } = traces;
  const restored = traces.isComplete
    ? { isComplete: true, restored: [], foreign, stuck }
    : await putBack(cluster, traces);
  if (restored.stuck.length === 0) await closeJournal(cluster, journal.object);
  return restored;
}
