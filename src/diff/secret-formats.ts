import { trimEndOf } from '../trim.ts';
import type { TextOptions } from './secret-assignments.ts';
import { isHarmlessValue, isSecretName } from './secret-names.ts';
import { decoded } from './secret-shapes.ts';
import { matchAt, type Span } from './span.ts';

/** Hashes of passwords as crypt, htpasswd and the password hashing competition write them. */
const passwordHash =
  /\$(?:1|2[abxy]?|[5-7]|g?y|apr1|argon2(?:id|i|d)|scrypt|pbkdf2[\w-]{0,20})\$(?:[\w./+=,-]{1,64}\$){0,4}[\w./+=-]{16,512}/g;

export function passwordHashes(text: string): Span[] {
  return [...text.matchAll(passwordHash)].map(({ 0: hash, index }) => ({ start: index, end: index + hash.length }));
}

/** `<password>x</password>`, and `<property name="db.password">x</property>`. */
export function markupValues(text: string): Span[] {
  const spans: Span[] = [];
  for (const { 0: tag, 1: inside = '', index } of text.matchAll(/<([A-Za-z][^<>]{0,1000})>/g)) {
    const element = /^[\w.:-]+/.exec(inside)?.[0] ?? '';
    const label = /\s(?:name|key|id|property)\s?=\s?["']([\w.-]{1,200})["']/.exec(inside)?.[1] ?? '';
    if (inside.endsWith('/') || !(isSecretName(element) || isSecretName(label))) continue;
    const start = index + tag.length;
    const value = matchAt(upToTag, text, start);
    if (!isHarmlessValue(value)) spans.push({ start, end: start + value.length });
  }
  return spans;
}

const upToTag = /[^<]*/y;
const directive =
  /^([ \t]{0,64}(?:(?:ENV|ARG|setx|proxy_set_header|aws configure set)[ \t]{1,64})?)(?<name>[A-Za-z][\w.-]{0,100})([ \t]{1,64})(?<rest>.*)$/;

/** Lines of configuration files and commands that consist of a name and its value: `ENV DB_PASS x`. */
export function directives(text: string, { isProse = false }: TextOptions): Span[] {
  const spans: Span[] = [];
  if (isProse) return spans;
  for (const { 0: line, index } of text.matchAll(/[^\n]+/g)) {
    const [, head = '', name = '', gap = '', rest = ''] = directive.exec(line) ?? [];
    if (!isSecretName(name)) continue;
    const value = trimEndOf(rest, ' \t\r;');
    // Two words of a sentence are not a setting.
    const isSetting = head.trim() !== '' || /[^a-z]/.test(value);
    if (!isSetting || !/^(?:"[^"]*"|'[^']*'|[^\s:=][^\s]*)$/.test(value) || isHarmlessValue(value)) continue;
    const quote = /^["']/.test(value) ? 1 : 0;
    const start = index + head.length + name.length + gap.length;
    spans.push({ start: start + quote, end: start + value.length - quote });
  }
  return spans;
}

/** Runs of base64 that decode to a printable text, with that text. Without a bound the expression overflows its stack. */
export function* encodedTexts(text: string): Generator<Span & { readonly inside: string }> {
  for (const { 0: run, index } of text.matchAll(/[A-Za-z0-9+/]{16,65536}={0,2}/g)) {
    const inside = run.length % 4 === 0 ? decoded(run) : undefined;
    if (inside !== undefined && /^[\t\n\r -~]*$/.test(inside)) yield { start: index, end: index + run.length, inside };
  }
}
