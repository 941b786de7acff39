/**
 * The values of Gloo's chart, with their types and releases. Generated from schema/values.yaml; kept separate because
 * rendering needs none of it.
 */

import { type Intervals, includes, intersect } from '../chart/range.ts';
import { releases } from '../chart/releases.ts';
import { valuesJson } from '../chart/values.gen.ts';
import { wordsJson } from '../chart/words.gen.ts';
import type { Value } from '../value.ts';
import { type KubernetesSchema, kubernetesPointer } from './kubernetes-schema.ts';
import type { ScalarName } from './scalars.ts';

/**
 * The document of all values of all releases: JSON Schema (draft 2020-12) with the keywords of {@link ValueSchema}. ajv
 * compiles it when the project is built; at run time it is read as {@link ValueFields}.
 */
export interface ValuesDocument extends ValueSchema {
  readonly $schema: string;
  readonly $id: string;
  readonly properties: Readonly<Record<string, ValueSchema>>;
  /** Shapes that several values share, and the types of the Kubernetes API, a resource of its own within the document. */
  readonly $defs: Readonly<Record<string, ValueSchema>> & { readonly kubernetes: KubernetesResource };
  /** The descriptions of values, by number: most of the text, and not needed for checks. */
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

/** The schema of one value. Releases are indexes into the list of releases. */
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
  /**
   * Own keyword: the Go type of a scalar. A check may accept what prints alike, so digits in a string pass as an
   * integer.
   */
  readonly goType?: ScalarName;
  /** Own keyword: applies only to what Go's templates treat as true; they skip everything else. */
  readonly unlessEmpty?: ValueSchema;
  /** Own keyword: the type of the Kubernetes API whose `properties` are here beside the chart's own. */
  readonly kubernetes?: string;
  /** Own keyword: one schema for each type that a value has had; their releases do not overlap. */
  readonly byRelease?: readonly ValueSchema[];
  /** Own keyword: the releases that have the value; if missing, all that have the map around it. */
  readonly releases?: Intervals;
  /** Own keyword: the releases whose templates read it although the chart does not list it. */
  readonly readIn?: Intervals;
  /** Own keyword: the releases in which it is deprecated. */
  readonly deprecatedIn?: Intervals;
  /** Own keyword: the releases in which the chart has it, but no template reads it. */
  readonly ignoredIn?: Intervals;
  /** Own keyword: the strings that have an effect; others do no harm. */
  readonly known?: readonly string[];
  /** Own keyword, for readers: the type in the chart's Go struct, if the templates use the value differently. */
  readonly declared?: ValueSchema;
  /** Own keyword, for readers: the path that replaces it. */
  readonly successor?: string;
  /** Own keyword, for readers: its index in `words`. */
  readonly wordsNumber?: number;
}

export type ValueType =
  | { readonly kind: 'scalar'; readonly name: ScalarName }
  | { readonly kind: 'any' }
  | { readonly kind: 'list'; readonly of: ValueType }
  /** The keys are user-defined. */
  | { readonly kind: 'map'; readonly of: ValueType }
  /** A type of the Kubernetes API, such as `SecurityContext`; `fields` are those that the chart adds. */
  | { readonly kind: 'kubernetes'; readonly name: string; readonly fields: ValueFields }
  /** The keys are the chart's; `name` is set if several values share the shape. */
  | { readonly kind: 'object'; readonly name: string | undefined; readonly fields: ValueFields };

/** By key, oldest first: a value whose type changed has several, whose releases do not overlap. */
export type ValueFields = ReadonlyMap<string, readonly ValueField[]>;

export interface ValueField {
  readonly type: ValueType;
  /** How the templates use it, if that differs from the chart's own type. */
  readonly takes?: ValueType;
  /** Within those of the map around it. */
  readonly releases: Intervals;
  /** The result of {@link wordsOf}, on demand: checks do not need it. */
  readonly words?: () => ValueWords;
  /** The only strings that are accepted: the chart or the cluster refuses any other. */
  readonly enum?: readonly string[];
  /** The strings that have an effect; others do no harm. */
  readonly known?: readonly string[];
  /** The releases in which it is deprecated. */
  readonly deprecated?: Intervals;
  /** The releases in which the chart has it, but no template reads it. */
  readonly ignored?: Intervals;
  /** The releases whose templates read it although the chart does not list it. */
  readonly read?: Intervals;
  /** The path that replaces it. */
  readonly successor?: string;
}

/** What most values have: a single object, so that it can be compared by identity. */
const everyRelease: Intervals = [0, releases.length];

let root: ValueFields | undefined;
let allWords: readonly ValueWords[] | undefined;

/** The values at the top level of the chart, and so all of them. */
export function valuesModel(): ValueFields {
  root ??= expandValues(JSON.parse(valuesJson) as Pick<ValuesDocument, 'properties' | '$defs'>, () => {
    allWords ??= JSON.parse(wordsJson) as readonly ValueWords[];
    return allWords;
  });
  return root;
}

/** The document as the runtime sees it; `words` are loaded when a description is needed. */
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

  /** The fields of a shape are created on demand. */
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

/** What a field does, and examples, as far as they have been documented. */
export function wordsOf(field: ValueField): ValueWords {
  return field.words?.() ?? {};
}

/** The field of a key in the release at an index of the list; undefined if that release does not have it. */
export function fieldIn(fields: ValueFields, key: string, index: number): ValueField | undefined {
  return fields.get(key)?.find((field) => includes(field.releases, index));
}

/** Both parts of a field's availability: its own releases and those of the map around it. */
export function heldTo(field: ValueField, within: Intervals): ValueField {
  if (within === everyRelease) return field;
  return { ...field, releases: field.releases === everyRelease ? within : intersect(field.releases, within) };
}
