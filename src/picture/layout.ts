/** The positions of a picture's boxes and arrows: dagre's layout, with sizes computed from the number of characters. */
import { Graph, layout } from '@dagrejs/dagre';
import { type BoxLine, linesOfNode } from './lines.ts';
import type { PictureEdge, PictureNode, PodPicture } from './types.ts';

/** Text metrics: the font is monospaced. */
export const glyph = { size: 12, width: 7.25, line: 17, padding: 10 } as const;

/** A positioned box; x and y are its upper left corner. */
export interface PlacedNode {
  readonly node: PictureNode;
  readonly lines: readonly BoxLine[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An arrow: its points, and the center of its label. */
export interface PlacedEdge {
  readonly edge: PictureEdge;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly label: { readonly x: number; readonly y: number };
}

/** A complete layout. */
export interface PlacedPicture {
  readonly pod: PodPicture;
  readonly width: number;
  readonly height: number;
  /** The frame around the pod's contents. */
  readonly frame: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** Lays out the picture of a pod. */
export function laidOut(pod: PodPicture): PlacedPicture {
  const graph = new Graph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 34, edgesep: 18, marginx: 16, marginy: 16 });
  graph.setNode('pod', { label: '' });
  const lines = new Map(pod.nodes.map((node) => [node.id, linesOfNode(node)]));
  for (const { id, kind } of pod.nodes) {
    const own = lines.get(id) ?? [];
    const longest = Math.max(...own.map((line) => line.text.length));
    graph.setNode(id, {
      width: Math.round(longest * glyph.width + 2 * glyph.padding),
      height: own.length * glyph.line + 2 * glyph.padding - 4,
    });
    if (kind !== 'outside') graph.setParent(id, 'pod');
  }
  for (const [index, { from, to, label }] of pod.edges.entries()) {
    const size = { width: label.length * glyph.width + 8, height: glyph.line, labelpos: 'c' };
    graph.setEdge(from, to, size, String(index));
  }
  layout(graph);
  const nodes = pod.nodes.map((node) => {
    const { x = 0, y = 0, width = 0, height = 0 } = graph.node(node.id) as Partial<Box>;
    return { node, lines: lines.get(node.id) ?? [], x: x - width / 2, y: y - height / 2, width, height };
  });
  const edges = pod.edges.map((edge, index) => {
    const {
      points = [],
      x = 0,
      y = 0,
    } = graph.edge(edge.from, edge.to, String(index)) as Partial<Box> & Pick<PlacedEdge, 'points'>;
    return { edge, points, label: { x, y } };
  });
  return { pod, nodes, edges, ...boundsOf(nodes, edges) };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The pod's frame with its title, and the total size. */
function boundsOf(
  nodes: readonly PlacedNode[],
  edges: readonly PlacedEdge[],
): Pick<PlacedPicture, 'width' | 'height' | 'frame'> {
  const inside = nodes.filter(({ node }) => node.kind !== 'outside');
  const boxes = inside.length === 0 ? nodes : inside;
  const [left, top] = [Math.min(...boxes.map(({ x }) => x)), Math.min(...boxes.map(({ y }) => y))];
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  const margin = 14;
  const frame = {
    x: left - margin,
    y: top - margin,
    width: right - left + 2 * margin,
    height: bottom - top + 2 * margin,
  };
  const labels = edges.map(({ edge, label }) => label.x + (edge.label.length * glyph.width) / 2);
  return {
    frame,
    width: Math.max(right + margin, ...nodes.map(({ x, width }) => x + width), ...labels) + margin,
    height: Math.max(bottom + margin, ...nodes.map(({ y, height }) => y + height)) + margin,
  };
}
