import { type Problem, parsePath } from '../problem.ts';
import type { Source } from '../yaml/read.ts';
import type { Said } from './kinds/recognised.ts';

/** What comments in a file state about the chart that its values are for. */
interface Comments {
  readonly said: Said | undefined;
  readonly problems: readonly Problem[];
}

const settings = {
  'chart-version': 'chartVersion',
  namespace: 'namespace',
  'release-name': 'releaseName',
  'partial-of': 'partialOf',
} as const;

/** A line that is such a comment, up to its settings. */
const opening = /^[ \t]*#[ \t]*glistio:/;

/**
 * Reads lines such as `# glistio: chart-version=1.18.0 partial-of=gloo`: they have the effect of the options of the
 * same names, for one file, and the precedence of an Application's own statements about its chart. An unknown setting
 * is a warning.
 */
export function readComments({ name: file, text }: Source): Comments {
  if (!text.includes('glistio:')) return { said: undefined, problems: [] };
  const problems: Problem[] = [];
  const said: Record<string, string | readonly string[]> = {};
  // A byte order mark does not count in columns.
  const lines = (text.startsWith('\ufeff') ? text.slice(1) : text).split(/\r\n|\n|\r/);
  for (const [index, line] of lines.entries()) {
    const head = opening.exec(line)?.[0];
    if (head === undefined) continue;
    for (const { 0: word, index: at } of line.slice(head.length).matchAll(/[^\s,]+/g)) {
      const [key = '', value = ''] = word.split('=', 2);
      const known = Object.hasOwn(settings, key) ? settings[key as keyof typeof settings] : undefined; // Known to exist.
      const column = head.length + at + 1;
      if (known === undefined || value === '')
        problems.push({ ...unknown(word), file, line: index + 1, column, endColumn: column + word.length });
      else said[known] = known === 'partialOf' ? parsePath(value).map(String) : value;
    }
  }
  const isEmpty = Object.keys(said).length === 0;
  return { said: isEmpty ? undefined : { ...said, by: 'the comment', file }, problems };
}

function unknown(word: string): Problem {
  const message = `The comment has ${JSON.stringify(word)}, which is not a setting, so this part of it has no effect.`;
  const hint = `${Object.keys(settings).join(', ')}: each with = and its value`;
  return { code: 'unknown-setting', severity: 'warning', message, hint };
}
