import { formatPath, type Path, type Problem } from '../problem.ts';
import { isList, isMap, type Value } from '../value.ts';
import { shorten } from '../words.ts';
import type { ReadDocument, Source } from '../yaml/read.ts';

/**
 * Characters that look like a blank, or like nothing, in an editor, but that YAML reads as characters; a byte order
 * mark at the start of the text does not count.
 */
const odd = /[\u00a0\u00ad\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]/;
const oddQuotes = /^(?:[“”„].*[“”]|[‘’‚].*[‘’]|«.*»)$/;

type Found = { readonly path: Path; readonly part: 'key' | 'value'; readonly text: string };

/**
 * Keys and values with a no-break space, an invisible character or typographic quotes around them, as they are copied
 * from web pages: YAML reads these as part of the key or value. If they make the text invalid YAML, the reader's
 * message mentions them.
 */
export function findOddBlanks({ name, text }: Source, document: ReadDocument): readonly Problem[] {
  const { problems } = document;
  if (!odd.test(text.replace(/^\ufeff/, '')) && !/[“„‘‚«]/.test(text)) return problems;
  const found = oddBlanksIn(name, document);
  const isBlank = found.some(({ code }) => code === 'odd-blank');
  return [...(isBlank ? problems : problems.map((problem) => withCause(problem, text))), ...found];
}

/** The same in values that are a part of a file. */
export function oddBlanksIn(name: string, { value, place }: Pick<ReadDocument, 'value' | 'place'>): Problem[] {
  const found: Found[] = [];
  collect(value, [], found);
  const placed = ({ path, part }: Found) => ({ path: formatPath(path), file: name, ...place(path, part) });
  const ofQuotes = found
    .filter((one) => oddQuotes.test(one.text))
    .map(
      (one): Problem => ({
        code: 'odd-quote',
        severity: 'warning',
        message: `YAML reads ${one.text.slice(0, 1)} not as a quote but as part of the ${one.part}: ${JSON.stringify(shorten(one.text))}.`,
        ...placed(one),
        hint: `Write "${shorten(one.text.slice(1, -1))}" with straight quotes.`,
      }),
    );
  const blanks = found.filter((one) => odd.test(one.text));
  const [first] = blanks;
  if (first === undefined) return ofQuotes;
  const lines = new Set(blanks.map(({ path, part }) => place(path, part)?.line)).size;
  const whole: Problem = {
    code: 'odd-blank',
    severity: blanks.some(({ part }) => part === 'key') ? 'error' : 'warning',
    message: `${nameOf(first.text)}, but YAML reads it as part of the ${first.part}${first.part === 'key' ? ` ${JSON.stringify(first.text)}` : ''}${lines > 1 ? `; ${lines} lines have one` : ''}.`,
    ...placed(first),
    hint: hintFor(first.text),
  };
  return [...ofQuotes, whole];
}

/** Invisible: it should be removed. */
const invisible = /[\u00ad\u200b\u2060\ufeff]/;

const oddIn = (text: string): string => odd.exec(text)?.[0] ?? '';

function hintFor(text: string): string {
  return invisible.test(oddIn(text)) ? 'remove each of them' : 'replace each of them with a space';
}

function nameOf(text: string): string {
  const code = oddIn(text).charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  if (invisible.test(oddIn(text))) return `The character U+${code} is invisible`;
  return `${code === '00A0' ? 'The no-break space' : 'The character'} U+${code} looks like a space`;
}

/** Adds the odd characters of a line to the reader's message about it. */
function withCause(problem: Problem, text: string): Problem {
  const near = text
    .split('\n')
    .slice(Math.max(0, (problem.line ?? 1) - 2), problem.line ?? 1)
    .join('\n');
  if (problem.severity !== 'error' || !odd.test(near)) return problem;
  return {
    ...problem,
    code: 'odd-blank',
    message: `${nameOf(near)}, but YAML reads it as a character. ${problem.message}`,
    hint: hintFor(near),
  };
}

/** Only in keys and one-line values; in a multi-line string it may be intended. */
function collect(value: Value, path: Path, found: Found[]): void {
  const isOdd = (text: string): boolean => !text.includes('\n') && (odd.test(text) || oddQuotes.test(text));
  if (typeof value === 'string') {
    if (isOdd(value)) found.push({ path, part: 'value', text: value });
  } else if (isList(value)) for (const [index, item] of value.entries()) collect(item, [...path, index], found);
  else if (isMap(value))
    for (const [key, item] of Object.entries(value)) {
      if (isOdd(key)) found.push({ path: [...path, key], part: 'key', text: key });
      else collect(item, [...path, key], found);
    }
}
