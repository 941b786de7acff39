import type { Io } from '../../src/node/io.ts';

export interface MemoryIo extends Io {
  readonly files: Map<string, string>;
  /** The paths that were written, in order. */
  readonly written: string[];
  readonly printed: { stdout: string; stderr: string };
}

export interface MemoryOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly color?: boolean;
}

/** An Io in memory: width 80, no color, no environment unless a test sets them. */
export function memoryIo({ files = {}, env = {}, stdin = '', color = false }: MemoryOptions = {}): MemoryIo {
  const stored = new Map(Object.entries(files));
  const written: string[] = [];
  const printed = { stdout: '', stderr: '' };
  return {
    files: stored,
    written,
    printed,
    env,
    color,
    width: 80,
    stdin: async () => stdin,
    async readFile(path) {
      const text = stored.get(path);
      if (text !== undefined) return text;
      const isDirectory = [...stored.keys()].some((name) => name.startsWith(`${path.replace(/\/$/, '')}/`));
      throw Object.assign(new Error(`cannot read ${path}`), { code: isDirectory ? 'EISDIR' : 'ENOENT' });
    },
    findUpwards(name) {
      const text = stored.get(name);
      return text === undefined ? undefined : { name, text };
    },
    async writeFile(path, text) {
      stored.set(path, text);
      written.push(path);
    },
    async writeFiles(files) {
      for (const { path, text } of files) await this.writeFile(path, text);
    },
    stdout: (text) => {
      printed.stdout += text;
    },
    stderr: (text) => {
      printed.stderr += text;
    },
  };
}
