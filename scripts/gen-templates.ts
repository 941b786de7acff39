/**
 * Precompiles the Handlebars templates, so that the product carries only Handlebars' runtime. Partials are put in place
 * here, each at the indentation of its call, rather than at run time, which would indent the same lines at every rendering.
 */
import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import type { GeneratedFile } from './gen.ts';

const folder = 'templates';
// `data: false`: no template asks for @index and the like, and without them a block's function is made once, not at every call.
const options = { strict: true, data: false, knownHelpers: { yaml: true }, knownHelpersOnly: true };

/**
 * Handlebars guards every look-up against prototypes, because a template's author may be anybody. Ours name fields of the
 * model, which has no others, and a helper by its name. (Handlebars' own way to change what is compiled.)
 */
// Handlebars does not type what its documentation says of it.
const { JavaScriptCompiler } = Handlebars as unknown as { JavaScriptCompiler: new () => object };
class Compiler extends JavaScriptCompiler {
  nameLookup(parent: string, name: string): string {
    return `${parent}.${name}`;
  }
}
Object.assign(Compiler.prototype, { compiler: Compiler });
const environment = Object.assign(Handlebars.create(), { JavaScriptCompiler: Compiler });

export default function generate(): GeneratedFile[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.hbs'))
    .sort();
  const entries = names.map((name) => {
    const code = environment.precompile(inline(readFileSync(`${folder}/${name}`, 'utf8'), ''), options);
    return `  ${name.slice(0, -'.hbs'.length)}: ${shortened(String(code))},`;
  });
  const text = `// @ts-nocheck\n// Generated from templates/ by npm run gen.\nconst none = {};\nexport const templates: Readonly<Record<string, object>> = {\n${entries.join('\n')}\n};\n`;
  return [{ path: 'src/proxy/templates.gen.ts', text }];
}

/** `{{> name}}` alone on its line, with the context for the partial where it is not the caller's. `yaml` prints a value. */
function inline(source: string, indent: string): string {
  return source
    .split(/(?<=\n)/)
    .map((line) => {
      const call = /^( *)\{\{> ([\w-]+)(?: ([\w.]+))?\}\}\n$/.exec(line);
      if (call === null) return line === '\n' ? line : indent + line;
      const [, spaces = '', name, context] = call;
      if (name === 'yaml') return `{{{yaml ${context} "${indent}${spaces}"}}}\n`;
      const body = inline(readFileSync(`${folder}/partials/${name}.hbs`, 'utf8'), indent + spaces);
      return context === undefined ? body : `{{#with ${context}}}\n${body}{{/with}}\n`;
    })
    .join('');
}

/** Without what only older runtimes and the messages of failing helpers need: a third of the whole. */
function shortened(code: string): string {
  return (
    code
      .replace(
        /container\.lookupProperty \|\| function\(parent, propertyName\) \{[\s\S]*?return undefined\s*\}/g,
        'container.lookupProperty',
      )
      .replace(/,"loc":\{"start":\{[^}]*\},"end":\{[^}]*\}\}/g, '')
      // A helper is told its own name, and its named arguments, of which ours have none.
      .replace(/\{"name":"\w+","hash":\{\}/g, '{"hash":none')
      .replace(/, \{"start":\{[^}]*\},"end":\{[^}]*\}\} \)/g, ')')
  );
}
