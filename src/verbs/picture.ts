import type { KubeObject } from '../objects/object.ts';
import { readSide, type Side } from '../objects/read.ts';
import { pictureOf } from '../picture/model.ts';
import type { PodPicture } from '../picture/types.ts';
import type { Problem } from '../problem.ts';
import { equal, mapAt, type ValueMap } from '../value.ts';
import { type ManifestValidateOptions, proxiesAmong, validateManifests } from './validate-manifests.ts';

/** Pictures of the gateway proxies among manifests, and the problems with them. */
export interface Pictures {
  readonly pictures: readonly PodPicture[];
  readonly problems: readonly Problem[];
  readonly chartVersion: string;
}

/**
 * The pictures of the gateway proxies among manifests, with what `validateManifests` finds in each. Never throws for
 * bad input.
 */
export function picturesOf(manifests: Side, options: ManifestValidateOptions = {}): Pictures {
  const { problems, chartVersion } = validateManifests(manifests, options);
  const { namespace = 'gloo-system' } = options;
  const { objects } = readSide(manifests, { name: 'manifests', namespace, isLenient: true });
  const upstreams = objects.filter(
    ({ kind, object }) => kind === 'Upstream' && 'sds' in mapAt(object, 'spec', 'sslConfig'),
  );
  const pictures = proxiesAmong(objects, options.namespace).map(({ workload, configMap }) => {
    const own = [workload, ...(configMap === undefined ? [] : [configMap])];
    const isOwn = ({ subject }: Problem): boolean =>
      own.some(
        ({ kind, namespace: place, name }) =>
          subject?.kind === kind && subject.namespace === place && subject.name === name,
      );
    return pictureOf({
      ...{ workload, configMap, upstreams },
      services: objects.filter((one) => leadsTo(one, workload)),
      problems: problems.filter(isOwn),
    });
  });
  return { pictures, problems, chartVersion };
}

/** Whether a Service selects the pods of a workload. */
function leadsTo({ kind, namespace, object }: KubeObject, workload: KubeObject): boolean {
  if (kind !== 'Service' || namespace !== workload.namespace) return false;
  const labels: ValueMap = mapAt(workload.object, 'spec', 'template', 'metadata', 'labels');
  const selector = Object.entries(mapAt(object, 'spec', 'selector'));
  return selector.length > 0 && selector.every(([key, value]) => equal(labels[key], value));
}
