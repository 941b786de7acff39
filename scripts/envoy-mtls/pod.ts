/** A gateway proxy's pod as folders: one for each volume, and what its containers find at a path. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mapAt, mapsIn, textOf, type ValueMap } from '../../src/value.ts';
import type { Certificate } from './certificates.ts';

export interface PodFolders {
  /** Where a container's path leads: into a volume, or into its own file system. */
  folderOf(container: string, path: string): string;
  container(name: string): ValueMap | undefined;
}

export function podFolders(deployment: ValueMap, root: string): PodFolders {
  const containers = mapsIn(mapAt(deployment, 'spec', 'template', 'spec')['containers']);
  const container = (name: string): ValueMap | undefined => containers.find((one) => one['name'] === name);
  return {
    container,
    folderOf(name, path) {
      const wanted = `${path.replace(/\/+$/, '')}/`;
      const mounts = mapsIn(container(name)?.['volumeMounts']).map((mount) => ({
        volume: textOf(mount['name']) ?? '',
        at: `${(textOf(mount['mountPath']) ?? '').replace(/\/+$/, '')}/`,
      }));
      const [best] = mounts.filter(({ at }) => wanted.startsWith(at)).sort((a, b) => b.at.length - a.at.length);
      const folder =
        best === undefined
          ? join(root, `files-of-${name}`, wanted)
          : join(root, best.volume, wanted.slice(best.at.length));
      mkdirSync(folder, { recursive: true });
      return folder;
    },
  };
}

/**
 * Does what Istio's agent does with a certificate signed by istiod: writes three files to the folder in OUTPUT_CERTS.
 */
export function writeCertificate(pod: PodFolders, { chain, key }: Certificate, root: string): void {
  const agent = pod.container('istio-proxy') ?? {};
  const output = mapsIn(agent['env']).find(({ name }) => name === 'OUTPUT_CERTS');
  const path = textOf(output?.['value']);
  if (path === undefined) return;
  const folder = pod.folderOf('istio-proxy', path);
  for (const [name, text] of [
    ['key.pem', key],
    ['cert-chain.pem', chain],
    ['root-cert.pem', root],
  ] as const) {
    writeFileSync(join(folder, `.${name}`), text);
    renameSync(join(folder, `.${name}`), join(folder, name));
  }
}
