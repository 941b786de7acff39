/** A text in which `*` stands for any text, taken apart once. */
export interface Glob {
  /** What must stand between the asterisks, in this order; the first at the start and the last at the end. */
  readonly parts: readonly string[];
}

export function parseGlob(text: string): Glob {
  return { parts: text.split('*') };
}

/**
 * Whether a glob means a whole text. Each part is looked for behind the one before it and never again: a regular expression with
 * several `.*` would go back to each of them.
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
