/**
 * Compiles the schemas of fleet files (one function for everything around the clusters, one for a cluster) and of
 * `.glistio.yaml`.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { readProjectFile } from './chart-sources.ts';
import type { GeneratedFile } from './gen.ts';

interface FleetSchema {
  readonly properties: Readonly<Record<string, object>>;
  readonly $defs: Readonly<Record<'group' | 'cluster', { readonly properties: object }>>;
}

export default function generateFleet(): readonly GeneratedFile[] {
  const schema = readSchema('schema/fleet.schema.json') as FleetSchema;
  const { properties, $defs } = schema;
  // Clusters are validated one at a time, wherever they are.
  const { items: _, ...clusters } = properties['clusters'] as { readonly items: object };
  const fleet = { ...schema, $id: 'fleet', properties: { ...properties, clusters } };
  const keys = { fleet: Object.keys(properties), group: keysOf($defs.group), cluster: keysOf($defs.cluster) };
  const settings = readSchema('schema/settings.schema.json');
  return [
    compiled('fleet', fleet, { fleet: 'fleet', cluster: 'fleet#/$defs/cluster' }, keys),
    compiled('settings', { ...settings, $id: 'settings' }, { settings: 'settings' }, keysOf(settings)),
  ];
}

function readSchema(path: string): { readonly properties: object } {
  return JSON.parse(readProjectFile(path), (key, value: unknown) => (key === 'description' ? undefined : value));
}

/** The functions that ajv generates for parts of a schema, by name, and the keys that messages list. */
function compiled(name: string, schema: object, parts: Readonly<Record<string, string>>, keys: unknown): GeneratedFile {
  const ajv = new Ajv2020({
    allErrors: true,
    messages: false,
    // ajv calls `unicode: false` deprecated; the only length limit in a fleet is that strings are not empty.
    unicode: false,
    logger: false,
    inlineRefs: false,
    allowUnionTypes: true,
    strictRequired: false,
    code: { source: true, esm: true, optimize: 2, lines: true },
  });
  ajv.addSchema(schema);
  // The package is CommonJS, and its types do not match Node's interop.
  const write = standalone as unknown as (ajv: Ajv2020, names: Readonly<Record<string, string>>) => string;
  const banner = 'Made by `npm run gen` from schema/; not to be edited.';
  return {
    path: `src/schema/${name}.gen.ts`,
    text: `// @ts-nocheck\n// ${banner}\n${write(ajv, parts)}\nexport const keys = ${JSON.stringify(keys)};\n`,
  };
}

function keysOf({ properties }: { readonly properties: object }): string[] {
  return Object.keys(properties);
}
