import { names, packages, rules, scalarTypes, types, v2Packages, wellKnownTypes } from './messages.gen.ts';

/** The rules of a field (protoc-gen-validate), by their own names; those of items, keys and values lie inside. */
export interface Rules {
  readonly [rule: string]: number | string | boolean | readonly (number | string)[] | Rules;
}

/** The first and the last Envoy (the N of 1.N) that has something. */
interface Since {
  readonly from: number;
  readonly to: number;
}

export interface MessageField extends Since {
  readonly name: string;
  readonly shape: 'single' | 'list' | 'map';
  /** The name of the type of a map's keys. */
  readonly keyType: string;
  readonly type: Type;
  /** A plain field that knows whether it is set. */
  readonly isOptional: boolean;
  /** Deprecated so far that Envoy refuses it. */
  readonly isDisallowed: boolean;
  /** Of API v2 alone, which Envoy read up to 1.17. */
  readonly isV2: boolean;
  readonly rules: Rules | undefined;
  readonly oneof: string | undefined;
}

export interface Message extends Since {
  readonly kind: 'message';
  readonly name: string;
  /** Whether Envoy checks the rules of its fields. */
  readonly isChecked: boolean;
  /** Alternatives of which one must be there. */
  readonly required: readonly string[];
  readonly fields: readonly MessageField[];
  /** By the name in the proto and by the one in JSON; several where a field has changed. */
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

/** A plain type, or one of protobuf's own, which JSON writes in ways of their own. */
interface Builtin {
  readonly kind: 'scalar' | 'well-known';
  readonly name: string;
}

export type Type = Message | Enumeration | Builtin;

interface Tables {
  readonly names: readonly string[];
  readonly rules: readonly string[];
  readonly packages: readonly string[];
  /** A line a type, as scripts/gen-envoy.ts writes it; in front of them the built-in ones. */
  readonly lines: readonly string[];
  readonly byName: ReadonlyMap<string, number>;
  readonly builtins: readonly Builtin[];
}

let tables: Tables | undefined;
const read = new Map<number, Type>();
const readRules = new Map<number, Rules>();

/** Splitting is all that is done before a type is asked for. */
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

/** The type of a full name (`envoy.config.cluster.v3.Cluster`); undefined when Envoy's configuration has none. */
export function typeNamed(name: string): Type | undefined {
  const index = loadTables().byName.get(name);
  return index === undefined ? undefined : typeAt(index);
}

/** The message of a name that is known to exist. */
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

/** Whether a type of this name belongs to Envoy's API v2. Gloo's own messages have names alike. */
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
  // Messages contain each other: known before its fields are read.
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
    // What scripts/gen-envoy.ts has written there.
    found = JSON.parse(loadTables().rules[index] ?? '{}') as Rules;
    readRules.set(index, found);
  }
  return found;
}

/** `lb_policy` is `lbPolicy` in JSON, and either may be written. */
function jsonName(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
