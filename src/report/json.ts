import { hiderOf } from '../diff/secret-messages.ts';
import { json, type Printable } from '../printable.ts';
import type { Problem } from '../problem.ts';
import type { FormatOptions } from './format.ts';

/** Problems for a script: `{"chartVersion", "problems": […]}`, with the fields of {@link Problem} in one order. */
export function formatJson(problems: readonly Problem[], { chartVersion, texts }: FormatOptions): Printable {
  const hider = hiderOf(texts);
  return json({ chartVersion, problems: problems.map(hider.whole).map(inOneOrder) });
}

/** A problem with its fields in the order that all JSON output uses. */
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
  subject,
}: Problem): Problem {
  const fields = { code, severity, message, path, file, line, column, endColumn, hint, suggestion, more, subject };
  // JSON omits fields that are undefined.
  return fields as Problem;
}
