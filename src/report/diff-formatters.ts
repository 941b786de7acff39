import type { DiffFormatter } from './diff-format.ts';
import { formatDiffHtml } from './diff-html.ts';
import { formatDiffJson } from './diff-json.ts';
import { formatDiffMarkdown } from './diff-markdown.ts';
import { formatDiffSideBySide } from './diff-side-by-side.ts';
import { formatDiffText } from './diff-text.ts';
import { formatDiffUnified } from './diff-unified.ts';

/** Every way to print a report of differences, by the name that `-o` takes. */
export const diffFormatters = {
  text: formatDiffText,
  unified: formatDiffUnified,
  'side-by-side': formatDiffSideBySide,
  json: formatDiffJson,
  markdown: formatDiffMarkdown,
  html: formatDiffHtml,
} as const satisfies Readonly<Record<string, DiffFormatter>>;
