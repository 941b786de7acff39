/**
 * Reads the descriptors that protoc-gen-go writes into its Go files, so that no Go is compiled for them. A descriptor is a protobuf message
 * itself (google/protobuf/descriptor.proto); the numbers below are its fields' own, those from 1071 the ones of protoc-gen-validate.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface FieldDescriptor {
  readonly name: string;
  /** `uint32`, `.envoy.config.core.v3.Address`; in front of it `[]` for a list, `{string}` for a map with keys of that type. */
  readonly type: string;
  readonly oneof?: string;
  /** A plain field that knows whether it is set. */
  readonly optional?: true;
  /** Envoy refuses to load it unless the runtime says otherwise. */
  readonly disallowed?: true;
  readonly rules?: Rules;
}
export type Rules = { readonly [rule: string]: number | string | boolean | readonly (number | string)[] | Rules };
export interface MessageDescriptor {
  readonly fields: readonly FieldDescriptor[];
  readonly requiredOneofs: readonly string[];
  readonly reserved: readonly string[];
  /** Its rules are not checked. */
  readonly unchecked: boolean;
}
export interface EnumDescriptor {
  readonly values: Readonly<Record<string, number>>;
  readonly disallowed: readonly string[];
}
export interface Descriptors {
  readonly messages: Map<string, MessageDescriptor>;
  readonly enums: Map<string, EnumDescriptor>;
}

/** Every message and enumeration in the Go files of a folder, added to `into`. */
export function readDescriptors(folder: string, into: Descriptors): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.pb.go')) continue;
    const bytes = rawDescriptor(readFileSync(join(folder, name), 'utf8'));
    if (bytes !== undefined) addFile(decode(bytes), into);
  }
}

/** Older generators write the bytes as a list of numbers, newer ones as a string. */
function rawDescriptor(source: string): Uint8Array | undefined {
  const list = /_rawDesc = \[\]byte\{([^}]*)\}/.exec(source)?.[1];
  if (list !== undefined) return Uint8Array.from(list.match(/0x[0-9a-f]{2}/g) ?? [], Number);
  const text = /_rawDesc = ""((?: \+\s*"(?:[^"\\\n]|\\.)*")+)/.exec(source)?.[1];
  if (text === undefined) return undefined;
  return Buffer.concat([...text.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map(([, part = '']) => goString(part)));
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

function goString(literal: string): Buffer {
  const parts = literal.match(/\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[0-7]{3}|.)|[^\\]+/gs) ?? [];
  const bytes = parts.map((part) => {
    if (!part.startsWith('\\')) return Buffer.from(part);
    const kind = part.charAt(1);
    if (kind === 'x') return Buffer.of(Number.parseInt(part.slice(2), 16));
    if (kind === 'u' || kind === 'U') return Buffer.from(String.fromCodePoint(Number.parseInt(part.slice(2), 16)));
    if (part.length === 4) return Buffer.of(Number.parseInt(part.slice(1), 8));
    return Buffer.of(escapes[kind] ?? kind.charCodeAt(0));
  });
  return Buffer.concat(bytes);
}

/** A message on the wire: the values of each field number, undecoded. */
type Wire = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

function decode(bytes: Uint8Array): Wire {
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const kind = tag & 7;
    const value = kind === 0 ? varint() : take(kind === 1 ? 8 : kind === 5 ? 4 : Number(varint()));
    const number = tag >>> 3;
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

function bytesOf(wire: Wire, number: number): Uint8Array[] {
  return (wire.get(number) ?? []).filter((value) => typeof value !== 'bigint');
}

function messages(wire: Wire, number: number): Wire[] {
  return bytesOf(wire, number).map(decode);
}

function inner(wire: Wire, number: number): Wire {
  return messages(wire, number)[0] ?? new Map();
}

function strings(wire: Wire, number: number): string[] {
  return bytesOf(wire, number).map((value) => Buffer.from(value).toString('utf8'));
}

function string(wire: Wire, number: number): string {
  return strings(wire, number)[0] ?? '';
}

function integer(wire: Wire, number: number): bigint {
  const value = wire.get(number)?.at(-1);
  return typeof value === 'bigint' ? value : 0n;
}

function addFile(file: Wire, into: Descriptors): void {
  const scope = `.${string(file, 2)}`;
  for (const message of messages(file, 4)) addMessage(message, scope, into);
  for (const item of messages(file, 5)) addEnum(item, scope, into);
}

function addEnum(item: Wire, scope: string, into: Descriptors): void {
  const values = messages(item, 2);
  into.enums.set(`${scope}.${string(item, 1)}`.slice(1), {
    values: Object.fromEntries(values.map((value) => [string(value, 1), Number(BigInt.asIntN(32, integer(value, 2)))])),
    disallowed: values
      .filter((value) => integer(inner(value, 3), disallowedEnumValue) === 1n)
      .map((value) => string(value, 1)),
  });
}

const disallowedField = 189503207;
const disallowedEnumValue = 70100853;

function addMessage(message: Wire, scope: string, into: Descriptors): void {
  const name = `${scope}.${string(message, 1)}`;
  const nested = messages(message, 3);
  const maps = new Map(
    nested.filter((type) => integer(inner(type, 7), 7) === 1n).map((type) => [`${name}.${string(type, 1)}`, type]),
  );
  for (const type of nested) if (!maps.has(`${name}.${string(type, 1)}`)) addMessage(type, name, into);
  for (const item of messages(message, 4)) addEnum(item, name, into);
  const oneofs = messages(message, 8);
  const options = inner(message, 7);
  into.messages.set(name.slice(1), {
    fields: messages(message, 2).map((field) => fieldOf(field, oneofs, maps)),
    requiredOneofs: oneofs.filter((oneof) => integer(inner(oneof, 2), 1071) === 1n).map((oneof) => string(oneof, 1)),
    reserved: strings(message, 10),
    unchecked: integer(options, 1071) === 1n || integer(options, 1072) === 1n,
  });
}

/** By the number of descriptor.proto's FieldDescriptorProto.Type. */
const typeNames = [
  '',
  ...['double', 'float', 'int64', 'uint64', 'int32', 'fixed64', 'fixed32', 'bool', 'string', 'group', '', 'bytes'],
  ...['uint32', '', 'sfixed32', 'sfixed64', 'sint32', 'sint64'],
];

function typeOf(field: Wire): string {
  return typeNames[Number(integer(field, 5))] || string(field, 6);
}

function fieldOf(field: Wire, oneofs: readonly Wire[], maps: ReadonlyMap<string, Wire>): FieldDescriptor {
  const map = maps.get(string(field, 6));
  const [key, value] = map === undefined ? [] : messages(map, 2).map(typeOf);
  const repeated = integer(field, 4) === 3n;
  const optional = integer(field, 17) === 1n;
  const oneof = field.has(9) && !optional ? oneofs[Number(integer(field, 9))] : undefined;
  const options = inner(field, 8);
  const rules = rulesOf(inner(options, 1071));
  return {
    name: string(field, 1),
    type: map === undefined ? `${repeated ? '[]' : ''}${typeOf(field)}` : `{${key}}${value}`,
    ...(oneof === undefined ? {} : { oneof: string(oneof, 1) }),
    ...(optional ? { optional } : {}),
    ...(integer(options, disallowedField) === 1n ? { disallowed: true } : {}),
    ...(Object.keys(rules).length === 0 ? {} : { rules }),
  };
}

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

/** The rules of protoc-gen-validate's FieldRules, in one flat map whatever the field's type. */
function rulesOf(wire: Wire): Rules {
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

/** Of lists and maps; a name of plural form holds the rules of what is in them. */
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
