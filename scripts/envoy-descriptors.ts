/**
 * Reads the descriptors that protoc-gen-go writes into its Go files, without compiling Go. A descriptor is itself a
 * protobuf message (google/protobuf/descriptor.proto); the numbers below are its field numbers, those from 1071 are
 * protoc-gen-validate's.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Rules, rulesOf } from './envoy-field-rules.ts';
import { decode, inner, integer, messages, string, strings, type Wire } from './protobuf-wire.ts';

export interface FieldDescriptor {
  readonly name: string;
  /**
   * `uint32`, `.envoy.config.core.v3.Address`; with the prefix `[]` for a list, or `{string}` for a map with keys of
   * that type.
   */
  readonly type: string;
  readonly oneof?: string;
  /** A scalar field with presence. */
  readonly optional?: true;
  /** Envoy refuses to load it unless the runtime allows it. */
  readonly disallowed?: true;
  readonly rules?: Rules;
}
export type { Rules };
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

/** Adds every message and enum in the Go files of a folder to `into`. */
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

/** By the enum numbers of FieldDescriptorProto.Type in descriptor.proto. */
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
