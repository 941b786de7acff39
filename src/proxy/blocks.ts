import { truthy, withoutNoValue } from '../go/template.ts';
import { formatPath } from '../problem.ts';
import { described, wrongType } from '../schema/check-words.ts';
import { isList, isMap, type Value, type ValueList, type ValueMap } from '../value.ts';
import { asPrinted, findUnprintable } from './as-printed.ts';
import { addProblem, has, noteBlock, notePrinted, reportWrongType, type Scope, untilReplaced } from './scope.ts';

/** Characters that Go treats as blanks and YAML prints without quotes; Helm trims them from the end of a document. */
const blanks = /^[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]*$/;

/**
 * Whether a value of the wrong type disappears when it is printed: Helm removes it, or its keys end up beside the list
 * and are null.
 */
function leavesNothing(scope: Scope, key: string, wanted: string, next?: Next): boolean {
  const value = scope.map[key] ?? null;
  // Before a merge it still exists, and is not a list.
  const isTakenOut = wanted === 'a map' || scope.isMerged !== true;
  const isGone = (text: string): boolean =>
    (isTakenOut && withoutNoValue(text) === '') || (next === 'end' && blanks.test(text));
  const isNull =
    wanted !== 'a map' &&
    next !== 'items' &&
    isMap(value) &&
    Object.values(value).every((item) => item === null || item === '<no value>');
  if (!isNull && (typeof value !== 'string' || value === '' || !isGone(value))) return false;
  notePrinted(scope, key);
  const message = `${wrongType(key, wanted, value)} Nothing is left of it where the chart prints it.`;
  addProblem(scope, 'warning', { code: 'wrong-type', message }, key);
  return true;
}

/** What stands behind a list: the end of the document, items of the template’s own, or other fields. */
type Next = 'end' | 'items' | 'fields' | undefined;

/** A list of maps (containers, volumes, environment variables …) that the chart prints as YAML; empty ones of any kind are left out. */
export function maps(scope: Scope, key: string, of: string, next?: Next): ValueList | undefined {
  const value = scope.map[key] ?? null;
  if (!truthy(value) || leavesNothing(scope, key, `a list of ${of}`, next)) return undefined;
  if (isMap(value) && (next === 'fields' || next === 'end')) {
    scope.found.strays.push({ scope, key, of, fields: asPrinted(scope, key, value) ?? {} });
    return undefined;
  }
  noteBlock(scope, key);
  if (!isList(value)) {
    reportWrongType(scope, key, `a list of ${of}`, value);
    // Elsewhere it stands below its key, as far to the left.
    return scope.isInFile === true ? (untilReplaced<ValueList>(scope, key) ?? undefined) : undefined;
  }
  const items = value.map((item, index) => {
    if (isMap(item)) return item;
    scope.found.problems.push({
      code: 'wrong-type',
      severity: 'error',
      message: `Each item of ${key} must be a map that describes one of the ${of}, but this is ${described(item)}.`,
      path: formatPath([...scope.path, key, index]),
    });
    return untilReplaced<Value>(scope, key, index) ?? item;
  });
  return asPrinted(scope, key, items.every((item, index) => item === value[index]) ? value : items);
}

/** A map that the chart prints unchanged as YAML. */
export function printedBlock(scope: Scope, key: string): ValueMap | undefined {
  if (leavesNothing(scope, key, 'a map')) return undefined;
  const map = block(scope, key);
  return map === undefined && has(scope, key) && !isMap(scope.map[key])
    ? (untilReplaced<ValueMap>(scope, key) ?? undefined)
    : map;
}

/** A map that the chart prints as YAML, perhaps with others merged into it; empty values of any kind are omitted. */
export function block(scope: Scope, key: string): ValueMap | undefined {
  const map = mapToPrint(scope, key, noteBlock);
  return map === undefined ? undefined : asPrinted(scope, key, map);
}

/** A map that is merged with what the chart prints, which consists of these parts. */
export function override(scope: Scope, key: string, ...parts: readonly (object | undefined)[]): ValueMap | undefined {
  const map = mapToPrint(scope, key, noteBlock);
  if (map !== undefined) findUnprintable(scope, key, [map, ...parts]);
  return map;
}

/** A map that is printed in some way; empty values of any kind are omitted. */
export function mapToPrint(scope: Scope, key: string, note: typeof noteBlock): ValueMap | undefined {
  const value = scope.map[key] ?? null;
  if (!truthy(value)) return undefined;
  note(scope, key);
  if (isMap(value)) return value;
  reportWrongType(scope, key, 'a map', value);
  return undefined;
}
