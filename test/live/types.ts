/** What an API server's OpenAPI documents say about the types that `diff` compares. */
/** The part of an OpenAPI schema that describes lists, maps, types and defaults. */
interface OpenApiSchema {
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly items?: OpenApiSchema;
  readonly additionalProperties?: OpenApiSchema | boolean;
  readonly allOf?: readonly OpenApiSchema[];
  readonly $ref?: string;
  readonly type?: string;
  readonly default?: unknown;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

export type OpenApiSchemas = Readonly<Record<string, OpenApiSchema>>;

/** What glistio compares field by field. */
const roots = ['Deployment', 'DaemonSet', 'ConfigMap', 'Service'];

/**
 * Everything that the roots refer to: types, lists (`[]`), maps (`{}`) and defaults (`=`), by type and field; fields that
 * are not listed are plain scalars.
 */
export function compactTypes(schemas: OpenApiSchemas): Record<string, string> {
  const types: Record<string, string> = {};
  const waiting = roots.map((root) => nameOfRoot(root, schemas));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const short = shortName(name);
    if (short in types || short === 'Quantity' || short === 'IntOrString') continue;
    const fields: string[] = [];
    for (const [field, schema] of Object.entries(schemas[name]?.properties ?? {})) {
      if (field === 'status' || field === 'managedFields') continue;
      const inner =
        schema.items ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : schema);
      const type = refOf(inner);
      if (type !== undefined) waiting.push(type);
      const shape = schema.type === 'array' ? '[]' : schema.additionalProperties ? '{}' : '';
      const fallback = isPlainDefault(schema.default) ? `=${JSON.stringify(schema.default)}` : '';
      const text = `${type === undefined ? '' : shortName(type)}${shape}${fallback}`;
      if (text !== '') fields.push(`${field}:${text}`);
    }
    types[short] = fields.sort().join(' ');
  }
  return sorted(Object.fromEntries(Object.entries(types).filter(([, fields]) => fields !== '')));
}

/** The API server's list keys, by `Type.field`. */
export function listKeysOf(schemas: OpenApiSchemas): Record<string, readonly string[]> {
  const known = compactTypes(schemas);
  const keys: Record<string, readonly string[]> = {};
  for (const [name, { properties = {} }] of Object.entries(schemas)) {
    if (!(shortName(name) in known)) continue;
    for (const [field, schema] of Object.entries(properties)) {
      const own = schema['x-kubernetes-list-map-keys'];
      if (own !== undefined) keys[`${shortName(name)}.${field}`] = own;
    }
  }
  return sorted(keys);
}

function nameOfRoot(root: string, schemas: OpenApiSchemas): string {
  const name = Object.keys(schemas).find(
    (key) => /^io\.k8s\.api\.(apps|core)\.v1\.\w+$/.test(key) && shortName(key) === root,
  );
  if (name === undefined) throw new Error(`the schemas have no ${root}`);
  return name;
}

function refOf(schema: OpenApiSchema): string | undefined {
  const name = (schema.$ref ?? schema.allOf?.[0]?.$ref)?.split('/').at(-1);
  return name?.endsWith('.Time') ? undefined : name;
}

function shortName(name: string): string {
  return name.split('.').at(-1) ?? name;
}

/** `{}` and empty strings mean that a field is required, not that they are its default. */
function isPlainDefault(value: unknown): boolean {
  return value !== undefined && value !== '' && value !== 0 && typeof value !== 'object';
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
