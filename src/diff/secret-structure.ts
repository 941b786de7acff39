import { isList, isMap, type Value } from '../value.ts';
import { documentsOf } from '../yaml/documents.ts';
import { readYaml } from '../yaml/read.ts';
import { encodedTexts } from './secret-formats.ts';
import { mayNameSecrets } from './secret-names.ts';
import { startsToken } from './secret-shapes.ts';
import type { Span } from './span.ts';

/** Deeper texts are not parsed but hidden as a whole. */
const deepest = 200;

/** Searching for many secrets in a long text would take too long; then all of it is hidden. */
const mostWork = 100_000_000;

/**
 * What may be, or hide, a secret beside a name: escapes and tags, logins, the starts and lengths of tokens, contents of binaries and of
 * Envoy's data sources. The two characters are letters in lower case.
 */
const otherHints =
  /[\\!@\u0130\u212a]|-----begin|eyj|bearer|basic|(?<![\w-])--?u|login|sshpass|redis-cli|mysql|ldap|kty|\$(?:[1-7gy]|apr1|argon|scrypt|pbkdf2)[\w-]*\$|binarydata|inline_?(?:string|bytes)|hook|discord|telegram|pagerduty|chat\.google|[a-z0-9+/_-]{32}|(?<![\w-])(?:u|user|proxy-user)(?![\w-])/i;

const longText = 1_000_000;
const longHints =
  /pass|pw|cred|pat|secret|token|key|authorization|bearer|auth|cookie|licen[cs]e|jwt|otp|dsn|pin|salt|psk|hmac|sas|sig|mnemonic|connection|webhook|kennwort|contrasen|arg|command|value/i;

/**
 * Whether a text could hold a secret, by itself or read as YAML or JSON: if not, none is found in it. Cheaper than a search, because
 * it does not parse.
 */
export function couldHoldSecrets(text: string): boolean {
  if (otherHints.test(text) || startsToken(text) || !encodedTexts(text).next().done) return true;
  // The words of a long text would take several times its size; parts of words are in more texts.
  return text.length > longText ? longHints.test(text) : mayNameSecrets(text);
}

/**
 * Finds the secrets of a text that is JSON or YAML: an entry of a ConfigMap, kubectl's last-applied annotation; or,
 * unless `isEntry`, a file of values or manifests. `secretsIn` returns the secrets of its value. If one of them cannot
 * be found in the text because it is folded or escaped, the whole text counts as secret.
 */
export function structuredSpans(text: string, secretsIn: (value: Value) => string[], isEntry = true): Span[] {
  if (!/^\s*[{[]|^[^\n]*:(?:\s|$)|\n[^\n:]*:(?:[ \t\r\n]|$)/.test(text) || !couldHoldSecrets(text)) return [];
  // Parsers are slow for such deep nesting.
  if (isNestedTooDeep(text)) return [{ start: 0, end: text.length }];
  const values = valuesOf(text);
  if (values.length === 0) return [];
  if (values.some((value) => isTooDeep(value, 0))) return [{ start: 0, end: text.length }];
  const secrets = new Set(
    values.flatMap((value) => secretsIn(isEntry ? { data: value } : value)).filter((secret) => secret.trim() !== ''),
  );
  if (secrets.size * text.length > mostWork) return [{ start: 0, end: text.length }];
  const spans: Span[] = [];
  for (const secret of secrets) {
    const found = occurrences(text, secret);
    if (found.length === 0) return [{ start: 0, end: text.length }];
    spans.push(...found);
  }
  return spans;
}

function isNestedTooDeep(text: string): boolean {
  let depth = 0;
  for (const { 0: bracket } of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > deepest) return true;
  }
  return false;
}

/** The documents of a text that are maps or lists. */
function valuesOf(text: string): Value[] {
  if (/^\s*[{[]/.test(text)) {
    try {
      return [JSON.parse(text) as Value].filter(isCollection);
    } catch {
      // YAML in flow style, or neither.
    }
  }
  return documentsOf(text)
    .map((document) => readYaml({ name: 'text', text: document.text }).value)
    .filter((value) => value !== undefined)
    .filter(isCollection);
}

function isCollection(value: Value): boolean {
  return isMap(value) || isList(value);
}

function isTooDeep(value: Value, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth > deepest || Object.values(value as object).some((inner: Value) => isTooDeep(inner, depth + 1));
}

/** Where a value occurs in the text: verbatim, as JSON escapes it, or line by line. */
export function occurrences(text: string, given: string): Span[] {
  const secret = given.trim();
  const escaped = JSON.stringify(secret).slice(1, -1);
  const found = [...placesOf(text, secret), ...(escaped === secret ? [] : placesOf(text, escaped))];
  if (found.length > 0 || !secret.includes('\n')) return found;
  const lines = secret
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const places = lines.map((line) => placesOf(text, line));
  return places.every((spans) => spans.length > 0) ? places.flat() : [];
}

/** Not inside a longer word: a short secret would hide half of the text. */
function placesOf(text: string, part: string): Span[] {
  const spans: Span[] = [];
  const [startsWord, endsWord] = [/^\w/.test(part), /\w$/.test(part)];
  for (let start = text.indexOf(part); start >= 0; start = text.indexOf(part, start + part.length)) {
    const end = start + part.length;
    const isInside = (startsWord && /\w/.test(text.charAt(start - 1))) || (endsWord && /\w/.test(text.charAt(end)));
    if (!isInside) spans.push({ start, end });
  }
  return spans;
}
