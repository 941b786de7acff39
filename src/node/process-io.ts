import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync, write as writeFd, writeSync } from 'node:fs';
import { codeOf } from '../outcome.ts';
import { type Printable, shown } from '../printable.ts';
import { findUpwards, pathInRepository } from './find-upwards.ts';

/**
 * The outside as the command line sees it. Files are read and written synchronously: a run does one thing after the
 * other, and the asynchronous machinery would double the time it takes to start. `outlive` starts the process that ends what
 * must not be interrupted; what needs no such process leaves it out.
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
    get ask(): ((question: Printable) => Promise<string>) | undefined {
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
    get startBar(): ((total: number | undefined, isPrinting: boolean) => Promise<Bar | undefined>) | undefined {
      return this.color ? startBar : undefined;
    },
    onInterrupt,
    stdout: (text: Printable): void => write(1, text),
    stderr: (text: Printable): void => write(2, text),
  };
}

/**
 * Node's streams know whether they are terminals, but to set one up takes longer than to render. A terminal is a device: of
 * files, pipes and the null device, which is what scripts have, nothing more need be asked.
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

/** A terminal and the null device are devices; files, pipes and sockets have something to say. */
function isIdle(): boolean {
  try {
    return fstatSync(0).isCharacterDevice();
  } catch {
    return true;
  }
}

/** Loaded when manifests are read: no rendering needs it. */
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
 * Writes straight to the descriptor, because creating `process.stdout` costs several milliseconds. A reader that went
 * away (`| head`) is not an error; a descriptor that would block is left to Node's own stream from then on. Where
 * stdout cannot be written to, Node's own error is thrown; a failure of stderr cannot be reported.
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

/** What a stream could not write when everything else was done. */
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
  // EOF is what Windows calls it.
  return codeOf(error) === 'EPIPE' || codeOf(error) === 'EOF';
}

/** Writes all of it before it returns; false once the reader has gone. A reader that is slow is waited for. */
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

/** Writes in a thread of the system: where a pipe is full and has no reader, this one still hears signals. */
function writeAside(bytes: Uint8Array): Promise<number> {
  return new Promise((done, fail) => writeFd(1, bytes, (error, size) => (error === null ? done(size) : fail(error))));
}

interface Bar {
  update(done: number, failed: number): void;
  stop(): void;
}

/** No bar where it would stand between the lines that are printed. */
async function startBar(total: number | undefined, isPrinting: boolean): Promise<Bar | undefined> {
  if (isPrinting && process.stdout.isTTY) return undefined;
  const { progressBar } = await import('./progress-bar.ts');
  return progressBar(total);
}

/** How long a run may take to end when it is asked to, in milliseconds. */
const mostGrace = 4000;

/** Once more, or when it takes too long, and the process ends at once, as it would have without us. */
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
    // It still holds while the rest is printed, but keeps nothing from ending.
    timer?.unref();
    return code;
  };
}

/** More than any values or manifests have; a device or pipe without end would fill the memory instead. */
const mostBytes = 128 * 1024 * 1024;

/** Throws like Node's own reading, and with the code EFBIG for what is larger than can be meant. */
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
      // The end of the input is not an answer.
      lines.once('close', () => done(''));
      lines.question(question.onTerminal).then(done, fail);
    });
  } finally {
    lines.close();
  }
}

/** Loaded when something is written: most runs write no file. */
async function replace(files: readonly { readonly path: string; readonly text: string }[]): Promise<void> {
  const { replaceFiles } = await import('./replace-files.ts');
  replaceFiles(files);
}
