/** One stretch in which two lists differ: `left` items from one place on are `right` items from another. */
export interface Gap {
  readonly left: number;
  readonly leftCount: number;
  readonly right: number;
  readonly rightCount: number;
}

/** Above this many comparisons, the middle of two lists is taken as one gap. */
const limit = 4_000_000;

/** Where two lists differ, if as many items as possible stay where they are. */
export function gapsOf<T>(left: readonly T[], right: readonly T[], isSame: (a: T, b: T) => boolean): Gap[] {
  let start = 0;
  while (start < left.length && start < right.length && isSame(left[start] as T, right[start] as T)) start++;
  let end = 0;
  while (
    end < left.length - start &&
    end < right.length - start &&
    isSame(left[left.length - 1 - end] as T, right[right.length - 1 - end] as T)
  )
    end++;
  const rows = left.length - start - end;
  const columns = right.length - start - end;
  if (rows === 0 && columns === 0) return [];
  if (rows * columns > limit) return [{ left: start, leftCount: rows, right: start, rightCount: columns }];
  const width = columns + 1;
  const lengths = new Uint32Array((rows + 1) * width);
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const same = isSame(left[start + row] as T, right[start + column] as T);
      lengths[row * width + column] = same
        ? (lengths[(row + 1) * width + column + 1] ?? 0) + 1
        : Math.max(lengths[(row + 1) * width + column] ?? 0, lengths[row * width + column + 1] ?? 0);
    }
  }
  const gaps: Gap[] = [];
  let row = 0;
  let column = 0;
  let open: { left: number; right: number } | undefined;
  const close = (): void => {
    if (open !== undefined)
      gaps.push({ ...open, leftCount: start + row - open.left, rightCount: start + column - open.right });
    open = undefined;
  };
  while (row < rows || column < columns) {
    if (row < rows && column < columns && isSame(left[start + row] as T, right[start + column] as T)) {
      close();
      row++;
      column++;
      continue;
    }
    open ??= { left: start + row, right: start + column };
    const down = row < rows ? (lengths[(row + 1) * width + column] ?? 0) : -1;
    const across = column < columns ? (lengths[row * width + column + 1] ?? 0) : -1;
    if (down >= across) row++;
    else column++;
  }
  close();
  return gaps;
}
