import {
  bootstrapNameOf,
  configVolume,
  configVolumeOf,
  isGatewayProxy,
  isWorkload,
  labelsOf,
} from '../objects/gateway-proxies.ts';
import { type KubeObject, nameOf, namespaceOf } from '../objects/object.ts';
import type { ValueMap } from '../value.ts';

/** Which gateway proxies to work on. */
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
  /** Workloads whose ConfigMap is not in the input, with its name. */
  readonly orphans: readonly { readonly workload: KubeObject; readonly configMap: string }[];
  /** ConfigMaps that no workload of the input mounts. */
  readonly unmounted: readonly KubeObject[];
}

/**
 * The gateway proxies: Deployments and DaemonSets with Gloo's labels and a volume with Envoy's configuration, and the
 * ConfigMaps that these volumes refer to.
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
    const configMap = bootstrapNameOf(workload.object);
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
  const isNamed = [undefined, nameOf(object), labelsOf(object)['gateway-proxy-id']].includes(proxy);
  return isNamed && isGatewayProxy(object) && (configVolumeOf(object) !== undefined || proxy !== undefined);
}

function isBootstrap(object: ValueMap, proxy: string | undefined): boolean {
  const name = nameOf(object);
  const isNamed =
    proxy === undefined || proxy === labelsOf(object)['gateway-proxy-id'] || name === `${proxy}-${configVolume}`;
  return isNamed && isGatewayProxy(object) && name.endsWith(`-${configVolume}`);
}

function isConfigMap(object: ValueMap, name: string, namespace: string | undefined): boolean {
  return object['kind'] === 'ConfigMap' && nameOf(object) === name && namespaceOf(object) === namespace;
}
