import { jsonName } from '../go/json-name.ts';
import { names, packages, rules, scalarTypes, types, v2Packages, wellKnownTypes } from './messages.gen.ts';

/**
 * The rules of a field (protoc-gen-validate), under their original names; the rules of items, keys and values are
 * nested.
 */
export interface Rules {
  readonly [rule: string]: number | string | boolean | readonly (number | string)[] | Rules;
}

/** The first and the last Envoy (N of 1.N) that has something. */
interface Since {
  readonly from: number;
  readonly to: number;
}

export interface MessageField extends Since {
  readonly name: string;
  readonly shape: 'single' | 'list' | 'map';
  /** The type of a map's keys. */
  readonly keyType: string;
  readonly type: Type;
  /** A scalar field with presence. */
  readonly isOptional: boolean;
  /** So deprecated that Envoy rejects it. */
  readonly isDisallowed: boolean;
  /** Exists only in API v2, which Envoy accepted up to 1.17. */
  readonly isV2: boolean;
  readonly rules: Rules | undefined;
  readonly oneof: string | undefined;
}

export interface Message extends Since {
  readonly kind: 'message';
  readonly name: string;
  /** Whether Envoy checks the rules of its fields. */
  readonly isChecked: boolean;
  /** Oneofs of which a field must be set. */
  readonly required: readonly string[];
  readonly fields: readonly MessageField[];
  /** By proto name and by JSON name; several if a field has changed. */
  readonly byName: ReadonlyMap<string, readonly MessageField[]>;
}

interface EnumValue extends Since {
  readonly name: string;
  readonly number: number;
  readonly isDisallowed: boolean;
}

export interface Enumeration {
  readonly kind: 'enum';
  readonly name: string;
  readonly values: readonly EnumValue[];
}

/** A scalar type, or a well-known protobuf type with its own JSON form. */
interface Builtin {
  readonly kind: 'scalar' | 'well-known';
  readonly name: string;
}

export type Type = Message | Enumeration | Builtin;

interface Tables {
  readonly names: readonly string[];
  readonly rules: readonly string[];
  readonly packages: readonly string[];
  /** One type per line, as written by scripts/gen-envoy.ts, after the built-in ones. */
  readonly lines: readonly string[];
  readonly byName: ReadonlyMap<string, number>;
  readonly builtins: readonly Builtin[];
}

let tables: Tables | undefined;
const read = new Map<number, Type>();
const readRules = new Map<number, Rules>();

/** The lines are only split; each is parsed when its type is needed. */
function loadTables(): Tables {
  if (tables !== undefined) return tables;
  const builtins = [
    ...scalarTypes.split(' ').map((name): Builtin => ({ kind: 'scalar', name })),
    ...wellKnownTypes.split(' ').map((name): Builtin => ({ kind: 'well-known', name })),
  ];
  const packageNames = packages.split(' ');
  const lines = types.split('\n');
  const byName = new Map(builtins.map(({ name }, index) => [name, index]));
  lines.forEach((line, index) => {
    const [head = '', name = ''] = (line.split('|', 1)[0] ?? '').split(',');
    byName.set(`${packageNames[number36(head.slice(1))]}.${name}`, index + builtins.length);
  });
  tables = { names: names.split(' '), rules: rules.split('\n'), packages: packageNames, lines, byName, builtins };
  return tables;
}

function number36(text: string): number {
  return Number.parseInt(text, 36);
}

/**
 * The type with a full name (`envoy.config.cluster.v3.Cluster`); undefined if Envoy's configuration has no such type.
 */
export function typeNamed(name: string): Type | undefined {
  const index = loadTables().byName.get(name);
  return index === undefined ? undefined : typeAt(index);
}

/** The message with a name that is known to exist. */
export function messageNamed(name: string): Message {
  const type = typeNamed(name);
  if (type?.kind !== 'message') throw new Error(`there is no message ${name}`);
  return type;
}

/** The full names of all types. */
export function typeNames(): Iterable<string> {
  return loadTables().byName.keys();
}

let v2: ReadonlySet<string> | undefined;

/** Whether a type name belongs to Envoy's API v2. The names of Gloo's messages look similar. */
export function isV2Type(name: string): boolean {
  v2 ??= new Set(v2Packages.split(' '));
  return v2.has(name.replace(/\.[A-Z].*$/s, '').replace(/^envoy\./, ''));
}

function typeAt(index: number): Type {
  const known = read.get(index) ?? loadTables().builtins[index];
  if (known !== undefined) return known;
  const { lines, builtins } = loadTables();
  const [head = '', ...parts] = (lines[index - builtins.length] ?? '').split('|');
  return head.startsWith('e') ? readEnum(index, head, parts) : readMessage(index, head, parts);
}

function fullName(head: string, name: string): string {
  return `${loadTables().packages[number36(head.slice(1))]}.${name}`;
}

function since(range = ''): Since {
  const [from = '', to = ''] = range.split('-');
  return { from: Number(from), to: to === '' ? Number.POSITIVE_INFINITY : Number(to) };
}

function readEnum(index: number, line: string, parts: readonly string[]): Enumeration {
  const [head = '', name = ''] = line.split(',');
  const type: Enumeration = {
    kind: 'enum',
    name: fullName(head, name),
    values: parts.map((part) => {
      const [value = '', number = '', range = '', flag] = part.split(',');
      return { name: value, number: number36(number), isDisallowed: flag === '!', ...since(range) };
    }),
  };
  read.set(index, type);
  return type;
}

function readMessage(index: number, line: string, parts: readonly string[]): Message {
  const [head = '', name = '', range = '', oneofs = ''] = line.split(',');
  const all = loadTables();
  const fields: MessageField[] = [];
  const byName = new Map<string, MessageField[]>();
  const type: Message = {
    kind: 'message',
    name: fullName(head, name),
    isChecked: !head.startsWith('u'),
    required: oneofs === '' ? [] : oneofs.split('+').map((oneof) => all.names[number36(oneof)] ?? ''),
    fields,
    byName,
    ...since(range),
  };
  // Messages refer to each other, so a message is registered before its fields are parsed.
  read.set(index, type);
  for (const part of parts) {
    const field = readField(part, all);
    fields.push(field);
    for (const key of new Set([field.name, jsonName(field.name)])) byName.set(key, [...(byName.get(key) ?? []), field]);
  }
  return type;
}

function readField(part: string, all: Tables): MessageField {
  const [label = '', typing = '', rule = '', oneof = '', range = ''] = part.split(',');
  const isV2 = label.startsWith('~');
  const [, list, keyType, target = '', optional, disallowed] = /^(?:(\*)|%(\w+)%)?(\w+)(\??)(!?)$/.exec(typing) ?? [];
  let type: Type | undefined;
  return {
    name: all.names[number36(isV2 ? label.slice(1) : label)] ?? '',
    shape: list !== undefined ? 'list' : keyType !== undefined ? 'map' : 'single',
    keyType: keyType === undefined ? '' : (all.builtins[number36(keyType)]?.name ?? ''),
    get type() {
      type ??= typeAt(number36(target));
      return type;
    },
    isOptional: optional === '?',
    isDisallowed: disallowed === '!',
    isV2,
    rules: rule === '' ? undefined : rulesAt(number36(rule)),
    oneof: oneof === '' ? undefined : all.names[number36(oneof)],
    ...since(range),
  };
}

function rulesAt(index: number): Rules {
  let found = readRules.get(index);
  if (found === undefined) {
    // The JSON written by scripts/gen-envoy.ts.
    found = JSON.parse(loadTables().rules[index] ?? '{}') as Rules;
    readRules.set(index, found);
  }
  return found;
}
