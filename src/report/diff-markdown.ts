import type { ChangedObject, DiffReport, Restart } from '../diff/report.ts';
import { type DiffFormatOptions, groupsOf, headlineOf, inline, type Line } from './diff-format.ts';
import { hunksOf, titleOf } from './diff-unified.ts';

/** GitHub takes 65,536 characters in a comment; what quotes or signs it needs room too. */
const commentLimit = 60_000;

/** Differences for a pull request: what matters as tables, the lines below them to unfold, cut to the size of a comment. */
export function formatDiffMarkdown(report: DiffReport, { context, limit = commentLimit }: DiffFormatOptions): string {
  const head = `### Gateway proxies: ${report.identical ? 'no difference' : 'differences'}\n\n${code(report.names.left)} → ${code(report.names.right)}\n\n${headlineOf(report)}\n`;
  const restarts = report.restarts.map(describeRestart).join('');
  const parts = [head + (restarts === '' ? '' : `\n${restarts}`)];
  let length = parts[0]?.length ?? 0;
  const cut: string[] = [];
  for (const object of report.objects) {
    const table = tableOf(object);
    const details = detailsOf(object, context);
    const fits = [`${table}${details}`, table].find((text) => length + text.length + 400 <= limit);
    if (fits === undefined) cut.push(titleOf(object));
    else {
      if (fits === table) cut.push(`the lines of ${titleOf(object)}`);
      parts.push(fits);
      length += fits.length;
    }
  }
  if (cut.length > 0) parts.push(`\n> Too long for a comment, and left out: ${shortened(cut)}.\n`);
  return parts.join('');
}

function shortened(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => escaped(name.slice(0, 80)));
  return names.length > 3 ? `${shown.join(', ')} and ${names.length - 3} more` : shown.join(', ');
}

function describeRestart({ object, pods, because }: Restart): string {
  return `- Pods of ${code(object.name)} will restart: **${pods ? 'yes' : 'no'}** (${escaped(because)})\n`;
}

function tableOf(object: ChangedObject): string {
  const rows = groupsOf(object.changes).flatMap(({ title, lines }) => lines.map((line) => rowOf(title, line)));
  return `\n#### ${escaped(titleOf(object))}${object.change === 'changed' ? '' : ` (${object.change})`}\n\n| | where | before | after | meaning |\n|---|---|---|---|---|\n${rows.join('')}`;
}

const marks = { added: '➕', removed: '➖', changed: '✏️' } as const;

function rowOf(title: string, { change, label, before, after }: Line): string {
  const place = [title === '' ? '' : `**${escaped(title)}**`, label === '' ? '' : code(label)]
    .filter((part) => part !== '')
    .join(' ');
  const cells = [marks[change.change], place, cell(before), cell(after), escaped(change.meaning ?? '')];
  return `| ${cells.join(' | ')} |\n`;
}

const longestCell = 120;

function cell(value: Line['before']): string {
  if (value === undefined) return '';
  const text = inline(value);
  if (text === undefined) return '…';
  return code(text.length > longestCell ? `${text.slice(0, longestCell)}…` : text);
}

function detailsOf(object: ChangedObject, context: number): string {
  const lines = hunksOf(object, context)
    .flatMap(({ header, lines: inner }) => [header, ...inner])
    .join('\n');
  const fence = fenceFor(lines, 3);
  return `\n<details><summary>lines</summary>\n\n${fence}diff\n${lines}\n${fence}\n\n</details>\n`;
}

/** More backticks than the text has in a row, so that it cannot end its own block. */
function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  return '`'.repeat(Math.max(least, longest + 1));
}

/** Text that shows as it stands, also in a cell of a table. */
function code(text: string): string {
  const fence = fenceFor(text, 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text.replaceAll('|', '\\|').replace(/\s+/g, ' ')}${pad}${fence}`;
}

function escaped(text: string): string {
  return text
    .replace(/[\\`*_[\]<>|#~]/g, '\\$&')
    .replace(/\s+/g, ' ')
    .replaceAll('@', '@\u200b');
}
