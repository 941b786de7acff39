import { trimEndOf } from '../trim.ts';
import { lookupTable, type Value } from '../value.ts';

const decimal: Readonly<Record<string, number>> = lookupTable({
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
});
const binary: readonly string[] = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/**
 * Normalizes a Kubernetes quantity: `1000m` and `1.0` are `1`, `1024Mi` and `1073741824` are `1Gi`. Anything else is
 * returned unchanged.
 */
export function canonicalQuantity<T extends Value>(value: T): T | string | number {
  const nanos = nanosOf(String(value));
  return nanos === undefined ? value : written(nanos);
}

/** Whether a quantity is greater than another; false if one of them is not a quantity. */
export function exceeds(a: Value, b: Value): boolean {
  const [first, second] = [a, b].map((value) => (typeof value === 'object' ? undefined : nanosOf(String(value))));
  return first !== undefined && second !== undefined && first > second;
}

/** Whether a quantity is a multiple of another; true if one of them is not a quantity. */
export function isMultipleOf(amount: Value, unitOf: string): boolean {
  const [whole, part] = [typeof amount === 'object' ? undefined : nanosOf(String(amount)), nanosOf(unitOf)];
  return whole === undefined || part === undefined || (part !== 0n && whole % part === 0n);
}

/**
 * Formats a quantity as Go does: the notation (binary, decimal, exponent) is that of the text, with the shortest
 * number. Undefined for anything else. Source: apimachinery's resource.Quantity.
 */
export function goQuantity(value: string | number | bigint): string | undefined {
  const text = String(value).trim();
  const nanos = nanosOf(text);
  if (nanos === undefined) return undefined;
  const size = nanos < 0n ? -nanos : nanos;
  // Below 1024, and for non-integers, decimal notation replaces binary.
  if (/i$/.test(text) && size >= 1024n * unit && nanos % unit === 0n) return written(nanos);
  const powers = /[eE][+-]?\d+$/.test(text) ? exponents : suffixes;
  let amount = nanos;
  let power = -3;
  while (amount !== 0n && amount % 1000n === 0n && power < 6) {
    amount /= 1000n;
    power++;
  }
  return nanos === 0n ? '0' : `${amount}${powers(power)}`;
}

const suffixes = (power: number): string => 'num kMGTPE'[power + 3]?.trim() ?? '';
const exponents = (power: number): string => (power === 0 ? '' : `e${power * 3}`);

/** The API server rounds up to whole nanos, away from zero. */
function nanosOf(text: string): bigint | undefined {
  const [, sign, whole = '', fraction = '', suffix = '', exponent] =
    /^([+-]?)(\d{0,30})(?:\.(\d{0,30}))?(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?\d{1,2}))?$/.exec(text.trim()) ?? [];
  if (whole === '' && fraction === '') return undefined;
  const power = binary.indexOf(suffix);
  const factor = power < 0 ? 1n : 1024n ** BigInt(power + 1);
  const shift = (power < 0 ? (decimal[suffix] ?? 0) : 0) + Number(exponent ?? 0) + 9 - fraction.length;
  const digits = BigInt(whole + fraction) * factor;
  const nanos = shift >= 0 ? digits * 10n ** BigInt(shift) : ceiling(digits, 10n ** BigInt(-shift));
  return sign === '-' ? -nanos : nanos;
}

function ceiling(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}

const unit = 1_000_000_000n;

function written(nanos: bigint): string {
  if (nanos % unit !== 0n) {
    if (nanos % 1_000_000n === 0n) return `${nanos / 1_000_000n}m`;
    return nanos % 1000n === 0n ? `${nanos / 1000n}u` : `${nanos}n`;
  }
  let value = nanos / unit;
  let power = 0;
  while (value !== 0n && value % 1024n === 0n && power < binary.length) {
    value /= 1024n;
    power++;
  }
  return `${value}${binary[power - 1] ?? ''}`;
}

/** Normalizes an IntOrString: `"8080"` is the number 8080 wherever a port or a count is expected. */
export function canonicalIntOrString(value: string): string | number {
  return /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

/** A protobuf duration without trailing zeros: `0.250s` is `0.25s`, `5.000s` is `5s`. */
export function canonicalDuration(text: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d{1,12})(?:\.(\d{0,9}))?s$/.exec(text) ?? [];
  if (whole === '') return text;
  const rest = trimEndOf(fraction, '0');
  return `${sign}${Number(whole)}${rest === '' ? '' : `.${rest}`}s`;
}
