import { lstatSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** What decides where a user's caches are, and whose they are. */
export interface CacheSurroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user of this process; undefined where the platform has no such numbers (Windows). */
  readonly uid: number | undefined;
}

/**
 * Turns on Node's own compile cache (Node 22.1 and newer) in the user's cache folder. Node checks both the source and what is
 * kept against checksums; a cache that does not must never be used. Where there is no safe folder, nothing is kept.
 */
export function useCompileCache(): void {
  // Not in Node 20, for whose types this is compiled.
  const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => unknown };
  if (enableCompileCache === undefined) return;
  const folder = compileCacheFolder({ platform: process.platform, env: process.env, uid: process.getuid?.() });
  if (folder !== undefined) enableCompileCache(folder);
}

/**
 * The folder for compiled code, made if need be; undefined if it cannot be created or others can access it: anyone who
 * can write to it can have code run as this user. With sudo, for one, the home folder may belong to another user.
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

/** XDG's rules: a relative path does not count. */
function userCacheFolder({ platform, env }: CacheSurroundings): string | undefined {
  const named = env['XDG_CACHE_HOME'];
  if (named !== undefined && isAbsolute(named)) return named;
  if (platform === 'win32') return env['LOCALAPPDATA'] || undefined;
  const home = env['HOME'] || homedir();
  if (!isAbsolute(home)) return undefined;
  return platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
}

/** Not recursive: a home folder that does not exist is not made. */
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
