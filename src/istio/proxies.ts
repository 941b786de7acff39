import type { KubeObject } from '../objects/stream.ts';
import { mapAt, mapsIn, textOf, type ValueMap } from '../value.ts';
import { isWorkload } from './versions.ts';

/** Which gateway proxies are meant. */
export interface ProxySelection {
  /** The name of one proxy's workload, or its gateway-proxy-id. */
  readonly proxy?: string | undefined;
  readonly namespace?: string | undefined;
}

/** The gateway proxies of an input. */
export interface ProxiesFound {
  readonly workloads: readonly KubeObject[];
  /** Their bootstraps, and those of proxies whose workload is not in the input. */
  readonly configMaps: readonly KubeObject[];
  /** Workloads without a ConfigMap in the input, and which one they want. */
  readonly orphans: readonly { readonly workload: KubeObject; readonly configMap: string }[];
  /** ConfigMaps that no workload of the input mounts. */
  readonly unmounted: readonly KubeObject[];
}

const configVolume = 'envoy-config';

/**
 * The gateway proxies: Deployments and DaemonSets with Gloo's labels and Envoy's configuration as a volume, and the
 * ConfigMaps that these volumes name.
 */
export function findProxies(objects: readonly KubeObject[], selection: ProxySelection): ProxiesFound {
  const inNamespace = objects.filter(
    ({ object }) => selection.namespace === undefined || [undefined, selection.namespace].includes(namespaceOf(object)),
  );
  const workloads = inNamespace.filter(({ object }) => isWorkload(object) && isProxy(object, selection.proxy));
  const configMaps = new Set(
    inNamespace.filter(({ object }) => object['kind'] === 'ConfigMap' && isBootstrap(object, selection.proxy)),
  );
  const unmounted = new Set(configMaps);
  const orphans: { workload: KubeObject; configMap: string }[] = [];
  for (const workload of workloads) {
    const configMap = configMapOf(workload.object);
    const found = inNamespace.find(({ object }) => isConfigMap(object, configMap, namespaceOf(workload.object)));
    if (found === undefined) orphans.push({ workload, configMap });
    else {
      configMaps.add(found);
      unmounted.delete(found);
    }
  }
  return { workloads, configMaps: [...configMaps], orphans, unmounted: [...unmounted] };
}

function isProxy(object: ValueMap, proxy: string | undefined): boolean {
  const labels = labelsOf(object);
  const name = textOf(mapAt(object, 'metadata')['name']);
  if (proxy !== undefined && proxy !== name && proxy !== labels['gateway-proxy-id']) return false;
  const isLabelled = labels['gloo'] === 'gateway-proxy' || typeof labels['gateway-proxy-id'] === 'string';
  return isLabelled && (configVolumeOf(object) !== undefined || proxy !== undefined);
}

function labelsOf(object: ValueMap): ValueMap {
  return { ...mapAt(object, 'spec', 'template', 'metadata', 'labels'), ...mapAt(object, 'metadata', 'labels') };
}

function isBootstrap(object: ValueMap, proxy: string | undefined): boolean {
  const labels = labelsOf(object);
  const name = textOf(mapAt(object, 'metadata')['name']) ?? '';
  if (labels['gloo'] !== 'gateway-proxy' && typeof labels['gateway-proxy-id'] !== 'string') return false;
  if (proxy !== undefined && proxy !== labels['gateway-proxy-id'] && name !== `${proxy}-${configVolume}`) return false;
  return name.endsWith(`-${configVolume}`);
}

function isConfigMap(object: ValueMap, name: string, namespace: string | undefined): boolean {
  return (
    object['kind'] === 'ConfigMap' && mapAt(object, 'metadata')['name'] === name && namespaceOf(object) === namespace
  );
}

function configVolumeOf(object: ValueMap): ValueMap | undefined {
  return mapsIn(mapAt(object, 'spec', 'template', 'spec')['volumes']).find(({ name }) => name === configVolume);
}

/** The name of the ConfigMap with a workload's bootstrap. */
export function configMapOf(workload: ValueMap): string {
  const volume = configVolumeOf(workload) ?? {};
  const name = textOf(mapAt(workload, 'metadata')['name']) ?? '';
  return textOf(mapAt(volume, 'configMap')['name']) ?? `${name}-${configVolume}`;
}

export function namespaceOf(object: ValueMap): string | undefined {
  return textOf(mapAt(object, 'metadata')['namespace']);
}
