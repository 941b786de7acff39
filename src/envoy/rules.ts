import { isMap, type Value } from '../value.ts';
import { counted } from '../words.ts';
import { shownValue } from './context.ts';
import type { Rules } from './messages.ts';

/** What a rule applies to: a count, a number, a string. */
export type RuleSubject =
  | { readonly kind: 'number'; readonly value: number; readonly unit?: string }
  | { readonly kind: 'string' | 'bytes'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean };

/** How a scalar breaks its rules, as the end of a sentence (`must be at least 1`). */
export function brokenRules(rules: Rules, subject: RuleSubject): string[] {
  if (rules['ignore_empty'] === true && (subject.value === 0 || subject.value === '' || subject.value === false))
    return [];
  if ('const' in rules && rules['const'] !== subject.value) return [`must be ${shownValue(rules['const'] as Value)}`];
  if (subject.kind === 'number') return brokenByNumber(rules, subject.value, subject.unit ?? '');
  if (subject.kind === 'boolean') return [];
  return brokenByText(rules, subject.value, subject.kind);
}

function brokenByNumber(rules: Rules, value: number, unit: string): string[] {
  const limit = (name: string): number | undefined => {
    const given = rules[name];
    return typeof given === 'number' ? given : undefined;
  };
  const [gt, gte, lt, lte] = [limit('gt'), limit('gte'), limit('lt'), limit('lte')];
  const broken: string[] = [];
  if (gt !== undefined && !(value > gt)) broken.push(`must be more than ${gt}${unit}`);
  if (gte !== undefined && !(value >= gte)) broken.push(`must be at least ${gte}${unit}`);
  if (lt !== undefined && !(value < lt)) broken.push(`must be less than ${lt}${unit}`);
  if (lte !== undefined && !(value <= lte)) broken.push(`must be at most ${lte}${unit}`);
  return [...broken, ...brokenByChoice(rules, value)];
}

function brokenByChoice(rules: Rules, value: number | string): string[] {
  const { in: allowed, not_in: forbidden } = rules;
  if (Array.isArray(allowed) && !allowed.includes(value))
    return [`must be one of ${allowed.map((item) => shownValue(item)).join(', ')}`];
  return Array.isArray(forbidden) && forbidden.includes(value) ? [`must not be ${shownValue(value)}`] : [];
}

const headers = {
  name: /^:?[0-9a-zA-Z!#$%&'*+\-.^_|~`]+$/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  value: /^[^\u0000-\u0008\u000A-\u001F\u007F]*$/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  loose: /^[^\u0000\u000A\u000D]*$/,
};

function brokenByText(rules: Rules, value: string, kind: 'string' | 'bytes'): string[] {
  const broken: string[] = [];
  const bytes = kind === 'bytes' ? value.length : byteLength(value);
  const chars = kind === 'bytes' ? value.length : [...value].length;
  const atLeast = (rule: string, length: number): void => {
    const least = Number(rules[rule] ?? 0);
    if (length < least)
      broken.push(length === 0 && least === 1 ? 'must not be empty' : `must have at least ${least} characters`);
  };
  const atMost = (rule: string, length: number): void => {
    if (rules[rule] !== undefined && length > Number(rules[rule]))
      broken.push(`must have at most ${counted(Number(rules[rule]), 'character')}`);
  };
  atLeast('min_len', chars);
  atLeast('min_bytes', bytes);
  atMost('max_len', chars);
  atMost('max_bytes', bytes);
  const { pattern, prefix, suffix, well_known_regex: header } = rules;
  if (typeof pattern === 'string' && !patternOf(pattern).test(value)) broken.push(`must match ${pattern}`);
  if (typeof prefix === 'string' && !value.startsWith(prefix)) broken.push(`must begin with ${prefix}`);
  if (typeof suffix === 'string' && !value.endsWith(suffix)) broken.push(`must end with ${suffix}`);
  if (header === 1 && !(rules['strict'] === false ? headers.loose : headers.name).test(value))
    broken.push('must be a header name');
  if (header === 2 && !(rules['strict'] === false ? headers.loose : headers.value).test(value))
    broken.push('must be a header value');
  return [...broken, ...brokenByChoice(rules, value)];
}

const patterns = new Map<string, RegExp>();

/** A cache: there are few patterns, all from Envoy. */
function patternOf(source: string): RegExp {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  const pattern = new RegExp(source, 'u');
  patterns.set(source, pattern);
  return pattern;
}

function byteLength(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** The rules of a list's or a map's contents. */
export function innerRules(rules: Rules | undefined, of: 'items' | 'keys' | 'values'): Rules | undefined {
  const inner = rules?.[of];
  return typeof inner === 'object' && !Array.isArray(inner) ? (inner as Rules) : undefined;
}

/** How a number of items breaks the rules, as the end of a sentence. */
export function brokenByCount(rules: Rules, items: readonly Value[], what: 'items' | 'pairs'): string[] {
  if (rules['ignore_empty'] === true && items.length === 0) return [];
  const [least, most] = [Number(rules[`min_${what}`] ?? 0), rules[`max_${what}`]];
  const broken: string[] = [];
  if (items.length < least) broken.push(items.length === 0 ? 'must not be empty' : `must have at least ${least} items`);
  if (most !== undefined && items.length > Number(most))
    broken.push(`must have at most ${counted(Number(most), 'item')}`);
  if (rules['unique'] === true && !items.some(isMap) && new Set(items).size < items.length)
    broken.push('must not contain duplicates');
  return broken;
}
