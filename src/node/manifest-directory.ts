import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a directory, by name; what lies deeper is not read. `kubectl diff` writes one for each object. */
export function readDirectory(path: string): { readonly name: string; readonly text: string }[] {
  return (
    readdirSync(path, { withFileTypes: true })
      // A pipe behind a link would be waited for without end; a link that leads nowhere is said when it is read.
      .filter(({ name }) => statSync(join(path, name), { throwIfNoEntry: false })?.isFile() !== false)
      .map(({ name }) => name)
      .sort()
      .map((name) => ({ name: join(path, name), text: readFileSync(join(path, name), 'utf8') }))
  );
}
