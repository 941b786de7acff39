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

const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
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
    if (failure === undefined) one?.resolve(result);
    else one?.reject(new Error(failure));
  });
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
    const timer = setTimeout(() => giveUp(asked), longest);
    const settled =
      <T>(then: (value: T) => void) =>
      (value: T): void => {
        clearTimeout(timer);
        then(value);
      };
    // The answer belongs to this question.
    waiting.set(question.id, { resolve: settled(resolve as (result: unknown) => void), reject: settled(reject) });
    running?.postMessage(question);
  });
}

function giveUp(asked: Worker): void {
  if (worker !== asked) return;
  asked.terminate();
  worker = undefined;
  for (const { reject } of waiting.values()) reject(new Error('This takes too long; it was stopped.'));
  waiting.clear();
}
