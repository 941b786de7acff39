import { execFileSync } from 'node:child_process';
import { relative, resolve, sep } from 'node:path';

/** As large as any input may be. */
const mostBytes = 128 * 1024 * 1024;

/** Whether a text can be a revision, and nothing else that git understands: no option, no range, no path. */
function isRevision(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_./@^~+-]{0,250}$/.test(text) && !text.includes('..');
}

/**
 * Reads files as they are at a revision of the repository of the working directory, by the paths that they have now. The repository
 * may be a stranger's: git is started without a shell, nothing is checked out or converted, and nothing is fetched. The returned
 * function fails as Node does (`ENOENT`); this one fails with a message where there is no such revision.
 */
export function filesAt(revision: string): (path: string) => Promise<string> {
  if (!isRevision(revision)) throw new Error(`"${revision}" is not a revision`);
  const commit = git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]).trim();
  const prefix = git(['rev-parse', '--show-prefix']).trim();
  return async (path) => {
    const steps = relative(process.cwd(), resolve(path)).split(sep);
    const up = steps.findIndex((step) => step !== '..');
    const above = up < 0 ? steps.length : up;
    const folders = prefix.split('/').filter((step) => step !== '');
    if (above > folders.length) throw new Error(`${path} is outside of the repository`);
    const inside = [...folders.slice(0, folders.length - above), ...steps.slice(above)].join('/');
    // With a commit and a whole path it can mean nothing else.
    const type = git(['cat-file', '--batch-check=%(objecttype)'], `${commit}:${inside}\n`).trim();
    if (type !== 'blob') throw Object.assign(new Error(`${path} is not in ${revision}`), { code: 'ENOENT' });
    return git(['cat-file', 'blob', `${commit}:${inside}`]);
  };
}

/** What git prints. No hook, pager, credential helper or promised remote is asked. */
function git(args: readonly string[], input?: string): string {
  const safe = ['--no-pager', '--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];
  const env = { ...process.env, GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: '' };
  return execFileSync('git', [...safe, ...args], {
    encoding: 'utf8',
    env,
    maxBuffer: mostBytes,
    timeout: 30_000,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'ignore'],
    ...(input === undefined ? {} : { input }),
  });
}
