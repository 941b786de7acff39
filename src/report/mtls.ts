import type { MtlsCheck, Reason, UpstreamRow, Verdict } from '../istio/check/types.ts';
import { joined, json, type Printable, shown } from '../printable.ts';
import { markdown } from './diff-markdown.ts';
import { html, htmlPage } from './html.ts';
import { mtlsStyle } from './mtls-style.gen.ts';

/** Formats the result of an mTLS check, for people and for programs. */
export const mtlsFormatters: Readonly<Record<'text' | 'json' | 'markdown' | 'html', (check: MtlsCheck) => Printable>> =
  {
    text: formatMtlsText,
    json: (check) => json(check),
    markdown: formatMtlsMarkdown,
    html: formatMtlsHtml,
  };

const order: readonly Verdict[] = ['refused', 'plain-text', 'unknown', 'works'];
const words: Readonly<Record<Verdict, string>> = {
  refused: 'refused',
  'plain-text': 'plain text',
  unknown: 'unknown',
  works: 'works',
};

/** `2 refused, 1 works`. */
function verdictCountsOf(rows: readonly UpstreamRow[]): string {
  return order
    .map((verdict) => [rows.filter((row) => row.verdict === verdict).length, words[verdict]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

function nameOf({ upstream: { namespace, name } }: UpstreamRow): string {
  return `${namespace}/${name}`;
}

/** The kind of proxies, if there are two kinds; requests that no route sends do not matter. */
function aside({ proxies, isRouted }: UpstreamRow): string {
  const from = proxies === undefined ? '' : ` from proxies of ${proxies === 'kube-gateway' ? 'Gateways' : 'the chart'}`;
  return `${from}${isRouted === false ? ', but no route leads to it' : ''}`;
}

function placeOf({ file, line, path }: Reason): string | undefined {
  const where = [file, line].filter((part) => part !== undefined).join(':');
  return where === '' ? path : path === undefined ? where : `${where} ${path}`;
}

function formatMtlsText({ rows }: MtlsCheck): Printable {
  const width = Math.max(0, ...rows.map((row) => Math.min(nameOf(row).length, 60)));
  const lines = rows.flatMap((row) => [
    shown`${nameOf(row).padEnd(width)}  ${words[row.verdict]}${aside(row)}\n`,
    ...row.reasons.flatMap((reason) => {
      const place = placeOf(reason);
      return [
        shown`  ${reason.text} [${reason.code}]\n`,
        ...(place === undefined ? [] : [shown`    at ${place}\n`]),
        ...(reason.missing === undefined ? [] : [shown`    missing: ${reason.missing}\n`]),
      ];
    }),
  ]);
  return joined([...lines, ...(rows.length === 0 ? [] : [shown`${verdictCountsOf(rows)}\n`])]);
}

const marks: Readonly<Record<Verdict, string>> = { refused: '❌', 'plain-text': '⚠️', unknown: '❔', works: '✅' };

function formatMtlsMarkdown({ rows }: MtlsCheck): Printable {
  const lines = rows.map((row) => {
    const reasons = row.reasons.map((reason, index) => {
      const place = placeOf(reason);
      const where = place === undefined ? '' : markdown` (${place})`;
      const missing = reason.missing === undefined ? '' : markdown` **Missing:** ${reason.missing}.`;
      return markdown`${index === 0 ? '' : markdown`<br>`}${reason.text}${where}${missing}`;
    });
    return markdown`| ${marks[row.verdict]} ${words[row.verdict]}${aside(row)} | ${nameOf(row)} | ${reasons} |\n`;
  });
  return markdown`### Will mTLS work? ${verdictCountsOf(rows)}\n\n| | Upstream | why |\n|---|---|---|\n${lines}`;
}

/** A self-contained page: no script, no image, no network. */
function formatMtlsHtml({ rows }: MtlsCheck): Printable {
  const body = rows.map((row) => {
    const reasons = row.reasons.map((reason) => {
      const place = placeOf(reason);
      const where = place === undefined ? '' : html` <code>${place}</code>`;
      const missing = reason.missing === undefined ? '' : html` <strong>Missing:</strong> ${reason.missing}.`;
      return html`<li>${reason.text}${where}${missing}</li>`;
    });
    return html`<tr><td class="${row.verdict}">${words[row.verdict]}${aside(row)}</td><td><code>${nameOf(row)}</code></td><td><ul>${reasons}</ul></td></tr>\n`;
  });
  return htmlPage(
    'Will mTLS work?',
    mtlsStyle,
    html`<h1>Will mTLS work?</h1>
<p>${verdictCountsOf(rows)}</p>
<table>
<tr><th>Verdict</th><th>Upstream</th><th>Why</th></tr>
${body}</table>
`,
  );
}
