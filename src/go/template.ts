import { getEntry, isList, isMap, setEntry, type Value, type ValueMap } from '../value.ts';

/**
 * How Go's templates judge and print values. The chart prints most values as they come, so what Helm's output says
 * follows from these rules (Go's text/template and fmt, sprig 3.3 as Helm 3.19 links it).
 */

/** Whether `{{ if value }}` takes the branch; its opposite is sprig's `empty`. */
export function truthy(value: Value | undefined): boolean {
  if (value === null || value === undefined || value === false || value === '' || value === 0 || value === 0n)
    return false;
  if (typeof value === 'object') return isList(value) ? value.length > 0 : !isEmptyMap(value as ValueMap);
  return true;
}

function isEmptyMap(map: ValueMap): boolean {
  for (const key in map) if (Object.hasOwn(map, key)) return false;
  return true;
}

/** What `{{ value }}` writes: Go's `%v`, with Helm's removal of `<no value>`. */
export function printed(value: Value | undefined): string {
  return value === null || value === undefined ? '' : withoutNoValue(sprint(value));
}

/** Helm takes this out of all that a template prints, for Go writes it for what is not there: out of strings, too. */
export function withoutNoValue(text: string): string {
  return text.includes('<no value>') ? text.replaceAll('<no value>', '') : text;
}

/** What `{{ value | quote }}` writes, once read again: null prints nothing. */
export function quoted(value: Value | undefined): string | null {
  return value === null || value === undefined ? null : withoutNoValue(sprint(value));
}

/** sprig's `toString`: like {@link printed}, but null is `<nil>`. */
export function sprint(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return printedNumber(value);
    case 'bigint':
    case 'boolean':
      return String(value);
  }
  if (value === null) return '<nil>';
  if (isList(value)) return `[${value.map(sprint).join(' ')}]`;
  const map = value as ValueMap;
  const entries = sortedKeys(map).map((key) => `${key}:${sprint(map[key] ?? null)}`);
  return `map[${entries.join(' ')}]`;
}

/** `printf "%s"` of one value: anything but a text is a formatting error that Go writes into the output, but null within others. */
export function sprintText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value === null) return '%!s(<nil>)';
  if (typeof value === 'number') return `%!s(float64=${printedNumber(value)})`;
  if (typeof value === 'bigint') return `%!s(int64=${value})`;
  if (typeof value === 'boolean') return `%!s(bool=${value})`;
  const inner = (item: Value): string => (item === null ? '<nil>' : sprintText(item));
  if (isList(value)) return `[${value.map(inner).join(' ')}]`;
  const map = value as ValueMap;
  return `map[${sortedKeys(map)
    .map((key) => `${key}:${inner(map[key] ?? null)}`)
    .join(' ')}]`;
}

/** Keys in the order in which Go prints and ranges over a map: by bytes of their UTF-8 form. */
export function sortedKeys(map: ValueMap): string[] {
  return Object.keys(map).sort(byCodePoint);
}

function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  // A surrogate half sorts below U+E000 in UTF-16 and above it in UTF-8.
  const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
  if (Number.isNaN(x)) return -1;
  if (Number.isNaN(y)) return 1;
  const [astralX, astralY] = [x >= 0xd800 && x <= 0xdfff, y >= 0xd800 && y <= 0xdfff];
  if (astralX !== astralY) return astralX ? 1 : -1;
  return x - y;
}

/** strconv's shortest `%g`: in exponent form from 1e+06 on and below 1e-04. */
function printedNumber(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (Number.isInteger(value) && value < 1e6 && value > -1e6) return String(value);
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** sprig's `float64` (spf13/cast): a number, a text that reads as one, true as 1; anything else is 0. */
export function toFloat(value: Value | undefined): number {
  switch (typeof value) {
    case 'number':
      return value;
    case 'bigint':
      return Number(value);
    case 'boolean':
      return value ? 1 : 0;
    case 'string':
      return /^[+-]?(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)
        ? Number(value.replaceAll('_', ''))
        : 0;
    default:
      return 0;
  }
}

/** `printf "%.0f"`: halves go to the even neighbour. */
export function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** sprig's `coalesce`: the first value that is not empty. */
export function firstOf(...values: readonly (Value | undefined)[]): Value {
  return values.find(truthy) ?? null;
}

/** sprig's `merge` (mergo): `map` with what it lacks or has empty filled in from `source`; neither is changed. */
export function filled(map: ValueMap, source: ValueMap): ValueMap {
  const result: Record<string, Value> = { ...map };
  for (const key of Object.keys(source)) {
    const from = source[key] ?? null;
    const own = getEntry(map, key);
    // null fills what is missing, and nothing else.
    if (from === null && own !== undefined) continue;
    if (isMap(own) && isMap(from)) setEntry(result, key, filled(own, from));
    else if (!truthy(own)) setEntry(result, key, from);
  }
  return result;
}

/** sprig's `mergeOverwrite` (mergo): maps are merged, everything else in `source`, null and empty too, replaces. */
export function overwritten(map: ValueMap, source: ValueMap): ValueMap {
  const result: Record<string, Value> = { ...map };
  for (const key of Object.keys(source)) {
    const from = source[key] ?? null;
    const own = getEntry(map, key);
    setEntry(result, key, isMap(own) && isMap(from) ? overwritten(own, from) : from);
  }
  return result;
}
