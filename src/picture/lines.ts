import type { PictureNode } from './types.ts';

/** What is written in a box, a line each: its title, its rows, and what is wrong. */
export interface BoxLine {
  readonly text: string;
  readonly kind: 'title' | 'row' | 'fault';
}

/** So wide are the lines that say what is wrong. */
const widestFault = 46;

/** What is written in a box. */
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

/** A text in lines of at most so many characters; a longer word is cut. */
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
