import type { ChangedObject, DiffReport, Restart } from '../diff/report.ts';
import type { Value } from '../value.ts';
import {
  type DiffFormatOptions,
  type Group,
  groupsOf,
  headlineOf,
  inline,
  type Line,
  visible,
  yamlLines,
} from './diff-format.ts';
import { styleSheet } from './diff-html-style.ts';
import { rowsOf } from './diff-side-by-side.ts';
import { hunksOf, titleOf } from './diff-unified.ts';

/** Differences as one page that needs nothing else: no script, no picture, no network. */
export function formatDiffHtml(report: DiffReport, { context }: DiffFormatOptions): string {
  const restarts = report.restarts.map(describeRestart).join('');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Gateway proxies: ${report.identical ? 'no difference' : 'differences'}</title>
<style>${styleSheet}</style>
</head>
<body>
<header>
<h1>Gateway proxies</h1>
<p class="sides"><code>${escaped(report.names.left)}</code><span aria-label="compared with">→</span><code>${escaped(report.names.right)}</code></p>
<p class="headline">${escaped(headlineOf(report))}</p>
${restarts === '' ? '' : `<ul class="restarts">${restarts}</ul>\n`}</header>
<main>
${report.objects.map((object) => describeObject(object, context)).join('')}</main>
</body>
</html>
`;
}

function describeRestart({ object, pods, because }: Restart): string {
  return `<li><span class="badge ${pods ? 'yes' : 'no'}">${pods ? 'restart' : 'no restart'}</span> Pods of <code>${escaped(object.name)}</code> will ${pods ? '' : 'not '}restart: ${escaped(because)}</li>`;
}

function describeObject(object: ChangedObject, context: number): string {
  const groups = groupsOf(object.changes).map(describeGroup).join('');
  return `<section>
<h2><span class="mark ${object.change}">${object.change}</span> ${escaped(titleOf(object))}</h2>
${groups}<details><summary>Line by line</summary>
${linesOf(object, context)}</details>
</section>
`;
}

function describeGroup({ title, lines }: Group): string {
  const caption = title === '' ? '' : `<h3>${escaped(title)}</h3>\n`;
  return `${caption}<table class="changes"><thead><tr><th>what</th><th>before</th><th>after</th></tr></thead><tbody>\n${lines.map(describeLine).join('')}</tbody></table>\n`;
}

function describeLine({ change, label, before, after }: Line): string {
  const what = label === '' ? 'all of it' : escaped(label);
  const meaning = change.meaning === undefined ? '' : `<p class="meaning">${escaped(change.meaning)}</p>`;
  const values = change.reordered
    ? '<td colspan="2"><em>order</em></td>'
    : `<td>${cell(before, 'old')}</td><td>${cell(after, 'new')}</td>`;
  return `<tr class="${change.change}"><td><code>${what}</code>${meaning}</td>${values}</tr>\n`;
}

const longest = 12;

function cell(value: Value | undefined, kind: 'old' | 'new'): string {
  if (value === undefined) return '<span class="none">–</span>';
  const short = inline(value);
  if (short !== undefined) return `<code class="${kind}">${escaped(short)}</code>`;
  const lines = typeof value === 'string' ? value.replace(/\n$/, '').split('\n').map(visible) : yamlLines(value);
  const block = `<pre class="${kind}">${escaped(lines.join('\n'))}</pre>`;
  return lines.length <= longest ? block : `<details><summary>${lines.length} lines</summary>${block}</details>`;
}

function linesOf(object: ChangedObject, context: number): string {
  const hunks = hunksOf(object, context).map(({ header, lines }) => {
    const rows = rowsOf(lines).map(({ left, right, same }) => {
      if (same) return `<tr><td>${escaped(left ?? '')}</td><td>${escaped(right ?? '')}</td></tr>`;
      const side = (text: string | undefined, kind: string): string =>
        text === undefined ? '<td class="gap"></td>' : `<td class="${kind}">${escaped(text)}</td>`;
      return `<tr>${side(left, 'old')}${side(right, 'new')}</tr>`;
    });
    return `<tr class="hunk"><td colspan="2">${escaped(header)}</td></tr>\n${rows.join('\n')}\n`;
  });
  return `<table class="lines"><tbody>\n${hunks.join('')}</tbody></table>\n`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
