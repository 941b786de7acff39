import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/**
 * The outside as the command line sees it. Files are read and written synchronously: a run does one thing after the
 * other, and the asynchronous machinery would double the time it takes to start.
 */
export function processIo() {
  return {
    env: process.env,
    get color(): boolean {
      return isColorTerminal(process.stderr);
    },
    get stdoutColor(): boolean {
      return isColorTerminal(process.stdout);
    },
    get width(): number {
      return process.stdout.columns || process.stderr.columns || 80;
    },
    get ask(): ((question: string) => Promise<string>) | undefined {
      return process.stdin.isTTY === true && process.stderr.isTTY === true ? askOnTerminal : undefined;
    },
    outlive,
    stdin: readStdin,
    async readFile(path: string): Promise<string> {
      return readWhole(path);
    },
    writeFile: replaceFile,
    stdout: (text: string): void => write(1, text),
    stderr: (text: string): void => write(2, text),
  };
}

/** The first argument of a process that {@link outlive} starts; no command has such a name. */
export const writerDoor = '(write)';

/**
 * Starts this program again in a session of its own, so that neither the terminal's end nor a signal to the group reaches it,
 * and waits for its answer. Who cannot wait is told that it goes on.
 */
async function outlive(text: string): Promise<string | undefined> {
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', writerDoor], {
    detached: true,
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const leave = (signal: NodeJS.Signals): void => {
    write(2, 'the change goes on without this command, until all of it is written or put back\n');
    process.kill(process.pid, signal);
  };
  const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, leave);
  try {
    return await new Promise((done, fail) => {
      let answer = '';
      child.on('error', fail);
      child.on('close', () => done(answer === '' ? undefined : answer));
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
      // A child that is gone before it has read everything shows at its end.
      child.stdin.on('error', () => {});
      child.stdin.end(text);
    });
  } finally {
    for (const signal of signals) process.off(signal, leave);
  }
}

/** Asked of a stream when somebody wants to know: to load `node:tty` for it takes longer than to render. */
function isColorTerminal(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && process.env['TERM'] !== 'dumb';
}

const blocked = new Set<1 | 2>();

/**
 * Writes straight to the descriptor, because creating `process.stdout` costs several milliseconds. A reader that went
 * away (`| head`) is no error; a descriptor that would block is left to Node's own stream from then on.
 */
function write(descriptor: 1 | 2, text: string): void {
  let rest: Uint8Array = Buffer.from(text, 'utf8');
  while (rest.length > 0 && !blocked.has(descriptor)) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if (isClosedReader(error)) return;
      if (codeOf(error) !== 'EAGAIN') throw error;
      blocked.add(descriptor);
      streamOf(descriptor).on('error', (late: Error) => {
        if (!isClosedReader(late)) throw late;
      });
    }
  }
  if (rest.length > 0) streamOf(descriptor).write(rest);
}

function streamOf(descriptor: 1 | 2): NodeJS.WriteStream {
  return descriptor === 1 ? process.stdout : process.stderr;
}

function isClosedReader(error: unknown): boolean {
  // EOF is what Windows calls it.
  return codeOf(error) === 'EPIPE' || codeOf(error) === 'EOF';
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
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

async function askOnTerminal(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise((done, fail) => {
      // The end of the input is no answer.
      lines.once('close', () => done(''));
      lines.question(question).then(done, fail);
    });
  } finally {
    lines.close();
  }
}

/** Writes beside the file and renames, so that nobody ever sees half of it. */
async function replaceFile(path: string, text: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, text, { flag: 'wx' });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
