import type { Problem, Severity } from '../problem.ts';
import { countProblems, sortProblems } from '../problem.ts';
import { trimEndOf } from '../trim.ts';
import type { FormatOptions } from './format.ts';

/**
 * Problems for a terminal: one line that says what and where, the line of the input with a mark under the place, how
 * to fix it, and at the end how many there are.
 */
export function formatText(problems: readonly Problem[], { color, texts, noteOf }: FormatOptions): string {
  const paint = color ? withColor : withoutColor;
  const sorted = sortProblems(problems);
  if (sorted.length === 0) return '';
  const lineOf = linesIn(texts);
  const parts = sorted.map((problem) => describe(problem, lineOf, paint, noteOf?.(problem)));
  return `${parts.join('')}${summarise(sorted)}\n`;
}

type Style = 'red' | 'yellow' | 'cyan' | 'bold' | 'dim';
type Paint = (style: Style, text: string) => string;

const codes: Readonly<Record<Style, string>> = { red: '31', yellow: '33', cyan: '36', bold: '1', dim: '2' };
const styles: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'cyan' };

const withColor: Paint = (style, text) => `\u001b[${codes[style]}m${text}\u001b[0m`;
const withoutColor: Paint = (_, text) => text;

type LineOf = (file: string, line: number) => string | undefined;

/** Looks for the lines of each text once, and no further than the problems are. */
function linesIn(texts: ReadonlyMap<string, string>): LineOf {
  const known = new Map<string, { readonly starts: number[]; readonly breaks: Iterator<RegExpMatchArray> }>();
  return (file, line) => {
    const text = texts.get(file);
    if (text === undefined) return undefined;
    const { starts, breaks } = known.get(file) ?? { starts: [0], breaks: text.matchAll(/\r\n|\n|\r/g) };
    known.set(file, { starts, breaks });
    while (starts.length <= line) {
      const { value, done } = breaks.next();
      if (done) break;
      starts.push((value.index ?? 0) + value[0].length);
    }
    const start = starts[line - 1];
    return start === undefined ? undefined : trimEndOf(text.slice(start, starts[line]), '\r\n');
  };
}

/** A problem on one line, without colours. */
export function headlineOfProblem(problem: Problem): string {
  return headline(problem, withoutColor);
}

function headline(problem: Problem, paint: Paint): string {
  const about = [placeOf(problem), problem.path]
    .filter((part) => part !== undefined && part !== '')
    .map((part) => visible(part as string));
  const start = [paint(styles[problem.severity], problem.severity), ...about.map((part) => paint('bold', part))].join(
    ' ',
  );
  return `${start}: ${visible(problem.message)} ${paint('dim', `[${problem.code}]`)}`;
}

function describe(problem: Problem, lineOf: LineOf, paint: Paint, note: string | undefined): string {
  const hint = problem.hint ?? (problem.suggestion === undefined ? undefined : `did you mean ${problem.suggestion}?`);
  const lines = [headline(problem, paint), ...frameOf(problem, lineOf, paint)];
  if (hint !== undefined) lines.push(`  ${paint('cyan', 'hint')}: ${visible(hint)}`);
  if (note !== undefined) lines.push(`  ${visible(note)}`);
  return lines.map((line) => `${line}\n`).join('');
}

function placeOf({ file, line, column }: Problem): string | undefined {
  return file === undefined ? undefined : [file, line, column].filter((part) => part !== undefined).join(':');
}

const context = 40;
const widest = 100;

/** The line of the input and a mark under the place; nothing where the input or the place is not known. */
function frameOf(problem: Problem, lineOf: LineOf, paint: Paint): string[] {
  const { file, line, column } = problem;
  if (file === undefined || line === undefined) return [];
  const source = lineOf(file, line);
  if (source === undefined || source.trim() === '') return [];
  const start = (column ?? 1) - 1;
  const end = Math.max(problem.endColumn === undefined ? start + 1 : problem.endColumn - 1, start + 1);
  // A long line (JSON on one line, say) is cut around the place.
  const from = source.length > widest ? Math.max(0, Math.min(start - context, source.length - widest)) : 0;
  const to = Math.min(source.length, from + widest);
  const number = String(line);
  const bar = paint('dim', '|');
  const before = `${from > 0 ? '…' : ''}${visible(source.slice(from, start))}`;
  const shown = `${from > 0 ? '…' : ''}${visible(source.slice(from, to))}${to < source.length ? '…' : ''}`;
  const lines = [`  ${paint('dim', number)} ${bar} ${shown}`];
  if (column !== undefined) {
    const mark = '^'.repeat(Math.max(1, cellsOf(visible(source.slice(start, Math.min(end, to))))));
    lines.push(
      `  ${' '.repeat(number.length)} ${bar} ${' '.repeat(cellsOf(before))}${paint(styles[problem.severity], mark)}`,
    );
  }
  return lines;
}

/** Text from outside must not move the cursor or hide anything: control and direction characters become visible. */
function visible(text: string): string {
  return text
    .replaceAll('\t', ' ')
    .replace(
      /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
      (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
    );
}

/** Terminal columns: East Asian and emoji characters take two, combining ones none. */
function cellsOf(text: string): number {
  let cells = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    cells +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return cells;
}

function summarise(problems: readonly Problem[]): string {
  const count = (severity: Severity, word: string): string[] => {
    const number = countProblems(problems.filter((problem) => problem.severity === severity));
    return number === 0 ? [] : [`${number} ${word}${number === 1 ? '' : 's'}`];
  };
  return [...count('error', 'error'), ...count('warning', 'warning'), ...count('info', 'note')].join(', ');
}
