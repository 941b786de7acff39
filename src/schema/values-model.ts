/**
 * What values Gloo's chart has, of which type, in which releases. Made from schema/values.yaml; kept apart from the rest
 * because drawing a manifest needs none of it.
 */

import { type Intervals, includes, intersect } from '../chart/range.ts';
import { releases } from '../chart/releases.ts';
import { valuesJson } from '../chart/values.gen.ts';
import { wordsJson } from '../chart/words.gen.ts';
import type { Value } from '../value.ts';
import { type KubernetesSchema, kubernetesPointer } from './kubernetes-schema.ts';
import type { ScalarName } from './scalars.ts';

/**
 * The document of all values of all releases: JSON Schema (draft 2020-12) with the keywords of {@link ValueSchema}. ajv compiles
 * it when the project is built; what asks about values at run time reads it as {@link ValueFields}.
 */
export interface ValuesDocument extends ValueSchema {
  readonly $schema: string;
  readonly $id: string;
  readonly properties: Readonly<Record<string, ValueSchema>>;
  /** Shapes that several values share, and the types of the Kubernetes API, a resource of its own within the document. */
  readonly $defs: Readonly<Record<string, ValueSchema>> & { readonly kubernetes: KubernetesResource };
  /** What is said of values, by the numbers that they name: most of the text, and nothing that a check needs. */
  readonly words: readonly ValueWords[];
}
export interface ValueWords {
  readonly what?: string;
  readonly examples?: readonly Value[];
}

interface KubernetesResource {
  readonly $id: string;
  readonly definitions: Readonly<Record<string, KubernetesSchema>>;
}

/** What the document says of one value. Releases are positions in the list of releases. */
export interface ValueSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly additionalProperties?: boolean | ValueSchema;
  readonly required?: readonly string[];
  readonly items?: ValueSchema;
  readonly enum?: readonly (string | null)[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** Own keyword: the Go type of a single value. A check may take what prints alike, so digits in a string pass as an integer. */
  readonly goType?: ScalarName;
  /** Own keyword: applies only to what Go's templates take for true; they leave out everything else. */
  readonly unlessEmpty?: ValueSchema;
  /** Own keyword: the type of the Kubernetes API whose `properties` are here beside the chart's own. */
  readonly kubernetes?: string;
  /** Own keyword: one schema for each type that a value has had; they share no release. */
  readonly byRelease?: readonly ValueSchema[];
  /** Own keyword: the releases that have the value; all that have the map around it where this is missing. */
  readonly releases?: Intervals;
  /** Own keyword: where templates read it before, or after, the chart lists it. */
  readonly readIn?: Intervals;
  /** Own keyword: where it still works but should not be used. */
  readonly deprecatedIn?: Intervals;
  /** Own keyword: where the chart has it, but none of its templates reads it. */
  readonly ignoredIn?: Intervals;
  /** Own keyword: the strings that mean something; others do no harm but nothing either. */
  readonly known?: readonly string[];
  /** Own keyword, for readers: what the chart's Go struct says, where the templates take it as something else. */
  readonly declared?: ValueSchema;
  /** Own keyword, for readers: the path that replaces it. */
  readonly successor?: string;
  /** Own keyword, for readers: its number in `words`. */
  readonly wordsNumber?: number;
}

export type ValueType =
  | { readonly kind: 'scalar'; readonly name: ScalarName }
  | { readonly kind: 'any' }
  | { readonly kind: 'list'; readonly of: ValueType }
  /** Keys are the user's own. */
  | { readonly kind: 'map'; readonly of: ValueType }
  /** A type of the Kubernetes API, `SecurityContext`; `fields` are what the chart adds to it. */
  | { readonly kind: 'kubernetes'; readonly name: string; readonly fields: ValueFields }
  /** Keys are the chart's; `name` where several values share the shape. */
  | { readonly kind: 'object'; readonly name: string | undefined; readonly fields: ValueFields };

/** By key, oldest first: a value whose type changed has several, which share no release. */
export type ValueFields = ReadonlyMap<string, readonly ValueField[]>;

export interface ValueField {
  readonly type: ValueType;
  /** What the templates make of it, where the chart's own type says less or something else. */
  readonly takes?: ValueType;
  /** Within those of the map around it. */
  readonly releases: Intervals;
  /** What {@link wordsOf} returns, on demand: a check asks for none of it. */
  readonly words?: () => ValueWords;
  /** The only texts it takes: with any other the chart or the cluster refuses. */
  readonly enum?: readonly string[];
  /** The texts that mean something; others do no harm but nothing either. */
  readonly known?: readonly string[];
  /** Where it still works but should not be used. */
  readonly deprecated?: Intervals;
  /** Where the chart has it, but none of its templates reads it. */
  readonly ignored?: Intervals;
  /** Where templates read it before, or after, the chart lists it. */
  readonly read?: Intervals;
  /** The path that replaces it. */
  readonly successor?: string;
}

/** What most values have: it is one object, so that being it can be told quickly. */
const everyRelease: Intervals = [0, releases.length];

let root: ValueFields | undefined;
let allWords: readonly ValueWords[] | undefined;

/** The values at the top of the chart, and so all of them. */
export function valuesModel(): ValueFields {
  root ??= expandValues(JSON.parse(valuesJson) as Pick<ValuesDocument, 'properties' | '$defs'>, () => {
    allWords ??= JSON.parse(wordsJson) as readonly ValueWords[];
    return allWords;
  });
  return root;
}

/** The document as the runtime sees it; `words` are asked for when somebody wants to know what a value does. */
export function expandValues(
  { properties, $defs }: Pick<ValueSchema, 'properties'> & Definitions,
  words: () => readonly ValueWords[],
): ValueFields {
  return new Expander($defs, words).fields(properties ?? {});
}

interface Definitions {
  readonly $defs: Readonly<Record<string, ValueSchema>>;
}

class Expander {
  readonly #definitions: Definitions['$defs'];
  readonly #words: () => readonly ValueWords[];
  /** Shapes that several values share. */
  readonly #shapes = new Map<string, ValueType>();

  constructor(definitions: Definitions['$defs'], words: () => readonly ValueWords[]) {
    this.#definitions = definitions;
    this.#words = words;
  }

  fields(schemas: Readonly<Record<string, ValueSchema>>): ValueFields {
    const fields = new Map<string, readonly ValueField[]>();
    for (const [key, schema] of Object.entries(schemas))
      if (schema.$ref === undefined || !isKubernetes(schema.$ref))
        fields.set(
          key,
          (schema.byRelease ?? [schema]).map((one) => this.#expandField(one)),
        );
    return fields;
  }

  #expandField(schema: ValueSchema): ValueField {
    const { releases: own, declared, enum: choices, known, deprecatedIn, ignoredIn, readIn, successor } = schema;
    const { wordsNumber } = schema;
    return {
      type: this.#expandType(declared ?? schema),
      releases: own ?? everyRelease,
      ...(declared !== undefined && { takes: this.#expandType(schema) }),
      ...(choices !== undefined && { enum: choices.filter((one) => one !== null && one !== '') as string[] }),
      ...(known !== undefined && { known }),
      ...(deprecatedIn !== undefined && { deprecated: deprecatedIn }),
      ...(ignoredIn !== undefined && { ignored: ignoredIn }),
      ...(readIn !== undefined && { read: readIn }),
      ...(successor !== undefined && { successor }),
      ...(wordsNumber !== undefined && { words: () => this.#words()[wordsNumber] ?? {} }),
    };
  }

  #expandType(schema: ValueSchema): ValueType {
    const { $ref, goType, unlessEmpty, properties: own, items, additionalProperties, type, kubernetes } = schema;
    if (unlessEmpty !== undefined) return this.#expandType(unlessEmpty);
    if (goType !== undefined) return { kind: 'scalar', name: goType };
    if ($ref !== undefined)
      return isKubernetes($ref) ? kubernetesType($ref) : this.#namedShape($ref.slice('#/$defs/'.length));
    if (own !== undefined) return this.#expandShape(own, kubernetes, undefined);
    if (type === 'array') return { kind: 'list', of: this.#expandType(items ?? {}) };
    if (type === 'object')
      return {
        kind: 'map',
        of: this.#expandType(typeof additionalProperties === 'object' ? additionalProperties : {}),
      };
    return { kind: 'any' };
  }

  #namedShape(name: string): ValueType {
    const known = this.#shapes.get(name);
    if (known !== undefined) return known;
    const { properties: own, unlessEmpty, kubernetes } = this.#definitions[name] ?? {};
    const shape = this.#expandShape(own ?? unlessEmpty?.properties ?? {}, kubernetes ?? unlessEmpty?.kubernetes, name);
    this.#shapes.set(name, shape);
    return shape;
  }

  /** The fields of a shape are made when somebody asks for them. */
  #expandShape(
    own: Readonly<Record<string, ValueSchema>>,
    kubernetes: string | undefined,
    name: string | undefined,
  ): ValueType {
    let made: ValueFields | undefined;
    const expand = (): ValueFields => this.fields(own);
    const head =
      kubernetes === undefined ? { kind: 'object' as const, name } : { kind: 'kubernetes' as const, name: kubernetes };
    return {
      ...head,
      get fields() {
        made ??= expand();
        return made;
      },
    };
  }
}

function isKubernetes(reference: string): boolean {
  return reference.startsWith(kubernetesPointer);
}

function kubernetesType(reference: string): ValueType {
  return { kind: 'kubernetes', name: reference.slice(kubernetesPointer.length), fields: new Map() };
}

/** What a field does, and examples of it, as far as anybody has written it down. */
export function wordsOf(field: ValueField): ValueWords {
  return field.words?.() ?? {};
}

/** The field of a key in the release at a position of the list; undefined when that release does not have it. */
export function fieldIn(fields: ValueFields, key: string, index: number): ValueField | undefined {
  return fields.get(key)?.find((field) => includes(field.releases, index));
}

/** Both parts of a field's life: its own releases and those of the map around it. */
export function heldTo(field: ValueField, within: Intervals): ValueField {
  if (within === everyRelease) return field;
  return { ...field, releases: field.releases === everyRelease ? within : intersect(field.releases, within) };
}
