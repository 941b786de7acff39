import { markup, type Printable } from '../printable.ts';
import { countProblems, type Problem, type Severity } from '../problem.ts';
import { grouped } from '../words.ts';
import { adviceOf, type FormatOptions, forServices, realFileOf } from './format.ts';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/** GitHub shows this many annotations of each kind per step; the others are only in its log. */
const mostShown = 10;

/**
 * Problems as GitHub's workflow commands, which annotate the lines of a pull request. If there are more than GitHub
 * shows, the last visible one says how many.
 */
export function formatGithub(given: readonly Problem[], options: FormatOptions): Printable {
  const problems = forServices(given, options);
  const seen: Record<Severity, number> = { error: 0, warning: 0, info: 0 };
  const of = (wanted: Severity) => problems.filter(({ severity }) => severity === wanted);
  const alike = { error: of('error'), warning: of('warning'), info: of('info') };
  const printed = problems.map((problem) => {
    const { severity } = problem;
    const ofKind = alike[severity];
    seen[severity]++;
    if (ofKind.length <= mostShown || seen[severity] !== mostShown) return commandOf(problem);
    const rest = countProblems(ofKind.slice(mostShown - 1));
    return data`::${commands[severity]} title=glistio::${grouped(rest)} more like this are in the log of this step; GitHub shows ten of each kind.\n${commandOf(problem)}`;
  });
  return data`${printed}`;
}

function commandOf(problem: Problem): Printable {
  const { code, severity, message, file, line, column, endColumn } = problem;
  const place = { file, line, endLine: endColumn === undefined ? undefined : line, col: column, endColumn };
  const isFile = realFileOf(problem) !== undefined;
  const properties = Object.entries({ ...(isFile ? place : {}), title: `glistio ${code}` })
    .filter(([, value]) => value !== undefined)
    .map(([key, value], index) => property`${index === 0 ? '' : data`,`}${data`${key}=`}${property`${String(value)}`}`);
  const advice = adviceOf(problem);
  const where = isFile || file === undefined ? '' : `${file}: `;
  const said = [`${where}${message}`, ...(advice === undefined ? [] : [advice])].flatMap((text) => text.split('\n'));
  const text = said.map((line, index) => data`${index === 0 ? '' : data`%0A`}${line}`);
  return data`::${commands[severity]} ${properties}::${text}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25');
}

/** Text after the second `::` of a command. */
const data = markup('commands', escapeData);
/** The value of a property. */
const property = markup('commands', (text) => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C'));
