/**
 * What tells the items of a list apart. A list that is not here has no identity, and its items are compared by their
 * place in it, on purpose: `args` and Envoy's routes mean what their order says.
 */
import { lookupTable } from '../value.ts';
export interface ListIdentity {
  /** The fields whose values name an item. */
  readonly keys: readonly string[];
  /** Whether the order of the items means something all the same. */
  readonly ordered?: true;
}

/** The API server's own keys (`x-kubernetes-list-map-keys`), by type and field; a test holds them to its schemas. */
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

/** Init containers run one after the other. */
const orderedKubernetesLists: readonly string[] = ['PodSpec.initContainers'];

/** Envoy's lists by the name of the field, wherever it stands: filters and layers work in their order, the others do not. */
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

/** What tells the items of a Kubernetes type's list apart, if anything does. */
export function kubernetesListIdentity(type: string, field: string): ListIdentity | undefined {
  return kubernetesLists.get(`${type}.${field}`);
}

/** What tells the items of an Envoy list apart, if anything does. */
export function envoyListIdentity(field: string): ListIdentity | undefined {
  return envoyListKeys[field];
}
