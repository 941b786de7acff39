import { join } from 'node:path';

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
