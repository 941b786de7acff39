import type { Io } from '../node/io.ts';
import { reasonOf, targetOf } from '../node/sources.ts';
import { CannotDo } from '../outcome.ts';
import { trimEndOf } from '../trim.ts';
import type { Manifest } from '../verbs/render.ts';
import { refuseUnnamed } from './output-directory.ts';
import type { PrunedSort } from './prune.ts';

/**
 * Writes each manifest to its own file, all or none, and says how many changed. A file that already has the same
 * content is not touched.
 */
export async function writeManifests(
  manifests: readonly Manifest[],
  format: 'yaml' | 'json',
  directory: string,
  io: Io,
  pruned?: PrunedSort,
): Promise<string> {
  refuseUnnamed(directory);
  const files = filesOf(manifests, format, directory);
  const changed: typeof files = [];
  for (const file of files) {
    const before = await io.readFile(file.path).catch(() => undefined);
    if (before !== file.text) changed.push(file);
  }
  await writeAll(changed, io);
  const written = changed.length;
  const gone = pruned === undefined ? 0 : (await import('./prune.ts')).prune(trimEndOf(directory, '/'), files, pruned);
  const removed = gone === 0 ? '' : `, ${gone} removed`;
  return `${written} of ${files.length} manifests written to ${directory}${written < files.length ? ', the others are unchanged' : ''}${removed}`;
}

/** The file for each manifest. No two may be the same, even where file names ignore case. */
export function filesOf(
  manifests: readonly Manifest[],
  format: 'yaml' | 'json',
  directory: string,
): { readonly path: string; readonly text: string }[] {
  const files = manifests.map((manifest) => ({
    path: `${trimEndOf(directory, '/')}/${fileOf(manifest)}.${format}`,
    text: format === 'json' ? `${JSON.stringify(manifest.object, null, 2)}\n` : manifest.text,
  }));
  const twice = files.find(
    ({ path }, index) => files.findIndex((other) => other.path.toLowerCase() === path.toLowerCase()) !== index,
  );
  if (twice)
    throw new CannotDo(
      `two manifests would be written to ${twice.path}`,
      'give the proxies names that differ in more than case',
    );
  return files;
}

async function writeAll(files: readonly { readonly path: string; readonly text: string }[], io: Io): Promise<void> {
  if (files.length === 0) return;
  try {
    await io.writeFiles(files);
  } catch (error) {
    throw new CannotDo(`cannot write ${targetOf(error) ?? files[0]?.path}: ${reasonOf(error)}`);
  }
}

function fileOf({ kind, name, namespace }: Manifest): string {
  const file = step(`${kind.toLowerCase()}-${name}`);
  return namespace === '' ? file : `${step(namespace)}/${file}`;
}

/** Names come from values: none of them may lead out of the directory. */
function step(name: string): string {
  const isSafe = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && name.length <= 253;
  if (!isSafe) throw new CannotDo(`"${name}" cannot be part of a file name`, 'render it without --output-dir');
  return name;
}
