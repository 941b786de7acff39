import type { ErrorObject } from 'ajv';
import { goQuantity } from '../go/quantity.ts';
import { isList, isMap, type Value } from '../value.ts';
import { kubernetesSchemaIn, resolvedSchema } from './kubernetes.ts';
import type { KubernetesSchema } from './kubernetes-schema.ts';

/**
 * The failures of a value and, by key or index, of what it contains. An unknown key, or one of another release, is a
 * failure of the key's value.
 */
export interface Failures {
  own: ErrorObject[];
  inner: Map<string, Failures> | undefined;
}

/**
 * What ajv's code would find in a value of a type of the Kubernetes API. The types of the objects around the proxies
 * are checked so, because few values set these objects, and generated code would have to be loaded for all.
 */
export function failuresBySchema(schema: KubernetesSchema, value: Value): Failures {
  const tree: Failures = { own: ownFailures(schema, value), inner: undefined };
  for (const [step, entry] of isList(value) ? value.entries() : isMap(value) ? Object.entries(value) : []) {
    const inner = kubernetesSchemaIn(schema, step);
    const isKnown = inner !== undefined || resolvedSchema(schema)?.additionalProperties !== false;
    const unknown = [failure('additionalProperties', { additionalProperty: step })];
    const found = inner === undefined ? { own: isKnown ? [] : unknown, inner } : failuresBySchema(inner, entry);
    if (found.own.length === 0 && found.inner === undefined) continue;
    tree.inner ??= new Map();
    tree.inner.set(String(step), found);
  }
  return tree;
}

function ownFailures(schema: KubernetesSchema, value: Value): ErrorObject[] {
  const { type, enum: choices, pattern, format, required = [], minimum, maximum } = resolvedSchema(schema) ?? {};
  const types = [type ?? []].flat();
  if (types.length > 0 && !types.some((one) => isOfType(one, value))) return [failure('type', { type: types })];
  if (choices !== undefined && !choices.includes(String(value))) return [failure('enum', { allowedValues: choices })];
  // Only quantities have one.
  if (pattern !== undefined && typeof value === 'string' && goQuantity(value) === undefined)
    return [failure('pattern', {})];
  // Only CRDs have it, and of bytes the API server accepts no empty ones there.
  if (format === 'byte' && (value === '' || !isBase64(String(value)))) return [failure('type', { type: format })];
  if (typeof value === 'number' && minimum !== undefined && value < minimum)
    return [failure('minimum', { limit: minimum })];
  if (typeof value === 'number' && maximum !== undefined && value > maximum)
    return [failure('maximum', { limit: maximum })];
  const missing = isMap(value) ? required.filter((key) => !Object.hasOwn(value, key)) : [];
  return missing.map((missingProperty) => failure('required', { missingProperty }));
}

function isOfType(type: string, value: Value): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return isList(value);
  return type === 'object' ? isMap(value) : typeof value === type;
}

function failure(keyword: string, params: ErrorObject['params']): ErrorObject {
  return { keyword, params, instancePath: '', schemaPath: '' };
}

/** Whether a string can be the content of bytes in JSON. */
export function isBase64(text: string): boolean {
  const digits = text.replace(/[\r\n]/g, '');
  return digits.length % 4 === 0 && /^[A-Za-z\d+/]*={0,2}$/.test(digits);
}
