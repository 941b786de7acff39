/**
 * The values that a release's chart knows, as a JSON Schema (draft-07), for editors and as the chart's
 * values.schema.json. Helm refuses to install what its schema refuses, so it accepts whatever the chart renders
 * correctly: digits as strings, numbers as labels, null everywhere.
 */
import type { Chart } from '../chart/chart.ts';
import { includes } from '../chart/range.ts';
import { formatPath, type Path } from '../problem.ts';
import { compareText, getEntry, isMap, type Value } from '../value.ts';
import { kubernetesDefinitions } from './kubernetes.ts';
import { overrideSchema } from './schema-override.ts';
import { describeField, type JsonSchema, nullable, scalarSchema } from './schema-scalar.ts';
import { fieldIn, type ValueField, type ValueFields, type ValueType, valuesModel } from './values-model.ts';

export interface SchemaOptions {
  /** The key under which a chart that wraps this one has its values; global stays at the top. */
  readonly partialOf?: string;
  /** Whether to accept keys that the chart does not know; by default they are refused, as most are typos. */
  readonly open?: boolean;
}

/** What all parts of a schema need while it is written. */
interface Writing {
  readonly chart: Chart;
  readonly open: boolean;
  /** The referenced definitions, added as they are encountered. */
  readonly definitions: Record<string, JsonSchema>;
}

/** The schema of the values of one release. */
export function valuesSchema(chart: Chart, { partialOf, open = false }: SchemaOptions = {}): JsonSchema {
  const definitions: Record<string, JsonSchema> = {};
  const writing = { chart, open, definitions };
  const title = `Values of Gloo's chart ${chart.release}`;
  const { global, ...rest } = fieldsSchema(writing, valuesModel(), [], chart.defaults());
  const forConditions = {
    enabled: { description: 'Whether a chart that wraps this one installs it.', type: ['boolean', 'null'] },
  };
  const head = { $schema: 'http://json-schema.org/draft-07/schema#', title };
  if (partialOf === undefined) {
    const body = {
      ...head,
      type: 'object',
      properties: { global, ...rest, ...forConditions },
      additionalProperties: open,
    };
    return { ...body, definitions: sorted(definitions) };
  }
  const inner = {
    type: ['object', 'null'],
    properties: { ...rest, ...forConditions, global: { description: 'Belongs at the top level.' } },
  };
  return {
    ...head,
    type: 'object',
    properties: { global, [partialOf]: { title, ...inner, additionalProperties: open } },
    definitions: sorted(definitions),
  };
}

function fieldsSchema(
  writing: Writing,
  fields: ValueFields,
  path: Path,
  defaults: Value | undefined,
): Record<string, JsonSchema> {
  const properties: Record<string, JsonSchema> = {};
  for (const [key, alternatives] of fields) {
    const field =
      fieldIn(fields, key, writing.chart.index) ??
      alternatives.find(({ read }) => includes(read ?? [], writing.chart.index));
    if (field !== undefined)
      properties[key] = fieldSchema(
        writing,
        field,
        [...path, key],
        isMap(defaults) ? getEntry(defaults, key) : undefined,
      );
  }
  return properties;
}

function fieldSchema(writing: Writing, field: ValueField, path: Path, usual: Value | undefined): JsonSchema {
  const type = field.takes ?? field.type;
  const said = { title: formatPath(path), ...describeField(field, writing.chart.index, path) };
  const schema = overrideSchema(path, (name) => define(writing, name)) ?? typeSchema(writing, type, path, usual, field);
  if (type.kind === 'object' || usual === undefined || usual === null) return { ...said, ...schema };
  return { ...said, ...schema, default: usual };
}

function typeSchema(
  writing: Writing,
  type: ValueType,
  path: Path,
  usual: Value | undefined,
  field: Partial<ValueField> = {},
): JsonSchema {
  switch (type.kind) {
    case 'any':
      return {};
    case 'scalar':
      return scalarSchema(type.name, field);
    case 'list':
      return { type: ['array', 'null'], items: typeSchema(writing, type.of, [...path, 0], undefined) };
    case 'map':
      return mapSchema(writing, type.of, path, usual);
    case 'kubernetes':
      return kubernetesSchema(writing, type.name, type.fields);
    case 'object':
      // Without defaults, it is the same wherever it occurs.
      return type.name !== undefined && !isMap(usual)
        ? shapeReference(writing, type.name, type.fields)
        : objectSchema(writing, type.fields, path, usual);
    default:
      return type satisfies never;
  }
}

function objectSchema(writing: Writing, fields: ValueFields, path: Path, usual: Value | undefined): JsonSchema {
  const isGlobal = path.length === 1 && path[0] === 'global';
  return {
    type: ['object', 'null'],
    properties: fieldsSchema(writing, fields, path, usual),
    additionalProperties: isGlobal || writing.open,
  };
}

function shapeReference(writing: Writing, name: string, fields: ValueFields): JsonSchema {
  const key = `gloo.${name}`;
  if (!(key in writing.definitions)) {
    writing.definitions[key] = {};
    writing.definitions[key] = objectSchema(writing, fields, [name], undefined);
  }
  // Beside a bare reference draft-07 ignores everything else.
  return { allOf: [{ $ref: `#/definitions/${key}` }] };
}

function mapSchema(writing: Writing, of: ValueType, path: Path, usual: Value | undefined): JsonSchema {
  const additionalProperties = typeSchema(writing, of, [...path, 'NAME'], undefined);
  if (of.kind !== 'object') return { type: ['object', 'null'], additionalProperties };
  const named = Object.entries(isMap(usual) ? usual : {}).map(
    ([name, value]) => [name, typeSchema(writing, of, [...path, name], value)] as const,
  );
  return { type: ['object', 'null'], properties: Object.fromEntries(named), additionalProperties };
}

function kubernetesSchema(writing: Writing, name: string, own: ValueFields): JsonSchema {
  if (name === 'IntOrString') return { type: ['integer', 'string', 'null'] };
  if (name === 'Quantity') return { ...kubernetesDefinitions()[name], type: ['string', 'number', 'null'] };
  define(writing, name);
  const held = fieldsSchema(writing, own, [name], undefined);
  if (Object.keys(held).length === 0) return { allOf: [{ $ref: `#/definitions/${name}` }] };
  const { properties, ...rest } = writing.definitions[name] ?? {};
  writing.definitions[`gloo.${name}`] = { ...rest, properties: { ...(properties as object), ...held } };
  return { allOf: [{ $ref: `#/definitions/gloo.${name}` }] };
}

/** Adds a type of the Kubernetes API, and what it refers to, to writing.definitions. */
function define(writing: Writing, name: string): void {
  const found = kubernetesDefinitions()[name];
  if (name in writing.definitions || found === undefined) return;
  writing.definitions[name] = {};
  writing.definitions[name] = nullable(found, (inner) => define(writing, inner));
}

function sorted(definitions: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => compareText(a, b)));
}
