import { diffArrays } from 'diff';

/** A range in which two lists differ: `left` items from one index on are replaced by `right` items from another. */
export interface Gap {
  readonly left: number;
  readonly leftCount: number;
  readonly right: number;
  readonly rightCount: number;
}

/** Lists with more differing items count as one gap: the time grows quadratically with their number. */
const maxEditLength = 2000;

/** Where two lists differ, keeping as many items as possible unchanged. */
export function gapsOf<T>(left: readonly T[], right: readonly T[], isSame: (a: T, b: T) => boolean): Gap[] {
  const parts = diffArrays([...left], [...right], { comparator: isSame, maxEditLength });
  if (parts === undefined) return [{ left: 0, leftCount: left.length, right: 0, rightCount: right.length }];
  const gaps: Gap[] = [];
  let at = { left: 0, right: 0 };
  let open: Gap | undefined;
  for (const { added, removed, count } of parts) {
    const [leftCount, rightCount] = [added ? 0 : count, removed ? 0 : count];
    if (added || removed) {
      const gap: Gap = open ?? { ...at, leftCount: 0, rightCount: 0 };
      open = { ...gap, leftCount: gap.leftCount + leftCount, rightCount: gap.rightCount + rightCount };
    } else if (open !== undefined) {
      gaps.push(open);
      open = undefined;
    }
    at = { left: at.left + leftCount, right: at.right + rightCount };
  }
  return open === undefined ? gaps : [...gaps, open];
}
