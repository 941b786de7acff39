/**
 * Precompiles the Handlebars templates, so that the product carries only Handlebars' runtime. Partials are put in place
 * here, each at the indentation of its call, rather than at run time, which would indent the same lines at every rendering.
 */
import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import type { GeneratedFile } from './gen.ts';

const folder = 'templates';
const options = { strict: true, knownHelpers: { yaml: true }, knownHelpersOnly: true };

export default function generate(): GeneratedFile[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.hbs'))
    .sort();
  const entries = names.map((name) => {
    const code = Handlebars.precompile(inline(readFileSync(`${folder}/${name}`, 'utf8'), ''), options);
    return `  ${name.slice(0, -'.hbs'.length)}: ${shortened(String(code))},`;
  });
  const text = `// @ts-nocheck\n// Generated from templates/ by npm run gen.\nexport const templates: Readonly<Record<string, object>> = {\n${entries.join('\n')}\n};\n`;
  return [{ path: 'src/template/templates.gen.ts', text }];
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
  return code
    .replace(
      /container\.lookupProperty \|\| function\(parent, propertyName\) \{[\s\S]*?return undefined\s*\}/g,
      'container.lookupProperty',
    )
    .replace(/,"loc":\{"start":\{[^}]*\},"end":\{[^}]*\}\}/g, '');
}
