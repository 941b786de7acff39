import { bugProblem } from '../bug.ts';
import type { Io } from '../node/io.ts';
import { CannotDo } from '../outcome.ts';
import { bytesOf, type Printable, type PrintableBytes } from '../printable.ts';
import { hasErrors, type Problem, sortProblems } from '../problem.ts';
import { defined } from '../value.ts';
import type { BatchResult, Done, Job } from './job.ts';
import { lineOf } from './line.ts';
import type { Plan, Worked } from './plan.ts';
import { Requests } from './request.ts';
import type { Setup } from './setup.ts';
import { overdue } from './threads.ts';

/** What a worker needs to know about its run. */
export interface WorkerSurroundings {
  readonly io: Pick<Io, 'readFile'>;
  isStopped(): boolean;
  /** Shows that it is alive, and which job of the batch it works on. */
  beat?(job?: number): void;
}

/** The interval between two signs of life while waiting for answers. */
const beatEvery = 100;

/**
 * A worker for batches of clusters, in this thread or in another one. Nothing that happens to one cluster is thrown.
 */
export function workerOf(
  plan: Plan,
  setup: Setup,
  { io, isStopped, beat = () => {} }: WorkerSurroundings,
): (jobs: readonly Job[]) => Promise<BatchResult> {
  const requests = new Requests(setup, (path) => io.readFile(path));
  const work = (job: Job): Promise<Result> => inTime(job, plan, setup.timeoutEach, workOn(job, plan, requests));
  return async (jobs) => {
    const results: Result[] = [];
    if (plan.isWaiting) {
      beat();
      const beating = setInterval(() => beat(), beatEvery);
      results.push(...(await Promise.all(jobs.map(work))));
      clearInterval(beating);
    } else {
      for (const [index, job] of jobs.entries()) {
        // Between two clusters nothing is half done.
        if (isStopped()) break;
        beat(index);
        results.push(await work(job));
      }
    }
    return { done: results.map(({ done }) => done), output: asBytes(results.flatMap(({ output }) => output)) };
  };
}

interface Result {
  readonly done: Done;
  readonly output: readonly Printable[];
}

function asBytes(outputs: readonly Printable[]): PrintableBytes | undefined {
  const bytes = bytesOf(outputs);
  return bytes.length === 0 ? undefined : bytes;
}

/** The result for a cluster, or that it took too long; computation without a pause is stopped from outside. */
async function inTime(job: Job, plan: Plan, timeout: number, working: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Result>((done) => {
    timer = setTimeout(() => done(notDone(job, plan, tooLate(timeout))), timeout);
  });
  try {
    return await Promise.race([working, late]);
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(timeout: number): Problem {
  return {
    code: 'timed-out',
    severity: 'error',
    message: `This cluster took longer than ${timeout / 1000} s and was stopped.`,
    hint: 'run it alone to see what it waits for; --timeout-each gives all clusters more time',
  };
}

async function workOn(job: Job, plan: Plan, requests: Requests): Promise<Result> {
  let worked: Worked;
  try {
    const request = await requests.of(job);
    if (hasErrors(request.problems)) worked = { ...failed(request.problems), ...plan.empty };
    else {
      const done = await plan.work(request, job.label, requests);
      worked = { ...done, problems: sortProblems([...request.problems, ...done.problems.map(request.located)]) };
    }
  } catch (error) {
    worked = { ...failed([problemOf(error)]), ...plan.empty };
  }
  return { done: summaryOf(worked), output: print(job.label, plan, worked) };
}

function failed(problems: readonly Problem[]): Worked {
  return { status: 'failed', problems, chartVersion: '' };
}

function problemOf(error: unknown): Problem {
  if (error instanceof CannotDo) {
    const { message, hint } = error;
    return { code: 'not-done', severity: 'error', message, ...defined({ hint }) };
  }
  return bugProblem(error);
}

/** The result for a cluster whose worker died, or was stopped because it took too long. */
export function lostResult(job: Job, reason: string, plan: Plan, { timeoutEach }: Setup): BatchResult {
  const died: Problem = {
    code: 'worker-lost',
    severity: 'error',
    message: `The worker for this cluster died: ${reason}.`,
    hint: 'check whether it can be rendered alone, and how large its values are',
  };
  const { done, output } = notDone(job, plan, reason === overdue ? tooLate(timeoutEach) : died);
  return { done: [done], output: asBytes(output) };
}

function notDone({ label }: Job, plan: Plan, problem: Problem): Result {
  const worked = { ...failed([problem]), ...plan.empty };
  return { done: summaryOf(worked), output: print(label, plan, worked) };
}

function summaryOf({ status, problems, count = 0, written = 0, unchanged = 0, removed = 0, text }: Worked): Done {
  return { status, problems, count, written, unchanged, removed, text: text && asBytes(text) };
}

function print(label: string, plan: Plan, worked: Worked): readonly Printable[] {
  return plan.prints === 'lines' ? lineOf({ cluster: label, ...worked }, plan.asObjects === true) : [];
}
