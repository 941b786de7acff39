/** A document of a stream: the text between two lines that start with `---`. */
export interface Document {
  /** The full text of the document, including its separator line. */
  readonly start: number;
  readonly end: number;
  /** The text to parse: without the separator line, unless that line has content. */
  readonly text: string;
  /** The line number at which `text` starts, from 1. */
  readonly line: number;
}

/** The parts of a text that lines of this kind start; together they are the whole text. */
export function stretchesOf(text: string, separator = /^---(?=[ \t\r\n]|$)/gm): string[] {
  const starts = [0, ...Array.from(text.matchAll(separator), ({ index }) => index).filter((index) => index > 0)];
  return starts.map((start, index) => text.slice(start, starts[index + 1]));
}

/**
 * Returns the documents of a text that have content. A line that starts with `---` is a separator everywhere, even
 * inside quotes and block scalars, as in Helm and kubectl.
 */
export function documentsOf(text: string): Document[] {
  let [line, end] = [1, 0];
  return stretchesOf(text).flatMap((whole): Document[] => {
    const start = end;
    end += whole.length;
    const bare = /^---[ \t]*(?:#.*)?(?:\r?\n|$)/.exec(whole)?.[0] ?? '';
    const document = { start, end, text: whole.slice(bare.length), line: line + (bare.endsWith('\n') ? 1 : 0) };
    for (let at = whole.indexOf('\n'); at >= 0; at = whole.indexOf('\n', at + 1)) line++;
    // Blanks are YAML's: others are content, and so is a byte order mark anywhere but at the start.
    return /(?:^\ufeff|^(?!\ufeff)|[\r\n])[ \t]*[^# \t\r\n]/.test(document.text) ? [document] : [];
  });
}
