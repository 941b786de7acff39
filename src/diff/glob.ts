/** A parsed glob, in which `*` matches any text. */
export interface Glob {
  /** The literals between the asterisks, in order; the first is a prefix and the last a suffix. */
  readonly parts: readonly string[];
}

export function parseGlob(text: string): Glob {
  return { parts: text.split('*') };
}

/**
 * Whether a glob matches a whole text. Each literal is searched for only once, after the previous one: a regular
 * expression with several `.*` would backtrack.
 */
export function matchesGlob({ parts }: Glob, text: string): boolean {
  const [first = '', ...others] = parts;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - at >= last.length && text.endsWith(last);
}
