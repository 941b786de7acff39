import type { Draw, Drawn } from '../explain/drawn.ts';
import { anyCluster } from '../helm/capabilities.ts';
import { mapAt, textOf } from '../value.ts';
import { writeYaml } from '../yaml/write.ts';
import { partialControlPlane } from './control-plane.ts';
import { drawManifests } from './draw.ts';

/**
 * Everything that values render: the proxies' objects in the order of `render`, and the parts of objects around them.
 */
export function drawAll(release: { readonly name: string; readonly namespace: string }): Draw {
  return (values, chart) => {
    const manifests = drawManifests({ values, chart, release });
    return manifests && [...manifests, ...partsAround({ values, chart, release, capabilities: anyCluster })];
  };
}

function partsAround(known: Parameters<typeof partialControlPlane>[0]): Drawn[] {
  return partialControlPlane(known).map((object) => {
    const metadata = mapAt(object, 'metadata');
    return {
      kind: textOf(object['kind']) ?? '',
      name: textOf(metadata['name']) ?? '',
      namespace: textOf(metadata['namespace']) ?? '',
      proxy: '',
      object,
      partial: true,
      get text() {
        return writeYaml(object);
      },
    };
  });
}
