import type { TemplateDelegate } from 'handlebars';
import runtime from 'handlebars/runtime.js';
import type { Value } from '../value.ts';
import { writeScalar, writeYaml } from '../yaml/write.ts';

/**
 * Prints the model. Templates define the layout; every value is written by src/yaml/write.ts, so that no value can
 * break out of its place.
 */
// The package declares its runtime build as an empty module; it is Handlebars without the compiler.
const Handlebars = runtime as unknown as typeof import('handlebars');
// Handlebars escapes HTML by default, with the function that is set here.
Handlebars.Utils.escapeExpression = writeScalar;
// What `{{> yaml …}}` is compiled to; the template contains the last line end itself.
Handlebars.registerHelper('toYaml', (value: Value, indent: string) => writeYaml(value, indent).slice(0, -1));
// Every rendering wraps all helpers, and the templates do not need these.
for (const unused of ['log', 'lookup']) Handlebars.unregisterHelper(unused);

const ready = new Map<object, TemplateDelegate>();

/** One YAML document with its line end, without a document marker, by a precompiled template. */
export function renderObject(template: object, facts: object): string {
  const render = ready.get(template) ?? Handlebars.template(template as TemplateSpecification);
  ready.set(template, render);
  return render(facts);
}
