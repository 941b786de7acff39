import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync, write as writeFd, writeSync } from 'node:fs';
import { codeOf } from '../outcome.ts';
import { type Printable, shown } from '../printable.ts';
import { findUpwards, pathInRepository } from './find-upwards.ts';
import type { Bar, Io } from './io.ts';

/**
 * The command line's access to the outside. Files are read and written synchronously: a run works sequentially, and the
 * asynchronous machinery would double its start-up time. `outlive` starts the process for uninterruptible work;
 * commands without such work omit it.
 */
export function processIo(outlive?: (text: string) => Promise<string | undefined>) {
  return {
    outlive,
    env: process.env,
    get color(): boolean {
      return isTerminal(2) && process.env['TERM'] !== 'dumb';
    },
    get stdoutColor(): boolean {
      return isTerminal(1) && process.env['TERM'] !== 'dumb';
    },
    get width(): number {
      return widthOf(1) || widthOf(2) || 80;
    },
    get ask(): Io['ask'] {
      return process.stdin.isTTY === true && process.stderr.isTTY === true ? askOnTerminal : undefined;
    },
    stdin: readStdin,
    stdinChunks: (): AsyncIterable<Uint8Array> & { destroy(): void } => process.stdin,
    async readFile(path: string): Promise<string> {
      return readWhole(path);
    },
    manifestsIn,
    findUpwards: (name: string) => findUpwards(name, process.cwd()),
    pathInRepository: (path: string) => pathInRepository(path, process.cwd()),
    get isStdinIdle(): boolean {
      return isIdle();
    },
    writeFile: async (path: string, text: string): Promise<void> => await replace([{ path, text }]),
    writeFiles: replace,
    pour,
    get startBar(): Io['startBar'] {
      return this.color ? startBar : undefined;
    },
    onInterrupt,
    stdout: (text: Printable): void => write(1, text),
    stderr: (text: Printable): void => write(2, text),
  };
}

/**
 * Node's streams know whether they are terminals, but creating one takes longer than rendering. A terminal is a
 * character device, so the check is skipped for files, pipes and the null device, which scripts usually have.
 */
function isTerminal(descriptor: 1 | 2): boolean {
  try {
    const about = fstatSync(descriptor);
    if (!about.isCharacterDevice() || about.rdev === nullDevice()) return false;
  } catch {
    return false;
  }
  return streamOf(descriptor).isTTY === true;
}

/** Whether stdin cannot have any input: it is a terminal, the null device, or closed. */
function isIdle(): boolean {
  try {
    return fstatSync(0).isCharacterDevice();
  } catch {
    return true;
  }
}

/** Loaded only when manifests are read, because rendering does not need it. */
async function manifestsIn(path: string, deep: boolean): Promise<readonly string[] | undefined> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  const { filesIn } = await import('./manifest-directory.ts');
  return filesIn(path, deep).filter((name) => /\.(?:ya?ml|json)$/i.test(name));
}

function nullDevice(): number | undefined {
  return process.platform === 'win32' ? undefined : statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
}

function widthOf(descriptor: 1 | 2): number | undefined {
  return isTerminal(descriptor) ? streamOf(descriptor).columns : undefined;
}

const blocked = new Set<1 | 2>();

/**
 * Writes directly to the descriptor, because creating `process.stdout` takes several milliseconds. A closed reader (`|
 * head`) is not an error; if the descriptor would block, Node's stream is used from then on. If stdout cannot be
 * written to, Node's error is thrown; a failure of stderr cannot be reported.
 */
function write(descriptor: 1 | 2, text: Printable): void {
  let rest: Uint8Array = Buffer.from(isTerminal(descriptor) ? text.onTerminal : text.exact, 'utf8');
  while (rest.length > 0 && !blocked.has(descriptor)) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if (isClosedReader(error)) return;
      if (codeOf(error) !== 'EAGAIN') {
        if (descriptor === 2) return;
        throw error;
      }
      blocked.add(descriptor);
      streamOf(descriptor).on('error', (late: Error) => failLate(descriptor, late));
    }
  }
  if (rest.length > 0) streamOf(descriptor).write(rest);
}

/** Reports a write through Node's stream that failed after everything else was done. */
function failLate(descriptor: 1 | 2, error: Error): void {
  if (isClosedReader(error) || descriptor === 2) return;
  write(2, shown`glistio: cannot write to standard output: ${error.message}\n`);
  process.once('exit', () => {
    process.exitCode = 2;
  });
}

function streamOf(descriptor: 1 | 2): NodeJS.WriteStream {
  return descriptor === 1 ? process.stdout : process.stderr;
}

function isClosedReader(error: unknown): boolean {
  // Windows reports EOF instead.
  return codeOf(error) === 'EPIPE' || codeOf(error) === 'EOF';
}

/** Writes everything before it returns, waiting for a slow reader; false if the reader has closed the pipe. */
async function pour(bytes: Uint8Array): Promise<boolean> {
  for (let rest = bytes; rest.length > 0; ) {
    try {
      rest = rest.subarray(await writeAside(rest));
    } catch (error) {
      if (isClosedReader(error)) return false;
      if (codeOf(error) !== 'EAGAIN') throw error;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
  return true;
}

/** Writes asynchronously: while a full pipe blocks, this thread can still handle signals. */
function writeAside(bytes: Uint8Array): Promise<number> {
  return new Promise((done, fail) => writeFd(1, bytes, (error, size) => (error === null ? done(size) : fail(error))));
}

/** No bar between printed lines. */
async function startBar(total: number | undefined, isPrinting: boolean): Promise<Bar | undefined> {
  if (isPrinting && process.stdout.isTTY) return undefined;
  const { progressBar } = await import('./progress-bar.ts');
  return progressBar(total);
}

/** How long a run may take to stop after it was asked to, in milliseconds. */
const mostGrace = 4000;

/** A second signal, or the time limit, ends the process at once, as without this handler. */
function onInterrupt(stop: () => void): () => number | undefined {
  const codes = { SIGINT: 130, SIGTERM: 143 } as const;
  let code: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const listeners = (['SIGINT', 'SIGTERM'] as const).map((signal) => {
    const listen = (): void => {
      code = codes[signal];
      timer ??= setTimeout(() => process.kill(process.pid, signal), mostGrace);
      stop();
    };
    process.once(signal, listen);
    return () => process.off(signal, listen);
  });
  return () => {
    for (const forget of listeners) forget();
    // The timer still applies while the rest is printed, but does not keep the process alive.
    timer?.unref();
    return code;
  };
}

/** More than any values or manifests; an endless device or pipe would exhaust the memory. */
const mostBytes = 128 * 1024 * 1024;

/** Throws like Node's functions, with the code EFBIG for input that is too large. */
function readWhole(path: string): string {
  const descriptor = openSync(path, 'r');
  try {
    const about = fstatSync(descriptor);
    if (about.isFile() && about.size <= mostBytes) return readFileSync(descriptor, 'utf8');
    if (about.size > mostBytes) throw tooLarge();
    const chunks: Uint8Array[] = [];
    for (let total = 0; ; ) {
      const chunk = Buffer.allocUnsafe(1 << 20);
      const size = readSync(descriptor, chunk);
      if (size === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(chunk.subarray(0, size));
      total += size;
      if (total > mostBytes) throw tooLarge();
    }
  } finally {
    closeSync(descriptor);
  }
}

function tooLarge(): Error {
  return Object.assign(new Error('it is larger than 128 MiB'), { code: 'EFBIG' });
}

async function readStdin(): Promise<string> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    total += chunk.length;
    if (total > mostBytes) throw tooLarge();
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function askOnTerminal(question: Printable): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise((done, fail) => {
      // End of input is not an answer.
      lines.once('close', () => done(''));
      lines.question(question.onTerminal).then(done, fail);
    });
  } finally {
    lines.close();
  }
}

/** Loaded only when a file is written: most runs write none. */
async function replace(files: readonly { readonly path: string; readonly text: string }[]): Promise<void> {
  const { replaceFiles } = await import('./replace-files.ts');
  replaceFiles(files);
}
