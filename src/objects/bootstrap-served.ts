import { isMap, mapAt, mapOf, textOf, type ValueMap } from '../value.ts';

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
