import type { Chart } from '../chart/chart.ts';
import { includes } from '../chart/range.ts';
import type { Path } from '../problem.ts';
import { fieldsAt, takenType } from '../schema/fields-at.ts';
import { type ValueField, type ValueFields, valuesModel } from '../schema/values-model.ts';
import { childrenOf, isMap, type Value, type ValueMap, valueAt } from '../value.ts';

/** A value of a release, or one set by the user. */
export interface ValuePath {
  readonly path: Path;
  /** Its description in the release's schema; undefined if the release does not know it. */
  readonly field: ValueField | undefined;
}

/** The most values inside lists and maps that are explained individually. */
const mostInside = 2_000;

/**
 * Lists every value of a release: those of its schema, expanded for each proxy, the contents of lists and maps, and
 * finally what the user set but the release does not know. With `isShort`, only those that `values` contains.
 */
export function valuePathsOf(values: ValueMap, given: ValueMap, chart: Chart, isShort = false): ValuePath[] {
  const found = new Map<string, ValuePath>();
  const add = (one: ValuePath): void => {
    const key = JSON.stringify(one.path);
    if (!found.has(key)) found.set(key, one);
  };
  for (const one of ofModel(valuesModel(), values, [], { index: chart.index, isShort })) add(one);
  let left = mostInside;
  for (const map of [values, given])
    for (const path of leavesOf(map, [])) {
      const field = fieldOfValue(path, chart.index);
      if (found.has(JSON.stringify(path)) || (field !== undefined && takenType(field).kind === 'object')) continue;
      if (left-- <= 0) return [...found.values()];
      add({ path, field });
    }
  return [...found.values()];
}

/** The description of a value in a release's schema; undefined if the release does not know it. */
export function fieldOfValue(path: Path, index: number): ValueField | undefined {
  return fieldAmong(fieldsAt(path), index);
}

/** The one that the release has, else the one that it reads. */
function fieldAmong(alternatives: readonly ValueField[], index: number): ValueField | undefined {
  return (
    alternatives.find((one) => includes(one.releases, index)) ??
    alternatives.find(({ read }) => read !== undefined && includes(read, index))
  );
}

/** The release, and whether only values that are set are listed. */
interface Wanted {
  readonly index: number;
  readonly isShort: boolean;
}

function* ofModel(fields: ValueFields, values: Value | undefined, path: Path, wanted: Wanted): Generator<ValuePath> {
  const { index, isShort } = wanted;
  for (const [key, alternatives] of fields) {
    const value = valueAt(values, key);
    if (isShort && value === undefined) continue;
    const field = fieldAmong(alternatives, index);
    if (field !== undefined) yield* ofField(field, value, [...path, key], wanted);
  }
}

function* ofField(field: ValueField, value: Value | undefined, path: Path, wanted: Wanted): Generator<ValuePath> {
  const type = takenType(field);
  if (type.kind === 'object') return yield* ofModel(type.fields, value, path, wanted);
  if (type.kind !== 'map' || type.of.kind !== 'object') {
    yield { path, field };
    return type.kind === 'kubernetes' ? yield* ofModel(type.fields, value, path, wanted) : undefined;
  }
  const { fields } = type.of;
  for (const [name, entry] of Object.entries(isMap(value) ? value : {}))
    if (isMap(entry)) yield* ofModel(fields, entry, [...path, name], wanted);
}

/** Scalars, and empty lists and maps. */
export function* leavesOf(value: Value, path: Path): Generator<Path> {
  const entries = [...childrenOf(value)];
  if (entries.length === 0 && path.length > 0) yield path;
  for (const [step, inner] of entries) yield* leavesOf(inner, [...path, step]);
}
