/** Numbers and lists as messages write them. */

/** `1 cluster`, `10,000 clusters`. */
export function counted(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
}

/** A number as people read it. */
export function grouped(number: number): string {
  return number.toLocaleString('en-US');
}
