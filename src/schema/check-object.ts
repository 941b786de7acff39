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
  const found: ErrorObject[] = [];
  const steps: (string | number)[] = [];
  // Most values have no errors, so a place is only written for one that has.
  const fail: Fail = (keyword, params) => {
    found.push(failure(`${place}${formatPointer(steps)}`, keyword, params));
  };
  const check = (type: KubernetesSchema, part: Value): void => {
    const resolved = resolvedSchema(type) ?? {};
    if (!checkOwn(resolved, part, fail)) return;
    for (const [step, entry] of childrenOf(part)) {
      const inner = kubernetesSchemaIn(resolved, step);
      if (inner === undefined) {
        if (resolved.additionalProperties === false) fail('additionalProperties', { additionalProperty: step });
        continue;
      }
      steps.push(step);
      check(inner, entry);
      steps.pop();
    }
  };
  check(schema, value);
  return found;
}

type Fail = (keyword: string, params: ErrorObject['params']) => void;

/** The only pattern of an API's types. */
const quantity = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

/** Reports what is wrong with a value itself; returns whether it has the right type. */
function checkOwn(schema: KubernetesSchema, value: Value, fail: Fail): boolean {
  const { type, enum: choices, pattern, format, required, minimum, maximum } = schema;
  const isTyped = type === undefined || (typeof type === 'string' ? isOfType(type, value) : isOfOne(type, value));
  // Only CRDs have bytes, and the API server accepts no empty ones there.
  const isBytes = format !== 'byte' || (value !== '' && isBase64(String(value)));
  if (!isTyped) fail('type', { type });
  else if (choices !== undefined && !choices.includes(String(value))) fail('enum', { allowedValues: choices });
  else if (pattern !== undefined && typeof value === 'string' && !quantity.test(value)) fail('pattern', { pattern });
  else if (!isBytes) fail('type', { type: format });
  else if (typeof value === 'number' && minimum !== undefined && value < minimum) fail('minimum', { limit: minimum });
  else if (typeof value === 'number' && maximum !== undefined && value > maximum) fail('maximum', { limit: maximum });
  else if (required !== undefined && isMap(value))
    for (const missingProperty of required)
      if (!Object.hasOwn(value, missingProperty)) fail('required', { missingProperty });
  return isTyped && isBytes;
}

function isOfOne(types: readonly string[], value: Value): boolean {
  return types.some((type) => isOfType(type, value));
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
