import { type Applied, applyJob, type CheckedJob, checkJob } from '../../cluster/apply.ts';
import { Refusal, type Write } from '../../cluster/change.ts';
import type { ClusterClient } from '../../cluster/client.ts';
import { collectionOf, type Kind } from '../../cluster/kinds.ts';
import { longestTimeout } from '../../cluster/record.ts';
import { sealerOf } from '../../cluster/record-seal.ts';
import { handOver } from '../../cluster/writer.ts';
import { applyIntent } from '../../diff/intent.ts';
import { secretsIn } from '../../diff/redact.ts';
import { hideInMessage } from '../../diff/secret-messages.ts';
import type { ManifestPlan } from '../../objects/manifests.ts';
import { describeObject, type KubeObject, kubeObject } from '../../objects/object.ts';
import { CannotDo, type Outcome } from '../../outcome.ts';
import { mapAt, textOf, type ValueMap } from '../../value.ts';
import { counted } from '../../words.ts';
import { connectionOf, openCluster } from '../cluster-access.ts';
import type { Args, Context } from '../command.ts';
import type { clusterChangeOptions } from '../options.ts';
import { confirmed, show } from './show.ts';
import { sayRestored, settle } from './unfinished.ts';

export type ClusterChangeArgs = Args<typeof clusterChangeOptions> & {
  readonly 'in-place'?: boolean;
  readonly check?: boolean;
};

/** What a command wants to change in a cluster. */
export interface WantedChange {
  readonly command: string;
  /** Where the objects are. */
  readonly namespace: string;
  /** The order in which kinds must exist; kinds that are not listed come last. */
  readonly order?: readonly Kind[];
  /** Reads the objects that the plan needs. */
  load(cluster: ClusterClient): Promise<readonly ValueMap[]>;
  /** Makes the plan. */
  plan(objects: readonly KubeObject[]): ManifestPlan;
}

/**
 * Changes a cluster: reads, plans, shows the difference, has the API server check everything, asks, and writes all or
 * nothing. Whatever an interrupted run left behind is resolved first.
 */
export async function changeCluster(wanted: WantedChange, args: ClusterChangeArgs, context: Context): Promise<Outcome> {
  refuseMisuse(args, context);
  const options = connectionOf(args, context.io.env, 'leave --cluster out and give manifests');
  if (options.timeout > longestTimeout)
    throw new CannotDo(`--timeout ${args.timeout} is longer than a change may take`, 'at most 30m');
  const open = (): ClusterClient => openCluster(options);
  try {
    const isDry = isDryRun(args);
    if (!(await settle(open, wanted.namespace, { isDry, yes: args.yes }, context))) return 'findings';
    const cluster = open();
    const objects = (await wanted.load(cluster)).map((object) => kubeObject(object));
    const plan = wanted.plan(objects);
    const hasErrors = context.report(plan.problems, new Map());
    for (const text of plan.notes ?? []) context.note(text);
    if (hasErrors) return 'findings';
    const writes = writesOf(plan, wanted.order ?? []);
    if (writes.length === 0) {
      context.note(`nothing to change in namespace ${wanted.namespace} of ${cluster.context}`);
      return 'done';
    }
    show(shownOf(writes, cluster), context);
    if (args.check === true || args['dry-run'] === 'client') {
      context.note('nothing was changed, and the API server was not asked to');
      return args.check === true ? 'findings' : 'done';
    }
    const job = { command: wanted.command, namespace: wanted.namespace, timeout: options.timeout, writes };
    const checked = await checkJob(cluster, job, isDry ? undefined : sealerOf(context.io.env));
    if ('length' in checked) throw refused(checked, cluster.server, writes);
    if (isDry) {
      context.note(`the API server accepts ${counted(writes.length, 'object')}; nothing was changed`);
      return 'done';
    }
    if (!(await confirmed(`Change ${counted(writes.length, 'object')} in ${cluster.context}?`, args, context)))
      return 'findings';
    return await write(open, checked, context);
  } catch (error) {
    if (error instanceof Refusal) throw new CannotDo(error.message, 'nothing was changed; run it again');
    throw error;
  }
}

/** Whether this run only shows what it would change. */
function isDryRun(args: Pick<ClusterChangeArgs, 'dry-run' | 'check'>): boolean {
  return args.check === true || (args['dry-run'] !== undefined && args['dry-run'] !== 'none');
}

function refuseMisuse(args: ClusterChangeArgs, { io, positionals }: Context): void {
  if (positionals.length > 0 || args['in-place'] === true) {
    const other = args['in-place'] === true ? '--in-place' : positionals[0];
    throw new CannotDo(`--cluster changes a cluster, and ${other} is for files`, 'give one of them');
  }
  if (!args.yes && !isDryRun(args) && io.ask === undefined) {
    throw new CannotDo(
      'there is no terminal on which to ask for confirmation',
      '--dry-run=server shows what would change, --yes makes the change without asking',
    );
  }
}

function writesOf(plan: ManifestPlan, order: readonly Kind[]): Write[] {
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
  // Plans are built only from objects that were read as one of these kinds.
  const collection = collectionOf(after['kind'] as Kind, namespace);
  const intent = before === undefined ? after : applyIntent(before, after, 'glistio');
  return { name: describeObject(after), collection, before, after, intent };
}

function shownOf(writes: readonly Write[], cluster: ClusterClient): Parameters<typeof show>[0] {
  return {
    left: writes.map(({ before }) => before).filter((before) => before !== undefined),
    right: writes.map(({ after }) => after),
    names: { left: `what runs in ${cluster.context}`, right: 'what glistio writes' },
  };
}

/** An API server quotes the values that it rejects. */
function refused(reasons: readonly string[], server: string, writes: readonly Write[]): CannotDo {
  const secrets = new Set(writes.flatMap(({ before, after }) => [before ?? {}, after].flatMap(secretsIn)));
  return new CannotDo(
    `${server} refuses ${reasons.length === 1 ? 'it' : 'some of it'}: ${hideInMessage(reasons.join('; '), secrets)}`,
    'nothing was changed',
  );
}

async function write(open: () => ClusterClient, job: CheckedJob, context: Context): Promise<Outcome> {
  const applied = await carryOut(open, job, context.io);
  if (applied.kind === 'applied') {
    context.note(`${counted(job.writes.length, 'object')} changed`);
    return 'done';
  }
  if (applied.kind === 'unrecorded') {
    context.note(
      `${counted(job.writes.length, 'object')} changed, but the record of the change could not be removed: ${applied.because}`,
    );
    return 'done';
  }
  if (applied.kind === 'unknown') {
    throw new CannotDo(applied.because, 'the next glistio --cluster in this namespace restores what was overwritten');
  }
  const { because, restored } = applied;
  sayRestored(restored, context);
  if (restored.stuck.length > 0) {
    const hint = 'the next glistio --cluster in this namespace restores it';
    throw new CannotDo(`${because}; the objects written before that could not be restored`, hint);
  }
  if (job.writes.some(({ before }) => before === undefined)) {
    throw new CannotDo(because, 'without an answer, the change may still have been made; run it again to see');
  }
  throw new CannotDo(because, 'nothing is changed: the objects written before that were restored');
}

/**
 * One object is changed by one request, which succeeds or fails as a whole; several objects must not be left half
 * changed.
 */
async function carryOut(open: () => ClusterClient, job: CheckedJob, { outlive }: Context['io']): Promise<Applied> {
  if (outlive === undefined || job.writes.length < 2) return await applyJob(open, job);
  return await handOver(outlive, open(), job);
}
