import type { diffFormatters as loaders } from '../../src/report/diff-formatters.ts';
import { formatDiffHtml } from '../../src/report/diff-html.ts';
import { formatDiffJson } from '../../src/report/diff-json.ts';
import { formatDiffMarkdown } from '../../src/report/diff-markdown.ts';
import { formatDiffSideBySide } from '../../src/report/diff-side-by-side.ts';
import { formatDiffText } from '../../src/report/diff-text.ts';
import { formatDiffUnified } from '../../src/report/diff-unified.ts';

/** Every formatter of reports of differences, loaded. */
export const diffFormatters = {
  text: formatDiffText,
  unified: formatDiffUnified,
  'side-by-side': formatDiffSideBySide,
  json: formatDiffJson,
  markdown: formatDiffMarkdown,
  html: formatDiffHtml,
} satisfies { readonly [name in keyof typeof loaders]: Awaited<ReturnType<(typeof loaders)[name]>> };
