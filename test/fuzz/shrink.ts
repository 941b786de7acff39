/**
 * Returns a smaller sequence of choices that still fails: removes ranges, then reduces numbers, until nothing helps or
 * `isOver`. `fails` tries a sequence.
 */
export async function shrink(
  choices: readonly number[],
  fails: (choices: readonly number[]) => Promise<boolean>,
  isOver: () => boolean,
): Promise<readonly number[]> {
  let best = withoutEnd(choices);
  for (let before = ''; before !== String(best) && !isOver(); ) {
    before = String(best);
    for (let size = best.length; size > 0 && !isOver(); size >>= 1) {
      for (let start = best.length - size; start >= 0 && !isOver(); start -= size) {
        best = await tried([...best.slice(0, start), ...best.slice(start + size)], best, fails);
      }
    }
    for (let index = 0; index < best.length && !isOver(); index++) {
      for (
        let less = 0;
        less < (best[index] ?? 0) && !isOver();
        less = best[index] === less ? less : nextUp(less, best[index] ?? 0)
      ) {
        best = await tried(best.with(index, less), best, fails);
      }
    }
  }
  return best;
}

/** Binary search toward the smallest number that fails. */
function nextUp(less: number, known: number): number {
  return less + Math.max(1, (known - less) >> 1);
}

async function tried(
  row: readonly number[],
  best: readonly number[],
  fails: (choices: readonly number[]) => Promise<boolean>,
): Promise<readonly number[]> {
  const candidate = withoutEnd(row);
  return (await fails(candidate)) ? candidate : best;
}

/** Past the end of a sequence, choices are 0 anyway. */
function withoutEnd(choices: readonly number[]): readonly number[] {
  const last = choices.findLastIndex((choice) => choice !== 0);
  return choices.slice(0, last + 1);
}
