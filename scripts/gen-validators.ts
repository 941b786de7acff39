/**
 * Compiles `schema/kubernetes.json`: a validator a type, written by ajv, and the definitions as text for what asks about names. The chart's own
 * values need no validator: a walk over their model knows each release's keys, which no schema for all of them could.
 */
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { readProjectFile } from './chart-sources.ts';
import type { GeneratedFile } from './gen.ts';

interface KubernetesSource {
  readonly version: string;
  readonly roots: readonly string[];
  readonly definitions: Readonly<Record<string, object>>;
}

const banner = 'Made by `npm run gen` from schema/kubernetes.json; not to be edited.';

export default function generateValidators(): readonly GeneratedFile[] {
  const source = JSON.parse(readProjectFile('schema/kubernetes.json')) as KubernetesSource;
  return [
    { path: 'src/schema/kubernetes.gen.ts', text: definitionsModule(source) },
    { path: 'src/schema/check-kubernetes.gen.ts', text: `// @ts-nocheck\n// ${banner}\n${validatorCode(source)}` },
  ];
}

function definitionsModule({ version, definitions }: KubernetesSource): string {
  const text = JSON.stringify(definitions).replace(/['\\]/g, '\\$&');
  return `// ${banner}\nexport const kubernetesVersion = '${version}';\nexport const kubernetesJson: string =\n  '${text}';\n`;
}

/** One function a type, exported by its name; they call each other. */
function validatorCode({ roots, definitions }: KubernetesSource): string {
  const ajv = new Ajv({
    allErrors: true,
    messages: false,
    strict: false,
    inlineRefs: false,
    code: { source: true, esm: true, optimize: 2, lines: true },
  });
  ajv.addSchema({ $id: 'kubernetes', definitions });
  const names = [...roots, 'IntOrString', 'Quantity'];
  // The package is CommonJS, and its types disagree with what Node makes of that.
  const write = standalone as unknown as (ajv: Ajv, names: Readonly<Record<string, string>>) => string;
  return write(ajv, Object.fromEntries(names.map((name) => [name, `kubernetes#/definitions/${name}`])));
}
