import type { Problem } from '../problem.ts';
import type { FormatOptions } from './format.ts';

/** Problems for a script: `{"chartVersion", "problems": […]}`, with the fields of {@link Problem} in one order. */
export function formatJson(problems: readonly Problem[], { chartVersion }: FormatOptions): string {
  return `${JSON.stringify({ chartVersion, problems: problems.map(inOneOrder) }, null, 2)}\n`;
}

/** A problem with its fields in the order in which every JSON has them. */
export function inOneOrder({
  code,
  severity,
  message,
  path,
  file,
  line,
  column,
  endColumn,
  hint,
  suggestion,
  more,
}: Problem): Problem {
  const fields = { code, severity, message, path, file, line, column, endColumn, hint, suggestion, more };
  // Fields that are undefined are left out of JSON.
  return fields as Problem;
}
