import { lstatSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { NamedText } from './sources.ts';

/** Larger than any real settings file. */
const longest = 64 * 1024;

/**
 * Finds a file by name in the working directory or the nearest parent, up to the root of the repository. Anyone may
 * have written it: links are not followed, and only regular files are read. Throws an error that names the file.
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

/**
 * A path relative to the root of the repository that contains `from`; unchanged without a repository, or if the file is
 * outside of it.
 */
export function pathInRepository(path: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (statOf(join(folder, '.git')) !== undefined) {
      const inside = relative(folder, resolve(from, path));
      // On another Windows drive it stays absolute.
      return inside.split(sep)[0] === '..' || isAbsolute(inside) ? path : inside;
    }
    if (dirname(folder) === folder) return path;
  }
}

/** Undefined if it may not be read. */
function statOf(path: string): ReturnType<typeof lstatSync> | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
