import { isMap, mapAt, mapOf, mapsIn, textOf, type ValueMap } from '../value.ts';
import { readYaml } from '../yaml/read.ts';

/** The cluster from which Envoy gets the mesh's certificates. */
export const sdsCluster = 'gateway_proxy_sds';

/** An `envoy.yaml`, parsed; undefined if it is not a YAML map. */
export function readBootstrap(text: string): ValueMap | undefined {
  const { value } = readYaml({ name: 'envoy.yaml', text: filledIn(text) });
  return isMap(value) ? value : undefined;
}

/** Gloo fills in `{{.PodName}}` and similar placeholders before Envoy reads them. */
export function filledIn(text: string): string {
  return text.replace(/\{\{([^{}\n]*)\}\}/g, (_, inner: string) => (/ip\b/i.test(inner) ? '10.0.0.1' : 'x'));
}

/** The static clusters of a bootstrap, in either spelling of its fields. */
export function clustersIn(bootstrap: ValueMap): ValueMap[] {
  return mapsIn(mapOf(bootstrap['static_resources'] ?? bootstrap['staticResources'])['clusters']);
}

/** What Gloo's control plane does not send to an Envoy, and why. */
export type Unserved = 'listeners' | 'clusters' | 'role';

/**
 * What keeps an Envoy from Gloo's configuration, by its bootstrap: it does not request listeners or clusters, or it
 * names no role. Gloo finds the configuration of a proxy by `node.metadata.role`; a proxy without one is answered by a
 * listener that returns 500. Source: projects/gloo/pkg/xds (node hash, fallback snapshot).
 */
export function unservedIn(bootstrap: ValueMap): Unserved[] {
  const dynamic = mapOf(bootstrap['dynamic_resources'] ?? bootstrap['dynamicResources']);
  const found: Unserved[] = [];
  if (!isMap(dynamic['lds_config'] ?? dynamic['ldsConfig'])) found.push('listeners');
  if (!isMap(dynamic['cds_config'] ?? dynamic['cdsConfig'])) found.push('clusters');
  const role = textOf(mapAt(bootstrap, 'node', 'metadata')['role']);
  if (role === undefined || role === '') found.push('role');
  return found;
}
