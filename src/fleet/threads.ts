import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Hand, HandEvents } from './pool.ts';
import { runId } from '../node/run-id.ts';

/** What a thread is started with, besides the arguments of the command. */
interface ThreadData<S> {
  readonly glistioFleet: S;
  readonly runId: string;
  readonly stop: Int32Array;
}

interface Answer<R> {
  readonly id: number;
  readonly result: R;
}

/** A signal to stop that all threads see, between two things that they do. */
export function sharedStop(): { readonly cells: Int32Array; readonly signal: AbortSignal; raise(): void } {
  const cells = new Int32Array(new SharedArrayBuffer(4));
  const controller = new AbortController();
  return {
    cells,
    signal: controller.signal,
    raise() {
      Atomics.store(cells, 0, 1);
      controller.abort();
    },
  };
}

/** Whether there is a built command that threads can run; from the sources there is none. */
export function canStartThreads(): boolean {
  return typeof __dirname === 'string';
}

/**
 * Starts the command once more in a thread, with the same arguments: it finds out by {@link inThread} what it is there for.
 * This way it is loaded as fast as the command itself is.
 */
export function startThread<J, R, S>(setup: S, stop: Int32Array, events: HandEvents<R>): Hand<J> {
  const data: ThreadData<S> = { glistioFleet: setup, runId, stop };
  const worker = new Worker(join(__dirname, 'cli.cjs'), { argv: process.argv.slice(2), workerData: data });
  worker.on('message', (message: 'ready' | Answer<R>) => {
    if (message === 'ready') events.ready();
    else events.done(message.id, message.result);
  });
  let reason = 'it ended';
  worker.on('error', (error: Error & { code?: string }) => {
    reason = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it ran out of memory' : error.message;
  });
  worker.on('exit', () => events.lost(reason));
  return {
    send: (id, jobs) => worker.postMessage({ id, jobs }),
    close: () => worker.postMessage('close'),
  };
}

/** Inside such a thread, what it was started with. */
export function inThread<S>(): { readonly setup: S; isStopped(): boolean } | undefined {
  const data = workerData as ThreadData<S> | null;
  if (isMainThread || data === null || typeof data !== 'object' || !('glistioFleet' in data)) return undefined;
  return { setup: data.glistioFleet, isStopped: () => Atomics.load(data.stop, 0) === 1 };
}

/** Does what is sent until there is no more; `bytesOf` names what need not be copied. */
export async function serve<J, R>(
  work: (jobs: readonly J[]) => Promise<R>,
  bytesOf: (result: R) => Uint8Array | undefined,
): Promise<void> {
  const port = parentPort;
  if (port === null) return;
  let before: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    port.on('message', (message: 'close' | { readonly id: number; readonly jobs: readonly J[] }) => {
      if (message === 'close') {
        port.close();
        return resolve();
      }
      // One after the other, as they came.
      before = before.then(async () => {
        const result = await work(message.jobs);
        const bytes = bytesOf(result);
        port.postMessage({ id: message.id, result }, bytes === undefined ? [] : [bytes.buffer as ArrayBuffer]);
      });
      before.catch(reject);
    });
    port.postMessage('ready');
  });
}

/** How many threads this machine, or what it lets us have of it, can run at a time. */
export function processors(): number {
  return availableParallelism();
}
