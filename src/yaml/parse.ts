import { type Event, parseEvents, YAMLException } from 'js-yaml';

/** The events of a text, and the text that their offsets refer to. */
export interface Parsed {
  readonly events: readonly Event[];
  readonly text: string;
  /** The number of spaces that were added to a line, by its number from 0. */
  readonly padding: ReadonlyMap<number, number> | undefined;
}

/** The most text that may be parsed again in total. */
const maxWork = 20_000_000;

/**
 * Parses a document. js-yaml requires the lines of quoted strings and of brackets to be indented deeper than their key,
 * as YAML 1.2 says; libyaml, and with it Helm, does not care, and a closing bracket below its key is common:
 *
 *     args: [
 *       a
 *     ]
 *
 * Spaces at the start of such a line mean nothing, so if js-yaml fails at one, it gets the line with more of them.
 * Throws js-yaml's own exception for everything else.
 */
export function parse(text: string, maxDepth: number): Parsed {
  let current = text;
  let padding: Map<number, number> | undefined;
  for (let work = 0; ; work += current.length + 1000) {
    try {
      return { events: parseEvents(current, { maxDepth }), text: current, padding };
    } catch (error) {
      if (!(error instanceof YAMLException) || error.mark === undefined || work > maxWork) throw error;
      if (!/deficient indentation/.test(error.reason)) throw error;
      const { line, position, column } = error.mark;
      const start = position - column;
      const before = current.slice(start, position);
      if (before.trim() === '' && padding?.has(line) !== true) {
        padding ??= new Map();
        const blanks = deepest(current) + 1;
        padding.set(line, blanks);
        current = current.slice(0, start) + ' '.repeat(blanks) + before.replaceAll('\t', ' ') + current.slice(position);
      } else {
        // A tab beside a bracket, comma or colon on a key's own line is whitespace like any other.
        const untabbed = /["'#]/.test(before) ? before : untabbedBesideSigns(before);
        if (untabbed === before) throw error;
        current = current.slice(0, start) + untabbed + current.slice(position);
      }
    }
  }
}

/** The text with spaces for the tabs beside an indicator or at the end of a line. */
function untabbedBesideSigns(text: string): string {
  return text.replace(/[ \t]+/g, (gap, start: number) => {
    const [before, behind] = [text[start - 1], text[start + gap.length]];
    const isBeside = behind === undefined || ':,[]{}'.includes(behind) || '-:,[]{}'.includes(before ?? ' ');
    return isBeside ? gap.replaceAll('\t', ' ') : gap;
  });
}

function deepest(text: string): number {
  let most = 0;
  for (const [blanks] of text.matchAll(/^ +/gm)) most = Math.max(most, blanks.length);
  return Math.min(most, 10_000);
}
