import { includes } from '../chart/range.ts';
import { formatPath, type Path } from '../problem.ts';
import { defined } from '../value.ts';
import type { KubernetesSchema } from './kubernetes-schema.ts';
import type { ScalarName } from './scalars.ts';
import { type ValueField, wordsOf } from './values-model.ts';

/** A JSON Schema, or a part of one. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** A string that is as good as a number; an empty one is as good as nothing. */
const digits = '^([-+]?([0-9]+|0[xob][0-9a-fA-F]+))?$';

/** The schema of a scalar, as loose as the chart. */
export function scalarSchema(name: ScalarName, { enum: only, known }: Partial<ValueField>): JsonSchema {
  if (only !== undefined) return { enum: [...only, '', null] };
  if (known !== undefined) return { anyOf: [{ enum: known }, { type: ['string', 'null'] }] };
  switch (name) {
    case 'string':
      return { type: ['string', 'number', 'boolean', 'null'] };
    case 'bool':
      // The chart would treat any other string as true, "false" too.
      return {
        type: ['boolean', 'string', 'null'],
        pattern: '^(true)?$',
        patternErrorMessage: 'The chart treats every string as true, "false" too: write true or false without quotes.',
      };
    case 'float64':
      return { type: ['number', 'string', 'null'], pattern: digits };
    default:
      return { type: ['integer', 'string', 'null'], pattern: digits };
  }
}

/** The description of a value, as editors show it. */
export function describeField(field: ValueField, index: number, path: Path): JsonSchema {
  const { deprecated, ignored, successor } = field;
  const { what, examples } = wordsOf(field);
  const use = successor === undefined ? '' : ` Use ${successorOf(successor, path)}.`;
  const isIgnored = ignored !== undefined && includes(ignored, index);
  const isDeprecated = deprecated !== undefined && includes(deprecated, index);
  const warning = isIgnored
    ? `No template of this release reads it.${use}`
    : isDeprecated
      ? `Deprecated.${use}`
      : undefined;
  const description = [what, warning].filter((part) => part !== undefined).join(' ');
  return {
    ...(description === '' ? {} : { description }),
    ...defined({ deprecationMessage: warning, examples }),
  };
}

function successorOf(successor: string, path: Path): string {
  const proxy = path[0] === 'gatewayProxies' ? path.slice(0, 2) : ['gatewayProxies', 'NAME'];
  return successor.replace('gatewayProxies.NAME', formatPath(proxy));
}

/** A definition of the Kubernetes API that also accepts null for optional fields. */
export function nullable(schema: KubernetesSchema, define: (name: string) => void): JsonSchema {
  const convert = (inner: KubernetesSchema, isOptional: boolean): JsonSchema => {
    const { $ref, type, enum: choices, items, properties, additionalProperties, required } = inner;
    if ($ref !== undefined) {
      define($ref.slice('#/definitions/'.length));
      return inner as JsonSchema;
    }
    const needed = new Set(required);
    return {
      ...inner,
      ...(isOptional && type !== undefined ? { type: [type, 'null'].flat() } : {}),
      ...(isOptional && choices !== undefined ? { enum: [...choices, null] } : {}),
      ...(items === undefined ? {} : { items: convert(items, false) }),
      ...(typeof additionalProperties === 'object'
        ? { additionalProperties: convert(additionalProperties, false) }
        : {}),
      ...(properties === undefined
        ? {}
        : {
            properties: Object.fromEntries(
              Object.entries(properties).map(([key, value]) => [key, convert(value, !needed.has(key))]),
            ),
          }),
    };
  };
  return convert(schema, true);
}
