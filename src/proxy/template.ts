import type { TemplateDelegate } from 'handlebars';
import runtime from 'handlebars/runtime.js';
import type { Value } from '../value.ts';
import { writeScalar, writeYaml } from '../yaml/write.ts';
import { templates } from './templates.gen.ts';

/**
 * The model as text. Templates hold the layout, every value reaches the text through src/yaml/write.ts, so that no value
 * can break out of its place.
 */
// The package types its runtime build as an empty module; it is Handlebars without the compiler.
const Handlebars = runtime as unknown as typeof import('handlebars');
// Handlebars escapes for HTML by default, and takes what to escape with from here.
Handlebars.Utils.escapeExpression = writeScalar;
// What `{{> yaml …}}` is compiled to; the template has the last line end itself.
Handlebars.registerHelper('toYaml', (value: Value, indent: string) => writeYaml(value, indent).slice(0, -1));
// Every rendering wraps all helpers, and templates have no use for these.
for (const unused of ['log', 'lookup']) Handlebars.unregisterHelper(unused);

const compiled = new Map<string, TemplateDelegate>();

function templateOf(precompiled: object | undefined): TemplateDelegate {
  return Handlebars.template(precompiled as TemplateSpecification);
}

/** One YAML document with its line end, without a document marker, by the template of this name. */
export function renderObject(name: string, facts: object): string {
  const template = compiled.get(name) ?? templateOf(templates[name]);
  compiled.set(name, template);
  return template(facts);
}
