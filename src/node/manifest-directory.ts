import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a directory, by name; what lies deeper is not read. `kubectl diff` writes one for each object. */
export function readDirectory(path: string): { readonly name: string; readonly text: string }[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map(({ name }) => name)
    .sort()
    .map((name) => ({ name: join(path, name), text: readFileSync(join(path, name), 'utf8') }));
}
