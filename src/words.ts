/** Numbers and lists in messages. */

/** `1 cluster`, `10,000 clusters`. */
export function counted(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
}

/** `a, b or c`. */
export function listed(words: readonly string[], last: 'or' | 'and' = 'or'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** The first of some words: `a, b, c and 7 more`; `count` if there are more than were kept. */
export function firstWords(words: readonly string[], shown: number, count = words.length): string {
  const more = count > shown ? ` and ${grouped(count - shown)} more` : '';
  return words.slice(0, shown).join(', ') + more;
}

/** A user's string for a message, truncated if it is long. */
export function shorten(text: string, most = 60): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** A value as JSON for a message, truncated if it is long. */
export function briefJson(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(shorten(value)) : shorten(String(JSON.stringify(value)));
}

/**
 * An integer with thousands separators. `toLocaleString` would load all of Node's locale data, a tenth of a short
 * command's time.
 */
export function grouped(number: number): string {
  const digits = String(number);
  const parts: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) parts.unshift(digits.slice(Math.max(0, end - 3), end));
  return parts.join(',');
}
