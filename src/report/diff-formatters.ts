import type { DiffFormatter } from './diff-format.ts';

/** All formats of reports of differences, by their names in `-o`; only the requested one is loaded. */
export const diffFormatters = {
  text: async () => (await import('./diff-text.ts')).formatDiffText,
  unified: async () => (await import('./diff-unified.ts')).formatDiffUnified,
  'side-by-side': async () => (await import('./diff-side-by-side.ts')).formatDiffSideBySide,
  json: async () => (await import('./diff-json.ts')).formatDiffJson,
  markdown: async () => (await import('./diff-markdown.ts')).formatDiffMarkdown,
  html: async () => (await import('./diff-html.ts')).formatDiffHtml,
} as const satisfies Readonly<Record<string, () => Promise<DiffFormatter>>>;
