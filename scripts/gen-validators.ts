/**
 * Compiles the document of all values with ajv into the code that checks them, as ajv writes it. The code is called with the release
 * as its `this` (`ValueContext`), which the document's own keywords about releases ask.
 */
import { Ajv, type Code, type CodeKeywordDefinition, type KeywordCxt } from 'ajv';
import { _, type Name, or } from 'ajv/dist/compile/codegen/index.js';
import ajvNames from 'ajv/dist/compile/names.js';
import { Type } from 'ajv/dist/compile/util.js';
import standalone from 'ajv/dist/standalone/index.js';
import { type Intervals, unite } from '../src/chart/range.ts';
import type { ValueSchema, ValuesDocument } from '../src/schema/values-model.ts';
import { readProjectFile, readReleases } from './chart-sources.ts';
import { compileValues } from './chart-values.ts';
import type { GeneratedFile } from './gen.ts';

interface KubernetesSource {
  readonly version: string;
  readonly roots: readonly string[];
}

const releases = readReleases();
// The package is CommonJS, whose default export Node wraps once more.
const ajvVariables = (ajvNames as unknown as { readonly default: typeof ajvNames.default }).default;
const banner = 'Made by `npm run gen` from schema/; not to be edited.';

export default function generateValidators(): readonly GeneratedFile[] {
  const document = compileValues(releases);
  const source = JSON.parse(readProjectFile('schema/kubernetes.json')) as KubernetesSource;
  return [
    {
      path: 'src/schema/kubernetes.gen.ts',
      text: definitionsModule(source.version, document.$defs.kubernetes.definitions),
    },
    {
      path: 'src/schema/validators.gen.ts',
      text: `// @ts-nocheck\n// ${banner}\n${validatorCode(document, source.roots)}`,
    },
  ];
}

function definitionsModule(version: string, definitions: object): string {
  const text = JSON.stringify(definitions).replace(/['\\]/g, '\\$&');
  return `// ${banner}\nexport const kubernetesVersion = '${version}';\nexport const kubernetesJson: string =\n  '${text}';\n`;
}

/** A function for the values and one for each type of the Kubernetes API that they are made of. */
function validatorCode(document: ValuesDocument, roots: readonly string[]): string {
  const ajv = new Ajv({
    allErrors: true,
    messages: false,
    passContext: true,
    allowUnionTypes: true,
    strictTypes: false,
    inlineRefs: false,
    code: { source: true, esm: true, optimize: 2, lines: true },
  });
  for (const keyword of keywords) ajv.addKeyword(keyword);
  ajv.addVocabulary(['when']);
  const { top, definitions } = forCompiling(document);
  ajv.addSchema(document.$defs.kubernetes).addSchema({ $id: 'values', $defs: definitions });
  const types = [...roots, 'IntOrString', 'Quantity'];
  // The package is CommonJS, and its types disagree with what Node makes of that.
  const write = standalone as unknown as (ajv: Ajv, names: Readonly<Record<string, string>>) => string;
  return write(ajv, {
    values: `values${top}`,
    ...Object.fromEntries(types.map((name) => [name, `kubernetes#/definitions/${name}`])),
  });
}

/**
 * The document as ajv gets it. What is there for readers only is left out. Every schema is a definition, equal ones shared: ajv makes
 * a function of each, which halves the code, and V8 compiles only those that a check runs. The releases of a map's keys stand
 * together (`heldIn`), and what containers hold is said by `forEach`.
 */
function forCompiling({ properties, $defs }: ValuesDocument): { readonly top: string; readonly definitions: object } {
  const definitions: Record<string, object> = {};
  const numbers = new Map<string, number>();
  const shapes = new Map<string, string>();
  const top = define(compiledMap({ type: ['object', 'null'], properties, additionalProperties: false }));
  return { top, definitions };

  /** A schema that refers to definitions only, but for when it is deprecated or ignored where it stands. */
  function compiled(schema: ValueSchema): object {
    const { $ref, type, enum: choices, minimum, maximum, known, deprecatedIn, ignoredIn } = schema;
    const { properties: own, items, additionalProperties: others, unlessEmpty, byRelease } = schema;
    const notes = { deprecatedIn, ignoredIn };
    if ($ref !== undefined) return { $ref: $ref.startsWith('#') ? shapeOf($ref) : $ref, ...notes };
    if (byRelease !== undefined)
      return { byRelease: byRelease.map((one) => ({ when: releasesOf(one), ...compiled(one) })) };
    const each = items ?? (typeof others === 'object' ? others : undefined);
    const body = own === undefined ? { type, enum: choices, minimum, maximum, known } : compiledMap(schema);
    const inner = { forEach: each && compiled(each), unlessEmpty: unlessEmpty && compiled(unlessEmpty) };
    const isAny = Object.values({ ...body, ...inner }).every((one) => one === undefined);
    return isAny ? notes : { $ref: define({ ...body, ...inner }), ...notes };
  }

  function compiledMap({ type, properties: own = {}, additionalProperties, required }: ValueSchema): object {
    const keys = Object.entries(own);
    const held = keys.flatMap(([key, one]) => {
      const several = one.byRelease?.flatMap(releasesOf) ?? (one.releases === undefined ? [] : releasesOf(one));
      return one.byRelease === undefined && one.releases === undefined ? [] : [[key, unite(several)] as const];
    });
    const inner = Object.fromEntries(keys.map(([key, one]) => [key, compiled(one)]));
    const heldIn = held.length === 0 ? undefined : Object.fromEntries(held);
    return { type, additionalProperties, required, properties: inner, heldIn };
  }

  function shapeOf(reference: string): string {
    const known = shapes.get(reference);
    if (known !== undefined) return known;
    const found = (compiled($defs[reference.slice('#/$defs/'.length)] ?? {}) as { $ref: string }).$ref;
    shapes.set(reference, found);
    return found;
  }

  function define(schema: object): string {
    const text = JSON.stringify(schema);
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    definitions[number] = JSON.parse(text) as object;
    return `#/$defs/${number}`;
  }
}

/** The document's own keywords that decide something. */
const keywords: readonly CodeKeywordDefinition[] = [
  {
    keyword: 'unlessEmpty',
    schemaType: 'object',
    code(cxt: KeywordCxt) {
      const { gen, data, keyword } = cxt;
      gen.if(_`this.isGiven(${data})`, () => {
        cxt.subschema({ keyword }, gen.name('valid'));
      });
    },
  },
  {
    keyword: 'byRelease',
    schemaType: 'array',
    code(cxt: KeywordCxt) {
      const { gen, keyword } = cxt;
      (cxt.schema as readonly { readonly when: readonly Intervals[] }[]).forEach(({ when }, schemaProp) => {
        gen.if(within(when), () => {
          cxt.subschema({ keyword, schemaProp }, gen.name('valid'));
        });
      });
    },
  },
  {
    keyword: 'heldIn',
    schemaType: 'object',
    error: { message: '', params: ({ params }) => _`{key: ${params['key']}}` },
    code(cxt: KeywordCxt) {
      const { gen, data, schemaValue } = cxt;
      gen.if(_`typeof ${data} == "object" && ${data} !== null`, () =>
        gen.forIn('key', schemaValue as Name, (key) => {
          cxt.setParams({ key });
          cxt.fail(_`${data}[${key}] !== undefined && !this.isHeld(${schemaValue}[${key}])`);
        }),
      );
    },
  },
  {
    // ajv joins the errors of every item to those before it, which for many faulty items takes the square of their number.
    keyword: 'forEach',
    schemaType: 'object',
    code(cxt: KeywordCxt) {
      const { gen, data, keyword } = cxt;
      gen.if(_`typeof ${data} == "object" && ${data} !== null`, () =>
        gen.forIn('key', data as Name, (key) => {
          const [before, count] = [gen.const('before', ajvVariables.vErrors), gen.const('count', ajvVariables.errors)];
          gen.assign(ajvVariables.vErrors, null);
          gen.assign(ajvVariables.errors, 0);
          cxt.subschema({ keyword, dataProp: key, dataPropType: Type.Str }, gen.name('valid'));
          gen.if(_`${ajvVariables.vErrors} !== null`, () => gen.code(_`this.found(${ajvVariables.vErrors})`));
          gen.assign(ajvVariables.vErrors, before);
          gen.assign(ajvVariables.errors, count);
        }),
      );
    },
  },
  {
    keyword: 'known',
    schemaType: 'array',
    code(cxt: KeywordCxt) {
      const { gen, data } = cxt;
      gen.if(_`typeof ${data} == "string"`, () => cxt.fail(_`!${cxt.schemaValue}.includes(${data})`));
    },
  },
  ...['deprecatedIn', 'ignoredIn'].map(
    (keyword): CodeKeywordDefinition => ({
      keyword,
      schemaType: 'array',
      code: (cxt: KeywordCxt) => cxt.fail(_`${cxt.data} !== null && ${within([cxt.schema as Intervals])}`),
    }),
  ),
];

/** Some templates read a value before the chart lists it. */
function releasesOf({ releases: held, readIn }: ValueSchema): readonly Intervals[] {
  return [held, readIn].filter((intervals) => intervals !== undefined);
}

function within(several: readonly Intervals[]): Code {
  const conditions = several.flatMap((intervals) =>
    Array.from({ length: intervals.length / 2 }, (_step, i) =>
      between(intervals[2 * i] ?? 0, intervals[2 * i + 1] ?? 0),
    ),
  );
  // A shape may have values that none of its users has any more.
  return conditions.length === 0 ? _`false` : _`(${or(...conditions)})`;
}

function between(from: number, to: number): Code {
  if (from === 0) return _`this.index < ${to}`;
  return to === releases.names.length ? _`this.index >= ${from}` : _`(this.index >= ${from} && this.index < ${to})`;
}
