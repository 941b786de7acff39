/**
 * What values Gloo's chart has, of which type, in which releases. Made from schema/values.yaml; kept apart from the rest
 * because drawing a manifest needs none of it.
 */

import { type Intervals, includes, intersect } from '../chart/range.ts';
import { releases } from '../chart/releases.ts';
import { shapeTexts, valuesJson } from '../chart/values.gen.ts';
import { wordsJson } from '../chart/words.gen.ts';
import type { Value } from '../value.ts';

export interface CompiledValues {
  readonly ranges: readonly Intervals[];
  readonly types: Readonly<Record<string, CompiledShape | ShapeText>>;
  readonly values: readonly CompiledField[];
  /** What is said of values, by the numbers that their notes name: most of the text, and nothing that a check needs. */
  readonly words: readonly CompiledWords[];
}
export interface CompiledWords {
  readonly what?: string;
  readonly examples?: readonly Value[];
}
export interface CompiledShape {
  /** `k8s:…` where the shape adds to a type of the Kubernetes API. */
  readonly base?: string;
  readonly fields: readonly CompiledField[];
}
/** Name, type, the number of its releases (all where there is none), and what else is known. */
export type CompiledField = readonly [name: string, type: CompiledType, range?: number | null, notes?: CompiledNotes];
/**
 * `#Name` is a shape of `types`; `map` and `list` alone hold anything. A shape may also stand in a text of its own, which is
 * read when somebody asks for what is in it: a question is about a few values.
 */
export type CompiledType =
  | string
  | CompiledShape
  | ShapeText
  | { readonly list: CompiledType }
  | { readonly map: CompiledType };
interface ShapeText extends Pick<CompiledShape, 'base'> {
  /** Its number among the texts. */
  readonly text: number;
}
export interface CompiledNotes {
  readonly takes?: CompiledType;
  readonly enum?: readonly string[];
  readonly known?: readonly string[];
  readonly deprecated?: number;
  readonly ignored?: number;
  readonly read?: number;
  readonly successor?: string;
  readonly words?: number;
}

export type ScalarName = 'string' | 'bool' | 'int' | 'int8' | 'int32' | 'int64' | 'uint' | 'uint32' | 'float64';

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
  /** What {@link wordsOf} gives, on demand: a check asks for none of it. */
  readonly words?: () => CompiledWords;
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
let allWords: readonly CompiledWords[] | undefined;

/** The values at the top of the chart, and so all of them. */
export function valuesModel(): ValueFields {
  root ??= expandValues(JSON.parse(valuesJson) as Omit<CompiledValues, 'words'>, () => {
    allWords ??= JSON.parse(wordsJson) as readonly CompiledWords[];
    return allWords;
  });
  return root;
}

/** A compiled model as the runtime sees it; `words` are asked for when somebody wants to know what a value does. */
export function expandValues(
  { ranges, types, values }: Omit<CompiledValues, 'words'>,
  words: () => readonly CompiledWords[],
): ValueFields {
  const shapes = new Map<string, ValueType>();
  return expandFields(values);

  function expandFields(fields: readonly CompiledField[]): ValueFields {
    const byKey = new Map<string, ValueField[]>();
    for (const [key, type, range, notes] of fields) {
      const field: ValueField = {
        type: expandType(type),
        releases: ranges[range ?? -1] ?? everyRelease,
        ...expandNotes(notes),
      };
      const others = byKey.get(key);
      if (others === undefined) byKey.set(key, [field]);
      else others.push(field);
    }
    return byKey;
  }

  function expandNotes(notes: CompiledNotes | undefined): Partial<ValueField> | undefined {
    if (notes === undefined) return undefined;
    const { deprecated, ignored, read, takes, words: number, ...said } = notes;
    return {
      ...said,
      ...(number !== undefined && { words: () => words()[number] ?? {} }),
      ...(takes !== undefined && { takes: expandType(takes) }),
      ...(deprecated !== undefined && { deprecated: ranges[deprecated] ?? everyRelease }),
      ...(ignored !== undefined && { ignored: ranges[ignored] ?? everyRelease }),
      ...(read !== undefined && { read: ranges[read] ?? everyRelease }),
    };
  }

  function expandType(type: CompiledType): ValueType {
    if (typeof type === 'object') {
      if ('list' in type) return { kind: 'list', of: expandType(type.list) };
      if ('map' in type) return { kind: 'map', of: expandType(type.map) };
      return expandShape(type);
    }
    if (type === 'any') return { kind: 'any' };
    if (type === 'map' || type === 'list') return { kind: type, of: { kind: 'any' } };
    if (type.startsWith('k8s:')) return { kind: 'kubernetes', name: type.slice('k8s:'.length), fields: new Map() };
    if (!type.startsWith('#')) return { kind: 'scalar', name: type as ScalarName }; // gen checks the names
    return namedShape(type.slice(1));
  }

  function namedShape(name: string): ValueType {
    const known = shapes.get(name);
    if (known !== undefined) return known;
    const shape = expandShape(types[name] ?? { fields: [] }, name);
    shapes.set(name, shape);
    return shape;
  }

  /** The fields of a shape are made when somebody asks for them. */
  function expandShape(shape: CompiledShape | ShapeText, shapeName?: string): ValueType {
    let made: ValueFields | undefined;
    const make = (): ValueFields => {
      made ??= expandFields('fields' in shape ? shape.fields : JSON.parse(shapeTexts[shape.text] ?? '[]'));
      return made;
    };
    const { base } = shape;
    if (base !== undefined)
      return {
        kind: 'kubernetes',
        name: base.slice('k8s:'.length),
        get fields() {
          return make();
        },
      };
    return {
      kind: 'object',
      name: shapeName,
      get fields() {
        return make();
      },
    };
  }
}

/** What a field does, and examples of it, as far as anybody has written it down. */
export function wordsOf(field: ValueField): CompiledWords {
  return field.words?.() ?? {};
}

/** The field of a key in the release at a position of the list; undefined when that release does not have it. */
export function fieldIn(fields: ValueFields, key: string, index: number): ValueField | undefined {
  return fields.get(key)?.find((field) => includes(field.releases, index));
}

/** The fields that a path's next step leads to, and the releases in which it does; `free` where every further step is the user's own. */
export function step(type: ValueType, key: string | number): readonly ValueField[] | 'free' {
  switch (type.kind) {
    case 'object':
      return (typeof key === 'string' && type.fields.get(key)) || [];
    case 'kubernetes':
      return (typeof key === 'string' && type.fields.get(key)) || 'free';
    case 'list':
      return typeof key === 'number' ? inside(type.of) : [];
    case 'map':
      return typeof key === 'string' ? inside(type.of) : [];
    case 'any':
      return 'free';
    case 'scalar':
      return [];
    default:
      return type satisfies never;
  }
}

function inside(item: ValueType): readonly ValueField[] | 'free' {
  return item.kind === 'any' ? 'free' : [{ type: item, releases: everyRelease }];
}

/** Both parts of a field's life: its own releases and those of the map around it. */
export function heldTo(field: ValueField, within: Intervals): ValueField {
  if (within === everyRelease) return field;
  return { ...field, releases: field.releases === everyRelease ? within : intersect(field.releases, within) };
}
