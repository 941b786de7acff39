/** Precompiles the Handlebars templates, so that the package carries Handlebars' runtime and not its compiler. */
import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import type { GeneratedFile } from './gen.ts';

// `data: false`: no template asks for @index and the like.
const options = { strict: true, data: false, knownHelpers: { toYaml: true }, knownHelpersOnly: true };

export default function generate(): GeneratedFile[] {
  const text = `// @ts-nocheck\n// Made by \`npm run gen\` from templates/; not to be edited.\n${moduleOf('templates', 'templates')}${moduleOf('partials', 'templates/partials')}`;
  return [{ path: 'src/proxy/templates.gen.ts', text }];
}

/** The templates of a folder as a constant: a map from a template's name to what Handlebars compiled it to. */
function moduleOf(constant: string, folder: string): string {
  const entries = readdirSync(folder)
    .filter((name) => name.endsWith('.hbs'))
    .sort()
    .map((name) => {
      const compiled = Handlebars.precompile(readFileSync(`${folder}/${name}`, 'utf8'), options);
      return `  '${name.slice(0, -'.hbs'.length)}': ${compiled},\n`;
    });
  return `export const ${constant}: Readonly<Record<string, object>> = {\n${entries.join('')}};\n`;
}
