/** Numbers and lists in messages. */

/** `1 cluster`, `10,000 clusters`. */
export function counted(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
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
