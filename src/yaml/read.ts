import { type DocumentEvent, YAMLException } from 'js-yaml';
import { maxDepth } from '../depth.ts';
import { countOf, formatPath, type Path, type Place, type Problem } from '../problem.ts';
import type { Value } from '../value.ts';
import { construct } from './construct.ts';
import type { YamlFinding } from './findings.ts';
import { laterDocuments, wrongVersion } from './findings.ts';
import { findFirstDocument } from './first-document.ts';
import { hasOddBreaks, withBreaksOf, withPlainBreaks } from './odd-breaks.ts';
import { type Parsed, parse } from './parse.ts';
import { offsetsBefore, pathsIn, placesIn } from './places.ts';
import { explainSyntax, nothingToEnd, tabIndent } from './syntax.ts';
import { findForbiddenTab, findTabInBlock } from './tabs.ts';

/** A text, and its name in problems. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** The value of a YAML text, and the places of its parts. */
export interface ReadDocument {
  /** The first document; null if there is none, or if `problems` has an error. */
  readonly value: Value;
  /** In the order of the text. */
  readonly problems: readonly Problem[];
  /**
   * Where a path is written: its key, or its value. A path that is not written itself (behind an alias or a merge key,
   * an empty value, a missing path) has the place of its nearest ancestor. Undefined if the text is empty or not YAML.
   */
  place(path: Path, part: 'key' | 'value'): Place | undefined;
  /**
   * The scalar at a path as it is written, with its quotes; undefined for a block scalar, an alias and everything else.
   */
  token?(path: Path): string | undefined;
}

/** Four times the size that Kubernetes can store for a whole Helm release. */
const maxLength = 4 * 1024 * 1024;

/**
 * Reads a YAML or JSON text exactly as Helm 3.19 reads a values file (sigs.k8s.io/yaml 1.6 over go-yaml v2.4): only the
 * first document, YAML 1.1 words, every number a float64, duplicate keys allowed. Never throws: errors are problems of
 * severity `error`, and what Helm does silently against most users' intent is a `warning`. `mostCharacters` is for
 * texts that glistio wrote itself. One parse serves values and places; lines are counted only when a problem or a
 * caller needs them.
 */
export function readYaml(source: Source, mostCharacters = maxLength): ReadDocument {
  const findings: YamlFinding[] = [];
  let value: Value = null;
  let text = source.text;
  let parsed: Parsed | undefined;
  const refused = refuse(text, mostCharacters);
  const isOdd = refused === undefined && hasOddBreaks(text);
  if (refused !== undefined) findings.push(refused);
  else {
    const plain = isOdd ? withPlainBreaks(text) : text;
    const { end, more, endsUnopened } = findFirstDocument(plain);
    if (endsUnopened) findings.push({ severity: 'error', start: end, end: end + 3, ...nothingToEnd });
    const document = end === text.length ? plain : plain.slice(0, end);
    try {
      // A manifest of our own holds values of any depth that is read, some levels deeper.
      parsed = parse(document, mostCharacters === Number.POSITIVE_INFINITY ? 2 * maxDepth : maxDepth);
      const opening = parsed.events[0];
      if (opening?.type === 1 && opening.directives.length > 0) checkDirectives(document, opening, findings);
      if (document.includes('\t')) checkTabs(parsed, findings);
      if (isOdd) parsed = { ...parsed, text: withBreaksOf(text, parsed.text) };
      value = construct(parsed.text, parsed.events, findings);
      text = parsed.text + text.slice(end);
    } catch (error) {
      findings.push(stumble(document, error));
    }
    if (more !== undefined) {
      const start = more + text.length - source.text.length;
      findings.push({ severity: 'warning', start, end: start, ...laterDocuments() });
    }
  }
  // The lines of a text that is too long to be read are not counted.
  const toPlace = isOdd
    ? oddPlaces(source.text, text, parsed?.padding)
    : placesIn(refused?.code === 'too-long' ? '' : text, parsed?.padding);
  if (findings.length > 0 && findings.some(({ severity }) => severity === 'error')) {
    value = null;
    parsed = undefined;
  }
  let find: ReturnType<typeof pathsIn> | undefined;
  return {
    value,
    problems: findings.length === 0 ? none : findings.map((finding) => toProblem(source.name, finding, toPlace)),
    place(path, part) {
      if (parsed === undefined) return undefined;
      find ??= pathsIn(parsed.text, parsed.events);
      const range = find(path, part);
      return range && toPlace(range.start, range.end);
    },
    token(path) {
      if (parsed === undefined) return undefined;
      find ??= pathsIn(parsed.text, parsed.events);
      const range = find(path, 'exactly');
      const written = range === undefined ? '' : parsed.text.slice(range.start, range.end);
      return written === '' || written.startsWith('*') || /[\n\u0085\u2028\u2029]/.test(written) ? undefined : written;
    },
  };
}

/** Editors do not count the odd breaks as lines, so places are those of the text as it is written. */
function oddPlaces(written: string, text: string, padding: Parsed['padding']): ReturnType<typeof placesIn> {
  const toPlace = placesIn(written);
  if (padding === undefined) return toPlace;
  const before = offsetsBefore(withPlainBreaks(text), padding);
  return (start, end) => toPlace(before(start), before(end));
}

const none: readonly Problem[] = [];

function toProblem(file: string, finding: YamlFinding, toPlace: ReturnType<typeof placesIn>): Problem {
  const { code, severity, message, hint, path, start, end, related, more } = finding;
  const problem: Problem = {
    code,
    severity,
    message: related === undefined ? message : `${message} The first one is on line ${toPlace(related, related).line}.`,
    ...(path === undefined || path.length === 0 ? {} : { path: formatPath(path) }),
    file,
    ...toPlace(start, end),
    ...(hint === undefined ? {} : { hint }),
  };
  return more === undefined ? problem : countOf(problem, more);
}

/**
 * Characters that Helm refuses, and what a decoder leaves of invalid UTF-8.
 * With the u flag only lone surrogates count as surrogates. Compiled on demand, because it is hardly ever needed and
 * takes a while.
 */
const strange = (): RegExp => /(?![\t\n\r\u0085])[\p{Cc}\p{Surrogate}\ufffd-\uffff]/u;
/** The same in a text of our own, where U+FFFD is only a character. */
const strangeOfOurs = (): RegExp => /(?![\t\n\r\u0085])[\p{Cc}\p{Surrogate}\ufffe\uffff]/u;

/** Everything else, emoji aside: a much faster check, and enough for nearly every text. */
const suspicious = /[^\t\n\r -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufffc]/;

/** What is visibly wrong with a text before it is parsed. */
function refuse(text: string, most: number): YamlFinding | undefined {
  if (text.length > most) {
    const message = `This text is longer than ${most / 1024 / 1024} MiB.`;
    return { code: 'too-long', severity: 'error', message, hint: 'is this a values file?', start: 0, end: 0 };
  }
  const match = suspicious.test(text)
    ? (most === Number.POSITIVE_INFINITY ? strangeOfOurs() : strange()).exec(text)
    : null;
  if (match === null) return undefined;
  const code = match[0].charCodeAt(0);
  const at = { severity: 'error', start: match.index, end: match.index + 1 } as const;
  if (code >= 0xd800) return { ...at, code: 'not-utf8', message: 'This text is not UTF-8.', hint: notUtf8(code) };
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const hint = 'remove it, or write it as an escape in double quotes';
  return { ...at, code: 'control-character', message: `The control character ${name} is not allowed in YAML.`, hint };
}

/** A decoder puts U+FFFD where a text is not UTF-8; the character itself can be escaped. */
function notUtf8(code: number): string {
  return code === 0xfffd
    ? 'save it as UTF-8; if U+FFFD is meant, write "\\uFFFD" in double quotes'
    : 'save it as UTF-8';
}

/** go-yaml v2 only knows YAML 1.1. */
function checkDirectives(text: string, { directives }: DocumentEvent, findings: YamlFinding[]): void {
  if (!directives.some((directive) => directive.kind === 'yaml' && directive.version !== '1.1')) return;
  const start = Math.max(0, text.indexOf('%YAML'));
  findings.push({ severity: 'error', start, end: start, ...wrongVersion() });
}

function checkTabs({ text, events }: Parsed, findings: YamlFinding[]): void {
  const start = findForbiddenTab(text, events) ?? findTabInBlock(text, events);
  if (start !== undefined) findings.push({ severity: 'error', start, end: start + 1, ...tabIndent });
}

function stumble(text: string, error: unknown): YamlFinding {
  const at = error instanceof YAMLException ? error.mark?.position : undefined;
  const reason = error instanceof YAMLException ? error.reason : String(error);
  const start = Math.min(at ?? 0, Math.max(0, text.length - 1));
  return { severity: 'error', start, end: start, ...explainSyntax(reason, text.slice(start, start + 20), maxDepth) };
}
