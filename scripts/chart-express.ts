/** Writes sets of releases as ranges: the inverse of compiling them. Development only. */
import type { ReleaseList } from './chart-sources.ts';

/**
 * The shortest range that picks `wanted` out of `within` (both positions in the list, ascending; `wanted` not empty): what it says of
 * releases outside of `within` does not matter. Undefined when they are all wanted.
 */
export function expressRange(wanted: ReadonlySet<number>, within: readonly number[], { names, versions }: ReleaseList): string | undefined {
  const alternatives: string[] = [];
  for (let i = 0; i < within.length; ) {
    const from = within[i] ?? 0;
    let end = i;
    while (end < within.length && wanted.has(within[end] ?? 0)) end++;
    if (end === i) {
      i++;
      continue;
    }
    const comparators = [];
    if (i > 0) comparators.push(`>=${names[from]}`);
    if (end < within.length) comparators.push(`<${firstBound((within[end - 1] ?? 0) + 1, within[end] ?? 0)}`);
    alternatives.push(comparators.join(' '));
    i = end;
  }
  return alternatives.join(' || ') || undefined;

  /** The bound between two positions that says most: where a new line begins, if one does, else the first release past the end. */
  function firstBound(from: number, to: number): string {
    for (let index = from; index <= to; index++) {
      const version = versions[index];
      const before = versions[index - 1];
      if (version && before && version.minor !== before.minor) return `${version.major}.${version.minor}.0-0`;
    }
    return names[to] ?? '';
  }
}
