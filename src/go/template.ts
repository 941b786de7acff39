import { getEntry, isList, isMap, setEntry, type Value, type ValueMap } from '../value.ts';

/**
 * How Go templates test and print values. The chart prints most values as they are, so Helm's output follows from these
 * rules (Go's text/template and fmt, sprig 3.3 as Helm 3.19 links it).
 */

/** Whether `{{ if value }}` takes the branch; the opposite of sprig's `empty`. */
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

/** What `{{ value }}` prints: Go's `%v`, after Helm removes `<no value>`. */
export function printed(value: Value | undefined): string {
  return value === null || value === undefined ? '' : withoutNoValue(sprint(value));
}

/** Go prints this for missing values, and Helm removes it from all output, including strings that contain it. */
export function withoutNoValue(text: string): string {
  return text.includes('<no value>') ? text.replaceAll('<no value>', '') : text;
}

/** What `{{ value | quote }}` prints, after parsing; null prints nothing. */
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

/**
 * `printf "%s"` of one value: for anything but a string Go prints a formatting error, but not for null inside others.
 */
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

/** Keys in the order in which Go prints and ranges over a map: by their UTF-8 bytes. */
export function sortedKeys(map: ValueMap): string[] {
  return Object.keys(map).sort(byCodePoint);
}

function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  // A surrogate sorts below U+E000 in UTF-16, but the code point sorts above it in UTF-8.
  const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
  if (Number.isNaN(x)) return -1;
  if (Number.isNaN(y)) return 1;
  const [astralX, astralY] = [x >= 0xd800 && x <= 0xdfff, y >= 0xd800 && y <= 0xdfff];
  if (astralX !== astralY) return astralX ? 1 : -1;
  return x - y;
}

/** strconv's shortest `%g`: with an exponent from 1e+06 up and below 1e-04. */
function printedNumber(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (Number.isInteger(value) && value < 1e6 && value > -1e6) return String(value);
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** sprig's `float64` (spf13/cast): a number, a string that parses as one, true as 1; anything else is 0. */
export function toFloat(value: Value | undefined): number {
  switch (typeof value) {
    case 'number':
      return value;
    case 'bigint':
      return Number(value);
    case 'boolean':
      return value ? 1 : 0;
    case 'string':
      return parseFloatOf(value);
    default:
      return 0;
  }
}

/** strconv.ParseFloat, and 0 for what it refuses: also for what overflows, but not for an infinity by its name. */
function parseFloatOf(text: string): number {
  if (/^nan$/i.test(text)) return Number.NaN;
  const [, sign] = /^([+-]?)inf(?:inity)?$/i.exec(text) ?? [];
  if (sign !== undefined) return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const digits = text.replaceAll('_', '');
  const isDecimal = /^[+-]?(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
  const value = isDecimal ? Number(digits) : hexFloatOf(text, digits);
  return Number.isFinite(value) ? value : 0;
}

/** A hexadecimal floating-point number, whose exponent is one of 2: `0x1p4` is 16. */
function hexFloatOf(text: string, digits: string): number {
  if (!/^[+-]?0x_?(?:[\da-f]+(?:_[\da-f]+)*(?:\.[\da-f]*)?|\.[\da-f]+)p[+-]?\d+$/i.test(text)) return 0;
  const [mantissa = '', power] = digits
    .toLowerCase()
    .replace(/^[+-]?0x/, '')
    .split('p');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const value = Number.parseInt(whole + fraction, 16) * 2 ** (Number(power) - 4 * fraction.length);
  return digits.startsWith('-') ? -value : value;
}

/** `printf "%.0f"`: rounds half to even. */
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

/** sprig's `merge` (mergo): `map` with its missing and empty values filled in from `source`; neither is changed. */
export function filled(map: ValueMap, source: ValueMap): ValueMap {
  const result: Record<string, Value> = { ...map };
  for (const key of Object.keys(source)) {
    const from = source[key] ?? null;
    const own = getEntry(map, key);
    // null fills only missing keys.
    if (from === null && own !== undefined) continue;
    if (isMap(own) && isMap(from)) setEntry(result, key, filled(own, from));
    else if (!truthy(own)) setEntry(result, key, from);
  }
  return result;
}

/**
 * sprig's `mergeOverwrite` (mergo): maps are merged, and every other value of `source` replaces, including null and
 * empty ones.
 */
export function overwritten(map: ValueMap, source: ValueMap): ValueMap {
  const result: Record<string, Value> = { ...map };
  for (const key of Object.keys(source)) {
    const from = source[key] ?? null;
    const own = getEntry(map, key);
    setEntry(result, key, isMap(own) && isMap(from) ? overwritten(own, from) : from);
  }
  return result;
}
