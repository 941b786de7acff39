import { lstatSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { NamedText } from './sources.ts';

/** Far more than any real settings file. */
const longest = 64 * 1024;

/**
 * The file of that name in the working directory or the nearest one above it; the top of a repository is the last that is looked
 * at. It may have been written by anyone: a link is not followed, and only regular files are read. Throws with a
 * message that names the file.
 */
export function findUpwards(name: string, from: string): NamedText | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, name);
    const about = statOf(path);
    if (about !== undefined) {
      const shown = relative(from, path);
      if (!about.isFile()) throw new Error(`${shown} is not a regular file`);
      if (about.size > longest) throw new Error(`${shown} is longer than 64 KiB`);
      return { name: shown, text: readFileSync(path, 'utf8') };
    }
    if (dirname(folder) === folder || statOf(join(folder, '.git')) !== undefined) return undefined;
  }
}

/** A path from the top of the repository that `from` is in; as it is where there is none, or where the file is outside of it. */
export function pathInRepository(path: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (statOf(join(folder, '.git')) !== undefined) {
      const inside = relative(folder, resolve(from, path));
      // On another drive of Windows it stays absolute.
      return inside.split(sep)[0] === '..' || isAbsolute(inside) ? path : inside;
    }
    if (dirname(folder) === folder) return path;
  }
}

/** Nothing where it may not be looked at. */
function statOf(path: string): ReturnType<typeof lstatSync> | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
