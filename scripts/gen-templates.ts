/** Precompiles the Handlebars templates, so that the product carries only Handlebars' runtime. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import type { GeneratedFile } from './gen.ts';

const folder = 'templates';
const target = 'src/template/templates.gen.ts';

export default function generate(): GeneratedFile[] {
  const names = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.hbs'))
    .sort();
  const entries = names.map((name) => {
    const source = readFileSync(join(folder, name), 'utf8');
    const code = Handlebars.precompile(source, { strict: true, knownHelpers: { yaml: true }, knownHelpersOnly: true });
    const key = name
      .replaceAll('\\', '/')
      .replace(/^partials\//, '')
      .replace(/\.hbs$/, '');
    return `  ${JSON.stringify(key)}: ${code},`;
  });
  const text = `// @ts-nocheck\n// Generated from templates/ by npm run gen.\nexport const templates: Readonly<Record<string, object>> = {\n${entries.join('\n')}\n};\n`;
  return [{ path: target, text: text }];
}
