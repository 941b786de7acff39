/**
 * Removes the characters of a set from the end of a text in linear time. `/[…]+$/` restarts at every such character, so
 * a long run of them in the middle of a text would take quadratic time.
 */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1] ?? '')) end--;
  return text.slice(0, end);
}
