import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { codeOf } from '../outcome.ts';

const mostBytes = 128 * 1024 * 1024;
const askAgainAfter = 20;

/** Whether reading a path may block: a pipe, a socket or a device, but not a file or folder. */
export function mayWait(path: string): boolean {
  const about = statSync(path, { throwIfNoEntry: false });
  return about !== undefined && !about.isFile() && !about.isDirectory();
}

/**
 * Reads a pipe without ever blocking the thread, which could not be stopped then. Fails like Node's functions, with
 * EFBIG for input that is too large, and with ETIMEDOUT if the end does not arrive within `wait` milliseconds.
 */
export async function readPatiently(path: string, wait: number): Promise<string> {
  const end = performance.now() + wait;
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const chunks: Uint8Array[] = [];
    // A pipe that has no writer yet looks the same as one at its end.
    let hasWriter = !fstatSync(descriptor).isFIFO();
    for (let total = 0; ; ) {
      const chunk = Buffer.allocUnsafe(1 << 16);
      const size = readSome(descriptor, chunk);
      if (size === 0 && hasWriter) return Buffer.concat(chunks).toString('utf8');
      if (size !== 0) hasWriter = true;
      if (size !== undefined && size > 0) {
        chunks.push(chunk.subarray(0, size));
        total += size;
        if (total > mostBytes) throw Object.assign(new Error('it is larger than 128 MiB'), { code: 'EFBIG' });
      } else await new Promise((done) => setTimeout(done, askAgainAfter));
      if (performance.now() > end) throw Object.assign(new Error('it does not end'), { code: 'ETIMEDOUT' });
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Undefined if nothing is available yet. */
function readSome(descriptor: number, chunk: Buffer): number | undefined {
  try {
    return readSync(descriptor, chunk);
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return undefined;
    throw error;
  }
}
