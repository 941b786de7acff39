/**
 * Compiles `schema/envoy.json` into `src/envoy/messages.gen.ts`: the same data as a few long strings, a quarter of the
 * size. Names are numbered by frequency, types and rules by position; `src/envoy/messages.ts` parses a message when it
 * is needed.
 */
import { readProjectFile } from './chart-sources.ts';
import type { FieldDescriptor } from './envoy-descriptors.ts';
import type { GeneratedFile } from './gen.ts';

type Range = readonly [from: number, to: number];
interface Field extends FieldDescriptor {
  readonly in?: Range;
}
interface Message {
  readonly in?: Range;
  readonly required?: readonly string[];
  readonly unchecked?: true;
  readonly fields: readonly Field[];
}
interface EnumValue {
  readonly name: string;
  readonly number: number;
  readonly in?: Range;
  readonly disallowed?: number;
}
export interface EnvoySource {
  readonly v2Packages: readonly string[];
  readonly messages: Readonly<Record<string, Message>>;
  readonly enums: Readonly<Record<string, readonly EnumValue[]>>;
}

/** The v3 names of fields that only API v2 has. */
const hidden = 'hidden_envoy_deprecated_';
const scalars = [
  ...['double', 'float', 'int64', 'uint64', 'int32', 'fixed64', 'fixed32', 'bool', 'string', 'bytes'],
  ...['uint32', 'sfixed32', 'sfixed64', 'sint32', 'sint64'],
];
const wellKnown = [
  ...['Any', 'Struct', 'Value', 'ListValue', 'Duration', 'Timestamp', 'FieldMask', 'Empty', 'NullValue'],
  ...['DoubleValue', 'FloatValue', 'Int64Value', 'UInt64Value', 'Int32Value', 'UInt32Value'],
  ...['BoolValue', 'StringValue', 'BytesValue'],
].map((name) => `.google.protobuf.${name}`);

export default function generateEnvoy(): readonly GeneratedFile[] {
  const source = JSON.parse(readProjectFile('schema/envoy.json')) as EnvoySource;
  const texts = compile(source);
  const lines = Object.entries(texts).map(([name, text]) => `export const ${name}: string =\n  ${quote(text)};\n`);
  const banner = '// Made by `npm run gen` from schema/envoy.json; not to be edited.\n';
  return [{ path: 'src/envoy/messages.gen.ts', text: banner + lines.join('') }];
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
}

/** The strings, by the names that the runtime uses. */
export function compile({ messages, enums, v2Packages }: EnvoySource): Readonly<Record<string, string>> {
  const allFields = Object.values(messages).flatMap(({ fields }) => fields);
  const names = byFrequency(allFields.flatMap(({ name, oneof }) => [shortName(name), ...(oneof ? [oneof] : [])]));
  const rules = byFrequency(allFields.filter(isRuled).map(({ rules: all }) => JSON.stringify(all)));
  const packages = byFrequency([...Object.keys(messages), ...Object.keys(enums)].map(packageOf));
  const types = new Map<string, number>();
  for (const name of [...scalars, ...wellKnown]) types.set(name, types.size);
  for (const name of [...Object.keys(messages), ...Object.keys(enums)]) types.set(`.${name}`, types.size);
  const number = (table: ReadonlyMap<string, number>, key: string): string => {
    const found = table.get(key);
    if (found === undefined) throw new Error(`${key} is in no table`);
    return found.toString(36);
  };
  const fieldText = (field: Field): string => {
    const [, mark = '', key = '', target = ''] = /^(\[\]|\{(\w+)\})?(.*)$/.exec(field.type) ?? [];
    const label = mark === '' ? '' : key === '' ? '*' : `%${number(types, key)}%`;
    const type = `${label}${number(types, target)}${field.optional ? '?' : ''}${field.disallowed ? '!' : ''}`;
    const isHidden = field.name.startsWith(hidden);
    return trimmed([
      `${isHidden ? '~' : ''}${number(names, shortName(field.name))}`,
      type,
      isRuled(field) ? number(rules, JSON.stringify(field.rules)) : '',
      field.oneof === undefined ? '' : number(names, field.oneof),
      rangeText(field.in),
    ]);
  };
  const typeLines = [
    ...Object.entries(messages).map(([name, message]) =>
      [
        trimmed([
          `${message.unchecked ? 'u' : 'm'}${number(packages, packageOf(name))}`,
          name.slice(packageOf(name).length + 1),
          rangeText(message.in),
          (message.required ?? []).map((oneof) => number(names, oneof)).join('+'),
        ]),
        ...message.fields.map(fieldText),
      ].join('|'),
    ),
    ...Object.entries(enums).map(([name, values]) =>
      [
        `e${number(packages, packageOf(name))},${name.slice(packageOf(name).length + 1)}`,
        ...values
          .filter((value) => !value.name.startsWith(hidden))
          .map((value) =>
            trimmed([
              value.name,
              value.number.toString(36),
              rangeText(value.in),
              value.disallowed === undefined ? '' : '!',
            ]),
          ),
      ].join('|'),
    ),
  ];
  return {
    scalarTypes: scalars.join(' '),
    wellKnownTypes: wellKnown.map((name) => name.slice(1)).join(' '),
    names: [...names.keys()].join(' '),
    rules: [...rules.keys()].join('\n'),
    v2Packages: v2Packages.map((name) => name.replace(/^envoy\./, '')).join(' '),
    packages: [...packages.keys()].join(' '),
    types: typeLines.join('\n'),
  };
}

/** The rules that API v2 adds are not checked. */
function isRuled({ name, rules }: Field): boolean {
  return rules !== undefined && !name.startsWith(hidden);
}

function shortName(name: string): string {
  return name.startsWith(hidden) ? name.slice(hidden.length) : name;
}

function packageOf(name: string): string {
  return /^(?:[a-z][a-z0-9_]*\.)*[a-z][a-z0-9_]*(?=\.[A-Z])/.exec(name)?.[0] ?? '';
}

function byFrequency(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return new Map(sorted.map(([word], index) => [word, index]));
}

function rangeText(range: Range | undefined): string {
  return range === undefined ? '' : range.map((end) => (end === 0 ? '' : String(end))).join('-');
}

function trimmed(parts: readonly string[]): string {
  return parts.join(',').replace(/,+$/, '');
}
