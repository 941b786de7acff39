import type { ChangedObject, DiffReport, Restart } from '../diff/report.ts';
import type { Printable } from '../printable.ts';
import type { Value } from '../value.ts';
import {
  changeGroupsOf,
  type DiffFormatOptions,
  type DiffLine,
  type Group,
  headlineOf,
  inline,
  yamlLines,
} from './diff-format.ts';
import { rowsOf } from './diff-side-by-side.ts';
import { diffStyle } from './diff-style.gen.ts';
import { hunksOf, titleOf } from './diff-unified.ts';
import { html, htmlPage } from './html.ts';

/** Differences as one self-contained page: no script, no image, no network. */
export function formatDiffHtml(report: DiffReport, { context }: DiffFormatOptions): Printable {
  const restarts = report.restarts.map(describeRestart);
  const title = `Gateway proxies: ${report.identical ? 'no difference' : 'differences'}`;
  return htmlPage(
    title,
    html`\n${diffStyle}\n`,
    html`<header>
<h1>Gateway proxies</h1>
<p class="sides"><code>${report.names.left}</code><span aria-label="compared with">→</span><code>${report.names.right}</code></p>
<p class="headline">${headlineOf(report)}</p>
${restarts.length === 0 ? '' : html`<ul class="restarts">${restarts}</ul>\n`}</header>
<main>
${report.objects.map((object) => describeObject(object, context))}</main>
`,
  );
}

function describeRestart({ object, pods, because }: Restart): Printable {
  return html`<li><span class="badge ${pods ? 'yes' : 'no'}">${pods ? 'restart' : 'no restart'}</span> Pods of <code>${object.name}</code> will ${pods ? '' : 'not '}restart: ${because}</li>`;
}

function describeObject(object: ChangedObject, context: number): Printable {
  const groups = changeGroupsOf(object.changes).map(describeGroup);
  return html`<section>
<h2><span class="mark ${object.change}">${object.change}</span> ${titleOf(object)}</h2>
${groups}<details><summary>Line by line</summary>
${linesOf(object, context)}</details>
</section>
`;
}

function describeGroup({ title, lines }: Group): Printable {
  const caption = title === '' ? '' : html`<h3>${title}</h3>\n`;
  return html`${caption}<table class="changes"><thead><tr><th>what</th><th>before</th><th>after</th></tr></thead><tbody>\n${lines.map(describeLine)}</tbody></table>\n`;
}

function describeLine({ change, label, before, after }: DiffLine): Printable {
  const what = label === '' ? 'all of it' : label;
  const meaning = change.meaning === undefined ? '' : html`<p class="meaning">${change.meaning}</p>`;
  const values = change.reordered
    ? html`<td colspan="2"><em>order</em></td>`
    : html`<td>${cell(before, 'old')}</td><td>${cell(after, 'new')}</td>`;
  return html`<tr class="${change.change}"><td><code>${what}</code>${meaning}</td>${values}</tr>\n`;
}

const longest = 12;

function cell(value: Value | undefined, kind: 'old' | 'new'): Printable {
  if (value === undefined) return html`<span class="none">–</span>`;
  const short = inline(value);
  if (short !== undefined) return html`<code class="${kind}">${short}</code>`;
  const lines = typeof value === 'string' ? value.replace(/\n$/, '').split('\n') : yamlLines(value);
  const text = lines.map((line, index) => html`${index === 0 ? '' : html`\n`}${line}`);
  const block = html`<pre class="${kind}">${text}</pre>`;
  return lines.length <= longest ? block : html`<details><summary>${lines.length} lines</summary>${block}</details>`;
}

function linesOf(object: ChangedObject, context: number): Printable {
  const hunks = hunksOf(object, context).map(({ header, lines }) => {
    const rows = rowsOf(lines).map(({ left, right, same }) => {
      if (same) return html`<tr><td>${left ?? ''}</td><td>${right ?? ''}</td></tr>`;
      const side = (text: string | undefined, kind: string): Printable =>
        text === undefined ? html`<td class="gap"></td>` : html`<td class="${kind}">${text}</td>`;
      return html`<tr>${side(left, 'old')}${side(right, 'new')}</tr>`;
    });
    return html`<tr class="hunk"><td colspan="2">${header}</td></tr>\n${rows.map((row) => html`${row}\n`)}`;
  });
  return html`<table class="lines"><tbody>\n${hunks}</tbody></table>\n`;
}
