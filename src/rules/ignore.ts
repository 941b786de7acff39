import type { Problem } from '../problem.ts';
import type { Source } from '../yaml/read.ts';

/** The codes that the comments of one source ignore. */
export interface Ignored {
  /** Codes by line; `*` is every code. */
  readonly lines: ReadonlyMap<number, ReadonlySet<string>>;
  readonly everywhere: ReadonlySet<string>;
  /** Every code that is mentioned, with its place. */
  readonly named: readonly { readonly code: string; readonly line: number; readonly column: number }[];
}

const comment = /(^|\s)#[ \t]*glistio-ignore(-file)?(?=[\s:,]|$)[ \t:]*([a-z0-9 \t,-]*)/;

/**
 * Reads `# glistio-ignore CODE, CODE` (without a code: everything) and `# glistio-ignore-file CODE`. A comment after a
 * value applies to that line; on its own line it applies to the next line that is not a comment.
 */
export function readIgnores(text: string): Ignored {
  const lines = new Map<number, Set<string>>();
  const everywhere = new Set<string>();
  const named: Ignored['named'][number][] = [];
  if (!text.includes('glistio-ignore')) return { lines, everywhere, named };
  let waiting = new Set<string>();
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const match = comment.exec(line);
    const found = match === null ? [] : codesOf(match);
    const codes = found.map(({ code }) => code);
    for (const { code, column } of found) if (code !== '*') named.push({ code, line: index + 1, column });
    const isOwnLine = /^\s*(#|$)/.test(line);
    if (match?.[2] !== undefined) for (const code of codes) everywhere.add(code);
    else if (isOwnLine) for (const code of codes) waiting.add(code);
    if (isOwnLine) continue;
    const here = new Set([...waiting, ...(match?.[2] === undefined ? codes : [])]);
    if (here.size > 0) lines.set(index + 1, here);
    waiting = new Set();
  }
  return { lines, everywhere, named };
}

function codesOf({ 0: whole, 2: isFile, 3: list = '', index }: RegExpExecArray): { code: string; column: number }[] {
  const start = index + whole.length - list.length;
  const codes = [...list.matchAll(/[^\s,]+/g)]
    .filter(([word]) => word !== '-')
    .map(({ 0: code, index: at }) => ({ code, column: start + at + 1 }));
  // To ignore everything in a whole file, do not run `validate` on it.
  return codes.length === 0 && isFile === undefined ? [{ code: '*', column: 0 }] : codes;
}

/** Whether a comment in the problem's own text applies to it. */
function isIgnored({ code, line, more }: Problem, { lines, everywhere }: Ignored): boolean {
  // A problem that summarizes several concerns more than the line of the first.
  const here = line === undefined || more !== undefined ? undefined : lines.get(line);
  return everywhere.has(code) || here?.has(code) === true || here?.has('*') === true;
}

/** The codes that comments ignore in all sources of values, by the name of the source. */
export function ignoresOf(values: readonly object[] = []): Map<string, Ignored> {
  const texts = values.filter((given): given is Source => 'text' in given && typeof given.text === 'string');
  return new Map(texts.map(({ name, text }) => [name, readIgnores(text)]));
}

/** The same for several texts, by name. */
export function isIgnoredBy(problem: Problem, ignores: ReadonlyMap<string, Ignored>): boolean {
  const ignored = problem.file === undefined ? undefined : ignores.get(problem.file);
  return ignored !== undefined && isIgnored(problem, ignored);
}
