import { type Applied, applyJob, type CheckedJob } from './apply.ts';
import { Refusal } from './change.ts';
import { type ClusterClient, type Connection, connectTo, type Limits } from './client.ts';
import { ClusterFailure } from './kubeconfig.ts';

/**
 * Sends a text to another process that outlives this one, and returns its answer; undefined if it ended without an
 * answer. Rejects if the process cannot be started.
 */
export type Outlive = (text: string) => Promise<string | undefined>;

/** Everything a writer needs: it does not read a kubeconfig or run a plugin. */
interface Task {
  readonly job: CheckedJob;
  readonly connection: Connection;
}

type Answer =
  | { readonly kind: 'ended'; readonly applied: Applied }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string | undefined };

/**
 * Has a writer process carry out a job. It starts only when it has received the whole job, and then nothing that
 * happens to this process can stop it: if this process is killed earlier, nothing is written; if later, everything is.
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

/** Returns the last complete line; a preloaded module may print before it. */
function answerIn(text: string): Answer | undefined {
  if (!text.endsWith('\n')) return undefined;
  try {
    return JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');
  } catch {
    return undefined;
  }
}

/** Carries out the job that {@link handOver} sent and reports the outcome. An incomplete text is not a job. */
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
    // Whatever the error is, the change record still exists.
    return { kind: 'ended', applied: { kind: 'unknown', because: String(error) } };
  }
}

/** The main function of a writer process. Only a machine shutdown or a deliberate kill stops it. */
export async function runWriter(): Promise<void> {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  // The parent process may have ended.
  process.stdout.on('error', () => {});
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const answer = await carryOut(Buffer.concat(chunks).toString('utf8'), process.env);
  if (answer !== undefined) process.stdout.write(answer);
  else process.exitCode = 2;
}
