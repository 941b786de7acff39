/** Compiles the schema of fleet files: one function for what stands above the clusters, one for a cluster. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { readProjectFile } from './chart-sources.ts';
import type { GeneratedFile } from './gen.ts';

interface FleetSchema {
  readonly properties: Readonly<Record<string, object>>;
  readonly $defs: Readonly<Record<'group' | 'cluster', { readonly properties: object }>>;
}

export default function generateFleet(): readonly GeneratedFile[] {
  const schema = JSON.parse(readProjectFile('schema/fleet.schema.json'), (key, value: unknown) =>
    key === 'description' ? undefined : value,
  ) as FleetSchema;
  const { properties, $defs } = schema;
  // Clusters are checked one by one, wherever they stand.
  const { items: _, ...clusters } = properties['clusters'] as { readonly items: object };
  const ajv = new Ajv2020({
    allErrors: true,
    messages: false,
    // To leave Unicode alone is called deprecated; no text of a fleet has a length but none.
    unicode: false,
    logger: false,
    inlineRefs: false,
    allowUnionTypes: true,
    strictRequired: false,
    code: { source: true, esm: true, optimize: 2, lines: true },
  });
  ajv.addSchema({ ...schema, $id: 'fleet', properties: { ...properties, clusters } });
  // The package is CommonJS, and its types disagree with what Node makes of that.
  const write = standalone as unknown as (ajv: Ajv2020, names: Readonly<Record<string, string>>) => string;
  const keys = { fleet: Object.keys(properties), group: keysOf($defs.group), cluster: keysOf($defs.cluster) };
  const banner = 'Made by `npm run gen` from schema/; not to be edited.';
  const code = write(ajv, { fleet: 'fleet', cluster: 'fleet#/$defs/cluster' });
  return [
    {
      path: 'src/schema/fleet.gen.ts',
      text: `// @ts-nocheck\n// ${banner}\n${code}\nexport const keys = ${JSON.stringify(keys)};\n`,
    },
  ];
}

function keysOf({ properties }: { readonly properties: object }): string[] {
  return Object.keys(properties);
}
