import { lstatSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** What determines a user's cache folder and its owner. */
export interface CacheSurroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The id of this process's user; undefined if the platform has no user ids (Windows). */
  readonly uid: number | undefined;
}

/**
 * Enables Node's compile cache (Node 22.1 and newer) in the user's cache folder. Node verifies checksums of both the
 * source and the cached code; a cache without that must never be used. Without a safe folder, nothing is cached.
 */
export function useCompileCache(): void {
  // Missing in Node 20, whose types this is compiled with.
  const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => unknown };
  if (enableCompileCache === undefined) return;
  const folder = compileCacheFolder({ platform: process.platform, env: process.env, uid: process.getuid?.() });
  if (folder !== undefined) enableCompileCache(folder);
}

/**
 * Returns the folder for compiled code and creates it if necessary; undefined if it cannot be created or if others can
 * write to it, because they could run code as this user. With sudo, for example, the home folder may belong to another
 * user.
 */
export function compileCacheFolder(surroundings: CacheSurroundings): string | undefined {
  try {
    const base = userCacheFolder(surroundings);
    if (base === undefined) return undefined;
    const own = join(base, 'glistio');
    for (const folder of [base, own, join(own, 'compile-cache')]) {
      makeFolder(folder);
      if (!isPrivate(folder, surroundings.uid)) return undefined;
    }
    return join(own, 'compile-cache');
  } catch {
    return undefined;
  }
}

/** XDG: a relative path is ignored. */
function userCacheFolder({ platform, env }: CacheSurroundings): string | undefined {
  const named = env['XDG_CACHE_HOME'];
  if (named !== undefined && isAbsolute(named)) return named;
  if (platform === 'win32') return env['LOCALAPPDATA'] || undefined;
  const home = env['HOME'] || homedir();
  if (!isAbsolute(home)) return undefined;
  return platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
}

/** Not recursive: a missing home folder is not created. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Symbolic links are not followed, and no other user may write. */
function isPrivate(folder: string, uid: number | undefined): boolean {
  const about = lstatSync(folder);
  return about.isDirectory() && (uid === undefined || (about.uid === uid && (about.mode & 0o022) === 0));
}
