/** Generates `GlooValues`, the type of the chart's values, from their model. */

import type { KubernetesSchema } from '../src/schema/kubernetes-schema.ts';
import type { ValueField, ValueFields, ValueType } from '../src/schema/values-model.ts';
import { expandValues, wordsOf } from '../src/schema/values-model.ts';
import { readReleases } from './chart-sources.ts';
import { compileValues } from './chart-values.ts';
import type { GeneratedFile } from './gen.ts';

const header = `// Made by \`npm run gen\` from schema/; not to be edited.

/** A string. Numbers and booleans are printed as Go prints them. */
export type Text = string | number | boolean;
/** An integer, or the same as a string of digits. */
export type Whole = number | bigint | \`\${bigint}\`;
/** To the chart every text is true, "false" too. */
export type Truth = boolean | 'true' | '';
/** An amount as Kubernetes writes it: \`500m\`, \`64Mi\`. */
export type Quantity = string | number;
/** What no type is known of. */
export type AnyValue = null | boolean | number | bigint | string | readonly AnyValue[] | { readonly [key: string]: AnyValue };
`;

export default function generateTypes(): readonly GeneratedFile[] {
  const compiled = compileValues(readReleases());
  const model = expandValues(compiled, () => compiled.words);
  return [{ path: 'src/schema/types.gen.ts', text: writeTypes(model, compiled.$defs.kubernetes.definitions) }];
}

/**
 * The types of values as TypeScript: every value of every release, all optional, with null wherever Helm accepts it.
 */
export function writeTypes(model: ValueFields, definitions: Readonly<Record<string, KubernetesSchema>>): string {
  const written = new Map<string, string>();
  const asked = new Set<string>();
  const all = writeInterface(
    'GlooValues',
    model,
    '/** Values of the chart, of every release together: `glistio validate` says what one release knows. */\n',
  );
  const shapes = [...written].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  const kubernetes: string[] = [];
  for (const name of asked) kubernetes.push(writeDefinition(name));
  return [header, all, ...shapes, ...kubernetes.sort()].join('\n');

  function writeInterface(name: string, fields: ValueFields, doc = ''): string {
    return `${doc}export interface ${name} {\n${writeFields(fields, '  ')}}\n`;
  }

  function writeFields(fields: ValueFields, indent: string): string {
    return [...fields].map(([key, alternatives]) => writeField(key, alternatives, indent)).join('');
  }

  function writeField(key: string, alternatives: readonly ValueField[], indent: string): string {
    const types = new Set(alternatives.map((field) => writeType(field.takes ?? field.type, indent, field)));
    const last = alternatives.at(-1);
    const lines = [
      last && wordsOf(last).what,
      last?.deprecated && `@deprecated${last.successor === undefined ? '' : ` Use ${last.successor}.`}`,
    ].filter((line) => typeof line === 'string');
    const doc =
      lines.length === 0
        ? ''
        : lines.length === 1
          ? `${indent}/** ${lines[0]} */\n`
          : `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
    return `${doc.replaceAll('*/ ', '* / ')}${indent}readonly ${propertyName(key)}?: ${[...types, 'null'].join(' | ')};\n`;
  }

  function writeType(type: ValueType, indent: string, field: Partial<ValueField> = {}): string {
    switch (type.kind) {
      case 'any':
        return 'AnyValue';
      case 'scalar':
        if (field.enum !== undefined) return field.enum.map(quote).join(' | ');
        // Editors suggest the known words, and any other string is accepted.
        if (field.known !== undefined) return [...field.known.map(quote), '(string & {})'].join(' | ');
        return type.name === 'string'
          ? 'Text'
          : type.name === 'bool'
            ? 'Truth'
            : type.name === 'float64'
              ? 'number | Whole'
              : 'Whole';
      case 'list':
        return `readonly (${writeType(type.of, indent)})[]`;
      case 'map':
        return `{ readonly [key: string]: ${writeType(type.of, indent)} | null }`;
      case 'kubernetes':
        return type.fields.size === 0
          ? apiType(type.name)
          : `${apiType(type.name)} & {\n${writeFields(type.fields, `${indent}  `)}${indent}}`;
      case 'object':
        return type.name === undefined
          ? `{\n${writeFields(type.fields, `${indent}  `)}${indent}}`
          : shape(type.name, type.fields);
      default:
        return type satisfies never;
    }
  }

  function shape(name: string, fields: ValueFields): string {
    if (!written.has(name)) {
      written.set(name, '');
      written.set(name, writeInterface(`${name}Values`, fields));
    }
    return `${name}Values`;
  }

  function apiType(name: string): string {
    if (name === 'Quantity') return 'Quantity';
    if (name === 'IntOrString') return 'number | bigint | string';
    asked.add(name);
    return `Kubernetes${name}`;
  }

  function writeDefinition(name: string): string {
    const { properties = {}, required = [] } = definitions[name] ?? {};
    const fields = Object.entries(properties).map(([key, schema]) => {
      const isRequired = required.includes(key);
      return `  readonly ${propertyName(key)}${isRequired ? '' : '?'}: ${writeSchema(schema)}${isRequired ? '' : ' | null'};\n`;
    });
    return `export interface Kubernetes${name} {\n${fields.join('')}}\n`;
  }

  function writeSchema({
    $ref,
    type,
    enum: choices,
    items,
    properties,
    patternProperties,
    additionalProperties,
  }: KubernetesSchema & { patternProperties?: object }): string {
    if ($ref !== undefined) return apiType($ref.slice('#/definitions/'.length));
    if (choices !== undefined) return choices.map(quote).join(' | ');
    if (items !== undefined) return `readonly (${writeSchema(items)})[]`;
    if (patternProperties !== undefined) return '{ readonly [resource: string]: Quantity | null }';
    if (properties !== undefined) throw new Error('a type without a name');
    if (typeof additionalProperties === 'object')
      return `{ readonly [key: string]: ${writeSchema(additionalProperties)} }`;
    if (type === 'object') return '{ readonly [key: string]: AnyValue }';
    return type === 'integer' ? 'number | bigint' : type === 'boolean' ? 'boolean' : 'string';
  }
}

function propertyName(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? key : quote(key);
}

function quote(text: string): string {
  return `'${text}'`;
}
