/** Reads the rules of protoc-gen-validate (validate.proto) from a field's options, by their field numbers. */
import { inner, integer, string, strings, type Wire } from './protobuf-wire.ts';

export type Rules = { readonly [rule: string]: number | string | boolean | readonly (number | string)[] | Rules };

const numericKinds = [
  ...['float', 'double', 'int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64'],
  ...['fixed32', 'fixed64', 'sfixed32', 'sfixed64'],
];
const numericRules = ['', 'const', 'lt', 'lte', 'gt', 'gte', 'in', 'not_in', 'ignore_empty'];
const stringRules: Readonly<Record<number, string>> = {
  ...{ 1: 'const', 2: 'min_len', 3: 'max_len', 4: 'min_bytes', 5: 'max_bytes', 6: 'pattern', 7: 'prefix', 8: 'suffix' },
  ...{
    9: 'contains',
    10: 'in',
    11: 'not_in',
    12: 'email',
    13: 'hostname',
    14: 'ip',
    15: 'ipv4',
    16: 'ipv6',
    17: 'uri',
  },
  ...{
    18: 'uri_ref',
    19: 'len',
    20: 'len_bytes',
    21: 'address',
    22: 'uuid',
    23: 'not_contains',
    24: 'well_known_regex',
  },
  ...{ 25: 'strict', 26: 'ignore_empty' },
};
const textual = new Set(['pattern', 'prefix', 'suffix', 'contains', 'not_contains']);
const flags = new Set([
  'email',
  'hostname',
  'ip',
  'ipv4',
  'ipv6',
  'uri',
  'uri_ref',
  'address',
  'uuid',
  'strict',
  'ignore_empty',
]);

/** The rules of protoc-gen-validate's FieldRules, flattened into one map for every field type. */
export function rulesOf(wire: Wire): Rules {
  const rules: Record<string, Rules[string]> = {};
  numericKinds.forEach((kind, index) => {
    Object.assign(rules, numbersOf(inner(wire, index + 1), kind));
  });
  if (wire.has(13)) rules['const'] = integer(inner(wire, 13), 1) === 1n;
  Object.assign(rules, textRules(inner(wire, 14)));
  if (wire.has(15)) Object.assign(rules, bytesRules(inner(wire, 15)));
  Object.assign(rules, enumRules(inner(wire, 16)));
  for (const number of [17, 20, 21, 22]) {
    const [skip, required] = number === 17 ? [1, 2] : [0, 1];
    if (integer(inner(wire, number), required) === 1n) rules['required'] = true;
    if (skip !== 0 && integer(inner(wire, number), skip) === 1n) rules['skip'] = true;
  }
  Object.assign(rules, itemRules(inner(wire, 18), ['min_items', 'max_items', 'unique', 'items', 'ignore_empty']));
  Object.assign(
    rules,
    itemRules(inner(wire, 19), ['min_pairs', 'max_pairs', 'no_sparse', 'keys', 'values', 'ignore_empty']),
  );
  if (wire.has(20)) {
    const any = inner(wire, 20);
    if (any.has(2)) rules['in'] = strings(any, 2);
    if (any.has(3)) rules['not_in'] = strings(any, 3);
  }
  Object.assign(rules, durationRules(inner(wire, 21)));
  return rules;
}

function numbersOf(wire: Wire, kind: string): Record<string, Rules[string]> {
  const rules: Record<string, Rules[string]> = {};
  for (const [number, values] of wire) {
    const name = numericRules[number];
    if (!name) continue;
    const decoded = values.flatMap((value) => numberValues(value, kind));
    rules[name] = name === 'ignore_empty' ? true : name === 'in' || name === 'not_in' ? decoded : (decoded.at(-1) ?? 0);
  }
  return rules;
}

function numberValues(value: bigint | Uint8Array, kind: string): number[] {
  if (typeof value !== 'bigint') {
    const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
    if (kind === 'double') return [view.getFloat64(0, true)];
    if (kind === 'float') return [view.getFloat32(0, true)];
    return [Number(view.getBigUint64(0, true))];
  }
  if (kind === 'sint32' || kind === 'sint64') return [Number((value >> 1n) ^ -(value & 1n))];
  return [Number(kind.startsWith('u') ? value : BigInt.asIntN(64, value))];
}

function textRules(wire: Wire): Record<string, Rules[string]> {
  const rules: Record<string, Rules[string]> = {};
  for (const number of wire.keys()) {
    const name = stringRules[number];
    if (name === undefined) continue;
    if (name === 'const' || textual.has(name)) rules[name] = string(wire, number);
    else if (name === 'in' || name === 'not_in') rules[name] = strings(wire, number);
    else if (flags.has(name)) rules[name] = integer(wire, number) === 1n;
    else rules[name] = Number(integer(wire, number));
  }
  return rules;
}

function bytesRules(wire: Wire): Record<string, Rules[string]> {
  const rules: Record<string, Rules[string]> = {};
  for (const [number, name] of [
    [2, 'min_len'],
    [3, 'max_len'],
    [13, 'len'],
  ] as const)
    if (wire.has(number)) rules[name] = Number(integer(wire, number));
  if (integer(wire, 14) === 1n) rules['ignore_empty'] = true;
  return rules;
}

function enumRules(wire: Wire): Record<string, Rules[string]> {
  const rules: Record<string, Rules[string]> = {};
  if (wire.has(1)) rules['const'] = Number(integer(wire, 1));
  if (integer(wire, 2) === 1n) rules['defined_only'] = true;
  for (const [number, name] of [
    [3, 'in'],
    [4, 'not_in'],
  ] as const)
    if (wire.has(number))
      rules[name] = (wire.get(number) ?? []).filter((value) => typeof value === 'bigint').map(Number);
  return rules;
}

/** For lists and maps; a plural name holds the rules of their contents. */
function itemRules(wire: Wire, names: readonly string[]): Record<string, Rules[string]> {
  const rules: Record<string, Rules[string]> = {};
  names.forEach((name, index) => {
    const number = index + 1;
    if (!wire.has(number)) return;
    if (name === 'items' || name === 'keys' || name === 'values') rules[name] = rulesOf(inner(wire, number));
    else if (name.startsWith('m')) rules[name] = Number(integer(wire, number));
    else rules[name] = integer(wire, number) === 1n;
  });
  return rules;
}

/** In seconds. */
function durationRules(wire: Wire): Record<string, Rules[string]> {
  const rules: Record<string, Rules[string]> = {};
  const seconds = (duration: Wire): number =>
    Number(BigInt.asIntN(64, integer(duration, 1))) + Number(BigInt.asIntN(64, integer(duration, 2))) / 1e9;
  for (const [number, name] of [
    [2, 'const'],
    [3, 'lt'],
    [4, 'lte'],
    [5, 'gt'],
    [6, 'gte'],
  ] as const)
    if (wire.has(number)) rules[name] = seconds(inner(wire, number));
  return rules;
}
