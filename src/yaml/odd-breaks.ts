import { type Event, getScalarValue } from 'js-yaml';
import type { Words, YamlFinding } from './findings.ts';
import type { Parsed } from './parse.ts';
import { literal, plain, type ScalarEvent } from './scalar.ts';

/**
 * NEL, LS and PS: line breaks to go-yaml, ordinary characters to js-yaml. They can only be read alike within quotes, where
 * go-yaml folds them with the blanks around, and at the end of a line, which they end twice.
 */
const odd = /[\u0085\u2028\u2029]/;
/** One of them as js-yaml can read it, too: alone, and behind neither a backslash nor another break. */
const foldable = /(?<![\\\s])[ \t]*[\u0085\u2028\u2029][ \t]*(?![\s\u0085])/g;
const atLineEnd = /[ \t\u0085\u2028\u2029]*(?:[\r\n]|$)/y;

/** The first one that js-yaml reads differently. */
export function strayBreak({ text, events }: Parsed): YamlFinding | undefined {
  if (!odd.test(text)) return undefined;
  let from = 0;
  for (const event of [...scalarsOf(events), undefined]) {
    const [start, end] = event === undefined ? [text.length, text.length] : [event.valueStart, event.valueEnd];
    for (const { index } of text.slice(from, start).matchAll(/[\u0085\u2028\u2029]/g)) {
      atLineEnd.lastIndex = from + index;
      if (!atLineEnd.test(text)) return strayAt(text, from + index);
    }
    const source = text.slice(start, end);
    if (event !== undefined && odd.test(source) && !isReadable(event, source, text[end + 1] === ':'))
      return strayAt(text, start + source.search(odd));
    from = Math.max(from, end);
  }
  return undefined;
}

function scalarsOf(events: readonly Event[]): ScalarEvent[] {
  const isScalar = (event: Event): event is ScalarEvent => event.type === 4 && event.valueStart >= 0;
  return events.filter(isScalar).sort((a, b) => a.valueStart - b.valueStart);
}

function isReadable({ style }: ScalarEvent, source: string, isKey: boolean): boolean {
  if (isKey || style >= literal) return false;
  if (style === plain)
    return /^[^\r\n\u0085\u2028\u2029]*[^ \t\r\n\u0085\u2028\u2029][ \t]*[\u0085\u2028\u2029]+$/.test(source);
  return !odd.test(source.replace(foldable, ''));
}

function strayAt(text: string, start: number): YamlFinding {
  const what = 'is a line break for Helm’s YAML reader, and for almost no other reader';
  return { severity: 'error', start, end: start + 1, ...controlCharacter(text.charCodeAt(start), what) };
}

/** The message for a character that is not allowed at its place. */
export function controlCharacter(code: number, what: string): Words {
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const message = odd.test(String.fromCharCode(code)) ? `${name} ${what}.` : `The control character ${name} ${what}.`;
  return { code: 'control-character', message, hint: 'remove it, or write it as an escape in double quotes' };
}

/** The string of a scalar, whose odd breaks are folded as go-yaml does. */
export function scalarText(text: string, event: ScalarEvent): string {
  const source = event.valueStart < 0 ? '' : text.slice(event.valueStart, event.valueEnd);
  if (!odd.test(source)) return getScalarValue(text, event);
  if (event.style === plain) return source.replace(/(?<![ \t\u0085\u2028\u2029])[ \t\u0085\u2028\u2029]+$/, '');
  const escapes: Readonly<Record<string, string>> = { '\u2028': '\\L', '\u2029': '\\P', '\u0085': ' ' };
  const folded = source.replace(foldable, (run) => {
    const one = odd.exec(run)?.[0] ?? '';
    return event.style === 3 ? (escapes[one] ?? '') : one === '\u0085' ? ' ' : one;
  });
  return getScalarValue(folded, { ...event, fast: false, valueStart: 0, valueEnd: folded.length });
}
