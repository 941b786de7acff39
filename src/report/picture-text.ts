import { type BoxLine, folded, linesOfNode } from '../picture/lines.ts';
import type { PictureEdge, PictureNode, PodPicture } from '../picture/types.ts';
import { joined, type Paint, type Printable, painter, shown } from '../printable.ts';

/** Terminals and mails are at least this wide. */
const columns = 100;
const inner = columns - 8;

/** Pictures for a terminal: the boxes below each other along the path of the certificates, then the others. */
export function pictureText(pictures: readonly PodPicture[], color = false): Printable {
  const paint = painter(color);
  return joined(pictures.map((picture, index) => shown`${index === 0 ? '' : blank}${podText(picture, paint)}`));
}

const blank = shown`\n`;

function podText(picture: PodPicture, paint: Paint): Printable {
  const { title, rows, nodes, edges } = picture;
  const ordered = inOrder(nodes, edges);
  return joined([
    shown`${paint('bold', [title, ...rows].join(' · '))}\n`,
    ...ordered.map((node) => {
      const out = edges.filter(({ from }) => from === node.id);
      const arrows = out.map((edge) => arrowText(edge, nodes, paint));
      return joined([boxText(node, paint), ...arrows]);
    }),
  ]);
}

/** Each box before those that its arrows lead to, unless there is a cycle. */
function inOrder(nodes: readonly PictureNode[], edges: readonly PictureEdge[]): PictureNode[] {
  const left = [...nodes];
  const ordered: PictureNode[] = [];
  while (left.length > 0) {
    const waits = new Set(edges.filter(({ from }) => left.some(({ id }) => id === from)).map(({ to }) => to));
    const at = left.findIndex(({ id }) => !waits.has(id));
    ordered.push(...left.splice(Math.max(0, at), 1));
  }
  return ordered;
}

function boxText(node: PictureNode, paint: Paint): Printable {
  const lines = linesOfNode(node).flatMap((line) => fitted(line));
  const width = Math.max(...lines.map(({ text }) => widthOf(text)));
  const outer = node.kind === 'outside' ? '' : '  ';
  const rule = '─'.repeat(width + 2);
  const [corners, side] = node.isMissing
    ? (['+++ +'.split(''), '┆'] as const)
    : ([['┌', '┐', '└', '', '┘'], '│'] as const);
  return joined([
    shown`${outer}${corners[0] ?? ''}${rule}${corners[1] ?? ''}\n`,
    ...lines.map(({ text, kind }) => {
      const padding = ' '.repeat(width - widthOf(text));
      const style =
        kind === 'fault' || (kind === 'title' && node.isMissing) ? 'red' : kind === 'title' ? 'bold' : undefined;
      const shownText = style === undefined ? shown`${text}` : paint(style, text);
      return shown`${outer}${side} ${shownText}${padding} ${side}\n`;
    }),
    shown`${outer}${corners[2] ?? ''}${rule}${corners[4] ?? ''}\n`,
  ]);
}

function fitted({ text, kind }: BoxLine): BoxLine[] {
  const indent = /^ */.exec(text)?.[0] ?? '';
  return folded(text, inner - indent.length).map((line) => ({ text: indent + line, kind }));
}

/** Escapes make text wider than it was. */
function widthOf(text: string): number {
  return [...shown`${text}`.exact].length;
}

function arrowText({ to, label, isMissing }: PictureEdge, nodes: readonly PictureNode[], paint: Paint): Printable {
  const title = nodes.find(({ id }) => id === to)?.title ?? '';
  const text = `${isMissing ? '✗ ' : ''}${label} ▶ ${title}`;
  const lines = folded(text, inner);
  return joined(
    lines.map(
      (line, index) => shown`     ${index === 0 ? '└─' : '  '} ${isMissing ? paint('red', line) : shown`${line}`}\n`,
    ),
  );
}
