/**
 * Compiles `schema/kubernetes.json`: a validator a type, written by ajv, and the definitions as text for what asks about names. The chart's own
 * values need no validator: a walk over their model knows each release's keys, which no schema for all of them could.
 */
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { transformSync } from 'esbuild';
import { isRecord, readProjectFile } from './chart-sources.ts';
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
    { path: 'src/schema/check-kubernetes.gen.ts', text: compact(validatorCode(source)) },
  ];
}

function definitionsModule({ version, definitions }: KubernetesSource): string {
  const text = JSON.stringify(definitions).replace(/['\\]/g, '\\$&');
  return `// ${banner}\nexport const kubernetesVersion = '${version}';\nexport const kubernetesJson: string =\n  '${text}';\n`;
}

/** One function a type, exported by its name; they call each other. */
export function validatorCode({ roots, definitions }: KubernetesSource): string {
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

/**
 * ajv writes the making of an error out wherever one can occur; said once in a function, the code is half as long, and a run
 * starts that much faster. Throws when ajv writes it in another way than expected.
 */
export function compact(code: string): string {
  const shorter = code
    .replace(
      /^const (err\d+) = \{instancePath(.*),schemaPath:"(?:[^"\\]|\\.)*",keyword:("\w+"),params:(\{.*\})\};\nif\(vErrors === null\)\{\nvErrors = \[\1\];\n\}\nelse \{\nvErrors\.push\(\1\);\n\}\nerrors\+\+;$/gm,
      (_, _name, path: string, keyword: string, params: string) =>
        `vErrors = fail(vErrors, ${path.replace(/^:/, '') || 'instancePath'}, ${keyword}, ${params}); errors++;`,
    )
    .replace(
      /^if\(!\((validate\d+)\((.*?), \{instancePath:(.*),parentData:.*,rootData\}\)\)\)\{\nvErrors = vErrors === null \? \1\.errors : vErrors\.concat\(\1\.errors\);\nerrors = vErrors\.length;\n\}$/gm,
      'if(!$1($2, $3)){ vErrors = join(vErrors, $1.errors); errors = vErrors.length; }',
    )
    .replaceAll('{instancePath="", parentData, parentDataProperty, rootData=data}={}', 'instancePath=""');
  if (/schemaPath|parentData/.test(shorter))
    throw new Error('ajv writes validators in another way than it did: see compact()');
  const helpers = `
function fail(errors, instancePath, keyword, params) { const error = { instancePath, keyword, params }; if (errors === null) return [error]; errors.push(error); return errors; }
function join(errors, more) { return errors === null ? more : errors.concat(more); }
`;
  const names = [...shorter.matchAll(/^export const (\w+) = (validate\d+);$/gm)].map(
    ([, name, made]) => `${name}: ${made}`,
  );
  const exported = `const validators = { ${names.join(', ')} };\nexport { validators };\n`;
  const plain = withoutSchemas(shorter).replace(/^export const \w+ = validate\d+;$/gm, '') + helpers + exported;
  const { code: minified } = transformSync(plain, {
    minify: true,
    treeShaking: true,
    format: 'esm',
    legalComments: 'none',
  });
  return `// @ts-nocheck\n// ${banner}\n${types}${minified.replace(/export\{(\w+) as validators\};\s*$/, '\nexport const validators: Readonly<Record<string, Validator>> = $1;\n')}`;
}

/** ajv keeps whole schemas beside its functions, which ask them for a list of keys or of choices and for little else. */
function withoutSchemas(code: string): string {
  return code.replace(/^const (schema\d+) = (\{.*\});$/gm, (_, name: string, text: string) => {
    const schema = JSON.parse(text) as Node;
    const kept: Record<string, unknown> = {};
    const asked = [...code.matchAll(new RegExp(`\\b${name}((?:\\.\\w+)+)`, 'g'))].map(([, path = '']) =>
      path.slice(1).split('.'),
    );
    // The shortest first: the keys of `properties` are there when one of them is looked into.
    for (const path of asked.sort((a, b) => a.length - b.length)) keep(schema, path, kept);
    return `const ${name} = ${JSON.stringify(kept)};`;
  });
}

type Node = Readonly<Record<string, unknown>>;

function keep(from: Node, [step = '', ...rest]: readonly string[], into: Record<string, unknown>): void {
  const value = from[step];
  if (rest.length > 0) {
    const inner = isRecord(into[step]) ? into[step] : {};
    keep(value as Node, rest, inner as Record<string, unknown>);
    into[step] = inner;
  } else {
    into[step] = isRecord(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, 0])) : value;
  }
}

const types = `
export interface Failure {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}
export interface Validator {
  (data: unknown): boolean;
  readonly errors: readonly Failure[] | null;
}
`;
