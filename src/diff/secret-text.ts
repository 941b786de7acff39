import { isBareKey, isHarmlessValue, isSecretName, isWebhookName } from './secret-names.ts';

/** A stretch of a text that is a secret. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface TextOptions {
  /** Sentences of glistio's own: in "the token: it is …" no value follows the colon. */
  readonly isProse?: boolean;
}

/** What makes a part of a text secret: the other half of the table, beside the names. Every search is linear in the text. */
const finders: readonly ((text: string, options: TextOptions) => Span[])[] = [
  privateKeys,
  webTokens,
  knownTokens,
  urlPasswords,
  urlParameters,
  authorizations,
  commandLogins,
  assignments,
  namedValues,
];

/** A text without a single one of these has nothing that the finders look for. */
const hints =
  /key|token|eyj|akia|asia|aiza|ya29|bearer|basic |:\/\/|\(|pass|pw|cred|pat|secret|authorization|auth|cookie|licen[cs]e|jwt|otp|dsn|pin|salt|psk|hmac|sas|sig|mnemonic|connection|webhook|(?:gh[pousr]|glpat|xox[abeoprs]|xapp|sk|rk|pk|hv[sbr]|npm|pypi|hf|dckr|shp\w\w|dop_v1|doo_v1|sg|nrak|pmak|whsec|glsa|glc|lin_api|figd|atatt3\w*|tskey|age-secret-key-1|sntrys|github_pat)[-_.]| -[apu]/i;

/** Where secrets stand in a text, in order and without overlaps. */
export function secretSpans(text: string, options: TextOptions = {}): Span[] {
  if (!hints.test(text)) return [];
  return merged(finders.flatMap((find) => find(text, options)));
}

/** Spans in order, those that touch made one. */
export function merged(spans: readonly Span[]): Span[] {
  const result: { start: number; end: number }[] = [];
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (end <= start) continue;
    const last = result.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}

/** The text with each span replaced. */
export function replaceSpans(text: string, spans: readonly Span[], put: (secret: string) => string): string {
  let result = '';
  let from = 0;
  for (const { start, end } of spans) {
    result += text.slice(from, start) + put(text.slice(start, end));
    from = end;
  }
  return result + text.slice(from);
}

function privateKeys(text: string): Span[] {
  const spans: Span[] = [];
  for (let start = text.indexOf('-----BEGIN '); start >= 0; ) {
    const title = text.slice(start + 11, start + 60);
    const isPrivate = /^[A-Z0-9 ]{0,30}PRIVATE KEY/.test(title);
    const close = isPrivate ? text.indexOf('-----END ', start) : -1;
    const end = !isPrivate
      ? start + 11
      : close < 0
        ? text.length
        : Math.min(text.length, close + 9 + title.indexOf('-----') + 5);
    if (isPrivate) spans.push({ start, end });
    start = text.indexOf('-----BEGIN ', end);
  }
  return spans;
}

/** JWTs and JWEs: parts of base64 between dots, of which the first starts with the letters of `{"`. */
function webTokens(text: string): Span[] {
  const spans: Span[] = [];
  for (const { 0: run, index } of text.matchAll(/[\w.~+/=-]+/g)) {
    const parts = run.split('.');
    let at = 0;
    for (const [place, part] of parts.entries()) {
      const start = part.indexOf('eyJ');
      const next = parts[place + 1];
      const isToken =
        start >= 0 && part.length - start >= 10 && next !== undefined && next.length >= 8 && place + 2 < parts.length;
      if (isToken) {
        spans.push({ start: index + at + start, end: index + run.length });
        break;
      }
      at += part.length + 1;
    }
  }
  return spans;
}

const tokenShapes =
  /(?<![A-Za-z0-9])(?:(?:AKIA|ASIA)[A-Z0-9]{16}|(?:gh[pousr]|github_pat|dckr_pat|dop_v1|doo_v1|whsec|glsa|glc|lin_api|sntrys|shp(?:at|ca|pa|ss)|(?:sk|rk|pk)_(?:live|test)|figd)_[\w-]{12,}|(?:npm|hf)_[A-Za-z0-9]{24,}|(?:glpat|sk|xox[abeoprs]|xapp|pypi|NRAK|PMAK|tskey)-[\w-]{12,}|hv[sbr]\.[\w-]{12,}|SG\.[\w-]{12,}\.[\w-]{12,}|AIza[\w-]{30,}|ya29\.[\w-]{12,}|ATATT3[\w=-]{12,}|AGE-SECRET-KEY-1[A-Z0-9]{12,})/g;

function knownTokens(text: string): Span[] {
  return spansOf(text, tokenShapes);
}

/** `postgres://user:password@host`, `https://token@host`, and Go's `user:password@tcp(host)`. */
function urlPasswords(text: string): Span[] {
  const spans: Span[] = [];
  for (const { 0: whole, index } of text.matchAll(/:\/\/[^\s/"'<>`]+/g)) {
    const at = whole.lastIndexOf('@');
    if (at < 0) continue;
    const colon = whole.indexOf(':', 3);
    if (colon >= 0 && colon < at) spans.push({ start: index + colon + 1, end: index + at });
    else if (at - 3 >= 20) spans.push({ start: index + 3, end: index + at });
  }
  for (const match of text.matchAll(/(?<![\w.-])[\w.-]{1,64}:([^\s@/"']{1,256})@(?:tcp|udp|unix)?\(/g)) {
    const start = match.index + match[0].indexOf(':') + 1;
    spans.push({ start, end: start + (match[1] ?? '').length });
  }
  return spans;
}

/** Addresses that whoever knows them may post to. */
const hookAddresses =
  /^(?:hooks\.slack\.com\/[a-z]+\/|(?:\w+\.)?discord(?:app)?\.com\/api\/webhooks\/|[\w-]+\.webhook\.office\.com\/|outlook\.office(?:365)?\.com\/webhook|api\.telegram\.org\/bot|hooks\.zapier\.com\/|events\.pagerduty\.com\/integration\/|chat\.googleapis\.com\/v1\/spaces\/)/i;

/** What is secret in addresses: the path of a webhook, and parameters with a secret's name. */
function urlParameters(text: string): Span[] {
  const spans: Span[] = [];
  for (const { 0: url, index } of text.matchAll(/[a-z]{2,10}:\/\/[^\s"'<>`\\]+/gi)) {
    const start = url.indexOf('://') + 3;
    const address = url.slice(start);
    const known = hookAddresses.exec(address)?.[0].length;
    const hook = known ?? hookPath(address);
    if (hook !== undefined) spans.push({ start: index + start + hook, end: index + url.length });
  }
  for (const match of text.matchAll(/[?&;]([\w.-]{1,64})=([^&#\s"'<>`\\;]+)/g)) {
    const [whole, name = '', value = ''] = match;
    const isSecret = isSecretName(name) || /^(?:key|sig|code|auth|access_token|api-version-key)$/i.test(name);
    if (isSecret && !isHarmlessValue(value))
      spans.push({ start: match.index + whole.length - value.length, end: match.index + whole.length });
  }
  return spans;
}

/** Where in an address a path after `hooks/` or `webhook/` starts. */
function hookPath(address: string): number | undefined {
  const match = /\/(?:web_?hooks?|hooks?|incoming-webhook)\/(?=[\w-]{6})/i.exec(address);
  return match === null ? undefined : match.index + match[0].length;
}

function authorizations(text: string): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(/(?<![\w-])bearer[ \t]{1,4}([\w.~+/=-]{4,})/gi)) {
    const value = match[1] ?? '';
    if (!/^(?:tokens?|auth|authentication|authorization|format|only|must|header|realm=.*)$/i.test(value))
      spans.push({ start: match.index + match[0].length - value.length, end: match.index + match[0].length });
  }
  for (const match of text.matchAll(/(?<![\w-])basic[ \t]{1,4}([A-Za-z0-9+/]{4,}={0,2})/gi)) {
    const value = match[1] ?? '';
    if (decoded(value)?.includes(':'))
      spans.push({ start: match.index + match[0].length - value.length, end: match.index + match[0].length });
  }
  return spans;
}

/** The text of base64, if it is that. */
export function decoded(text: string): string | undefined {
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}

/** Passwords that programs take behind a single letter. */
const logins =
  /(?<![\w-])(?:(?:-u|-U|--user|--proxy-user)[ =]{1,4}["']?[^\s:"'=]{1,64}:|(?:sshpass[ \t]{1,4}-p|redis-cli\b[^|;&\n]{0,200}?[ \t]-a|mysql[a-z]{0,8}\b[^|;&\n]{0,200}?[ \t]-p)[ \t]{0,4}["']?)([^\s"'|;&]+)/g;

function commandLogins(text: string): Span[] {
  return [...text.matchAll(logins)].map((match) => ({
    start: match.index + match[0].length - (match[1] ?? '').length,
    end: match.index + match[0].length,
  }));
}

/** `NAME=value`, `name: value`, `"name": "value"`, `--name value`, wherever the name is one of a secret. */
function assignments(text: string, { isProse = false }: TextOptions): Span[] {
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
  /** Whether the name is the first thing on its line. */
  readonly isFirst: boolean;
  /** The quote in which name and value stand together. */
  readonly within?: string;
}

const separator = /\\{0,3}["']?[ \t]{0,16}(?::=|=>|={1,2}|:(?![:/]))[ \t]{0,16}/y;
const gap = /["']?[ \t]{1,16}/y;

/** Where the value of a name starts, if one follows. */
function placeOf(text: string, index: number, length: number): Place | undefined {
  const before = text.slice(Math.max(0, index - 64), index);
  const isQuotedName = /["']$/.test(before);
  const isSwitch = /(?:^|[\s"'=(])--?$/.test(before);
  const isFirst =
    /(?:^|\n)[ \t]{0,60}(?:- {1,4}){0,4}(?:export )?\\{0,3}["']?(?:--?)?$/.test(before) &&
    (index <= 64 || before.includes('\n'));
  separator.lastIndex = index + length;
  const found = separator.exec(text)?.[0];
  if (found !== undefined) {
    const isColon = found.includes(':') && !found.includes('=');
    // A colon inside a sentence or a path says nothing.
    if (isColon && !isFirst && !isQuotedName && !/[{,[(;\s]$/.test(before)) return undefined;
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
const flowValue = /[^,}\]\n]*/y;
const word = /(?:[^\s,;&"'`)}\]|<>\\]|\\(?![nrt"']))*/y;

/** What belongs to the value that starts there. */
function valueAt(text: string, { start, isColon, isFirst, within }: Place, nameAt: number): Span {
  const escaped = /^\\+["']/.exec(text.slice(start, start + 8))?.[0];
  if (escaped !== undefined) {
    const close = text.indexOf(escaped, start + escaped.length);
    return { start: start + escaped.length, end: close < 0 ? text.length : close };
  }
  const first = text.charAt(start);
  if (first === '"' || first === "'") {
    const whole = matchAt(first === '"' ? doubleQuoted : singleQuoted, text, start);
    const isClosed = whole.length > 1 && whole.endsWith(first);
    return { start: start + 1, end: start + whole.length - (isClosed ? 1 : 0) };
  }
  if (within !== undefined) {
    const close = text.indexOf(within, start);
    if (close >= 0) return { start, end: close };
  }
  // What is in a map has names of its own.
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
    // The line end and the indentation in front of a block stay.
    const lead = head === '' ? 0 : matchAt(space, text, from).length;
    const end = from + (head === '' ? matchAt(restOfLine, text, start).length : 0);
    return { start: from + lead, end: deeperEnd(text, end, nameAt) };
  }
  if (isFirst) return { start, end: start + matchAt(restOfLine, text, start).length };
  return { start, end: start + matchAt(isColon ? flowValue : word, text, start).length };
}

const collection = /[ \t]*(?:#[^\n]*)?\n\s*(?:-\s|["']?[\w./-]+["']?[ \t]*:(?:\s|$))/y;

/** Whether a map or a list follows on the next line: what in it is secret has names of its own. */
function startsCollection(text: string, start: number): boolean {
  return matchAt(collection, text, start) !== '';
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** The end of the lines below that stand further in than the line of the name: they belong to its value. */
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

/** `name: DB_PASS, value: x`, `{"key": "Authorization", "value": "x"}`: the name stands beside the value. */
function namedValues(text: string): Span[] {
  const spans: Span[] = [];
  const pair =
    /(?<![\w-])(?:name|key)\\{0,3}["']?[ \t]{0,16}[:=][ \t]{0,16}\\{0,3}["']?([\w.-]{1,128})\\{0,3}["']?[ \t]{0,16}[,\n;]\s{0,64}\\{0,3}["']?(?:[\w.[\]]{0,200}\.)?(?:value|raw_?value|exact|exact_match|inline_string|default)\\{0,3}["']?[ \t]{0,16}[:=][ \t]{0,16}/gi;
  for (const match of text.matchAll(pair)) {
    if (!isSecretName(match[1] ?? '')) continue;
    const start = match.index + match[0].length;
    const isFirst = /\n/.test(match[0]) || match[0].includes('\n');
    const nameAt = isFirst
      ? match.index + match[0].lastIndexOf('\n') + 1 + (/\n([ \t]*)[^\n]*$/.exec(match[0])?.[1]?.length ?? 0)
      : match.index;
    const span = valueAt(text, { start, isColon: true, isQuotedName: false, isSwitch: false, isFirst }, nameAt);
    if (!isHarmlessValue(text.slice(span.start, span.end))) spans.push(span);
  }
  return spans;
}

function spansOf(text: string, pattern: RegExp): Span[] {
  return [...text.matchAll(pattern)].map(({ 0: found, index }) => ({ start: index, end: index + found.length }));
}
