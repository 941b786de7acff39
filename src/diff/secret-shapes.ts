import { isHarmlessValue, isSecretName } from './secret-names.ts';
import { matchAt, type Span, word } from './span.ts';

export function privateKeys(text: string): Span[] {
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

/** JWTs and JWEs: base64 parts separated by dots, the first of which encodes `{"`. */
export function webTokens(text: string): Span[] {
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

/** The prefixes of the tokens of well-known services, and the minimum length of the rest. */
const tokenStarts =
  /(?<![A-Za-z0-9])(?:AKIA|ASIA|gh[pousr]_|github_pat_|dckr_pat_|dop_v1_|doo_v1_|whsec_|glsa_|glc_|lin_api_|sntrys_|shp(?:at|ca|pa|ss)_|[srp]k_(?:(?:live|test)_)?|figd_|glpat-|sk-|xox[abeoprs]-|xapp-|pypi-|NRAK-|PMAK-|tskey-|npm_|hf_|hv[sbr][._]|SG\.|AIza|ya29\.|ATATT3|AGE-SECRET-KEY-1)/g;
const tokenRest = /[\w.=-]*/y;

/** Whether anything in a text starts as a token of a well-known service does. */
export function startsToken(text: string): boolean {
  return text.search(tokenStarts) >= 0;
}

export function knownTokens(text: string): Span[] {
  const spans: Span[] = [];
  let done = 0;
  for (const { 0: start, index } of text.matchAll(tokenStarts)) {
    if (index < done) continue;
    const rest = matchAt(tokenRest, text, index + start.length);
    // These are also prefixes of variable names, whose words are short.
    const isLong = /^(?:npm|hf|[srp]k|hv[sbr])_$/.test(start) ? /^[A-Za-z0-9]{16}/.test(rest) : rest.length >= 12;
    if (!isLong) continue;
    done = index + start.length + rest.length;
    spans.push({ start: index, end: done });
  }
  return spans;
}

/** `postgres://user:password@host`, `https://token@host`, and Go's `user:password@tcp(host)`. */
export function urlPasswords(text: string): Span[] {
  const spans: Span[] = [];
  const [first = '', ...addresses] = text.split('://');
  let index = first.length;
  for (const rest of addresses) {
    index += 3;
    const whole = /^[^\s"'<>`]*/.exec(rest)?.[0] ?? '';
    const slash = whole.indexOf('/');
    const host = slash < 0 ? whole : whole.slice(0, slash);
    const colon = host.indexOf(':');
    // A password may contain a slash, which is then not what follows a port.
    const isLonger = !host.includes('@') && colon >= 0 && /\D/.test(host.slice(colon + 1));
    const at = (isLonger ? whole : host).lastIndexOf('@');
    if (colon >= 0 && colon < at) spans.push({ start: index + colon + 1, end: index + at });
    else if (at >= 20) spans.push({ start: index, end: index + at });
    index += rest.length;
  }
  for (const { index } of text.matchAll(/@(?:tcp|udp|unix)?\(/g)) {
    const before = text.slice(Math.max(0, index - 400), index);
    const login = before.split(/[\s"'@/]/).at(-1) ?? '';
    const colon = login.indexOf(':');
    if (colon > 0) spans.push({ start: index - login.length + colon + 1, end: index });
  }
  return spans;
}

/** Hosts and paths where the rest of the URL is all that is needed to post. */
const hookAddresses: readonly (readonly [host: string, path: string])[] = [
  ['hooks.slack.com', '/'],
  ['discord.com', '/api/webhooks/'],
  ['discordapp.com', '/api/webhooks/'],
  ['.webhook.office.com', '/'],
  ['outlook.office.com', '/webhook'],
  ['outlook.office365.com', '/webhook'],
  ['api.telegram.org', '/bot'],
  ['hooks.zapier.com', '/'],
  ['events.pagerduty.com', '/integration/'],
  ['chat.googleapis.com', '/v1/spaces/'],
];

/** Where the secret part of a known webhook's URL starts. */
function knownHook(address: string): number | undefined {
  const slash = address.indexOf('/');
  const host = address.slice(0, slash).replace(/:\d+$/, '').toLowerCase();
  const found = hookAddresses.find(
    ([name, path]) => (host.endsWith(`.${name}`) || host.endsWith(name)) && address.startsWith(path, slash),
  );
  return slash < 0 || found === undefined ? undefined : slash + found[1].length;
}

/** Finds the secrets of URLs: the path of a webhook, and parameters with a secret's name. */
export function urlParameters(text: string): Span[] {
  const spans: Span[] = [];
  for (const { 0: url, index } of text.matchAll(/[a-z]{2,10}:\/\/[^\s"'<>`\\]+/gi)) {
    const start = url.indexOf('://') + 3;
    const address = url.slice(start);
    const hook = knownHook(address) ?? hookPath(address);
    if (hook !== undefined) spans.push({ start: index + start + hook, end: index + url.length });
  }
  for (const { 0: whole, 1: name = '', index } of text.matchAll(/[?&;]([\w.-]+)=/g)) {
    const from = index + whole.length;
    const value = matchAt(parameterValue, text, from);
    const isSecret = isSecretName(name) || /^(?:key|code)$/i.test(name);
    if (isSecret && !isHarmlessValue(value)) spans.push({ start: from, end: from + value.length });
  }
  return spans;
}

const parameterValue = /[^&#\s"'<>`\\;]*/y;

/** Where a path after `hooks/` or `webhook/` starts in a URL. */
function hookPath(address: string): number | undefined {
  const match = /\/(?:web_?hooks?|hooks?|incoming-webhook)\/(?=[\w-]{6})/i.exec(address);
  return match === null ? undefined : match.index + match[0].length;
}

export function authorizations(text: string): Span[] {
  const spans: Span[] = [];
  for (const { 0: head, 1: scheme = '', index } of text.matchAll(/(?<![\w-])(bearer|basic)[ \t]/gi)) {
    const from = index + head.length + matchAt(blanks, text, index + head.length).length;
    const value = matchAt(credentials, text, from);
    const isSecret = scheme.toLowerCase() === 'basic' ? decoded(value)?.includes(':') : isBearer(value);
    if (isSecret) spans.push({ start: from, end: from + value.length });
  }
  return spans;
}

const blanks = /[ \t]*/y;
const credentials = /[\w.~+/=-]*/y;

/** In a sentence, the next word says what it is about. */
function isBearer(value: string): boolean {
  return (
    value.length >= 4 &&
    !/^(?:tokens?|auth|authentication|authorization|format|only|must|header|realm=.*)$/i.test(value)
  );
}

/** The text that base64 encodes, if it is valid. */
export function decoded(text: string): string | undefined {
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}

/** Passwords that programs accept after a one-letter option. */
export function commandLogins(text: string): Span[] {
  const spans: Span[] = [];
  for (const { 0: option, index } of text.matchAll(/(?<![\w-])(?:-u|-U|--user|--proxy-user)[ =]/g)) {
    const from = index + option.length;
    const login = matchAt(word, text, from + matchAt(opening, text, from).length);
    const start = from + matchAt(opening, text, from).length;
    const colon = login.indexOf(':');
    if (colon > 0) spans.push({ start: start + colon + 1, end: start + login.length });
  }
  // A .netrc
  for (const { 0: login, index } of text.matchAll(/(?<!\S)login\s+\S+\s+password\s+/g)) {
    const start = index + login.length;
    spans.push({ start, end: start + matchAt(word, text, start).length });
  }
  for (const { 0: program, index } of text.matchAll(programs)) {
    const rest = text.slice(index + program.length, index + program.length + 300).split(/[|;&\n]/)[0] ?? '';
    const option = (program === 'redis-cli' ? /[ \t]-a/ : program.startsWith('ldap') ? /[ \t]-w[ \t]/ : /[ \t]-p/).exec(
      rest,
    );
    if (option === null) continue;
    const from = index + program.length + option.index + option[0].length;
    const start = from + matchAt(opening, text, from).length;
    spans.push({ start, end: start + matchAt(word, text, start).length });
  }
  return spans;
}

/** Of programs with subcommands, `-p` is a password after `login` alone. */
const programs =
  /(?<![\w-])(?:sshpass|redis-cli|(?:mysql|ldap)[a-z]*|(?:docker|podman|nerdctl|skopeo|buildah|az|oc|helm registry) login)(?![\w-])/g;
const opening = /[ \t=]*["']?/y;
