import { lookupTable, type Value } from '../value.ts';

/** The value that a scalar is read as, or why it is rejected. */
export type Scalar = { readonly value: boolean | number | string } | { readonly wanted: string };

const ranges: Readonly<Record<string, readonly [lowest: bigint, highest: bigint]>> = lookupTable({
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
});
const aliases: Readonly<Record<string, string>> = lookupTable({
  ...{ sint32: 'int32', sfixed32: 'int32', fixed32: 'uint32' },
  ...{ sint64: 'int64', sfixed64: 'int64', fixed64: 'uint64' },
});

/**
 * Reads a scalar as Envoy's JSON reader does, which is an older, lenient version of protobuf's: numbers may be strings,
 * and some strings are booleans. Measured on Envoy 1.36 and 1.40.
 */
export function readScalar(type: string, value: Value, envoy: number): Scalar {
  if (type === 'string') return readString(value);
  if (type === 'bool') return readBoolean(value);
  if (type === 'bytes') return readBytes(value);
  if (type === 'double' || type === 'float') return readFloat(value);
  return readInteger(aliases[type] ?? type, value, envoy);
}

/**
 * Envoy reads YAML numbers as numbers only if they are integers that fit an int32; all others are treated as strings.
 */
function readString(value: Value): Scalar {
  if (typeof value === 'string') return { value };
  const isNumber = (typeof value === 'number' || typeof value === 'bigint') && Number(value) !== (Number(value) | 0);
  return isNumber ? { value: String(value) } : { wanted: 'a string' };
}

function readBoolean(value: Value): Scalar {
  if (typeof value === 'boolean') return { value };
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  if (/^(?:true|t|yes|y|1)$/.test(word)) return { value: true };
  return /^(?:false|f|no|n|0)$/.test(word) ? { value: false } : { wanted: 'true or false' };
}

/** Both alphabets, with or without padding. */
function readBytes(value: Value): Scalar {
  const bare = typeof value === 'string' ? value.replace(/={0,2}$/, '') : '*';
  return /^[\w+/-]*$/.test(bare) && bare.length % 4 !== 1 && typeof value === 'string'
    ? { value: bare.slice(0, Math.floor((bare.length * 3) / 4)) }
    : { wanted: 'bytes in base64' };
}

function readFloat(value: Value): Scalar {
  if (typeof value === 'number' || typeof value === 'bigint') return { value: Number(value) };
  if (typeof value === 'string') {
    const text = value.trim();
    if (/^(?:NaN|-?Infinity)$/.test(text)) return { value: Number(text) };
    if (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return { value: Number(text) };
  }
  return { wanted: 'a number' };
}

function readInteger(type: string, value: Value, envoy: number): Scalar {
  const [lowest, highest] = ranges[type] ?? [0n, 0n];
  const wanted = { wanted: `an integer from ${lowest} to ${highest}` };
  const read = integerOf(value, envoy);
  if (read === undefined || read < lowest) return wanted;
  // Above 2^53 a number is only close to what was written: 2^64 - 1 is stored as 2^64.
  return read > highest && !(typeof value === 'number' && read === highest + 1n && type.endsWith('64'))
    ? wanted
    : { value: Number(read) };
}

function integerOf(value: Value, envoy: number): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined;
  if (typeof value !== 'string') return undefined;
  if (/^[+-]?\d+$/.test(value)) return BigInt(value.replace(/^\+/, ''));
  // Newer readers accept any number that is an integer.
  if (envoy <= 36 || value !== value.trim() || value === '') return undefined;
  const number = Number(value);
  return Number.isInteger(number) ? BigInt(number) : undefined;
}

/** The seconds in `5s` or `0.25s`; undefined for anything else. */
export function readDuration(text: string): number | undefined {
  return /^-?\d+(?:\.\d{1,9})?s$/.test(text) ? Number(text.slice(0, -1)) : undefined;
}

/** The longest duration of protobuf, and the longest of Envoy. */
export const longest = { inProtobuf: 315_576_000_000, inEnvoy: 9_223_372_035 } as const;
