import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** In an executable made by Bun, the program is in a virtual file system; the first argument is its path there. */
function isExecutable(): boolean {
  return process.versions['bun'] !== undefined && /^(?:\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/i.test(process.argv[1] ?? '');
}

/** The arguments that make {@link process.execPath} run this program, before the program's own arguments. */
export function ownArguments(): readonly string[] {
  return isExecutable() ? [] : [...process.execArgv, process.argv[1] ?? ''];
}

/** The built command's file, for a worker thread. */
export function ownFile(): string {
  return isExecutable() ? (process.argv[1] ?? '') : join(__dirname, 'cli.cjs');
}

/** The URL of the page of all codes in the package; undefined if the file is missing. */
export function rulesPage(): string | undefined {
  // A development tree runs from its sources, as an ES module; in an executable the folder is that of the build.
  const page = typeof __dirname === 'string' && !isExecutable() ? join(__dirname, '..', 'docs', 'rules.md') : '';
  return existsSync(page) ? pathToFileURL(page).href : undefined;
}
