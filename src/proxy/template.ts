import type { TemplateDelegate } from 'handlebars';
import runtime from 'handlebars/runtime.js';
import type { Value } from '../value.ts';
import { writeScalar, writeYaml } from '../yaml/write.ts';
import type { ConfigMap } from './bootstrap.ts';
import { partials, templates } from './templates.gen.ts';
import type { Workload } from './workload.ts';

/**
 * The model as text. Templates hold the layout, every value reaches the text through src/yaml/write.ts, so that no value
 * can break out of its place.
 */
// The package types its runtime build as an empty module; it is Handlebars without the compiler.
const Handlebars = runtime as unknown as typeof import('handlebars');
// Handlebars escapes for HTML by default, and takes what to escape with from here.
Handlebars.Utils.escapeExpression = writeScalar;
// The partial `yaml` has the line end itself, so that a call stands alone on its line.
Handlebars.registerHelper('toYaml', (value: Value) => writeYaml(value).slice(0, -1));
for (const [name, partial] of Object.entries(partials)) Handlebars.registerPartial(name, templateOf(partial));

const workloadTemplate = templateOf(templates['workload']);
const configMapTemplate = templateOf(templates['configmap']);
const others = new Map<string, TemplateDelegate>();

function templateOf(compiled: object | undefined): TemplateDelegate {
  return Handlebars.template(compiled as TemplateSpecification);
}

/**
 * Handlebars indents every line of a partial, the empty ones of a literal block too. No scalar has a line of blanks alone
 * (see src/yaml/write.ts), so such a line was empty.
 */
function render(template: TemplateDelegate, model: object): string {
  return template(model).replace(/^ +$/gm, '');
}

/** One YAML document with its line end, without a document marker. */
export function renderWorkload(workload: Workload): string {
  return render(workloadTemplate, workload);
}

/** One YAML document with its line end, without a document marker. */
export function renderConfigMap(configMap: ConfigMap): string {
  return render(configMapTemplate, configMap);
}

/** One YAML document by the template of this name. */
export function renderObject(name: string, model: object): string {
  let template = others.get(name);
  if (template === undefined) {
    template = templateOf(templates[name]);
    others.set(name, template);
  }
  return render(template, model);
}
