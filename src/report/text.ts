import { hiddenPart } from '../diff/redact.ts';
import { type Hider, hideInMessage, hiderOf } from '../diff/secret-messages.ts';
import { replaceSpans, type Span, spansWithin } from '../diff/span.ts';
import { type Paint, type Printable, painter, type Style, shown, visible } from '../printable.ts';
import { countProblems, type Problem, type Severity, sortProblems } from '../problem.ts';
import { trimEndOf } from '../trim.ts';
import { counted } from '../words.ts';
import { adviceOf, type FormatOptions } from './format.ts';

/**
 * Problems for a terminal: one line with the problem and its place, the line of the input with a mark under the place,
 * the fix, and at the end the counts.
 */
export function formatText(problems: readonly Problem[], { color, texts, noteOf }: FormatOptions): Printable {
  const paint = painter(color);
  const sorted = sortProblems(problems);
  if (sorted.length === 0) return shown``;
  const input: Input = { lineOf: linesIn(texts), hider: hiderOf(texts) };
  const parts = sorted.map((problem) => describe(problem, input, paint, noteOf?.(problem)));
  return shown`${parts}${summarise(sorted)}\n`;
}

const styles: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'cyan' };

interface Input {
  readonly lineOf: LineOf;
  readonly hider: Hider;
}

interface SourceLine {
  readonly text: string;
  /** Its offset in the whole text. */
  readonly start: number;
}

type LineOf = (file: string, line: number) => SourceLine | undefined;

/** Finds the lines of each text once, and no further than the problems need. */
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
    return start === undefined ? undefined : { text: trimEndOf(text.slice(start, starts[line]), '\r\n'), start };
  };
}

/** A problem on one line, without colours and with secrets hidden. */
export function headlineOfProblem(problem: Problem): string {
  const { message, file } = problem;
  const hidden = {
    ...problem,
    message: hideInMessage(message),
    ...(file === undefined ? {} : { file: hiderOf(new Map()).name(file) }),
  };
  return headline(hidden, painter(false)).exact;
}

function headline(problem: Problem, paint: Paint): Printable {
  const about = [placeOf(problem), problem.path].filter((part) => part !== undefined && part !== '');
  const places = about.map((part) => shown` ${paint('bold', part ?? '')}`);
  const kind = paint(styles[problem.severity], problem.severity);
  return shown`${kind}${places}: ${problem.message} ${paint('dim', `[${problem.code}]`)}`;
}

function describe(given: Problem, { lineOf, hider }: Input, paint: Paint, note: string | undefined): Printable {
  const problem = hider.problem(given);
  const { file } = problem;
  const hint = adviceOf(problem, 'did you mean');
  const named = file === undefined ? problem : { ...problem, file: hider.name(file) };
  const lines = [headline(named, paint), ...frameOf(problem, lineOf, hider, paint)];
  if (hint !== undefined) lines.push(shown`  ${paint('cyan', 'hint')}: ${hint}`);
  if (note !== undefined) lines.push(shown`  ${note}`);
  return shown`${lines.map((line) => shown`${line}\n`)}`;
}

/** The place in a file; without one, the object. */
function placeOf({ file, line, column, subject }: Problem): string | undefined {
  if (file === undefined) return subject && `${subject.kind} ${subject.namespace}/${subject.name}`;
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

const context = 40;
const widest = 100;

/** The line of the input and a mark under the place; nothing if the input or the place is unknown. */
function frameOf(
  { file, line, column, endColumn, severity }: Problem,
  lineOf: LineOf,
  hider: Hider,
  paint: Paint,
): Printable[] {
  if (file === undefined || line === undefined) return [];
  const found = lineOf(file, line);
  if (found === undefined || found.text.trim() === '') return [];
  const { source, at } = withHiddenParts(found, hider.spans(file));
  const start = at((column ?? 1) - 1);
  const end = Math.max(endColumn === undefined ? start + 1 : at(endColumn - 1), start + 1);
  // A long line (such as JSON on one line) is cut around the place.
  const from = source.length > widest ? Math.max(0, Math.min(start - context, source.length - widest)) : 0;
  const to = Math.min(source.length, from + widest);
  const number = String(line);
  const bar = paint('dim', '|');
  const before = `${from > 0 ? '…' : ''}${visible(source.slice(from, start))}`;
  const part = `${from > 0 ? '…' : ''}${source.slice(from, to)}${to < source.length ? '…' : ''}`;
  const lines = [shown`  ${paint('dim', number)} ${bar} ${part}`];
  if (column !== undefined) {
    const mark = '^'.repeat(Math.max(1, cellsOf(visible(source.slice(start, Math.min(end, to))))));
    const indent = ' '.repeat(cellsOf(before));
    lines.push(shown`  ${' '.repeat(number.length)} ${bar} ${indent}${paint(styles[severity], mark)}`);
  }
  return lines;
}

/** The line with its secrets hidden, and the new columns of its characters: those of a secret are at its start. */
export function withHiddenParts({ text, start }: SourceLine, spans: readonly Span[]) {
  const own = spansWithin(spans, start, start + text.length).map((span) => ({
    start: Math.max(0, span.start - start),
    end: Math.min(text.length, span.end - start),
  }));
  const source = replaceSpans(text, own, () => hiddenPart);
  const at = (place: number): number => {
    let moved = place;
    for (const span of own) {
      if (place >= span.end) moved += hiddenPart.length - (span.end - span.start);
      else if (place > span.start) moved -= place - span.start;
    }
    return moved;
  };
  return { source, at };
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

/** The number of problems of each severity, in words. */
export function summarise(problems: readonly Problem[]): string {
  const count = (severity: Severity, word: string): string[] => {
    const number = countProblems(problems.filter((problem) => problem.severity === severity));
    return number === 0 ? [] : [counted(number, word)];
  };
  return [...count('error', 'error'), ...count('warning', 'warning'), ...count('info', 'note')].join(', ');
}
