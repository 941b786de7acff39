/** Numbers and lists as messages write them. */

/** `1 cluster`, `10,000 clusters`. */
export function counted(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
}

/** A string of the user's in a message: its beginning, if it is long. */
export function shorten(text: string, most = 60): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** A number as people read it. */
export function grouped(number: number): string {
  return number.toLocaleString('en-US');
}
