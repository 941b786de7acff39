import type { DiffFormatter } from './diff-format.ts';
import { formatDiffJson } from './diff-json.ts';
import { formatDiffText } from './diff-text.ts';

/** Every way to print a report of differences, by the name that `-o` takes. */
export const diffFormatters = {
  text: formatDiffText,
  json: formatDiffJson,
} as const satisfies Readonly<Record<string, DiffFormatter>>;
