import {
  badEscape,
  colonOnNextLine,
  losesDigits,
  noBlankAfterColon,
  notFinite,
  octalNumber,
  plainInBrackets,
} from './findings.ts';
import { add, noteFinding, type Reading } from './reading.ts';
import { plain, type ScalarEvent } from './scalar.ts';

/** Numbers that Helm refuses, and those that are not what they look like. */
export function checkNumber(reading: Reading, event: ScalarEvent, source: string, value: number): void {
  if (!Number.isFinite(value)) noteFinding(reading, 'error', event, notFinite(source));
  else if (source.length > 15 && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    const exact = losesDigits(source, value);
    if (exact !== undefined) noteFinding(reading, 'warning', event, exact);
  } else if (source.length > 1 && (source[0] === '0' || source[1] === '0')) {
    const key = reading.path[reading.depth - 1];
    // File modes are octal on purpose.
    if (
      /^[-+]?0[0-9_]+$/.test(source) &&
      !(typeof key === 'string' && /mode$/i.test(key)) &&
      String(value) !== source
    ) {
      noteFinding(reading, 'warning', event, octalNumber(source, value));
    }
  }
}

/**
 * Escapes in double quotes that js-yaml accepts and libyaml does not: `\/`, lone surrogates, numbers beyond Unicode.
 */
export function checkEscapes(reading: Reading, event: ScalarEvent): void {
  const source = reading.text.slice(event.valueStart, event.valueEnd);
  for (const match of source.matchAll(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[\s\S])/g)) {
    const code = Number.parseInt(match[1] ?? match[2] ?? '0', 16);
    if (match[0] !== '\\/' && !(code >= 0xd800 && code <= 0xdfff) && code <= 0x10ffff) continue;
    const start = event.valueStart + match.index;
    add(reading, { severity: 'error', start, end: start + match[0].length, ...badEscape(match[0]) });
  }
}

/**
 * In brackets, libyaml ends a plain scalar at `?`, reads a colon as part of it unless a space follows, and requires a
 * key and its colon on one line; js-yaml follows YAML 1.2 in all three.
 */
export function checkBracketed(reading: Reading, event: ScalarEvent, source: string): void {
  if (source.includes('?') || source.startsWith(':')) noteFinding(reading, 'error', event, plainInBrackets(source));
}

/** After a key: its colon, on a line below. */
const colonBelow = /['"]?[ \t]*(?:#[^\n]*)?\r?\n(?:\s|#[^\n]*\n)*:/y;
/** After a key: its colon, on the same line. */
const colonBehind = /['"]?[ \t]*:/y;

/** The same for keys. */
export function checkBracketedKey(reading: Reading, event: ScalarEvent): void {
  const { text } = reading;
  if (event.valueStart < 0) return;
  if (event.style === plain) {
    checkBracketed(reading, event, text.slice(event.valueStart, event.valueEnd));
    if (text[event.valueEnd] === ':' && /\S/.test(text[event.valueEnd + 1] ?? ' ')) {
      noteFinding(reading, 'error', event, noBlankAfterColon());
    }
  }
  if (!event.fast && /[\r\n]/.test(text.slice(event.valueStart, event.valueEnd))) {
    colonBehind.lastIndex = event.valueEnd;
    if (colonBehind.test(text)) noteFinding(reading, 'error', event, colonOnNextLine());
  }
  colonBelow.lastIndex = event.valueEnd;
  if (colonBelow.test(text)) noteFinding(reading, 'error', event, colonOnNextLine());
}
