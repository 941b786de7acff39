import { opendirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../value.ts';

/** What a name in a folder refers to; links are followed. */
export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Whether a folder exists; false if the path cannot be inspected. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Yields the files and folders in a folder in order of their names, without hidden ones. Lazily, because there may be
 * many.
 */
export function listFolder(path: string): FolderEntry[] {
  const entries: FolderEntry[] = [];
  const folder = opendirSync(path, { bufferSize: 256 });
  try {
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      const { name } = entry;
      if (name.startsWith('.')) continue;
      const found = entry.isSymbolicLink() ? statSync(join(path, name), { throwIfNoEntry: false }) : entry;
      if (found?.isDirectory()) entries.push({ name, isFolder: true });
      else if (found?.isFile()) entries.push({ name, isFolder: false });
    }
  } finally {
    folder.closeSync();
  }
  return entries.sort((a, b) => compareText(a.name, b.name));
}
