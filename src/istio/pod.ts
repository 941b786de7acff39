import { certificateFolder, sidecarVolumes } from '../objects/sidecars.ts';
import { podOf } from '../objects/workload.ts';
import { isList, isMap, mapAt, mapsIn, textOf, type ValueMap, wordOf } from '../value.ts';
import { certificatesMount, tokenMount, withVariable } from './sidecars.ts';

/** The workload with this pod spec; the same workload if nothing differs. */
export function withPod(workload: ValueMap, pod: ValueMap): ValueMap {
  if (pod === podOf(workload)) return workload;
  const spec = mapAt(workload, 'spec');
  return { ...workload, spec: { ...spec, template: { ...mapAt(spec, 'template'), spec: pod } } };
}

/** An existing sds container (Gloo's own mTLS has one too), changed to serve Istio's certificates. */
export function completeSds(container: ValueMap, fresh: ValueMap): ValueMap {
  let result = container;
  const env = mapsIn(container['env']);
  for (const variable of mapsIn(fresh['env'])) {
    const name = textOf(variable['name']) ?? '';
    if (name === 'ISTIO_MTLS_SDS_ENABLED') result = withVariable(result, name, 'true');
    else if (!env.some((one) => one['name'] === name) && /^POD_/.test(name)) {
      result = { ...result, env: [...mapsIn(result['env']), variable] };
    }
  }
  return withMounts(result, mapsIn(fresh['volumeMounts']));
}

/** An existing istio-proxy, changed to write its certificates where sds finds them. */
export function completeSidecar(container: ValueMap): ValueMap {
  const directory = mapsIn(container['env']).find(({ name }) => name === 'OUTPUT_CERTS')?.['value'];
  return directory === undefined || directory === certificateFolder
    ? withMounts(container, [certificatesMount])
    : container;
}

function withMounts(container: ValueMap, wanted: readonly ValueMap[]): ValueMap {
  const mounts = mapsIn(container['volumeMounts']);
  const missing = wanted.filter(({ name }) => !mounts.some((mount) => mount['name'] === name));
  return missing.length === 0 ? container : { ...container, volumeMounts: [...mounts, ...missing] };
}

/** The names of the volumes that containers mount. */
export function mountedBy(containers: readonly ValueMap[]): ReadonlySet<string> {
  const names = containers.flatMap((container) => mapsIn(container['volumeMounts']).map(({ name }) => textOf(name)));
  return new Set(names.filter((name) => name !== undefined));
}

/** Whether no container mounts the token that a third-party policy needs any longer. */
export function tokenIsUnused(containers: readonly ValueMap[]): boolean {
  return !mountedBy(containers).has(wordOf(tokenMount['name']));
}

/**
 * The pod with the volumes that its containers mount and it lacks, each after those of its kind. Unknown volume names
 * are returned as missing.
 */
export function withVolumes(
  pod: ValueMap,
  known: readonly ValueMap[],
  dropsToken: boolean,
): { readonly pod: ValueMap; readonly missing: readonly string[] } {
  const before = mapsIn(pod['volumes']);
  const volumes = dropsToken ? before.filter(({ name }) => name !== tokenMount['name']) : before;
  const has = (name: string): boolean => volumes.some((volume) => volume['name'] === name);
  const wanted = [...mountedBy(mapsIn(pod['containers']))].filter((name) => !has(name));
  const added = known.filter(({ name }) => wanted.includes(wordOf(name)));
  const missing = wanted.filter((name) => !known.some((volume) => volume['name'] === name));
  if (added.length === 0 && volumes.length === before.length) return { pod, missing };
  const near = ['envoy-config', ...sidecarVolumes] as readonly string[];
  const at = volumes.findLastIndex(({ name }) => near.includes(wordOf(name))) + 1;
  const index = at === 0 ? volumes.length : at;
  return { pod: { ...pod, volumes: [...volumes.slice(0, index), ...added, ...volumes.slice(index)] }, missing };
}

/** Every container of a pod, including init containers. */
export function allContainers(pod: ValueMap): ValueMap[] {
  return [pod['initContainers'], pod['containers']].flatMap((list) => (isList(list) ? list.filter(isMap) : []));
}
