import { sha256 } from '../native.ts';
import type { Problem } from '../problem.ts';

/**
 * What tells a problem from all others and stays when lines move, for services that follow problems through changes: its
 * code, file and path, and which of several such it is.
 */
export function fingerprintsOf(problems: readonly Problem[]): string[] {
  const seen = new Map<string, number>();
  return problems.map(({ code, file = '', path = '' }) => {
    const hash = sha256(JSON.stringify([code, file, path])).slice(0, 16);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return `${hash}:${count}`;
  });
}
