import type { TemplateDelegate } from 'handlebars';
import runtime from 'handlebars/runtime.js';
import type { Value } from '../value.ts';
import { writeScalar, writeYaml } from '../yaml/write.ts';
import type { ConfigMap } from './bootstrap.ts';
import { templates } from './templates.gen.ts';
import type { Workload } from './workload.ts';

/**
 * The model as text. Templates hold the layout, every value reaches the text through src/yaml/write.ts, so that no value
 * can break out of its place.
 */
// The package types its runtime build as an empty module; it is Handlebars without the compiler.
const Handlebars = runtime as unknown as typeof import('handlebars');
// Handlebars escapes for HTML by default, and takes what to escape with from here.
Handlebars.Utils.escapeExpression = writeScalar;
// The template has the line end itself, so that block tags after it stand alone on their line.
Handlebars.registerHelper(
  'yaml',
  (value: Value, indent: string) => new Handlebars.SafeString(writeYaml(value, indent).slice(0, -1)),
);

/**
 * As if each template were a partial: then Handlebars calls the helpers as they are, and does not wrap all of them anew for every
 * rendering, to give them a guarded look-up that none of ours asks for.
 */
const options = { partial: true, helpers: Handlebars.helpers };

const compiled = new Map<string, TemplateDelegate>();
for (const [name, specification] of Object.entries(templates)) {
  compiled.set(name, Handlebars.template(specification as TemplateSpecification));
}

function render(name: string, model: unknown): string {
  const template = compiled.get(name);
  if (template === undefined) throw new Error(`no template ${name}`);
  return template(model, options);
}

/** One YAML document with its line end, without a document marker. */
export function renderWorkload(workload: Workload): string {
  return render('workload', workload);
}

/** One YAML document with its line end, without a document marker. */
export function renderConfigMap(configMap: ConfigMap): string {
  return render('configmap', configMap);
}
