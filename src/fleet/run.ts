import type { Args, Context } from '../cli/command.ts';
import { millisecondsOf } from '../cli/duration.ts';
import type { fleetOptions, ownChartOptions, valuesOptions } from '../cli/options.ts';
import { CannotDo, exitCodes, type Outcome } from '../cli/outcome.ts';
import { readSources, readText, reasonOf, refuseSecondStdin, splitList } from '../cli/sources.ts';
import { filesOfSetArgument } from '../helm/set.ts';
import { makeFolder } from '../node/file-tree.ts';
import { mayWait, readPatiently } from '../node/patient-read.ts';
import { type PrintableBytes, payload } from '../printable.ts';
import { hasErrors } from '../problem.ts';
import type { BatchResult, Job } from './job.ts';
import { batchesOf, jobsOf } from './jobs.ts';
import { type OpenFleet, openFleet } from './open.ts';
import type { Plan } from './plan.ts';
import { inOrder } from './pool.ts';
import { startProgress } from './progress.ts';
import type { Setup } from './setup.ts';
import { parseShard, type Shard } from './shard.ts';
import { Summary } from './summary.ts';
import { canStartThreads, inThread, processors, serve, sharedStop, startThread } from './threads.ts';
import { lostResult, workerOf } from './worker.ts';

type FleetArgs = Args<typeof valuesOptions & typeof ownChartOptions & typeof fleetOptions>;

/** Fewer clusters are done sooner than threads have got going; whoever asks for threads gets them all the same. */
const worthThreads = 400;

/** Does a command for every cluster of a fleet; in a thread that was started for it, does what that thread is sent. */
export async function runFleet(
  planOf: (context: Context) => Plan | Promise<Plan>,
  args: FleetArgs,
  context: Context,
): Promise<Outcome> {
  const thread = inThread<Setup>();
  if (thread !== undefined) {
    const { color, width, timeoutEach } = thread.setup;
    const readFile = async (path: string): Promise<string> =>
      mayWait(path) ? await readPatiently(path, timeoutEach) : await context.io.readFile(path);
    const io = { ...context.io, width, readFile };
    const plan = await planOf({ ...context, color, io });
    const { setup, isStopped, beat } = thread;
    await serve(workerOf(plan, setup, { io, isStopped, beat }), ({ output }: BatchResult) => output);
    return 'done';
  }
  const plan = await planOf(context);
  const shard = shardOf(args);
  const workers = workersOf(args);
  const fleet = await openWith(args, context);
  context.report(fleet.problems, fleet.texts);
  if (hasErrors(fleet.problems)) return codesOf(plan).impossible;
  const setup = await setupOf(fleet, args, context);
  if (plan.directory !== undefined) prepare(plan.directory);
  return await go(plan, setup, { fleet, shard, workers }, context);
}

async function openWith(args: FleetArgs, { io }: Context): Promise<OpenFleet> {
  const setFiles = args['set-file'].flatMap(filesOfSetArgument);
  refuseSecondStdin([args.fleet ?? '', ...[...args.values, ...args['wrapper-values']].flatMap(splitList), ...setFiles]);
  return await openFleet(args.fleet ?? '', io);
}

async function setupOf({ name, base, text }: OpenFleet, args: FleetArgs, { io, color }: Context): Promise<Setup> {
  const sources = await readSources(args.values, io);
  const wrappers = await readSources(args['wrapper-values'], io);
  const setFiles = [];
  for (const file of args['set-file'].flatMap(filesOfSetArgument))
    setFiles.push({ name: file, text: await readText(file, io) });
  const { 'chart-version': chartVersion, namespace, 'release-name': releaseName } = args;
  const sets = {
    set: args.set,
    'set-string': args['set-string'],
    'set-json': args['set-json'],
    'set-file': args['set-file'],
    'set-literal': args['set-literal'],
  };
  return {
    name,
    base,
    ...(text === undefined ? {} : { text }),
    sources,
    override: {
      sets,
      ...(chartVersion === undefined ? {} : { chartVersion }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(releaseName === undefined ? {} : { releaseName }),
      ...(args['partial-of'].length === 0 ? {} : { partialOf: args['partial-of'] }),
    },
    wrappers,
    ...(io.env['HELM_NAMESPACE'] ? { usualNamespace: io.env['HELM_NAMESPACE'] } : {}),
    setFiles,
    timeoutEach: millisecondsOf(args['timeout-each'] ?? '30s', '--timeout-each'),
    color,
    width: io.width,
  };
}

interface Scope {
  readonly fleet: OpenFleet;
  readonly shard: Shard | undefined;
  readonly workers: Workers;
}

interface Workers {
  readonly count: number;
  /** How many clusters there have to be. */
  readonly from: number;
}

async function go(plan: Plan, setup: Setup, scope: Scope, context: Context): Promise<Outcome> {
  const stop = sharedStop();
  const giveUp = new AbortController();
  const interrupted = context.io.onInterrupt?.(() => {
    stop.raise();
    // What a cluster is in the middle of gets a moment to end.
    setTimeout(() => giveUp.abort(), graceful).unref();
    // Whoever waits for input waits no more.
    scope.fleet.close?.();
  });
  const summary = new Summary(plan, setup, context);
  let failure: CannotDo | undefined;
  try {
    await goThrough(plan, setup, scope, { context, summary, stop, giveUp: giveUp.signal });
  } catch (error) {
    if (!(error instanceof CannotDo)) throw error;
    // What was done until then is told first.
    failure = error;
  } finally {
    scope.fleet.close?.();
  }
  const code = interrupted?.();
  await summary.print(code !== undefined ? 'interrupted' : failure !== undefined ? 'broken off' : 'whole');
  if (code === undefined && failure !== undefined) throw failure;
  return code ?? codesOf(plan)[summary.worst];
}

interface Run {
  readonly context: Context;
  readonly summary: Summary;
  readonly stop: ReturnType<typeof sharedStop>;
  readonly giveUp: AbortSignal;
}

/** After a signal, clusters may go on for this long, in milliseconds. */
const graceful = 2000;
/** A thread that can tell by itself that a cluster is late gets this much longer, in milliseconds. */
const notice = 500;

async function goThrough(plan: Plan, setup: Setup, { fleet, shard, workers }: Scope, run: Run): Promise<void> {
  const { context, summary, stop, giveUp } = run;
  const { io, quiet } = context;
  const { first, rest } = await batchesOf(jobsOf(fleet, shard), plan.batch, workers.from);
  const bar = await startProgress(totalOf(fleet, shard), { io, quiet, isPrinting: plan.prints !== 'nothing' });
  try {
    const results = inOrder<Job, BatchResult>(rest, {
      // One at least: what this thread computes, no signal and no time limit can end.
      hands: !canStartThreads() ? 0 : first < workers.from ? 1 : workers.count,
      hire: (events) => startThread({ setup, stop: stop.cells, patience: setup.timeoutEach + notice }, events),
      here: workerOf(plan, setup, { io, isStopped: () => stop.signal.aborted }),
      lost: (job, reason) => lostResult(job, reason, plan, setup),
      stop: stop.signal,
      giveUp,
    });
    let isBrokenOff = false;
    for await (const [jobs, result] of results) {
      // A thread that was stopped leaves a gap, and what another one did behind it would hide that something is missing.
      if (isBrokenOff && plan.prints !== 'nothing') continue;
      isBrokenOff ||= result.done.length < jobs.length;
      summary.add(jobs, result);
      bar.update(summary.clusters, summary.failed);
      if (result.output === undefined || (await pour(result.output, context))) continue;
      // Nobody reads any more.
      stop.raise();
      return;
    }
  } finally {
    bar.stop();
  }
}

function totalOf({ total }: OpenFleet, shard: Shard | undefined): number | undefined {
  return total === undefined || shard === undefined ? total : Math.ceil((total - shard.rest) / shard.of);
}

function codesOf(plan: Plan): Readonly<Record<'done' | 'findings' | 'impossible', number>> {
  return plan.codes ?? exitCodes;
}

async function pour(bytes: PrintableBytes, { io }: Context): Promise<boolean> {
  if (io.pour === undefined) {
    // It was printable before it was bytes.
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

function shardOf({ shard }: FleetArgs): Shard | undefined {
  if (shard === undefined) return undefined;
  const read = parseShard(shard);
  if (read === undefined) throw new CannotDo(`--shard cannot be "${shard}"`, 'like 0/4 to 3/4, or 1/4 to 4/4');
  return read;
}

function workersOf({ workers }: FleetArgs): Workers {
  if (workers === undefined) return { count: processors(), from: worthThreads };
  if (!/^[1-9]\d{0,2}$/.test(workers)) throw new CannotDo(`--workers cannot be "${workers}"`, 'a number from 1 to 999');
  return { count: Number(workers), from: 1 };
}
