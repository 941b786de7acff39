import { sdsCluster } from '../objects/bootstrap.ts';
import { isKubeProxy, isWorkload } from '../objects/gateway-proxies.ts';
import { type Change, changeManifests, type ManifestPlan } from '../objects/manifests.ts';
import { describeObject, type KubeObject } from '../objects/object.ts';
import { certificateFolder, isIstioAgent, runsSds, sidecarVolumes } from '../objects/sidecars.ts';
import { podOf } from '../objects/workload.ts';
import type { Problem } from '../problem.ts';
import { isList, isMap, mapsIn, textOf, type Value, type ValueMap, wordOf } from '../value.ts';
import type { Source } from '../yaml/read.ts';
import { withoutCluster } from './bootstrap.ts';
import { changeBootstrapOf, leftToController, noProxy } from './inject.ts';
import { pointsAtSds, withoutSslConfig } from './mtls.ts';
import { allContainers, mountedBy, withPod } from './pod.ts';
import { findProxies, type ProxySelection } from './proxies.ts';

export interface UninjectOptions extends ProxySelection {
  /** Whether to also remove the sslConfig from the Upstreams that refer to the SDS cluster. */
  readonly includeUpstreams?: boolean | undefined;
  /** Containers that were injected in place of istio-proxy; containers with their names are removed. */
  readonly sidecars?: readonly ValueMap[] | undefined;
}

/**
 * Manifests without the sidecars, their volumes and the SDS cluster: the inverse of injecting. Upstreams of the input
 * that still refer to the cluster are an error, unless they are to be changed too.
 */
export function uninjectSidecars(sources: readonly Source[], options: UninjectOptions = {}): Change {
  return changeManifests(sources, (objects) => planUninjection(objects, options));
}

/** The effect of removing the sidecars on each object, without any text. */
export function planUninjection(objects: readonly KubeObject[], options: UninjectOptions): ManifestPlan {
  const problems: Problem[] = [];
  const changes = new Map<KubeObject, ValueMap>();
  const { workloads, configMaps } = findProxies(objects, options);
  for (const workload of workloads) {
    const next = withoutSidecars(workload, options.sidecars ?? [], problems);
    if (next !== workload.object) changes.set(workload, next);
  }
  for (const configMap of configMaps) {
    const next = changeBootstrapOf(configMap, withoutUnusedCluster, problems);
    if (next !== undefined) changes.set(configMap, next);
  }
  const pointing = objects.filter(({ object }) => object['kind'] === 'Upstream' && pointsAtSds(object));
  if (options.includeUpstreams === true) {
    // Like glooctl, whatever else their sslConfig contains: without the cluster none of it works.
    for (const upstream of pointing) changes.set(upstream, withoutSslConfig(upstream.object));
  } else problems.push(...pointing.map(stillPoints));
  const isNone = workloads.length === 0 && configMaps.length === 0;
  const deployed = objects.filter(({ object }) => isWorkload(object) && isKubeProxy(object));
  problems.push(...deployed.map(leftToController));
  if (isNone && deployed.length === 0 && (options.proxy !== undefined || changes.size === 0))
    problems.push(noProxy(options));
  problems.push(...objects.filter(pointsElsewhere).map(stillPointsElsewhere));
  return { changes, problems };
}

/** Gloo's own mTLS gets its certificates from the same cluster; it stays as long as anything else refers to it. */
export function withoutUnusedCluster(text: string): ReturnType<typeof withoutCluster> {
  const changed = withoutCluster(text);
  return 'refused' in changed || !namesSdsCluster(changed.text) ? changed : { text, isKept: true };
}

/** Whether the name occurs outside comments, and not as part of a longer one. */
function namesSdsCluster(text: string): boolean {
  return text.split('\n').some((line) => (line.split('#', 1)[0] ?? '').split(/\W+/).includes(sdsCluster));
}

/**
 * A workload without the sidecars and the volumes that only they mount; the `custom` containers are removed as well.
 */
export function withoutSidecars(workload: KubeObject, custom: readonly ValueMap[], problems: Problem[]): ValueMap {
  const pod = podOf(workload.object);
  const containers = mapsIn(pod['containers']);
  const left = containers.flatMap((container) => {
    if (isOwnAgent(container) || custom.some(({ name }) => name === container['name'])) return [];
    return isOwnSds(container) ? sdsWithoutIstio(container) : [container];
  });
  const isSame = left.length === containers.length && left.every((container, index) => container === containers[index]);
  const used = mountedBy(allContainers({ ...pod, containers: left }));
  const volumes = mapsIn(pod['volumes']);
  const ours = volumes.filter(({ name }) => (sidecarVolumes as readonly string[]).includes(wordOf(name)));
  const kept = ours.filter(({ name }) => used.has(wordOf(name)));
  for (const { name } of kept) {
    const by = left.filter((container) => mountedBy([container]).has(wordOf(name))).map((one) => textOf(one['name']));
    problems.push(
      workload.problem({
        code: 'volume-still-used',
        severity: 'warning',
        message: `The volume ${wordOf(name)} of ${describeObject(workload.object)} stays, because the container ${by.join(', ')} mounts it.`,
        hint: 'remove the container or its mount if it was only there for the sidecars',
      }),
    );
  }
  if (isSame && kept.length === ours.length) return workload.object;
  const rest = volumes.filter((volume) => !ours.includes(volume) || kept.includes(volume));
  return withPod(workload.object, {
    ...pod,
    ...(isSame ? {} : { containers: left }),
    ...(rest.length === volumes.length ? {} : { volumes: rest }),
  });
}

/** An agent that only fetches certificates for sds, whatever its name. */
function isOwnAgent(container: ValueMap): boolean {
  const writes = mapsIn(container['env']).some(
    ({ name, value }) => name === 'OUTPUT_CERTS' && value === certificateFolder,
  );
  return container['name'] === 'istio-proxy' || (isIstioAgent(container) && writes);
}

/** Gloo's SDS server, whatever its name. */
export function isOwnSds(container: ValueMap): boolean {
  return container['name'] === 'sds' || runsSds(container);
}

/** Removes the sds container or, if Gloo's own mTLS needs it, only what Istio needed in it. */
function sdsWithoutIstio(container: ValueMap): ValueMap[] {
  const env = mapsIn(container['env']);
  if (!env.some(({ name }) => name === 'GLOO_MTLS_SDS_ENABLED')) return [];
  const mounts = mapsIn(container['volumeMounts']);
  const kept = mounts.filter(({ name }) => name !== 'istio-certs' && name !== 'envoy-config');
  const left = env.filter(({ name }) => name !== 'ISTIO_MTLS_SDS_ENABLED');
  if (left.length === env.length && kept.length === mounts.length) return [container];
  return [{ ...container, env: left, volumeMounts: kept }];
}

function stillPoints(upstream: KubeObject): Problem {
  return upstream.problem(
    {
      code: 'upstream-points-at-sds',
      severity: 'error',
      message: `${describeObject(upstream.object)} gets its certificates from ${sdsCluster}, which would be removed.`,
      hint: 'remove its sslConfig first (glistio disable-mtls), or use --include-upstreams',
    },
    ['spec', 'sslConfig'],
  );
}

function pointsElsewhere({ object }: KubeObject): boolean {
  const isOurs = ['Upstream', 'ConfigMap', 'Deployment', 'DaemonSet'].includes(wordOf(object['kind']));
  return !isOurs && /\.solo\.io\//.test(wordOf(object['apiVersion'])) && mentions(object);
}

function mentions(value: Value): boolean {
  if (isList(value)) return value.some(mentions);
  if (isMap(value)) return value['clusterName'] === sdsCluster || Object.values(value).some(mentions);
  return false;
}

function stillPointsElsewhere(other: KubeObject): Problem {
  return other.problem({
    code: 'points-at-sds',
    severity: 'warning',
    message: `${describeObject(other.object)} refers to the cluster ${sdsCluster}, which is removed.`,
    hint: 'configure another source of certificates for it',
  });
}
