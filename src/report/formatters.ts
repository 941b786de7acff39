import type { ProblemFormatter } from './format.ts';

/** All formats of problems, by their names in `-o`; only the requested one is loaded. */
export const problemFormatters = {
  text: async () => (await import('./text.ts')).formatText,
  json: async () => (await import('./json.ts')).formatJson,
  sarif: async () => (await import('./sarif.ts')).formatSarif,
  github: async () => (await import('./github.ts')).formatGithub,
  markdown: async () => (await import('./markdown.ts')).formatMarkdown,
  junit: async () => (await import('./junit.ts')).formatJunit,
  gitlab: async () => (await import('./gitlab.ts')).formatGitlab,
} as const satisfies Readonly<Record<string, () => Promise<ProblemFormatter>>>;
