/**
 * What glistio has to say about an input, as plain data: a stable code, how bad it is, what to do about it and
 * where. Printers decide how it looks; nothing here formats or throws.
 */
export type Severity = 'error' | 'warning' | 'info';

/** A place in a text that a user wrote. Lines and columns count from 1, columns in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
  /** The column after the last character of the token, where the token is known to end on this line. */
  readonly endColumn?: number;
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
}

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
    const key = JSON.stringify([
      problem.code,
      problem.file,
      problem.line,
      problem.column,
      problem.path,
      problem.message,
    ]);
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

/** Each code once for a path: several checks may find the same. The gravest is kept, of equals the first. */
export function oncePerPath(problems: readonly Problem[]): Problem[] {
  const kept = new Map<string, Problem>();
  for (const problem of problems) {
    const { code, path, file, line, column } = problem;
    const key = JSON.stringify(path === undefined ? [code, file, line, column] : [code, path]);
    const other = kept.get(key);
    if (other === undefined || rank[problem.severity] < rank[other.severity]) kept.set(key, problem);
  }
  return [...kept.values()];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
