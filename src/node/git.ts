import { execFileSync } from 'node:child_process';
import { join, posix, relative, resolve, sep } from 'node:path';
import { defined } from '../value.ts';

/** The size limit of every input. */
const mostBytes = 128 * 1024 * 1024;

/** Whether a text can be a revision and nothing else that git accepts, such as an option, a range or a path. */
function isRevision(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_./@^~+-]{0,250}$/.test(text) && !text.includes('..');
}

/** The files of a repository at a revision, by their current paths. */
export interface FilesAt {
  /** The content of a file. Fails as Node does (`ENOENT`). */
  readFile(path: string): Promise<string>;
  /**
   * What a file was called: the same path, its former one if git sees that it was renamed since (in the index, as in a
   * checkout of a commit), or undefined if it is new.
   */
  formerPath(path: string): string | undefined;
  /** The paths of the files in a folder, sorted by name, without links; undefined if there was no such folder. */
  filesIn(path: string): string[] | undefined;
}

/**
 * Reads files at a revision of the repository that contains the working directory. The repository is untrusted: git
 * runs without a shell, and checks out, converts and fetches nothing. Throws an error if there is no such revision.
 */
export function filesAt(revision: string): FilesAt {
  if (!isRevision(revision)) throw new Error(`"${revision}" is not a revision`);
  const commit = git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]).trim();
  const prefix = git(['rev-parse', '--show-prefix']).trim();
  /** The path from the top of the repository. */
  const insideOf = (path: string): string => {
    const steps = relative(process.cwd(), resolve(path)).split(sep);
    const up = steps.findIndex((step) => step !== '..');
    const above = up < 0 ? steps.length : up;
    const folders = prefix.split('/').filter((step) => step !== '');
    if (above > folders.length) throw new Error(`${path} is outside of the repository`);
    return [...folders.slice(0, folders.length - above), ...steps.slice(above)].filter((step) => step !== '').join('/');
  };
  // With a commit id and a full path the argument is unambiguous.
  const objectAt = (path: string): string => `${commit}:${insideOf(path)}`;
  const typeOf = (object: string): string => git(['cat-file', '--batch-check=%(objecttype)'], `${object}\n`).trim();
  return {
    async readFile(path) {
      const object = objectAt(path);
      if (typeOf(object) !== 'blob')
        throw Object.assign(new Error(`${path} is not in ${revision}`), { code: 'ENOENT' });
      return git(['cat-file', 'blob', object]);
    },
    formerPath(path) {
      if (typeOf(objectAt(path)) === 'blob') return path;
      const renamed = git(['diff-index', '--cached', '-M', '--diff-filter=R', '--name-status', '-z', commit]).split(
        '\0',
      );
      const inside = insideOf(path);
      // Each is a status, the old path and the new one.
      const position = renamed.findIndex((name, index) => index % 3 === 2 && name === inside);
      return position < 0 ? undefined : posix.relative(prefix, renamed[position - 1] ?? '');
    },
    filesIn(path) {
      const object = objectAt(path);
      if (typeOf(object) !== 'tree') return undefined;
      const entries = git(['ls-tree', '-z', object]).split('\0');
      return entries
        .flatMap((entry) => /^100\d+ blob \w+\t(.+)$/s.exec(entry)?.[1] ?? [])
        .map((name) => join(path, name));
    },
  };
}

/** Whether git finds a repository, and trusts it. */
export function isInRepository(): boolean {
  try {
    git(['rev-parse', '--git-dir']);
    return true;
  } catch {
    return false;
  }
}

/** Returns git's output. Hooks, pagers, credential helpers and promisor remotes are disabled. */
function git(args: readonly string[], input?: string): string {
  const safe = ['--no-pager', '--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
  const env = { ...process.env, GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: '' };
  return execFileSync('git', [...safe, ...args], {
    encoding: 'utf8',
    env,
    maxBuffer: mostBytes,
    timeout: 30_000,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'ignore'],
    ...defined({ input }),
  });
}
