/**
 * Compiles the document of all values with ajv into standalone validation code. The code is called with the release as
 * its `this` (`ValueContext`), which the document's custom keywords about releases read.
 */
import { Ajv, type Code, type CodeKeywordDefinition, type KeywordCxt } from 'ajv';
import { _, nil, or, stringify } from 'ajv/dist/compile/codegen/index.js';
import { resolveRef, SchemaEnv } from 'ajv/dist/compile/index.js';
import ajvNames from 'ajv/dist/compile/names.js';
import standalone from 'ajv/dist/standalone/index.js';
import { getValidate } from 'ajv/dist/vocabularies/core/ref.js';
import { type Intervals, unite } from '../src/chart/range.ts';
import { kubernetesPointer } from '../src/schema/kubernetes-schema.ts';
import type { ValueSchema, ValuesDocument } from '../src/schema/values-model.ts';
import { readProjectFile, readReleases } from './chart-sources.ts';
import { compileValues } from './chart-values.ts';
import type { GeneratedFile } from './gen.ts';

interface KubernetesSource {
  readonly version: string;
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
      text: `// @ts-nocheck\n// ${banner}\n${validatorCode(document)}`,
    },
  ];
}

function definitionsModule(version: string, definitions: object): string {
  const text = JSON.stringify(definitions).replace(/['\\]/g, '\\$&');
  return `// ${banner}\nexport const kubernetesVersion = '${version}';\nexport const kubernetesJson: string =\n  '${text}';\n`;
}

/** One function for the values. */
function validatorCode(document: ValuesDocument): string {
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
  const { definitions, referenceTo } = forCompiling(document);
  const values = referenceTo('#');
  ajv.addSchema({ $id: 'values', $defs: definitions });
  // The package is CommonJS, and its types do not match Node's interop.
  const write = standalone as unknown as (ajv: Ajv, names: Readonly<Record<string, string>>) => string;
  return write(ajv, { values: `values${values}` });
}

/**
 * The document for ajv, without what is only for readers. Every schema is a definition, with equal ones shared: ajv
 * generates a function for each, and V8 compiles only those that a check calls. A map has `heldIn`, the releases of its
 * keys. A type of the Kubernetes API is only named: src/schema/check-object.ts reads its definition.
 */
function forCompiling({ properties, $defs }: ValuesDocument): {
  readonly definitions: Readonly<Record<string, object>>;
  readonly referenceTo: (pointer: string) => string;
} {
  const definitions: Record<string, object> = {};
  const numbers = new Map<string, number>();
  const known = new Map<string, string>();
  return { definitions, referenceTo };

  /** The definition for a shape or type of the document. */
  function referenceTo(pointer: string): string {
    const found = known.get(pointer) ?? define(compiled(schemaAt(pointer)));
    known.set(pointer, found);
    return found;
  }

  function schemaAt(pointer: string): ValueSchema {
    if (pointer === '#') return { type: ['object', 'null'], properties, additionalProperties: false };
    const isOfKubernetes = pointer.startsWith(kubernetesPointer) || pointer.startsWith('#/definitions/');
    const root: unknown = isOfKubernetes ? $defs.kubernetes : { $defs };
    return pointer
      .slice(pointer.indexOf('/') + 1)
      .split('/')
      .reduce((at, step) => (at as Readonly<Record<string, unknown>>)[step], root) as ValueSchema;
  }

  /** A schema that refers to definitions only. */
  function compiled(schema: ValueSchema): object {
    const { $ref, deprecatedIn, ignoredIn, unlessEmpty, byRelease } = schema;
    const { items, properties: own, additionalProperties: others } = schema;
    const { type, enum: choices, minimum, maximum, known: words } = schema;
    const notes = { deprecatedIn, ignoredIn };
    const apiType = /^(?:kubernetes)?#\/definitions\/(\w+)$/.exec($ref ?? '')?.[1];
    if (apiType !== undefined) return { apiType };
    if ($ref !== undefined) return { $ref: referenceTo($ref), ...notes };
    if (byRelease !== undefined)
      return { byRelease: byRelease.map((one) => ({ when: releasesOf(one), ...reference(one) })) };
    if (items !== undefined) return { list: reference(items) };
    if (own !== undefined || others !== undefined)
      return {
        map: {
          nullable: type?.includes('null'),
          properties: own && mapped(own, reference),
          heldIn: own && mapped(own, heldIn),
          additionalProperties: typeof others === 'object' ? reference(others) : others,
        },
      };
    return {
      ...{ type, enum: choices, minimum, maximum, known: words, ...notes },
      unlessEmpty: unlessEmpty && reference(unlessEmpty),
    };
  }

  function reference(schema: ValueSchema): { readonly $ref: string } {
    return { $ref: define(compiled(schema)) };
  }

  function define(schema: object): string {
    const text = JSON.stringify(schema);
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    definitions[number] = JSON.parse(text) as object;
    return `#/$defs/${number}`;
  }
}

function mapped<T, R>(map: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

/** The releases that have a value; undefined if they are those of its parent map. */
function heldIn(schema: ValueSchema): Intervals | undefined {
  const { byRelease, releases: held } = schema;
  if (byRelease === undefined && held === undefined) return undefined;
  return unite(byRelease?.flatMap(releasesOf) ?? releasesOf(schema));
}

/** A map for ajv. */
interface MapSchema {
  readonly properties?: Readonly<Record<string, Reference>>;
  readonly additionalProperties?: false | Reference;
  readonly heldIn?: Readonly<Record<string, Intervals>>;
  readonly nullable?: boolean;
}

interface Reference {
  readonly $ref: string;
}

/** A map becomes a table for `checkMap`: the block for each key that ajv generates makes validators three times as long. */
const map: CodeKeywordDefinition = {
  keyword: 'map',
  schemaType: 'object',
  code(cxt: KeywordCxt) {
    const { properties = {}, heldIn: held = {}, ...schema } = cxt.schema as MapSchema;
    const { additionalProperties: others = false, nullable } = schema;
    const keys = Object.entries(properties).map(([key, found]) => {
      const check = functionOf(cxt, found);
      const within = held[key];
      return _`${key}: ${within === undefined ? check : _`[${check}, ${stringify(within)}]`}`;
    });
    const parts = [
      keys.length > 0 && _`keys: {${joined(keys)}}`,
      others !== false && _`others: ${functionOf(cxt, others)}`,
      nullable === true && _`nullable: true`,
    ].filter((part) => part !== false);
    checkBy(cxt, _`this.checkMap`, _`${cxt.it.validateName}.map ??= {${joined(parts)}}`);
  },
};

const list: CodeKeywordDefinition = {
  keyword: 'list',
  schemaType: 'object',
  code: (cxt: KeywordCxt) => checkBy(cxt, _`this.checkList`, functionOf(cxt, cxt.schema as Reference)),
};

const apiType: CodeKeywordDefinition = {
  keyword: 'apiType',
  schemaType: 'string',
  code: (cxt: KeywordCxt) => checkBy(cxt, _`this.checkApiType`, stringify(cxt.schema)),
};

function joined(parts: readonly Code[]): Code {
  return parts.reduce((all, part) => _`${all}${part},`, nil);
}

/** The function that ajv generates for a definition. */
function functionOf(cxt: KeywordCxt, { $ref }: Reference): Code {
  const { self, baseId, schemaEnv } = cxt.it;
  const found = resolveRef.call(self, schemaEnv.root, baseId, $ref);
  if (!(found instanceof SchemaEnv)) throw new Error(`${$ref} is not a definition`);
  return getValidate(cxt, found);
}

/** Calls a function of `ValueContext`. */
function checkBy({ gen, data }: KeywordCxt, check: Code, entries: Code): void {
  const { vErrors, errors, instancePath } = ajvVariables;
  // No other keyword stands beside these three.
  gen.assign(vErrors, _`${check}(${data}, ${instancePath}, ${entries})`);
  gen.assign(errors, _`${vErrors} === null ? 0 : ${vErrors}.length`);
}

/** The document's custom keywords that affect validation. */
const keywords: readonly CodeKeywordDefinition[] = [
  map,
  list,
  apiType,
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
  // A shape may have values that none of its users has any longer.
  return conditions.length === 0 ? _`false` : _`(${or(...conditions)})`;
}

function between(from: number, to: number): Code {
  if (from === 0) return _`this.index < ${to}`;
  return to === releases.names.length ? _`this.index >= ${from}` : _`(this.index >= ${from} && this.index < ${to})`;
}
