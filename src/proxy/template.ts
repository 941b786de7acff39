import type { TemplateDelegate } from 'handlebars';
import runtime from 'handlebars/runtime.js';
import { Recent } from '../recent.ts';
import { isMap, type ValueMap } from '../value.ts';
import { readYaml } from '../yaml/read.ts';
import { writeInline, writeYaml } from '../yaml/write.ts';

/**
 * Prints the model. Templates define the layout; every value is written by src/yaml/write.ts, so that no value can
 * break out of its place.
 */
// The package declares its runtime build as an empty module; it is Handlebars without the compiler.
const Handlebars = runtime as unknown as typeof import('handlebars');
// Handlebars escapes HTML by default, with the function that is set here.
Handlebars.Utils.escapeExpression = writeInline;

/** The two texts of a block, each for a context. */
interface Block {
  fn(context: unknown): string;
  inverse(context: unknown): string;
}
const isGiven = (value: unknown): boolean => Boolean(value) && !(Array.isArray(value) && value.length === 0);

/**
 * What a partial gets from its caller: as `partial`, a template is rendered without a wrapper around every helper. The
 * blocks are those of Handlebars without what only @index, block parameters and functions as values need.
 */
const given = {
  partial: true,
  helpers: {
    // What `{{> yaml …}}` is compiled to.
    toYaml: writeYaml,
    if(this: unknown, value: unknown, block: Block): string {
      return isGiven(value) ? block.fn(this) : block.inverse(this);
    },
    unless(this: unknown, value: unknown, block: Block): string {
      return isGiven(value) ? block.inverse(this) : block.fn(this);
    },
    with(this: unknown, value: unknown, block: Block): string {
      return isGiven(value) ? block.fn(value) : block.inverse(this);
    },
    each(list: readonly unknown[], block: Block): string {
      let text = '';
      for (const item of list) text += block.fn(item);
      return text;
    },
  },
};

const ready = new Map<object, TemplateDelegate>();

/** One YAML document with its line end, without a document marker, by a precompiled template. */
export function renderObject(template: object, facts: object): string {
  const render = ready.get(template) ?? Handlebars.template(template as TemplateSpecification);
  ready.set(template, render);
  return render(facts, given);
}

/** To find out what a value changes, the same objects are printed again and again. */
const recent = new Recent<ValueMap>(32);

/** What {@link renderObject} printed, as YAML reads it. */
export function parseObject(text: string): ValueMap {
  return recent.get(text, () => {
    const { value, problems } = readYaml({ name: 'manifest', text }, Number.POSITIVE_INFINITY);
    if (!isMap(value)) throw new Error(`a rendered manifest does not parse: ${problems[0]?.message}`);
    return value;
  });
}
