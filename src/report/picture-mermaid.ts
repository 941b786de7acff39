import { linesOfNode } from '../picture/lines.ts';
import type { PictureEdge, PictureNode, PodPicture } from '../picture/types.ts';
import { markup, type Printable } from '../printable.ts';

/**
 * Mermaid: in a quoted label every character that could end it, or begin markup or an entity, is written as its number.
 */
const mermaid = markup('mermaid', (text) =>
  text.replace(/[^\p{L}\p{N} .,:;/_→✗…?!()+=@-]/gu, (one) => `#${one.codePointAt(0)};`),
);

/** Rows do not wrap, and there is room for the pod's name above its boxes. */
const asWide = mermaid`%%{init: {"flowchart": {"wrappingWidth": 700, "subGraphTitleMargin": {"top": 4, "bottom": 24}}}}%%
`;

/** Pictures as one flow chart, in the form that GitHub shows. */
export function pictureMermaid(pictures: readonly PodPicture[]): Printable {
  const parts = pictures.map(({ title, rows, nodes, edges }, pod) => {
    const ids = new Map(nodes.map(({ id }, index) => [id, `p${pod}n${index}`]));
    const box = (node: PictureNode): Printable => boxOf(node, ids.get(node.id) ?? '');
    const inside = nodes.filter(({ kind }) => kind !== 'outside');
    const outside = nodes.filter(({ kind }) => kind === 'outside');
    return mermaid`  subgraph p${pod}["${[title, ...rows].join(', ')}"]
${inside.map((node) => mermaid`    ${box(node)}`)}  end
${outside.map((node) => mermaid`  ${box(node)}`)}${edges.map((edge) => arrow(edge, ids))}`;
  });
  return mermaid`${asWide}flowchart TB
${parts}  classDef wrong stroke:#d1242f,stroke-width:2px
  classDef missing stroke:#d1242f,stroke-width:2px,stroke-dasharray:6 4
`;
}

function boxOf(node: PictureNode, id: string): Printable {
  const label = linesOfNode(node).map(({ text, kind }, index) => {
    const line = kind === 'title' ? mermaid`<b>${text}</b>` : mermaid`${text.trimStart()}`;
    return index === 0 ? line : mermaid`<br>${line}`;
  });
  const style = node.isMissing ? mermaid`:::missing` : node.faults.length > 0 ? mermaid`:::wrong` : mermaid``;
  const shape = node.kind === 'volume' ? mermaid`${id}[("${label}")]` : mermaid`${id}["${label}"]`;
  return mermaid`${shape}${style}\n`;
}

function arrow(
  { from, to, label, isCertificates, isMissing }: PictureEdge,
  ids: ReadonlyMap<string, string>,
): Printable {
  const [start = '', end = ''] = [ids.get(from), ids.get(to)];
  if (isMissing) return mermaid`  ${start} -. "✗ ${label}" .-> ${end}\n`;
  return isCertificates
    ? mermaid`  ${start} == "${label}" ==> ${end}\n`
    : mermaid`  ${start} -- "${label}" --> ${end}\n`;
}
