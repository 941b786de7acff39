import { isMap, type ValueMap } from '../value.ts';
import { readYaml } from '../yaml/read.ts';
import { writeInline, writeYaml } from '../yaml/write.ts';

/**
 * Prints the model. Templates define the layout; every value is written by src/yaml/write.ts, so that no value can
 * break out of its place.
 */

/** What Handlebars compiles a template to, and each block in it under its number. */
type Compiled = (container: Container, facts: unknown, helpers: typeof given) => string;
type Template = Readonly<Record<number | 'main', Compiled>>;

/** The text of a block for a context. */
type Print = (facts: unknown) => string;
interface Block {
  readonly fn: Print;
  readonly inverse: Print;
}
const isGiven = (value: unknown): boolean => Boolean(value) && !(Array.isArray(value) && value.length === 0);

/** The blocks are those of Handlebars without what only @index, block parameters and functions as values need. */
const given = {
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
};

/**
 * What a compiled template calls. Handlebars' own runtime serves any template, with decorators, partials and data: it
 * is ten times as long, and looks each block up again whenever it is printed.
 */
class Container {
  readonly escapeExpression = writeInline;
  readonly nullContext = {};
  readonly #template: Template;
  readonly #blocks: Print[] = [];

  constructor(template: Template) {
    this.#template = template;
  }

  program(block: number): Print {
    return this.#blocks[block] ?? this.#prepare(block);
  }

  #prepare(block: number): Print {
    const compiled = this.#template[block] as Compiled;
    const print = (facts: unknown): string => compiled(this, facts, given);
    this.#blocks[block] = print;
    return print;
  }

  /** The value of a name, which the facts must have. */
  strict(facts: Readonly<Record<string, unknown>>, name: string): unknown {
    if (!(name in facts)) throw new Error(`no fact ${name} for a template`);
    return facts[name];
  }

  lambda(value: unknown): unknown {
    return value;
  }

  noop(): string {
    return '';
  }
}

const ready = new Map<object, Container>();

/** One YAML document with its line end, without a document marker, by a precompiled template. */
export function renderObject(template: object, facts: object): string {
  // The generated modules only say that these are objects.
  const compiled = template as Template;
  const container = ready.get(template) ?? new Container(compiled);
  ready.set(template, container);
  return compiled.main(container, facts, given);
}

/** What {@link renderObject} printed, as YAML reads it. */
export function parseObject(text: string): ValueMap {
  const { value, problems } = readYaml({ name: 'manifest', text }, Number.POSITIVE_INFINITY);
  if (!isMap(value)) throw new Error(`a rendered manifest does not parse: ${problems[0]?.message}`);
  return value;
}
