/**
 * Whether an API server could decode an object: Kubernetes' own schemas (kubernetes.json beside this file, as published
 * by a 1.32 server), applied as strictly as to what `kubectl` sends. Its further validation (a mount without its
 * volume) is not included.
 */
import { readFileSync } from 'node:fs';
import { Ajv, type AnySchemaObject, type ValidateFunction } from 'ajv';
import { isList, isMap, type Value, type ValueMap } from '../../src/value.ts';

const kinds: Readonly<Record<string, string>> = {
  ConfigMap: 'io.k8s.api.core.v1.ConfigMap',
  Secret: 'io.k8s.api.core.v1.Secret',
  Service: 'io.k8s.api.core.v1.Service',
  ServiceAccount: 'io.k8s.api.core.v1.ServiceAccount',
  Deployment: 'io.k8s.api.apps.v1.Deployment',
  DaemonSet: 'io.k8s.api.apps.v1.DaemonSet',
};
const prefix = '#/components/schemas/';
const file = new URL('./kubernetes.json', import.meta.url);
const { schemas } = JSON.parse(readFileSync(file, 'utf8')) as { schemas: Readonly<Record<string, AnySchemaObject>> };
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
/** The recorded document omits this type; its `secrets` are irrelevant to these objects. */
const serviceAccount: AnySchemaObject = {
  type: 'object',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { $ref: `${prefix}io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta` },
    automountServiceAccountToken: { type: 'boolean' },
    imagePullSecrets: { type: 'array', items: { $ref: `${prefix}io.k8s.api.core.v1.LocalObjectReference` } },
  },
};
ajv.addSchema(strict(serviceAccount), 'io.k8s.api.core.v1.ServiceAccount');
const validators = new Map<string, ValidateFunction>();
for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(strict(schema), name);

/** The API server's complaints, as `/spec/template: …`; empty if there are none. */
export function kubernetesErrors(object: ValueMap): string[] {
  const kind = String(object['kind']);
  const name = kinds[kind];
  if (name === undefined) return [`/kind: ${kind} is not expected here`];
  const validate = validators.get(kind) ?? ajv.compile({ $ref: name });
  validators.set(kind, validate);
  if (validate(withoutNulls(withoutParsedYaml(object)))) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}

/** A schema as the strict decoder applies it: no unknown fields, integers in range, valid quantities. */
function strict(schema: AnySchemaObject): AnySchemaObject {
  const { allOf, oneOf, ...rest } = schema;
  const result: Record<string, unknown> = { ...rest };
  if (allOf !== undefined) result['allOf'] = (allOf as AnySchemaObject[]).map(strict);
  if (oneOf !== undefined) result['anyOf'] = (oneOf as AnySchemaObject[]).map(strict);
  if (typeof rest['$ref'] === 'string') result['$ref'] = rest['$ref'].replace(prefix, '');
  if (rest['properties'] !== undefined) {
    const required = (rest['required'] ?? []) as readonly string[];
    result['properties'] = mapSchemas(rest['properties'] as Readonly<Record<string, AnySchemaObject>>, required);
    result['additionalProperties'] = false;
  } else if (isMap(rest['additionalProperties'] as Value)) {
    result['additionalProperties'] = strict(rest['additionalProperties'] as AnySchemaObject);
  }
  if (rest['items'] !== undefined) result['items'] = emptyText(strict(rest['items'] as AnySchemaObject));
  if (rest['format'] === 'int32') Object.assign(result, { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 });
  return result;
}

/** An empty string in a field with fixed choices is the same as no field, unless the field is required. */
function mapSchemas(
  map: Readonly<Record<string, AnySchemaObject>>,
  required: readonly string[],
): Record<string, AnySchemaObject> {
  return Object.fromEntries(
    Object.entries(map).map(([name, schema]) => {
      const read = strict(schema);
      const choices = read['enum'] as readonly string[] | undefined;
      return [
        name,
        choices === undefined || required.includes(name) ? read : { ...read, enum: [...new Set([...choices, ''])] },
      ];
    }),
  );
}

/** Go decodes null in a list of strings as an empty string. */
function emptyText(items: AnySchemaObject): AnySchemaObject {
  return items['type'] === 'string' ? { ...items, type: ['string', 'null'] } : items;
}

/** A null field counts as unset. */
export function withoutNulls(value: Value): Value {
  if (isList(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(kept.map(([key, field]) => [key, withoutNulls(field)]));
}

/** The canonical form has a parsed `….yaml` where Kubernetes sees a string. */
function withoutParsedYaml(object: ValueMap): ValueMap {
  const data = object['data'];
  if (object['kind'] !== 'ConfigMap' || !isMap(data)) return object;
  const texts = Object.entries(data).map(([name, value]) => [name, name.endsWith('.yaml') ? '' : value] as const);
  return { ...object, data: Object.fromEntries(texts) };
}
