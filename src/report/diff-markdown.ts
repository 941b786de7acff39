import type { ChangedObject, DiffReport, Restart } from '../diff/report.ts';
import { markup, type Printable, visible } from '../printable.ts';
import { firstWords } from '../words.ts';
import { changeGroupsOf, type DiffFormatOptions, type DiffLine, headlineOf, inline } from './diff-format.ts';
import { hunksOf, titleOf } from './diff-unified.ts';

/** Markdown: whatever is inserted stays text, and mentions no user. */
export const markdown = markup('markdown', (text) =>
  text
    .replace(/[\\`*_[\]<>|#~&]/g, '\\$&')
    .replace(/\s+/g, ' ')
    .replaceAll('@', '@\u200b'),
);
/** Parts that are escaped in another way, or created in this file. */
const asIs = markup('markdown', (text) => text);

/** GitHub accepts 65,536 characters in a comment; quotes and signatures also need room. */
const commentLimit = 60_000;

/**
 * Differences for a pull request: the important ones as tables, with the lines below them to unfold, cut to the size of
 * a comment.
 */
export function formatDiffMarkdown(
  report: DiffReport,
  { context, limit = commentLimit }: DiffFormatOptions,
): Printable {
  const head = markdown`### Gateway proxies: ${report.identical ? 'no difference' : 'differences'}\n\n${code(report.names.left)} → ${code(report.names.right)}\n\n${headlineOf(report)}\n`;
  const restarts = report.restarts.map(describeRestart);
  const parts = [markdown`${head}${restarts.length === 0 ? '' : markdown`\n${restarts}`}`];
  let length = parts[0]?.exact.length ?? 0;
  const cut: string[] = [];
  for (const object of report.objects) {
    const table = tableOf(object);
    const details = detailsOf(object, context);
    const fits = [markdown`${table}${details}`, table].find((text) => length + text.exact.length + 400 <= limit);
    if (fits === undefined) cut.push(titleOf(object));
    else {
      if (fits === table) cut.push(`the lines of ${titleOf(object)}`);
      parts.push(fits);
      length += fits.exact.length;
    }
  }
  if (cut.length > 0) parts.push(markdown`\n> Omitted because it is too long for a comment: ${shortened(cut)}.\n`);
  return markdown`${parts}`;
}

function shortened(names: readonly string[]): string {
  return firstWords(
    names.map((name) => name.slice(0, 80)),
    3,
  );
}

function describeRestart({ object, pods, because }: Restart): Printable {
  return markdown`- Pods of ${code(object.name)} will restart: **${pods ? 'yes' : 'no'}** (${because})\n`;
}

function tableOf(object: ChangedObject): Printable {
  const rows = changeGroupsOf(object.changes).flatMap(({ title, lines }) => lines.map((line) => rowOf(title, line)));
  return markdown`\n#### ${titleOf(object)}${object.change === 'changed' ? '' : ` (${object.change})`}\n\n| | where | before | after | meaning |\n|---|---|---|---|---|\n${rows}`;
}

const marks = { added: '➕', removed: '➖', changed: '✏️' } as const;

function rowOf(title: string, { change, label, before, after }: DiffLine): Printable {
  const heading = title === '' ? '' : markdown`**${title}**`;
  const where = label === '' ? '' : code(label);
  const place = markdown`${heading}${title === '' || label === '' ? '' : ' '}${where}`;
  const mark = marks[change.change];
  return markdown`| ${mark} | ${place} | ${cell(before)} | ${cell(after)} | ${change.meaning ?? ''} |\n`;
}

const longestCell = 120;

function cell(value: DiffLine['before']): Printable {
  if (value === undefined) return markdown``;
  const text = inline(value);
  if (text === undefined) return markdown`…`;
  return code(text.length > longestCell ? `${text.slice(0, longestCell)}…` : text);
}

function detailsOf(object: ChangedObject, context: number): Printable {
  const lines = hunksOf(object, context)
    .flatMap(({ header, lines: inner }) => [header, ...inner])
    .join('\n');
  const fence = fenceFor(lines, 3);
  const block = lines.split('\n').map((line) => asIs`${line}\n`);
  return asIs`\n<details><summary>lines</summary>\n\n${fence}diff\n${block}${fence}\n\n</details>\n`;
}

/** More backticks than the longest run in the text, so that it cannot end its own block. */
function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  return '`'.repeat(Math.max(least, longest + 1));
}

/** Text that is shown literally, also in a table cell. */
function code(text: string): Printable {
  const plain = visible(text);
  const fence = fenceFor(plain, 1);
  const pad = plain.startsWith('`') || plain.endsWith('`') ? ' ' : '';
  return asIs`${fence}${pad}${plain.replaceAll('|', '\\|').replace(/\s+/g, ' ')}${pad}${fence}`;
}
