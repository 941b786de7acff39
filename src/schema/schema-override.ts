import type { Path } from '../problem.ts';
import { lookupTable } from '../value.ts';
import { kubernetesDefinitions } from './kubernetes.ts';
import { type JsonSchema, nullable } from './schema-scalar.ts';

/** What an override lies over, by where it stands in a proxy. */
const kinds = lookupTable<readonly string[]>({
  kubeResourceOverride: ['Deployment', 'DaemonSet'],
  'configMap.kubeResourceOverride': ['ConfigMap'],
  'ConfigMap.kubeResourceOverride': ['ConfigMap'],
});

/** Down to the pod an override is merged into the chart's object, so nothing that the object needs must stand in it. */
const merged = lookupTable<Readonly<Record<string, string>>>({
  Deployment: { spec: 'DeploymentSpec' },
  DaemonSet: { spec: 'DaemonSetSpec' },
  DeploymentSpec: { template: 'PodTemplateSpec' },
  DaemonSetSpec: { template: 'PodTemplateSpec' },
  PodTemplateSpec: { spec: 'PodSpec' },
});

/**
 * The part of an object that a `kubeResourceOverride` of a proxy is; undefined for any other value. `path` leads there in the values,
 * or from the type of a proxy; `define` is told of the types that are referred to.
 */
export function overrideSchema(path: Path, define: (name: string) => void): JsonSchema | undefined {
  const within = path[0] === 'gatewayProxies' ? path.slice(2) : path[0] === 'GatewayProxy' ? path.slice(1) : path;
  const over = kinds[within.join('.')];
  if (over === undefined) return undefined;
  const { properties, ...rest } = partial(over, define);
  const text = { type: ['string', 'null'] };
  // A label that YAML reads as true goes through the merge, and was taken where it was recorded.
  const metadata = { type: ['object', 'null'] };
  return { ...rest, properties: { ...(properties as object), apiVersion: text, kind: text, metadata } };
}

/** What may stand in any of the types, none of it needed. */
function partial(names: readonly string[], define: (name: string) => void): JsonSchema {
  const properties: Record<string, unknown> = {};
  const deeper = new Map<string, string[]>();
  for (const name of names) {
    const found = kubernetesDefinitions()[name];
    if (found !== undefined) Object.assign(properties, nullable(found, define)['properties']);
    for (const [key, inner] of Object.entries(merged[name] ?? {})) deeper.set(key, [...(deeper.get(key) ?? []), inner]);
  }
  for (const [key, inner] of deeper) properties[key] = partial([...new Set(inner)], define);
  return { type: ['object', 'null'], properties, additionalProperties: false };
}
