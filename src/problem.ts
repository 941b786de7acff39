/**
 * What glistio has to say about an input, as plain data: a stable code, how bad it is, what to do about it and
 * where. Printers decide how it looks; nothing here formats or throws.
 */
import type { Value } from './value.ts';
import { grouped } from './words.ts';

export type Severity = 'error' | 'warning' | 'info';

/** A place in a text that a user wrote. Lines and columns count from 1, columns in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
  /** The column after the last character of the token, where the token is known to end on this line. */
  readonly endColumn?: number;
}

/** What identifies an object in a cluster. */
export interface ObjectRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Problem {
  /** Stable, kebab-case; listed with its meaning in docs/rules.md. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence or two, complete without the other fields; never contains the place. */
  readonly message: string;
  /** The value that it is about, in Helm's own notation: `global.istioSDS.customSidecars[0].name`. */
  readonly path?: string;
  /** The name of the input as the user gave it; `<stdin>` for standard input. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly endColumn?: number;
  /** How to fix it. */
  readonly hint?: string;
  /** The path that was probably meant. */
  readonly suggestion?: string;
  /** Stands for so many problems with this code and severity in this file that are not listed; the place is that of the first. */
  readonly more?: number;
  /** The object that it is about, where it is about one of many. */
  readonly subject?: ObjectRef & { readonly apiVersion: string };
}

/**
 * A problem as a stage finds it, before it is known how the value was given: `{0}`, `{1}` in its hint stand for ways to
 * write what is `meant` in its place, in a file or in a `--set` option.
 */
export interface FoundProblem extends Problem {
  readonly meant?: readonly MeantValue[];
}

/** A value to write in the place of the one that a problem is about; `asString`: that one, in the characters in which it was given. */
export type MeantValue = { readonly value: Value } | { readonly asString: Value };

/** The steps from the top of a document to a value: keys and list indices. */
export type Path = readonly (string | number)[];

/** A path in the notation of `helm --set`: dots between keys, `[0]` for list items, `\.` for a dot inside a key. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += (text === '' ? '' : '.') + step.replace(/[\\.[\],=]/g, '\\$&');
  }
  return text;
}

/** The steps of a path in that notation; the inverse of {@link formatPath} for every path that it writes. */
export function parsePath(text: string): Path {
  const steps: (string | number)[] = [];
  for (const match of text.matchAll(/\[(\d+)\]|\.?((?:\\.|[^\\.[\]])+)|\.(?=\.|$)/gs)) {
    if (match[1] !== undefined) steps.push(Number(match[1]));
    else steps.push((match[2] ?? '').replace(/\\(.)/gs, '$1'));
  }
  return steps;
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Problems in the order in which people read them: by file, line and column, the gravest first where they meet; exact repetitions dropped. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  const unique = problems.filter((problem) => {
    const key = wholeKey(problem);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return unique.sort(
    (a, b) =>
      compare(a.file ?? '', b.file ?? '') ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0) ||
      rank[a.severity] - rank[b.severity] ||
      compare(a.code, b.code) ||
      compare(a.path ?? '', b.path ?? ''),
  );
}

/** So many problems of one code, severity and file are listed; who has more has one cause, and finds it in these. */
export const mostAlike = 200;

/** Problems of one code, severity and file. */
interface Alike {
  listed: number;
  /** The first that is not listed. */
  first: Problem | undefined;
  more: number;
}

/**
 * Collects problems, each once. Problems of one document are the same if code and path are, since several checks may find it (the
 * gravest is kept, of equals the first); where there are many documents, only exact repetitions are. Of very many alike, the first are listed and the rest counted in one more of the same code and severity, so that neither memory
 * nor output grows with them and callers that ask for codes, severities or numbers get the same answer.
 */
export class ProblemList {
  readonly #kept = new Map<string, Problem>();
  readonly #alike = new Map<string, Alike>();
  readonly #keyOf: (problem: Problem) => string;

  constructor(of: 'one document' | 'many documents') {
    this.#keyOf = of === 'one document' ? pathKey : wholeKey;
  }

  add(problem: Problem): void {
    const key = this.#keyOf(problem);
    const other = this.#kept.get(key);
    if (other !== undefined && rank[problem.severity] >= rank[other.severity]) return;
    const alike = this.#alikeOf(problem);
    if (problem.more !== undefined || alike.listed >= mostAlike) {
      alike.first ??= problem;
      alike.more += problem.more ?? 1;
      return;
    }
    if (other !== undefined) this.#alikeOf(other).listed--;
    alike.listed++;
    this.#kept.set(key, problem);
  }

  /** Counts a problem where so many like it are known already that it would not be listed; whether it did. Its line may be unknown. */
  countIfFull(problem: Problem): boolean {
    const alike = this.#alikeOf(problem);
    if (alike.first === undefined) return false;
    alike.more++;
    return true;
  }

  addAll(problems: Iterable<Problem>): void {
    for (const problem of problems) this.add(problem);
  }

  /** In the order of {@link sortProblems}. */
  sorted(): Problem[] {
    const counted = [...this.#alike.values()].flatMap(({ first, more }) =>
      first === undefined ? [] : [countOf(first, more)],
    );
    return sortProblems([...this.#kept.values(), ...counted]);
  }

  #alikeOf({ code, severity, file = '' }: Problem): Alike {
    // Thousands of arguments are as one file.
    const key = `${code} ${severity} ${file.startsWith('--') ? '--' : file}`;
    let alike = this.#alike.get(key);
    if (alike === undefined) {
      alike = { listed: 0, first: undefined, more: 0 };
      this.#alike.set(key, alike);
    }
    return alike;
  }
}

/** Problems about a key rather than about what stands behind it. */
export const aboutKeys: ReadonlySet<string> = new Set([
  'unknown-value',
  'value-of-another-release',
  'missing-value',
  'needs-wrapping-chart',
]);

function pathKey({ code, path, file, line, column }: Problem): string {
  return JSON.stringify(path === undefined ? [code, file, line, column] : [code, path]);
}

function wholeKey({ code, file, line, column, path, message }: Problem): string {
  return JSON.stringify([code, file, line, column, path, message]);
}

/** The problem that stands for the first and all others like it that are not listed. */
export function countOf(first: Problem, more: number): Problem {
  if (more === 1 && first.more === undefined) return first;
  const { code, severity, file, line, column, endColumn } = first;
  const message = `${grouped(more)} more problems with the code ${code} are not listed.`;
  const place = { file, line, column, endColumn };
  const known = Object.fromEntries(Object.entries(place).filter(([, part]) => part !== undefined)) as Partial<Problem>;
  return { code, severity, message, ...known, more };
}

/** How many problems these are, those included that are not listed. */
export function countProblems(problems: readonly Problem[]): number {
  return problems.reduce((sum, { more }) => sum + (more ?? 1), 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
