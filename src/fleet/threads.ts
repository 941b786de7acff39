import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { ownFile } from '../node/own-program.ts';
import { runId } from '../node/run-id.ts';
import type { Hand, HandEvents } from './pool.ts';

/** The data that a thread is started with, besides the arguments of the command. */
interface ThreadData<S> {
  readonly glistioFleet: S;
  readonly runId: string;
  readonly stop: Int32Array;
  /** Changes whenever the thread shows that it is alive; then the index of its current job in the batch, or -1. */
  readonly pulse: Int32Array;
}

interface Answer<R> {
  readonly id: number;
  readonly result: R;
}

/** A stop signal that all threads check between two steps. */
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

/** Whether there is a built command that threads can run; when run from source there is none. */
export function canStartThreads(): boolean {
  return typeof __dirname === 'string';
}

/** The reason for losing a thread that showed no sign of life for too long. */
export const overdue = 'it took too long';

/** The data that all threads of a run are started with. */
export interface ThreadOptions<S> {
  readonly setup: S;
  readonly stop: Int32Array;
  /** The time limit for one job, in milliseconds. */
  readonly patience: number;
}

/**
 * Starts the command once more in a thread, with the same arguments: {@link inThread} returns its purpose. This way it
 * loads as fast as the command itself. A thread that works on one job for too long is stopped.
 */
export function startThread<J, R, S>({ setup, stop, patience }: ThreadOptions<S>, events: HandEvents<R>): Hand<J> {
  const pulse = new Int32Array(new SharedArrayBuffer(8));
  Atomics.store(pulse, 1, -1);
  const data: ThreadData<S> = { glistioFleet: setup, runId, stop, pulse };
  // The data of a cluster is short-lived: a larger young generation would use half as much memory again without being
  // faster.
  const resourceLimits = { maxYoungGenerationSizeMb: 16 };
  const worker = new Worker(ownFile(), { argv: process.argv.slice(2), workerData: data, resourceLimits });
  let tasks = 0;
  let reason = 'it ended';
  let at: number | undefined;
  let isReady = false;
  const watch = watcher(pulse, patience, () => {
    reason = overdue;
    const job = Atomics.load(pulse, 1);
    at = job < 0 ? undefined : job;
    void worker.terminate();
    // A thread that cannot be stopped, because it is blocked in the system, is not waited for.
    worker.unref();
    leave();
  });
  let isLeft = false;
  const leave = (): void => {
    if (isLeft) return;
    isLeft = true;
    watch.stop();
    events.lost(reason, at);
  };
  worker.on('message', (message: 'ready' | Answer<R>) => {
    if (isLeft) return;
    watch.seen(message !== 'ready' && --tasks === 0);
    if (message === 'ready') {
      isReady = true;
      events.ready();
    } else events.done(message.id, message.result);
    if (isReady && tasks > 0) watch.start();
  });
  worker.on('error', (error: Error & { code?: string }) => {
    if (reason !== overdue) reason = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it ran out of memory' : error.message;
  });
  worker.on('exit', leave);
  return {
    send: (id, jobs) => {
      tasks++;
      worker.postMessage({ id, jobs });
      if (isReady) watch.start();
    },
    close: () => {
      watch.stop();
      worker.postMessage('close');
      // Leftovers of a job, such as an answer that never arrives, do not keep a run from ending.
      worker.unref();
    },
    end: () => {
      watch.stop();
      worker.unref();
      void worker.terminate();
    },
  };
}

/** Calls `miss` when a pulse has not changed for too long while there is work. */
function watcher(pulse: Int32Array, patience: number, miss: () => void) {
  let timer: NodeJS.Timeout | undefined;
  let last = 0;
  let since = 0;
  const look = (): void => {
    const now = Atomics.load(pulse, 0);
    if (now !== last) since = performance.now();
    last = now;
    if (performance.now() - since < patience) return;
    stop();
    miss();
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    start(): void {
      if (timer !== undefined) return;
      since = performance.now();
      timer = setInterval(look, Math.min(250, patience / 4));
      timer.unref();
    },
    seen(isIdle: boolean): void {
      since = performance.now();
      if (isIdle) stop();
    },
    stop,
  };
}

/** What a thread knows about its run. */
export interface InThread<S> {
  readonly setup: S;
  isStopped(): boolean;
  /** Shows that it is alive; `job` is the index in its batch of the job that it begins. */
  beat(job?: number): void;
}

/** Inside such a thread, the data that it was started with. */
export function inThread<S>(): InThread<S> | undefined {
  const data = workerData as ThreadData<S> | null;
  if (isMainThread || data === null || typeof data !== 'object' || !('glistioFleet' in data)) return undefined;
  const { glistioFleet, stop, pulse } = data;
  return {
    setup: glistioFleet,
    isStopped: () => Atomics.load(stop, 0) === 1,
    beat(job = -1) {
      Atomics.store(pulse, 1, job);
      Atomics.add(pulse, 0, 1);
    },
  };
}

/**
 * Processes what it is sent until there is no more; `bytesOf` returns buffers that are transferred rather than copied.
 */
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
      // In the order of arrival.
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

/** How many threads this machine, or the part of it that is available, can run at the same time. */
export function processors(): number {
  return availableParallelism();
}
