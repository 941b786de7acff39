import { type Chart, chartOf } from '../chart/chart.ts';
import { readComments } from '../helm/comment.ts';
import { type LayersInput, readLayers } from '../helm/layers.ts';
import type { Path } from '../problem.ts';
import { defined, isMap, type Value } from '../value.ts';
import { releaseOf } from '../verbs/said.ts';
import type { Source } from '../yaml/read.ts';
import type { Cursor } from './cursor.ts';
import { type EditorSettings, requestOf } from './settings.ts';

/** A place in values of Gloo's chart. */
export interface ValuesCursor {
  readonly chart: Chart;
  /** The path in the values of Gloo's chart; undefined outside of them. */
  readonly path: Path | undefined;
  /** The next keys of a parent chart on the way to Gloo's values, if the place is on that way. */
  readonly next: string | undefined;
  /** The number of steps of the cursor's path that lead to the user's values. */
  readonly root: number;
}

/** The place in values, and their release; undefined if the file has no values there. */
export function valuesCursor(
  { path, document, documentText, textAt }: Cursor,
  { name, text }: Source,
  settings: EditorSettings,
): ValuesCursor | undefined {
  const root = rootOf(document, path, textAt);
  if (root === undefined) return undefined;
  // The parsed part of the text may lack the comments.
  const { chartVersion, partialOf } = readComments({ name, text }).said ?? {};
  const request = { ...requestOf({ name, text: documentText }, settings), ...defined({ chartVersion, partialOf }) };
  // The type's properties are values; an interface just has no index signature to express it.
  const layers = readLayers(request as LayersInput);
  const release = releaseOf(request, layers);
  if ('problem' in release) return undefined;
  const chart = chartOf(release.chartVersion);
  const own = path.slice(root);
  const { prefix } = layers;
  const common = prefix.findIndex((step, index) => own[index] !== step);
  const at = { chart, root, next: undefined };
  if (common < 0) return { ...at, path: own.slice(prefix.length) };
  if (own[0] === 'global') return { ...at, path: own };
  return { ...at, path: undefined, next: own.length === common + 1 ? prefix[common] : undefined };
}

/** The number of steps of a path that lead to values in the document: none in plain values. */
function rootOf(document: Value, path: Path, textAt: number | undefined): number | undefined {
  const kind = isMap(document) && typeof document['apiVersion'] === 'string' ? document['kind'] : undefined;
  if (typeof kind !== 'string') return 0;
  if (kind === 'HelmRelease') return path[0] === 'spec' && path[1] === 'values' && path.length > 2 ? 2 : undefined;
  const helm = path.indexOf('helm');
  const isValues = path[helm + 1] === 'values' ? textAt === helm + 2 : path[helm + 1] === 'valuesObject';
  if (kind.startsWith('Application')) return helm > 0 && isValues && path.length > helm + 2 ? helm + 2 : undefined;
  // The target of a HelmRelease's valuesFrom: values.yaml in a ConfigMap.
  return kind === 'ConfigMap' || kind === 'Secret' ? textAt : undefined;
}
