/** Writes a set of releases as a range: the inverse of compileRange(). */

/**
 * The shortest range that picks `wanted` out of `within` (positions in the list of releases `names`, ascending; at least one wanted).
 * What it says of releases outside of `within` does not matter. Undefined when all are wanted.
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

/** The bound between two positions that says most: where a new line begins, if one does, else the first release past the end. */
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
