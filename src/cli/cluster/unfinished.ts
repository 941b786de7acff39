import { recover, waitFor } from '../../cluster/apply.ts';
import type { ClusterClient } from '../../cluster/client.ts';
import {
  findJournal,
  isOwnJournal,
  type Journal,
  journalName,
  notOurs,
  type Restored,
  type Traces,
  tracesOf,
} from '../../cluster/journal.ts';
import { type Sealer, sealerOf } from '../../cluster/record-seal.ts';
import { findForeign, isOwnChange } from '../../istio/undo.ts';
import { describeObject } from '../../objects/object.ts';
import { CannotDo } from '../../outcome.ts';
import { mapAt } from '../../value.ts';
import { counted } from '../../words.ts';
import type { Context } from '../command.ts';
import { confirmed, show } from './show.ts';

/** How a run handles what it finds. */
export interface Manner {
  readonly isDry: boolean;
  readonly yes: boolean;
}

/**
 * Resolves the change that an interrupted run left in a namespace before the next one is planned; false if the user
 * declines. The record may have been written by someone else: docs/cluster.md describes how far it is trusted.
 */
export async function settle(
  open: () => ClusterClient,
  namespace: string,
  { isDry, yes }: Manner,
  context: Context,
): Promise<boolean> {
  const { note } = context;
  const journal = await findJournal(open(), namespace);
  if (journal === undefined) return true;
  const sealer = sealerOf(context.io.env);
  refuseForged(journal, sealer);
  const what = `glistio ${journal.command} on ${counted(journal.writes.length, 'object')} in namespace ${namespace}`;
  note(`${what} was interrupted, or is still running`);
  if (isDry) return true;
  const wait = waitFor(journal);
  if (wait > 0) note(`waiting up to ${Math.ceil(wait / 1000)} s for it to end`);
  const left = await waitUntilGone(open, namespace, wait);
  if (left === undefined) return true;
  if (!isSame(left, journal))
    throw new CannotDo('another glistio is changing this namespace', 'run it again when that one has ended');
  // The record was read again, so it must be checked again.
  const isOwn = refuseForged(left, sealer);
  const traces = await tracesOf(open(), left.writes);
  if (!isOwn) refuseStrangers(left, traces);
  if (!(await agreed(left, traces, { yes, isOwn }, context))) return false;
  const restored = await recover(open(), left, traces);
  if (restored.isComplete) note('the change was written completely and stays');
  else sayRestored(restored, context);
  if (restored.stuck.length > 0) throw new CannotDo('the interrupted change could not be undone', 'run it again');
  return true;
}

/**
 * Refuses records of changes that no command makes; a record with this user's own seal needs no such proof. Returns
 * whether it has one.
 */
function refuseForged(journal: Journal, sealer: Sealer | undefined): boolean {
  if (isOwnJournal(journal, sealer)) return true;
  for (const { name, before, after } of journal.writes) {
    if (isOwnChange({ before, after })) continue;
    throw new CannotDo(
      notOurs(
        journal.namespace,
        `${name} differs between before and after in more than glistio ${journal.command} changes`,
      ),
      'nothing was changed',
    );
  }
  return false;
}

/** Refuses objects that, in their current state, the commands would not touch. */
function refuseStrangers({ namespace, command, writes }: Journal, { written }: Traces): void {
  const live = new Map(written.map(({ write, current }) => [write.name, current]));
  const foreign = findForeign(writes.map(({ name, after }) => live.get(name) ?? after));
  if (foreign === undefined) return;
  const why = `${describeObject(foreign)} does not belong to a gateway proxy, so glistio ${command} does not change it`;
  throw new CannotDo(notOurs(namespace, why), 'nothing was changed');
}

/**
 * Shows what would be restored and asks. `--yes` covers this user's own changes, not those that someone else may have
 * written.
 */
async function agreed(
  { namespace, command }: Journal,
  { isComplete, written, stuck }: Traces,
  { yes, isOwn }: { readonly yes: boolean; readonly isOwn: boolean },
  context: Context,
): Promise<boolean> {
  // If the objects cannot be read, that is reported and the record stays where it is.
  if (written.length === 0 && stuck.length > 0) return true;
  if (isComplete || written.length === 0) {
    const found = isComplete ? 'It was written completely' : 'None of it was written';
    return await confirmed(`${found}. Remove its record?`, { yes }, context);
  }
  const left = written.map(({ current }) => current);
  const right = written.map(({ write, current }) => ({ ...write.before, metadata: mapAt(current, 'metadata') }));
  const names = { left: 'what runs', right: `what was there before glistio ${command}` };
  show({ left, right, names }, context);
  if (yes && !isOwn) {
    throw new CannotDo(
      `ConfigMap ${namespace}/${journalName} was not written by this user on this machine, so --yes does not cover it`,
      'run it without --yes to restore what is shown, or delete the ConfigMap and run it again; nothing was changed',
    );
  }
  return await confirmed(`Restore ${counted(written.length, 'object')}?`, { yes }, context);
}

/** Waits as long as the change exists; returns what is left of it. */
async function waitUntilGone(open: () => ClusterClient, namespace: string, wait: number): Promise<Journal | undefined> {
  for (let rest = wait; rest > 0; rest -= askAgainAfter) {
    await new Promise((done) => setTimeout(done, Math.min(rest, askAgainAfter)));
    if ((await findJournal(open(), namespace)) === undefined) return undefined;
  }
  return await findJournal(open(), namespace);
}

const askAgainAfter = 500;

function isSame(a: Journal, b: Journal): boolean {
  return mapAt(a.object, 'metadata')['uid'] === mapAt(b.object, 'metadata')['uid'];
}

/** Reports what was restored, what was left to others, and what could not be restored. */
export function sayRestored({ restored, foreign, stuck }: Restored, { note }: Context): void {
  for (const name of restored) note(`${name} was restored`);
  for (const name of foreign) note(`${name} was changed by someone else since then and is left as it is`);
  for (const text of stuck) note(`not restored: ${text}`);
  if (restored.length + foreign.length + stuck.length === 0) note('nothing had been written');
}
