import { opendirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What stands in a folder under a name, with links followed. */
export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** Whether a folder exists; a path that cannot be inspected does not count. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The files and folders in a folder in the order of their names, but for hidden ones. Read one by one: there may be many. */
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
  return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
