/** A document of a text: what stands between two lines that start with `---`. */
export interface Document {
  /** Its stretch of the text, the line that starts it included. */
  readonly start: number;
  readonly end: number;
  /** What is to be read; without the starting line, unless that line has content. */
  readonly text: string;
  /** The line on which `text` starts, from 1. */
  readonly line: number;
}

/**
 * The documents of a text that have any content. A line that starts with `---` separates them wherever it stands, also
 * inside quotes and block strings, as Helm and kubectl have it.
 */
export function documentsOf(text: string): Document[] {
  const starts = [0];
  for (const { index } of text.matchAll(/^---(?=[ \t\r\n]|$)/gm)) if (index > 0) starts.push(index);
  let line = 1;
  return starts.flatMap((start, index): Document[] => {
    const end = starts[index + 1] ?? text.length;
    const whole = text.slice(start, end);
    const bare = /^---[ \t]*(?:#.*)?(?:\r?\n|$)/.exec(whole)?.[0] ?? '';
    const document = { start, end, text: whole.slice(bare.length), line: line + (bare.endsWith('\n') ? 1 : 0) };
    for (let at = whole.indexOf('\n'); at >= 0; at = whole.indexOf('\n', at + 1)) line++;
    // Blanks are those of YAML: others are content, and so is a byte order mark anywhere but at the start.
    return /(?:^\ufeff|^(?!\ufeff)|[\r\n])[ \t]*[^# \t\r\n]/.test(document.text) ? [document] : [];
  });
}
