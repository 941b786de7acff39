/** Precompiles the Handlebars templates, so that the package carries Handlebars' runtime and not its compiler. */
import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { writeScalar } from '../src/yaml/write.ts';
import type { GeneratedFile } from './gen.ts';

// `data: false`: no template asks for @index and the like.
const options = { strict: true, data: false, knownHelpers: { toYaml: true }, knownHelpersOnly: true };

/** The templates of the control plane's proxies are separate: most runs do not need them. */
export default function generate(): GeneratedFile[] {
  const partials = textsIn('templates/partials');
  const compiled = [...textsIn('templates')].map(([name, text]): [name: string, code: string] => {
    const whole = withPartials(text, partials).replace(
      /^( *)\{\{> yaml (\S+)\}\}$/gm,
      (_line, indent: string, value: string) => `{{{toYaml ${value} "${indent}"}}}`,
    );
    return [name, String(Handlebars.precompile(withoutPlaces(Handlebars.parse(whole)), options))];
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

/** Places in a template, which the code would have for each of its values: half of it, for a message that has a name as well. */
function withoutPlaces<T>(node: T): T {
  return JSON.parse(JSON.stringify(node, (key, value: unknown) => (key === 'loc' ? undefined : value))) as T; // The same but for `loc`.
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
 * into, or with arguments (`key=value`). Handlebars would do it anew in each rendering: copy the map for the arguments, and split the text
 * into lines to indent it, which took half of a rendering's time. `yaml` stays, it is a helper's job.
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
