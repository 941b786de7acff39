import { lookupTable } from '../value.ts';

/**
 * NEL, LS and PS: line breaks to go-yaml, ordinary characters to js-yaml. js-yaml gets a line feed for each, at the same
 * offset; the text of a scalar with them is computed here, as go-yaml's scanner does it.
 */
const odd = /[\u0085\u2028\u2029]/;
const breaks = /\r\n|[\n\r\u0085\u2028\u2029]/g;

/** Whether a text has a line break that js-yaml does not know. */
export function hasOddBreaks(text: string): boolean {
  return odd.test(text);
}

/** The text with a line feed for each of them; also for a carriage return that would become a part of one. */
export function withPlainBreaks(text: string): string {
  return text.replace(/\r(?=[\u0085\u2028\u2029])|[\u0085\u2028\u2029]/g, '\n');
}

/** A text with the line breaks of the one that it was made from, in the same order. */
export function withBreaksOf(original: string, text: string): string {
  const own = original.match(/[\n\r\u0085\u2028\u2029]/g) ?? [];
  let index = 0;
  return text.replace(/[\n\r]/g, (one) => own[index++] ?? one);
}

/** What js-yaml knows about a scalar. */
interface Broken {
  /** `SCALAR_STYLE` of js-yaml: plain, in single or double quotes, literal, folded. */
  readonly style: number;
  /** Of a block scalar's lines. */
  readonly indent: number;
  /** `CHOMPING_MODE` of js-yaml. */
  readonly chomping: number;
}

const doubleQuoted = 3;
const literal = 4;
const strip = 2;
const keep = 3;

/** Only LS and PS stay what they are. */
const kept = (one: string): string => (one === '\u2028' || one === '\u2029' ? one : '\n');

/** The text of a block scalar. Source: yaml_parser_scan_block_scalar of go-yaml. */
export function blockText(source: string, { style, indent, chomping }: Broken): string {
  let result = '';
  let leading = '';
  let trailing = '';
  let wasBlank = false;
  for (const [, line = '', end = ''] of source.matchAll(
    /([^\n\r\u0085\u2028\u2029]*)(\r\n|[\n\r\u0085\u2028\u2029]|$)/g,
  )) {
    let column = 0;
    while (column < indent && line[column] === ' ') column++;
    const isBlank = line[column] === ' ' || line[column] === '\t';
    const next = end === '' ? '' : kept(end);
    if (column === line.length || indent < 0) {
      trailing += next;
      continue;
    }
    const isFolded = style !== literal && leading === '\n' && !wasBlank && !isBlank;
    result += isFolded ? (trailing === '' ? ' ' : '') : leading;
    result += trailing + line.slice(column);
    [leading, trailing, wasBlank] = [next, '', isBlank];
  }
  return result + (chomping === strip ? '' : leading) + (chomping === keep ? trailing : '');
}

const escapes: Readonly<Record<string, string>> = lookupTable({ '\n': '\\n', '\u2028': '\\L', '\u2029': '\\P' });
/** Blanks and line breaks; in double quotes also an escape. */
const gaps = /[ \t\n\r\u0085\u2028\u2029]+/g;
const gapsAndEscapes = /\\(?:\r\n|[\s\S])|[ \t\n\r\u0085\u2028\u2029]+/g;

/**
 * The source of a plain or quoted scalar with its lines joined; in double quotes, what remains of the breaks is
 * escaped. Source: yaml_parser_scan_flow_scalar and _plain_scalar of go-yaml.
 */
export function foldedSource(source: string, { style }: Pick<Broken, 'style'>): string {
  const isEscaping = style === doubleQuoted;
  const written = (found: readonly string[]): string =>
    found.map((one) => (isEscaping ? (escapes[one] ?? one) : one)).join('');
  /** Where an escaped line break ended last. */
  let escapedAt = -1;
  return source.replace(isEscaping ? gapsAndEscapes : gaps, (gap: string, at: number) => {
    const isEscape = gap.startsWith('\\');
    const [first, ...rest] = (gap.match(breaks) ?? []).map(kept);
    if (isEscape && first !== undefined) escapedAt = at + gap.length;
    if (isEscape) return first === undefined ? gap : '';
    if (at === escapedAt) return first === undefined ? '' : written([first, ...rest]);
    if (first === undefined) return gap;
    if (first !== '\n') return written([first, ...rest]);
    return rest.length === 0 ? ' ' : written(rest);
  });
}
