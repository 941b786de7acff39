/**
 * The validators that ajv generates (scripts/gen-validators.ts) call these functions for maps and lists. With code for
 * each key they would be three times as long.
 */
import type { ErrorObject } from 'ajv';
import { type Intervals, includes } from '../chart/range.ts';
import { pointerBelow } from '../json-pointer.ts';
import { isList, isMap, type Value } from '../value.ts';

/** The `this` of a validator, which the document's custom keywords read. */
export interface ValueContext {
  /** The release. */
  readonly index: number;
  readonly isGiven: (value: Value | undefined) => boolean;
  readonly checkMap: typeof checkMap;
  readonly checkList: typeof checkList;
  readonly checkApiType: (value: Value, place: string, type: string) => Errors;
}

interface Validator {
  (this: ValueContext, value: Value, at: { readonly instancePath: string }): boolean;
  readonly errors?: readonly ErrorObject[] | null;
}

/** What a map may hold. */
interface MapShape {
  /** By key, with the releases that have it unless all do. */
  readonly keys?: Readonly<Record<string, Validator | readonly [Validator, Intervals]>>;
  /** For any other key. */
  readonly others?: Validator;
  readonly nullable?: boolean;
}

/** As ajv returns them: null if there are none. */
type Errors = ErrorObject[] | null;

/** Returns the errors of a map and its entries. A key of another release counts as unknown. */
export function checkMap(this: ValueContext, value: Value, place: string, shape: MapShape): Errors {
  if (!isMap(value)) return value === null && shape.nullable === true ? null : [wrongType(place, 'object')];
  const found: ErrorObject[] = [];
  for (const [key, entry] of Object.entries(value)) {
    const validator = validatorOf(key, shape, this.index);
    if (validator === undefined) found.push(failure(place, 'additionalProperties', { additionalProperty: key }));
    else checkEntry(validator, this, entry, pointerBelow(place, key), found);
  }
  return found.length === 0 ? null : found;
}

/** Returns the errors of a list and its items. */
export function checkList(this: ValueContext, value: Value, place: string, validator: Validator): Errors {
  if (!isList(value)) return [wrongType(place, 'array')];
  const found: ErrorObject[] = [];
  value.forEach((item, position) => {
    checkEntry(validator, this, item, `${place}/${position}`, found);
  });
  return found.length === 0 ? null : found;
}

function validatorOf(key: string, { keys, others }: MapShape, release: number): Validator | undefined {
  const known = keys !== undefined && Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (known === undefined) return others;
  if (typeof known === 'function') return known;
  const [validator, releases] = known;
  return includes(releases, release) ? validator : undefined;
}

function checkEntry(
  validator: Validator,
  context: ValueContext,
  entry: Value,
  instancePath: string,
  found: ErrorObject[],
): void {
  if (validator.call(context, entry, { instancePath })) return;
  // There may be more than a call takes as arguments.
  for (const error of validator.errors ?? []) found.push(error);
}

function wrongType(place: string, type: string): ErrorObject {
  return failure(place, 'type', { type });
}

/** An error as ajv reports it. */
export function failure(instancePath: string, keyword: string, params: ErrorObject['params']): ErrorObject {
  return { instancePath, schemaPath: `#/${keyword}`, keyword, params };
}
