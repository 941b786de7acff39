import {
  accessSync,
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';

/** A file as it shall be. */
export interface WantedFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Makes files what they shall be, all of them or none: what differs is written beside its place first, and moved there when
 * everything is on the disk. A file that is right already is not touched. Gives how many were written.
 */
export function writeTogether(files: readonly WantedFile[]): number {
  const staged: { readonly beside: string; readonly path: string }[] = [];
  try {
    for (const { path, text } of files) {
      const bytes = Buffer.from(text, 'utf8');
      if (holds(path, bytes)) continue;
      const beside = `${path}.${process.pid}-${threadId}.tmp`;
      staged.push({ beside, path });
      writeMakingFolders(beside, bytes);
    }
    for (const { beside, path } of staged) renameSync(beside, path);
    return staged.length;
  } catch (error) {
    for (const { beside } of staged) rmSync(beside, { force: true });
    throw error;
  }
}

function holds(path: string, bytes: Uint8Array): boolean {
  const about = statSync(path, { throwIfNoEntry: false });
  return about?.isFile() === true && about.size === bytes.length && readFileSync(path).equals(bytes);
}

function writeMakingFolders(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes, { flag: 'wx' });
  }
}

/** Makes a folder to write to, or throws as Node does when nothing can be written there. */
export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true });
  accessSync(path, constants.W_OK);
}

/**
 * Removes files from the folders of a folder, and folders that get empty by it. `isOurs` judges a file by its folder's name, its
 * own, and what it holds. Gives how many were removed.
 */
export function removeFiles(
  path: string,
  isOurs: (folder: string, name: string, read: () => string) => boolean,
): number {
  let removed = 0;
  for (const folder of foldersIn(path)) {
    const inner = join(path, folder);
    const names = readdirSync(inner);
    const gone = names.filter((name) => isOurs(folder, name, () => readFileSync(join(inner, name), 'utf8')));
    for (const name of gone) rmSync(join(inner, name));
    removed += gone.length;
    if (gone.length > 0 && gone.length === names.length) rmdirSync(inner);
  }
  return removed;
}

function foldersIn(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}
