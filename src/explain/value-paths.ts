import type { Chart } from '../chart/chart.ts';
import { includes } from '../chart/range.ts';
import type { Path } from '../problem.ts';
import { fieldsAt, takenType } from '../schema/fields-at.ts';
import { type ValueField, type ValueFields, valuesModel } from '../schema/values-model.ts';
import { isList, isMap, type Value, type ValueMap, valueAt } from '../value.ts';

/** A value of a release, or one that a user gave. */
export interface ValuePath {
  readonly path: Path;
  /** What the model of the release says of it; undefined for what the release does not know. */
  readonly field: ValueField | undefined;
}

/** So many values inside lists and maps are explained one by one. */
const mostInside = 2_000;

/**
 * Every value of a release in its place: those that the model lists, for each proxy that there is, and what stands in lists and maps of
 * the values; behind them what the user gave and the release does not know. With `isShort`, only those that `values` has.
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

/** What the model of a release says of a value; undefined for what the release does not know. */
export function fieldOfValue(path: Path, index: number): ValueField | undefined {
  const alternatives = fieldsAt(path);
  return (
    alternatives.find((one) => includes(one.releases, index)) ??
    alternatives.find(({ read }) => read !== undefined && includes(read, index))
  );
}

/** Of which release, and whether only what the values have. */
interface Wanted {
  readonly index: number;
  readonly isShort: boolean;
}

function* ofModel(fields: ValueFields, values: Value | undefined, path: Path, wanted: Wanted): Generator<ValuePath> {
  const { index, isShort } = wanted;
  for (const [key, alternatives] of fields) {
    const value = valueAt(values, key);
    if (isShort && value === undefined) continue;
    const field =
      alternatives.find((one) => includes(one.releases, index)) ??
      alternatives.find(({ read }) => read !== undefined && includes(read, index));
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

/** Single values, and lists and maps with nothing in them. */
export function* leavesOf(value: Value, path: Path): Generator<Path> {
  const entries: [string | number, Value][] = isList(value)
    ? [...value.entries()]
    : isMap(value)
      ? Object.entries(value)
      : [];
  if (entries.length === 0 && path.length > 0) yield path;
  for (const [step, inner] of entries) yield* leavesOf(inner, [...path, step]);
}
