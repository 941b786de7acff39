import type { Chart } from '../chart/chart.ts';
import { goQuantity } from '../go/quantity.ts';
import type { Path } from '../problem.ts';
import { closestHint } from '../schema/check-closest.ts';
import { described, wrongType } from '../schema/check-words.ts';
import type { KubernetesSchema } from '../schema/kubernetes-schema.ts';
import {
  defined,
  isEmptyCollection,
  isList,
  isMap,
  lookupTable,
  type OpenMap,
  setEntry,
  type Value,
  type ValueMap,
} from '../value.ts';
import { shorten } from '../words.ts';
import { type FieldType, type StructType, scalarOf, specSchema, structOf } from './parameter-types.ts';

/** What is wrong with a part of an object; errors are values that Go's types cannot hold. */
export interface DecodeFault {
  readonly code: 'wrong-type' | 'unknown-field' | 'out-of-range';
  readonly severity: 'error' | 'warning';
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
}

interface Decoding {
  readonly chart: Chart;
  readonly faults: DecodeFault[];
}

/**
 * Reads the `spec` of a GatewayParameters object as the release's control plane does: unknown fields, null and empty
 * values that Go cannot tell from unset ones are dropped. Empty maps and lists stay, because they affect merging.
 */
export function decodeSpec(
  spec: Value | undefined,
  chart: Chart,
): { readonly spec: ValueMap; readonly faults: readonly DecodeFault[] } {
  const decoding: Decoding = { chart, faults: [] };
  const read = spec === undefined || spec === null ? {} : decode(specSchema, spec, ['spec'], decoding);
  return { spec: isMap(read) ? read : {}, faults: decoding.faults };
}

function decode(schema: KubernetesSchema, value: Value, path: Path, decoding: Decoding): Value | undefined {
  const struct = structOf(schema, decoding.chart);
  if (struct !== undefined) return decodeStruct(struct, value, path, decoding);
  const { items, type, additionalProperties } = schema;
  if (items !== undefined) {
    if (!isList(value)) return wrong(path, 'a list', value, decoding);
    return value.map((item, index) => decode(items, item, [...path, index], decoding) ?? null);
  }
  if (type !== 'object') return decodeScalar(scalarOf(schema), value, path, decoding);
  if (!isMap(value)) return wrong(path, 'a map', value, decoding);
  if (typeof additionalProperties !== 'object') return value;
  const result: OpenMap = {};
  for (const [key, entry] of Object.entries(value)) {
    // The API server drops null in maps as it does in fields.
    const read = entry === null ? undefined : decode(additionalProperties, entry, [...path, key], decoding);
    if (read !== undefined) setEntry(result, key, read);
  }
  return result;
}

function decodeStruct(struct: StructType, value: Value, path: Path, decoding: Decoding): Value | undefined {
  if (!isMap(value)) return wrong(path, 'a map', value, decoding);
  const result: OpenMap = {};
  for (const [key, entry] of Object.entries(value)) {
    const field = struct.fields.get(key);
    if (field === undefined) decoding.faults.push(unknownField(key, struct, [...path, key]));
    else if (entry !== null) {
      const read = decode(field.schema, entry, [...path, key], decoding);
      if (read !== undefined && !(field.isPlain && isZero(read))) result[key] = read;
    }
  }
  return result;
}

/** Reads a string, a number or a boolean as Go's JSON decoder does. */
function decodeScalar(
  { type, minimum, maximum, pattern }: KubernetesSchema,
  value: Value,
  path: Path,
  decoding: Decoding,
): Value | undefined {
  if (pattern !== undefined) {
    const quantity = typeof value === 'string' || typeof value === 'number' ? goQuantity(value) : undefined;
    return quantity ?? wrong(path, 'a quantity such as 100m, 1.5 or 64Mi', value, decoding);
  }
  // To Go, Kubernetes enums are just strings.
  const types = typeof type === 'string' ? [type] : (type ?? ['string']);
  if (types.includes('string') && typeof value === 'string') return value;
  if (types.includes('boolean') && typeof value === 'boolean') return value;
  if (types.includes('integer') && isInteger(value)) {
    if (
      Number(value) >= (minimum ?? Number.NEGATIVE_INFINITY) &&
      Number(value) <= (maximum ?? Number.POSITIVE_INFINITY)
    )
      return value;
    const message = `${shorten(String(path.at(-1)))} must be from ${minimum ?? 0} to ${maximum ?? 0}, but is ${described(value)}.`;
    decoding.faults.push({ code: 'out-of-range', severity: 'error', path, message });
    return undefined;
  }
  return wrong(path, types.length > 1 ? 'an integer or a string' : (words[types[0] ?? ''] ?? ''), value, decoding);
}

const words: Readonly<Record<string, string>> = lookupTable({
  string: 'a string',
  integer: 'an integer',
  boolean: 'true or false',
});

function isInteger(value: Value): boolean {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

function wrong(path: Path, wanted: string, value: Value, { faults }: Decoding): undefined {
  const step = path.at(-1) ?? 'spec';
  const key = typeof step === 'string' ? shorten(step) : step;
  const quoted = typeof value === 'object' ? '' : `"${String(value)}"`;
  const isQuotable = wanted === 'a string' && quoted !== '' && quoted.length < 60;
  const hint = isQuotable
    ? { hint: typeof step === 'string' ? `Quote it: ${key}: ${quoted}.` : `Quote it: ${quoted}.` }
    : {};
  faults.push({ code: 'wrong-type', severity: 'error', path, message: wrongType(key, wanted, value), ...hint });
  return undefined;
}

function unknownField(key: string, { fields }: StructType, path: Path): DecodeFault {
  const hint = closestHint(key, fields.keys());
  return {
    code: 'unknown-field',
    severity: 'warning',
    path,
    message: `The GatewayParameters of this release have no ${shorten(key)} here: the API server drops it.`,
    ...defined({ hint }),
  };
}

function isZero(value: Value): boolean {
  return value === '' || value === 0 || value === 0n || value === false;
}

/**
 * Merges the second object into the first, as the control plane merges a Gateway's parameters with those of its class.
 */
export function mergeSpecs(first: ValueMap, second: ValueMap, chart: Chart): ValueMap {
  if (second['selfManaged'] !== undefined) return { selfManaged: second['selfManaged'] };
  const [base, own] = [first['kube'], second['kube']];
  // Whatever is merged into parameters without `kube` is lost.
  if (!isMap(base) || !isMap(own)) return first;
  return { ...first, kube: merge({ $ref: '#/definitions/KubernetesProxyConfig' }, base, own, chart) };
}

function merge(schema: KubernetesSchema, first: Value, second: Value, chart: Chart): Value {
  const struct = structOf(schema, chart);
  if (struct !== undefined && isMap(first) && isMap(second)) return mergeStructs(struct, first, second, chart);
  if (isList(first) && isList(second)) return second.length === 0 ? second : [...first, ...second];
  if (isMap(first) && isMap(second)) return Object.keys(second).length === 0 ? second : { ...first, ...second };
  return second;
}

function mergeStructs({ fields }: StructType, first: ValueMap, second: ValueMap, chart: Chart): ValueMap {
  const result: Record<string, Value> = {};
  for (const [key, field] of fields) {
    const value = mergeField(key, field, first, second, chart);
    if (value !== undefined) result[key] = value;
  }
  return result;
}

function mergeField(
  key: string,
  { schema, merge: rule, isAlwaysWritten }: FieldType,
  first: ValueMap,
  second: ValueMap,
  chart: Chart,
): Value | undefined {
  const [base, own] = [first[key], second[key]];
  if (rule === 'firstKept') return base;
  if (rule === 'firstOnly') return base ?? own;
  if (rule === 'asItsSpec') return second['gmsaCredentialSpec'] ?? first['gmsaCredentialSpec'];
  if (own === undefined || (isAlwaysWritten && isZero(own) && base !== undefined)) return base;
  return base === undefined || rule === 'replaced' ? own : merge(schema, base, own, chart);
}

/** Encodes a merged value as Go does: without empty lists and maps, but with the fields that lack omitempty. */
function encode(schema: KubernetesSchema, value: Value, chart: Chart): Value {
  const struct = structOf(schema, chart);
  if (struct === undefined) {
    const { items, additionalProperties } = schema;
    if (isList(value) && items !== undefined) return value.map((item) => encode(items, item, chart));
    if (!isMap(value) || typeof additionalProperties !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, encode(additionalProperties, entry, chart)]),
    );
  }
  const given = isMap(value) ? value : {};
  const result: Record<string, Value> = {};
  for (const [key, field] of struct.fields) {
    const entry = given[key];
    if (entry === undefined) {
      if (field.isAlwaysWritten) result[key] = zeroOf(field.schema, chart);
      continue;
    }
    const isEmpty = structOf(field.schema, chart) === undefined && isEmptyCollection(entry);
    if (!isEmpty || field.isAlwaysWritten) result[key] = encode(field.schema, entry, chart);
  }
  return result;
}

/** Encodes `spec.kube` as Go does. */
export function encodeKube(kube: ValueMap, chart: Chart): ValueMap {
  // A struct is encoded as a map.
  return encode({ $ref: '#/definitions/KubernetesProxyConfig' }, kube, chart) as ValueMap;
}

/** The zero value that Go writes for an unset field without omitempty. */
function zeroOf(schema: KubernetesSchema, chart: Chart): Value {
  if (structOf(schema, chart) !== undefined) return encode(schema, {}, chart);
  const { type, pattern } = scalarOf(schema);
  if (pattern !== undefined) return '0';
  if (type?.includes('integer')) return 0;
  return type === undefined || type === 'string' ? '' : null;
}
