/**
 * What glistio reports about an input, as plain data: a stable code, a severity, what to do about it, and where.
 * Printers decide how it looks; nothing here formats or throws.
 */
import { compareText, type Value } from './value.ts';
import { grouped } from './words.ts';

export type Severity = 'error' | 'warning' | 'info';

/** A place in a user's text. Lines and columns count from 1, columns in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
  /** The column after the token's last character, if the token is known to end on this line. */
  readonly endColumn?: number;
}

/** The identity of an object in a cluster. */
export interface ObjectRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Problem {
  /** Stable, kebab-case; documented in docs/rules.md. */
  readonly code: string;
  readonly severity: Severity;
  /** One or two sentences, complete without the other fields; never contains the place. */
  readonly message: string;
  /** The path of the value that it is about, in Helm's notation: `global.istioSDS.customSidecars[0].name`. */
  readonly path?: string;
  /** The name of the input as the user wrote it; `<stdin>` for standard input. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly endColumn?: number;
  /** How to fix it. */
  readonly hint?: string;
  /** The path that was probably meant. */
  readonly suggestion?: string;
  /** The number of unlisted problems with this code and severity in this file; the place is that of the first one. */
  readonly more?: number;
  /** The object that it is about, if the input has several. */
  readonly subject?: ObjectRef & { readonly apiVersion: string };
}

/**
 * A problem before it is known how the value was set: `{0}`, `{1}` in its hint are replaced by ways to write `meant` in
 * a file or in a `--set` option.
 */
export interface FoundProblem extends Problem {
  readonly meant?: readonly MeantValue[];
}

/**
 * The value to write instead of the one that a problem is about, there or at another path; `asString` means that value,
 * spelled as it was given.
 */
export type MeantValue =
  | { readonly value: Value }
  | { readonly value: Value; readonly at: Path }
  /** `isBare`: the chart prints it without quotes, so the string needs quotes of its own. */
  | { readonly asString: Value; readonly isBare?: boolean };

/** The steps from the root of a document to a value: keys and list indexes. */
export type Path = readonly (string | number)[];

/** The path one step further down. `[...path, step]` reserves three times the memory, which counts where values are read. */
export function pathBelow(path: Path, step: string | number): Path {
  const longer = new Array<string | number>(path.length + 1);
  for (let index = 0; index < path.length; index++) longer[index] = path[index] as string | number;
  longer[path.length] = step;
  return longer;
}

/**
 * Formats a path in the notation of `helm --set`: dots between keys, `[0]` for list items, `\.` for a dot inside a key.
 */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += (text === '' ? '' : '.') + step.replace(/[\\.[\],=]/g, '\\$&');
  }
  return text;
}

/** The same place or problem in a text with further lines above it. */
export function movedDown<T extends { readonly line?: number }>(place: T, lines: number): T {
  return place.line === undefined ? place : { ...place, line: place.line + lines };
}

/** Parses a path in that notation; the inverse of {@link formatPath}. */
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

/** Sorts problems by file, line and column, the most severe first at the same place, and removes exact duplicates. */
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
      compareText(a.file ?? '', b.file ?? '') ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0) ||
      rank[a.severity] - rank[b.severity] ||
      compareText(a.code, b.code) ||
      compareText(a.path ?? '', b.path ?? ''),
  );
}

/** The most problems of one code, severity and file that are listed; more have a common cause, which these show. */
export const mostAlike = 200;

/** Problems of one code, severity and file. */
interface Alike {
  listed: number;
  /** The first one that is not listed. */
  first: Problem | undefined;
  more: number;
}

/**
 * Collects problems without duplicates. Problems of one document are the same if code and path are, because several
 * checks may find them (the most severe is kept, or the first of equals); if there are many documents, only exact
 * duplicates are the same. Of very many similar ones, the first are listed and the rest are counted in one more of the
 * same code and severity: memory and output stay bounded, and callers that look at codes, severities or counts get the
 * same answer.
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

  /**
   * Counts a problem if so many similar ones are known that it would not be listed; returns whether it did. Its line
   * may be unknown.
   */
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
    // Thousands of arguments count as one file.
    const key = `${code} ${severity} ${file.startsWith('--') ? '--' : file}`;
    let alike = this.#alike.get(key);
    if (alike === undefined) {
      alike = { listed: 0, first: undefined, more: 0 };
      this.#alike.set(key, alike);
    }
    return alike;
  }
}

/** Problems about a key rather than its value. */
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

/** The problem that stands for all similar ones that are not listed. */
export function countOf(first: Problem, more: number): Problem {
  if (more === 1 && first.more === undefined) return first;
  const { code, severity, file, line, column, endColumn } = first;
  const message = `${grouped(more)} more problems with the code ${code} are not listed.`;
  const place = { file, line, column, endColumn };
  const known = Object.fromEntries(Object.entries(place).filter(([, part]) => part !== undefined)) as Partial<Problem>;
  return { code, severity, message, ...known, more };
}

/** The number of problems, including those that are not listed. */
export function countProblems(problems: readonly Problem[]): number {
  return problems.reduce((sum, { more }) => sum + (more ?? 1), 0);
}
