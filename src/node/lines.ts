import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** A longer line was not written by a person or a program: an endless device would exhaust the memory. */
const longestLine = 16 * 1024 * 1024;

/** Yields the lines of a file with their line endings; the last line may have none. The file is read in chunks. */
export function* linesOfFile(path: string): Generator<string> {
  const descriptor = openSync(path, 'r');
  try {
    const lines = new LineReader();
    for (;;) {
      const chunk = Buffer.allocUnsafe(1 << 18);
      const size = readSync(descriptor, chunk);
      if (size === 0) break;
      yield* lines.take(chunk.subarray(0, size));
    }
    yield* lines.rest();
  } finally {
    closeSync(descriptor);
  }
}

/** The same for a stream. */
export async function* linesOfChunks(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<string> {
  const lines = new LineReader();
  for await (const chunk of chunks) yield* lines.take(chunk);
  yield* lines.rest();
}

/** Whether a path can be read twice from the start. */
export function isRegularFile(path: string): boolean {
  const descriptor = openSync(path, 'r');
  try {
    return fstatSync(descriptor).isFile();
  } finally {
    closeSync(descriptor);
  }
}

/** Splits bytes into lines before decoding them, so that no character is split. */
class LineReader {
  #rest: Uint8Array[] = [];
  #length = 0;

  *take(chunk: Uint8Array): Generator<string> {
    const end = chunk.lastIndexOf(0x0a) + 1;
    if (end > 0) {
      const text = this.#decode(chunk.subarray(0, end));
      for (let start = 0; start < text.length; ) {
        const next = text.indexOf('\n', start) + 1;
        yield text.slice(start, next);
        start = next;
      }
    }
    const rest = chunk.subarray(end);
    if (rest.length === 0) return;
    this.#rest.push(rest);
    this.#length += rest.length;
    if (this.#length > longestLine)
      throw Object.assign(new Error('a line is longer than 16 MiB'), { code: 'ELONGLINE' });
  }

  *rest(): Generator<string> {
    const text = this.#decode(new Uint8Array());
    if (text !== '') yield text;
  }

  #decode(chunk: Uint8Array): string {
    const text = Buffer.concat([...this.#rest, chunk]).toString('utf8');
    this.#rest = [];
    this.#length = 0;
    return text;
  }
}
