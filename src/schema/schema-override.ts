import type { Path } from '../problem.ts';
import { lookupTable } from '../value.ts';
import { kubernetesDefinitions } from './kubernetes.ts';
import { type JsonSchema, nullable } from './schema-scalar.ts';

/** The object that an override is merged into, by its path in a proxy. */
const kinds = lookupTable<readonly string[]>({
  kubeResourceOverride: ['Deployment', 'DaemonSet'],
  'configMap.kubeResourceOverride': ['ConfigMap'],
  'ConfigMap.kubeResourceOverride': ['ConfigMap'],
});

/** Down to the pod an override is merged into the chart's object, so required fields may be missing in it. */
const merged = lookupTable<Readonly<Record<string, string>>>({
  Deployment: { spec: 'DeploymentSpec' },
  DaemonSet: { spec: 'DaemonSetSpec' },
  DeploymentSpec: { template: 'PodTemplateSpec' },
  DaemonSetSpec: { template: 'PodTemplateSpec' },
  PodTemplateSpec: { spec: 'PodSpec' },
});

/**
 * The part of an object that a proxy's `kubeResourceOverride` stands for; undefined for any other value. `path` leads
 * there in the values, or from the type of a proxy; `define` gets the referenced types.
 */
export function overrideSchema(path: Path, define: (name: string) => void): JsonSchema | undefined {
  const within = path[0] === 'gatewayProxies' ? path.slice(2) : path[0] === 'GatewayProxy' ? path.slice(1) : path;
  const over = kinds[within.join('.')];
  if (over === undefined) return undefined;
  const { properties, ...rest } = partial(over, define);
  const text = { type: ['string', 'null'] };
  // A label that YAML reads as true passes the merge, and the recorded cluster accepted it.
  const metadata = { type: ['object', 'null'] };
  return { ...rest, properties: { ...(properties as object), apiVersion: text, kind: text, metadata } };
}

/** The fields of any of the types, none of them required. */
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
