/** Where the first document of a text ends, and whether there is another one. */
export interface FirstDocument {
  /** The offset after the document's last character. */
  readonly end: number;
  /** The offset of the line where the rest starts; undefined if there is nothing of substance. */
  readonly more: number | undefined;
  /** Whether the text starts with `...`, where Helm expects a document. */
  readonly endsUnopened: boolean;
}

const marker = /(?:^|[\n\r])(?:---|\.\.\.)(?=[ \t\r\n]|$)/g;
/** A line that may precede the first document: blank, a comment or a directive. */
const above = /(?:[ \t]*(?:#[^\r\n]*)?|%[^\r\n]*)(?:\r\n|[\n\r])/y;

/**
 * Helm 3 reads one document and never looks at the rest, not even for errors. A line that starts with `---` or `...`
 * ends a document anywhere, even inside quotes and block scalars, so finding it needs no parsing.
 */
export function findFirstDocument(text: string): FirstDocument {
  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  above.lastIndex = start;
  while (above.test(text)) start = above.lastIndex;
  marker.lastIndex = text.startsWith('---', start) ? start + 3 : Math.max(0, start - 1);
  const match = marker.exec(text);
  if (match === null) return { end: text.length, more: undefined, endsUnopened: false };
  const end = match[0].startsWith('\n') || match[0].startsWith('\r') ? match.index + 1 : match.index;
  return { end, more: hasContent(text, end) ? end : undefined, endsUnopened: end === start };
}

const line = /[^\r\n]*(?:\r\n|[\n\r]|$)/y;

/** Whether anything but blank lines, comments and bare markers follows. */
function hasContent(text: string, from: number): boolean {
  for (let offset = from; offset < text.length; offset = line.lastIndex) {
    line.lastIndex = offset;
    const found = line.exec(text)?.[0] ?? '';
    if (!/^(?:---|\.\.\.)?\s*(?:#|$)/.test(found)) return true;
  }
  return false;
}
