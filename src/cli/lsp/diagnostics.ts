import type { Diagnostic, DiagnosticSeverity, DiagnosticTag, Range } from 'vscode-languageserver-protocol';
import { visible } from '../../printable.ts';
import type { Problem, Severity } from '../../problem.ts';
import { adviceOf } from '../../report/format.ts';
import { lookupTable } from '../../value.ts';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = { error: 1, warning: 2, info: 3 };

const unnecessary: DiagnosticTag = 1;
const deprecated: DiagnosticTag = 2;
const tags: Readonly<Record<string, DiagnosticTag>> = lookupTable({
  'deprecated-value': deprecated,
  'value-without-effect': unnecessary,
  'value-of-another-release': unnecessary,
  'unknown-value': unnecessary,
});

/** A problem as editors show it, with its hint below the message; `page` is the URL of the page of all codes. */
export function diagnosticOf(problem: Problem, text: string, page: string | undefined): Diagnostic {
  const { code, severity, message } = problem;
  const advice = adviceOf(problem);
  const tag = tags[code];
  return {
    range: rangeOfProblem(problem, text),
    severity: severities[severity],
    code,
    ...(page === undefined ? {} : { codeDescription: { href: `${page}#${code}` } }),
    source: 'glistio',
    message: [message, ...(advice === undefined ? [] : [advice])].map(visible).join('\n'),
    ...(tag === undefined ? {} : { tags: [tag] }),
  };
}

/**
 * The range of a problem; a problem without a place is shown at the top. Both sides count columns in UTF-16 code units,
 * but in a problem a byte order mark does not count.
 */
export function rangeOfProblem({ line = 1, column = 1, endColumn }: Problem, text: string): Range {
  const shift = line === 1 && text.startsWith('\ufeff') ? 0 : -1;
  const start = { line: line - 1, character: column + shift };
  return { start, end: { line: line - 1, character: (endColumn ?? column + 1) + shift } };
}
