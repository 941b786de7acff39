import type { TemplateDelegate } from 'handlebars';
import runtime from 'handlebars/runtime.js';
import type { Value } from '../value.ts';
import { writeScalar, writeYaml } from '../yaml/write.ts';
import { partials, templates } from './templates.gen.ts';

/**
 * The model as text. Templates hold the layout; every value reaches the text through src/yaml/write.ts, so that no
 * value can break out of its place.
 */
// The package declares its runtime build as an empty module; it is Handlebars without the compiler.
const Handlebars = runtime as unknown as typeof import('handlebars');
// Handlebars escapes HTML by default, with the function that is set here.
Handlebars.Utils.escapeExpression = writeScalar;
// The partial `yaml` has the line break itself, so that a call is alone on its line.
Handlebars.registerHelper('toYaml', (value: Value) => writeYaml(value).slice(0, -1));
for (const [name, partial] of Object.entries(partials)) Handlebars.registerPartial(name, templateOf(partial));

const compiled = new Map<string, TemplateDelegate>();

function templateOf(precompiled: object | undefined): TemplateDelegate {
  return Handlebars.template(precompiled as TemplateSpecification);
}

/**
 * Handlebars indents every line of a partial, including the empty ones of a literal block. No scalar has a line of only
 * spaces (see src/yaml/write.ts), so such a line was empty.
 */
function render(template: TemplateDelegate, model: object): string {
  const text = template(model);
  return text.includes(' \n') ? text.replace(/^ +$/gm, '') : text;
}

/** One YAML document with its final line break, without a document marker, from the template with this name. */
export function renderObject(name: string, facts: object): string {
  const template = compiled.get(name) ?? templateOf(templates[name]);
  compiled.set(name, template);
  return render(template, facts);
}
