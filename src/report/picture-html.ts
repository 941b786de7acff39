import { laidOut } from '../picture/layout.ts';
import type { PodPicture } from '../picture/types.ts';
import type { Printable } from '../printable.ts';
import { html, htmlPage } from './html.ts';
import { pictureStyle } from './picture-style.gen.ts';
import { pictureSvg } from './picture-svg.ts';

/** A self-contained page: no script and no network. Below each picture, the problems in it are listed as text. */
export function pictureHtml(pictures: readonly PodPicture[]): Printable {
  return htmlPage('Gateway proxies', pictureStyle, pictures.map(section));
}

function section(picture: PodPicture): Printable {
  const faults = picture.nodes.flatMap(({ title, faults: own }) => own.map((fault) => ({ title, ...fault })));
  const gaps = picture.edges.filter(({ isMissing }) => isMissing);
  const wrong = [
    ...faults.map(
      ({ title, code, message }) => html`<li><code>${title}</code>: ${message} <code>${code}</code></li>\n`,
    ),
    ...gaps.map(
      ({ label, from, to }) => html`<li>${titleOf(from, picture)} → ${titleOf(to, picture)}: ${label}</li>\n`,
    ),
  ];
  return html`<section>
${pictureSvg([laidOut(picture)])}${wrong.length === 0 ? html`` : html`<h2>What is wrong</h2>\n<ul>\n${wrong}</ul>\n`}</section>
`;
}

function titleOf(id: string, { nodes }: PodPicture): string {
  return nodes.find((node) => node.id === id)?.title ?? '';
}
