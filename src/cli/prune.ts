import { removeFiles } from '../node/file-tree.ts';
import { listFolder } from '../node/folders.ts';
import { isGatewayProxy, isKubeProxy } from '../objects/gateway-proxies.ts';
import { CannotDo } from '../outcome.ts';
import { isMap, type ValueMap, wordOf } from '../value.ts';
import { readYaml } from '../yaml/read.ts';
import type { RenderArgs } from './render-options.ts';

/** Refuses `--prune` where it would do nothing, or would remove manifests that were only filtered out. */
export function refusePrune(args: RenderArgs): void {
  if (!args.prune) return;
  if (args['output-dir'] === undefined) throw new CannotDo('--prune is only for --output-dir', 'it removes files');
  if (args.proxy === undefined && args['show-only'].length === 0 && args.objects === 'all') return;
  throw new CannotDo(
    '--prune would remove what --proxy, --objects and --show-only leave out',
    'leave them out, or --prune',
  );
}

/** Which proxies' manifests to remove: those of the chart, those of Gateways, or both. */
export type PrunedSort = 'chart' | 'gateways' | 'both';

/**
 * Removes manifests of proxies of this sort that no longer exist: files that have a manifest's name and hold that
 * manifest. Returns how many.
 */
export function prune(folder: string, files: readonly { readonly path: string }[], sort: PrunedSort): number {
  const isOurs = (object: ValueMap): boolean =>
    (sort !== 'gateways' && isGatewayProxy(object)) || (sort !== 'chart' && isKubeProxy(object));
  const wanted = new Set(files.map(({ path }) => path.toLowerCase()));
  return removeFiles(folder, (namespace, name, read) => {
    const [matched, kind, object] = /^([a-z]+)-(.+)\.(?:yaml|json)$/.exec(name) ?? [];
    if (matched === undefined || wanted.has(`${folder}/${namespace}/${name}`.toLowerCase())) return false;
    const { value } = readYaml({ name, text: read() });
    if (!isMap(value) || wordOf(value['kind']).toLowerCase() !== kind || !isMap(value['metadata'])) return false;
    const { metadata } = value;
    return metadata['name'] === object && metadata['namespace'] === namespace && isOurs(value);
  });
}

/** The same for clusters that the fleet no longer has; `names` are the ones it has, in lower case. */
export function pruneClusters(directory: string, names: ReadonlySet<string>, sort: PrunedSort): number {
  const gone = listFolder(directory).filter(({ name, isFolder }) => isFolder && !names.has(name.toLowerCase()));
  return gone.reduce((sum, { name }) => sum + prune(`${directory}/${name}`, [], sort), 0);
}
