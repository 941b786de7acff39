import type { Problem } from '../problem.ts';
import { defined, type Value } from '../value.ts';
import { hiddenPart, secretsIn } from './redact.ts';
import { isHarmlessValue, isSecretName } from './secret-names.ts';
import { occurrences, structuredSpans } from './secret-structure.ts';
import { secretSpans } from './secret-text.ts';
import { merged, replaceSpans, type Span } from './span.ts';

/** Shorter secrets would match parts of ordinary words; they are hidden only within quotes. */
const shortest = 4;

/**
 * Hides secrets in a message: those known from the input, even if truncated, and anything that looks like one. Every
 * message and every line of input passes through here before it is printed.
 */
export function hideInMessage(message: string, secrets: ReadonlySet<string> = none): string {
  const spans: Span[] = [...secretSpans(message, { isProse: true }), ...quotedSecrets(message, secrets)];
  if (secrets.size <= mostSearched) {
    for (const secret of secrets) if (secret.trim().length >= shortest) spans.push(...occurrences(message, secret));
  }
  return spans.length === 0 ? message : replaceSpans(message, merged(spans), () => hiddenPart);
}

const none: ReadonlySet<string> = new Set();

/** Messages quote values: if there are very many secrets, only quoted text is searched for them. */
const mostSearched = 200;

function quotedSecrets(text: string, secrets: ReadonlySet<string>): Span[] {
  if (secrets.size === 0) return [];
  const isCut = (start: string): boolean => [...secrets].some((secret) => secret.startsWith(start));
  const spans: Span[] = [];
  for (const { 1: inner = '', index } of text.matchAll(/"((?:[^"\\]|\\[\s\S]?)*)(?:"|$)/g)) {
    const plain = unescaped(inner);
    // Quoted values are truncated, so only the start of a secret may be left.
    if (secrets.has(plain) || (plain.endsWith('…') && isCut(plain.slice(0, -1))))
      spans.push({ start: index + 1, end: index + 1 + inner.length });
  }
  if (text.endsWith('…')) {
    const start = Math.max(...['"', "'", '=', ',', ' '].map((end) => text.lastIndexOf(end))) + 1;
    if (start < text.length - 1 && isCut(text.slice(start, -1))) spans.push({ start, end: text.length });
  }
  return spans;
}

function unescaped(inner: string): string {
  try {
    return JSON.parse(`"${inner}"`);
  } catch {
    return inner;
  }
}

/** Problems without the secrets in the values that they are about; places and codes stay. */
export function hideInProblems(problems: readonly Problem[], values: Value): Problem[] {
  if (problems.length === 0) return [];
  const secrets = new Set(secretsIn(values).flatMap((secret) => formsOf(secret)));
  return problems.map((problem) => hideInProblem(problem, secrets));
}

function hideInProblem(problem: Problem, secrets: ReadonlySet<string>): Problem {
  const { hint, ...rest } = problem;
  const hide = (text: string): string => hideInMessage(withoutQuoted(text, problem.path), secrets);
  const advice = hint === undefined ? undefined : withoutHidden(hint, hide(hint));
  return { ...rest, message: hide(problem.message), ...defined({ hint: advice }) };
}

/** A hint with a hidden part cannot be followed: it is left to what it says besides; undefined if that is nothing. */
function withoutHidden(hint: string, hidden: string): string | undefined {
  if (hidden === hint || hint.includes(hiddenPart)) return hint;
  const ways = hidden.split(', or ').flatMap((way) => {
    if (!way.includes(hiddenPart)) return [way];
    return /^(?:Quote it|Put quotes into the value|use --set-\w+)(?=:? )/.exec(way) ?? [];
  });
  return ways.length === 0 ? undefined : `${ways.join(', or ').replace(/\.$/, '')}.`;
}

/** Everything that a message about a secret quotes, except for steps of the path, may be the secret. */
function withoutQuoted(text: string, path: string | undefined): string {
  if (path === undefined || !isSecretName(path)) return text;
  return text.replace(/"((?:[^"\\]|\\[\s\S]?)*)(?:"|$)/g, (quoted, inner: string) =>
    path.includes(inner) ? quoted : `"${hiddenPart}"`,
  );
}

/** How a message quotes a secret: one line of a multi-line string, or a value without its tag. */
function formsOf(secret: string): string[] {
  const untagged = secret.replace(/^(?:[!&]\S{0,100}\s{1,100}){1,3}/, '');
  const lines = secret.split('\n').filter((line) => line.trim().length >= shortest);
  return [...new Set([secret, untagged, ...lines])];
}

/** Hides secrets in problems about inputs, which are identified by name. */
export interface Hider {
  /** The problem without secrets. `file` still identifies its input. */
  problem(problem: Problem): Problem;
  /** The problem with a displayable input name, for callers that no longer look up the input. */
  readonly whole: (problem: Problem) => Problem;
  /** An input's display name: an option's name contains its value, which may be secret. */
  name(file: string): string;
  /** The secret parts of an input. */
  spans(file: string): readonly Span[];
}

/** Creates a {@link Hider} for these inputs; each is read only when a problem is about it. */
export function hiderOf(texts: ReadonlyMap<string, string>): Hider {
  let secrets: ReadonlySet<string> | undefined;
  const spansIn = new Map<string, readonly Span[]>();
  const spans = (file: string): readonly Span[] => {
    const known = spansIn.get(file) ?? secretsOfInput(file, texts.get(file) ?? '');
    spansIn.set(file, known);
    return known;
  };
  const all = (): ReadonlySet<string> => {
    secrets ??= new Set(
      [...texts].flatMap(([name, text]) =>
        spans(name).flatMap(({ start, end }) => {
          const secret = text.slice(start, end);
          return formsOf(secret);
        }),
      ),
    );
    return secrets;
  };
  const problem = (given: Problem): Problem => hideInProblem(given, all());
  const name = (file: string): string => hideInName(file, all());
  const whole = (given: Problem): Problem => {
    const { file } = given;
    return { ...problem(given), ...(file === undefined ? {} : { file: name(file) }) };
  };
  return { problem, whole, name, spans };
}

/** Finds the secrets of an input: a file, or the value of an option. */
function secretsOfInput(name: string, text: string): Span[] {
  const option = /^--set(?:-string|-json|-file|-literal)?(?= )/.exec(name)?.[0];
  if (option !== undefined) return argumentSpans(text, option);
  return merged([...secretSpans(text), ...structuredSpans(text, secretsIn, false)]);
}

function hideInName(name: string, secrets: ReadonlySet<string>): string {
  const [, option, argument] = /^(--set(?:-string|-json|-file|-literal)?) (.*)$/s.exec(name) ?? [];
  if (option === undefined || argument === undefined) return name;
  const shown = replaceSpans(argument, argumentSpans(argument.replace(/…$/, ''), option), () => hiddenPart);
  return `${option} ${hideInMessage(shown, secrets)}`;
}

/**
 * Finds the secret values in an argument of `--set` and similar options: `a.password=x,env[0].name=PW,env[0].value=y`.
 */
function argumentSpans(text: string, option: string): Span[] {
  if (option === '--set-file') return [];
  const called = new Map<string, string>();
  const parts = assignmentsIn(text, option !== '--set-json' && option !== '--set-literal');
  for (const { path, value } of parts) if (/\.(?:name|key)$/.test(path)) called.set(path.replace(/\.\w+$/, ''), value);
  const spans = parts.flatMap(({ path, value, start }) => {
    const isValue = /\.(?:value|raw_?value)$/i.test(path);
    const name = isValue ? (called.get(path.replace(/\.\w+$/, '')) ?? path) : path.replace(/\[\d+\]/g, '');
    const isSecret = isSecretName(name) && !isHarmlessValue(value);
    const inside = isSecret
      ? [{ start: 0, end: value.length }]
      : [...secretSpans(value), ...structuredSpans(value, secretsIn)];
    return inside.map((span) => ({ start: start + span.start, end: start + span.end }));
  });
  return merged(spans);
}

interface Assignment {
  readonly path: string;
  readonly value: string;
  /** Where the value starts in the argument. */
  readonly start: number;
}

/** A part after a comma that assigns nothing belongs to the preceding list. */
function assignmentsIn(text: string, hasMany: boolean): Assignment[] {
  const found: Assignment[] = [];
  for (let from = 0; from <= text.length; ) {
    let end = hasMany ? text.indexOf(',', from) : -1;
    while (end > 0 && text.charAt(end - 1) === '\\') end = text.indexOf(',', end + 1);
    const stop = end < 0 ? text.length : end;
    const equals = text.indexOf('=', from);
    const last = found.at(-1);
    if (equals >= 0 && equals < stop)
      found.push({ path: text.slice(from, equals), value: text.slice(equals + 1, stop), start: equals + 1 });
    else if (last !== undefined) found[found.length - 1] = { ...last, value: text.slice(last.start, stop) };
    from = stop + 1;
  }
  return found;
}

/** A run's arguments for use in a message, without the values that `--set` and similar options set. */
export function shownArguments(argv: readonly string[]): string {
  return argv
    .map((argument, index) => {
      const own = /^(--set(?:-[a-z]+)?)=/.exec(argument)?.[1];
      if (own !== undefined) return `${own}=…`;
      return /^--set(?:-[a-z]+)?$/.test(argv[index - 1] ?? '') ? '…' : hideInMessage(argument);
    })
    .join(' ');
}
