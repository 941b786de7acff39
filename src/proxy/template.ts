import type { TemplateDelegate } from 'handlebars';
import runtime from 'handlebars/runtime.js';
import type { Value } from '../value.ts';
import { writeScalar, writeYaml } from '../yaml/write.ts';

/**
 * The model as text. Templates hold the layout; every value reaches the text through src/yaml/write.ts, so that no
 * value can break out of its place.
 */
// The package declares its runtime build as an empty module; it is Handlebars without the compiler.
const Handlebars = runtime as unknown as typeof import('handlebars');
// Handlebars escapes HTML by default, with the function that is set here.
Handlebars.Utils.escapeExpression = writeScalar;
// What `{{> yaml …}}` is compiled to; the template has the last line end itself.
Handlebars.registerHelper('toYaml', (value: Value, indent: string) => writeYaml(value, indent).slice(0, -1));
// Every rendering wraps all helpers, and the templates do not need these.
for (const unused of ['log', 'lookup']) Handlebars.unregisterHelper(unused);

/** What a partial gets from its caller: as `partial`, a template is rendered without a wrapper around every helper. */
const given = { partial: true, helpers: Handlebars.helpers };

const ready = new Map<object, TemplateDelegate>();

/** One YAML document with its line end, without a document marker, by a precompiled template. */
export function renderObject(template: object, facts: object): string {
  const render = ready.get(template) ?? Handlebars.template(template as TemplateSpecification);
  ready.set(template, render);
  return render(facts, given);
}
