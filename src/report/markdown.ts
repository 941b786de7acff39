import { hiderOf } from '../diff/secret-messages.ts';
import type { Printable } from '../printable.ts';
import { type Problem, type Severity, sortProblems } from '../problem.ts';
import { counted } from '../words.ts';
import { markdown } from './diff-markdown.ts';
import { adviceOf, type FormatOptions } from './format.ts';
import { summarise } from './text.ts';

const marks: Readonly<Record<Severity, string>> = { error: '❌', warning: '⚠️', info: 'ℹ️' };
/** A comment or a job summary can only hold so much, and readers read no further. */
const mostRows = 200;

/** Problems as a table in Markdown, for comments and job summaries. */
export function formatMarkdown(given: readonly Problem[], { chartVersion, texts }: FormatOptions): Printable {
  const problems = sortProblems(given.map(hiderOf(texts).whole));
  const about = chartVersion === undefined ? 'glistio validate' : `glistio validate, chart ${chartVersion}`;
  if (problems.length === 0) return markdown`#### ✅ ${about}: nothing to report\n`;
  const rows = problems.slice(0, mostRows).map(rowOf);
  const left = problems.length - rows.length;
  const rest = left > 0 ? markdown`\n… and ${counted(left, 'problem')} more.\n` : markdown``;
  return markdown`#### ${problems.some(({ severity }) => severity === 'error') ? '❌' : '⚠️'} ${about}: ${summarise(problems)}\n\n| | where | what | code |\n|---|---|---|---|\n${rows}${rest}`;
}

function rowOf(problem: Problem): Printable {
  const { code, severity, message, file, line, column, path } = problem;
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const where = [place, path ?? ''].filter((part) => part !== '').join(' ');
  const advice = adviceOf(problem);
  return markdown`| ${marks[severity]} | ${where} | ${message}${advice === undefined ? '' : markdown` *${advice}*`} | ${code} |\n`;
}
