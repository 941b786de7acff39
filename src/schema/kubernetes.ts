import type { KubernetesSchema } from './kubernetes-schema.ts';
/** The types of the Kubernetes API that occur in values, as draft-07 definitions. */

import type { Path } from '../problem.ts';
import { kubernetesJson } from './kubernetes.gen.ts';
import type { ValueType } from './values-model.ts';

const definitionsPointer = '#/definitions/';

let parsed: Readonly<Record<string, KubernetesSchema>> | undefined;

/** Every type by its short name (`Container`). */
export function kubernetesDefinitions(): Readonly<Record<string, KubernetesSchema>> {
  parsed ??= JSON.parse(kubernetesJson) as Readonly<Record<string, KubernetesSchema>>;
  return parsed;
}

/** The reference to a type. */
export function kubernetesSchemaOf(type: string): KubernetesSchema {
  return { $ref: `${definitionsPointer}${type}` };
}

/** The schema of a path within a type; undefined if the path does not exist. */
export function kubernetesSchemaAt(type: string, steps: Path): KubernetesSchema | undefined {
  let schema: KubernetesSchema | undefined = kubernetesSchemaOf(type);
  for (const step of steps) schema = schema && kubernetesSchemaIn(schema, step);
  return schema && resolvedSchema(schema);
}

/** What the chart writes itself, which a field in an override would replace as a whole. */
const written: ReadonlySet<string> = new Set(
  'containers ephemeralContainers initContainers replicas selector template volumes'.split(' '),
);

/** The path of a field in a Deployment that has it once, in its spec or that of its pod; undefined for others. */
export function workloadFieldPath(key: string): Path | undefined {
  if (written.has(key)) return undefined;
  const home = [['spec', 'template', 'spec'], ['spec']].find((one) =>
    Object.hasOwn(kubernetesSchemaAt('Deployment', one)?.properties ?? {}, key),
  );
  return home === undefined ? undefined : [...home, key];
}

/** The schema of an entry: a reference to the entry's type if it has one. */
export function kubernetesSchemaIn(schema: KubernetesSchema, step: string | number): KubernetesSchema | undefined {
  const { items, properties, patternProperties, additionalProperties } = resolvedSchema(schema) ?? {};
  if (typeof step === 'number') return items;
  const known = properties !== undefined && Object.hasOwn(properties, step) ? properties[step] : undefined;
  // Only maps of resources have a pattern.
  if (known === undefined && /^hugepages-|\//.test(step) && patternProperties !== undefined)
    return Object.values(patternProperties)[0];
  return known ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
}

/** The name of the type that a schema refers to. */
export function kubernetesTypeName({ $ref }: KubernetesSchema): string | undefined {
  return $ref?.slice(definitionsPointer.length);
}

/** Types of other APIs. The module that has them adds them, so that rendering does not load them. */
let furtherDefinition: (name: string) => KubernetesSchema | undefined = () => undefined;

/** Adds the types of another API; `definitionOf` returns undefined for names that are not its own. */
export function addDefinitions(definitionOf: typeof furtherDefinition): void {
  furtherDefinition = definitionOf;
}

/** The target of a reference, or the schema itself. */
export function resolvedSchema(schema: KubernetesSchema): KubernetesSchema | undefined {
  const name = kubernetesTypeName(schema);
  return name === undefined ? schema : (kubernetesDefinitions()[name] ?? furtherDefinition(name));
}

/** The fields of a type of the Kubernetes API, in the terms of the chart's own model. */
export function kubernetesTypes(type: string): ReadonlyMap<string, ValueType> {
  const properties = kubernetesDefinitions()[type]?.properties ?? {};
  return new Map(Object.entries(properties).map(([key, schema]) => [key, typeOf(schema)]));
}

function typeOf(schema: KubernetesSchema): ValueType {
  const { type, items, additionalProperties } = schema;
  const name = kubernetesTypeName(schema);
  if (name !== undefined) return { kind: 'kubernetes', name, fields: new Map() };
  if (items !== undefined) return { kind: 'list', of: typeOf(items) };
  if (typeof additionalProperties === 'object') return { kind: 'map', of: typeOf(additionalProperties) };
  if (type === 'object') return { kind: 'map', of: { kind: 'any' } };
  return { kind: 'scalar', name: type === 'integer' ? 'int64' : type === 'boolean' ? 'bool' : 'string' };
}
