import { formatPath, type Path, type Problem } from '../problem.ts';
import { isList, isMap, type Value } from '../value.ts';
import type { ReadDocument, Source } from '../yaml/read.ts';

/**
 * Characters that look like a space in an editor but are not one in YAML; a byte order mark at the start of the text
 * does not count.
 */
const oddBlank = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/;
const atAnEnd = /^[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]|[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]$/;

/**
 * Keys and values that begin or end with a no-break space or similar, as copied from web pages: YAML reads it as part
 * of them, so a key is not found under its apparent name. If it makes the text invalid YAML, the reader's problem says
 * so instead.
 */
export function findOddBlanks({ name, text }: Source, { value, problems, place }: ReadDocument): readonly Problem[] {
  if (!oddBlank.test(text)) return problems;
  const found: { readonly path: Path; readonly part: 'key' | 'value' }[] = [];
  collect(value, [], found);
  const [first] = found;
  if (first === undefined) return problems.map((problem) => withCause(problem, text));
  const lines = text.split('\n').filter((line) => oddBlank.test(line)).length;
  const written = first.part === 'key' ? String(first.path.at(-1)) : '';
  return [
    ...problems,
    {
      code: 'odd-blank',
      severity: found.some(({ part }) => part === 'key') ? 'error' : 'warning',
      message: `${nameOf(text)} looks like a space, but YAML reads it as part of the ${first.part}${written === '' ? '' : ` ${JSON.stringify(written)}`}${lines > 1 ? `; ${lines} lines have one` : ''}.`,
      path: formatPath(first.path),
      file: name,
      ...place(first.path, first.part),
      hint,
    },
  ];
}

const hint = 'replace each of them with a space';

function nameOf(text: string): string {
  const code = (oddBlank.exec(text)?.[0] ?? '').charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return code === '00A0' ? 'The no-break space U+00A0' : `The character U+${code}`;
}

/** Adds what is odd about a line to the reader's message about it. */
function withCause(problem: Problem, text: string): Problem {
  const near = text
    .split('\n')
    .slice(Math.max(0, (problem.line ?? 1) - 2), problem.line ?? 1)
    .join('\n');
  if (problem.severity !== 'error' || !oddBlank.test(near)) return problem;
  return {
    ...problem,
    code: 'odd-blank',
    message: `${nameOf(near)} looks like a space, but YAML does not treat it as one. ${problem.message}`,
    hint,
  };
}

function collect(value: Value, path: Path, found: { path: Path; part: 'key' | 'value' }[]): void {
  if (typeof value === 'string') {
    if (atAnEnd.test(value)) found.push({ path, part: 'value' });
  } else if (isList(value)) for (const [index, item] of value.entries()) collect(item, [...path, index], found);
  else if (isMap(value))
    for (const [key, item] of Object.entries(value)) {
      if (atAnEnd.test(key)) found.push({ path: [...path, key], part: 'key' });
      else collect(item, [...path, key], found);
    }
}
