/** Precompiles the Handlebars templates, so that the package contains Handlebars' runtime but not its compiler. */
import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { writeScalar } from '../src/yaml/write.ts';
import type { GeneratedFile } from './gen.ts';

// `data: false`: no template uses @index and similar variables.
const options = { strict: true, data: false, knownHelpers: { toYaml: true }, knownHelpersOnly: true };

/**
 * Handlebars guards every name against those of Object.prototype. The templates look up no such name, neither in their
 * facts, which are built for them, nor among the helpers.
 */
const { JavaScriptCompiler } = Handlebars as unknown as {
  // A public interface of Handlebars that its types lack.
  JavaScriptCompiler: { prototype: { nameLookup(parent: string, name: string): string } };
};
JavaScriptCompiler.prototype.nameLookup = (parent, name) => {
  if (name in Object.prototype || !/^\w+$/.test(name)) throw new Error(`no name for a template: ${name}`);
  return `${parent}.${name}`;
};

/**
 * The templates of the control plane's proxies are separate: they are long when compiled, and most runs do not need
 * them.
 */
export default function generate(): GeneratedFile[] {
  const partials = textsIn('templates/partials');
  const compiled = [...textsIn('templates')].map(([name, text]): [name: string, code: string] => {
    const whole = withPartials(text, partials).replace(
      /^( *)\{\{> yaml (\S+)\}\}$/gm,
      (_line, indent: string, value: string) => `{{{toYaml ${value} "${indent}"}}}`,
    );
    return [name, String(Handlebars.precompile(withoutSecondEnds(withoutPlaces(Handlebars.parse(whole))), options))];
  });
  return [
    templatesModule(
      'src/proxy/templates.gen.ts',
      compiled.filter(([name]) => !name.startsWith('kube-')),
    ),
    templatesModule(
      'src/kube/templates.gen.ts',
      compiled.filter(([name]) => name.startsWith('kube-')),
    ),
  ];
}

function templatesModule(path: string, compiled: readonly (readonly [name: string, code: string])[]): GeneratedFile {
  const names = compiled.map(([name]) => `'${name}'`).join(' | ');
  const entries = compiled.map(([name, code]) => `  '${name}': ${code},\n`).join('');
  const text = `// @ts-nocheck\n// Made by \`npm run gen\` from templates/; not to be edited.\nexport const templates: Readonly<Record<${names}, object>> = {\n${entries}};\n`;
  return { path, text };
}

/** Drops source locations, which would be half of the code; they only serve messages that also contain a name. */
function withoutPlaces<T>(node: T): T {
  return JSON.parse(JSON.stringify(node, (key, value: unknown) => (key === 'loc' ? undefined : value))) as T; // The same except for `loc`.
}

/** Leaves the end of a line to the helper's text, which has it already. */
function withoutSecondEnds(program: hbs.AST.Program): hbs.AST.Program {
  for (const [index, node] of program.body.entries()) {
    const { program: inner, inverse } = node as Partial<hbs.AST.BlockStatement>;
    if (inner) withoutSecondEnds(inner);
    if (inverse) withoutSecondEnds(inverse);
    const next = program.body[index + 1] as hbs.AST.ContentStatement | undefined;
    const { path } = node as Partial<hbs.AST.MustacheStatement>;
    if (node.type !== 'MustacheStatement' || (path as hbs.AST.PathExpression).original !== 'toYaml') continue;
    if (next?.value?.startsWith('\n') !== true) throw new Error('a line does not end behind toYaml');
    next.value = next.value.slice(1);
  }
  return program;
}

/** The templates of a folder by name. */
function textsIn(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.hbs'));
  return new Map(
    names.sort().map((name) => [name.slice(0, -'.hbs'.length), readFileSync(`${folder}/${name}`, 'utf8')]),
  );
}

/**
 * Inlines the partials of a template, whose calls are always on a line of their own: `{{> name}}`, optionally with a
 * map as the context, or with arguments (`key=value`). Handlebars would do it again for each rendering: copying the map
 * for the arguments, and splitting the text into lines to indent it took half of a rendering's time. `yaml` is a helper
 * and stays.
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

/** A partial with the call's arguments substituted for their names; a literal is printed as its value. */
function withArguments(partial: string, given: ReadonlyMap<string, string>): string {
  if (/\{\{(?:#each|#with|> )/.test(partial)) throw new Error('a partial with arguments looks into another map');
  return partial.replace(/\{\{(#if )?(\w+)\}\}/g, (place, test: string | undefined, name: string) => {
    const value = given.get(name);
    if (value === undefined) return place;
    if (test !== undefined) return `{{#if ${value}}}`;
    return value.startsWith('"') ? writeScalar(JSON.parse(value)) : `{{${value}}}`;
  });
}
