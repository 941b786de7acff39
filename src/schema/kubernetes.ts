import type { KubernetesSchema } from './kubernetes-schema.ts';
/** The types of the Kubernetes API that values are made of, as draft-07 definitions. */

import type { Path } from '../problem.ts';
import { kubernetesJson } from './kubernetes.gen.ts';
import type { ValueType } from './values-model.ts';

let parsed: Readonly<Record<string, KubernetesSchema>> | undefined;

/** Every type by its short name (`Container`). */
export function kubernetesDefinitions(): Readonly<Record<string, KubernetesSchema>> {
  parsed ??= JSON.parse(kubernetesJson) as Readonly<Record<string, KubernetesSchema>>;
  return parsed;
}

/** What a type says of a path within it; undefined where the path leads nowhere. */
export function kubernetesSchemaAt(type: string, steps: Path): KubernetesSchema | undefined {
  let schema = resolved({ $ref: `#/definitions/${type}` });
  for (const step of steps) {
    const { items, properties, additionalProperties }: KubernetesSchema = schema ?? {};
    const next =
      typeof step === 'number'
        ? items
        : (properties?.[step] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined));
    schema = next && resolved(next);
  }
  return schema;
}

/** What a reference names, or the schema itself. */
function resolved(schema: KubernetesSchema): KubernetesSchema | undefined {
  return schema.$ref === undefined ? schema : kubernetesDefinitions()[schema.$ref.slice('#/definitions/'.length)];
}

/** The fields of a type of the Kubernetes API, in the terms of the chart's own model. */
export function kubernetesTypes(type: string): ReadonlyMap<string, ValueType> {
  const properties = kubernetesDefinitions()[type]?.properties ?? {};
  return new Map(Object.entries(properties).map(([key, schema]) => [key, typeOf(schema)]));
}

function typeOf({ $ref, type, items, additionalProperties }: KubernetesSchema): ValueType {
  if ($ref !== undefined) return { kind: 'kubernetes', name: $ref.slice('#/definitions/'.length), fields: new Map() };
  if (items !== undefined) return { kind: 'list', of: typeOf(items) };
  if (typeof additionalProperties === 'object') return { kind: 'map', of: typeOf(additionalProperties) };
  if (type === 'object') return { kind: 'map', of: { kind: 'any' } };
  return { kind: 'scalar', name: type === 'integer' ? 'int64' : type === 'boolean' ? 'bool' : 'string' };
}
