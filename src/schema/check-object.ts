import type { ErrorObject } from 'ajv';
import { formatPointer } from '../json-pointer.ts';
import { childrenOf, isList, isMap, type Value } from '../value.ts';
import { failure } from './check-entries.ts';
import { kubernetesSchemaIn, resolvedSchema } from './kubernetes.ts';
import type { KubernetesSchema } from './kubernetes-schema.ts';

/**
 * What ajv would find in a value of a type of an API, in ajv's order. Few values have such types, and these have many
 * fields: the code that ajv generates for them would be most of the validators, loaded for all values.
 */
export function errorsBySchema(schema: KubernetesSchema, value: Value, place: string): ErrorObject[] {
  const own = ownErrors(schema, value, place);
  if (own.some(({ keyword }) => keyword === 'type')) return own;
  const isClosed = resolvedSchema(schema)?.additionalProperties === false;
  for (const [step, entry] of childrenOf(value)) {
    const inner = kubernetesSchemaIn(schema, step);
    if (inner !== undefined)
      for (const error of errorsBySchema(inner, entry, `${place}${formatPointer([step])}`)) own.push(error);
    else if (isClosed) own.push(failure(place, 'additionalProperties', { additionalProperty: step }));
  }
  return own;
}

/** The only pattern of an API's types. */
const quantity = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

function ownErrors(schema: KubernetesSchema, value: Value, place: string): ErrorObject[] {
  const { type, enum: choices, pattern, format, required = [], minimum, maximum } = resolvedSchema(schema) ?? {};
  const found = (keyword: string, params: ErrorObject['params']): ErrorObject[] => [failure(place, keyword, params)];
  if (type !== undefined && ![type].flat().some((one) => isOfType(one, value))) return found('type', { type });
  if (choices !== undefined && !choices.includes(String(value))) return found('enum', { allowedValues: choices });
  if (pattern !== undefined && typeof value === 'string' && !quantity.test(value)) return found('pattern', { pattern });
  // Only CRDs have it, and of bytes the API server accepts no empty ones there.
  if (format === 'byte' && (value === '' || !isBase64(String(value)))) return found('type', { type: format });
  if (typeof value === 'number' && minimum !== undefined && value < minimum)
    return found('minimum', { limit: minimum });
  if (typeof value === 'number' && maximum !== undefined && value > maximum)
    return found('maximum', { limit: maximum });
  const missing = isMap(value) ? required.filter((key) => !Object.hasOwn(value, key)) : [];
  return missing.map((missingProperty) => failure(place, 'required', { missingProperty }));
}

function isOfType(type: string, value: Value): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return isList(value);
  return type === 'object' ? isMap(value) : typeof value === type;
}

/** Whether a string can be the content of bytes in JSON. */
export function isBase64(text: string): boolean {
  const digits = text.replace(/[\r\n]/g, '');
  return digits.length % 4 === 0 && /^[A-Za-z\d+/]*={0,2}$/.test(digits);
}
