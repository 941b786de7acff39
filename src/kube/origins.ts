import type { Path } from '../problem.ts';
import type { Role } from '../proxy/origins.ts';
import { listOf, lookupTable, mapOf, type ValueMap, valueAt, wordOf } from '../value.ts';

/** Where the parts of a Deployment that the control plane creates for a Gateway come from. */
export interface KubeOrigins {
  /** The GatewayParameters field that determines a part; undefined for what the control plane adds itself. */
  of(part: Path): Path | undefined;
  /** The name of the container at an index. */
  roleAt(index: number): Role;
}

/** The GatewayParameters field for each container, by the container's name. */
const containerParts: Readonly<Record<string, { readonly role: Role; readonly at: Path }>> = lookupTable({
  'gloo-gateway': { role: 'proxy', at: ['envoyContainer'] },
  sds: { role: 'sds', at: ['sdsContainer'] },
  'istio-proxy': { role: 'istio-proxy', at: ['istio', 'istioProxyContainer'] },
});
const aiPart = { role: 'extra', at: ['aiExtension'] } as const;

/** The field that sets a variable of the istio-proxy. */
const variables: Readonly<Record<string, string>> = lookupTable({
  CA_ADDR: 'istioDiscoveryAddress',
  PROXY_CONFIG: 'istioDiscoveryAddress',
  ISTIO_META_MESH_ID: 'istioMetaMeshId',
  ISTIO_META_CLUSTER_ID: 'istioMetaClusterId',
});

/** Returns the origins of a Deployment's parts. */
export function kubeOriginsOf(object: ValueMap): KubeOrigins {
  const containers = listOf(valueAt(object, 'spec', 'template', 'spec', 'containers')).map(mapOf);
  const partOf = (index: number): { readonly role: Role; readonly at: Path } =>
    containerParts[wordOf(containers[index]?.['name'])] ?? aiPart;
  return {
    roleAt: (index) => partOf(index).role,
    of([spec, template, inner, field, ...rest]) {
      if (spec !== 'spec') return undefined;
      if (template === 'replicas') return inKube('deployment', 'replicas');
      if (template !== 'template') return undefined;
      if (inner === 'metadata') return metadataOf(field, rest);
      const [index, key, ...steps] = rest;
      if (field !== 'containers' || typeof index !== 'number')
        return podFields.has(field) ? inKube('podTemplate', String(field), ...rest) : undefined;
      const { role, at } = partOf(index);
      return inContainer({ role, at, container: containers[index] ?? {} }, key, steps);
    },
  };
}

const podFields: ReadonlySet<string | number | undefined> = new Set([
  ...['imagePullSecrets', 'securityContext', 'nodeSelector', 'affinity', 'tolerations'],
  ...['terminationGracePeriodSeconds', 'topologySpreadConstraints'],
]);

function metadataOf(field: Path[number] | undefined, rest: Path): Path | undefined {
  if (field === 'labels') return inKube('podTemplate', 'extraLabels', ...rest);
  return field === 'annotations' ? inKube('podTemplate', 'extraAnnotations', ...rest) : undefined;
}

function inContainer(
  { role, at, container }: { readonly role: Role; readonly at: Path; readonly container: ValueMap },
  key: Path[number] | undefined,
  steps: Path,
): Path | undefined {
  if (key === undefined) return inKube(...at);
  if (key === 'readinessProbe' || key === 'livenessProbe')
    return role === 'proxy' ? inKube('podTemplate', key, ...steps) : undefined;
  if (key === 'ports' && role === 'proxy') return undefined;
  const variable = key === 'env' ? variables[wordOf(valueAt(container, key, ...steps.slice(0, 1), 'name'))] : undefined;
  if (role === 'istio-proxy' && variable !== undefined) return inKube(...at, variable);
  const isField = key === 'image' || key === 'resources' || key === 'securityContext' || role === 'extra';
  return isField ? inKube(...at, key, ...steps) : inKube(...at);
}

function inKube(...path: Path): Path {
  return ['spec', 'kube', ...path];
}
