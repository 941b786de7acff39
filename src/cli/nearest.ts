import { distance } from '../schema/edit-distance.ts';

/** The known word that a mistyped one was probably meant to be, if any is close enough. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestCost = Math.floor(Math.max(word.length, 3) / 3) + 1;
  for (const candidate of known) {
    const cost = distance(word, candidate);
    if (cost < bestCost) [best, bestCost] = [candidate, cost];
  }
  return best;
}
