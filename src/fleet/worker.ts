import { bugProblem } from '../bug.ts';
import type { BatchResult, Done, Job } from './job.ts';
import { hasErrors, type Problem, sortProblems } from '../problem.ts';
import type { Io } from '../cli/io.ts';
import { CannotDo } from '../cli/outcome.ts';
import { lineOf } from './line.ts';
import type { Plan, Worked } from './plan.ts';
import { Requests } from './request.ts';
import type { Setup } from './setup.ts';

/** Whoever does batches of clusters, in this thread or in another one. Nothing that happens to one cluster is thrown. */
export function workerOf(
  plan: Plan,
  setup: Setup,
  io: Pick<Io, 'readFile'>,
  isStopped: () => boolean,
): (jobs: readonly Job[]) => Promise<BatchResult> {
  const requests = new Requests(setup, (path) => io.readFile(path));
  const work = (job: Job): Promise<Result> => workOn(job, plan, requests);
  return async (jobs) => {
    const results: Result[] = [];
    if (plan.isWaiting) results.push(...(await Promise.all(jobs.map(work))));
    else {
      for (const job of jobs) {
        // Between two clusters nothing is half done.
        if (isStopped()) break;
        results.push(await work(job));
      }
    }
    const output = results.map(({ output }) => output).join('');
    return {
      done: results.map(({ done }) => done),
      output: output === '' ? undefined : new TextEncoder().encode(output),
    };
  };
}

interface Result {
  readonly done: Done;
  readonly output: string;
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
    return { code: 'not-done', severity: 'error', message, ...(hint === undefined ? {} : { hint }) };
  }
  return bugProblem(error);
}

/** The result for a cluster whose worker died over it. */
export function lostResult({ label }: Job, reason: string, plan: Plan): BatchResult {
  const problem: Problem = {
    code: 'worker-lost',
    severity: 'error',
    message: `The worker that did this cluster died: ${reason}.`,
    hint: 'see whether it can be rendered alone, and how large its values are',
  };
  const worked = { ...failed([problem]), ...plan.empty };
  const output = print(label, plan, worked);
  return { done: [summaryOf(worked)], output: output === '' ? undefined : new TextEncoder().encode(output) };
}

function summaryOf({ status, problems, count = 0, written = 0, unchanged = 0, removed = 0 }: Worked): Done {
  return { status, problems, count, written, unchanged, removed };
}

function print(label: string, plan: Plan, worked: Worked): string {
  if (plan.prints === 'lines') return lineOf({ cluster: label, ...worked }, plan.asObjects === true);
  return plan.prints === 'text' ? (worked.text ?? '') : '';
}
