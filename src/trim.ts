/**
 * A text without the characters of a set at its end, in one pass: `/[…]+$/` looks anew from every such character on, so that a
 * long run of them in the middle of a text takes time with the square of its length.
 */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1] ?? '')) end--;
  return text.slice(0, end);
}
