import { isList, isMap, type Value } from '../value.ts';

/** Whether two values say the same; the order of keys says nothing. */
export function equal(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
  if (isMap(a)) {
    if (!isMap(b)) return false;
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]));
  }
  return typeof a === 'bigint' || typeof b === 'bigint' ? sameNumber(a, b) : false;
}

function sameNumber(a: Value | undefined, b: Value | undefined): boolean {
  const isNumber = (value: Value | undefined): boolean => typeof value === 'bigint' || typeof value === 'number';
  // biome-ignore lint/suspicious/noDoubleEquals: of a bigint and a number, only this compares the values
  return isNumber(a) && isNumber(b) && (a as bigint) == (b as bigint);
}
