/** The pure core in a worker thread. Answers questions one at a time, in order. */
import './no-traces.ts';
import { answers } from './answers.ts';
import type { Question } from './asking.ts';

let before: Promise<unknown> = Promise.resolve();

self.addEventListener('message', ({ data }: MessageEvent<Question>) => {
  before = before.then(() => answer(data));
});

async function answer({ id, name, given }: Question): Promise<void> {
  try {
    // The question's arguments match its name, because only `asking.ts` creates them.
    const result = await (answers[name] as (...all: readonly unknown[]) => unknown)(...given);
    self.postMessage({ id, result });
  } catch (error) {
    self.postMessage({ id, failure: error instanceof Error ? error.message : String(error) });
  }
}
