import { kubeObject } from '../objects/object.ts';
import { podOf } from '../objects/workload.ts';
import { equal, mapAt, mapsIn, type ValueMap, wordOf } from '../value.ts';
import { readYaml } from '../yaml/read.ts';
import { withoutSslConfig } from './mtls.ts';
import { withPod } from './pod.ts';
import { findProxies } from './proxies.ts';
import { isOwnSds, withoutSidecars, withoutUnusedCluster } from './uninject.ts';

/** An object before and after a command. */
export interface ObjectStates {
  readonly before: ValueMap;
  readonly after: ValueMap;
}

/**
 * Whether two states of an object differ only in what the commands change: the sidecars with their volumes, the SDS
 * cluster of the bootstrap, the sslConfig of an Upstream. Containers with other names, given with --sidecar, are not
 * known here.
 */
export function isOwnChange({ before, after }: ObjectStates): boolean {
  const [from, to] = [neutral(before), neutral(after)];
  return from !== undefined && to !== undefined && equal(from, to);
}

/** The first object that inject and uninject would not touch, because it does not belong to a gateway proxy. */
export function findForeign(objects: readonly ValueMap[]): ValueMap | undefined {
  const all = objects.map((object) => kubeObject(object));
  const { workloads, configMaps } = findProxies(all, {});
  const own = [...workloads, ...configMaps];
  return all.find((one) => one.object['kind'] !== 'Upstream' && !own.includes(one))?.object;
}

/** An object without everything that the commands add, remove or change; undefined if that cannot be determined. */
function neutral(object: ValueMap): ValueMap | undefined {
  switch (object['kind']) {
    case 'Upstream':
      return withoutSslConfig(object);
    case 'ConfigMap':
      return neutralConfigMap(object);
    case 'Deployment':
    case 'DaemonSet':
      return neutralWorkload(object);
    default:
      return undefined;
  }
}

function neutralConfigMap(object: ValueMap): ValueMap | undefined {
  const data = mapAt(object, 'data');
  const text = data['envoy.yaml'];
  if (typeof text !== 'string') return undefined;
  const changed = withoutUnusedCluster(text);
  if ('refused' in changed) return undefined;
  // Compared by meaning: a rewritten bootstrap has lost its layout.
  return { ...object, data: { ...data, 'envoy.yaml': readYaml({ name: 'envoy.yaml', text: changed.text }).value } };
}

function neutralWorkload(object: ValueMap): ValueMap {
  const { replicas: _, ...spec } = mapAt(object, 'spec');
  const bare = withoutSidecars(kubeObject({ ...object, spec }), [], []);
  const pod = podOf(bare);
  return withPod(bare, { ...pod, containers: mapsIn(pod['containers']).map(neutralSds) });
}

/** An sds container that stays for Gloo's own mTLS keeps the variables that injecting adds. */
function neutralSds(container: ValueMap): ValueMap {
  if (!isOwnSds(container)) return container;
  const env = mapsIn(container['env']).filter(({ name }) => !/^POD_/.test(wordOf(name)));
  return { ...container, env, volumeMounts: mapsIn(container['volumeMounts']) };
}
