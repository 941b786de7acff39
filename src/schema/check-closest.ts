/** Finds the word that was probably intended. */

import type { Value } from '../value.ts';
import { distance } from './edit-distance.ts';

/**
 * The known word that is closest to a mistyped one, and the number of edits between them; undefined if none is close.
 * Case hardly counts, since it is the most common mistake: `istioSds` is 0 edits from `istioSDS`.
 */
export function closest(
  word: string,
  known: Iterable<string>,
): { readonly word: string; readonly edits: number } | undefined {
  const typed = word.toLowerCase();
  const limit = typed.length < 5 ? 1 : Math.floor(typed.length / 4) + 1;
  let best: { word: string; edits: number; same: number } | undefined;
  for (const candidate of known) {
    const lower = candidate.toLowerCase();
    if (Math.abs(lower.length - typed.length) > limit) continue;
    const edits = distance(typed, lower);
    if (edits > limit || edits >= Math.max(typed.length, lower.length)) continue;
    // Swapped letters are a stronger sign than added or missing ones.
    const same = sharedEnds(word, candidate) + (sorted(typed) === sorted(lower) ? word.length : 0);
    if (best === undefined || edits < best.edits || (edits === best.edits && same > best.same))
      best = { word: candidate, edits, same };
  }
  return best;
}

function sorted(word: string): string {
  return [...word].sort().join('');
}

/**
 * Letters in the same position from the start or from the end: among equally distant words, the one with more of them
 * wins.
 */
function sharedEnds(a: string, b: string): number {
  let front = 0;
  while (front < a.length && a[front] === b[front]) front++;
  let back = 0;
  while (back < a.length - front && back < b.length - front && a.at(-1 - back) === b.at(-1 - back)) back++;
  return front + back;
}

/** The hint that names the known word closest to a value; undefined if the value is not a string, or none is close. */
export function closestHint(value: Value, known: Iterable<string>): string | undefined {
  const meant = typeof value === 'string' ? closest(value, known)?.word : undefined;
  return meant === undefined ? undefined : `Did you mean ${meant}?`;
}
