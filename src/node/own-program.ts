import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** In an executable made by Bun, the program stands in a file system of its own, which the first argument names. */
function isExecutable(): boolean {
  return process.versions['bun'] !== undefined && /^(?:\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/i.test(process.argv[1] ?? '');
}

/** What {@link process.execPath} is started with to run this program again, before the program's own arguments. */
export function ownArguments(): readonly string[] {
  return isExecutable() ? [] : [...process.execArgv, process.argv[1] ?? ''];
}

/** The file of the built command, for a thread that runs it again. */
export function ownFile(): string {
  return isExecutable() ? (process.argv[1] ?? '') : join(__dirname, 'cli.cjs');
}

/** The address of the page of all codes, in the package beside the built command; undefined where it is not there. */
export function rulesPage(): string | undefined {
  // What is not built is run from its sources, as an ES module.
  const page = typeof __dirname === 'string' ? join(__dirname, '..', 'docs', 'rules.md') : '';
  return existsSync(page) ? pathToFileURL(page).href : undefined;
}
