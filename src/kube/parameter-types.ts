/**
 * The types of a GatewayParameters object: the fields that each release knows, and how two objects are merged. They are
 * described in schema/gateway-parameters.yaml; Kubernetes' types are those of its API server.
 */

import type { Chart, FeatureName } from '../chart/chart.ts';
import { kubernetesDefinitions, kubernetesSchemaOf, kubernetesTypeName, resolvedSchema } from '../schema/kubernetes.ts';
import type { KubernetesSchema } from '../schema/kubernetes-schema.ts';
import { parametersJson } from './parameters.gen.ts';

/** Exceptions from the merge rules of types, by field. */
type MergeRule = 'replaced' | 'firstOnly' | 'firstKept' | 'asItsSpec';

type ByName<T> = Readonly<Record<string, T | undefined>>;

/** That file, compiled: keys are names of types, or `Type.field`. */
interface Tables {
  readonly types: ByName<Readonly<Record<string, KubernetesSchema>>>;
  readonly features: ByName<FeatureName>;
  readonly looser: ByName<KubernetesSchema>;
  readonly alwaysWritten: ByName<readonly string[]>;
  readonly plain: ByName<readonly string[]>;
  readonly merge: ByName<MergeRule>;
}

let tables: Tables | undefined;

/** A struct type with its fields. */
export interface StructType {
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldType>;
}

/** A field of a struct type. */
export interface FieldType {
  readonly schema: KubernetesSchema;
  /** Whether its empty value counts as unset. */
  readonly isPlain: boolean;
  readonly isAlwaysWritten: boolean;
  readonly merge: MergeRule | undefined;
}

const cache = new Map<Chart, Map<string, StructType | undefined>>();

/** The struct type that a schema refers to, in the given release; undefined if it is not a map with defined fields. */
export function structOf(schema: KubernetesSchema, chart: Chart): StructType | undefined {
  const name = kubernetesTypeName(schema);
  if (name === undefined) return undefined;
  const known = cache.get(chart) ?? new Map<string, StructType | undefined>();
  cache.set(chart, known);
  if (!known.has(name)) known.set(name, buildStruct(name, chart));
  return known.get(name);
}

/** Resolves a reference to a Kubernetes scalar; returns any other schema unchanged. */
export function scalarOf(schema: KubernetesSchema): KubernetesSchema {
  return resolvedSchema(schema) ?? {};
}

/** The type of `spec` of a GatewayParameters object. */
export const specSchema: KubernetesSchema = kubernetesSchemaOf('GatewayParametersSpec');

function buildStruct(name: string, chart: Chart): StructType | undefined {
  // The JSON of scripts/gen-tables.ts. All names are those of schemas.
  tables ??= JSON.parse(parametersJson) as Tables;
  const { types, features, looser, alwaysWritten, plain, merge } = tables;
  const own = types[name];
  const { properties, required = [] } = own === undefined ? (kubernetesDefinitions()[name] ?? {}) : { properties: own };
  if (properties === undefined) return undefined;
  const written = [...required, ...(alwaysWritten[name] ?? [])];
  const fields = Object.entries(properties).flatMap(([key, schema]): [string, FieldType][] => {
    const place = `${name}.${key}`;
    const feature = features[place];
    if (feature !== undefined && !chart.has(feature)) return [];
    const isPlain = plain[name]?.includes(key) === true;
    const isAlwaysWritten = written.includes(key);
    return [[key, { schema: looser[place] ?? schema, isPlain, isAlwaysWritten, merge: merge[place] }]];
  });
  return { name, fields: new Map(fields) };
}
