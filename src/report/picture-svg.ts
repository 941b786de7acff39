import type { PlacedEdge, PlacedNode, PlacedPicture } from '../picture/layout.ts';
import { glyph as font } from '../picture/layout.ts';
import type { PictureNode } from '../picture/types.ts';
import type { Printable } from '../printable.ts';
import { html } from './html.ts';

/** Pictures below each other, as one SVG. All inserted text is escaped; colour is never the only sign of anything. */
export function pictureSvg(pictures: readonly PlacedPicture[]): Printable {
  const gap = 46;
  const width = Math.ceil(Math.max(...pictures.map((one) => one.width)));
  let top = 0;
  const parts = pictures.map((one) => {
    const part = html`<g transform="translate(0 ${top + 34})">\n${pod(one)}</g>\n`;
    top += Math.ceil(one.height) + gap;
    return part;
  });
  const title = pictures.map(({ pod: { title } }) => title).join(', ');
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}" viewBox="0 0 ${width} ${top}" role="img" aria-label="${title}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${font.size}">
<title>${title}</title>
<defs>
<marker id="end" viewBox="0 0 10 10" refX="9" refY="5" markerUnits="userSpaceOnUse" markerWidth="11" markerHeight="11" orient="auto-start-reverse"><path d="M0 0L10 5L0 10z"/></marker>
<marker id="bad" viewBox="0 0 10 10" refX="9" refY="5" markerUnits="userSpaceOnUse" markerWidth="11" markerHeight="11" orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="#b00020"/></marker>
</defs>
<rect width="${width}" height="${top}" fill="#fff"/>
${parts}</svg>
`;
}

function pod({ pod: { title, rows }, frame, nodes, edges }: PlacedPicture): Printable {
  const heading = [title, ...rows].join(' · ');
  return html`<rect x="${round(frame.x)}" y="${round(frame.y)}" width="${round(frame.width)}" height="${round(frame.height)}" rx="10" fill="#f5f7fa" stroke="#57606a" stroke-dasharray="2 3"/>
<text x="16" y="-12" font-size="15" font-weight="bold">${heading}</text>
${edges.map(arrow)}${nodes.map(box)}${edges.map(label)}`;
}

/** No more digits than a reader can see, so that the rounding of other machines changes nothing. */
function round(number: number): string {
  return String(Math.round(number * 10) / 10);
}

const fills: Readonly<Record<PictureNode['kind'], string>> = {
  container: '#fff',
  volume: '#fff8e1',
  outside: '#eef1f4',
};

function box({ node, lines, x, y, width, height }: PlacedNode): Printable {
  const isWrong = node.isMissing || node.faults.length > 0;
  const radius = node.kind === 'volume' ? 16 : node.kind === 'outside' ? 0 : 5;
  const fill = node.isMissing ? '#fff' : fills[node.kind];
  const stroke = isWrong ? '#b00020' : '#24292f';
  const attributes = html`rx="${radius}" fill="${fill}" stroke="${stroke}" stroke-width="${isWrong ? 2 : 1.2}"`;
  const dashed = node.isMissing ? html` stroke-dasharray="6 4"` : html``;
  const rows = lines.map(({ text, kind }, index) => {
    const style =
      kind === 'title'
        ? html` font-weight="bold" fill="${node.isMissing ? '#b00020' : '#000'}"`
        : kind === 'fault'
          ? html` fill="#b00020"${text.startsWith('✗') ? html` font-weight="bold"` : html``}`
          : html` fill="#24292f"`;
    return html`<text x="${round(x + font.padding)}" y="${round(y + font.padding + 10 + index * font.line)}" xml:space="preserve"${style}>${text}</text>\n`;
  });
  return html`<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" ${attributes}${dashed}/>\n${rows}`;
}

function arrow({ edge, points }: PlacedEdge): Printable {
  const path = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
  const stroke = edge.isMissing ? '#b00020' : edge.isCertificates ? '#0b4f9e' : '#57606a';
  const dashed = edge.isMissing ? html` stroke-dasharray="6 4"` : html``;
  const width = edge.isCertificates ? 2.2 : 1.2;
  return html`<path d="${path}" fill="none" stroke="${stroke}" stroke-width="${width}" marker-end="url(#${edge.isMissing ? 'bad' : 'end'})"${dashed}/>\n`;
}

function label({ edge, label: { x, y } }: PlacedEdge): Printable {
  const words = edge.isMissing ? `✗ ${edge.label}` : edge.label;
  const width = words.length * font.width + 6;
  return html`<rect x="${round(x - width / 2)}" y="${round(y - 9)}" width="${round(width)}" height="17" fill="#fff" fill-opacity=".92"/><text x="${round(x)}" y="${round(y + 4)}" text-anchor="middle" fill="${edge.isMissing ? '#b00020' : '#24292f'}"${edge.isMissing ? html` font-weight="bold"` : html``}>${words}</text>\n`;
}
