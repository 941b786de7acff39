import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a directory with their texts, by name. `kubectl diff` writes one for each object, without an ending. */
export function readDirectory(path: string, deep: boolean): { readonly name: string; readonly text: string }[] {
  return filesIn(path, deep).map((name) => ({ name, text: readFileSync(name, 'utf8') }));
}

/**
 * The files of a directory, by name; with `deep` also those of the directories below it, but not of those that are links, which
 * may lead back up.
 */
export function filesIn(path: string, deep: boolean): string[] {
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) return deep ? filesIn(inner, deep) : [];
    // A pipe behind a link would be waited for without end; a link that leads nowhere is said when it is read.
    return statSync(inner, { throwIfNoEntry: false })?.isFile() !== false ? [inner] : [];
  });
}
