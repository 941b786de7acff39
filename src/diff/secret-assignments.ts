import { isBareKey, isHarmlessValue, isSecretName, isWebhookName } from './secret-names.ts';
import { matchAt, type Span, word } from './span.ts';

export interface TextOptions {
  /** Phrases of glistio's messages: in "the token: it is …" the colon is not followed by a value. */
  readonly isProse?: boolean;
}

/** Finds `NAME=value`, `name: value`, `"name": "value"` and `--name value`, if the name is that of a secret. */
export function assignments(text: string, { isProse = false }: TextOptions): Span[] {
  const spans: Span[] = [];
  let done = 0;
  for (const { 0: name, index } of text.matchAll(/[A-Za-z_][\w.[\]/-]*/g)) {
    if (index < done) continue;
    if (!isSecretName(name) && !isBareKey(name) && !isWebhookName(name)) continue;
    const place = placeOf(text, index, name.length);
    if (place === undefined || (isBareKey(name) && !place.isQuotedName && !place.isSwitch)) continue;
    if (isProse && place.isColon && !place.isQuotedName) continue;
    const span = valueAt(text, place, index);
    const value = text.slice(span.start, span.end);
    if (isHarmlessValue(value)) continue;
    if (isWebhookName(name) && !isSecretName(name)) {
      const host = /^https?:\/\/[^/\s]+\//i.exec(value)?.[0].length;
      if (host !== undefined) spans.push({ start: span.start + host, end: span.end });
      continue;
    }
    spans.push(span);
    done = span.end;
  }
  return spans;
}

interface Place {
  /** Where the value starts. */
  readonly start: number;
  readonly isColon: boolean;
  readonly isQuotedName: boolean;
  readonly isSwitch: boolean;
  /** Whether the name is the first word of its line. */
  readonly isFirst: boolean;
  /** The quote that encloses both name and value. */
  readonly within?: string;
}

const separator = /\\{0,3}["']?[ \t]{0,16}(?::=|=>|->|[+?]?={1,2}|[:：](?![:/]))[ \t]{0,16}/y;
/** `add("x-api-key", "…")` */
const nextArgument = /["'][ \t]{0,16},[ \t]{0,16}(?=["'])/y;
const gap = /["']?[ \t]{1,16}/y;

/** Where a name's value starts, if it has one. */
function placeOf(text: string, index: number, length: number): Place | undefined {
  const before = text.slice(Math.max(0, index - 64), index);
  const isQuotedName = /["']$/.test(before);
  const isSwitch = /(?:^|[\s"'=(])--?$/.test(before);
  const lineStart = before.slice(before.lastIndexOf('\n') + 1);
  const isFirst =
    (index <= 64 || lineStart.length < before.length) && /^[ \t]*(?:- +)*(?:export )?\\*["']?-{0,2}$/.test(lineStart);
  const end = index + length;
  const found = matchAt(separator, text, end) || (/\([ \t]*["']$/.test(before) ? matchAt(nextArgument, text, end) : '');
  if (found !== '') {
    const isColon = /[:：]/.test(found) && !found.includes('=');
    // A colon inside a sentence or a path assigns nothing.
    if (isColon && !isFirst && !isQuotedName && !/(?:[{,[(;\s]|(?:^|\s)\/)$/.test(before)) return undefined;
    const quote = /["']$/.exec(before)?.[0];
    const within = quote === undefined || /["']/.test(found) ? {} : { within: quote };
    return { start: index + length + found.length, isColon, isQuotedName, isSwitch, isFirst, ...within };
  }
  if (!isSwitch) return undefined;
  gap.lastIndex = index + length;
  const space = gap.exec(text)?.[0];
  if (space === undefined || text.startsWith('-', index + length + space.length)) return undefined;
  return { start: index + length + space.length, isColon: false, isQuotedName: false, isSwitch, isFirst: false };
}

const doubleQuoted = /"(?:[^"\\]|\\[\s\S])*(?:"|$)/y;
const singleQuoted = /'(?:[^']|'')*(?:'|$)/y;
const blockHead = /[|>][-+\d]{0,3}[ \t]*(?:#[^\n]*)?(?=\n|$)/y;
const space = /\s*/y;
const restOfLine = /[^\n]*/y;
/** What may precede the quote of a string in Python. */
const stringPrefix = /[rbfu]{1,2}(?=["'])/iy;
const escapedQuote = /\\{1,7}["']/y;
const flowValue = /[^,}\]\n]*/y;

/** The extent of the value that starts here. */
function valueAt(
  text: string,
  { start, isColon, isFirst, within }: Omit<Place, 'isQuotedName' | 'isSwitch'>,
  nameAt: number,
): Span {
  const escaped = matchAt(escapedQuote, text, start);
  if (escaped !== '') {
    const close = text.indexOf(escaped, start + escaped.length);
    return { start: start + escaped.length, end: close < 0 ? text.length : close };
  }
  const fence = /^[rbfu]{0,2}("""|'''|`)/i.exec(text.slice(start, start + 5));
  if (fence !== null) {
    const from = start + fence[0].length;
    const close = text.indexOf(fence[1] ?? '', from);
    return { start: from, end: close < 0 ? text.length : close };
  }
  const quote = start + matchAt(stringPrefix, text, start).length;
  const first = text.charAt(quote);
  if (first === '"' || first === "'") {
    const whole = matchAt(first === '"' ? doubleQuoted : singleQuoted, text, quote);
    const isClosed = whole.length > 1 && whole.endsWith(first);
    return { start: quote + 1, end: quote + whole.length - (isClosed ? 1 : 0) };
  }
  if (within !== undefined) {
    const close = text.indexOf(within, start);
    if (close >= 0) return { start, end: close };
  }
  // Entries of a map are judged by their own names.
  if (first === '{') return { start, end: start };
  if (first === '[') {
    const close = text.indexOf(']', start);
    return /^\[\s{0,64}[[{]/.test(text.slice(start, start + 70))
      ? { start, end: start }
      : { start, end: close < 0 ? text.length : close + 1 };
  }
  if (isColon && isFirst) {
    const head = matchAt(blockHead, text, start);
    if (head === '' && startsCollection(text, start)) return { start, end: start };
    const from = head === '' ? start : start + head.length;
    // The line break and the indentation before a block are kept.
    const lead = head === '' ? 0 : matchAt(space, text, from).length;
    const end = from + (head === '' ? matchAt(restOfLine, text, start).length : 0);
    return { start: from + lead, end: deeperEnd(text, end, nameAt) };
  }
  if (isFirst) return { start, end: start + matchAt(restOfLine, text, start).length };
  return { start, end: start + matchAt(isColon ? flowValue : word, text, start).length };
}

const collection = /[ \t]*(?:#[^\n]*)?\n\s*(?:-\s|["']?[\w./-]+["']?[ \t]*:(?:\s|$))/y;

/** Whether a map or a list follows on the next line: its entries are judged by their own names. */
function startsCollection(text: string, start: number): boolean {
  return matchAt(collection, text, start) !== '';
}

/** The end of the following lines that are indented further than the name's line: they belong to its value. */
function deeperEnd(text: string, from: number, nameAt: number): number {
  const indent = nameAt - (text.lastIndexOf('\n', nameAt - 1) + 1);
  let end = from;
  for (let start = text.indexOf('\n', from) + 1; start > 0; ) {
    const next = text.indexOf('\n', start);
    const line = text.slice(start, next < 0 ? text.length : next);
    const depth = line.search(/\S/);
    if (depth >= 0 && depth <= indent) break;
    if (depth >= 0) end = start + line.length;
    start = next + 1;
  }
  return end;
}

/**
 * Finds `name: DB_PASS, value: x` and `{"key": "Authorization", "value": "x"}`, where the name is a sibling of the
 * value.
 */
export function namedValues(text: string): Span[] {
  const spans: Span[] = [];
  for (const { 0: word, index } of text.matchAll(/(?<![\w-])(?:name|key)(?![\w-])/gi)) {
    pairName.lastIndex = index + word.length;
    const [head = '', name = ''] = pairName.exec(text) ?? [];
    if (!isSecretName(name)) continue;
    pairValue.lastIndex = index + word.length + head.length;
    const [label = '', key = ''] = pairValue.exec(text) ?? [];
    if (!valueLabels.has((key.split('.').at(-1) ?? '').toLowerCase())) continue;
    const at = index + word.length + head.length;
    const line = text.lastIndexOf('\n', at + label.length - 1);
    const isFirst = line >= at - 1;
    const nameAt = isFirst ? line + 1 + text.slice(line + 1, at + label.length).search(/\S/) : index;
    const span = valueAt(text, { start: at + label.length, isColon: true, isFirst }, nameAt);
    if (!isHarmlessValue(text.slice(span.start, span.end))) spans.push(span);
  }
  return spans;
}

const pairName = /\\*["']?[ \t]*[:=][ \t]*\\*["']?([\w.-]+)(?:\\*["']?[ \t]*[,\n;]|["'][ \t])/y;
const pairValue = /\s*\\*["']?([\w.[\]]+)\\*["']?[ \t]*[:=][ \t]*/y;
const valueLabels: ReadonlySet<string> = new Set([
  'value',
  'raw_value',
  'rawvalue',
  'exact',
  'exact_match',
  'inline_string',
  'default',
]);
