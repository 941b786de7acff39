import { truthy } from '../go/template.ts';
import { takenType } from '../schema/fields-at.ts';
import type { ValueField, ValueType } from '../schema/values-model.ts';
import { wordsOf } from '../schema/values-model.ts';
import { isList, isMap, type Value } from '../value.ts';

/** A placeholder for a name or text that has to be invented. */
export const sampleName = 'glistio-sample';

/** Alternatives to a value. */
export interface OtherValues {
  /** Interchangeable alternatives: the first one that the chart accepts is enough. */
  readonly some: readonly Value[];
  /** Alternatives that each have a different meaning. */
  readonly choices: readonly Value[];
}

/** Alternatives of the same type with a different meaning, for finding out what a value does. */
export function otherValues(field: ValueField | undefined, current: Value | undefined): OtherValues {
  const words = field?.enum ?? field?.known;
  if (words !== undefined && !isList(current) && !isMap(current))
    return { some: [], choices: words.filter((word) => word !== current && word !== '') };
  const type: ValueType = field === undefined ? { kind: 'any' } : takenType(field);
  const examples = (field === undefined ? [] : (wordsOf(field).examples ?? [])).filter((one) => one !== current);
  return { some: truthy(current) ? likeThis(type, current) : ofType(type, examples), choices: [] };
}

/** Alternatives to a value that is set. */
function likeThis(type: ValueType, current: Value | undefined): Value[] {
  const isFlag = type.kind === 'scalar' && type.name === 'bool';
  if (typeof current === 'boolean' || isFlag) return [!truthy(current)];
  if (typeof current === 'number') return [current + 1, current - 1];
  if (typeof current === 'bigint') return [current + 1n, current - 1n];
  if (typeof current === 'string') return /^\d+$/.test(current) ? [`${current}1`] : [`${current}0`, sampleName, '1'];
  if (isList(current)) {
    const [first] = current;
    const item = type.kind === 'list' && type.of.kind !== 'any' ? ofItem(type.of) : [];
    const like = isMap(first)
      ? { name: sampleName }
      : first === undefined
        ? sampleName
        : (likeThis(type, first)[0] ?? null);
    return [...item, like].map((one) => [...current, one]);
  }
  if (!isMap(current)) return [];
  const [entry] = Object.values(current);
  const like = typeof entry === 'object' ? {} : sampleName;
  const of = type.kind === 'map' && type.of.kind !== 'any' ? ofType(type.of) : [like];
  return of.map((one) => ({ ...current, [sampleName]: one }));
}

/** Alternatives to a value that is unset or empty. */
function ofType(type: ValueType, examples: readonly Value[] = []): Value[] {
  switch (type.kind) {
    case 'scalar':
      if (type.name === 'bool') return [true];
      return type.name === 'string' ? [...examples, sampleName, '1'] : [...examples, 7, 1];
    case 'list':
      return [...ofItem(type.of), ...examples.flatMap((one) => (isList(one) ? one.slice(0, 1) : []))].map((one) => [
        one,
      ]);
    case 'any':
      return [{ [sampleName]: sampleName }, [{ name: sampleName }], sampleName, true, ...examples];
    case 'map':
      return [
        ...(type.of.kind === 'any' ? [sampleName, {}] : ofType(type.of)).map((one) => ({ [sampleName]: one })),
        ...examples,
      ];
    case 'kubernetes':
      if (type.name === 'IntOrString') return [1];
      if (type.name === 'Quantity') return ['1'];
      return [{ [sampleName]: sampleName }, ...examples];
    case 'object':
      return [{ [sampleName]: sampleName }];
    default:
      return type satisfies never;
  }
}

/** Alternatives for a list item; an item with a name keeps it as its identity. */
function ofItem(of: ValueType): Value[] {
  if (of.kind === 'scalar') return ofType(of);
  return of.kind === 'any' ? [{ name: sampleName }, sampleName] : [{ name: sampleName }];
}
