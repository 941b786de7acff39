import { randomBytes } from 'node:crypto';
import { isMainThread, workerData } from 'node:worker_threads';

/** Identifies a run across its threads; process ids repeat in containers. */
export const runId: string = ofMainThread() ?? randomBytes(8).toString('hex');

function ofMainThread(): string | undefined {
  const data: unknown = isMainThread ? undefined : workerData;
  if (typeof data !== 'object' || data === null || !('runId' in data)) return undefined;
  return typeof data.runId === 'string' ? data.runId : undefined;
}
