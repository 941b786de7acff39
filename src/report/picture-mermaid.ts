import { linesOfNode } from '../picture/lines.ts';
import type { PictureEdge, PictureNode, PodPicture } from '../picture/types.ts';
import { markup, type Printable } from '../printable.ts';

/**
 * Mermaid: in a quoted label every character that could end it, or begin markup or an entity, is written as its number.
 */
const mermaid = markup('mermaid', (text) =>
  text.replace(/[^\p{L}\p{N} .,:;/_→✗…?!()+=@-]/gu, (one) => `#${one.codePointAt(0)};`),
);

/** Rows do not wrap. */
const asWide = mermaid`%%{init: {"flowchart": {"wrappingWidth": 700}}}%%
`;

/**
 * Pictures as one flow chart, in the form that GitHub shows. The name is the title of a group around the whole picture,
 * because arrows would cross the title of the pod's own group.
 */
export function pictureMermaid(pictures: readonly PodPicture[]): Printable {
  const parts = pictures.map(({ title, rows, nodes, edges }, pod) => {
    const ids = new Map(nodes.map(({ id }, index) => [id, `p${pod}n${index}`]));
    const box = (node: PictureNode): Printable => boxOf(node, ids.get(node.id) ?? '');
    const inside = nodes.filter(({ kind }) => kind !== 'outside');
    const outside = nodes.filter(({ kind }) => kind === 'outside');
    return mermaid`  subgraph p${pod}["${[title, ...rows].join(', ')}"]
    direction TB
    subgraph p${pod}pod[" "]
${inside.map((node) => mermaid`      ${box(node)}`)}    end
${outside.map((node) => mermaid`    ${box(node)}`)}  end
${edges.map((edge) => arrow(edge, ids))}  style p${pod} fill:none,stroke:none
`;
  });
  const missing = pictures.flatMap(({ edges }) => edges).flatMap(({ isMissing }, index) => (isMissing ? [index] : []));
  const red = mermaid`stroke:#d1242f`;
  return mermaid`${asWide}flowchart TB
${parts}${missing.map((index) => mermaid`  linkStyle ${index} ${red}\n`)}  classDef wrong stroke:#d1242f,stroke-width:2px
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
