import { CannotDo, codeOf } from '../outcome.ts';
import { lookupTable } from '../value.ts';
import type { Io } from './io.ts';

/** A text and its name in problems. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** The name shown to users for text from stdin. */
export const stdinName = '<stdin>';

/**
 * Reads the files of `-f`, in order. As with Helm, one `-f` may list several names separated by commas, and `-` is
 * stdin; a file whose name is prefixed with `?` may be missing.
 */
export async function readSources(named: readonly string[], io: Io): Promise<NamedText[]> {
  const names = named.flatMap(splitList);
  refuseSecondStdin(names);
  const sources: NamedText[] = [];
  for (const name of names) {
    const source = await readSource(name, io);
    if (source) sources.push(source);
  }
  return sources;
}

/** stdin can be read only once; a second reader would silently get nothing. */
export function refuseSecondStdin(names: readonly string[]): void {
  if (names.filter((name) => name === '-').length < 2) return;
  throw new CannotDo('stdin (-) can be read only once', 'give - to one option only');
}

async function readSource(name: string, io: Io): Promise<NamedText | undefined> {
  if (name === '-') return { name: stdinName, text: await readText('-', io) };
  if (name === '') throw new CannotDo('the file name after -f is empty', 'is a shell variable unset?');
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(name)) {
    throw new CannotDo(
      `cannot read ${name}: only files and stdin are read`,
      `pipe it in: curl -fsSL ${name} | glistio … -f -`,
    );
  }
  if (!name.startsWith('?')) return { name, text: await readText(name, io) };
  const path = name.slice(1);
  try {
    return { name: path, text: await io.readFile(path) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
}

/** Reads one file, or stdin for `-`; fails with a one-line message. */
export async function readText(path: string, io: Io): Promise<string> {
  try {
    return path === '-' ? await io.stdin() : await io.readFile(path);
  } catch (error) {
    throw unreadable(path === '-' ? stdinName : path, error);
  }
}

const reasons: Readonly<Record<string, string>> = lookupTable({
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EFBIG: 'it is larger than 128 MiB',
  ENOSPC: 'no space left on the device',
  EROFS: 'the file system is read-only',
  ELOOP: 'too many symbolic links',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the device failed',
  EBADF: 'it is closed',
  ENAMETOOLONG: 'a part of the path is too long',
  ENOTREG: 'it is not a regular file',
});

/** Explains why a file could not be read or written. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return (code && reasons[code]) ?? (error instanceof Error ? error.message : String(error));
}

/** The path of a failed write. */
export function targetOf(error: unknown): string | undefined {
  return error instanceof Error && 'target' in error && typeof error.target === 'string' ? error.target : undefined;
}

function unreadable(path: string, error: unknown): CannotDo {
  const hint = codeOf(error) === 'EISDIR' ? 'name the files in it, one -f for each' : undefined;
  return new CannotDo(`cannot read ${path}: ${reasonOf(error)}`, hint);
}

/** `a,"b,c"` is `a` and `b,c`: the CSV notation of Helm's flag. */
export function splitList(text: string): string[] {
  if (!text.includes(',')) return [text];
  const fields = text.match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? [];
  // The pattern also matches the empty rest after the last field; after a trailing comma, that is a real empty field.
  if (!text.endsWith(',')) fields.pop();
  return fields.map((field) =>
    field.replace(/,$/, '').replace(/^"(.*)"$/s, (_, inner: string) => inner.replaceAll('""', '"')),
  );
}
