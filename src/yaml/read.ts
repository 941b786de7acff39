import { type DocumentEvent, type Event, parseEvents, YAMLException } from 'js-yaml';
import { formatPath, type Path, type Place, type Problem } from '../problem.ts';
import type { Value } from '../values/value.ts';
import { construct, maxDepth } from './construct.ts';
import { type Finding, laterDocuments, wrongVersion } from './findings.ts';
import { findFirstDocument } from './first-document.ts';
import { pathsIn, placesIn } from './places.ts';
import { explainSyntax } from './syntax.ts';

/** A text and the name under which problems speak of it. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** What a YAML text says, and where it says it. */
export interface ReadDocument {
  /** The first document; null if there is none, or if `problems` has an error. */
  readonly value: Value;
  /** In the order of the text. */
  readonly problems: readonly Problem[];
  /**
   * Where a path is written: its key, or its value. What stands nowhere itself (behind an alias or a merge key, an empty
   * value, a path that is not there) is found at its nearest ancestor. Undefined if the text is empty or is no YAML.
   */
  place(path: Path, part: 'key' | 'value'): Place | undefined;
}

/** Four times what Kubernetes can hold of a whole Helm release. */
const maxLength = 4 * 1024 * 1024;

/**
 * Reads a YAML or JSON text exactly as Helm 3.19 reads a values file (sigs.k8s.io/yaml 1.6 over go-yaml v2.4): the
 * first document only, YAML 1.1 words, every number a float64, duplicate keys allowed. It never throws: whatever is
 * wrong is a problem of severity `error`, and what Helm does silently against most people's intent is a `warning`.
 * One parse serves values and places; nothing counts lines until a problem or a caller asks.
 */
export function readYaml(source: Source): ReadDocument {
  const { text } = source;
  const toPlace = placesIn(text);
  const findings: Finding[] = [];
  let value: Value = null;
  let events: Event[] | undefined;
  const refused = refuse(text);
  if (refused !== undefined) findings.push(refused);
  else {
    const { end, more } = findFirstDocument(text);
    const document = end === text.length ? text : text.slice(0, end);
    try {
      events = parseEvents(document, { maxDepth });
      if (events[0]?.type === 1 && events[0].directives.length > 0) checkDirectives(document, events[0], findings);
      value = construct(document, events, findings);
    } catch (error) {
      findings.push(stumble(document, error));
    }
    if (more !== undefined) findings.push({ severity: 'warning', start: more, end: more, ...laterDocuments() });
  }
  if (findings.length > 0 && findings.some(({ severity }) => severity === 'error')) {
    value = null;
    events = undefined;
  }
  let find: ReturnType<typeof pathsIn> | undefined;
  return {
    value,
    problems: findings.length === 0 ? none : findings.map((finding) => toProblem(source.name, finding, toPlace)),
    place(path, part) {
      if (events === undefined) return undefined;
      find ??= pathsIn(text, events);
      const range = find(path, part);
      return range && toPlace(range.start, range.end);
    },
  };
}

const none: readonly Problem[] = [];

function toProblem(file: string, finding: Finding, toPlace: ReturnType<typeof placesIn>): Problem {
  const { code, severity, message, hint, path, start, end, related } = finding;
  return {
    code,
    severity,
    message: related === undefined ? message : `${message} The first one is on line ${toPlace(related, related).line}.`,
    ...(path === undefined || path.length === 0 ? {} : { path: formatPath(path) }),
    file,
    ...toPlace(start, end),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** Characters that Helm refuses or that only it takes for line breaks, and what a decoder leaves of bytes that are no UTF-8. */
const strange = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffd-\uffff]/g;

/** What is wrong with a text at first sight, before anything is parsed. */
function refuse(text: string): Finding | undefined {
  if (text.length > maxLength) {
    const message = `This text is longer than ${maxLength / 1024 / 1024} MiB.`;
    return { code: 'too-long', severity: 'error', message, hint: 'is this a values file?', start: 0, end: 0 };
  }
  strange.lastIndex = 0;
  for (let match = strange.exec(text); match !== null; match = strange.exec(text)) {
    const character = match[0];
    const start = match.index;
    const code = character.charCodeAt(0);
    const at = { severity: 'error', start, end: start + 1 } as const;
    // Surrogates in pairs are one character of the higher planes.
    if (code >= 0xd800 && code <= 0xdbff && isLowSurrogate(text.charCodeAt(start + 1))) strange.lastIndex++;
    else if (code >= 0xd800) {
      return { ...at, code: 'not-utf8', message: 'This text is not UTF-8.', hint: 'save it as UTF-8' };
    } else {
      const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
      const message =
        code >= 0x2028 || code === 0x85
          ? `${name} is a line break for Helm's YAML reader, and for nearly nobody else.`
          : `The control character ${name} must not stand in YAML.`;
      return {
        ...at,
        code: 'control-character',
        message,
        hint: 'remove it, or write it as an escape in double quotes',
      };
    }
  }
  return undefined;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

/** go-yaml v2 knows YAML 1.1 only. */
function checkDirectives(text: string, { directives }: DocumentEvent, findings: Finding[]): void {
  if (!directives.some((directive) => directive.kind === 'yaml' && directive.version !== '1.1')) return;
  const start = Math.max(0, text.indexOf('%YAML'));
  findings.push({ severity: 'error', start, end: start, ...wrongVersion() });
}

function stumble(text: string, error: unknown): Finding {
  const at = error instanceof YAMLException ? error.mark?.position : undefined;
  const reason = error instanceof YAMLException ? error.reason : String(error);
  const start = Math.min(at ?? 0, Math.max(0, text.length - 1));
  return { severity: 'error', start, end: start, ...explainSyntax(reason, text.slice(start, start + 20), maxDepth) };
}
