import type { DiffFormatter } from './diff-format.ts';

/** Every way to print a report of differences, by the name that `-o` takes; loads the one that is asked for. */
export const diffFormatters = {
  text: async () => (await import('./diff-text.ts')).formatDiffText,
  unified: async () => (await import('./diff-unified.ts')).formatDiffUnified,
  'side-by-side': async () => (await import('./diff-side-by-side.ts')).formatDiffSideBySide,
  json: async () => (await import('./diff-json.ts')).formatDiffJson,
  markdown: async () => (await import('./diff-markdown.ts')).formatDiffMarkdown,
  html: async () => (await import('./diff-html.ts')).formatDiffHtml,
} as const satisfies Readonly<Record<string, () => Promise<DiffFormatter>>>;
