import { makeFolder } from '../node/file-tree.ts';
import { mayWait, readPatiently } from '../node/patient-read.ts';
import { reasonOf } from '../node/sources.ts';
import { CannotDo, exitCodes, type Outcome } from '../outcome.ts';
import { bytesOf, type PrintableBytes, payload } from '../printable.ts';
import { hasErrors } from '../problem.ts';
import { defined } from '../value.ts';
import { Choice } from './choice.ts';
import type { OpenFleet } from './found.ts';
import type { BatchResult, Job } from './job.ts';
import { batchesOf, jobsOf, type TakenNames } from './jobs.ts';
import { openFleet } from './open.ts';
import type { Plan, Session } from './plan.ts';
import { inOrder } from './pool.ts';
import { startProgress } from './progress.ts';
import type { FleetSettings, Setup } from './setup.ts';
import { parseShard, type Shard } from './shard.ts';
import { Summary } from './summary.ts';
import { describeClusters } from './tally.ts';
import { canStartThreads, type InThread, inThread, processors, serve, sharedStop, startThread } from './threads.ts';
import { ToldOnce } from './told-once.ts';
import { lostResult, workerOf } from './worker.ts';

/** Which clusters are selected, and how they are processed. */
export interface FleetRequest {
  /** The argument of `--fleet`. */
  readonly path: string;
  readonly shard: string | undefined;
  readonly workers: string | undefined;
  /** Globs of names, and groups, of the selected clusters; without any, all are. */
  readonly only: readonly string[];
  readonly groups: readonly string[];
  /** Reads the options for all clusters, once the fleet is open. */
  settings(): Promise<FleetSettings>;
}

/**
 * Fewer clusters are done sooner than threads have started; an explicit request for threads is honoured anyway.
 */
const worthThreads = 400;

/** Runs a command for every cluster of a fleet; in a thread that was started for it, does what that thread is sent. */
export async function goThroughFleet(
  planOf: (session: Session) => Plan | Promise<Plan>,
  request: FleetRequest,
  session: Session,
): Promise<Outcome> {
  const thread = inThread<Setup>();
  if (thread !== undefined) {
    await serveThread(planOf, thread, session);
    return 'done';
  }
  const plan = await planOf(session);
  const shard = shardOf(request);
  const workers = workersOf(request);
  const fleet = await openFleet(request.path, session.io);
  session.report(fleet.problems, fleet.texts);
  if (hasErrors(fleet.problems)) return (plan.codes ?? exitCodes).impossible;
  const { name, base, text } = fleet;
  const settings = await request.settings();
  const { io, color } = session;
  const setup = { ...settings, name, base, ...defined({ text }), color, width: io.width };
  if (plan.directory !== undefined) prepare(plan.directory);
  const choice = new Choice(request.only, request.groups);
  return await go(plan, setup, { fleet, shard, choice, taken: new Map(), workers }, session);
}

async function serveThread(
  planOf: (session: Session) => Plan | Promise<Plan>,
  { setup, isStopped, beat }: InThread<Setup>,
  session: Session,
): Promise<void> {
  const { color, width, timeoutEach } = setup;
  const readFile = async (path: string): Promise<string> =>
    mayWait(path) ? await readPatiently(path, timeoutEach) : await session.io.readFile(path);
  const io = { ...session.io, width, readFile };
  const plan = await planOf({ ...session, color, io });
  await serve(workerOf(plan, setup, { io, isStopped, beat }), ({ output }: BatchResult) => output);
}

interface Scope {
  readonly fleet: OpenFleet;
  readonly shard: Shard | undefined;
  readonly choice: Choice;
  /** The names of all clusters that were seen. */
  readonly taken: TakenNames;
  readonly workers: Workers;
}

interface Workers {
  readonly count: number;
  /** The minimum number of clusters. */
  readonly from: number;
}

async function go(plan: Plan, setup: Setup, scope: Scope, session: Session): Promise<Outcome> {
  const stop = sharedStop();
  const giveUp = new AbortController();
  const interrupted = session.io.onInterrupt?.(() => {
    stop.raise();
    // A cluster in progress gets a moment to finish.
    setTimeout(() => giveUp.abort(), graceful).unref();
    // Waiting for input ends here.
    scope.fleet.close?.();
  });
  const summary = new Summary(plan, setup, session);
  let failure: CannotDo | undefined;
  try {
    await goThrough(plan, setup, scope, { session, summary, stop, giveUp: giveUp.signal });
    if (!stop.signal.aborted) scope.choice.refuseUnused();
    // A cluster that could not be read may have another name than it should.
    if (!stop.signal.aborted && summary.worst !== 'impossible')
      summary.addGone(await plan.finish?.(new Set(scope.taken.keys())));
  } catch (error) {
    if (!(error instanceof CannotDo)) throw error;
    // What was done until then is reported first.
    failure = error;
  } finally {
    scope.fleet.close?.();
  }
  const code = interrupted?.();
  await summary.print(code !== undefined ? 'interrupted' : failure !== undefined ? 'broken off' : 'whole');
  if (code === undefined && failure !== undefined) throw failure;
  return code ?? (plan.codes ?? exitCodes)[summary.worst];
}

interface Run {
  readonly session: Session;
  readonly summary: Summary;
  readonly stop: ReturnType<typeof sharedStop>;
  readonly giveUp: AbortSignal;
}

/** After a signal, clusters may continue for this long, in milliseconds. */
const graceful = 2000;
/** A thread that can detect a late cluster itself gets this much longer, in milliseconds. */
const notice = 500;

async function goThrough(plan: Plan, setup: Setup, scope: Scope, run: Run): Promise<void> {
  const { session, summary, stop, giveUp } = run;
  const { io, quiet } = session;
  const { workers } = scope;
  const { first, rest } = await batchesOf(jobsOf(scope.fleet, scope), plan.batch, workers.from);
  const bar = await startProgress(totalOf(scope), { io, quiet, isPrinting: plan.prints !== 'nothing' });
  try {
    const results = inOrder<Job, BatchResult>(rest, {
      // At least one: computation in this thread cannot be stopped by a signal or a time limit.
      hands: !canStartThreads() ? 0 : first < workers.from ? 1 : workers.count,
      hire: (events) => startThread({ setup, stop: stop.cells, patience: setup.timeoutEach + notice }, events),
      here: workerOf(plan, setup, { io, isStopped: () => stop.signal.aborted }),
      lost: (job, reason) => lostResult(job, reason, plan, setup),
      stop: stop.signal,
      giveUp,
    });
    let isBrokenOff = false;
    const told = new ToldOnce();
    for await (const [jobs, result] of results) {
      // A thread that was stopped leaves a gap, and results of another one after it would hide that something is
      // missing.
      if (isBrokenOff && plan.prints !== 'nothing') continue;
      isBrokenOff ||= result.done.length < jobs.length;
      summary.add(jobs, result);
      bar.update(summary.clusters, summary.failed);
      for (const [index, { text }] of result.done.entries()) if (text) told.add(jobs[index]?.label ?? '', text);
      const texts = told.isFull ? textsOf(told, plan) : [];
      if (await pourAll(result.output === undefined ? texts : [result.output, ...texts], session)) continue;
      // The reader has closed the pipe.
      stop.raise();
      return;
    }
    await pourAll(textsOf(told, plan), session);
  } finally {
    bar.stop();
  }
}

function totalOf({ fleet: { total }, shard, choice }: Scope): number | undefined {
  if (choice.isPart) return undefined;
  return total === undefined || shard === undefined ? total : Math.ceil((total - shard.rest) / shard.of);
}

/** Each text below the names of its clusters. */
function textsOf(told: ToldOnce, { heading }: Plan): PrintableBytes[] {
  return told.take().flatMap(({ bytes, clusters, count }) => {
    const names = count === 1 ? (clusters[0] ?? '') : describeClusters({ count, clusters });
    return heading === undefined ? [bytes] : [bytesOf([heading(names)]), bytes];
  });
}

async function pourAll(texts: readonly PrintableBytes[], session: Session): Promise<boolean> {
  for (const bytes of texts) if (!(await pour(bytes, session))) return false;
  return true;
}

async function pour(bytes: PrintableBytes, { io }: Session): Promise<boolean> {
  if (io.pour === undefined) {
    // The bytes are an encoded Printable text.
    io.stdout(payload(new TextDecoder().decode(bytes)));
    return true;
  }
  try {
    return await io.pour(bytes);
  } catch (error) {
    throw new CannotDo(`cannot write to standard output: ${reasonOf(error)}`);
  }
}

function prepare(directory: string): void {
  try {
    makeFolder(directory);
  } catch (error) {
    throw new CannotDo(`cannot write to ${directory}: ${reasonOf(error)}`);
  }
}

function shardOf({ shard }: FleetRequest): Shard | undefined {
  if (shard === undefined) return undefined;
  const read = parseShard(shard);
  if (read === undefined) throw new CannotDo(`--shard cannot be "${shard}"`, 'like 0/4 to 3/4, or 1/4 to 4/4');
  return read;
}

function workersOf({ workers }: FleetRequest): Workers {
  if (workers === undefined) return { count: processors(), from: worthThreads };
  if (!/^[1-9]\d{0,2}$/.test(workers)) throw new CannotDo(`--workers cannot be "${workers}"`, 'a number from 1 to 999');
  return { count: Number(workers), from: 1 };
}
