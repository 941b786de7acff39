/**
<<<<<<< HEAD
 * The validators that ajv generates (scripts/gen-validators.ts) refer to tables for maps and lists, which are checked here. With a
 * function for each, and code for each key, they would be four times as long.
=======
 * The validators that ajv generates (scripts/gen-validators.ts) call these functions for maps and lists. With code for
 * each key they would be three times as long.
>>>>>>> next
 */
import type { ErrorObject } from 'ajv';
import { type Intervals, includes } from '../chart/range.ts';
import { formatPointer } from '../json-pointer.ts';
import { isList, isMap, type Value } from '../value.ts';

/** The `this` of a validator, which the document's custom keywords read. */
export interface ValueContext {
  /** The release. */
  readonly index: number;
  readonly isGiven: (value: Value | undefined) => boolean;
<<<<<<< HEAD
  readonly checkTable: typeof checkTable;
=======
  readonly checkMap: typeof checkMap;
  readonly checkList: typeof checkList;
  readonly checkApiType: (value: Value, place: string, type: string) => Errors;
>>>>>>> next
}

interface Validator {
  (this: ValueContext, value: Value, at: { readonly instancePath: string }): boolean;
  readonly errors?: readonly ErrorObject[] | null;
}

/** What a map or a list may hold. */
interface Shape {
  /** By key, with the releases that have it unless all do. */
<<<<<<< HEAD
  readonly keys?: Readonly<Record<string, Check | readonly [Check, Intervals]>>;
  readonly patterns?: readonly (readonly [RegExp, Check])[];
=======
  readonly keys?: Readonly<Record<string, Validator | readonly [Validator, Intervals]>>;
>>>>>>> next
  /** For any other key. */
  readonly others?: Check;
  readonly required?: readonly string[];
  readonly nullable?: boolean;
  /** Of a list. */
  readonly items?: Check;
}

<<<<<<< HEAD
/** Makes a shape, which is kept from then on. */
interface Table {
  (): Shape;
  shape?: Shape;
}

/** A table has no parameters. */
type Check = Validator | Table;

=======
/** As ajv returns them: null if there are none. */
>>>>>>> next
type Errors = ErrorObject[] | null;

/** Returns the errors of a map or list and its entries. A key of another release counts as unknown. */
export function checkTable(this: ValueContext, value: Value, place: string, table: Table): Errors {
  table.shape ??= table();
  const { shape } = table;
  return shape.items === undefined ? checkMap(this, value, place, shape) : checkList(this, value, place, shape.items);
}

function checkMap(context: ValueContext, value: Value, place: string, shape: Shape): Errors {
  if (!isMap(value)) return value === null && shape.nullable === true ? null : [wrongType(place, 'object')];
  const found: ErrorObject[] = [];
  for (const missingProperty of shape.required ?? [])
    if (value[missingProperty] === undefined) found.push(failure(place, 'required', { missingProperty }));
  for (const [key, entry] of Object.entries(value)) {
<<<<<<< HEAD
    const check = checkOf(key, shape, context.index);
    if (check === undefined) found.push(failure(place, 'additionalProperties', { additionalProperty: key }));
    else checkEntry(check, context, entry, `${place}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, found);
=======
    const validator = validatorOf(key, shape, this.index);
    if (validator === undefined) found.push(failure(place, 'additionalProperties', { additionalProperty: key }));
    else checkEntry(validator, this, entry, `${place}${formatPointer([key])}`, found);
>>>>>>> next
  }
  return found.length === 0 ? null : found;
}

function checkList(context: ValueContext, value: Value, place: string, items: Check): Errors {
  if (!isList(value)) return [wrongType(place, 'array')];
  const found: ErrorObject[] = [];
  value.forEach((item, position) => {
    checkEntry(items, context, item, `${place}/${position}`, found);
  });
  return found.length === 0 ? null : found;
}

<<<<<<< HEAD
function checkOf(key: string, { keys, patterns, others }: Shape, release: number): Check | undefined {
=======
function validatorOf(key: string, { keys, others }: MapShape, release: number): Validator | undefined {
>>>>>>> next
  const known = keys !== undefined && Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (known === undefined) return others;
  if (typeof known === 'function') return known;
  const [check, releases] = known;
  return includes(releases, release) ? check : undefined;
}

function isTable(check: Check): check is Table {
  return check.length === 0;
}

function checkEntry(
  check: Check,
  context: ValueContext,
  entry: Value,
  instancePath: string,
  found: ErrorObject[],
): void {
  const errors = isTable(check)
    ? context.checkTable(entry, instancePath, check)
    : check.call(context, entry, { instancePath }) || check.errors;
  // There may be more than a call takes as arguments.
  if (errors !== true) for (const error of errors ?? []) found.push(error);
}

function wrongType(place: string, type: string): ErrorObject {
  return failure(place, 'type', { type });
}

/** An error as ajv reports it. */
export function failure(instancePath: string, keyword: string, params: ErrorObject['params']): ErrorObject {
  return { instancePath, schemaPath: `#/${keyword}`, keyword, params };
}
