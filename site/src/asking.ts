import type { Answers } from './answers.ts';
import workerUrl from './worker.ts?worker&url';

/** A message to the worker. */
export interface Question {
  readonly id: number;
  readonly name: keyof Answers;
  readonly given: readonly unknown[];
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly failure?: string;
}

interface Waiting {
  /** When it was asked, in the page's time. */
  readonly since: number;
  readonly timer: ReturnType<typeof setTimeout>;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const waiting = new Map<number, Waiting>();
let worker: Worker | undefined;
let questions = 0;

/**
 * A worker loaded from a URL would have its own content security policy; one created from the page inherits the page's,
 * which lets it connect to nothing. It starts with its first question, because a message would have to wait for the
 * page to be built.
 */
function start(first: Question): Worker {
  const program = `import ${JSON.stringify(new URL(workerUrl, location.href).href)};
self.dispatchEvent(new MessageEvent('message', { data: ${JSON.stringify(first)} }));`;
  const made = new Worker(URL.createObjectURL(new Blob([program], { type: 'text/javascript' })), { type: 'module' });
  made.addEventListener('message', ({ data: { id, result, failure } }: MessageEvent<Answer>) => {
    const one = waiting.get(id);
    waiting.delete(id);
    clearTimeout(one?.timer);
    if (failure === undefined) one?.resolve(result);
    else one?.reject(new Error(failure));
  });
  made.addEventListener('error', () => giveUp(made, 'A part of this page could not be loaded.'));
  return made;
}

/** The time limit of an answer, in milliseconds; then the worker is restarted. */
const longest = 20_000;

/** Asks the worker. */
export function ask<N extends keyof Answers>(
  name: N,
  ...given: Parameters<Answers[N]>
): Promise<Awaited<ReturnType<Answers[N]>>> {
  const question: Question = { id: questions++, name, given };
  const running = worker;
  const asked = running ?? start(question);
  worker = asked;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => giveUp(asked, 'This takes too long; it was stopped.'), longest);
    const since = performance.now();
    // The answer belongs to this question.
    waiting.set(question.id, { since, timer, resolve: resolve as (result: unknown) => void, reject });
    running?.postMessage(question);
  });
}

/** How long the worker may be busy with questions about an earlier input, in milliseconds. */
const patience = 2000;

/** Stops a worker that has long been busy with questions whose answers are not wanted any more; they get none. */
export function abandon(): void {
  const [oldest] = waiting.values();
  if (oldest !== undefined && performance.now() - oldest.since > patience) stop();
}

function giveUp(asked: Worker, message: string): void {
  if (worker !== asked) return;
  for (const { reject } of stop()) reject(new Error(message));
}

/** Ends the worker, and returns the questions without an answer. */
function stop(): readonly Waiting[] {
  const left = [...waiting.values()];
  for (const { timer } of left) clearTimeout(timer);
  waiting.clear();
  worker?.terminate();
  worker = undefined;
  return left;
}
