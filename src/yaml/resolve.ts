import type { Value } from '../value.ts';

/**
 * The meaning of a plain (unquoted, untagged) scalar in Helm 3.19: go-yaml v2.4 `resolve.go`, then sigs.k8s.io/yaml
 * 1.6, which passes everything through JSON, so that every number becomes a float64.
 *
 * 1. The first character decides what a text can be at all; most texts end here, as strings.
 * 2. A table of words: booleans, nulls, infinities.
 * 3. Digits or a sign: an integer as Go's `ParseInt(text, 0, 64)` reads it, without underscores (so `0644`, `0o644` and
 *    `0x1A4` are 420), else a decimal float that float64 can hold; otherwise a string (`1e400`, `12:30`, `2024-01-01`).
 */
type Hint = typeof asText | typeof asWord | typeof asNumber | typeof afterADot;
const asText = 0;
const asWord = 1;
const asNumber = 2;
const afterADot = 3;

const hints = new Uint8Array(128);
for (const character of 'yYnNtTfFoO~') hints[character.charCodeAt(0)] = asWord;
for (const character of '+-0123456789') hints[character.charCodeAt(0)] = asNumber;
hints['.'.charCodeAt(0)] = afterADot;

const words: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

/**
 * The value of a plain scalar with this text, which must not have spaces or line breaks that YAML would trim. Helm
 * fails on the infinities and `.nan`; here they are returned as numbers. Never throws.
 */
export function resolvePlain(text: string): Value {
  if (text === '') return null;
  const hint = hintOf(text);
  if (hint === asText) return text;
  const number = hint === asNumber ? simpleInteger(text) : undefined;
  if (number !== undefined) return number;
  const word = words.get(text);
  if (word !== undefined) return word;
  if (hint === asWord) return text;
  const integer = hint === asNumber ? integerOf(text) : undefined;
  if (integer !== undefined) return Number(integer);
  return floatOf(text, hint) ?? text;
}

/**
 * The key that a plain scalar with this text becomes: keys are resolved like values and then written back as text, so
 * `on` is `true`, `0x10` is `16` and `1.10` is `1.1`. Undefined for what Helm refuses as a key: null, and integers from
 * 2^63 to 2^64-1. Never throws.
 */
export function resolveKey(text: string): string | undefined {
  if (text === '') return undefined;
  const hint = hintOf(text);
  if (hint === asText) return text;
  const word = words.get(text);
  if (word === null) return undefined;
  if (typeof word === 'boolean') return String(word);
  if (word !== undefined) return formatFloatKey(word as number);
  if (hint === asWord) return text;
  const integer = hint === asNumber ? integerOf(text) : undefined;
  if (integer !== undefined) return integer > maxInt64 ? undefined : String(integer);
  const float = floatOf(text, hint);
  return float === undefined ? text : formatFloatKey(float);
}

/** Whether a plain scalar with this text can be anything but a string. */
export function mayResolve(text: string): boolean {
  return text === '' || hintOf(text) !== asText;
}

/** A float as a key: Go's shortest form for float32, with an exponent below 1e-04 and from 1e+06 on. */
export function formatFloatKey(value: number): string {
  const rounded = Math.fround(value);
  if (Number.isNaN(rounded)) return '.nan';
  if (!Number.isFinite(rounded)) return rounded > 0 ? '.inf' : '-.inf';
  if (rounded === 0) return Object.is(rounded, -0) ? '-0' : '0';
  let digits = 1;
  while (digits < 9 && Math.fround(Number(rounded.toPrecision(digits))) !== rounded) digits++;
  const [mantissa = '', exponent = '0'] = rounded.toExponential(digits - 1).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(rounded.toPrecision(digits)));
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

const maxInt64 = 2n ** 63n - 1n;
const minInt64 = -(2n ** 63n);
const maxUint64 = 2n ** 64n - 1n;

function hintOf(text: string): Hint {
  // The table holds only these four.
  return (hints[text.charCodeAt(0)] ?? asText) as Hint;
}

/**
 * Decimal integers of up to 15 digits without a leading zero or sign, the usual case; undefined for everything else.
 */
function simpleInteger(text: string): number | undefined {
  const length = text.length;
  if (length > 15) return undefined;
  let number = 0;
  for (let index = 0; index < length; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return length > 1 && text.charCodeAt(0) === 48 ? undefined : number;
}

/** The integer that Go's ParseInt or ParseUint with base 0 finds, underscores dropped; undefined if there is none. */
export function integerOf(text: string): bigint | undefined {
  const match = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))$/.exec(
    text.replaceAll('_', ''),
  );
  if (match === null) return oddBinary(text);
  const [, sign = '', hex, binary, octal, decimal] = match;
  const digits =
    hex !== undefined
      ? `0x${hex}`
      : binary !== undefined
        ? `0b${binary}`
        : octal !== undefined
          ? `0o${octal}`
          : (decimal ?? '0');
  // More digits than any 64-bit integer has: no need to build the number.
  if (digits.replace(/^0[xob]?0*/, '').length > 64) return undefined;
  const size = BigInt(digits);
  if (sign === '-') return -size < minInt64 ? undefined : -size;
  return size > (sign === '+' ? maxInt64 : maxUint64) ? undefined : size;
}

/** go-yaml reads what follows `0b` with a sign of its own: `0b-101` is -5. */
function oddBinary(text: string): bigint | undefined {
  const match = /^0b([-+])([01]{1,64})$/.exec(text.replaceAll('_', ''));
  if (match === null) return undefined;
  const size = BigInt(`0b${match[2]}`);
  const signed = match[1] === '-' ? -size : size;
  return signed >= minInt64 && signed <= maxInt64 ? signed : undefined;
}

const afterDigit = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
/** After a dot go-yaml leaves underscores to Go, which allows them only between digits. */
const afterDot = /^\.[0-9](_?[0-9])*([eE][-+]?[0-9](_?[0-9])*)?$/;

function floatOf(text: string, hint: Hint): number | undefined {
  if (hint === afterADot && !afterDot.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  if (hint === asNumber && !afterDigit.test(plain)) return undefined;
  const number = Number(plain);
  return Number.isFinite(number) ? number : undefined;
}
