import type { Problem } from '../problem.ts';
import type { FormatOptions } from './format.ts';

/** Problems for a script: `{"chartVersion", "problems": […]}`, with the fields of {@link Problem} in one order. */
export function formatJson(problems: readonly Problem[], { chartVersion }: FormatOptions): string {
  const ordered = problems.map(
    ({ code, severity, message, path, file, line, column, endColumn, hint, suggestion }) => ({
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
    }),
  );
  return `${JSON.stringify({ chartVersion, problems: ordered }, null, 2)}\n`;
}
