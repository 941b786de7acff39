import { sha256 } from '../native.ts';
import type { Problem } from '../problem.ts';

/**
 * Identifies a problem and stays the same when lines move, for services that track problems over time: its code, file
 * and path, and a counter for equal ones.
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
