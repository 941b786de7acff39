import { type Change, changeManifests, type ManifestPlan } from '../objects/manifests.ts';
import { describeObject, type KubeObject, namespaceOf } from '../objects/object.ts';
import type { Problem } from '../problem.ts';
import { equal, isMap, mapAt, mapsIn, type Value, type ValueMap, wordOf } from '../value.ts';
import type { Source } from '../yaml/read.ts';
import { withCluster } from './bootstrap.ts';
import { isTag, retagged } from './image.ts';
import { completeSds, completeSidecar, podOf, tokenIsUnused, withPod, withVolumes } from './pod.ts';
import { findProxies, type ProxySelection } from './proxies.ts';
import { type SidecarSettings, type Sidecars, sidecarsOf, thirdParty, withSettings } from './sidecars.ts';
import {
  type FoundVersion,
  glooVersionIn,
  type IstioFound,
  istioIn,
  shapeRelease,
  versionOfImage,
} from './versions.ts';

/** What the sidecars are to be. What is not given is found in the input, or is as Gloo's release has it. */
export interface InjectOptions extends ProxySelection {
  /** The tag of the sds image; found in the input's Gloo Deployments or in the proxy's own image. */
  readonly glooVersion?: string | undefined;
  /** The tag of the istio-proxy image; found in an istiod in the input, else the one of Gloo's chart. */
  readonly istioVersion?: string | undefined;
  /** Where istiod runs; `istio-system`. */
  readonly istioNamespace?: string | undefined;
  readonly istioRevision?: string | undefined;
  /** `third-party-jwt` or `first-party-jwt`; found in an istiod in the input, else third-party. */
  readonly jwtPolicy?: string | undefined;
  readonly istioMetaMeshId?: string | undefined;
  readonly istioMetaClusterId?: string | undefined;
  readonly istioDiscoveryAddress?: string | undefined;
  /** Whose sidecars: glooctl's (the default), or those that the chart adds with global.istioSDS. */
  readonly like?: 'glooctl' | 'chart' | undefined;
  /** Containers in place of the default istio-proxy. */
  readonly sidecars?: readonly ValueMap[] | undefined;
}

/**
 * Manifests with the sds and istio-proxy containers, their volumes and the SDS cluster on every gateway proxy. What is
 * there already is kept and completed; running it again changes nothing. With an error nothing is changed at all.
 */
export function injectSidecars(sources: readonly Source[], options: InjectOptions = {}): Change {
  return changeManifests(sources, (objects) => planInjection(objects, options));
}

/** What injecting does to each object, without any text. */
export function planInjection(objects: readonly KubeObject[], options: InjectOptions): ManifestPlan {
  const changes = new Map<KubeObject, ValueMap>();
  const problems: Problem[] = [...refuseTags(options)];
  const notes: string[] = [];
  const { workloads, configMaps, orphans, unmounted } = findProxies(objects, options);
  if (workloads.length === 0 && configMaps.length === 0) problems.push(noProxy(options));
  const istio = istioIn(objects, {
    namespace: options.istioNamespace ?? 'istio-system',
    revision: options.istioRevision,
  });
  if (workloads.length > 0 && options.istioVersion === undefined) problems.push(...istio.problems);
  if (workloads.length > 0) problems.push(...refuseOldIstio(options.istioVersion ?? istio.version?.version));
  for (const workload of workloads) {
    const version = glooVersionOf(workload, objects, options);
    const next = injectWorkload(workload, version, istio, options, problems);
    if (!equal(next, workload.object)) changes.set(workload, next);
  }
  for (const configMap of configMaps) {
    const next = changeBootstrapOf(configMap, withCluster, problems);
    if (next !== undefined) changes.set(configMap, next);
  }
  for (const { workload, configMap } of orphans) {
    problems.push(
      workload.problem({
        code: 'no-config-map',
        severity: 'warning',
        message: `The ConfigMap ${configMap} with Envoy's bootstrap is not in the input, so it did not get the SDS cluster.`,
        hint: 'give its file too; without the cluster Envoy gets no certificates',
      }),
    );
  }
  for (const configMap of unmounted) {
    problems.push(
      configMap.problem({
        code: 'no-workload',
        severity: 'warning',
        message: `No Deployment or DaemonSet in the input mounts ${describeObject(configMap.object)}, so no sidecars were added for it.`,
        hint: 'give its file too; without the sidecars the SDS cluster serves no certificates',
      }),
    );
  }
  if (changes.size > 0 && istio.version !== undefined && options.istioVersion === undefined) {
    notes.push(`Istio ${istio.version.version}, found in ${istio.version.from}`);
  }
  return { changes, problems, notes };
}

function refuseTags({ glooVersion, istioVersion }: InjectOptions): Problem[] {
  const given = [
    ['--gloo-version', glooVersion],
    ['--istio-version', istioVersion],
  ] as const;
  return given.flatMap(([option, tag]): Problem[] =>
    tag === undefined || isTag(tag)
      ? []
      : [
          {
            code: 'bad-version',
            severity: 'error',
            message: `${option} is the tag of an image, and "${tag}" cannot be one.`,
            hint: 'write a version such as 1.17.0; for an image of your own give --sidecar',
          },
        ],
  );
}

/** The sidecar's agent came with Istio 1.6; before, another one had other arguments. */
function refuseOldIstio(version: string | undefined): Problem[] {
  if (!/^(?:0|1\.[0-5])(?:\.|$)/.test(version ?? '')) return [];
  const message = `Istio ${version} does not understand these sidecars, which are made for Istio 1.6 and later.`;
  return [
    { code: 'old-istio', severity: 'warning', message, hint: 'upgrade Istio, or give a container with --sidecar' },
  ];
}

/** What to say when there is nothing to do: a typo in a name is an error, an input without proxies is not. */
export function noProxy({ proxy, namespace }: ProxySelection): Problem {
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  return proxy === undefined
    ? {
        code: 'no-proxy',
        severity: 'warning',
        message: `There is no gateway proxy${where} in the input, so nothing is changed.`,
        hint: 'a proxy is a Deployment or DaemonSet with the label gloo: gateway-proxy and a volume envoy-config',
      }
    : {
        code: 'unknown-proxy',
        severity: 'error',
        message: `There is no gateway proxy ${proxy}${where} in the input.`,
        hint: 'give the name of its Deployment or DaemonSet',
      };
}

function glooVersionOf(
  { object }: KubeObject,
  objects: readonly KubeObject[],
  { glooVersion }: InjectOptions,
): FoundVersion | undefined {
  if (glooVersion !== undefined) return { version: glooVersion.replace(/^v(?=\d)/, ''), from: '--gloo-version' };
  const containers = mapsIn(podOf(object)['containers']);
  const envoy = containers.find(({ name }) => name === mapAt(object, 'metadata')['name'] || name === 'gateway-proxy');
  return glooVersionIn(objects, namespaceOf(object)) ?? versionOfImage(envoy) ?? versionOfImage(containers[0]);
}

function injectWorkload(
  workload: KubeObject,
  gloo: FoundVersion | undefined,
  istio: IstioFound,
  options: InjectOptions,
  problems: Problem[],
): ValueMap {
  const pod = podOf(workload.object);
  const containers = mapsIn(pod['containers']);
  const sds = containers.find(({ name }) => name === 'sds');
  const istioProxy = containers.find(({ name }) => name === 'istio-proxy');
  const custom = options.sidecars ?? [];
  const named = (name: Value | undefined): boolean => custom.some((one) => one['name'] === name);
  if (gloo === undefined && (sds === undefined || (istioProxy === undefined && custom.length === 0))) {
    problems.push(
      workload.problem({
        code: 'gloo-version-unknown',
        severity: 'error',
        message: `Nothing in the input says which version of Gloo ${describeObject(workload.object)} belongs to, and the sds image has the same.`,
        hint: 'say it with --gloo-version',
      }),
    );
    return workload.object;
  }
  const fresh = freshSidecars(gloo?.version ?? '', istio, options);
  const asked = { ...settingsOf(options), jwtPolicy: options.jwtPolicy ?? istio.jwtPolicy };
  const istioVersion = options.istioVersion ?? istio.version?.version;
  const next = [sds === undefined ? fresh.sds : completeSds(retaggedSds(sds, gloo, options), fresh.sds)];
  if (custom.length > 0) next.push(...custom);
  else if (istioProxy === undefined) next.push(fresh.istioProxy);
  else next.push(completeSidecar(withSettings(retaggedProxy(istioProxy, istioVersion), asked)));
  // Two agents would write to the same place.
  const stays =
    custom.length === 0 ? containers : containers.filter(({ name }) => name !== 'istio-proxy' || named(name));
  const placed = placeContainers(stays, next);
  const dropped = asked.jwtPolicy !== undefined && asked.jwtPolicy !== thirdParty && tokenIsUnused(placed);
  const result = withVolumes({ ...pod, containers: placed }, fresh.volumes, dropped);
  for (const name of result.missing) {
    problems.push(
      workload.problem({
        code: 'unknown-volume',
        severity: 'error',
        message: `A sidecar mounts the volume ${name}, which neither the pod nor glistio has.`,
        hint: `leave the mount out of the sidecar, or add the volume to ${describeObject(workload.object)}`,
      }),
    );
  }
  return withPod(workload.object, result.pod);
}

/** An sds container that is there, with the image of the version that was asked for. */
function retaggedSds(sds: ValueMap, gloo: FoundVersion | undefined, { glooVersion }: InjectOptions): ValueMap {
  return glooVersion === undefined ? sds : { ...sds, image: retagged(wordOf(sds['image']), gloo?.version ?? '') };
}

function retaggedProxy(proxy: ValueMap, version: string | undefined): ValueMap {
  return version === undefined ? proxy : { ...proxy, image: retagged(wordOf(proxy['image']), version) };
}

/** The sidecars of the release, with what was asked for and, where nothing was, with what Gloo's release has. */
function freshSidecars(glooVersion: string, istio: IstioFound, options: InjectOptions): Sidecars {
  return sidecarsOf({
    ...settingsOf(options),
    glooVersion,
    release: shapeRelease(glooVersion),
    like: options.like ?? 'glooctl',
    istioVersion: options.istioVersion ?? istio.version?.version,
    jwtPolicy: options.jwtPolicy ?? istio.jwtPolicy ?? thirdParty,
  });
}

function settingsOf(options: InjectOptions): SidecarSettings {
  const { istioNamespace: namespace = 'istio-system', istioRevision: revision } = options;
  const isNamed = revision !== undefined && revision !== 'default' && revision !== '';
  const own =
    isNamed || namespace !== 'istio-system'
      ? `istiod${isNamed ? `-${revision}` : ''}.${namespace}.svc:15012`
      : undefined;
  return {
    meshId: options.istioMetaMeshId,
    clusterId: options.istioMetaClusterId,
    istiod: options.istioDiscoveryAddress ?? own,
  };
}

/** New containers come last, sds before the others; what has the name of one that is there takes its place. */
function placeContainers(containers: readonly ValueMap[], sidecars: readonly ValueMap[]): ValueMap[] {
  const placed = [...containers];
  const last = placed.findIndex(({ name }) => name === 'istio-proxy');
  for (const sidecar of sidecars) {
    const at = placed.findIndex(({ name }) => name === sidecar['name']);
    if (at >= 0) placed[at] = sidecar;
    else if (sidecar['name'] === 'sds' && last >= 0) placed.splice(last, 0, sidecar);
    else placed.push(sidecar);
  }
  return placed;
}

/** A ConfigMap with its bootstrap changed; undefined if nothing changes, or if it cannot be. */
export function changeBootstrapOf(
  configMap: KubeObject,
  change: typeof withCluster,
  problems: Problem[],
): ValueMap | undefined {
  const data = configMap.object['data'];
  const text = isMap(data) ? data['envoy.yaml'] : undefined;
  if (!isMap(data) || typeof text !== 'string') {
    problems.push(
      configMap.problem(
        {
          code: 'no-bootstrap',
          severity: 'error',
          message: `${describeObject(configMap.object)} has no envoy.yaml with Envoy's bootstrap.`,
          hint: 'the key must be envoy.yaml and its value a text',
        },
        ['data'],
      ),
    );
    return undefined;
  }
  const changed = change(text);
  if ('refused' in changed) {
    problems.push(configMap.problem({ ...changed.refused, severity: 'error' }, ['data', 'envoy.yaml']));
    return undefined;
  }
  if (!changed.isKept) {
    const message = "Envoy's bootstrap could not be changed in place, so it is written anew, without its comments.";
    problems.push(configMap.problem({ code: 'layout-lost', severity: 'warning', message }, ['data', 'envoy.yaml']));
  }
  return changed.text === text ? undefined : { ...configMap.object, data: { ...data, 'envoy.yaml': changed.text } };
}
