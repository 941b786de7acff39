import { accessSync, constants, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolders, replaceFiles, sweep, type WantedFile } from './replace-files.ts';

/**
 * Writes all files or none, like {@link replaceFiles}. Files that already have the wanted content are not touched.
 * Returns the number of files written.
 */
export function writeTogether(files: readonly WantedFile[]): number {
  const wanted = files.filter(({ path, text }) => !holds(path, Buffer.from(text, 'utf8')));
  for (const { path } of files) sweep(dirname(path));
  replaceFiles(wanted);
  return wanted.length;
}

function holds(path: string, bytes: Uint8Array): boolean {
  const about = statSync(path, { throwIfNoEntry: false });
  return about?.isFile() === true && about.size === bytes.length && readFileSync(path).equals(bytes);
}

/** Creates a folder to write to; throws Node's error if it is not writable. */
export function makeFolder(path: string): void {
  makeFolders(path);
  accessSync(path, constants.W_OK);
}

/**
 * Removes files from the subfolders of a folder, and subfolders that become empty. `isOurs` judges a file by its
 * folder's name, its name and its content. Returns the number of files removed.
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
