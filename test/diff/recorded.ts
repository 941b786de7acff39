import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeRelease, type Release, recordIn } from '../../src/helm/release.ts';
import { isMap, type ValueMap } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';

/** A real release: what Helm recorded, and the same objects as a real API server returned them. */
export interface Recorded {
  readonly name: string;
  readonly chartVersion: string;
  readonly manifest: string;
  readonly live: string;
  readonly values: ValueMap;
}

const folder = 'test/diff/releases';

/** The recorded releases: installed by Helm 3.19 into Kubernetes 1.32. */
export function recordedReleases(): Recorded[] {
  return readdirSync(folder)
    .filter((name) => !name.includes('drift'))
    .map((name) => {
      const read = (file: string): string => readFileSync(join(folder, name, file), 'utf8');
      const release = existsSync(join(folder, name, 'secret.yaml')) ? releaseIn(read('secret.yaml')) : undefined;
      return {
        name,
        chartVersion: /^\d+\.\d+\.\d+(?:-beta\d+)?/.exec(name)?.[0] ?? '',
        manifest: release?.manifest ?? read('manifest.yaml'),
        live: `${read('live-deployment.yaml')}---\n${read('live-configmap.yaml')}`,
        values: release?.values ?? mapIn(read('values.yaml').replace(/^USER-SUPPLIED VALUES:\n/, '')),
      };
    });
}

/** The release in a Secret as kubectl prints it. */
export function releaseIn(secret: string): Release {
  return decodeRelease(recordIn(mapIn(secret)) ?? '');
}

/** The map in a YAML text. */
export function mapIn(text: string): ValueMap {
  const { value } = readYaml({ name: 'text', text });
  if (!isMap(value)) throw new Error('not a map');
  return value;
}
