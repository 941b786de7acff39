import type { PictureNode } from './types.ts';

/** The lines of text in a box: its title, its rows, and its problems. */
export interface BoxLine {
  readonly text: string;
  readonly kind: 'title' | 'row' | 'fault';
}

/** The maximum width of problem lines. */
const widestFault = 46;

/** The text in a box. */
export function linesOfNode({ title, rows, faults, isMissing }: PictureNode): readonly BoxLine[] {
  return [
    { text: isMissing ? `✗ ${title}: missing` : title, kind: 'title' },
    ...rows.filter((row) => row !== '').map((row): BoxLine => ({ text: row, kind: 'row' })),
    ...faults.flatMap(({ code, message }) =>
      [`✗ ${code}`, ...folded(message, widestFault - 2).map((line) => `  ${line}`)].map(
        (line): BoxLine => ({ text: line, kind: 'fault' }),
      ),
    ),
  ];
}

/** Wraps a text at a number of characters; longer words are cut. */
export function folded(message: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of message.split(/\s+/)) {
    for (let rest = word; rest !== ''; rest = rest.slice(most)) {
      const part = rest.slice(0, most);
      const last = lines.at(-1);
      if (last !== undefined && last.length + 1 + part.length <= most) lines[lines.length - 1] = `${last} ${part}`;
      else lines.push(part);
    }
  }
  return lines;
}
