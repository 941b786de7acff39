import { type Changer, change, checkWrite, messageOf, Refusal, type ServerObject, type Write } from './change.ts';
import {
  type CheckedWrite,
  closeJournal,
  findJournal,
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

/** All that is to be changed together, in the order in which it is written. */
export interface ApplyJob {
  readonly command: string;
  /** Where the record of the change stands while it is made. */
  readonly namespace: string;
  /** How long writing may take, in milliseconds; putting back may take as long again. */
  readonly timeout: number;
  readonly writes: readonly Write[];
}

/** A job that the API server would accept, with what would become of each object. */
export interface CheckedJob extends ApplyJob {
  readonly journal: ServerObject | undefined;
}

/** How a job ended that the API server had accepted before. */
export type Applied =
  | { readonly kind: 'applied' }
  /** All is written, but the record of it is still there. */
  | { readonly kind: 'unrecorded'; readonly because: string }
  | { readonly kind: 'put-back'; readonly because: string; readonly restored: Restored }
  /** The writer has ended without an answer: the record of the change exists, if anything was written. */
  | { readonly kind: 'unknown'; readonly because: string };

/**
 * Lets the API server check every object of a job; nothing is changed. What it refuses is said, all of it. `sealer` marks the
 * record of the change as this user's own.
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
    // One object is changed by one request, which happens or does not: nothing has to be kept for it.
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

/** As many questions as an API server takes from one client without slowing it down. */
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
 * Writes a job: all of it, or what was written is restored. `open` returns a connection with a time limit of its own:
 * what failed because time ran out must still be restored.
 */
export async function applyJob(
  open: () => Changer,
  { namespace, writes, journal, timeout }: CheckedJob,
): Promise<Applied> {
  const cluster = open();
  const end = Date.now() + timeout;
  const opened = journal === undefined ? undefined : await openJournal(cluster, journal);
  // One object has no record of its own, but it may be half of what another run is writing.
  if (journal === undefined && (await hasJournal(cluster, namespace))) {
    throw new Refusal('another glistio has begun a change here');
  }
  const begun: Write[] = [];
  try {
    for (const write of writes) {
      begun.push(write);
      // A machine that slept wakes up with its timers where they were; another run may have put things back since.
      if (Date.now() > end) throw new Refusal('the time for this change ran out');
      await change(cluster, write);
    }
  } catch (error) {
    const because = messageOf(error);
    // What was refused is not ours, even if it says what we wanted: another run may have written the same.
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

/** A record that stays is found by the next run, which then has nothing left to do but remove it. */
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

/** The change that an interrupted run left behind. */
export async function findUnfinished(cluster: Changer, namespace: string): Promise<Journal | undefined> {
  return await findJournal(cluster, namespace);
}

/** How long to wait until the run that began a change has certainly ended, in milliseconds. */
export function waitFor({ age, lifetime }: Pick<Journal, 'age' | 'lifetime'>): number {
  // Timestamps of the API server have whole seconds.
  return Math.min(lifetime, Math.max(0, lifetime + 2000 - age));
}

/** What there is of an interrupted change. */
export async function lookAt(cluster: Changer, { writes }: Journal): Promise<Traces> {
  return await tracesOf(cluster, writes);
}

/**
 * Finishes what an interrupted run left behind: a whole change stays, half of one is undone. What is restored is what
 * was found in `traces`, and nothing that has changed since then.
 */
export async function recover(cluster: Changer, journal: Journal, traces: Traces): Promise<Restored> {
  const { foreign, stuck } = traces;
  const restored = traces.isComplete
    ? { isComplete: true, restored: [], foreign, stuck }
    : await putBack(cluster, traces);
  if (restored.stuck.length === 0) await closeJournal(cluster, journal.object);
  return restored;
}
