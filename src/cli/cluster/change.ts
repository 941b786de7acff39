import { diffManifests } from '../../diff/diff.ts';
import { applyIntent } from '../../diff/intent.ts';
import type { Cluster } from '../../cluster/client.ts';
import {
  type Applied,
  applyJob,
  type CheckedJob,
  checkJob,
  findUnfinished,
  recover,
  waitFor,
} from '../../cluster/apply.ts';
import { Refusal, type Write } from '../../cluster/change.ts';
import type { Journal, Restored } from '../../cluster/journal.ts';
import { handOver } from '../../cluster/writer.ts';
import { ClusterFailure } from '../../cluster/kubeconfig.ts';
import { hasErrors } from '../../problem.ts';
import { headlineOf } from '../../report/diff-format.ts';
import { formatDiffText } from '../../report/diff-text.ts';
import type { Plan } from '../../objects/manifests.ts';
import { describeObject, type KubeObject, looseObject, mapAt, textOf } from '../../objects/stream.ts';
import type { ValueMap } from '../../value.ts';
import { connectionOf, connectTo } from '../cluster-access.ts';
import type { Args, Context } from '../command.ts';
import type { clusterChangeOptions } from '../options.ts';
import { CannotDo, type Outcome } from '../outcome.ts';
import { collectionOf, type Kind } from './read.ts';

export type ClusterChangeArgs = Args<typeof clusterChangeOptions> & { readonly 'in-place'?: boolean };

/** What a command wants to change in a cluster. */
export interface Wanted {
  readonly command: string;
  /** Where the objects are. */
  readonly namespace: string;
  /** What must be there before what: kinds that are not named come last. */
  readonly order?: readonly Kind[];
  /** Reads what it takes to decide. */
  load(cluster: Cluster): Promise<readonly ValueMap[]>;
  /** Decides. */
  plan(objects: readonly KubeObject[]): Plan;
}

/**
 * Changes a cluster: reads, decides, shows the difference, lets the API server check all of it, asks, and writes all or
 * nothing. What an interrupted run has left behind is put right first.
 */
export async function changeCluster(wanted: Wanted, args: ClusterChangeArgs, context: Context): Promise<Outcome> {
  refuseMisuse(args, context);
  const options = connectionOf(args, context.io.env, 'leave --cluster out and give manifests');
  const open = (): Cluster => connectTo(options);
  try {
    const isDry = args['dry-run'] !== undefined;
    if (!(await settle(open, wanted, isDry, args, context))) return 'findings';
    const cluster = open();
    const objects = (await wanted.load(cluster)).map(looseObject);
    const plan = wanted.plan(objects);
    context.report(plan.problems, new Map());
    for (const text of plan.notes ?? []) context.note(text);
    if (hasErrors(plan.problems)) return 'findings';
    const writes = writesOf(plan, wanted.order ?? []);
    if (writes.length === 0) {
      context.note(`nothing to change in namespace ${wanted.namespace} of ${cluster.context}`);
      return 'done';
    }
    show(writes, cluster, context);
    const job = { command: wanted.command, namespace: wanted.namespace, timeout: options.timeout, writes };
    const checked = await checkJob(cluster, job);
    if ('length' in checked) throw refused(checked, cluster.server);
    if (isDry) {
      context.note(`the API server accepts ${count(writes.length)}; nothing was changed`);
      return 'done';
    }
    if (!(await confirmed(`Change ${count(writes.length)} in ${cluster.context}?`, args, context))) return 'findings';
    return await write(open, checked, context);
  } catch (error) {
    if (error instanceof ClusterFailure) throw new CannotDo(error.message, error.hint);
    if (error instanceof Refusal) throw new CannotDo(error.message, 'nothing was changed; run it again');
    throw error;
  }
}

function refuseMisuse(args: ClusterChangeArgs, { io, positionals }: Context): void {
  if (positionals.length > 0 || args['in-place'] === true) {
    const other = args['in-place'] === true ? '--in-place' : positionals[0];
    throw new CannotDo(`--cluster changes a cluster, and ${other} is for files`, 'give one of them');
  }
  if (!args.yes && args['dry-run'] === undefined && io.ask === undefined) {
    throw new CannotDo(
      'there is no terminal to ask on whether to change the cluster',
      '--dry-run=server shows what would change, --yes changes it without a question',
    );
  }
}

/** An interrupted change is finished before the next one is decided; false if somebody does not want that. */
async function settle(
  open: () => Cluster,
  { namespace }: Wanted,
  isDry: boolean,
  args: ClusterChangeArgs,
  context: Context,
): Promise<boolean> {
  const journal = await findUnfinished(open(), namespace);
  if (journal === undefined) return true;
  const what = `glistio ${journal.command} on ${count(journal.writes.length)} in namespace ${namespace}`;
  context.note(`${what} was interrupted, or is still at work`);
  if (isDry) return true;
  const wait = waitFor(journal);
  if (wait > 0) context.note(`waiting up to ${Math.ceil(wait / 1000)} s, until it has certainly ended`);
  const left = await waitUntilGone(open, namespace, wait);
  if (left === undefined) return true;
  if (!isSame(left, journal)) throw new CannotDo('another glistio is at work here', 'run it again when that has ended');
  if (!(await confirmed('Finish it (what it began is put back, unless all was written)?', args, context))) return false;
  const restored = await recover(open(), left);
  if (restored.isComplete) context.note('all of it was written, so it stays');
  else sayRestored(restored, context);
  if (restored.stuck.length > 0) throw new CannotDo('the interrupted change could not be put back', 'run it again');
  return true;
}

/** Waits, but no longer than the change is there; gives what is still there at the end. */
async function waitUntilGone(open: () => Cluster, namespace: string, wait: number): Promise<Journal | undefined> {
  for (let rest = wait; rest > 0; rest -= askAgainAfter) {
    await new Promise((done) => setTimeout(done, Math.min(rest, askAgainAfter)));
    if ((await findUnfinished(open(), namespace)) === undefined) return undefined;
  }
  return await findUnfinished(open(), namespace);
}

const askAgainAfter = 500;

function isSame(a: Journal, b: Journal): boolean {
  return mapAt(a.object as ValueMap, 'metadata')['uid'] === mapAt(b.object as ValueMap, 'metadata')['uid'];
}

function writesOf(plan: Plan, order: readonly Kind[]): Write[] {
  const changed = [...plan.changes].map(([{ object }, after]) => writeOf(object, after));
  const created = (plan.created ?? []).map((after) => writeOf(undefined, after));
  const rank = ({ after }: Write): number => {
    const at = order.indexOf(after['kind'] as Kind);
    return at < 0 ? order.length : at;
  };
  return [...changed, ...created].sort((a, b) => rank(a) - rank(b));
}

function writeOf(before: ValueMap | undefined, after: ValueMap): Write {
  const namespace = textOf(mapAt(after, 'metadata')['namespace']);
  // Plans are made of nothing but what was read as one of these kinds.
  const collection = collectionOf(after['kind'] as Kind, namespace);
  const intent = before === undefined ? after : applyIntent(before, after, 'glistio');
  return { name: describeObject(after), collection, before, after, intent };
}

function show(writes: readonly Write[], cluster: Cluster, context: Context): void {
  const left = writes.flatMap(({ before }) => (before === undefined ? [] : [before as ValueMap]));
  const right = writes.map(({ after }) => after as ValueMap);
  const names = { left: `what runs in ${cluster.context}`, right: 'what glistio makes of it' };
  const report = diffManifests(left, right, { include: ['*'], names });
  context.io.stdout(formatDiffText(report, { color: context.color, width: context.io.width, context: 3 }));
  if (report.identical) context.note(`${headlineOf(report)} by meaning; only the spelling changes`);
}

async function confirmed(question: string, args: ClusterChangeArgs, { io, note }: Context): Promise<boolean> {
  if (args.yes) return true;
  const answer = (await io.ask?.(`${question} [y/N] `)) ?? '';
  if (/^\s*y(?:es)?\s*$/i.test(answer)) return true;
  note('nothing was changed');
  return false;
}

function refused(reasons: readonly string[], server: string): CannotDo {
  return new CannotDo(
    `${server} refuses ${reasons.length === 1 ? 'it' : 'some of it'}: ${reasons.join('; ')}`,
    'nothing was changed',
  );
}

async function write(open: () => Cluster, job: CheckedJob, context: Context): Promise<Outcome> {
  const applied = await carryOut(open, job, context.io);
  if (applied.kind === 'applied') {
    context.note(`${count(job.writes.length)} changed`);
    return 'done';
  }
  if (applied.kind === 'unrecorded') {
    context.note(`${count(job.writes.length)} changed; the record of it is still there: ${applied.because}`);
    return 'done';
  }
  if (applied.kind === 'unknown') {
    throw new CannotDo(applied.because, 'the next glistio --cluster in this namespace puts back what was written');
  }
  const { because, restored } = applied;
  sayRestored(restored, context);
  if (restored.stuck.length > 0) {
    const hint = 'the next glistio --cluster in this namespace puts it back';
    throw new CannotDo(`${because}; what was written before could not be put back`, hint);
  }
  if (job.writes.some(({ before }) => before === undefined)) {
    throw new CannotDo(because, 'if no answer came it may have been made all the same; running it again tells');
  }
  throw new CannotDo(because, 'nothing is changed: what was written before is put back');
}

/** One object is changed by one request, and there is no half of that; more of them must not be left half way. */
async function carryOut(open: () => Cluster, job: CheckedJob, { outlive }: Context['io']): Promise<Applied> {
  if (outlive === undefined || job.writes.length < 2) return await applyJob(open, job);
  return await handOver(outlive, open(), job);
}

function sayRestored({ restored, foreign, stuck }: Restored, { note }: Context): void {
  for (const name of restored) note(`${name} is put back`);
  for (const name of foreign) note(`${name} was changed by somebody else since, and is left as it is`);
  for (const text of stuck) note(`not put back: ${text}`);
  if (restored.length + foreign.length + stuck.length === 0) note('nothing had been written');
}

function count(objects: number): string {
  return `${objects} object${objects === 1 ? '' : 's'}`;
}
