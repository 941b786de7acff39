/**
 * `node --import tsx scripts/live-types.ts FILE…`: rewrites `src/diff/kubernetes-types.ts` from an API server's own OpenAPI
 * documents (`kubectl get --raw /openapi/v3/api/v1`, `…/openapi/v3/apis/apps/v1`), and checks `src/diff/identity.ts`
 * against the list keys that they name.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { kubernetesListKeys } from '../src/diff/identity.ts';

/** As much of an OpenAPI schema as says where lists, maps, types and defaults are. */
export interface OpenApiSchema {
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

/** Reads documents as an API server serves them, or a recording of their schemas. */
export function readSchemas(files: readonly string[]): OpenApiSchemas {
  return Object.assign(
    {},
    ...files.map((file) => {
      const document = JSON.parse(readFileSync(file, 'utf8'));
      return document.components?.schemas ?? document.schemas;
    }),
  );
}

/** The notation of `src/diff/kubernetes-types.ts` for everything that the roots lead to. */
export function compactTypes(schemas: OpenApiSchemas): Record<string, string> {
  const types: Record<string, string> = {};
  const waiting = roots.map((root) => nameOfRoot(root, schemas));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const short = shortName(name);
    if (short in types || short === 'Quantity' || short === 'IntOrString' || short === 'Time') continue;
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

/** The list keys that the API server itself uses, by `Type.field`. */
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
  return (schema.$ref ?? schema.allOf?.[0]?.$ref)?.split('/').at(-1);
}

function shortName(name: string): string {
  return name.split('.').at(-1) ?? name;
}

/** `{}` and empty texts say that a field is required, not what it is when left out. */
function isPlainDefault(value: unknown): boolean {
  return value !== undefined && value !== '' && value !== 0 && typeof value !== 'object';
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const schemas = readSchemas(process.argv.slice(2));
  const file = 'src/diff/kubernetes-types.ts';
  const header = `/**
 * Where the API server has types, lists (\`[]\`), maps (\`{}\`) and defaults (\`=\`), by type and field; what is not listed
 * is a plain scalar. Written by scripts/live-types.ts from the API server's own schemas (Kubernetes 1.32): never edited.
 */
`;
  writeFileSync(
    file,
    `${header}export const kubernetesTypes: Readonly<Record<string, string>> = ${JSON.stringify(compactTypes(schemas), null, 2)};\n`,
  );
  spawnSync('node_modules/.bin/biome', ['check', '--write', file], { stdio: 'inherit' });
  const wanted = listKeysOf(schemas);
  if (JSON.stringify(wanted) !== JSON.stringify(sorted(kubernetesListKeys))) {
    console.error(`src/diff/identity.ts should have these list keys:\n${JSON.stringify(wanted, null, 2)}`);
    process.exitCode = 1;
  }
}
