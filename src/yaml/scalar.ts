import { type DocumentDirective, type Event, getScalarValue } from 'js-yaml';
import type { Value } from '../value.ts';
import { blockText, foldedSource, hasOddBreaks } from './odd-breaks.ts';
import { formatFloatKey, integerOf, resolveKey, resolvePlain } from './resolve.ts';

export type ScalarEvent = Extract<Event, { type: 4 }>;

/** `SCALAR_STYLE.PLAIN` of js-yaml. */
export const plain = 1;
const singleQuoted = 2;
const doubleQuoted = 3;
/** `SCALAR_STYLE.LITERAL_BLOCK` of js-yaml; the folded one is the next number. */
export const literal = 4;

/** A backslash at the end of a line, and a blank line below it: js-yaml drops that line, go-yaml keeps its break. */
const escapedBreak = /\\(?:\r\n|[\r\n])[ \t]*[\r\n]/;

/** The string of a scalar. */
export function scalarText(text: string, event: ScalarEvent): string {
  const source = event.valueStart < 0 ? '' : text.slice(event.valueStart, event.valueEnd);
  const isUsual = event.fast || event.style !== doubleQuoted || !escapedBreak.test(source);
  if (isUsual && !hasOddBreaks(source)) return getScalarValue(text, event);
  if (event.style >= literal) return blockText(source, event);
  const folded = foldedSource(source, event);
  if (event.style === plain) return folded;
  if (event.style === singleQuoted) return folded.replaceAll("''", "'");
  return getScalarValue(folded, { ...event, fast: false, valueStart: 0, valueEnd: folded.length });
}

/** The key that a scalar becomes; undefined for what Helm refuses as a key, and for a tag that does not fit. */
export function keyOfScalar(
  text: string,
  event: ScalarEvent,
  directives?: readonly DocumentDirective[],
): string | undefined {
  const source = scalarText(text, event);
  if (event.tagStart >= 0) {
    const value = resolveTagged(tagOf(text, event, directives), source);
    if (typeof value === 'number') return integerOf(source) === undefined ? formatFloatKey(value) : resolveKey(source);
    return value === null || value === undefined ? undefined : String(value);
  }
  return event.style === plain ? resolveKey(source) : source;
}

/** A scalar's tag in full; `!` stands for itself. */
export function tagOf(text: string, event: ScalarEvent, directives: readonly DocumentDirective[] = []): string {
  const raw = text.slice(event.tagStart, event.tagEnd);
  if (raw === '!') return raw;
  if (raw.startsWith('!<')) return raw.slice(2, -1);
  const handle = /^!(?:[^!]*!)?/.exec(raw)?.[0] ?? '!';
  const own = directives.find((directive) => directive.kind === 'tag' && directive.handle === handle);
  const prefix = own?.kind === 'tag' ? own.prefix : handle === '!!' ? standard : handle;
  return prefix + raw.slice(handle.length);
}

const standard = 'tag:yaml.org,2002:';

/**
 * A scalar with an explicit tag, as go-yaml v2.4's `resolve` treats it: the standard tags must fit the type that the
 * text would have, and any other tag makes it a string. Undefined if the tag does not fit.
 */
export function resolveTagged(tag: string, source: string): Value | undefined {
  switch (tag) {
    case `${standard}str`:
      return source;
    case `${standard}null`:
      return resolvePlain(source) === null ? null : undefined;
    case `${standard}bool`: {
      const value = resolvePlain(source);
      return typeof value === 'boolean' ? value : undefined;
    }
    case `${standard}int`: {
      const integer = integerOf(source);
      // A leading underscore makes it a string before digits are considered.
      return integer === undefined || !/^[-+0-9]/.test(source) ? undefined : Number(integer);
    }
    case `${standard}float`: {
      const value = resolvePlain(source);
      return typeof value === 'number' && !isUnsignedOnly(source) ? value : undefined;
    }
    case `${standard}timestamp`:
      return isTimestamp(source) ? source : undefined;
    case `${standard}binary`:
      return decodeBase64(source);
    default:
      return source;
  }
}

/** go-yaml converts only its signed integers to a `!!float`. */
function isUnsignedOnly(source: string): boolean {
  return (integerOf(source) ?? 0n) >= 2n ** 63n;
}

const timestamp =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d)))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?))?$/;

function isTimestamp(source: string): boolean {
  const match = timestamp.exec(source);
  if (match === null) return false;
  const part = (index: number): number => Number(match[index] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  const [hour, minute, second] = match[4] === undefined ? [part(9), part(10), part(11)] : [part(4), part(5), part(6)];
  if (month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate())
    return false;
  return hour < 24 && minute < 60 && second < 60 && part(7) <= 24 && part(8) < 60;
}

function decodeBase64(source: string): string | undefined {
  const compact = source.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) return undefined;
  // JSON, through which Helm passes everything, replaces invalid UTF-8.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    Uint8Array.from(atob(compact), (character) => character.charCodeAt(0)),
  );
}
