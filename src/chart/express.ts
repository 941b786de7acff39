/** Formats a set of releases as a range: the inverse of compileRange(). */

/**
 * Returns the shortest range that selects `wanted` out of `within` (sorted indexes into the list of releases `names`,
 * with at least one wanted). What it selects outside of `within` does not matter. Undefined if all are wanted.
 */
export function expressRange(
  wanted: ReadonlySet<number>,
  within: readonly number[],
  names: readonly string[],
): string | undefined {
  const alternatives: string[] = [];
  for (let i = 0; i < within.length; ) {
    let end = i;
    while (end < within.length && wanted.has(within[end] ?? 0)) end++;
    if (end === i) {
      i++;
      continue;
    }
    const comparators = [];
    if (i > 0) comparators.push(`>=${names[within[i] ?? 0]}`);
    if (end < within.length) comparators.push(`<${firstBound((within[end - 1] ?? 0) + 1, within[end] ?? 0, names)}`);
    alternatives.push(comparators.join(' '));
    i = end;
  }
  return alternatives.join(' || ') || undefined;
}

/**
 * The most readable bound between two indexes: the start of a new line, if one starts there, otherwise the first
 * release past the end.
 */
function firstBound(from: number, to: number, names: readonly string[]): string {
  for (let index = from; index <= to; index++) {
    const line = lineOf(names[index] ?? '');
    if (line !== lineOf(names[index - 1] ?? line)) return `${line}.0-0`;
  }
  return names[to] ?? '';
}

function lineOf(release: string): string {
  return release.split('.', 2).join('.');
}
