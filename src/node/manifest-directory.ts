import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../value.ts';

/** Reads the files of a directory, sorted by name. `kubectl diff` writes one per object, without an extension. */
export function readDirectory(path: string, deep: boolean): { readonly name: string; readonly text: string }[] {
  return filesIn(path, deep).map((name) => ({ name, text: readFileSync(name, 'utf8') }));
}

/**
 * The files of a directory, sorted by name. With `deep`, subdirectories are included, except for links, which may lead
 * back up.
 */
export function filesIn(path: string, deep: boolean): string[] {
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => compareText(a.name, b.name));
  return entries.flatMap((entry) => {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) return deep ? filesIn(inner, deep) : [];
    // Opening a pipe behind a link would block; a dangling link is reported when it is read.
    return statSync(inner, { throwIfNoEntry: false })?.isFile() !== false ? [inner] : [];
  });
}
