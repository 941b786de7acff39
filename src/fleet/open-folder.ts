import { isFolder, listFolder } from '../node/folders.ts';
import { CannotDo } from '../outcome.ts';
import { trimEndOf } from '../trim.ts';
import type { FoundCluster, OpenFleet } from './found.ts';

const fleetFiles = ['fleet.yaml', 'fleet.yml', 'fleet.json', 'fleet.jsonl'];
const isValues = /^(.+)\.(?:yaml|yml|json)$/i;

/**
 * A folder as a fleet: the path of its fleet file, or each of its files of values, and each folder of such files, as a
 * cluster.
 */
export function openFolder(path: string): OpenFleet | string {
  const entries = listFolder(path);
  const inFolder = (name: string): string => `${trimEndOf(path, '\\/')}/${name}`;
  const file = entries.find(({ name, isFolder }) => !isFolder && fleetFiles.includes(name));
  if (file !== undefined) return inFolder(file.name);
  const candidates = entries.filter(({ name, isFolder }) => isFolder || isValues.test(name));
  if (candidates.length === 0) {
    throw new CannotDo(
      `${path} has no clusters`,
      `a fleet file (${fleetFiles.join(', ')}), NAME.yaml for each cluster, or a folder of such files for each`,
    );
  }
  function* clusters(): Generator<FoundCluster> {
    for (const { name, isFolder } of candidates) {
      const where = inFolder(name);
      const files = isFolder ? valuesIn(where) : [where];
      if (files.length > 0) yield { kind: 'files', name: isFolder ? name : name.replace(isValues, '$1'), where, files };
    }
  }
  return { name: path, base: '', problems: [], texts: new Map(), total: candidates.length, clusters };
}

/** The files of values in a folder; none if the folder was removed. */
function valuesIn(folder: string): string[] {
  if (!isFolder(folder)) return [];
  return listFolder(folder).flatMap(({ name, isFolder }) =>
    !isFolder && isValues.test(name) ? [`${folder}/${name}`] : [],
  );
}
