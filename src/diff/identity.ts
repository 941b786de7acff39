/**
 * How the items of a list are identified. A list that is missing here is deliberately compared by index: the order of
 * `args` and of Envoy's routes is significant.
 */
import { lookupTable } from '../value.ts';
export interface ListIdentity {
  /** The fields whose values identify an item. */
  readonly keys: readonly string[];
  /** Whether the order of the items is significant nevertheless. */
  readonly ordered?: true;
}

/**
 * The API server's list keys (`x-kubernetes-list-map-keys`), by type and field; a test compares them with its schemas.
 */
export const kubernetesListKeys: Readonly<Record<string, readonly string[]>> = lookupTable({
  'Container.env': ['name'],
  'Container.ports': ['containerPort', 'protocol'],
  'Container.volumeDevices': ['devicePath'],
  'Container.volumeMounts': ['mountPath'],
  'EphemeralContainer.env': ['name'],
  'EphemeralContainer.ports': ['containerPort', 'protocol'],
  'EphemeralContainer.volumeDevices': ['devicePath'],
  'EphemeralContainer.volumeMounts': ['mountPath'],
  'ObjectMeta.ownerReferences': ['uid'],
  'PodSpec.containers': ['name'],
  'PodSpec.ephemeralContainers': ['name'],
  'PodSpec.hostAliases': ['ip'],
  'PodSpec.imagePullSecrets': ['name'],
  'PodSpec.initContainers': ['name'],
  'PodSpec.resourceClaims': ['name'],
  'PodSpec.schedulingGates': ['name'],
  'PodSpec.topologySpreadConstraints': ['topologyKey', 'whenUnsatisfiable'],
  'PodSpec.volumes': ['name'],
  'ResourceRequirements.claims': ['name'],
  'ServiceSpec.ports': ['port', 'protocol'],
});

/** Init containers run in order. */
const orderedKubernetesLists: readonly string[] = ['PodSpec.initContainers'];

/** Envoy's lists by field name, at any depth: filters and layers apply in order, the others do not. */
const envoyListKeys: Readonly<Record<string, ListIdentity>> = lookupTable({
  access_log: { keys: ['name'] },
  bootstrap_extensions: { keys: ['name'] },
  clusters: { keys: ['name'] },
  filter_chains: { keys: ['name'] },
  filters: { keys: ['name'], ordered: true },
  http_filters: { keys: ['name'], ordered: true },
  layers: { keys: ['name'], ordered: true },
  listener_filters: { keys: ['name'], ordered: true },
  listeners: { keys: ['name'] },
  resource_monitors: { keys: ['name'] },
  secrets: { keys: ['name'] },
  tls_certificate_sds_secret_configs: { keys: ['name'] },
  transport_socket_matches: { keys: ['name'], ordered: true },
  upgrade_configs: { keys: ['upgrade_type'] },
  virtual_hosts: { keys: ['name'] },
});

const kubernetesLists: ReadonlyMap<string, ListIdentity> = new Map(
  Object.entries(kubernetesListKeys).map(([place, keys]) => [
    place,
    orderedKubernetesLists.includes(place) ? { keys, ordered: true } : { keys },
  ]),
);

/** How items of a Kubernetes list are identified, if they are. */
export function kubernetesListIdentity(type: string, field: string): ListIdentity | undefined {
  return kubernetesLists.get(`${type}.${field}`);
}

/** How items of an Envoy list are identified, if they are. */
export function envoyListIdentity(field: string): ListIdentity | undefined {
  return envoyListKeys[field];
}
