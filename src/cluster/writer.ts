import { type Applied, applyJob, type CheckedJob } from './apply.ts';
import { Refusal } from './change.ts';
import { type ClusterClient, type Connection, connectTo, type Limits } from './client.ts';
import { ClusterFailure } from './kubeconfig.ts';

/**
 * Gives a text to a process of its own, which lives on whatever becomes of this one, and returns its answer; undefined if it
 * ended without one. Fails if there can be no such process.
 */
export type Outlive = (text: string) => Promise<string | undefined>;

/** All that a writer needs: it reads no kubeconfig and asks no plugin. */
interface Task {
  readonly job: CheckedJob;
  readonly connection: Connection;
}

type Answer =
  | { readonly kind: 'ended'; readonly applied: Applied }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string | undefined };

/**
 * Lets a writer carry out a job. It begins when it has all of it, and no sooner, and then nothing that happens to this process
 * stops it: killed before, nothing is written, and killed later, everything.
 */
export async function handOver(outlive: Outlive, cluster: ClusterClient, job: CheckedJob): Promise<Applied> {
  const task: Task = { job, connection: await cluster.connection() };
  let text: string | undefined;
  try {
    text = await outlive(`${JSON.stringify(task)}\n`);
  } catch (error) {
    throw new Refusal(`the writing process cannot be started: ${error instanceof Error ? error.message : error}`);
  }
  const answer = answerIn(text ?? '');
  if (answer === undefined) return { kind: 'unknown', because: 'the writing process has ended' };
  if (answer.kind === 'refused') throw new Refusal(answer.message);
  if (answer.kind === 'failed') throw new ClusterFailure(answer.message, answer.hint);
  return answer.applied;
}

/** The last whole line; what a preloaded module prints may stand before it. */
function answerIn(text: string): Answer | undefined {
  if (!text.endsWith('\n')) return undefined;
  try {
    return JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');
  } catch {
    return undefined;
  }
}

/** Carries out what {@link handOver} passed on, and reports how it ended. An incomplete text is not a job. */
export async function carryOut(text: string, env: Limits['env']): Promise<string | undefined> {
  const task = taskIn(text);
  if (task === undefined) return undefined;
  const { job, connection } = task;
  const answer = await answerOf(() => connectTo(connection, { timeout: job.timeout, env }), job);
  return `${JSON.stringify(answer)}\n`;
}

function taskIn(text: string): Task | undefined {
  if (!text.endsWith('\n')) return undefined;
  try {
    const task: Partial<Task> | null = JSON.parse(text);
    return task?.job === undefined || task.connection === undefined ? undefined : (task as Task);
  } catch {
    return undefined;
  }
}

async function answerOf(open: () => ClusterClient, job: CheckedJob): Promise<Answer> {
  try {
    return { kind: 'ended', applied: await applyJob(open, job) };
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', message: error.message };
    if (error instanceof ClusterFailure) return { kind: 'failed', message: error.message, hint: error.hint };
    // Whatever it is, the record of the change is still there.
    return { kind: 'ended', applied: { kind: 'unknown', because: String(error) } };
  }
}

/**
 * The main function of a process that was started as a writer. Only a machine shutdown or a deliberate kill stops it.
 */
export async function runWriter(): Promise<void> {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  // The parent process may be gone by now.
  process.stdout.on('error', () => {});
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const answer = await carryOut(Buffer.concat(chunks).toString('utf8'), process.env);
  if (answer !== undefined) process.stdout.write(answer);
  else process.exitCode = 2;
}
