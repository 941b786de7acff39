/**
 * Compiles the templates: Handlebars reads them, and what it read (`Handlebars.parse`) becomes statements that add to a string. The
 * code that Handlebars itself makes is ten times as long, and its runtime wraps every helper and looks up every name in each rendering,
 * which took a fifth of it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { writeScalar } from '../src/yaml/write.ts';
import type { GeneratedFile } from './gen.ts';

/** The templates of the control plane's proxies are separate: most runs do not need them. */
export default function generate(): GeneratedFile[] {
  const partials = textsIn('templates/partials');
  const compiled = [...textsIn('templates')].map(([name, text]) => ({
    name,
    code: `(facts0) => { let text = ''; ${statements(Handlebars.parse(withPartials(text, partials)), 0)} return text; }`,
  }));
  const isKube = ({ name }: { readonly name: string }): boolean => name.startsWith('kube-');
  return [
    templatesModule(
      'src/proxy/templates.gen.ts',
      compiled.filter((one) => !isKube(one)),
    ),
    templatesModule('src/kube/templates.gen.ts', compiled.filter(isKube)),
  ];
}

function templatesModule(
  path: string,
  compiled: readonly { readonly name: string; readonly code: string }[],
): GeneratedFile {
  const names = compiled.map(({ name }) => `'${name}'`).join(' | ');
  const text = [
    '// @ts-nocheck',
    '// Made by `npm run gen` from templates/; not to be edited.',
    "import { fact, isFilled } from '../proxy/template.ts';",
    "import { writeScalar, writeYaml } from '../yaml/write.ts';",
    `export const templates: Readonly<Record<${names}, (facts: object) => string>> = {`,
    ...compiled.map(({ name, code }) => `  '${name}': ${code},`),
    '};\n',
  ];
  return { path, text: text.join('\n') };
}

/** `depth` counts the maps around that `with` and `each` look into; each has a variable of its own. */
function statements({ body }: hbs.AST.Program, depth: number): string {
  return body.map((node) => statement(node, depth)).join(' ');
}

/** What the templates use of Handlebars, with its meaning under `strict`: a value that is to be printed must be there. */
function statement(node: hbs.AST.Statement, depth: number): string {
  if (isOf(node, 'ContentStatement')) return node.value === '' ? '' : `text += ${JSON.stringify(node.value)};`;
  if (isOf(node, 'CommentStatement')) return '';
  if (isOf(node, 'MustacheStatement')) {
    const parts = partsOf(node.path);
    const last = parts.at(-1);
    const value = last === undefined ? `facts${depth}` : `fact(${valueAt(parts.slice(0, -1), depth)}, '${last}')`;
    return `text += writeScalar(${value});`;
  }
  // Handlebars takes away the line end of a partial that has a line for itself, and writeYaml writes one.
  if (isOf(node, 'PartialStatement')) {
    const { params, indent } = node as typeof node & { readonly indent: string };
    return `text += writeYaml(${valueOf(params[0], depth)}, '${indent}');`;
  }
  if (isOf(node, 'BlockStatement')) return block(node, depth);
  throw new Error(`a template has a ${node.type}`);
}

function block({ path, params, program, inverse }: hbs.AST.BlockStatement, depth: number): string {
  const value = valueOf(params[0], depth);
  const inner = `facts${depth + 1}`;
  const otherwise = inverse == null ? '' : ` else { ${statements(inverse, depth)} }`;
  switch (path.type === 'PathExpression' && (path as hbs.AST.PathExpression).original) {
    case 'if':
      return `if (isFilled(${value})) { ${statements(program, depth)} }${otherwise}`;
    case 'unless':
      return `if (!isFilled(${value})) { ${statements(program, depth)} }${otherwise}`;
    case 'with':
      return `{ const ${inner} = ${value}; if (isFilled(${inner})) { ${statements(program, depth + 1)} }${otherwise} }`;
    case 'each':
      if (otherwise === '') return `for (const ${inner} of ${value} ?? []) { ${statements(program, depth + 1)} }`;
  }
  throw new Error(`a template has a block ${JSON.stringify(path)}`);
}

interface Nodes {
  readonly ContentStatement: hbs.AST.ContentStatement;
  readonly CommentStatement: hbs.AST.CommentStatement;
  readonly MustacheStatement: hbs.AST.MustacheStatement;
  readonly PartialStatement: hbs.AST.PartialStatement;
  readonly BlockStatement: hbs.AST.BlockStatement;
}

/** Handlebars' own types tell the kinds of nodes by their names only. */
function isOf<K extends keyof Nodes>(node: hbs.AST.Node, type: K): node is Nodes[K] {
  return node.type === type;
}

/** A path in the map that is looked into, or a literal. */
function valueOf(node: hbs.AST.Expression | undefined, depth: number): string {
  if (node?.type === 'PathExpression') return valueAt(partsOf(node), depth);
  const { value } = node as hbs.AST.Literal & { readonly value?: unknown }; // Where a path does not stand, Handlebars has a literal.
  return JSON.stringify(value);
}

function valueAt(parts: readonly string[], depth: number): string {
  return [`facts${depth}`, ...parts].join('?.');
}

function partsOf(node: hbs.AST.Node): readonly string[] {
  const { type, parts, data, depth } = node as hbs.AST.PathExpression; // If it is one, which is asked here.
  if (type !== 'PathExpression' || data || depth > 0) throw new Error(`a template uses ${JSON.stringify(node)}`);
  return parts;
}

/** The templates of a folder by their names. */
function textsIn(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.hbs'));
  return new Map(
    names.sort().map((name) => [name.slice(0, -'.hbs'.length), readFileSync(`${folder}/${name}`, 'utf8')]),
  );
}

/**
 * A template with the text of each partial where it is called, which is always on a line of its own: `{{> name}}`, with the map to look
 * into, or with arguments (`key=value`). `yaml` is none of them: it writes a value.
 */
function withPartials(text: string, partials: ReadonlyMap<string, string>): string {
  return text.replace(
    /^( *)\{\{> (?!yaml )([\w-]+)((?: [^}\s]+)*)\}\}\n/gm,
    (_line, indent: string, name: string, rest: string) => {
      const partial = partials.get(name);
      if (partial === undefined) throw new Error(`no partial ${name}`);
      const words = rest.split(' ').slice(1);
      const given = new Map(
        words.filter((word) => word.includes('=')).map((word) => word.split('=') as [string, string]),
      );
      const map = words.find((word) => !word.includes('='));
      const whole = withPartials(given.size > 0 ? withArguments(partial, given) : partial, partials);
      const scoped = map === undefined ? whole : `{{#with ${map}}}\n${whole}{{/with}}\n`;
      return scoped.replace(/^(?=.)/gm, indent);
    },
  );
}

/** A partial with what the call says in place of the names; a literal is written as the value that it is. */
function withArguments(partial: string, given: ReadonlyMap<string, string>): string {
  if (/\{\{(?:#each|#with|> )/.test(partial)) throw new Error('a partial with arguments looks into another map');
  return partial.replace(/\{\{(#if )?(\w+)\}\}/g, (place, test: string | undefined, name: string) => {
    const value = given.get(name);
    if (value === undefined) return place;
    if (test !== undefined) return `{{#if ${value}}}`;
    return value.startsWith('"') ? writeScalar(JSON.parse(value)) : `{{${value}}}`;
  });
}
